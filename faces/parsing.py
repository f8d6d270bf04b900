"""Which part of the face every pixel shows: 19 classes, learnt from rendered masks alone (`python -m training.run parsing`)."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

from pictures import picture_tensor

from .mask_classes import MASK_CLASSES
from .networks import UNet, resized, shipped

SIDES = tuple((MASK_CLASSES.index(f"l_{part}"), MASK_CLASSES.index(f"r_{part}")) for part in ("eye", "brow", "ear"))
"""Classes that change places in the mirror."""


class ParsingNetwork(UNet):
    """Aligned faces [N, 3, 128, 128] in [-1, 1] -> logits [N, 19, 128, 128].

    A residual block on every grid from 32 x 32 down to 8 x 8, and each block of pixels told apart by the last layer.
    """

    def __init__(self, widths: Sequence[int] = (32, 64, 112, 128)):
        super().__init__(widths)
        self.out = nn.Sequential(nn.GroupNorm(8, widths[0]), nn.SiLU(), nn.Conv2d(widths[0], 4 * len(MASK_CLASSES), 1), nn.PixelShuffle(2))

    def forward(self, images: Tensor) -> Tensor:
        return self.out(self.finest(images))


@functools.cache
def network() -> ParsingNetwork:
    """The shipped network, loaded once per process."""
    return shipped("parsing", lambda metadata: ParsingNetwork(metadata["widths"]))


@torch.no_grad()
def likely(faces: Tensor) -> Tensor:
    """Aligned faces [N, 3, 128, 128] in [-1, 1], on any device -> [N, 19, 128, 128]: how likely each class of `MASK_CLASSES` is there."""
    return network()(faces.float().cpu()).softmax(1).to(faces.device)


@torch.inference_mode()
def parse(image: Image.Image) -> np.ndarray:
    """Aligned RGB face of any size -> its mask [H, W] uint8, numbers of `MASK_CLASSES`."""
    logits = network()(resized(picture_tensor(image)))
    if image.size != (logits.shape[3], logits.shape[2]):
        logits = F.interpolate(logits, size=(image.height, image.width), mode="bilinear", align_corners=False)
    return logits[0].argmax(0).to(torch.uint8).numpy()
