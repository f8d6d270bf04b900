"""The light on a face: where it comes from, its colours, and how the eyes and the camera respond to it."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from synth.streams import LIGHT, stream

RIM_LIGHT_CHANCE = 0.4


class Lights(NamedTuple):
    """Directions (unit, towards the light) and linear RGB colours, each [3] float32."""

    key_direction: np.ndarray
    key: np.ndarray
    sky: np.ndarray
    """Ambient light from above."""
    ground: np.ndarray
    """Ambient light from below."""
    fill_direction: np.ndarray
    fill: np.ndarray
    rim_direction: np.ndarray
    rim: np.ndarray


class Scene(NamedTuple):
    lights: Lights
    pupil: float
    """Angular radius of the pupils, radians."""
    exposure: float


def unit(vectors: np.ndarray) -> np.ndarray:
    """Vectors [..., 3] scaled to length 1."""
    return vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-12)


def sample_scene(light_seed: int) -> Scene:
    """A key light from the front half, an opposite fill light, sky and ground, and sometimes a light from behind."""
    random = stream(light_seed, LIGHT)
    azimuth, elevation = random.uniform(-1.0, 1.0), random.uniform(0.15, 0.9)
    key_direction = unit(np.array([math.sin(azimuth) * math.cos(elevation), math.sin(elevation), math.cos(azimuth) * math.cos(elevation)]))
    key_direction = key_direction.astype(np.float32)
    warmth = random.uniform(-0.1, 0.14)
    key = random.uniform(1.35, 2.2) * np.array([1 + warmth, 1, 1 - warmth])
    ambient = random.uniform(0.22, 0.50)
    fill = random.uniform(0.05, 0.35) * np.ones(3)
    rim = (random.rand() < RIM_LIGHT_CHANCE) * random.uniform(0.2, 0.8) * np.ones(3)
    directions_and_colours = (
        key_direction,
        key,
        ambient * np.array([1 - warmth * 0.5, 1, 1 + warmth * 0.6]),
        ambient * 0.55 * np.array([1.05, 0.95, 0.9]),
        unit(np.array([-key_direction[0] * 1.1 + 0.1, 0.15, 0.9])),
        fill,
        unit(np.array([-np.sign(key_direction[0]) * 0.9, 0.35, -0.45])),
        rim,
    )
    pupil = 0.17 + 0.05 * random.rand()
    return Scene(Lights(*(value.astype(np.float32) for value in directions_and_colours)), pupil, random.uniform(0.80, 1.0))
