"""The Frechet distance (Heusel et al., NIPS 2017) between two sets of faces, in features of the degree network of faces/attributes.py."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from faces import attributes


def frechet_distance(one: Tensor, other: Tensor) -> float:
    """Between the Gaussians that fit features [N, D] and [M, D]: |m - m'|^2 + tr(C + C' - 2 (C C')^(1/2))."""
    one, other = one.double(), other.double()
    root = _root(one.T.cov())
    middle = torch.linalg.eigvalsh(root @ other.T.cov() @ root).clamp(min=0).sqrt().sum()
    spread = one.var(dim=0).sum() + other.var(dim=0).sum() - 2 * middle
    return ((one.mean(dim=0) - other.mean(dim=0)).square().sum() + spread).item()


def _root(covariance: Tensor) -> Tensor:
    values, vectors = torch.linalg.eigh(covariance)
    return vectors * values.clamp(min=0).sqrt() @ vectors.T


def degree_features(images: Tensor) -> Tensor:
    """Pictures [N, 3, 128, 128] in [-1, 1] -> the degree network's last map, averaged over the picture, [N, D]; on the CPU."""
    *layers, _, _ = attributes.network().layers
    return nn.Sequential(*layers)(images).mean(dim=(2, 3))
