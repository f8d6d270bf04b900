"""Hair that is gathered behind the head: drawn over the skull to one place, and from there a ponytail or a bun."""

from __future__ import annotations

import numpy as np

from synth.head import CENTRE, smooth
from synth.lighting import unit
from synth.parameters import FaceParameters
from synth.strands import Obstacle
from synth.streams import HAIRSTYLE, stream
from synth.styles import Place, curl

POINTS = 16
BUN_RADIUS = 0.27
TAIL_STRANDS, BUN_STRANDS = 0.16, 0.3
"""Of the hair's own number."""


def gathered(
    params: FaceParameters, place: Place, start: np.ndarray, obstacle: Obstacle, under_hat: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Strands [n,16,3] float32 and the locks [n] they belong to, from roots `start` [m,3]. Under a hat a bun is worn as a ponytail."""
    random = stream(params.identity_seed, HAIRSTYLE)
    bun = params.hair_style == "bun" and not under_hat
    high = random.rand()
    towards = unit(np.array([0.0, 1.0, 0.05 - 0.6 * high]) if bun else np.array([0.0, 0.6 * high - 0.25, -1.0]))
    end = CENTRE + towards * float(obstacle.towards(np.arctan2(towards[0], towards[2]), towards[1]))
    drawn = _over_skull(params, place, start, towards, obstacle)
    lock = (place.lock_variety[:, 0] * 1000).astype(np.int64)
    if bun:
        extra = _bun(random, end + towards * BUN_RADIUS * 0.62, towards, int(len(start) * BUN_STRANDS))
    else:
        extra = _tail(params, random, end, int(len(start) * TAIL_STRANDS))
    strands = np.concatenate([drawn, extra]).astype(np.float32)
    return strands, np.concatenate([lock, np.arange(len(extra)) // 12])


def _over_skull(params: FaceParameters, place: Place, start: np.ndarray, towards: np.ndarray, obstacle: Obstacle) -> np.ndarray:
    """Along great circles from the roots to the direction `towards`, waving with the hair's curl."""
    offset = start - CENTRE
    own = unit(offset)
    angle = np.arccos(np.clip(own @ towards, -0.999, 0.999))[:, None, None]
    t = np.linspace(0, 1, POINTS)[None, :, None]
    course = (np.sin((1 - t) * angle) * own[:, None] + np.sin(t * angle) * towards) / np.sin(angle)
    radius, turns = curl(params, place.lock_variety)
    phase = 6.28 * (place.lock_variety[:, 1] + 0.08 * place.variety[:, 3])[:, None]
    wave = np.sin(phase + 6.28 * turns[:, None] * angle[:, :, 0] * t[0, :, 0]) * np.minimum(0.022, 0.6 * radius)[:, None]
    along = unit(towards - own * (own @ towards)[:, None])
    across = np.cross(own, along)[:, None]
    course = unit(course + across * (wave * np.sin(np.pi * t[0, :, 0]))[:, :, None])
    thickness = 0.015 + (0.05 + 0.12 * params.hair_volume) * (0.25 * place.lock_variety[:, 2] + 0.75 * place.variety[:, 1])
    lift = thickness[:, None] * smooth(0, 0.25, t[0, :, 0]) * (1 - 0.5 * t[0, :, 0]) + 0.5 * wave
    surface = obstacle.towards(np.arctan2(course[..., 0], course[..., 2]), course[..., 1])
    strands = CENTRE + course * (surface + np.maximum(lift, 0.006))[..., None]
    strands[:, 0] = start
    return strands


def _bun(random: np.random.RandomState, centre: np.ndarray, axis: np.ndarray, count: int) -> np.ndarray:
    """Hair wound about an axis into a flattened ball."""
    first = unit(np.cross(axis, [0.3, 0.1, 1.0]))
    second = np.cross(axis, first)
    latitude = np.arcsin(random.uniform(-0.95, 0.95, count))[:, None]
    turn = random.rand(count)[:, None] * 6.28 + np.linspace(0, 2.4, POINTS)[None]
    radius = BUN_RADIUS * (0.86 + 0.16 * random.rand(count))[:, None]
    level = radius * np.cos(latitude + 0.25 * np.sin(turn * 1.0 + 3 * latitude))
    height = 0.8 * radius * np.sin(latitude + 0.25 * np.sin(turn * 1.0 + 3 * latitude))
    return centre + level[..., None] * (np.cos(turn)[..., None] * first + np.sin(turn)[..., None] * second) + height[..., None] * axis


def _tail(params: FaceParameters, random: np.random.RandomState, end: np.ndarray, count: int) -> np.ndarray:
    """A ponytail, at times laid over one shoulder."""
    shown, side, drop = random.rand(), 1 if random.rand() < 0.5 else -1, 0.9 + 0.5 * params.hair_length
    t = np.linspace(0, 1, POINTS)[None, :, None]
    spread = random.randn(count, 1, 3) * np.array([0.10, 0.05, 0.10]) * (0.4 + 0.8 * np.sin(np.pi * np.minimum(1, t * 1.2)))
    aside = side * (0.75 if shown < 0.4 else 0.1) * smooth(0.15, 0.7, t)
    forward = (0.75 if shown < 0.4 else -0.12) * smooth(0.35, 0.9, t)
    wave = np.interp(params.hair_curl, [0, 0.25, 1], [0, 0.03, 0.06]) * np.sin(t * drop * 14 + random.rand(count, 1, 1) * 1.5)
    fall = -drop * t + 0.12 * np.sin(np.pi * np.minimum(1, 3 * t))
    course = np.concatenate(np.broadcast_arrays(aside + wave, fall, forward - 0.22 * np.sin(np.pi * t)), 2)
    return end + course + spread
