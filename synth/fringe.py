"""Bangs: a fringe that is combed from above the hairline over the forehead and cut where the degree says.

Every degree is the same fringe, cut at another height, so each covers what the lesser ones cover and more; the hair around it knows
nothing of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth.hairline import raised
from synth.head import CENTRE, Head, smooth
from synth.headwear import Shell
from synth.parameters import FaceParameters
from synth.roots import Roots
from synth.strands import Obstacle, wind
from synth.streams import FRINGE, stream
from synth.styles import curl
from synth.tufts import growth

COVER = (0, 0.13, 0.35, 0.57, 0.80, 1.04)
"""Share of the forehead, from its top, that each degree hides."""
STRANDS = 2000
HALF_WIDTH = 47
"""Degrees of azimuth."""
WIDEST = 1.3
"""Radians: where sweeping ends."""
SWEPT_CHANCE, CURTAIN_CHANCE = 0.4, 0.2
"""How many fringes are swept to one side, and how many part in the middle."""
BAND = 0.30
"""How far above the hairline the fringe begins, in head units."""
POINTS = 30
EYE_TO_BROW = 0.235
HAIRLINE_OVER_EYES = 0.61
"""Heights in head units."""


@dataclass(frozen=True, eq=False)
class Cut:
    """How one person's fringe lies; the same at every degree."""

    sweep: float
    """Radians to the side, at the tips."""
    parting: float
    """Radians away from the middle, at the tips."""
    bend: float
    slant: float
    gap: float
    """1 if it is shorter in the middle, else 0."""
    wispiness: float


@dataclass(frozen=True, eq=False)
class Fringe:
    """Strands [n,30,3] float32, and the number of the lock [n] that each belongs to."""

    strands: np.ndarray
    lock: np.ndarray


def fringe(
    head: Head, roots: Roots, params: FaceParameters, points: np.ndarray, obstacle: Obstacle, hat: Shell | None, share: float
) -> Fringe:
    """The fringe of degree `params.bangs` (1..5) on mesh points [N,3], `share` of its strands at full detail."""
    random = stream(params.identity_seed, FRINGE)
    numbers = _roots_of(roots, params)[: int(STRANDS * share)]
    start, normal = roots.on(head, points, numbers)
    azimuth, variety = np.radians(roots.azimuth[numbers]), roots.variety[numbers]
    eyes = (points[head.parts["left_eye"]].mean(0)[1] + points[head.parts["right_eye"]].mean(0)[1]) / 2
    brow, top = eyes + EYE_TO_BROW, eyes + HAIRLINE_OVER_EYES + raised(params, np.zeros(1))[0]
    if hat is not None:
        top = hat.forehead_top

    cut = _cut_of(random)
    lock, middle, lock_variety = _locks(random, azimuth)
    sweep = cut.sweep + cut.parting * np.tanh(azimuth / 0.2) + 0.15 * (lock_variety[:, 0] - 0.5)
    thickness = 0.075 * (1 + 1.2 * params.hair_curl)
    strands = _combed(obstacle, start, azimuth, middle, sweep, cut.bend, thickness, variety, brow - 0.16)
    radius, turns = curl(params, lock_variety)
    shape = growth(
        start,
        normal,
        normal,
        length=np.linalg.norm(np.diff(strands, axis=1), axis=2).sum(1),
        lift=0.0,
        gravity=0.0,
        stiffness=0.0,
        curl_radius=radius * 0.9,
        curl_turns=turns,
        curl_phase=lock_variety[:, 1] * 6.28 + 0.8 * variety[:, 3],
        face_avoidance=0.0,
    )
    wind(strands, shape, obstacle.centre, np.float32(0.5))
    across = np.clip(np.degrees(azimuth) / HALF_WIDTH, -1, 1)
    cover = COVER[params.bangs] - 0.16 * np.minimum(1, np.abs(azimuth - middle) * 10) ** 2 + 0.05
    cover += (0.08 + 0.12 * cut.wispiness) * (lock_variety[:, 2] - 0.5) + (0.06 + 0.10 * cut.wispiness) * (variety[:, 2] - 0.5)
    cover -= 0.12 * smooth(0.75, 1.0, np.abs(across))
    if params.bangs < 5:
        cover += cut.slant * across + cut.gap * (0.06 - 0.22 * np.exp(-((across / 0.35) ** 2)))
    return Fringe(_shortened(strands, top - cover * (top - brow)), lock)


def _roots_of(roots: Roots, params: FaceParameters) -> np.ndarray:
    candidates = roots.scalp_numbers
    above = roots.above_hairline[candidates] - raised(params, roots.azimuth[candidates])
    return candidates[(above > 0) & (above < BAND) & (np.abs(roots.azimuth[candidates]) < HALF_WIDTH)]


def _cut_of(random: np.random.RandomState) -> Cut:
    """A level fringe, one swept to a side, or one that parts in the middle."""
    side, kind, bend, wispiness, far = (1 if random.rand() < 0.5 else -1), *random.rand(4)
    swept, parts = kind < SWEPT_CHANCE, kind > 1 - CURTAIN_CHANCE
    sweep = 0.0 if parts else side * (0.1 + 0.1 * far + 0.35 * swept)
    return Cut(sweep, 0.25 * parts, 0.5 * bend, 0.19 * swept * side, float(parts), wispiness)


def _locks(random: np.random.RandomState, azimuth: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The lock of each strand, its middle's azimuth [n] in radians, and its random numbers [n,4]."""
    half_width = np.radians(HALF_WIDTH)
    widths = 0.35 + random.rand(24)
    edges = (np.cumsum(widths) / widths.sum() * 2 - 1) * half_width
    lock = np.minimum(np.searchsorted(edges, azimuth), len(edges) - 1)
    middles = edges - widths / widths.sum() * half_width
    return lock, middles[lock], random.rand(len(edges), 4)[lock].astype(np.float32)


def _combed(
    obstacle: Obstacle,
    start: np.ndarray,
    azimuth: np.ndarray,
    middle: np.ndarray,
    sweep: np.ndarray,
    bend: float,
    thickness: float,
    variety: np.ndarray,
    lowest: float,
) -> np.ndarray:
    """Strands [n,30,3] from `start` [n,3] down the forehead to the height `lowest`, drawn together in locks."""
    t = np.linspace(0, 1, POINTS)[None]
    offset = start - CENTRE
    distance = np.linalg.norm(offset, axis=1)
    sine, own_azimuth = offset[:, 1] / distance, np.arctan2(offset[:, 0], offset[:, 2])
    aside = own_azimuth[:, None] + (0.2 + 0.3 * variety[:, :1]) * (middle - azimuth)[:, None] * smooth(0.4, 1, t)
    aside = aside * (1 - 0.12 * t) + 0.10 * (variety[:, 3:4] - 0.5) * t + sweep[:, None] * (t**1.4) * (1 - bend * t)
    lowest_sine = (lowest - CENTRE[1]) / 1.17
    sines = sine[:, None] + (lowest_sine - sine[:, None]) * (0.25 * t + 0.75 * t**1.3)
    aside = WIDEST * np.tanh(aside / WIDEST)
    thinner_aside = 1 - 0.6 * smooth(0.5, 1.0, np.abs(aside))
    lift = (0.02 + thickness * (0.25 + 0.75 * variety[:, 1:2])) * thinner_aside * np.sqrt(np.minimum(1, 2.5 * t)) + 0.012
    radius = obstacle.towards(aside, sines) + lift
    level = radius * np.sqrt(np.maximum(0, 1 - sines**2))
    strands = np.stack([level * np.sin(aside), radius * sines, level * np.cos(aside)], 2) + CENTRE
    strands[:, 0] = start
    return strands.astype(np.float32)


def _shortened(strands: np.ndarray, height: np.ndarray) -> np.ndarray:
    """The strands [n,K,3], each up to where it first falls below its height [n], in K points again."""
    count, points, _ = strands.shape
    below = strands[:, :, 1] < height[:, None]
    first = np.where(below.any(1), below.argmax(1), points - 1)
    before, rows = np.maximum(first - 1, 0), np.arange(count)
    upper, lower = strands[rows, before, 1], strands[rows, first, 1]
    part = np.clip((upper - height) / np.maximum(upper - lower, 1e-6), 0, 1)
    at = (before + np.where(below.any(1), part, 1))[:, None] * np.linspace(0, 1, points)[None]
    low = np.minimum(at.astype(int), points - 2)
    share = (at - low)[:, :, None].astype(np.float32)
    return strands[rows[:, None], low] * (1 - share) + strands[rows[:, None], low + 1] * share
