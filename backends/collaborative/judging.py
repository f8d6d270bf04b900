"""Which of several results to take: how far it shows what was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from PIL import Image

from errors import ParleyError
from faces import parsing
from graded import MAX_DEGREE


@dataclass(frozen=True, eq=False)
class Wish:
    """What an edited picture is to show: a caption, a mask [H, W] uint8, the degrees of what was asked for by degrees, and a visitor's own
    words; and where it may change, [H, W] boolean, in all and for each attribute."""

    caption: str
    mask: np.ndarray
    region: np.ndarray
    regions: Mapping[str, np.ndarray]
    degrees: Mapping[str, float]
    words: str

    def changes(self, degrees: Mapping[str, float]) -> dict[str, float]:
        """Signed numbers of degrees, from where a face is."""
        return {name: degree - degrees[name] for name, degree in self.degrees.items()}


def agreement(picture: Image.Image, wish: Wish, measure: Callable[[Image.Image], Mapping[str, float]]) -> float:
    """0 to 1: the mean of how near the degrees are as `measure` sees them, how much of the region shows the mask's classes, and how the
    picture fits the words."""
    parts = []
    if wish.degrees:
        measured = measure(picture)
        parts.append(1 - float(np.mean([abs(measured[name] - degree) for name, degree in wish.degrees.items()])) / MAX_DEGREE)
    if wish.region.any():
        parts.append(float((parsing.parse(picture) == wish.mask)[wish.region].mean()))
    if wish.words and (fits := _fits(picture, wish.words)) is not None:
        parts.append(fits)
    return float(np.mean(parts)) if parts else 1.0


def _fits(picture: Image.Image, words: str) -> float | None:
    """How near CLIP sees picture and words, 0 to 1; None where its weights are not here."""
    from faces import clip
    from pictures import picture_tensor

    try:
        model = clip.load()
    except ParleyError:
        return None
    cosine = float((model.image_features(picture_tensor(picture)) @ model.text_features([words]).T).item())
    return (1 + cosine) / 2
