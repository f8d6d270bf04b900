"""The light on a face: where it comes from, its colours, and how the eyes and the camera respond to it."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from synth.streams import LIGHT, stream

KEY_STRENGTH, EXPOSURE_ADAPTATION = 1.24, 0.85
"""Light on a face after the photographer has set the exposure, and how far that evens out bright and dim light (1: wholly)."""


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
    softness: np.float32
    """0 for the sun or a bulb, about 0.6 for a window or clouds."""


class Scene(NamedTuple):
    lights: Lights
    pupil: float
    """Angular radius of the pupils, radians."""
    exposure: float


def unit(vectors: np.ndarray) -> np.ndarray:
    """Vectors [..., 3] scaled to length 1."""
    return vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-12)


class _Kind(NamedTuple):
    """Ranges of a kind of light: radians for the angles (azimuth to either side), strengths relative to the key light's."""

    azimuth: tuple[float, float]
    elevation: tuple[float, float]
    softness: tuple[float, float]
    sky: tuple[float, float]
    fill: tuple[float, float]
    rim: tuple[float, float]
    warmth: tuple[float, float]


KINDS = {
    "window": _Kind((0.3, 1.1), (0.15, 0.6), (0.3, 0.6), (0.14, 0.30), (0.02, 0.15), (0, 0), (-0.08, 0.04)),
    "overcast": _Kind((0.0, 0.6), (0.6, 1.0), (0.5, 0.8), (0.45, 0.80), (0.05, 0.20), (0, 0.1), (-0.06, 0.03)),
    "studio": _Kind((0.3, 0.8), (0.3, 0.7), (0.15, 0.4), (0.12, 0.25), (0.12, 0.35), (0.2, 0.6), (-0.03, 0.05)),
    "outdoor": _Kind((0.0, 0.9), (0.5, 1.0), (0.0, 0.15), (0.25, 0.40), (0.03, 0.15), (0, 0.4), (0.02, 0.12)),
    "side": _Kind((0.9, 1.35), (0.1, 0.5), (0.1, 0.4), (0.15, 0.25), (0.02, 0.12), (0, 0.2), (-0.05, 0.12)),
    "lamp": _Kind((0.0, 0.6), (0.3, 0.8), (0.1, 0.4), (0.20, 0.40), (0.05, 0.2), (0, 0.2), (0.05, 0.18)),
}
KIND_ODDS = (0.25, 0.22, 0.18, 0.15, 0.08, 0.12)
FRONTAL_SHARE = 0.82
"""Of the key light, what a cheek turned towards the camera receives; for the exposure."""


def sample_scene(light_seed: int) -> Scene:
    """A kind of light and its chances: a key light, an opposite fill light, sky and ground, sometimes a light from behind."""
    random = stream(light_seed, LIGHT)
    kind = list(KINDS.values())[random.choice(len(KINDS), p=KIND_ODDS)]
    azimuth, elevation, softness, sky, fill, rim, warmth = (random.uniform(*limits) for limits in kind)
    azimuth *= random.choice([-1, 1])
    key_direction = unit(np.array([math.sin(azimuth) * math.cos(elevation), math.sin(elevation), math.cos(azimuth) * math.cos(elevation)]))
    ground = random.uniform(0.4, 0.8)
    frontal = max(0.0, key_direction[2] + softness) / (1 + softness) * FRONTAL_SHARE + sky * (0.5 + 0.5 * ground) + fill
    directions_and_colours = (
        key_direction,
        np.array([1 + warmth, 1, 1 - warmth]),
        sky * np.array([1 - warmth * 0.6, 1, 1 + warmth * 0.8]),
        sky * ground * np.array([1.04, 0.97, 0.93]),
        unit(np.array([-key_direction[0] * 1.1 + 0.1, 0.15, 0.9])),
        fill * np.ones(3),
        unit(np.array([-np.sign(key_direction[0]) * 0.9, 0.35, -0.45])),
        rim * np.ones(3),
    )
    brightness = KEY_STRENGTH / frontal**EXPOSURE_ADAPTATION
    lights = Lights(*(value.astype(np.float32) for value in directions_and_colours), np.float32(softness))
    lights = lights._replace(**{name: getattr(lights, name) * np.float32(brightness) for name in ("key", "sky", "ground", "fill", "rim")})
    return Scene(lights, 0.17 + 0.05 * random.rand(), random.uniform(0.78, 1.15))
