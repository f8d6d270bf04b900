"""Five points of a face, found more exactly than MTCNN can, whose last stage looks at 48 x 48 pixels of the whole head.

Learnt from rendered faces alone (`python -m training.run landmarks`).
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

import weights

from .networks import ResidualBlock, picture_tensor

SIDE = 64
"""Pixels of the crop, which `align.landmark_transform` describes."""
MIRRORED = (1, 0, 2, 4, 3)
"""Each point's number in the mirror."""


class LandmarkNetwork(nn.Module):
    """Crops [N, 3, 64, 64] in [-1, 1] -> points [N, 5, 2], the crop's edges at -1 and 1: eye, eye, nose, mouth corner, mouth corner.

    A U-Net (Ronneberger et al. 2015) on blocks of 2 x 2 pixels, whose skips are added, draws one map per point; the point is the map's
    mean place (integral regression, Sun et al. 2018), so that it lies between the map's cells.
    """

    def __init__(self, widths: Sequence[int] = (24, 48, 96)):
        super().__init__()
        self.widths = tuple(widths)
        pairs = list(zip(widths, widths[1:], strict=False))
        self.stem = nn.Sequential(nn.PixelUnshuffle(2), nn.Conv2d(12, widths[0], 3, padding=1))
        self.down = nn.ModuleList(nn.Sequential(nn.Conv2d(a, b, 3, stride=2, padding=1), ResidualBlock(b)) for a, b in pairs)
        self.narrow = nn.ModuleList(nn.Conv2d(b, a, 1) for a, b in pairs)
        self.up = nn.ModuleList(ResidualBlock(a) for a, _ in pairs)
        self.out = nn.Sequential(nn.GroupNorm(8, widths[0]), nn.SiLU(), nn.Conv2d(widths[0], len(MIRRORED), 1))

    def forward(self, crops: Tensor) -> Tensor:
        grids = [self.stem(crops)]
        for layers in self.down:
            grids.append(layers(grids[-1]))
        x = grids.pop()
        for narrow, block in zip(reversed(self.narrow), reversed(self.up), strict=True):
            x = block(grids.pop() + F.interpolate(narrow(x), scale_factor=2, mode="bilinear", align_corners=False))
        maps = self.out(x).float().flatten(2).softmax(2).unflatten(2, x.shape[2:])
        places = (torch.arange(maps.shape[3], device=maps.device) + 0.5) * 2 / maps.shape[3] - 1
        return torch.stack([maps.sum(2) @ places, maps.sum(3) @ places], 2)


def mirrored(points: Tensor) -> Tensor:
    """Points [N, 5, 2] as the mirror shows them."""
    return points[:, MIRRORED] * points.new_tensor([-1, 1])


@functools.cache
def network() -> LandmarkNetwork:
    """The shipped network, loaded once per process."""
    state, metadata = weights.load(weights.find("landmarks"))
    model = LandmarkNetwork(metadata["widths"])
    model.load_state_dict(state)
    return model.eval().requires_grad_(False).to(memory_format=torch.channels_last)


@torch.inference_mode()
def locate(crop: Image.Image) -> np.ndarray:
    """RGB crop of `SIDE` pixels -> points [5, 2] in its pixels, the mean of what the crop and its mirror show."""
    image = picture_tensor(crop)
    straight, mirror = network()(torch.cat([image, image.flip(3)])).split(1)
    return ((straight + mirrored(mirror))[0] / 2 + 1).double().numpy() * SIDE / 2
