"""Five points of a face, found more exactly than MTCNN can, whose last stage looks at 48 x 48 pixels of the whole head.

Learnt from rendered faces alone (`python -m training.run landmarks`).
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from pictures import picture_tensor

from .networks import UNet, shipped

SIDE = 64
"""Pixels of the crop, which `align.landmark_transform` describes."""
MIRRORED = (1, 0, 2, 4, 3)
"""Each point's number in the mirror."""


class LandmarkNetwork(UNet):
    """Crops [N, 3, 64, 64] in [-1, 1] -> points [N, 5, 2], the crop's edges at -1 and 1: eye, eye, nose, mouth corner, mouth corner.

    One map is drawn per point; the point is the map's mean place (integral regression, Sun et al. 2018), so that it lies between the
    map's cells.
    """

    def __init__(self, widths: Sequence[int] = (24, 48, 96)):
        super().__init__(widths)
        self.out = nn.Sequential(nn.GroupNorm(8, widths[0]), nn.SiLU(), nn.Conv2d(widths[0], len(MIRRORED), 1))

    def forward(self, crops: Tensor) -> Tensor:
        x = self.finest(crops)
        maps = self.out(x).float().flatten(2).softmax(2).unflatten(2, x.shape[2:])
        places = (torch.arange(maps.shape[3], device=maps.device) + 0.5) * 2 / maps.shape[3] - 1
        return torch.stack([maps.sum(2) @ places, maps.sum(3) @ places], 2)


def mirrored(points: Tensor) -> Tensor:
    """Points [N, 5, 2] as the mirror shows them."""
    return points[:, MIRRORED] * points.new_tensor([-1, 1])


@functools.cache
def network() -> LandmarkNetwork:
    """The shipped network, loaded once per process."""
    return shipped("landmarks", lambda metadata: LandmarkNetwork(metadata["widths"]))


@torch.inference_mode()
def locate(crop: Image.Image) -> np.ndarray:
    """RGB crop of `SIDE` pixels -> points [5, 2] in its pixels, the mean of what the crop and its mirror show."""
    image = picture_tensor(crop)
    straight, mirror = network()(torch.cat([image, image.flip(3)])).split(1)
    return ((straight + mirrored(mirror))[0] / 2 + 1).double().numpy() * SIDE / 2
