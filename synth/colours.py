"""Colours as the renderer counts them: linear light."""

from __future__ import annotations

import numpy as np


def linear(srgb: object) -> np.ndarray:
    """sRGB in 0..255 as linear light in 0..1 (IEC 61966-2-1)."""
    value = np.asarray(srgb, float) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def triple(colour: np.ndarray) -> tuple[float, float, float]:
    """A colour [3] in the form that compiled functions take."""
    red, green, blue = colour
    return float(red), float(green), float(blue)
