"""Attribute degrees of a face: how much bangs, eyeglasses, beard, smile and age a picture shows, 0 to 5 each.

Trained on rendered faces alone (`python -m training.run degrees`). Fine-grained prediction as in Talk-to-Edit, with ordinal
heads: five logits per attribute for "at least degree k", which keeps neighbouring degrees near each other.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import torch
from PIL import Image
from torch import Tensor, nn

from graded import GRADED
from pictures import picture_tensor

from .networks import resized, shipped, trunk


class DegreeNetwork(nn.Module):
    """Aligned face [N, 3, 128, 128] in [-1, 1] -> logits [N, 5 attributes, 5] of "the degree is at least 1 .. 5"."""

    def __init__(self, widths: Sequence[int] = (64, 128, 192)):
        super().__init__()
        self.widths = tuple(widths)
        self.layers = nn.Sequential(*trunk(widths), nn.AdaptiveAvgPool2d(4), nn.Flatten())
        self.heads = nn.Linear(16 * self.widths[-1], 5 * len(GRADED))

    def features(self, image: Tensor) -> Tensor:
        """What the heads read, [N, 16 * coarse]."""
        return self.layers(image)

    def forward(self, image: Tensor) -> Tensor:
        return self.heads(self.features(image)).view(-1, len(GRADED), 5)

    def degrees(self, image: Tensor) -> Tensor:
        """Expected degrees [N, 5 attributes], fractional, 0 to 5."""
        return self(image).sigmoid().sum(dim=2)


@functools.cache
def network() -> DegreeNetwork:
    """The shipped network, loaded once per process."""
    return shipped("degrees", lambda metadata: DegreeNetwork(metadata["widths"]))


def _input(image: Image.Image) -> Tensor:
    """RGB picture of any size -> [1, 3, 128, 128] in [-1, 1]."""
    return resized(picture_tensor(image))


@torch.inference_mode()
def measure(image: Image.Image) -> dict[str, float]:
    """Degrees 0..5 of each graded attribute in an aligned RGB face of any size, fractional."""
    return dict(zip(GRADED, network().degrees(_input(image))[0].tolist(), strict=True))
