"""Whether two pictures show one person: the figures by which embeddings of faces are judged."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from synth.parameters import FaceParameters

LOOKALIKE_TONE = 1.0
"""Difference in skin tone (0 to 7) below which two people of one gender presentation count as look-alikes."""


@torch.inference_mode()
def embedded(network: nn.Module, images: Tensor) -> Tensor:
    """Embeddings [N, K, D] of pictures [N, K, 3, H, W]."""
    return torch.cat([network(part) for part in images.flatten(0, 1).split(64)]).unflatten(0, images.shape[:2])


def lookalikes(people: list[FaceParameters]) -> np.ndarray:
    """[N, N] boolean: which people are hard to tell apart."""
    masculine = np.array([face.masculinity > 0.5 for face in people])
    tone = np.array([face.skin_tone for face in people])
    return (masculine[:, None] == masculine) & (np.abs(tone[:, None] - tone) < LOOKALIKE_TONE)


def scores(embeddings: Tensor, impostors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cosines of all genuine pairs, and of the pairs of different people that `impostors` [N, N] admits, from embeddings [N, K, D]."""
    people, pictures, _ = embeddings.shape
    cosines = torch.einsum("nkd,mld->nmkl", embeddings, embeddings).numpy()
    first, second = np.triu_indices(pictures, 1)
    genuine = cosines[np.arange(people)[:, None], np.arange(people)[:, None], first, second].ravel()
    one, other = np.nonzero(np.triu(impostors, 1))
    return genuine, cosines[one, other].ravel()


def equal_error(genuine: np.ndarray, impostor: np.ndarray) -> tuple[float, float]:
    """The rate at which as many genuine pairs are rejected as impostors accepted, and the threshold where that happens."""
    thresholds = np.sort(np.concatenate([genuine, impostor]))
    rejected = np.searchsorted(np.sort(genuine), thresholds) / len(genuine)
    accepted = 1 - np.searchsorted(np.sort(impostor), thresholds) / len(impostor)
    at = int(np.abs(rejected - accepted).argmin())
    return float((rejected[at] + accepted[at]) / 2), float(thresholds[at])


def accepted_at(genuine: np.ndarray, impostor: np.ndarray, false_accepts: float) -> float:
    """Share of genuine pairs above the threshold that this share of the impostors exceeds."""
    return float((genuine > np.quantile(impostor, 1 - false_accepts)).mean())


def accuracy(genuine: np.ndarray, impostor: np.ndarray, threshold: float) -> float:
    """Mean of the shares of genuine pairs accepted and of impostors rejected."""
    return float(((genuine >= threshold).mean() + (impostor < threshold).mean()) / 2)
