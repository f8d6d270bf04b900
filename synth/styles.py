"""How the hair of the scalp is cut and combed: for each strand its length, direction, lift and curl."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth.head import smooth
from synth.lighting import unit
from synth.morphs import is_masculine
from synth.parameters import SWEPT_BACK, FaceParameters
from synth.streams import HAIRSTYLE, stream

BUZZ_UNTIL, SHORT_UNTIL, GATHERED_FROM = 0.2, 0.8, 0.7
"""Lengths, in head units: shorn hair; men's short cuts; hair that can be gathered behind the head."""
COILY_FROM = 0.8

_DRAPED_LENGTHS = (0.2, 0.3, 0.5, 0.9, 1.1, 2.0, 2.8)
_DRAPED_ENDS = (7.55, 7.40, 7.10, 6.70, 6.45, 5.85, 5.5)
"""Where hair of each length ends when it falls: from the ears to below the picture."""
_COILY_LENGTHS = (0.12, 0.3, 0.5, 0.9, 1.1, 2.0, 2.8)
_COILY_RADII = (0.04, 0.13, 0.22, 0.36, 0.42, 0.62, 0.85)

_CURLS = (0, 0.25, 0.6, 1.0)
_CURL_RADII = (0.004, 0.06, 0.075, 0.034)
_CURL_TURNS = (0.8, 1.5, 3.0, 7.5)
"""Turns per head unit."""


@dataclass(eq=False)
class Style:
    """Fields of a `synth.strands.Growth`, each [n] or [n,3], and how tightly locks hold together (0..1)."""

    combing: np.ndarray
    direction: np.ndarray
    length: np.ndarray
    lift: np.ndarray
    gravity: float
    stiffness: float
    avoidance: np.ndarray | float
    forward: np.ndarray | float
    tip_turn: np.ndarray | float
    curl_radius: np.ndarray
    curl_turns: np.ndarray
    together: float


@dataclass(frozen=True, eq=False)
class Place:
    """Where n strands begin: rest positions and normals [n,3], height above the person's hairline, azimuth in degrees, random numbers.

    `variety` [n,4] is uniform in [0, 1] per strand, `lock_variety` [n,4] the same for all strands of a lock.
    """

    rest: np.ndarray
    normal: np.ndarray
    above: np.ndarray
    azimuth: np.ndarray
    variety: np.ndarray
    lock_variety: np.ndarray


def is_gathered(params: FaceParameters) -> bool:
    return params.hair_style in ("tied back", "bun") and params.hair_length >= GATHERED_FROM


def style_of(params: FaceParameters, place: Place) -> Style:
    if params.hair_length <= BUZZ_UNTIL:
        return _buzz(params, place)
    if params.hair_curl >= COILY_FROM:
        return _coily(params, place)
    if is_masculine(params) and params.hair_length < SHORT_UNTIL:
        return _short(params, place)
    return _draped(params, place)


def curl(params: FaceParameters, lock_variety: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Radius and turns per head unit [n] of the curls of locks with these random numbers [n,4]."""
    radius = np.interp(params.hair_curl, _CURLS, _CURL_RADII) * (0.75 + 0.5 * lock_variety[:, 0])
    return radius, np.interp(params.hair_curl, _CURLS, _CURL_TURNS) * (0.94 + 0.12 * lock_variety[:, 1])


def _top(place: Place) -> np.ndarray:
    return smooth(7.65, 8.25, place.rest[:, 1])


def _buzz(params: FaceParameters, place: Place) -> Style:
    back = np.array([0.0, -0.2, -0.5])
    length = (0.3 + 0.25 * _top(place)) * params.hair_length * (0.8 + 0.4 * place.variety[:, 0])
    radius, turns = curl(params, place.lock_variety)
    still = np.zeros(len(length))
    return Style(
        combing=back + still[:, None],
        direction=unit(place.normal + 0.3 * back),
        length=length,
        lift=still,
        gravity=0.1,
        stiffness=0.9,
        avoidance=0.0,
        forward=0.0,
        tip_turn=0.0,
        curl_radius=radius * 0.15,
        curl_turns=turns * 2,
        together=0.0,
    )


def _coily(params: FaceParameters, place: Place) -> Style:
    """Coils stand off the head; only when long do they bend down."""
    random = stream(params.identity_seed, HAIRSTYLE)
    fade = random.rand()
    reach = np.interp(params.hair_length, _COILY_LENGTHS, _COILY_RADII) * (0.8 + 0.4 * params.hair_volume)
    length = reach * (0.62 + 0.4 * place.variety[:, 0] + 0.12 * place.lock_variety[:, 2])
    if is_masculine(params) and params.hair_length < SHORT_UNTIL:
        length = length * (1 - (0.4 + 0.5 * fade) * smooth(7.95, 7.35, place.rest[:, 1]))
    front = smooth(0.25, 0.0, place.above) * smooth(0.3, 0.7, place.rest[:, 2])
    direction = unit(place.normal + front[:, None] * np.array([0, 0.9, -0.9]) + 0.9 * (place.variety[:, :3] - 0.5))
    gravity = 0.05 + 0.55 * float(smooth(0.9, 2.4, params.hair_length))
    radius, turns = curl(params, place.lock_variety)
    return Style(
        combing=direction,
        direction=direction,
        length=length,
        lift=np.zeros(len(length)),
        gravity=gravity,
        stiffness=0.9,
        avoidance=0.8 if params.hair_length > SHORT_UNTIL else 0.0,
        forward=0.0,
        tip_turn=0.0,
        curl_radius=radius * 1.2 * np.minimum(1, reach / 0.2),
        curl_turns=turns / max(0.35, reach / 0.45),
        together=0.12,
    )


def _short(params: FaceParameters, place: Place) -> Style:
    """Men's cuts: parted at one side, brushed up, or left rough; the sides shorter than the top, more or less."""
    random = stream(params.identity_seed, HAIRSTYLE)
    fade, fullness, lean = random.rand(3)
    x, top, count = place.rest[:, 0], _top(place), len(place.rest)
    front = smooth(0.22, 0.0, place.above) * smooth(0.3, 0.7, place.rest[:, 2])
    rough = place.lock_variety[:, 1:4] - 0.5
    if params.hair_part == SWEPT_BACK:
        combing = np.stack([0.25 * x + 0.2 * (lean - 0.5), 0.35 * front - 0.1, -1 + 0.35 * front], 1)
        together, standing = 0.5, 0.5 + 0.5 * front
    elif params.hair_part == 0:
        combing = np.stack([0.5 * (lean - 0.5) + 0.2 * x, 0.6 * front - 0.15, -0.3 - 0.4 * front], 1) + 1.3 * rough
        together, standing = 0.5, 0.5 + 0.0 * x
    else:
        side = np.tanh((x - params.hair_part) / 0.08)
        combing = np.stack([side, 0.2 * front - 0.1, -0.25 - 0.45 * front], 1) + 0.4 * rough
        together, standing = 0.5, 0.35 + 0.3 * front
    sides = np.stack([0.1 * np.sign(x), np.full(count, -0.75), np.full(count, -0.45)], 1)
    combing = unit(combing * top[:, None] + sides * (1 - top[:, None]))
    direction = unit(place.normal * (0.25 + standing * top * (0.5 + 0.5 * params.hair_volume))[:, None] + combing * 0.8)
    shorter = 1 - (0.25 + 0.6 * fade) * smooth(8.05, 7.55, place.rest[:, 1])
    length = params.hair_length * shorter * (0.75 + 0.25 * place.variety[:, 0] + 0.25 * place.lock_variety[:, 0])
    lift = (0.015 + (0.03 + 0.09 * params.hair_volume + 0.04 * fullness) * place.variety[:, 1]) * (0.35 + 0.65 * top) * shorter
    radius, turns = curl(params, place.lock_variety)
    return Style(
        combing=combing,
        direction=direction,
        length=length,
        lift=lift * np.minimum(1, params.hair_length / 0.4),
        gravity=0.15,
        stiffness=0.75,
        avoidance=0.0,
        forward=0.0,
        tip_turn=0.0,
        curl_radius=radius * np.minimum(1, length / 0.35),
        curl_turns=turns * 1.5,
        together=together,
    )


def _draped(params: FaceParameters, place: Place) -> Style:
    """Hair that falls: from a parting or from the back of the head, to a level end or in layers."""
    random = stream(params.identity_seed, HAIRSTYLE)
    closeness, difference, turn, before, fullness, ragged = random.rand(6)
    rest, top = place.rest, _top(place)
    x, volume, layered = rest[:, 0], params.hair_volume, params.hair_style == "layered"
    combing = unit(_parted(params, place, top))
    direction = unit(place.normal * (0.55 + 0.45 * volume) + combing * 0.8)
    end = np.interp(params.hair_length, _DRAPED_LENGTHS, _DRAPED_ENDS)
    waves = 1 + 0.25 * params.hair_curl
    length = np.maximum(0.22, (rest[:, 1] - end) * waves + 0.42 * top) * (0.94 + 0.12 * place.variety[:, 0])
    if layered:
        towards_face = smooth(110, 30, np.abs(place.azimuth))
        length = length * (1 - 0.4 * towards_face * (0.3 + 0.7 * place.lock_variety[:, 0]) - 0.35 * place.lock_variety[:, 1])
    else:
        length = length * (1 - 0.12 * ragged * place.lock_variety[:, 0])
    layer = 0.3 * place.lock_variety[:, 2] + 0.7 * place.variety[:, 1]
    thickness = (0.06 + 0.15 * volume + 0.08 * params.hair_curl + 0.03 * fullness) * (0.55 + 0.45 * top)
    side = np.where(x >= 0, 1.0, -1.0)
    radius, turns = curl(params, place.lock_variety)
    if layered or params.hair_length < 1.5:
        tip_turn = (-1.2 if turn < 0.45 else 1.0) * (0.5 + 0.5 * place.lock_variety[:, 3])
    else:
        tip_turn = np.full(len(x), 0.4 * (turn - 0.5))
    return Style(
        combing=combing,
        direction=direction,
        length=length,
        lift=0.012 + thickness * layer,
        gravity=0.72,
        stiffness=0.66,
        avoidance=0.55 + 0.5 * closeness + 0.22 * (difference - 0.5) * side,
        forward=-0.15 if before < 0.4 else 0.15 + 0.35 * before + 0.15 * (difference - 0.5) * side,
        tip_turn=tip_turn,
        curl_radius=radius,
        curl_turns=turns,
        together=float(np.interp(params.hair_curl, _CURLS, (0.25, 0.4, 0.5, 0.4))),
    )


def _parted(params: FaceParameters, place: Place, top: np.ndarray) -> np.ndarray:
    """Directions [n,3] away from a parting, or straight back."""
    x, z = place.rest[:, 0], place.rest[:, 2]
    hairline = smooth(0.22, 0.0, place.above) * smooth(0.3, 0.7, z)
    if params.hair_part == SWEPT_BACK:
        return np.stack([0.5 * x, -0.25 - 0.5 * (1 - top) + 0.8 * hairline, -top - 0.35], 1)
    front = smooth(0.2, 0.9, z)
    side = np.tanh((x - params.hair_part) / 0.12)
    return np.stack([side * (0.95 * top + 0.02), -0.35 - 0.7 * (1 - top) + 0.8 * hairline, -0.35 - 0.15 * front - 0.5 * hairline], 1)
