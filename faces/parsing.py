"""Which part of the face every pixel shows: 19 classes, learnt from rendered masks alone (`python -m training.run parsing`)."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

import weights

from .mask_classes import MASK_CLASSES
from .networks import ResidualBlock, picture_tensor, resized

SIDES = tuple((MASK_CLASSES.index(f"l_{part}"), MASK_CLASSES.index(f"r_{part}")) for part in ("eye", "brow", "ear"))
"""Classes that change places in the mirror."""


class ParsingNetwork(nn.Module):
    """Aligned faces [N, 3, 128, 128] in [-1, 1] -> logits [N, 19, 128, 128].

    A U-Net (Ronneberger et al. 2015) on blocks of 2 x 2 pixels, whose skips are added: a residual block on every grid from 32 x 32 down
    to 8 x 8, and each block of pixels told apart by the last layer.
    """

    def __init__(self, widths: Sequence[int] = (32, 64, 112, 128)):
        super().__init__()
        self.widths = tuple(widths)
        pairs = list(zip(widths, widths[1:], strict=False))
        self.stem = nn.Sequential(nn.PixelUnshuffle(2), nn.Conv2d(12, widths[0], 3, padding=1))
        self.down = nn.ModuleList(nn.Sequential(nn.Conv2d(a, b, 3, stride=2, padding=1), ResidualBlock(b)) for a, b in pairs)
        self.narrow = nn.ModuleList(nn.Conv2d(b, a, 1) for a, b in pairs)
        self.up = nn.ModuleList(ResidualBlock(a) for a, _ in pairs)
        self.out = nn.Sequential(nn.GroupNorm(8, widths[0]), nn.SiLU(), nn.Conv2d(widths[0], 4 * len(MASK_CLASSES), 1), nn.PixelShuffle(2))

    def forward(self, images: Tensor) -> Tensor:
        grids = [self.stem(images)]
        for layers in self.down:
            grids.append(layers(grids[-1]))
        x = grids.pop()
        for narrow, block in zip(reversed(self.narrow), reversed(self.up), strict=True):
            x = block(grids.pop() + F.interpolate(narrow(x), scale_factor=2, mode="bilinear", align_corners=False))
        return self.out(x)


@functools.cache
def network() -> ParsingNetwork:
    """The shipped network, loaded once per process."""
    state, metadata = weights.load(weights.find("parsing"))
    model = ParsingNetwork(metadata["widths"])
    model.load_state_dict(state)
    return model.eval().requires_grad_(False).to(memory_format=torch.channels_last)


@torch.inference_mode()
def parse(image: Image.Image) -> np.ndarray:
    """Aligned RGB face of any size -> its mask [H, W] uint8, numbers of `MASK_CLASSES`."""
    logits = network()(resized(picture_tensor(image)))
    if image.size != (logits.shape[3], logits.shape[2]):
        logits = F.interpolate(logits, size=(image.height, image.width), mode="bilinear", align_corners=False)
    return logits[0].argmax(0).to(torch.uint8).numpy()
