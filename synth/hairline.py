"""Where one person's hair begins: the common hairline of `synth.head`, raised or lowered by nature, age and receding."""

from __future__ import annotations

import functools

import numpy as np

from synth import labels as lab
from synth.head import Head, azimuth_degrees, height_above_hairline, load_head, smooth
from synth.morphs import is_masculine
from synth.parameters import FaceParameters
from synth.streams import HAIRLINE, stream

AGEING = (0, 0.1, 0.3, 0.6, 0.8, 1)
"""How far men's temples have receded at each degree of age."""
TEMPLE, TEMPLE_WIDTH = 36.0, 17.0
"""Degrees of azimuth."""


def raised(params: FaceParameters, azimuth: np.ndarray) -> np.ndarray:
    """How much higher [n] than the common hairline this person's is, in head units, at azimuths [n] in degrees."""
    random = stream(params.identity_seed, HAIRLINE)
    natural, peak, corner, slant = random.randn(4)
    masculine = is_masculine(params)
    aside = np.abs(azimuth)
    front = smooth(70, 40, aside)
    temples = np.exp(-(((aside - TEMPLE) / TEMPLE_WIDTH) ** 2))
    middle = np.exp(-((azimuth / 9) ** 2))
    squareness = np.clip((0.03 if masculine else 0.0) + 0.02 * corner, -0.02, 0.08)
    ageing = 0.09 * AGEING[params.age] if masculine else 0.02 * AGEING[params.age]
    recession = params.receding * (0.24 * temples + 0.20 * front + 0.10 * smooth(30, 0, aside) * params.receding)
    own = np.clip(0.04 * natural, -0.06, 0.07) * front + (squareness + ageing) * temples - max(0.0, 0.03 * peak) * middle
    return own + recession + 0.012 * slant * np.sin(np.radians(azimuth * 4)) * front


@functools.cache
def _scalp() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of every skin point: azimuth, height above the common hairline, and 1 where hair may cover the skin."""
    head = load_head()
    skin, traits = head.rest[: head.skin_points], head.traits[: head.skin_points]
    bearing = (traits[:, lab.EARS] < 0.3) & (traits[:, lab.INSIDE_MOUTH] < 0.3)
    return azimuth_degrees(skin), height_above_hairline(skin), bearing.astype(np.float32)


def covered_traits(head: Head, params: FaceParameters) -> np.ndarray:
    """The traits [N,6] of the head's mesh, with this person's hair covering the scalp."""
    azimuth, above, bearing = _scalp()
    traits = head.traits.copy()
    traits[: head.skin_points, lab.COVER] = smooth(-0.06, 0.10, above - raised(params, azimuth)) * bearing
    return traits
