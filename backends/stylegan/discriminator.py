"""StyleGAN2's residual discriminator (Karras et al., CVPR 2020), with the parameter names of the published checkpoints."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from .layers import BiasLeaky, Blur, EqualConv, EqualLinear

LARGEST_GROUP = 4
"""How many pictures of a batch share one minibatch standard deviation, at most."""


def _down(in_channels: int, out_channels: int, kernel_size: int) -> list[nn.Module]:
    return [Blur((kernel_size + 1) // 2), EqualConv(in_channels, out_channels, kernel_size, stride=2)]


class _ResBlock(nn.Module):
    def __init__(self, in_channels: int, out_channels: int):
        super().__init__()
        self.conv1 = nn.Sequential(EqualConv(in_channels, in_channels, 3, padding=1), BiasLeaky(in_channels))
        self.conv2 = nn.Sequential(*_down(in_channels, out_channels, 3), BiasLeaky(out_channels))
        self.skip = nn.Sequential(*_down(in_channels, out_channels, 1))

    def forward(self, x: Tensor) -> Tensor:
        return (self.conv2(self.conv1(x)) + self.skip(x)) / math.sqrt(2)


class Discriminator(nn.Module):
    """[N, 3, size, size] in about -1..1 -> [N, 1], higher for pictures that look real. `channels` are those at 4, 8, ... `size` pixels."""

    def __init__(self, channels: tuple[int, ...]):
        super().__init__()
        self.channels = channels
        widths = channels[::-1]
        blocks = [_ResBlock(before, after) for before, after in zip(widths, widths[1:], strict=False)]
        self.convs = nn.Sequential(nn.Sequential(EqualConv(3, widths[0], 1), BiasLeaky(widths[0])), *blocks)
        last = channels[0]
        self.final_conv = nn.Sequential(EqualConv(last + 1, last, 3, padding=1), BiasLeaky(last))
        self.final_linear = nn.Sequential(EqualLinear(last * 16, last, activate=True), EqualLinear(last, 1))

    def forward(self, image: Tensor) -> Tensor:
        x = self.convs(image)
        x = torch.cat([x, _minibatch_deviation(x)], dim=1)
        return self.final_linear(self.final_conv(x).flatten(1))


def _minibatch_deviation(x: Tensor) -> Tensor:
    """[N, C, H, W] -> [N, 1, H, W]: how much the pictures of a group differ; groups are interleaved, as the weights learned it."""
    n, _, height, width = x.shape
    group = max(size for size in range(1, LARGEST_GROUP + 1) if n % size == 0)
    grouped = x.reshape(group, n // group, -1)
    deviation = (grouped.var(dim=0, unbiased=False) + 1e-8).sqrt().mean(dim=1)
    return deviation.repeat(group).view(n, 1, 1, 1).expand(n, 1, height, width)
