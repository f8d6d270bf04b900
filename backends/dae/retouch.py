"""What diffusion drew small and soft, drawn again as a change of the face itself.

Latents of a small autoencoder hold no thin frame and no strand, so the difference between two decodes, D(z_edit) - D(z), is a blur of what
was asked for. The retoucher sees the face, both decodes and both codes, and answers with the change that the face's own pixels should make.
It is learnt from rendered counterfactuals, which say exactly what an edit adds, and what it takes away that no code knew of. Our extension;
not in the papers.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from graded import MAX_DEGREE

from .blocks import AttentionBlock, ResBlock, Stage

FOLD = 4
"""Side of the pixel blocks that become channels: wide layers on small grids are what a CPU is good at."""


@dataclass(frozen=True)
class RetoucherConfig:
    attributes: tuple[str, ...]
    """What may be asked for, in the order of `asked_for`."""
    widths: tuple[int, int, int] = (64, 96, 128)
    """Channels on the grids of 1/4, 1/8 and 1/16 of the picture's side."""
    fine: int = 24
    """Channels at full size."""
    z_dim: int = 256
    embed_channels: int = 96

    def to_dict(self) -> dict:
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, fields: dict) -> RetoucherConfig:
        return cls(**{**fields, **{name: tuple(fields[name]) for name in ("attributes", "widths")}})


def asked_for(attributes: Sequence[str], changes: Mapping[str, float], degrees: Mapping[str, float]) -> Tensor:
    """[2 A]: signed change of each attribute, then the degree from which it sets out, both as shares of the scale."""
    amounts = [changes.get(name, 0.0) for name in attributes] + [degrees.get(name, 0.0) for name in attributes]
    return torch.tensor(amounts) / MAX_DEGREE


class Retoucher(nn.Module):
    """A small UNet at the picture's size, told z, where z went and why; untrained, it repeats the difference of the decodes."""

    def __init__(self, config: RetoucherConfig):
        super().__init__()
        self.config = config
        wide, wider, widest = config.widths
        fine, embed = config.fine, config.embed_channels

        def stage(*blocks: tuple[int, int, str | None]) -> Stage:
            return Stage(*(ResBlock(n, m, resample=way, embed=embed, z=config.z_dim) for n, m, way in blocks))

        self.step = nn.Sequential(nn.Linear(config.z_dim, embed), nn.SiLU(), nn.Linear(embed, embed))
        self.asked = nn.Sequential(nn.Linear(2 * len(config.attributes), embed), nn.SiLU(), nn.Linear(embed, embed))
        self.seen = nn.Conv2d(12, fine, 3, padding=1)
        self.fold = nn.Conv2d(fine * FOLD**2, wide, 1)
        self.down = nn.ModuleList([stage((wide, wide, None)), stage((wide, wider, "down")), stage((wider, widest, "down"))])
        self.middle = Stage(stage((widest, widest, None))[0], AttentionBlock(widest), stage((widest, widest, None))[0])
        self.up = nn.ModuleList(
            [
                stage((widest, wider, "up")),
                stage((2 * wider, wider, None), (wider, wide, "up")),
                stage((2 * wide, wide, None), (wide, wide, None)),
            ]
        )
        self.unfold = nn.Conv2d(wide, fine * FOLD**2, 1)
        self.draw = nn.Sequential(nn.Conv2d(2 * fine, fine, 3, padding=1), nn.SiLU(), nn.Conv2d(fine, 4, 3, padding=1))
        nn.init.zeros_(self.draw[2].weight)
        self.draw[2].bias.data = torch.tensor([0.0, 0.0, 0.0, 3.0])

    def forward(self, face: Tensor, rebuilt: Tensor, edited: Tensor, z: Tensor, z_edit: Tensor, asked: Tensor) -> Tensor:
        """The face, D(z) and D(z_edit) [N, 3, S, S] in [-1, 1], z and z_edit [N, z_dim], `asked_for` [N, 2 A]
        -> the change [N, 3, S, S] of the face."""
        step, difference = self.step(z_edit - z) + self.asked(asked), edited - rebuilt
        seen = self.seen(torch.cat([face, rebuilt, edited, 4 * difference], dim=1))
        h = self.fold(F.pixel_unshuffle(seen, FOLD))
        lateral = []
        for stage in self.down:
            h = stage(h, step, z)
            lateral.append(h)
        h = self.middle(h, step, z)
        h = self.up[0](h + lateral.pop(), step, z)
        for stage in self.up[1:]:
            h = stage(torch.cat([h, lateral.pop()], dim=1), step, z)
        drawn = self.draw(torch.cat([seen, F.pixel_shuffle(self.unfold(h), FOLD)], dim=1))
        return drawn[:, 3:].sigmoid() * (difference + drawn[:, :3])
