"""Contact sheets: batches of pictures as one PNG to look at."""

from __future__ import annotations

import torch
from PIL import Image
from torch import Tensor

from pictures import tensor_picture


def grid(rows: list[Tensor]) -> Image.Image:
    """Rows of [N, 3, H, W] in [-1, 1], stacked top to bottom."""
    return tensor_picture(torch.cat([torch.cat(list(row), dim=2) for row in rows], dim=1))
