"""Clothes: what is worn about the neck, its colours and patterns, painted on the body; and a shirt's collar as a solid."""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from synth import labels as lab
from synth.colours import linear, triple
from synth.head import Head
from synth.raster import KERNEL, smoothstep
from synth.solids import Piece, around_neck, band
from synth.streams import CLOTHES, stream

GARMENTS = ("T-shirt", "V-neck", "shirt", "turtleneck")
GARMENT_ODDS = (0.36, 0.20, 0.30, 0.14)
DYES = linear(
    [
        [236, 234, 230],
        [30, 30, 33],
        [70, 72, 76],
        [150, 150, 152],
        [34, 44, 76],
        [150, 178, 208],
        [72, 98, 132],
        [108, 28, 42],
        [172, 40, 42],
        [92, 96, 62],
        [54, 96, 76],
        [206, 188, 156],
        [104, 74, 54],
        [214, 158, 168],
        [196, 148, 60],
        [104, 76, 128],
    ]
)
"""Colours that clothes come in, as linear light."""
PLAIN, STRIPED, CHECKED = 0, 1, 2
PATTERN_ODDS = (0.62, 0.20, 0.18)

COLLAR_HALF_OPENING = 0.42
"""Radians between the middle of the throat and a collar's points."""


class Cloth(NamedTuple):
    """Linear RGB of cloth and pattern, PLAIN, STRIPED or CHECKED, the pattern's period and the neckline's heights in head units."""

    ground: tuple[float, float, float]
    figure: tuple[float, float, float]
    pattern: int
    period: float
    neckline: float
    v_neck: float


def garment(clothes_seed: int) -> str:
    """One of GARMENTS."""
    return GARMENTS[stream(clothes_seed, CLOTHES).choice(len(GARMENTS), p=GARMENT_ODDS)]


def cloth(clothes_seed: int) -> Cloth:
    random = stream(clothes_seed, CLOTHES)
    worn = GARMENTS[random.choice(len(GARMENTS), p=GARMENT_ODDS)]
    ground, figure = DYES[random.choice(len(DYES), 2, replace=False)] * random.uniform(0.8, 1.1)
    pattern, period, ease = int(random.choice(3, p=PATTERN_ODDS)), random.uniform(0.07, 0.14), random.rand()
    neckline = {"T-shirt": 5.86 + 0.12 * ease, "V-neck": 5.96, "shirt": 5.96, "turtleneck": 6.06 + 0.05 * ease}[worn]
    v_neck = {"V-neck": 0.3 + 0.2 * ease, "shirt": 0.35}.get(worn, 0.0)
    return Cloth(triple(ground), triple(figure), pattern, period, neckline, v_neck)


@numba.njit(**KERNEL)
def neckline(cloth, x, z):
    """Height below which the body is covered."""
    return cloth.neckline - cloth.v_neck * max(0.0, 1.0 - abs(x) / 0.55) * (1.0 if z > 0.3 else 0.0)


@numba.njit(**KERNEL)
def cloth_colour(cloth, x, y, z, mottle):
    """Albedo of the cloth at a point of the neutral head; `mottle` about 0 varies it. The hem is darker."""
    hem = neckline(cloth, x, z)
    shade = (1 + 0.15 * mottle) * (0.78 + 0.22 * smoothstep(hem, hem - 0.05, y) if y < hem else 1.0)
    share = 0.0
    if cloth.pattern != PLAIN:
        share = 1.0 if y / cloth.period % 1.0 < 0.4 else 0.0
        if cloth.pattern == CHECKED:
            share = 0.5 * share + (0.5 if (x + 0.5 * z) / cloth.period % 1.0 < 0.4 else 0.0)
    red = (cloth.ground[0] * (1 - share) + cloth.figure[0] * share) * shade
    green = (cloth.ground[1] * (1 - share) + cloth.figure[1] * share) * shade
    blue = (cloth.ground[2] * (1 - share) + cloth.figure[2] * share) * shade
    return red, green, blue


def collar(head: Head, clothes_seed: int, points: np.ndarray) -> list[Piece]:
    """The turned-down collar of a shirt on mesh points [N,3]; nothing for other garments."""
    if garment(clothes_seed) != "shirt":
        return []
    azimuth = np.linspace(COLLAR_HALF_OPENING, 2 * np.pi - COLLAR_HALF_OPENING, 40)
    behind = 0.5 - 0.5 * np.cos(azimuth)
    rows = []
    for height, rise, away in ((5.94, 0.03, 0.03), (6.02, 0.14, 0.055), (6.02, 0.14, 0.085), (5.88, 0.10, 0.16)):
        place, outward = around_neck(head, points, azimuth, height + rise * behind)
        rows.append(place + outward * away)
    # The fold hangs lowest at its two points in front.
    rows[3][:, 1] -= 0.09 * np.exp(-(((behind - behind.min()) / 0.10) ** 2))
    return [band(np.stack(rows, 1), lab.CLOTH_MATERIAL)]
