"""Cycle spinning (Coifman and Donoho, "Translation-invariant de-noising", 1995), for networks that draw in blocks of pixels."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

Shift = tuple[int, int]
"""Pixels, down and right."""


def spun(draw: Callable[..., Tensor], pictures: Sequence[Tensor], shifts: Sequence[Shift]) -> Tensor:
    """The mean [N, C, H, W] of what is drawn of pictures [N, ..., H, W] that lie a little elsewhere each time, put back where it belongs:
    it has no pattern in step with the blocks.
    """
    drawn = [shifted(draw(*(shifted(picture, (down, right)) for picture in pictures)), (-down, -right)) for down, right in shifts]
    return torch.stack(drawn).mean(0)


def shifted(picture: Tensor, shift: Shift) -> Tensor:
    """[..., H, W] of any type, moved; the pixels at its border go on."""
    rows, columns = (
        (torch.arange(side, device=picture.device) - by).clamp(0, side - 1) for side, by in zip(picture.shape[-2:], shift, strict=True)
    )
    return picture[..., rows[:, None], columns]
