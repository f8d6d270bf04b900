"""Pictures as networks take them and give them: RGB of any size on one side, channels first in [-1, 1] on the other."""

from __future__ import annotations

import torch
from PIL import Image
from torch import Tensor

LUMA = (0.299, 0.587, 0.114)
"""Of red, green and blue, in brightness (ITU-R BT.601)."""


def picture_tensor(image: Image.Image) -> Tensor:
    """-> [1, 3, H, W]."""
    pixels = torch.frombuffer(bytearray(image.convert("RGB").tobytes()), dtype=torch.uint8).view(1, image.height, image.width, 3)
    return pixels.permute(0, 3, 1, 2).float() / 127.5 - 1


def picture_bytes(images: Tensor) -> Tensor:
    """Pictures of any shape, in about -1..1 -> the same as uint8 of 0 to 255."""
    return ((images.float().clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)


def tensor_picture(image: Tensor) -> Image.Image:
    """One picture, [3, H, W] in about -1..1 -> RGB."""
    return Image.fromarray(picture_bytes(image).movedim(0, -1).cpu().numpy())
