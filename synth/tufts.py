"""A tuft: strands of one kind of hair, and what tufts are made with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth.strands import Growth


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


def varied(random: np.random.RandomState, colour: np.ndarray, count: int, variation: float) -> np.ndarray:
    """`count` colours about one: mostly lighter and darker, slightly different in hue."""
    brightness = np.clip(1 + variation * random.randn(count, 1), 0.4, 1.8)
    return np.clip(colour[None] * brightness * (1 + 0.05 * random.randn(count, 3)), 0.002, 1)


def growth(
    roots: np.ndarray,
    directions: np.ndarray,
    combing: np.ndarray,
    *,
    length: np.ndarray | float,
    lift: np.ndarray | float,
    gravity: np.ndarray | float,
    stiffness: np.ndarray | float,
    curl_radius: np.ndarray | float,
    curl_turns: np.ndarray | float,
    curl_phase: np.ndarray | float,
    face_avoidance: np.ndarray | float,
    forward: np.ndarray | float = 0.0,
    tip_turn: np.ndarray | float = 0.0,
) -> Growth:
    """A `Growth` of arrays from arrays and numbers."""
    each = (length, lift, gravity, stiffness, curl_radius, curl_turns, curl_phase, face_avoidance, forward, tip_turn)
    count = len(roots)
    arrays = (np.ascontiguousarray(np.broadcast_to(value, count).astype(np.float32)) for value in each)
    return Growth(roots, directions.astype(np.float32), np.broadcast_to(combing, (count, 3)).astype(np.float32), *arrays)
