"""What the face networks share: their residual block, and how a picture becomes their input."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

RESOLUTION = 128


class ResidualBlock(nn.Module):
    """Two 3 x 3 convolutions, each after group normalisation and SiLU, added to what came in; `channels` is a multiple of 8."""

    def __init__(self, channels: int):
        super().__init__()
        self.layers = nn.Sequential(
            nn.GroupNorm(8, channels),
            nn.SiLU(),
            nn.Conv2d(channels, channels, 3, padding=1),
            nn.GroupNorm(8, channels),
            nn.SiLU(),
            nn.Conv2d(channels, channels, 3, padding=1),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.layers(x)


def trunk(widths: Sequence[int]) -> list[nn.Module]:
    """Aligned faces [N, 3, 128, 128] in [-1, 1] -> [N, widths[2], 8, 8]: three widths of residual blocks, each at half the size of the
    one before."""
    fine, middle, coarse = widths
    return [
        nn.PixelUnshuffle(4),
        nn.Conv2d(48, fine, 3, padding=1),
        ResidualBlock(fine),
        nn.Conv2d(fine, middle, 3, stride=2, padding=1),
        ResidualBlock(middle),
        nn.Conv2d(middle, coarse, 3, stride=2, padding=1),
        ResidualBlock(coarse),
        nn.GroupNorm(8, coarse),
        nn.SiLU(),
    ]


def picture_tensor(image: Image.Image) -> Tensor:
    """RGB picture of any size -> [1, 3, H, W] in [-1, 1]."""
    pixels = torch.frombuffer(bytearray(image.convert("RGB").tobytes()), dtype=torch.uint8).view(1, image.height, image.width, 3)
    return pixels.permute(0, 3, 1, 2).float() / 127.5 - 1


def resized(images: Tensor, size: int = RESOLUTION) -> Tensor:
    """[N, C, H, W] -> [N, C, size, size], without aliasing; pictures that already have the size are returned as they are."""
    if images.shape[-2:] == (size, size):
        return images
    return F.interpolate(images, size=(size, size), mode="bilinear", antialias=True, align_corners=False)
