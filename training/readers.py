"""What those who read degrees off pictures learn from, so that a hint is not taken for the whole: faces half changed, and faces changed on
purpose to be misread.

A network that has seen whole beards alone reads a shadow on the jaw as one, and who draws to please it draws shadows.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from .augment import augment
from .data import Faces

FADED = 0.4
"""Share of a batch that lies between the two faces of a pair, and shows each of them for its part."""
FOOLED = 0.5
"""Share of a batch."""
REACH = 0.06
"""How far at most, root mean square of the range of 2, a face is changed to be misread; a beard changes it by .1 to .25."""
GRID = 4
"""Pixels from one place at which it is changed to the next: shadows and shapes, since grain is added anyway."""
STEPS = 2


def faded(faces: Faces, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Pictures [N, 3, H, W] of random faces, on their way to the other one of their pair: (pictures, rows, the others' rows, how far)."""
    rows, flip, images = faces.draw(count, generator)
    chosen = torch.rand(count, generator=generator) < FADED
    share = torch.rand(count, generator=generator) * chosen
    images = torch.lerp(images, faces.mirrored(rows ^ 1, flip), share[:, None, None, None])
    return augment(images, generator), rows, rows ^ 1, share


def mixed(labels: Tensor, rows: Tensor, others: Tensor, share: Tensor) -> Tensor:
    """Labels [faces, ...] as they hold for what `faded` returned."""
    return torch.lerp(labels[rows], labels[others], share.view(-1, *[1] * (labels.ndim - 1)))


def fooled(loss: Callable[[Tensor], Tensor], images: Tensor, generator: torch.Generator) -> Tensor:
    """The pictures changed a little, by `REACH` at most, for the loss to grow (Madry et al., ICLR 2018, eq. 2.1, in L2)."""
    reach = REACH * torch.rand(len(images), 1, 1, 1, generator=generator).to(images.device)
    change = 1e-3 * torch.randn(len(images), 3, *(side // GRID for side in images.shape[2:]), generator=generator).to(images.device)
    with torch.enable_grad():
        for _ in range(STEPS):
            change.requires_grad_(True)
            (way,) = torch.autograd.grad(loss(_changed(images, change)), change)
            change = change.detach() + 2 / STEPS * reach * way / (_size(way) + 1e-12)
            change = change * (reach / (_size(change) + 1e-12)).clamp(max=1)
    return _changed(images, change).detach()


def _changed(images: Tensor, change: Tensor) -> Tensor:
    return (images + F.interpolate(change, size=images.shape[2:], mode="bilinear")).clamp(-1, 1)


def _size(change: Tensor) -> Tensor:
    return change.square().mean((1, 2, 3), keepdim=True).sqrt()


def partly_fooled(loss: Callable[[Tensor, Tensor], Tensor], images: Tensor, truth: Tensor, generator: torch.Generator) -> Tensor:
    """The same with the first pictures, a share FOOLED of them, changed."""
    count = round(FOOLED * len(images))
    return torch.cat([fooled(lambda seen: loss(seen, truth[:count]), images[:count], generator), images[count:]])
