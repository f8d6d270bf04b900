"""What diffusion leaves soft in a new face, drawn at full size.

Sampling settles for what it expects (sampling.py), on latents that hold no strand, and a mask reaches the networks as 32 x 32 cells. The
detailer sees the soft picture, the mask as it was painted and the words, and draws edges where the mask has them, and out of noise hair,
stubble and skin. Our extension; not in the paper.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from faces.mask_classes import MASK_CLASSES

from ..dae.blocks import AttentionBlock
from ..dae.spinning import spun

FOLD = 4
"""Side of the pixel blocks that become channels: wide layers on small grids are what a CPU is good at."""
SHIFTS = tuple((down, right) for down in (0, FOLD // 2) for right in (0, FOLD // 2))
"""Of the picture, for the drawings whose mean is taken."""
NORM_GROUPS = 8


@dataclass(frozen=True)
class DetailConfig:
    told: int
    """Width of the words' tokens."""
    widths: tuple[int, int, int] = (56, 80, 96)
    """Channels on the grids of 1/4, 1/8 and 1/16 of the picture's side."""
    fine: int = 16
    """Channels at full size."""
    classes: int = 6
    """Numbers that stand for a class of the mask."""

    def to_dict(self) -> dict:
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, fields: dict) -> DetailConfig:
        return cls(**{**fields, "widths": tuple(fields["widths"])})


class _Block(nn.Module):
    """Residual, [N, in, H, W] -> [N, out, H, W]; the words scale and shift its middle."""

    def __init__(self, inputs: int, outputs: int, told: int):
        super().__init__()
        self.begin = nn.Sequential(nn.GroupNorm(NORM_GROUPS, inputs), nn.SiLU(), nn.Conv2d(inputs, outputs, 3, padding=1))
        self.norm, self.told = nn.GroupNorm(NORM_GROUPS, outputs), nn.Linear(told, 2 * outputs)
        self.end = nn.Sequential(nn.SiLU(), nn.Conv2d(outputs, outputs, 3, padding=1))
        self.skip = nn.Identity() if inputs == outputs else nn.Conv2d(inputs, outputs, 1)

    def forward(self, x: Tensor, told: Tensor) -> Tensor:
        scale, shift = self.told(told)[:, :, None, None].chunk(2, dim=1)
        return self.skip(x) + self.end(self.norm(self.begin(x)) * (1 + scale) + shift)


class Detailer(nn.Module):
    """Untrained, it adds nothing."""

    def __init__(self, config: DetailConfig):
        super().__init__()
        self.config = config
        wide, wider, widest = config.widths
        fine, told = config.fine, config.told

        self.classes = nn.Embedding(len(MASK_CLASSES) + 1, config.classes)
        self.seen = nn.Conv2d(3 + config.classes + 1, fine, 3, padding=1)
        self.fold = nn.Conv2d(fine * FOLD**2, wide, 1)
        self.down = nn.ModuleList([_Block(wide, wide, told), _Block(wide, wider, told), _Block(wider, widest, told)])
        self.attend, self.middle = AttentionBlock(widest), _Block(widest, widest, told)
        self.up = nn.ModuleList([_Block(widest + wider, wider, told), _Block(wider + wide, wide, told)])
        self.unfold = nn.Conv2d(wide, fine * FOLD**2, 1)
        self.draw = nn.Sequential(nn.Conv2d(2 * fine, fine, 3, padding=1), nn.SiLU(), nn.Conv2d(fine, 3, 3, padding=1))
        nn.init.zeros_(self.draw[2].weight)
        nn.init.zeros_(self.draw[2].bias)

    def drawn(self, soft: Tensor, masks: Tensor, words: Tensor, noise: Tensor) -> Tensor:
        """`forward` without its grid: the mean over SHIFTS."""
        return spun(lambda soft, masks, noise: self(soft, masks, words, noise), (soft, masks, noise), SHIFTS)

    def forward(self, soft: Tensor, masks: Tensor, words: Tensor, noise: Tensor) -> Tensor:
        """A picture [N, 3, H, W] in about [-1, 1], its mask [N, H, W] uint8 of class numbers (anything else says nothing), the tokens of
        its words [N, L, told] and normal noise [N, 1, H, W] -> the detail to be added, [N, 3, H, W]."""
        told = words.mean(dim=1)
        classes = self.classes(masks.long().clamp(max=len(MASK_CLASSES))).movedim(-1, 1)
        seen = self.seen(torch.cat([soft, classes, noise], dim=1))
        one = self.down[0](self.fold(F.pixel_unshuffle(seen, FOLD)), told)
        two = self.down[1](F.avg_pool2d(one, 2), told)
        three = self.middle(self.attend(self.down[2](F.avg_pool2d(two, 2), told)), told)
        two = self.up[0](torch.cat([F.interpolate(three, scale_factor=2.0), two], dim=1), told)
        one = self.up[1](torch.cat([F.interpolate(two, scale_factor=2.0), one], dim=1), told)
        return self.draw(torch.cat([seen, F.pixel_shuffle(self.unfold(one), FOLD)], dim=1))
