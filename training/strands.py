"""Fine structure as photos have it and no rendering: strands, stubble, pores, locks.

What a network learnt to cancel on renderings stays behind on photos as a ghost, hair over a bald head first of all. Faces with such
structure, beside counterfactuals that have it only where an edit covers and uncovers nothing, teach it to take away what it never saw.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from backends.dae.motion import moved
from backends.dae.retouch import blurred

from .edited import ATTRIBUTES

COVERING = (
    *("bangs", "eyeglasses", "beard", "smile"),
    *("bald", "receding hairline", "short hair", "long hair", "hair tied back", "hair bun", "goatee", "moustache"),
    *("mouth open", "surprised", "eyes closed", "beanie", "cap", "brimmed hat", "no hat"),
)
"""What puts something over a face or takes it off. All else leaves structure where it is: white hair has the strands that it had."""
COVERED = (0.15, 0.35)
"""Of the range of 2: from a change of the first on an edit of those begins to hide what was there, from the second on it does."""
NEAR = 1.5
"""Pixels over which that change is measured."""
STRONG = (0.02, 0.2)
"""Between which the structure's standard deviation is drawn."""
ALONG, ACROSS = (0.7, 8.0), (0.5, 1.4)
"""Between which the standard deviations, in pixels, of what the noise is blurred with are drawn."""
PATCH = 12.0
"""Standard deviation in pixels of the blur that gives the patches which have any: some pictures are full of it, others hold a few."""


def with_strands(face: Tensor, wanted: Tensor, cover: Tensor, way: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Faces and counterfactuals [N, 3, S, S] in [-1, 1], what is `covered` and the `synth.motion` [N, 2, s, s] -> both with fine structure,
    the counterfactuals where nothing covers it."""
    structure = strands(len(face), face.shape[-1], generator)
    return (face + structure).clamp(-1, 1), (wanted + (1 - cover) * moved(structure, way)).clamp(-1, 1)


def covered(face: Tensor, wanted: Tensor, asked: Tensor, way: Tensor) -> Tensor:
    """How far [N, 1, S, S] edits, `asked_for` [N, 2 A], hide what was there, 0..1."""
    hides = covers(asked).float()[:, None, None, None]
    change = (wanted - moved(face, way)).abs().amax(1, keepdim=True)
    near = blurred(change**2, NEAR).sqrt()
    return hides * ((near - COVERED[0]) / (COVERED[1] - COVERED[0])).clamp(0, 1)


def covers(asked: Tensor) -> Tensor:
    """Which edits, `asked_for` [N, 2 A], are of COVERING, [N]."""
    covering = torch.tensor([name in COVERING for name in ATTRIBUTES])
    return (asked[:, : len(ATTRIBUTES)] != 0).logical_and(covering).any(1)


def strands(count: int, side: int, generator: torch.Generator) -> Tensor:
    """[count, 1, side, side]: noise blurred along one direction more than across it, in patches."""

    def uniform(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(count, 1, 1, 1, generator=generator)

    place = torch.fft.fftfreq(side)
    fx, fy = place, place[:, None]

    def noise(across: Tensor, along: Tensor, angle: Tensor) -> Tensor:
        """With a standard deviation of 1, blurred by so much."""
        ways = fy * angle.cos() - fx * angle.sin(), fx * angle.cos() + fy * angle.sin()
        gain = torch.exp(-2 * math.pi**2 * ((across * ways[0]) ** 2 + (along * ways[1]) ** 2))
        found = torch.fft.ifft2(gain * torch.fft.fft2(torch.randn(count, 1, side, side, generator=generator))).real
        return found / found.std(dim=(2, 3), keepdim=True)

    round_ones = torch.full((count, 1, 1, 1), PATCH)
    patches = (4 * (noise(round_ones, round_ones, torch.zeros(1)) + uniform(-1, 2))).sigmoid()
    return uniform(*STRONG) * patches * noise(uniform(*ACROSS), uniform(*ALONG), uniform(0, math.pi))
