"""Contact sheets: batches of pictures as one PNG to look at."""

from __future__ import annotations

import torch
from PIL import Image
from torch import Tensor

from pictures import tensor_picture

from .augment import augment
from .data import Faces


def grid(rows: list[Tensor]) -> Image.Image:
    """Rows of [N, 3, H, W] in [-1, 1], stacked top to bottom."""
    return tensor_picture(torch.cat([torch.cat(list(row), dim=2) for row in rows], dim=1))


def augmented(faces: Faces) -> Image.Image:
    """The first eight faces, as networks that are trained on `augment` see them."""
    return grid([augment(faces.batch(torch.arange(8)), torch.Generator().manual_seed(0))])
