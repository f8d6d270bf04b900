"""Editing a photo in the latents: its own way into noise is where edits start from, and where everything outside them stays.

Sampling under a photo's own description does not lead back to it exactly. What it misses at every step is measured once and added to
every edit: an edit that asks for nothing changes nothing, and a small one little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ..base import Progress
from .composition import Composition, Contexts
from .sampling import Guided, Levels, invert

TOGETHER = 10
"""Levels of a photo's way that are denoised at once."""


@dataclass(frozen=True, eq=False)
class Anchors:
    """A photo's way into noise [T + 1, C, S, S], the clean latent first, and what DDIM misses of it on the way back [T, C, S, S]."""

    way: Tensor
    misses: Tensor


@torch.no_grad()
def anchors(
    denoise: Composition, levels: Levels, z0: Tensor, source: Contexts, progress: Progress | None = None
) -> Anchors:
    """Of one latent [1, C, S, S] under its own contexts."""
    way = invert(denoise, levels, z0, source, progress)
    misses = []
    for part in torch.arange(1, levels.steps + 1).split(TOGETHER):
        x = way[part]
        prediction, _ = denoise(x, levels.timesteps[part].to(x.device), source.expanded(len(part)))
        misses.append(way[part - 1] - levels.moved(x, prediction, part, part - 1))
    return Anchors(way, torch.cat(misses))


@torch.no_grad()
def edit(
    denoise: Composition,
    levels: Levels,
    anchored: Anchors,
    source: Contexts,
    target: Contexts,
    region: Tensor,
    *,
    guidance: Tensor,
    progress: Progress | None = None,
) -> tuple[Tensor, Tensor]:
    """(edited latents [N, C, S, S], influence at every step [T, N, 2, S, S]) for N targets at once.

    `source` are the contexts that the anchors were found under; `guidance` [N, 1, S, S] exaggerates the difference between them and the
    target. Where `region` [1, 1, S, S] is 0 the photo's own way is kept.
    """
    count = len(target.text)
    guided = Guided(denoise, source.expanded(count), guidance)
    x = anchored.way[-1:].expand(count, -1, -1, -1)
    influences = []
    if progress:
        progress(0, levels.steps)
    for level in range(levels.steps, 0, -1):
        here = torch.full((count,), level)
        prediction, influence = guided(x, levels.timesteps[here].to(x.device), target)
        x = levels.moved(x, prediction, here, here - 1) + anchored.misses[level - 1]
        x = torch.lerp(anchored.way[level - 1].expand_as(x), x, region)
        influences.append(influence)
        if progress:
            progress(levels.steps - level + 1, levels.steps)
    return x, torch.stack(influences)


def widened(region: np.ndarray, margin: int) -> np.ndarray:
    """A boolean region [H, W] with `margin` pixels more on every side."""
    grown = F.max_pool2d(torch.from_numpy(region).float()[None, None], 2 * margin + 1, stride=1, padding=margin)
    return grown[0, 0].numpy() > 0


def on_grid(region: np.ndarray, side: int) -> Tensor:
    """A boolean region [H, W] on the grid of the latents: [1, 1, side, side], 1 wherever a cell holds any of it."""
    return F.adaptive_max_pool2d(torch.from_numpy(region).float()[None, None], side)


def mean_on_grid(amounts: np.ndarray, region: np.ndarray, side: int) -> Tensor:
    """Amounts [H, W] on the grid of the latents, [1, 1, side, side]: their mean over what a cell holds of a boolean region."""
    inside = torch.from_numpy(region).float()[None, None]
    total = F.adaptive_avg_pool2d(inside * torch.from_numpy(amounts).float(), side)
    return total / F.adaptive_avg_pool2d(inside, side).clamp(min=1e-6)


def feathered(region: np.ndarray, margin: int) -> Tensor:
    """How much of an edit shows at every pixel, [1, 1, H, W]: 1 in the region, falling to 0 over `margin` pixels around it."""
    inner = torch.from_numpy(widened(region, (margin + 1) // 2)).float()[None, None]
    radius = margin // 2
    smooth = F.avg_pool2d(F.pad(inner, (radius,) * 4, mode="replicate"), 2 * radius + 1, stride=1)
    return torch.maximum(smooth, torch.from_numpy(region).float())
