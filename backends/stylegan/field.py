"""The semantic field of Talk-to-Edit (Jiang et al., ICCV 2021): where a latent has to go next so that an attribute grows by a little.

A path through the field needs no picture, so a `Trajectory` is walked first and looked at afterwards (loop.py). The comparison methods
walk the same trajectories with other steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .generator import Generator
from .layers import SLOPE


class _Layer(nn.Module):
    def __init__(self, in_features: int, out_features: int):
        super().__init__()
        self.Linear = nn.Linear(in_features, out_features)

    def forward(self, x: Tensor) -> Tensor:
        return self.Linear(x)


class SemanticField(nn.Module):
    """F: a latent [N, dim] -> f [N, dim], the field vector there. Published fields have 8 layers of 512."""

    def __init__(self, dim: int = 512, hidden: int = 512, layers: int = 8):
        super().__init__()
        self.dim = dim
        sizes = [dim] + [hidden] * (layers - 1) + [dim]
        self.field = nn.ModuleList(_Layer(before, after) for before, after in zip(sizes, sizes[1:], strict=False))

    def forward(self, latent: Tensor) -> Tensor:
        for layer in self.field[:-1]:
            latent = F.leaky_relu(layer(latent), SLOPE)
        return self.field[-1](latent)


@dataclass(frozen=True, eq=False)
class Code:
    """A place in the latent space: w [1, D], which fields are read at, and w_plus [1, layers, D], which pictures are made from."""

    w: Tensor
    w_plus: Tensor
    z: Tensor | None = None
    """[1, D]; only walks in Z carry it."""

    def towards(self, other: Code, share: float) -> Code:
        """The place `share` of the way (0..1) to another."""
        z = None if self.z is None or other.z is None else torch.lerp(self.z, other.z, share)
        return Code(torch.lerp(self.w, other.w, share), torch.lerp(self.w_plus, other.w_plus, share), z)

    def moved(self, delta_w: Tensor, layers: int) -> Code:
        """delta_w added to w and to the first `layers` of w_plus; the others keep colours and light (Talk-to-Edit, appendix)."""
        w_plus = self.w_plus.clone()
        w_plus[:, :layers] += delta_w[:, None]
        return Code(self.w + delta_w, w_plus)


Step = Callable[[Code], Code]


def edited_layers(layers: int) -> int:
    """k, how many of a w_plus's layers an edit may move: 8 of 12 at 128 pixels, 10 of 18 at 1024, and between and beyond in proportion."""
    return min(layers, 8 + (layers - 12) // 3)


def zero_style(generator: Generator) -> Tensor:
    """M(0) [1, D], the constant that a field step subtracts."""
    return generator.mapping(generator.input.input.new_zeros(1, generator.config.style_dim), skip_norm=True)


def field_step(field: SemanticField, generator: Generator, alpha: float, layers: int) -> Step:
    """w' = w + alpha (M(F(w)) - M(0)) on the first `layers` (Talk-to-Edit, eq. 11); alpha = 1 for more, -1 for less of the attribute.

    M leaves out its normalisation here: the field's output is a displacement, not a z.
    """
    origin = zero_style(generator)

    def step(code: Code) -> Code:
        return code.moved(alpha * (generator.mapping(field(code.w), skip_norm=True) - origin), layers)

    return step


def z_field_step(field: SemanticField, generator: Generator, alpha: float) -> Step:
    """z' = z + alpha F(z) (Talk-to-Edit, eq. 5). Every layer of w_plus moves as M(z) does, for that of a photo is more than its M(z)."""

    def step(code: Code) -> Code:
        z = code.z + alpha * field(code.z)
        delta_w = generator.mapping(z) - generator.mapping(code.z)
        return Code(code.w + delta_w, code.w_plus + delta_w[:, None], z)

    return step


def held_near(step: Step, start: Code, scale: Tensor, reach: float) -> Step:
    """The same step, but the walk stands still rather than leave `start` by more than `reach`, the root mean square of w_plus's change in
    units of `scale` [D]: beyond the faces that it has learnt a small generator draws none, whatever a predictor sees there.
    """

    def held(code: Code) -> Code:
        moved = step(code)
        distance = ((moved.w_plus - start.w_plus) / scale).square().mean().sqrt()
        return moved if distance <= reach else code

    return held


class Trajectory:
    """The walk that starts at `start` and repeats `step`, computed as far as it is asked for."""

    def __init__(self, start: Code, step: Step):
        self._step = step
        self._codes = [start]

    @torch.no_grad()
    def at(self, position: float) -> Code:
        """The place after `position` >= 0 steps; between two steps, on the line that joins them."""
        whole = int(position)
        last = whole if position == whole else whole + 1
        while len(self._codes) <= last:
            self._codes.append(self._step(self._codes[-1]))
        return self._codes[whole] if last == whole else self._codes[whole].towards(self._codes[last], position - whole)

    @torch.no_grad()
    def cosine(self, step: int) -> float | None:
        """Of the direction of a step (1 is the first) with that of the first; None where the walk stands still."""
        first, direction = (self.at(number).w - self.at(number - 1).w for number in (1, step))
        return F.cosine_similarity(first, direction).item() if direction.any() else None
