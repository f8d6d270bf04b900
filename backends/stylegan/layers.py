"""The building blocks of StyleGAN2 (Karras et al., CVPR 2020), with the parameter names of the published checkpoints.

Everything is plain PyTorch. Convolutions are modulated by scaling their input and output instead of their weights, so that a batch shares
one convolution; blurs run along rows and columns one after the other.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

BLUR = (1.0, 3.0, 3.0, 1.0)
SLOPE = 0.2
LEAKY_GAIN = math.sqrt(2)
"""Keeps the variance of what a leaky ReLU is given."""


def leaky(x: Tensor) -> Tensor:
    return F.leaky_relu(x, SLOPE) * LEAKY_GAIN


def blur_kernel(gain: float = 1.0) -> Tensor:
    """[4, 4], summing to `gain`; up-sampling by two needs 4."""
    taps = torch.tensor(BLUR)
    kernel = torch.outer(taps, taps)
    return gain * kernel / kernel.sum()


class PixelNorm(nn.Module):
    """z [N, D] -> the same direction with a mean square of one."""

    def forward(self, z: Tensor) -> Tensor:
        return z * torch.rsqrt(z.square().mean(dim=1, keepdim=True) + 1e-8)


class EqualLinear(nn.Module):
    """Linear layer with an equalised learning rate: the stored weight is unit normal and scaled when it is used."""

    def __init__(self, in_features: int, out_features: int, *, lr_mul: float = 1.0, bias: float = 0.0, activate: bool = False):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / lr_mul)
        self.bias = nn.Parameter(torch.full((out_features,), bias))
        self.lr_mul, self.activate = lr_mul, activate

    def forward(self, x: Tensor) -> Tensor:
        scale = self.lr_mul / math.sqrt(self.weight.shape[1])
        x = F.linear(x, self.weight * scale, self.bias * self.lr_mul)
        return leaky(x) if self.activate else x


class EqualConv(nn.Module):
    """Convolution without bias, with an equalised learning rate."""

    def __init__(self, in_channels: int, out_channels: int, kernel_size: int, *, stride: int = 1, padding: int = 0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, kernel_size, kernel_size))
        self.stride, self.padding = stride, padding

    def forward(self, x: Tensor) -> Tensor:
        scale = 1 / math.sqrt(self.weight[0].numel())
        return F.conv2d(x, self.weight * scale, stride=self.stride, padding=self.padding)


class BiasLeaky(nn.Module):
    """Bias per channel, then the leaky ReLU."""

    def __init__(self, channels: int):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        return leaky(x + self.bias.to(x.dtype).view(1, -1, 1, 1))


class Blur(nn.Module):
    """[N, C, H, W] padded on all sides, then blurred by the stored kernel, the outer product of its taps: along rows, then columns."""

    def __init__(self, padding: int, gain: float = 1.0):
        super().__init__()
        self.register_buffer("kernel", blur_kernel(gain))
        self.padding = padding

    def forward(self, x: Tensor) -> Tensor:
        channels, size = x.shape[1], len(self.kernel)
        taps = self.kernel.sum(dim=0) / self.kernel.sum().sqrt()
        x = F.conv2d(x, taps.expand(channels, 1, 1, size), padding=(0, self.padding), groups=channels)
        return F.conv2d(x, taps[:, None].expand(channels, 1, size, 1), padding=(self.padding, 0), groups=channels)


class Upsample(nn.Module):
    """[N, C, H, W] -> [N, C, 2H, 2W], smoothly: zeros between the pixels, then the stored kernel."""

    def __init__(self):
        super().__init__()
        self.register_buffer("kernel", blur_kernel(4.0))

    def forward(self, x: Tensor) -> Tensor:
        n, c, h, w = x.shape
        up = F.conv_transpose2d(x.reshape(n * c, 1, h, w), self.kernel[None, None], stride=2, padding=1)
        return up.view(n, c, 2 * h, 2 * w)


class ModulatedConv(nn.Module):
    """Convolution whose input channels are scaled by a style and whose output is normalised back (StyleGAN2, eq. 1 and 3).

    [N, in, H, W] and w [N, style_dim] -> [N, out, H, W], or twice the size with `upsample`; if normalised, `gain` times as large.
    """

    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: int, style_dim: int, *, demodulate: bool = True, upsample: bool = False
    ):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(1, out_channels, in_channels, kernel_size, kernel_size))
        self.modulation = EqualLinear(style_dim, in_channels, bias=1.0)
        self.demodulate, self.upsample = demodulate, upsample
        if upsample:
            self.blur = Blur(1, gain=4.0)

    def forward(self, x: Tensor, w: Tensor, gain: float = 1.0) -> Tensor:
        weight = self.weight[0] / math.sqrt(self.weight[0, 0].numel())
        style = self.modulation(w)
        x = x * style[:, :, None, None]
        if self.upsample:
            x = self.blur(F.conv_transpose2d(x, weight.transpose(0, 1), stride=2))
        else:
            x = F.conv2d(x, weight, padding=weight.shape[2] // 2)
        if self.demodulate:
            power = style.square() @ weight.square().sum(dim=(2, 3)).T
            x = x * (gain * torch.rsqrt(power + 1e-8))[:, :, None, None]
        return x
