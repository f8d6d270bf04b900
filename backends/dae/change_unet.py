"""What the networks that carry an edit to a face's own pixels share: a small UNet on pixel blocks, told where z went and why."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from graded import MAX_DEGREE

from .blocks import AttentionBlock, ResBlock, Stage

FOLD = 4
"""Side of the pixel blocks that become channels: wide layers on small grids are what a CPU is good at."""
LEAST_LEFT = 0.5
"""How few degrees count as left of a scale."""


@dataclass(frozen=True)
class ChangeConfig:
    attributes: tuple[str, ...]
    """What may be asked for, in the order of `asked_for`."""
    widths: tuple[int, int, int] = (64, 96, 128)
    """Channels on the grids of 1/4, 1/8 and 1/16 of the picture's side."""
    fine: int = 24
    """Channels at full size, where a network works there."""
    z_dim: int = 256
    embed_channels: int = 96
    colours: int = 8
    """Picked from the pictures by a network that draws."""

    def to_dict(self) -> dict:
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, fields: dict) -> ChangeConfig:
        return cls(**{**fields, **{name: tuple(fields[name]) for name in ("attributes", "widths")}})


def asked_for(attributes: Sequence[str], changes: Mapping[str, float], degrees: Mapping[str, float]) -> Tensor:
    """[2 A]: signed change of each attribute, then the degree from which it sets out, both as shares of the scale."""
    amounts = [changes.get(name, 0.0) for name in attributes] + [degrees.get(name, 0.0) for name in attributes]
    return torch.tensor(amounts) / MAX_DEGREE


def beyond(changes: Mapping[str, float], degrees: Mapping[str, float]) -> float:
    """How many times as much as its scale has left the change asks for that asks for most; at least 1."""

    def times(name: str, change: float) -> float:
        left = MAX_DEGREE
        if name in degrees:
            left = max(LEAST_LEFT, MAX_DEGREE - degrees[name] if change > 0 else degrees[name])
        return abs(change) / left

    return max([1.0, *(times(name, change) for name, change in changes.items())])


def within_scale(changes: Mapping[str, float], degrees: Mapping[str, float]) -> dict[str, float]:
    """The changes, all smaller by as much as the one that asks for most goes `beyond` its scale."""
    times = beyond(changes, degrees)
    return {name: change / times for name, change in changes.items()}


class ChangeUNet(nn.Module):
    """[N, channels, S / FOLD, S / FOLD], z and z_edit [N, z_dim], `asked_for` [N, 2 A] -> [N, widths[0], S / FOLD, S / FOLD]."""

    def __init__(self, channels: int, config: ChangeConfig):
        super().__init__()
        wide, wider, widest = config.widths
        embed = config.embed_channels

        def stage(*blocks: tuple[int, int, str | None]) -> Stage:
            return Stage(*(ResBlock(n, m, resample=way, embed=embed, z=config.z_dim) for n, m, way in blocks))

        self.step = nn.Sequential(nn.Linear(config.z_dim, embed), nn.SiLU(), nn.Linear(embed, embed))
        self.asked = nn.Sequential(nn.Linear(2 * len(config.attributes), embed), nn.SiLU(), nn.Linear(embed, embed))
        self.fold = nn.Conv2d(channels, wide, 1)
        self.down = nn.ModuleList([stage((wide, wide, None)), stage((wide, wider, "down")), stage((wider, widest, "down"))])
        self.middle = Stage(stage((widest, widest, None))[0], AttentionBlock(widest), stage((widest, widest, None))[0])
        self.up = nn.ModuleList(
            [
                stage((widest, wider, "up")),
                stage((2 * wider, wider, None), (wider, wide, "up")),
                stage((2 * wide, wide, None), (wide, wide, None)),
            ]
        )

    def forward(self, folded: Tensor, z: Tensor, z_edit: Tensor, asked: Tensor) -> Tensor:
        step = self.step(z_edit - z) + self.asked(asked)
        h, lateral = self.fold(folded), []
        for stage in self.down:
            h = stage(h, step, z)
            lateral.append(h)
        h = self.middle(h, step, z)
        h = self.up[0](h + lateral.pop(), step, z)
        for stage in self.up[1:]:
            h = stage(torch.cat([h, lateral.pop()], dim=1), step, z)
        return h
