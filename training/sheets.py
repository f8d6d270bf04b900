"""Contact sheets: batches of pictures as one PNG to look at."""

from __future__ import annotations

import torch
from PIL import Image
from torch import Tensor


def to_pil(image: Tensor) -> Image.Image:
    """[3, H, W] in [-1, 1] -> RGB picture."""
    pixels = (image.float().clamp(-1, 1) + 1) * 127.5
    return Image.fromarray(pixels.round().to(torch.uint8).movedim(0, -1).cpu().numpy())


def grid(rows: list[Tensor]) -> Image.Image:
    """Rows of [N, 3, H, W] in [-1, 1], stacked top to bottom."""
    return to_pil(torch.cat([torch.cat(list(row), dim=2) for row in rows], dim=1))
