"""Editing along straight lines: the directions of the published classifier, which tells CelebA's 40 attributes from z_sem."""

from __future__ import annotations

from collections.abc import Mapping

import torch.nn.functional as F
from torch import Tensor

from errors import ParleyError

from .celeba import CELEBA, GRADED_DIRECTIONS, PROMPT_DIRECTIONS

STRENGTH_PER_DEGREE = 0.1
"""So that three degrees are the authors' own example, 0.3, and five the 0.5 that their demonstration allows at most. Not calibrated."""


class LinearDirections:
    """Normalised z moves by s * sqrt(dim) along the unit direction of an attribute; several directions add up."""

    def __init__(self, mean: Tensor, std: Tensor, rows: Tensor):
        """`mean` and `std` of z_sem over the training faces, [1, dim] or [dim]; `rows` of the classifier, [40, dim]."""
        self.dim = rows.shape[1]
        self._steps = F.normalize(rows.float(), dim=1) * self.dim**0.5
        self._mean, self._std = mean.float().reshape(1, -1), std.float().reshape(1, -1)

    @classmethod
    def from_state(cls, state: Mapping[str, Tensor]) -> LinearDirections:
        """From the tensors of `ffhq256_autoenc_cls`. Its averaged classifier (`ema_classifier`) still is 39 % random start and is not used.

        Raises ParleyError for another file.
        """
        names = ("conds_mean", "conds_std", "classifier.weight")
        missing = [name for name in names if name not in state]
        if missing:
            sentence = "This is no diffusion autoencoder's classifier (ffhq256_autoenc_cls): it lacks {missing}."
            raise ParleyError(sentence, missing=", ".join(missing))
        mean, std, rows = (state[name] for name in names)
        if rows.ndim != 2 or len(rows) != len(CELEBA) or mean.numel() != rows.shape[1] or std.numel() != rows.shape[1]:
            sentence = "The classifier's file holds {shape} weights where 40 rows as long as z are expected."
            raise ParleyError(sentence, shape=tuple(rows.shape))
        return cls(mean, std, rows)

    def moved(self, z: Tensor, strengths: Mapping[str, float]) -> Tensor:
        """z [N, dim] moved by signed strengths of CelebA's attributes; ParleyError for a name that is none of the 40."""
        unknown = [name for name in strengths if name not in CELEBA]
        if unknown:
            raise ParleyError("There is no direction {name!r}; the 40 are {known}.", name=unknown[0], known=", ".join(CELEBA))
        normalised = (z - self._mean) / self._std
        for name, strength in strengths.items():
            normalised = normalised + strength * self._steps[CELEBA.index(name)]
        return normalised * self._std + self._mean

    def edit(self, z: Tensor, changes: Mapping[str, float]) -> Tensor:
        """z [N, dim] moved by signed degrees of graded attributes and prompts."""
        strengths: dict[str, float] = {}
        for attribute, degrees in changes.items():
            name, sign = (GRADED_DIRECTIONS | PROMPT_DIRECTIONS)[attribute]
            strengths[name] = strengths.get(name, 0.0) + sign * degrees * STRENGTH_PER_DEGREE
        return self.moved(z, strengths) if strengths else z
