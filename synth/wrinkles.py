"""Maps of where wrinkles run, drawn once as lines on the neutral head."""

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


class Line(NamedTuple):
    """A wrinkle through points (x, y, z) on the person's left half, mirrored to the right; `depth` 0..1."""

    points: list[tuple[float, float, float]]
    depth: float


def _across(height: float, half_width: float, sag: float) -> list[tuple[float, float, float]]:
    """A line across the front of the head."""
    return [
        (x, height + sag * math.sin((x + half_width) / (2 * half_width) * 3.14), 1.5 - 0.9 * x * x)
        for x in np.linspace(-half_width, half_width, 8)
    ]


LINES = {
    "forehead": (
        [
            Line(_across(7.70, 0.45, 0.03), 1),
            Line(_across(7.80, 0.42, 0.03), 0.9),
            Line(_across(7.90, 0.36, 0.02), 0.7),
            Line(_across(7.62, 0.3, 0.02), 0.6),
        ],
        1.3,
    ),
    "frown": ([Line([(0.05, 7.44, 1.5), (0.06, 7.50, 1.5), (0.055, 7.58, 1.5)], 1)], 1.2),
    "crow's feet": (
        [
            Line([(0.50, 7.29, 1.15), (0.56, 7.32, 1.05), (0.62, 7.36, 0.95)], 1),
            Line([(0.50, 7.27, 1.15), (0.57, 7.27, 1.03), (0.63, 7.27, 0.93)], 1),
            Line([(0.49, 7.25, 1.15), (0.55, 7.21, 1.05), (0.60, 7.17, 0.97)], 0.9),
        ],
        1.1,
    ),
    "nasolabial": ([Line([(0.155, 6.93, 1.5), (0.22, 6.86, 1.45), (0.29, 6.74, 1.38), (0.335, 6.62, 1.32), (0.35, 6.55, 1.28)], 1)], 1.6),
    "marionette": ([Line([(0.28, 6.58, 1.38), (0.30, 6.50, 1.36), (0.30, 6.42, 1.33)], 1)], 1.4),
    "eye bags": (
        [
            Line([(0.19, 7.20, 1.4), (0.27, 7.155, 1.4), (0.36, 7.15, 1.37), (0.45, 7.185, 1.3)], 1),
            Line([(0.17, 7.16, 1.4), (0.25, 7.10, 1.4), (0.34, 7.08, 1.37)], 0.6),
        ],
        1.3,
    ),
    "neck": ([Line(_across(5.95, 0.5, -0.02), 1), Line(_across(5.80, 0.5, -0.02), 0.8)], 1.5),
}
"""By name: the lines, and the radius in texels that they are blurred by."""


@functools.cache
def wrinkle_maps() -> dict[str, np.ndarray]:
    """[512,512] float32 in [0, 1] per group of `LINES`, over the paint area of `synth.surfaces`."""
    return {name: _drawn(lines, blur) for name, (lines, blur) in LINES.items()}


def _drawn(lines: list[Line], blur: float) -> np.ndarray:
    picture = np.zeros((SIZE, SIZE), np.float32)
    for line in lines:
        t, knots = np.linspace(0, 1, SEGMENTS + 1), np.linspace(0, 1, len(line.points))
        x, y, z = (np.interp(t, knots, coordinate) for coordinate in zip(*line.points, strict=True))
        for side in (1, -1):
            u = (np.arctan2(side * x, z - 0.2) / PAINT_AZIMUTH + 0.5) * SIZE
            v = (y - PAINT_BOTTOM) / PAINT_HEIGHT * SIZE
            ends = (np.stack([u, v], 1) * 2**SUBPIXEL_BITS).astype(int)
            stroke = np.zeros((SIZE, SIZE), np.float32)
            for j in range(SEGMENTS):
                depth = line.depth * math.sin(math.pi * (j + 0.5) / SEGMENTS) ** 0.7
                cv2.line(stroke, ends[j].tolist(), ends[j + 1].tolist(), depth, 1, cv2.LINE_AA, SUBPIXEL_BITS)
            picture = np.maximum(picture, stroke)
    blurred = cv2.GaussianBlur(picture, (0, 0), blur)
    return blurred / blurred.max()
