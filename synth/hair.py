"""All hair on the straight head, and the scalp's: styles, lengths, curls, bangs."""

from __future__ import annotations

import numpy as np

from synth import labels as lab
from synth.facial_hair import BEARD_STRANDS_FROM, beard, brows
from synth.head import CENTRE, Head, smooth
from synth.lighting import unit
from synth.materials import hair_colour
from synth.morphs import is_masculine
from synth.parameters import SWEPT_BACK, FaceParameters
from synth.roots import Roots
from synth.strands import Obstacle, grow
from synth.streams import SCALP, stream
from synth.tufts import Tuft, growth, varied

FULL_DETAIL_FROM = 300
"""Side of the rendering in pixels from which all strands are drawn; below, fewer and wider ones."""
FEWER, WIDER = 0.6, 1.35

SHORT, MEDIUM = 0.6, 1.0
"""Hair shorter than SHORT stands off the head by itself; from MEDIUM on there is more of it."""

RECEDING = (0, 0.1, 0.3, 0.6, 0.8, 1)
"""How far men's temples have receded at each degree of age."""

BANGS_HALF_WIDTH = (0, 25, 34, 42, 50, 58)
"""Degrees of azimuth."""
BANGS_COVER = (0, 0.35, 0.55, 0.75, 0.95, 1.0)
"""Share of the hair in that sector that is combed forward."""
BANGS_LENGTH = (0, 0.30, 0.42, 0.52, 0.62, 0.74)
BANGS_SWEEP = (0, 0.55, 0.4, 0.25, 0.15, 0.05)
"""How far they are swept to one side."""


def grow_hair(head: Head, roots: Roots, params: FaceParameters, points: np.ndarray, size: int) -> list[Tuft]:
    """Everything that grows on mesh points [N,3] float32, for a rendering `size` pixels wide."""
    obstacle = Obstacle(CENTRE.astype(np.float32), head.obstacle_radius(points))
    tufts = [brows(head, roots, params, points)]
    if params.beard >= BEARD_STRANDS_FROM:
        tufts.append(beard(head, roots, params, points, obstacle))
    if not params.bald:
        tufts.append(_scalp(head, roots, params, points, obstacle, size >= FULL_DETAIL_FROM))
    return tufts


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
    shape = growth(
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
    strands = grow(shape, obstacle, points_per_strand, np.float32(0.3))
    shade = 0.88 + 0.24 * (((lock * 104729) % 97) / 97)
    albedo = varied(random, hair_colour(params), count, 0.10) * shade[:, None]
    width = np.full(count, (1.6 if short else 1.9) * (1 if full_detail else WIDER), np.float32)
    shine = 0.5 if curl < 0.5 else 0.3
    return Tuft(strands, albedo.astype(np.float32), width, lab.HAIR, shine, 0.72, casts_shadow=True)
