"""Photos in about the light that the shipped networks learnt faces in.

A photo darker, brighter, flatter or harsher than renderings are has a code beside all of theirs, and what is edited there is faint: frames
without an edge, a beard like a shadow. So networks see a photo toned, and what they draw is carried back. Our extension; not in the papers.
"""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor

from .retouch import brightness

MEANS = (-0.53, 0.26)
"""Between which the mean brightness of what networks see lies: as that of nine tenths of the renderings does. Nearer bounds hurt edits that
ask for a colour, for the colours of skin and hair that networks know are absolute."""
CONTRASTS = (0.22, 0.38)
"""Between which the standard deviation of its brightness lies: as that of three fifths of the renderings does. Most comes from this."""
STEEPEST = 2.0
"""How many times as contrasty a picture is made at most: of less, noise would be left."""


class Exposure(NamedTuple):
    """What networks see of a pixel v is gain * v + shift."""

    gain: float = 1.0
    shift: float = 0.0

    @classmethod
    def of(cls, picture: Tensor) -> Exposure:
        """That which brings a face [1, 3, S, S] in -1..1 within MEANS and CONTRASTS: none for one that is."""
        bright = brightness(picture)
        mean, contrast = bright.mean().item(), bright.std().item()
        gain = min(_within(contrast, CONTRASTS) / max(contrast, 1e-4), STEEPEST)
        return cls(gain, _within(mean, MEANS) - gain * mean)

    def toned(self, picture: Tensor) -> Tensor:
        return self.gain * picture + self.shift

    def untoned(self, picture: Tensor) -> Tensor:
        return (picture - self.shift) / self.gain


def _within(value: float, bounds: tuple[float, float]) -> float:
    return min(max(value, bounds[0]), bounds[1])
