"""What the face networks share: their residual block, and the size of their input."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

import weights

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


class UNet(nn.Module):
    """A U-Net (Ronneberger et al. 2015) on blocks of 2 x 2 pixels, whose skips are added: a grid for each width, each half as fine as the
    one before."""

    def __init__(self, widths: Sequence[int]):
        super().__init__()
        self.widths = tuple(widths)
        pairs = list(zip(widths, widths[1:], strict=False))
        self.stem = nn.Sequential(nn.PixelUnshuffle(2), nn.Conv2d(12, widths[0], 3, padding=1))
        self.down = nn.ModuleList(nn.Sequential(nn.Conv2d(a, b, 3, stride=2, padding=1), ResidualBlock(b)) for a, b in pairs)
        self.narrow = nn.ModuleList(nn.Conv2d(b, a, 1) for a, b in pairs)
        self.up = nn.ModuleList(ResidualBlock(a) for a, _ in pairs)

    def finest(self, images: Tensor) -> Tensor:
        """Pictures [N, 3, S, S] -> the finest grid [N, widths[0], S / 2, S / 2], which knows of all the others."""
        grids = [self.stem(images)]
        for layers in self.down:
            grids.append(layers(grids[-1]))
        x = grids.pop()
        for narrow, block in zip(reversed(self.narrow), reversed(self.up), strict=True):
            x = block(grids.pop() + F.interpolate(narrow(x), scale_factor=2, mode="bilinear", align_corners=False))
        return x


def shipped(name: str, build: Callable[[dict], weights.Network]) -> weights.Network:
    """As `weights.network`, laid out as convolutions like it."""
    return weights.network(name, build).to(memory_format=torch.channels_last)


def resized(images: Tensor, size: int = RESOLUTION) -> Tensor:
    """[N, C, H, W] -> [N, C, size, size], without aliasing; pictures that already have the size are returned as they are."""
    if images.shape[-2:] == (size, size):
        return images
    return F.interpolate(images, size=(size, size), mode="bilinear", antialias=True, align_corners=False)
