"""The building blocks of the diffusion autoencoder's networks, with the parameter names of the published checkpoints."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def timestep_embedding(t: Tensor, dim: int) -> Tensor:
    """Sinusoidal embedding of original timesteps 0..999: [N] -> [N, dim], cosines before sines, frequencies 10000^(-i / (dim/2))."""
    half = dim // 2
    frequencies = torch.exp(-math.log(10000) * torch.arange(half, dtype=torch.float32, device=t.device) / half)
    angles = t.float()[:, None] * frequencies
    return torch.cat([angles.cos(), angles.sin()], dim=1)


def group_norm(channels: int) -> nn.GroupNorm:
    return nn.GroupNorm(min(32, channels), channels)


class ResBlock(nn.Module):
    """Residual block, optionally resampling, optionally conditioned on time and on z_sem.

    With conditioning (Diffusion Autoencoders, eq. 7): h = z_s * (t_s * GroupNorm(h) + t_b), the scales centred on 1. Without (the semantic
    encoder) it has a single convolution. [N, in, H, W] -> [N, out, H', W'] with H' = H, H/2 (down) or 2H (up).
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        *,
        resample: str | None = None,
        embed: int | None = None,
        z: int | None = None,
        dropout: float = 0.0,
    ):
        super().__init__()
        self.resample = resample
        self.in_layers = nn.Sequential(group_norm(in_channels), nn.SiLU(), nn.Conv2d(in_channels, out_channels, 3, padding=1))
        self.conditioned = embed is not None
        if self.conditioned:
            self.emb_layers = nn.Sequential(nn.SiLU(), nn.Linear(embed, 2 * out_channels))
            self.cond_emb_layers = nn.Sequential(nn.SiLU(), nn.Linear(z, out_channels))
            convolution = nn.Conv2d(out_channels, out_channels, 3, padding=1)
            nn.init.zeros_(convolution.weight)
            nn.init.zeros_(convolution.bias)
            self.out_layers = nn.Sequential(group_norm(out_channels), nn.SiLU(), nn.Dropout(dropout), convolution)
        self.skip_connection = nn.Identity() if in_channels == out_channels else nn.Conv2d(in_channels, out_channels, 1)

    def _resampled(self, x: Tensor) -> Tensor:
        if self.resample == "down":
            return F.avg_pool2d(x, 2)
        if self.resample == "up":
            return F.interpolate(x, scale_factor=2, mode="nearest")
        return x

    def forward(self, x: Tensor, embedding: Tensor | None = None, z: Tensor | None = None) -> Tensor:
        norm, activation, convolution = self.in_layers
        h = convolution(self._resampled(activation(norm(x))))
        if self.conditioned:
            norm, activation, dropout, convolution = self.out_layers
            scale, shift = self.emb_layers(embedding)[:, :, None, None].chunk(2, dim=1)
            h = norm(h) * (1 + scale) + shift
            h = h * (1 + self.cond_emb_layers(z)[:, :, None, None])
            h = convolution(dropout(activation(h)))
        return self.skip_connection(self._resampled(x)) + h


class AttentionBlock(nn.Module):
    """Single-head self-attention over positions; 1-D convolutions of kernel 1 because the published weights have that shape."""

    def __init__(self, channels: int):
        super().__init__()
        self.norm = group_norm(channels)
        self.qkv = nn.Conv1d(channels, 3 * channels, 1)
        self.proj_out = nn.Conv1d(channels, channels, 1)
        nn.init.zeros_(self.proj_out.weight)
        nn.init.zeros_(self.proj_out.bias)

    def forward(self, x: Tensor) -> Tensor:
        flat = x.flatten(2)
        q, k, v = self.qkv(self.norm(flat)).transpose(1, 2).chunk(3, dim=2)
        attended = F.scaled_dot_product_attention(q, k, v)
        return (flat + self.proj_out(attended.transpose(1, 2))).view(x.shape)


class Stage(nn.Sequential):
    """A sequence in which the conditioned residual blocks receive the time embedding and z."""

    def forward(self, x: Tensor, embedding: Tensor | None = None, z: Tensor | None = None) -> Tensor:
        for layer in self:
            x = layer(x, embedding, z) if isinstance(layer, ResBlock) else layer(x)
        return x
