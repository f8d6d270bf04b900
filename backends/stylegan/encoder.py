"""The published encoders from a photo to w_plus: pSp (Richardson et al., CVPR 2021) and e4e (Tov et al., SIGGRAPH 2021), same tensors.

A residual network with squeeze-and-excitation gives three feature maps; a small head per layer turns one of them into that layer's style.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .layers import EqualLinear

RESOLUTION = 256
COARSE, MIDDLE = 3, 7
"""Layers below the first number read the coarsest map, those below the second the one twice as fine, the others the finest."""
SIDES = (16, 32, 64)
"""Of the three maps, in pixels."""


@dataclass(frozen=True)
class EncoderConfig:
    """`widths` and number of `blocks` of the four stages; `layers` of the w_plus. The published encoders have the defaults."""

    layers: int = 18
    style_dim: int = 512
    widths: tuple[int, ...] = (64, 128, 256, 512)
    blocks: tuple[int, ...] = (3, 4, 14, 3)
    reduction: int = 16


class _SqueezeExcitation(nn.Module):
    def __init__(self, channels: int, reduction: int):
        super().__init__()
        self.fc1 = nn.Conv2d(channels, channels // reduction, 1, bias=False)
        self.fc2 = nn.Conv2d(channels // reduction, channels, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return x * self.fc2(F.relu(self.fc1(x.mean(dim=(2, 3), keepdim=True)))).sigmoid()


class _Block(nn.Module):
    def __init__(self, in_channels: int, channels: int, stride: int, reduction: int):
        super().__init__()
        self.res_layer = nn.Sequential(
            nn.BatchNorm2d(in_channels),
            nn.Conv2d(in_channels, channels, 3, 1, 1, bias=False),
            nn.PReLU(channels),
            nn.Conv2d(channels, channels, 3, stride, 1, bias=False),
            nn.BatchNorm2d(channels),
            _SqueezeExcitation(channels, reduction),
        )
        if in_channels == channels:
            self.shortcut_layer = nn.MaxPool2d(1, stride)
        else:
            self.shortcut_layer = nn.Sequential(nn.Conv2d(in_channels, channels, 1, stride, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x: Tensor) -> Tensor:
        return self.res_layer(x) + self.shortcut_layer(x)


class _StyleHead(nn.Module):
    """A feature map of `side` pixels -> one style, by halving it until one pixel is left."""

    def __init__(self, channels: int, style_dim: int, side: int):
        super().__init__()
        convs: list[nn.Module] = []
        while side > 1:
            convs += [nn.Conv2d(channels, style_dim, 3, 2, 1), nn.LeakyReLU()]
            channels, side = style_dim, side // 2
        self.convs = nn.Sequential(*convs)
        self.linear = EqualLinear(style_dim, style_dim)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(self.convs(x).flatten(1))


class Encoder(nn.Module):
    """Photo [N, 3, H, W] in [-1, 1] -> w_plus [N, layers, style_dim]. `mean` [layers, style_dim] is what the network's output is added to.

    `relative` (e4e): every layer's style is an offset from the first one's; otherwise (pSp) they are independent.
    """

    def __init__(self, config: EncoderConfig, mean: Tensor, relative: bool):
        super().__init__()
        self.config, self.mean, self.relative = config, mean, relative
        widths = config.widths
        self.input_layer = nn.Sequential(nn.Conv2d(3, widths[0], 3, 1, 1, bias=False), nn.BatchNorm2d(widths[0]), nn.PReLU(widths[0]))
        body, channels = [], widths[0]
        for width, blocks in zip(widths, config.blocks, strict=True):
            for i in range(blocks):
                body.append(_Block(channels, width, 1 if i else 2, config.reduction))
                channels = width
        self.body = nn.Sequential(*body)
        sides = [SIDES[(layer >= COARSE) + (layer >= MIDDLE)] for layer in range(config.layers)]
        self.styles = nn.ModuleList(_StyleHead(widths[-1], config.style_dim, side) for side in sides)
        self.latlayer1 = nn.Conv2d(widths[2], widths[3], 1)
        self.latlayer2 = nn.Conv2d(widths[1], widths[3], 1)

    def _maps(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """From coarse to fine; the finer ones add the coarser, enlarged."""
        stages, first = [], 0
        x = self.input_layer(x)
        for blocks in self.config.blocks:
            x = self.body[first : first + blocks](x)
            stages.append(x)
            first += blocks
        _, fine, middle, coarse = stages
        middle = _enlarged_onto(coarse, self.latlayer1(middle))
        return coarse, middle, _enlarged_onto(middle, self.latlayer2(fine))

    def forward(self, photo: Tensor) -> Tensor:
        photo = F.interpolate(photo, size=(RESOLUTION, RESOLUTION), mode="bilinear", antialias=True, align_corners=False)
        maps = self._maps(photo)
        styles = torch.stack([head(maps[(i >= COARSE) + (i >= MIDDLE)]) for i, head in enumerate(self.styles)], dim=1)
        if self.relative:
            styles = torch.cat([styles[:, :1], styles[:, :1] + styles[:, 1:]], dim=1)
        return styles + self.mean


def _enlarged_onto(coarse: Tensor, fine: Tensor) -> Tensor:
    return F.interpolate(coarse, size=fine.shape[2:], mode="bilinear", align_corners=True) + fine
