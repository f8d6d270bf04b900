"""How much louder than it is said a wish by degrees is to be heard, place by place."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

LOUDER = {"bangs": (0.3, 0.25), "eyeglasses": (0.5, 0.5), "beard": (1.3, 1.2), "smile": (0.4, 0.5), "age": (1.8, 2.2)}
"""Guidance for every degree less and every degree more, above 1, which is none: on validation faces this much shows the degree once it is
retouched. What a mask says needs less of it than what words alone say."""


def louder(regions: Mapping[str, np.ndarray], changes: Mapping[str, float]) -> np.ndarray:
    """[H, W] from each attribute's region [H, W] (boolean) and its signed number of degrees; 1 is as loud as a guidance says.

    Where regions overlap, what asks for more in a smaller one counts more.
    """
    shape = next(iter(regions.values())).shape
    amount, counted = np.zeros(shape), np.full(shape, 1e-6)
    for name, region in regions.items():
        change = changes[name]
        share = abs(change) / max(region.mean(), 1e-6) * region
        amount += LOUDER[name][change > 0] * abs(change) * share
        counted += share
    return amount / counted
