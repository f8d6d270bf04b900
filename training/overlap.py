"""How far two sets of masks agree, class by class."""

from __future__ import annotations

import torch
from torch import Tensor

from faces.mask_classes import MASK_CLASSES


def confusion(truth: Tensor, predicted: Tensor) -> Tensor:
    """Pixels [19, 19] by true class (rows) and predicted class."""
    count = len(MASK_CLASSES)
    return torch.bincount((truth.long() * count + predicted.long()).flatten(), minlength=count * count).view(count, count)


def intersection_over_union(counts: Tensor) -> Tensor:
    """Per class [19], from a confusion matrix; NaN for a class that is neither there nor predicted."""
    both = counts.diagonal().double()
    return both / (counts.sum(0) + counts.sum(1) - both)
