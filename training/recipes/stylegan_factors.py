"""What a rendered face is made of, as a z: numbers that are standard normal over the training faces and say nothing twice.

The renderer draws its choices from known distributions. Every choice becomes a normal number by its rank (one of several equal values:
anywhere within their share of ranks; one that does not show in this face: anywhere at all), less what the numbers before it already say. A
generator that learns z -> picture then has plausible faces everywhere that N(0, I) reaches.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import cv2
import numpy as np
import torch
from torch import Tensor

from graded import GRADED, MAX_DEGREE
from synth.backdrop import backdrop
from synth.camera import FARTHEST, NEAREST
from synth.clothes import GARMENTS, cloth, garment
from synth.eyeglasses import frame_look, rim_shape
from synth.head import load_head
from synth.headwear import hat_colours
from synth.lighting import sample_scene
from synth.parameters import CHOICES, FaceParameters
from synth.streams import CAMERA, EXPRESSION, SHAPE, stream

from ..targets import SHAPES

BACKDROP_SIDE, BACKDROP_COMPONENTS = 12, 32
"""Backgrounds count by their principal components at so many pixels."""
NUMBERS = ("masculinity", "skin_tone", "gray", "hair_length", "hair_curl", "hair_volume", "hair_part", "receding", "bald")
MORE_NUMBERS = ("mouth_open", "eyes_closed", "makeup", "blush", "occluded", "yaw", "pitch", "roll")


def factors(face: FaceParameters) -> list[float]:
    """Everything but the background, the graded degrees first in the order of GRADED; NaN for what does not show."""
    found = [float(getattr(face, name)) for name in (*GRADED, *NUMBERS, *MORE_NUMBERS, *SHAPES)]
    found += [float(values.index(getattr(face, name))) for name, values in CHOICES.items()]
    found[-len(CHOICES) + list(CHOICES).index("beard_style")] += 0.0 if face.beard else np.nan
    found += face.ancestry[:2]
    found += _glasses(face) if face.eyeglasses else [np.nan] * 8
    found += [float(x) for colour in hat_colours(face.wear_seed) for x in colour] if face.hat != "none" else [np.nan] * 6
    lights, _, exposure = sample_scene(face.light_seed)
    found += [*lights.key_direction, *lights.key, lights.sky[1], lights.ground[1], lights.fill[1], lights.rim[1], lights.softness, exposure]
    found.append(stream(face.light_seed, CAMERA).uniform(NEAREST, FARTHEST))
    worn = cloth(face.clothes_seed)
    found += [GARMENTS.index(garment(face.clothes_seed)), worn.pattern, worn.neckline, *worn.ground]
    found += worn.figure if worn.pattern else [np.nan] * 3
    found += list(stream(face.expression_seed, EXPRESSION).rand(5))
    found += list(stream(face.identity_seed, SHAPE).randn(len(load_head().detail_spread)))
    return found


def _glasses(face: FaceParameters) -> list[float]:
    rim, (colour, _) = rim_shape(face), frame_look(face)
    return [rim.half_width, rim.half_height, rim.exponent, rim.aviator, rim.cat_eye, *colour]


def _backdrops(faces: Sequence[FaceParameters]) -> Tensor:
    """[N, 3 * side * side], as bright as screens show them."""
    pictures = [cv2.resize(backdrop(face.background_seed, 96), (BACKDROP_SIDE,) * 2, interpolation=cv2.INTER_AREA) for face in faces]
    return torch.from_numpy(np.stack(pictures) ** (1 / 2.2)).flatten(1).float()


@dataclasses.dataclass(frozen=True, eq=False)
class Facts:
    """What is known of N faces: `factors` [N, K'], and the pixels of what is behind them, [N, P]."""

    factors: Tensor
    backdrops: Tensor

    @classmethod
    def of(cls, faces: Sequence[FaceParameters]) -> Facts:
        """Takes 7 ms for a face."""
        return cls(torch.tensor([factors(face) for face in faces], dtype=torch.float32), _backdrops(faces))


@dataclasses.dataclass(frozen=True, eq=False)
class Places:
    """Where the values of N faces lie among the training faces': shares `low` to `high` of those, [N, K] each in 0..1."""

    low: Tensor
    high: Tensor

    @classmethod
    def joined(cls, first: Places, second: Places) -> Places:
        return cls(torch.cat([first.low, second.low]), torch.cat([first.high, second.high]))


@dataclasses.dataclass(frozen=True, eq=False)
class FactorCode:
    """Turns faces into z, by the distributions of the training faces. Of z's `dim` numbers, the first `whitening` has are the factors."""

    ordered: tuple[Tensor, ...]
    """Each factor's known values among the training faces, in order."""
    backdrop_mean: Tensor
    backdrop_components: Tensor
    whitening: Tensor
    """[K, K], lower triangular."""
    dim: int

    @classmethod
    def fitted(cls, facts: Facts, dim: int) -> FactorCode:
        mean = facts.backdrops.mean(dim=0)
        _, _, components = torch.linalg.svd((facts.backdrops - mean)[:4000], full_matrices=False)
        components = components[:BACKDROP_COMPONENTS]
        columns = torch.cat([facts.factors, (facts.backdrops - mean) @ components.T], dim=1).T
        ordered = tuple(column[~column.isnan()].sort().values for column in columns)
        unfinished = cls(ordered, mean, components, torch.eye(len(ordered)), dim)
        luck = torch.rand(len(facts.factors), len(ordered), generator=torch.Generator().manual_seed(0))
        normal = _normal(unfinished.places(facts), luck).double()
        covariance = normal.T @ normal / len(normal) + 1e-3 * torch.eye(len(ordered))
        return dataclasses.replace(unfinished, whitening=torch.linalg.inv(torch.linalg.cholesky(covariance)).float())

    def places(self, facts: Facts) -> Places:
        behind = (facts.backdrops - self.backdrop_mean) @ self.backdrop_components.T
        columns = torch.cat([facts.factors, behind], dim=1).T.contiguous()
        low, high = torch.zeros_like(columns), torch.ones_like(columns)
        for k, (column, ordered) in enumerate(zip(columns, self.ordered, strict=True)):
            known = ~column.isnan()
            low[k, known] = torch.searchsorted(ordered, column[known]) / len(ordered)
            high[k, known] = torch.searchsorted(ordered, column[known], right=True) / len(ordered)
        return Places(low.T.contiguous(), high.T.contiguous())

    def draw(self, places: Places, index: Tensor, generator: torch.Generator) -> Tensor:
        """z [B, D] of some faces; it differs from draw to draw in what a face leaves open."""
        normals = self.normals(places, index, generator)
        return self.z(normals, torch.randn(len(index), self.dim - normals.shape[1], generator=generator))

    def normals(self, places: Places, index: Tensor, generator: torch.Generator) -> Tensor:
        """The factors of some faces before whitening, [B, K]."""
        chosen = Places(places.low[index], places.high[index])
        return _normal(chosen, torch.rand(chosen.low.shape, generator=generator))

    def z(self, normals: Tensor, noise: Tensor) -> Tensor:
        """Factors [B, K] and what fills z [B, D - K] -> z [B, D]."""
        return torch.cat([normals @ self.whitening.T, noise], dim=1)

    def degree(self, attribute: int, degrees: Tensor, luck: Tensor) -> Tensor:
        """What `normals` holds for fractional degrees [B] of a graded attribute; `luck` [B] in 0..1 says where within each whole degree."""
        ordered, whole = self.ordered[attribute], torch.arange(MAX_DEGREE + 1.0)
        low, high = torch.searchsorted(ordered, whole), torch.searchsorted(ordered, whole, right=True)
        below = degrees.long().clamp(max=MAX_DEGREE - 1)
        ends = [_normal(Places(low[d] / len(ordered), high[d] / len(ordered)), luck) for d in (below, below + 1)]
        return torch.lerp(*ends, degrees - below)


def _normal(places: Places, luck: Tensor) -> Tensor:
    return torch.special.ndtri((places.low + (places.high - places.low) * luck).clamp(1e-3, 1 - 1e-3))
