"""The diffusion autoencoder (Preechakul et al., CVPR 2022): a semantic encoder and a UNet conditioned on its code z_sem.

The classes hold the published checkpoints (`ffhq256_autoenc`, key for key) and the shipped ones: same parts, other sizes.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .blocks import AttentionBlock, ResBlock, Stage, group_norm, timestep_embedding


@dataclass(frozen=True)
class EncoderConfig:
    """Sizes of the semantic encoder.

    `unshuffle` folds pixel blocks into channels first: wide layers on small grids are what a CPU is good at. `pool` is the side
    of the grid that the head sees; the published head sees one averaged cell, but where things are is quicker to learn from a
    few.
    """

    resolution: int
    in_channels: int
    model_channels: int
    channel_mult: tuple[int, ...]
    num_res_blocks: int
    attention_resolutions: tuple[int, ...]
    z_dim: int
    unshuffle: int = 1
    pool: int = 1

    @property
    def side(self) -> int:
        """Of the pictures that it takes, in pixels."""
        return self.resolution * self.unshuffle

    @classmethod
    def from_dict(cls, fields: dict) -> EncoderConfig:
        return cls(**_with_tuples(fields))


@dataclass(frozen=True)
class UNetConfig:
    """Sizes of the UNet.

    `z_map_channels` > 0 also lays z out in space and concatenates it to the input (the shipped networks; the published ones do not).
    """

    resolution: int
    in_channels: int
    model_channels: int
    channel_mult: tuple[int, ...]
    num_res_blocks: int
    attention_resolutions: tuple[int, ...]
    embed_channels: int
    z_dim: int
    dropout: float = 0.1
    z_map_channels: int = 0


@dataclass(frozen=True)
class DAEConfig:
    """Both networks, and what the UNet predicts: `eps` (published) or `v` = sqrt(abar) eps - sqrt(1 - abar) x_0 (shipped)."""

    encoder: EncoderConfig
    unet: UNetConfig
    prediction: str = "eps"
    clip_denoised: bool = True

    def to_dict(self) -> dict:
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, fields: dict) -> DAEConfig:
        unet = UNetConfig(**_with_tuples(fields["unet"]))
        return cls(EncoderConfig.from_dict(fields["encoder"]), unet, fields["prediction"], fields["clip_denoised"])


def _with_tuples(fields: dict) -> dict:
    """What JSON keeps of a configuration, with tuples where it has lists."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()}


FFHQ256 = DAEConfig(
    EncoderConfig(256, 3, 128, (1, 1, 2, 2, 4, 4, 4), 2, (16,), 512),
    UNetConfig(256, 3, 128, (1, 1, 2, 2, 4, 4), 2, (16,), 512, 512),
)
"""The published `ffhq256_autoenc`: 168.5 M parameters."""


class SemanticEncoder(nn.Module):
    """Half a UNet: picture [N, C, H, W] in [-1, 1] -> z_sem [N, z_dim]."""

    def __init__(self, config: EncoderConfig):
        super().__init__()
        self.unshuffle = config.unshuffle
        channels, resolution = config.model_channels, config.resolution
        blocks = [Stage(nn.Conv2d(config.in_channels, channels, 3, padding=1))]
        for level, mult in enumerate(config.channel_mult):
            for _ in range(config.num_res_blocks):
                layers: list[nn.Module] = [ResBlock(channels, mult * config.model_channels)]
                channels = mult * config.model_channels
                if resolution in config.attention_resolutions:
                    layers.append(AttentionBlock(channels))
                blocks.append(Stage(*layers))
            if level < len(config.channel_mult) - 1:
                blocks.append(Stage(ResBlock(channels, channels, resample="down")))
                resolution //= 2
        self.input_blocks = nn.ModuleList(blocks)
        self.middle_block = Stage(ResBlock(channels, channels), AttentionBlock(channels), ResBlock(channels, channels))
        self.out = nn.Sequential(
            group_norm(channels), nn.SiLU(), nn.AdaptiveAvgPool2d(config.pool), nn.Conv2d(channels, config.z_dim, config.pool)
        )

    def features(self, image: Tensor) -> Tensor:
        """The feature map before pooling, [N, C, h, w]."""
        h = F.pixel_unshuffle(image, self.unshuffle)
        for block in self.input_blocks:
            h = block(h)
        return self.middle_block(h)

    def forward(self, image: Tensor) -> Tensor:
        return self.out(self.features(image)).flatten(1)


class TimeEmbedding(nn.Module):
    def __init__(self, in_channels: int, out_channels: int):
        super().__init__()
        self.in_channels = in_channels
        self.time_embed = nn.Sequential(nn.Linear(in_channels, out_channels), nn.SiLU(), nn.Linear(out_channels, out_channels))

    def forward(self, t: Tensor) -> Tensor:
        return self.time_embed(timestep_embedding(t, self.in_channels))


class DiffusionAutoencoder(nn.Module):
    """The conditional UNet; its semantic encoder is `.encoder`. `forward(x_t, t, z)` predicts eps or v, shaped like x_t."""

    def __init__(self, config: DAEConfig):
        super().__init__()
        self.config = config
        unet = config.unet
        self.encoder = SemanticEncoder(config.encoder)
        self.time_embed = TimeEmbedding(unet.model_channels, unet.embed_channels)
        if unet.z_map_channels:
            self.z_map = nn.Linear(unet.z_dim, unet.z_map_channels * unet.resolution**2)

        def res(in_channels: int, out_channels: int, resample: str | None = None) -> ResBlock:
            return ResBlock(in_channels, out_channels, resample=resample, embed=unet.embed_channels, z=unet.z_dim, dropout=unet.dropout)

        channels, resolution = unet.model_channels, unet.resolution
        blocks = [Stage(nn.Conv2d(unet.in_channels + unet.z_map_channels, channels, 3, padding=1))]
        lateral = [channels]
        for level, mult in enumerate(unet.channel_mult):
            for _ in range(unet.num_res_blocks):
                layers: list[nn.Module] = [res(channels, mult * unet.model_channels)]
                channels = mult * unet.model_channels
                if resolution in unet.attention_resolutions:
                    layers.append(AttentionBlock(channels))
                blocks.append(Stage(*layers))
                lateral.append(channels)
            if level < len(unet.channel_mult) - 1:
                blocks.append(Stage(res(channels, channels, "down")))
                lateral.append(channels)
                resolution //= 2
        self.input_blocks = nn.ModuleList(blocks)
        self.middle_block = Stage(res(channels, channels), AttentionBlock(channels), res(channels, channels))

        blocks = []
        for level, mult in reversed(list(enumerate(unet.channel_mult))):
            for i in range(unet.num_res_blocks + 1):
                layers = [res(channels + lateral.pop(), mult * unet.model_channels)]
                channels = mult * unet.model_channels
                if resolution in unet.attention_resolutions:
                    layers.append(AttentionBlock(channels))
                if level and i == unet.num_res_blocks:
                    layers.append(res(channels, channels, "up"))
                    resolution *= 2
                blocks.append(Stage(*layers))
        self.output_blocks = nn.ModuleList(blocks)
        self.out = nn.Sequential(group_norm(channels), nn.SiLU(), nn.Conv2d(channels, unet.in_channels, 3, padding=1))
        nn.init.zeros_(self.out[2].weight)
        nn.init.zeros_(self.out[2].bias)

    def forward(self, x: Tensor, t: Tensor, z: Tensor) -> Tensor:
        """x_t [N, C, H, W], original timesteps t [N] in 0..999, z_sem [N, z_dim] -> prediction [N, C, H, W]."""
        unet = self.config.unet
        embedding = self.time_embed(t)
        h = x
        if unet.z_map_channels:
            h = torch.cat([h, self.z_map(z).view(len(x), unet.z_map_channels, *x.shape[2:])], dim=1)
        lateral = []
        for block in self.input_blocks:
            h = block(h, embedding, z)
            lateral.append(h)
        h = self.middle_block(h, embedding, z)
        for block in self.output_blocks:
            h = block(torch.cat([h, lateral.pop()], dim=1), embedding, z)
        return self.out(h)
