"""StyleGAN2's generator (Karras et al., CVPR 2020): mapping network M, z -> w, and synthesis, w_plus -> picture.

The class holds the checkpoints that Talk-to-Edit publishes, key for key, and smaller ones of this project's own.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .layers import LEAKY_GAIN, SLOPE, BiasLeaky, EqualLinear, ModulatedConv, PixelNorm, Upsample

MAPPING_LR = 0.01
"""The mapping network's learning rate multiplier; part of what its stored weights mean."""
STATISTICS_FROM = 4096
"""How many random z the mean and the deviation of w are taken over."""


@dataclass(frozen=True)
class GeneratorConfig:
    """`channels` at 4, 8, ... `size` pixels."""

    size: int
    channels: tuple[int, ...]
    style_dim: int = 512
    mapping_layers: int = 8

    @classmethod
    def published(cls, size: int, channel_multiplier: int) -> GeneratorConfig:
        """Talk-to-Edit publishes size 128 with multiplier 1 and 1024 with 2."""
        return cls(size, published_channels(size, channel_multiplier))

    @property
    def layers(self) -> int:
        """How many styles a w_plus holds: 12 at 128 pixels, 18 at 1024."""
        return 2 * len(self.channels)


def published_channels(size: int, channel_multiplier: int) -> tuple[int, ...]:
    """Channels at 4, 8, ... `size` pixels: as many as 512 allows, halved from 64 pixels on."""
    sides = [2**i for i in range(2, size.bit_length())]
    return tuple(512 if side <= 32 else 16384 // side * channel_multiplier for side in sides)


class _Constant(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.input = nn.Parameter(torch.randn(1, channels, 4, 4))


class _NoiseInjection(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))

    def forward(self, noise: Tensor) -> Tensor:
        return self.weight * noise


class _StyledConv(nn.Module):
    def __init__(self, in_channels: int, out_channels: int, style_dim: int, *, upsample: bool = False):
        super().__init__()
        self.conv = ModulatedConv(in_channels, out_channels, 3, style_dim, upsample=upsample)
        self.noise = _NoiseInjection()
        self.activate = BiasLeaky(out_channels)

    def forward(self, x: Tensor, w: Tensor, noise: Tensor) -> Tensor:
        """Noise and bias are added to all pictures of a batch at once, and the convolution's scale holds the activation's: the largest maps
        are passed over half as often."""
        added = self.noise(noise) + self.activate.bias.view(1, -1, 1, 1)
        x = self.conv(x, w, gain=LEAKY_GAIN)
        return F.leaky_relu(x + (LEAKY_GAIN * added).to(x.dtype, memory_format=torch.channels_last), SLOPE)


class _ToRGB(nn.Module):
    def __init__(self, channels: int, style_dim: int, *, upsample: bool = True):
        super().__init__()
        self.conv = ModulatedConv(channels, 3, 1, style_dim, demodulate=False)
        self.bias = nn.Parameter(torch.zeros(1, 3, 1, 1))
        if upsample:
            self.upsample = Upsample()

    def forward(self, x: Tensor, w: Tensor, smaller: Tensor | None = None) -> Tensor:
        rgb = self.conv(x, w) + self.bias
        return rgb if smaller is None else rgb + self.upsample(smaller)


class Generator(nn.Module):
    """`mapping(z)` gives w; `forward(w_plus)` the picture, [N, 3, size, size], about -1..1."""

    def __init__(self, config: GeneratorConfig):
        super().__init__()
        self.config = config
        first, dim = config.channels[0], config.style_dim
        mapping = [EqualLinear(dim, dim, lr_mul=MAPPING_LR, activate=True) for _ in range(config.mapping_layers)]
        self.style = nn.Sequential(PixelNorm(), *mapping)
        self.input = _Constant(first)
        self.conv1 = _StyledConv(first, first, dim)
        self.to_rgb1 = _ToRGB(first, dim, upsample=False)
        self.convs, self.to_rgbs, self.noises = nn.ModuleList(), nn.ModuleList(), nn.Module()
        for before, after in zip(config.channels, config.channels[1:], strict=False):
            self.convs.append(_StyledConv(before, after, dim, upsample=True))
            self.convs.append(_StyledConv(after, after, dim))
            self.to_rgbs.append(_ToRGB(after, dim))
        for i in range(config.layers - 1):
            side = 2 ** ((i + 5) // 2)
            self.noises.register_buffer(f"noise_{i}", torch.randn(1, 1, side, side))

    def mapping(self, z: Tensor, *, skip_norm: bool = False) -> Tensor:
        """M: z [N, D] -> w [N, D]; `skip_norm` leaves out the normalisation of z, as a semantic field needs it (see field.py)."""
        for layer in self.style[1:] if skip_norm else self.style:
            z = layer(z)
        return z

    def spread(self, w: Tensor) -> Tensor:
        """w [N, D] -> w_plus [N, layers, D], the same style for every layer."""
        return w[:, None].expand(-1, self.config.layers, -1)

    def fixed_noise(self) -> list[Tensor]:
        """The stored noise maps, [1, 1, side, side] from 4 pixels up."""
        return list(self.noises.buffers())

    def forward(self, w_plus: Tensor, noise: list[Tensor] | None = None, size: int | None = None) -> Tensor:
        """w_plus [N, layers, D] -> [N, 3, size, size]; without `noise`, the stored one; `size` may be smaller than the generator's."""
        noise = self.fixed_noise() if noise is None else noise
        constant = self.input.input.expand(len(w_plus), -1, -1, -1).contiguous(memory_format=torch.channels_last)
        x = self.conv1(constant, w_plus[:, 0], noise[0])
        picture = self.to_rgb1(x, w_plus[:, 1])
        for i, to_rgb in enumerate(self.to_rgbs):
            if picture.shape[2] == size:
                break
            for j in (2 * i, 2 * i + 1):
                x = self.convs[j](x, w_plus[:, j + 1], noise[j + 1])
            picture = to_rgb(x, w_plus[:, 2 * i + 3], picture)
        return picture

    @torch.no_grad()
    def w_statistics(self) -> tuple[Tensor, Tensor]:
        """Mean and standard deviation of w over random z, each [D]; the same for every call."""
        z = torch.randn(STATISTICS_FROM, self.config.style_dim, generator=torch.Generator().manual_seed(0))
        w = self.mapping(z.to(self.input.input.device))
        return w.mean(dim=0), w.std(dim=0)
