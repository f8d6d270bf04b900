"""Hair on the straight head: brows, beard and scalp as tufts of strands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth import labels as lab
from synth.head import CENTRE, Head, smooth
from synth.lighting import unit
from synth.materials import hair_colour
from synth.morphs import is_masculine
from synth.parameters import SWEPT_BACK, FaceParameters
from synth.roots import Roots
from synth.strands import NO_LABEL, Growth, Obstacle, grow
from synth.streams import BEARD, BROWS, SCALP, stream

FULL_DETAIL_FROM = 300
"""Side of the rendering in pixels from which all strands are drawn; below, fewer and wider ones."""
FEWER, WIDER = 0.6, 1.35

SHORT, MEDIUM = 0.6, 1.0
"""Hair shorter than SHORT stands off the head by itself; from MEDIUM on there is more of it."""

BEARD_STRANDS_FROM = 2
"""Stubble, degree 1, is only a tint of the skin."""
BEARD_LENGTH = (0, 0, 0.022, 0.06, 0.15, 0.42)
BEARD_DENSITY = (0, 0, 0.30, 0.48, 0.60, 0.65)

RECEDING = (0, 0.1, 0.3, 0.6, 0.8, 1)
"""How far men's temples have receded at each degree of age."""

BANGS_HALF_WIDTH = (0, 25, 34, 42, 50, 58)
"""Degrees of azimuth."""
BANGS_COVER = (0, 0.35, 0.55, 0.75, 0.95, 1.0)
"""Share of the hair in that sector that is combed forward."""
BANGS_LENGTH = (0, 0.30, 0.42, 0.52, 0.62, 0.74)
BANGS_SWEEP = (0, 0.55, 0.4, 0.25, 0.15, 0.05)
"""How far they are swept to one side."""


@dataclass(frozen=True, eq=False)
class Tuft:
    """n strands of one kind: points [n,K,3], albedo [n,3] linear RGB, width [n] in pixels of a 512 pixel picture, all float32."""

    strands: np.ndarray
    albedo: np.ndarray
    width: np.ndarray
    label: int
    shine: float
    root_shade: float
    casts_shadow: bool


def grow_hair(head: Head, roots: Roots, params: FaceParameters, points: np.ndarray, size: int) -> list[Tuft]:
    """Everything that grows on mesh points [N,3] float32, for a rendering `size` pixels wide."""
    obstacle = Obstacle(CENTRE.astype(np.float32), head.obstacle_radius(points))
    tufts = [_brows(head, roots, params, points)]
    if params.beard >= BEARD_STRANDS_FROM:
        tufts.append(_beard(head, roots, params, points, obstacle))
    if not params.bald:
        tufts.append(_scalp(head, roots, params, points, obstacle, size >= FULL_DETAIL_FROM))
    return tufts


def _varied(random: np.random.RandomState, colour: np.ndarray, count: int, variation: float) -> np.ndarray:
    """`count` colours about one: mostly lighter and darker, slightly different in hue."""
    brightness = np.clip(1 + variation * random.randn(count, 1), 0.4, 1.8)
    return np.clip(colour[None] * brightness * (1 + 0.05 * random.randn(count, 3)), 0.002, 1)


def _growth(roots: np.ndarray, directions: np.ndarray, combing: np.ndarray, **shape: np.ndarray | float) -> Growth:
    """A `Growth` of arrays from arrays and numbers."""
    count = len(roots)
    each = {name: np.broadcast_to(value, count).astype(np.float32) for name, value in shape.items()}
    return Growth(roots, directions.astype(np.float32), np.broadcast_to(combing, (count, 3)).astype(np.float32), **each)


def _brows(head: Head, roots: Roots, params: FaceParameters, points: np.ndarray) -> Tuft:
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
    albedo = _varied(random, hair_colour(params) * (0.42 if blond else 0.55), len(numbers), 0.18)
    width = np.full(len(numbers), 0.75 if masculine else 0.62, np.float32)
    return Tuft(strands.astype(np.float32), albedo.astype(np.float32), width, NO_LABEL, 0.15, 0.9, casts_shadow=False)


def _beard(head: Head, roots: Roots, params: FaceParameters, points: np.ndarray, obstacle: Obstacle) -> Tuft:
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
    growth = _growth(
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
    strands = grow(growth, obstacle, 8, np.float32(0.4))
    albedo = _varied(random, hair_colour(params) * 0.85, count, 0.3).astype(np.float32)
    return Tuft(strands, albedo, np.full(count, 1.0 if degree > 2 else 0.7, np.float32), NO_LABEL, 0.12, 0.5, casts_shadow=True)


def _scalp_numbers(roots: Roots, params: FaceParameters, share: float) -> np.ndarray:
    """Which roots bear hair: those above a ragged hairline, and more of them where bangs begin."""
    length = params.hair_length
    wanted = int((6500 if length < MEDIUM else 8000) * share)
    receding = 0.10 * RECEDING[params.age] if is_masculine(params) else 0
    candidates = roots.scalp_numbers[: int(wanted * 1.6)]
    above, azimuth = roots.above_hairline[candidates], roots.azimuth[candidates]
    temples = np.exp(-(((np.abs(azimuth) - 35) / 22) ** 2))
    ragged = (0.02 if length >= SHORT else 0.06) + 0.11 * (roots.luck[candidates] - 0.5)
    numbers = candidates[above - receding * temples + ragged > 0][:wanted]
    if params.bangs > 0:
        more = roots.scalp_numbers[int(wanted * 1.6) :][: int(20_000 * share)]
        in_front = (roots.above_hairline[more] > 0) & (roots.above_hairline[more] < 0.34) & (np.abs(roots.azimuth[more]) < 58)
        numbers = np.concatenate([numbers, more[in_front][: int(300 * share) * params.bangs]])
    return numbers


def _combing(params: FaceParameters, rest: np.ndarray, above_hairline: np.ndarray) -> np.ndarray:
    """Directions [n,3] in which hair is combed: away from a parting, or straight back."""
    top = smooth(7.7, 8.3, rest[:, 1])
    if params.hair_part == SWEPT_BACK:
        return unit(np.stack([0.35 * rest[:, 0] / 0.8, -0.25 - 0.5 * (1 - top), -1.0 * top - 0.35], 1))
    front = smooth(0.2, 0.9, rest[:, 2])
    hairline = smooth(0.22, 0.0, above_hairline) * smooth(0.0, 0.4, rest[:, 2])
    side = np.tanh((rest[:, 0] - params.hair_part) / 0.12)
    return unit(np.stack([side * (0.95 * top + 0.02), -0.35 - 0.7 * (1 - top) + 0.25 * hairline, -0.35 - 0.15 * front - 0.5 * hairline], 1))


def _scalp(head: Head, roots: Roots, params: FaceParameters, points: np.ndarray, obstacle: Obstacle, full_detail: bool) -> Tuft:
    random = stream(params.identity_seed, SCALP)
    shifts = random.rand(4)
    numbers = _scalp_numbers(roots, params, 1 if full_detail else FEWER)
    position, normal = roots.on(head, points, numbers)
    rest, above = roots.rest[numbers], roots.above_hairline[numbers]
    variety = (roots.variety[numbers] + shifts) % 1
    count, length, curl = len(numbers), params.hair_length, params.hair_curl
    short = length < SHORT

    combing = _combing(params, rest, above)
    direction = unit(normal * (0.9 if short else 0.5) + combing * 0.8)
    lengths = length * (0.75 + 0.4 * variety[:, 0])
    if is_masculine(params) and length < MEDIUM:
        lengths *= 1 - 0.6 * smooth(8.05, 7.5, rest[:, 1]) * (length > 0.2)
    lift = 0.01 + (0.07 + 0.10 * curl) * variety[:, 1] ** 1.5 * (1.0 if length > 0.25 else 0.4)
    gravity, stiffness = np.full(count, 0.25 if short else 0.72), np.full(count, 0.80 if short else 0.66)
    avoidance = np.full(count, 1.0 if not short else (0.3 if length >= 0.4 else 0.0))
    curl_radius = curl * (0.018 + 0.03 * variety[:, 0]) * (1.0 if length > 0.4 else 0.6)

    if params.bangs > 0:
        fringe = (np.abs(roots.azimuth[numbers]) < BANGS_HALF_WIDTH[params.bangs]) & (above < 0.34) & (rest[:, 2] > 0.55)
        fringe &= roots.odds(numbers, 104729) < BANGS_COVER[params.bangs]
        lengths[fringe] = (BANGS_LENGTH[params.bangs] + above[fringe] * 0.9) * (0.9 + 0.2 * variety[fringe, 0])
        sweep = BANGS_SWEEP[params.bangs] * (1 if shifts[0] < 0.5 else -1)
        x = rest[fringe, 0]
        combing[fringe] = unit(np.stack([sweep + x * 0.25, np.full(len(x), -1.0), np.full(len(x), 0.35)], 1))
        direction[fringe] = unit(normal[fringe] * 0.55 + combing[fringe] * 0.8)
        gravity[fringe], stiffness[fringe], avoidance[fringe] = 0.5, 0.70, 0.0
        lift[fringe] = 0.03 + 0.06 * variety[fringe, 1]
        curl_radius[fringe] *= 0.35

    # Neighbours curl in step and share a shade: hair lies in locks.
    lock = (np.floor(rest * 7) @ [1, 13, 131]).astype(np.int64)
    growth = _growth(
        position,
        direction,
        combing,
        length=lengths,
        lift=lift,
        gravity=gravity,
        stiffness=stiffness,
        curl_radius=curl_radius,
        curl_turns=(1.6 + curl * 2.6) * (0.85 + 0.3 * variety[:, 2]) * (1.8 if short else 1),
        curl_phase=((lock * 7919) % 1000) / 1000 * 6.28 + variety[:, 3] * 0.9,
        face_avoidance=avoidance,
    )
    points_per_strand = (18 if short else 26) if curl > 0.5 else (12 if short else 18)
    strands = grow(growth, obstacle, points_per_strand, np.float32(0.3))
    shade = 0.88 + 0.24 * (((lock * 104729) % 97) / 97)
    albedo = _varied(random, hair_colour(params), count, 0.10) * shade[:, None]
    width = np.full(count, (1.6 if short else 1.9) * (1 if full_detail else WIDER), np.float32)
    shine = 0.5 if curl < 0.5 else 0.3
    return Tuft(strands, albedo.astype(np.float32), width, lab.HAIR, shine, 0.72, casts_shadow=True)
