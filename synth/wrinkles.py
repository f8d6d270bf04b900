"""Where wrinkles run, drawn once as lines on the neutral head, and how deep they are at each age.

How deep is the same for everybody of one age; where exactly is one of a few drawings per group, chosen by the person.
"""

from __future__ import annotations

import functools
import math
from typing import NamedTuple

import cv2
import numpy as np

from synth.surfaces import PAINT_AZIMUTH, PAINT_BOTTOM, PAINT_HEIGHT

SIZE = 512
SEGMENTS = 59
SUBPIXEL_BITS = 4
VARIANTS = 4
"""Drawings of each group."""
WOBBLE = 0.014
"""Standard deviation, in head units, by which a drawing's points stray from the pattern."""
FOLD_WIDTH, FOLD_SHARE = 6.0, 0.55
"""Radius in texels of the soft fold that goes with each crease, and its share of the depth."""

Point = tuple[float, float, float]


class Line(NamedTuple):
    """A wrinkle through points (x, y, z) on the person's left half, mirrored to the right; `depth` 0..1."""

    points: list[Point]
    depth: float


class Group(NamedTuple):
    """Lines that come together; the radius of the crease in texels; depth at degrees 0..5 of age; what a full smile adds."""

    lines: list[Line]
    crease: float
    by_age: tuple[float, float, float, float, float, float]
    by_smile: float = 0.0


def _across(height: float, half_width: float, sag: float) -> list[Point]:
    """A line across the front of the head."""
    return [
        (x, height + sag * math.sin((x + half_width) / (2 * half_width) * 3.14), 1.5 - 0.9 * x * x)
        for x in np.linspace(-half_width, half_width, 8)
    ]


GROUPS = {
    "forehead": Group(
        [
            Line(_across(7.62, 0.30, 0.02), 0.6),
            Line(_across(7.70, 0.45, 0.03), 1),
            Line(_across(7.80, 0.42, 0.03), 0.9),
            Line(_across(7.90, 0.36, 0.02), 0.7),
        ],
        1.6,
        (0, 0, 0.36, 0.66, 0.92, 1.20),
    ),
    "frown": Group([Line([(0.05, 7.44, 1.5), (0.06, 7.50, 1.5), (0.055, 7.58, 1.5)], 1)], 1.6, (0, 0, 0.20, 0.45, 0.70, 1.0)),
    "crow's feet": Group(
        [
            Line([(0.50, 7.29, 1.15), (0.57, 7.33, 1.05), (0.64, 7.38, 0.95)], 1),
            Line([(0.50, 7.27, 1.15), (0.58, 7.27, 1.03), (0.66, 7.27, 0.93)], 1),
            Line([(0.49, 7.25, 1.15), (0.56, 7.20, 1.05), (0.63, 7.15, 0.97)], 0.9),
            Line([(0.47, 7.22, 1.15), (0.52, 7.14, 1.07), (0.57, 7.06, 1.0)], 0.6),
        ],
        1.5,
        (0, 0, 0.36, 0.66, 0.92, 1.20),
        0.25,
    ),
    "nasolabial": Group(
        [Line([(0.155, 6.93, 1.5), (0.22, 6.86, 1.45), (0.29, 6.74, 1.38), (0.335, 6.62, 1.32), (0.35, 6.55, 1.28)], 1)],
        2.0,
        (0, 0.05, 0.46, 0.68, 0.92, 1.20),
        0.30,
    ),
    "marionette": Group([Line([(0.28, 6.58, 1.38), (0.31, 6.48, 1.36), (0.32, 6.36, 1.33)], 1)], 1.8, (0, 0, 0.10, 0.30, 0.70, 1.10)),
    "jowls": Group([Line([(0.33, 6.40, 1.3), (0.37, 6.32, 1.25), (0.38, 6.22, 1.2)], 1)], 3.0, (0, 0, 0, 0.10, 0.55, 1.0)),
    "eye bags": Group(
        [
            Line([(0.19, 7.19, 1.4), (0.27, 7.145, 1.4), (0.36, 7.14, 1.37), (0.45, 7.175, 1.3)], 1),
            Line([(0.17, 7.15, 1.4), (0.25, 7.085, 1.4), (0.34, 7.065, 1.37), (0.42, 7.09, 1.33)], 0.8),
        ],
        1.7,
        (0, 0.05, 0.32, 0.58, 0.86, 1.15),
    ),
    "cheeks": Group(
        [
            Line([(0.42, 6.90, 1.3), (0.46, 6.76, 1.27), (0.46, 6.60, 1.2)], 0.9),
            Line([(0.52, 6.92, 1.2), (0.56, 6.76, 1.15), (0.55, 6.58, 1.1)], 0.9),
            Line([(0.62, 6.95, 1.0), (0.65, 6.80, 0.95), (0.64, 6.64, 0.9)], 0.8),
            Line([(0.40, 6.60, 1.3), (0.42, 6.50, 1.25), (0.42, 6.40, 1.2)], 0.7),
        ],
        1.5,
        (0, 0, 0, 0.05, 0.30, 0.75),
    ),
    "upper lip": Group(
        [Line([(x, 6.83, 1.5), (x + 0.01, 6.76, 1.5), (x + 0.012, 6.71, 1.5)], 0.8) for x in (0.04, 0.10, 0.16, 0.22)],
        1.3,
        (0, 0, 0, 0.05, 0.30, 0.75),
    ),
    "chin": Group([Line(_across(6.43, 0.16, 0.03), 1)], 1.8, (0, 0, 0.05, 0.20, 0.50, 0.9)),
    "neck": Group(
        [
            Line(_across(5.98, 0.5, -0.02), 1),
            Line(_across(5.86, 0.5, -0.02), 0.9),
            Line([(0.10, 6.08, 1.0), (0.10, 5.90, 0.95), (0.09, 5.70, 0.95)], 0.8),
            Line([(0.22, 6.08, 1.0), (0.21, 5.90, 0.95), (0.19, 5.70, 0.95)], 0.8),
        ],
        2.0,
        (0, 0, 0.10, 0.35, 0.75, 1.15),
    ),
}


def wrinkles(age: int, smile: int, random: np.random.RandomState) -> np.ndarray:
    """Wrinkle depths [512,512] float32 over the paint area of `synth.surfaces`, about 0..1.2, for degrees of age and smile."""
    total = np.zeros((SIZE, SIZE), np.float32)
    for name, group in GROUPS.items():
        variant = random.randint(VARIANTS)
        depth = group.by_age[age] + group.by_smile * smile / 5 * (0.4 if age < 2 else 1.0)
        if depth > 0.03:
            total += _drawing(name, variant) * np.float32(depth)
    return total


@functools.cache
def _drawing(name: str, variant: int) -> np.ndarray:
    """One drawing of a group: [512,512] float32 in [0, 1]."""
    group, random = GROUPS[name], np.random.RandomState(variant)
    picture = np.zeros((SIZE, SIZE), np.float32)
    for line in group.lines:
        t, knots = np.linspace(0, 1, SEGMENTS + 1), np.linspace(0, 1, len(line.points))
        wobble = random.randn(len(line.points), 3) * [WOBBLE, WOBBLE, 0]
        x, y, z = (np.interp(t, knots, coordinate) for coordinate in (np.array(line.points) + wobble).T)
        for side in (1, -1):
            u = (np.arctan2(side * x, z - 0.2) / PAINT_AZIMUTH + 0.5) * SIZE
            v = (y - PAINT_BOTTOM) / PAINT_HEIGHT * SIZE
            ends = (np.stack([u, v], 1) * 2**SUBPIXEL_BITS).astype(int)
            stroke = np.zeros((SIZE, SIZE), np.float32)
            for j in range(SEGMENTS):
                depth = line.depth * math.sin(math.pi * (j + 0.5) / SEGMENTS) ** 0.7
                cv2.line(stroke, ends[j].tolist(), ends[j + 1].tolist(), depth, 1, cv2.LINE_AA, SUBPIXEL_BITS)
            picture = np.maximum(picture, stroke)
    crease, fold = cv2.GaussianBlur(picture, (0, 0), group.crease), cv2.GaussianBlur(picture, (0, 0), FOLD_WIDTH)
    return crease / crease.max() * (1 - FOLD_SHARE) + fold / fold.max() * FOLD_SHARE
