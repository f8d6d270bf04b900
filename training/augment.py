"""Changes that a photo may show and a rendering does not: colour casts, contrast, blur, grain, an inexact crop."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor


def augment(images: Tensor, generator: torch.Generator) -> Tensor:
    """[N, 3, H, W] in [-1, 1] -> the same, each picture changed at random; geometry moves by at most a few pixels."""
    return photographed(placed(images, placements(len(images), generator)), generator)


def augment_alike(pictures: Sequence[Tensor], generator: torch.Generator) -> tuple[Tensor, ...]:
    """The same for several pictures of each face, all of a face as one camera sees them."""
    affine = placements(len(pictures[0]), generator)
    # Side by side they have one mean, about which contrast turns.
    together = torch.cat([placed(images, affine) for images in pictures], dim=3)
    return photographed(together, generator).chunk(len(pictures), dim=3)


def placements(count: int, generator: torch.Generator, reach: float = 1.0) -> Tensor:
    """Inexact crops: affine maps [N, 2, 3] for `placed`, which turn, zoom and shift a little, or `reach` times as much."""
    angle, zoom = reach * _uniform(generator, -0.08, 0.08, count), 1 + reach * _uniform(generator, -0.08, 0.08, count)
    cos, sin = angle.cos() * zoom, angle.sin() * zoom
    shift = reach * _uniform(generator, -0.06, 0.06, count, 2)
    return torch.stack([torch.stack([cos, -sin, shift[:, 0]], 1), torch.stack([sin, cos, shift[:, 1]], 1)], 1)


def placed(images: Tensor, affine: Tensor, mode: str = "bilinear") -> Tensor:
    """Pictures [N, C, H, W] as their crops show them; `mode` "nearest" is for masks."""
    grid = F.affine_grid(affine.to(images.device), list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, mode=mode, padding_mode="reflection", align_corners=False)


def photographed(images: Tensor, generator: torch.Generator) -> Tensor:
    """The same pictures as another camera sees them, nothing moved: blur, colours, grain."""
    blurred = F.interpolate(F.avg_pool2d(images, 2), scale_factor=2, mode="bilinear")
    blur = _uniform(generator, -1.5, 1.0, len(images), 1, 1, 1).clamp(0, 1).to(images.device)
    out = coloured(torch.lerp(images, blurred, blur), generator)
    grain = torch.randn(out.shape, generator=generator).to(out.device)
    return (out + grain * _uniform(generator, 0.0, 0.08, len(images), 1, 1, 1).to(images.device)).clamp(-1, 1)


def coloured(images: Tensor, generator: torch.Generator) -> Tensor:
    """Saturation, contrast, colour cast and exposure changed; the result may leave [-1, 1]."""

    def uniform(low: float, high: float, *shape: int) -> Tensor:
        return _uniform(generator, low, high, len(images), *shape).to(images.device)

    gray = images.mean(1, keepdim=True)
    out = torch.lerp(gray, images, uniform(0.4, 1.3, 1, 1, 1))
    out = (out - out.mean((2, 3), keepdim=True)) * uniform(0.7, 1.3, 1, 1, 1) + out.mean((2, 3), keepdim=True)
    return out * uniform(0.9, 1.1, 3, 1, 1) + uniform(-0.25, 0.25, 1, 1, 1) + uniform(-0.06, 0.06, 3, 1, 1)


def _uniform(generator: torch.Generator, low: float, high: float, *shape: int) -> Tensor:
    return low + (high - low) * torch.rand(*shape, generator=generator)
