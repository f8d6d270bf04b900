"""Brows and beard as tufts of strands on the straight head."""

from __future__ import annotations

import numpy as np

from synth.head import Head
from synth.lighting import unit
from synth.materials import hair_colour
from synth.morphs import is_masculine
from synth.parameters import FaceParameters
from synth.roots import Roots, beard_style_share
from synth.strands import NO_LABEL, Obstacle, grow
from synth.streams import BEARD, BROWS, stream
from synth.tufts import Tuft, growth, varied

TRIMMED_TO = 3
"""Up to this degree hairs stand straight out of the skin; longer ones hang."""
BEARD_LENGTH = (0, 0.010, 0.034, 0.075, 0.36, 0.46)
BEARD_DENSITY = (0, 0.18, 0.42, 0.74, 0.17, 0.75)
BEARD_WIDTH = (0, 0.30, 0.65, 0.8, 0.8, 0.8)
BEARD_LIFT = (0, 0, 0, 0, 0.02, 0.10)
"""At degrees 0..5: lengths and distances from the skin in head units, widths as in `Tuft`, and the share of the roots that grow."""
MOUSTACHE_LENGTH = 0.13


def brows(head: Head, roots: Roots, params: FaceParameters, points: np.ndarray) -> Tuft:
    random = stream(params.identity_seed, BROWS)
    masculine = is_masculine(params)
    thickness = (1.15 if masculine else 0.80) * 1.7**params.brow_thickness
    numbers = roots.brow_numbers
    off_middle = np.abs(roots.brow[numbers]) / thickness
    numbers = numbers[(off_middle < 1.35) & (roots.odds(numbers, 7919) < np.interp(off_middle, [0, 0.6, 1.35], [0.9, 0.7, 0.1]))]
    position, normal = roots.on(head, points, numbers)
    aside = np.abs(roots.rest[numbers, 0])
    rise = np.interp(aside, [0.08, 0.16, 0.3, 0.5], [1.2, 0.6, 0.15, -0.35]) - roots.brow[numbers] * 0.25
    direction = unit(np.stack([np.sign(position[:, 0]), rise, np.zeros(len(rise))], 1))
    direction = unit(direction - (direction * normal).sum(1, keepdims=True) * normal * 0.9 + normal * 0.15)
    length = (0.035 + 0.03 * random.rand(len(numbers))) * np.interp(aside, [0.08, 0.2, 0.5], [0.9, 1.2, 0.8])
    direction = unit(direction + 0.18 * random.randn(len(numbers), 3))
    along = np.linspace(0, 1, 5)[None, :, None]
    strands = position[:, None] + direction[:, None] * length[:, None, None] * along + normal[:, None] * 0.004
    blond = params.hair_colour in ("blond", "light blond")
    albedo = varied(random, hair_colour(params) * (0.42 if blond else 0.55), len(numbers), 0.18)
    width = np.full(len(numbers), 0.62, np.float32)
    return Tuft(strands.astype(np.float32), albedo.astype(np.float32), width, NO_LABEL, 0.15, 0.9, casts_shadow=False)


def beard(head: Head, roots: Roots, params: FaceParameters, points: np.ndarray, obstacle: Obstacle) -> Tuft:
    random, degree = stream(params.identity_seed, BEARD), params.beard
    numbers = roots.beard_numbers
    share = roots.beard[numbers] * beard_style_share(roots.rest[numbers], params.beard_style)
    numbers = numbers[share * (0.35 + roots.luck[numbers]) > 0.5]
    numbers = numbers[roots.odds(numbers, 7919) < BEARD_DENSITY[degree]]
    position, normal = roots.on(head, points, numbers)
    count, side = len(numbers), np.sign(position[:, 0])
    aside = np.abs(roots.rest[numbers, 0])
    moustache = (roots.rest[numbers, 1] > 6.68) & (aside < 0.32)
    length = BEARD_LENGTH[degree] * (0.6 + 0.7 * random.rand(count)) * np.where(aside > 0.5, 0.55, 1.0)
    if degree <= TRIMMED_TO:
        strands = _trimmed(position, normal, length, side * np.where(moustache, 0.9, 0.15), random)
    else:
        strands = _hanging(position, normal, length, moustache, side, degree, params, random, obstacle)
    albedo = varied(random, hair_colour(params) * 0.95, count, 0.3).astype(np.float32)
    width = np.full(count, BEARD_WIDTH[degree], np.float32)
    return Tuft(strands, albedo, width, NO_LABEL, 0.12, 0.5, casts_shadow=degree > TRIMMED_TO)


def _trimmed(
    position: np.ndarray, normal: np.ndarray, length: np.ndarray, aside: np.ndarray, random: np.random.RandomState
) -> np.ndarray:
    """Short strands [n,4,3] that lean down along the skin, and `aside` [n] by their side of the face."""
    lean = np.stack([aside, np.full(len(aside), -1.0), np.zeros(len(aside))], 1) + 0.35 * random.randn(len(aside), 3)
    along_skin = unit(lean - (lean * normal).sum(1, keepdims=True) * normal)
    reach = np.linspace(0, 1, 4)[None, :, None] * length[:, None, None]
    outward = np.sqrt(np.linspace(0, 1, 4))[None, :, None] * length[:, None, None]
    return (position[:, None] + along_skin[:, None] * reach * 0.9 + normal[:, None] * (0.004 + outward * 0.3)).astype(np.float32)


def _hanging(
    position: np.ndarray,
    normal: np.ndarray,
    length: np.ndarray,
    moustache: np.ndarray,
    side: np.ndarray,
    degree: int,
    params: FaceParameters,
    random: np.random.RandomState,
    obstacle: Obstacle,
) -> np.ndarray:
    """Long strands [n,8,3]: they leave the skin, then fall; those of the moustache part to either side."""
    count, level = len(position), np.zeros(len(position))
    downward = unit(normal * 0.6 + np.array([0, -1, 0]) * 0.8 + np.stack([side * 0.25, level, level], 1))
    parted = unit(np.stack([side * 0.9, level - 0.5, level + 0.1], 1))
    shape = growth(
        position,
        downward,
        np.where(moustache[:, None], parted, np.array([[0, -1, 0.05]])),
        length=np.minimum(length, np.where(moustache, MOUSTACHE_LENGTH, np.inf)),
        lift=0.01 + BEARD_LIFT[degree] * random.rand(count),
        gravity=0.25,
        stiffness=0.72,
        curl_radius=0.004 + 0.012 * max(params.hair_curl, 0.5),
        curl_turns=3.0,
        curl_phase=random.rand(count) * 6.28,
        face_avoidance=0.0,
    )
    return grow(shape, obstacle, 8, np.float32(0.4))
