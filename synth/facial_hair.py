"""Brows and beard as tufts of strands on the straight head."""

from __future__ import annotations

import numpy as np

from synth.head import Head
from synth.lighting import unit
from synth.materials import hair_colour
from synth.morphs import is_masculine
from synth.parameters import FaceParameters
from synth.roots import Roots
from synth.strands import NO_LABEL, Obstacle, grow
from synth.streams import BEARD, BROWS, stream
from synth.tufts import Tuft, growth, varied

BEARD_STRANDS_FROM = 2
"""Stubble, degree 1, is only a tint of the skin."""
BEARD_LENGTH = (0, 0, 0.022, 0.06, 0.15, 0.42)
BEARD_DENSITY = (0, 0, 0.30, 0.48, 0.60, 0.65)


def brows(head: Head, roots: Roots, params: FaceParameters, points: np.ndarray) -> Tuft:
    random = stream(params.identity_seed, BROWS)
    masculine = is_masculine(params)
    thickness = (0.75 + 0.5 * random.rand()) if masculine else (0.45 + 0.4 * random.rand())
    numbers = roots.brow_numbers
    off_middle = np.abs(roots.brow[numbers]) / thickness
    numbers = numbers[(off_middle < 1.35) & (roots.odds(numbers, 7919) < np.interp(off_middle, [0, 0.6, 1.35], [0.95, 0.75, 0.12]))]
    position, normal = roots.on(head, points, numbers)
    aside = np.abs(roots.rest[numbers, 0])
    rise = np.interp(aside, [0.08, 0.16, 0.3, 0.5], [1.2, 0.6, 0.15, -0.35]) - roots.brow[numbers] * 0.25
    direction = unit(np.stack([np.sign(position[:, 0]), rise, np.zeros(len(rise))], 1))
    direction = unit(direction - (direction * normal).sum(1, keepdims=True) * normal * 0.9 + normal * 0.15)
    length = (0.045 + 0.03 * random.rand(len(numbers))) * np.interp(aside, [0.08, 0.2, 0.5], [0.8, 1.2, 0.8])
    along = np.linspace(0, 1, 5)[None, :, None]
    strands = position[:, None] + direction[:, None] * length[:, None, None] * along + normal[:, None] * 0.004
    blond = params.hair_colour in ("blond", "light blond")
    albedo = varied(random, hair_colour(params) * (0.42 if blond else 0.55), len(numbers), 0.18)
    width = np.full(len(numbers), 0.75 if masculine else 0.62, np.float32)
    return Tuft(strands.astype(np.float32), albedo.astype(np.float32), width, NO_LABEL, 0.15, 0.9, casts_shadow=False)


def beard(head: Head, roots: Roots, params: FaceParameters, points: np.ndarray, obstacle: Obstacle) -> Tuft:
    random, degree = stream(params.identity_seed, BEARD), params.beard
    numbers = roots.beard_numbers
    numbers = numbers[roots.beard[numbers] * (0.35 + roots.luck[numbers]) > 0.5]
    numbers = numbers[roots.odds(numbers, 7919) < BEARD_DENSITY[degree]]
    position, normal = roots.on(head, points, numbers)
    count, side, level = len(numbers), np.sign(position[:, 0]), np.zeros(len(numbers))
    aside = np.abs(roots.rest[numbers, 0])
    moustache = (roots.rest[numbers, 1] > 6.68) & (aside < 0.32)
    length = BEARD_LENGTH[degree] * (0.6 + 0.7 * random.rand(count))
    length = length * np.where(moustache, 0.5 if degree >= 4 else 0.8, 1) * np.where(aside > 0.5, 0.55, 1.0)
    downward = unit(normal * 0.6 + np.array([0, -1, 0]) * 0.8 + np.stack([side * 0.25, level, level], 1))
    parted = unit(np.stack([side * 0.9, level - 0.5, level + 0.1], 1))
    shape = growth(
        position,
        downward,
        np.where(moustache[:, None], parted, np.array([[0, -1, 0.05]])),
        length=np.minimum(length, np.where(moustache, 0.13, np.inf)),
        lift=0.01 + 0.06 * random.rand(count) * min(1, degree / 4),
        gravity=0.25,
        stiffness=0.72,
        curl_radius=0.012 if degree > 2 else 0.0,
        curl_turns=3.0,
        curl_phase=random.rand(count) * 6.28,
        face_avoidance=0.0,
    )
    strands = grow(shape, obstacle, 8, np.float32(0.4))
    albedo = varied(random, hair_colour(params) * 0.85, count, 0.3).astype(np.float32)
    return Tuft(strands, albedo, np.full(count, 1.0 if degree > 2 else 0.7, np.float32), NO_LABEL, 0.12, 0.5, casts_shadow=True)
