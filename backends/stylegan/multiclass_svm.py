"""Multiclass SVM (Talk-to-Edit, appendix), for comparison: a boundary between every two neighbouring degrees, and its normal as direction.

In the paper the predictor's view of the picture says which boundary comes next. Here the boundaries themselves say it, so that a trajectory
needs no picture: a latent's degree is the number of boundaries it has behind it.
"""

from __future__ import annotations

import torch
from torch import Tensor

from graded import MAX_DEGREE

from .field import Code, Step
from .svm import Boundary, linear_svm, step_length


class MulticlassSVM:
    """w' = w + alpha n_c, n_c the normal of the boundary that lies next to the latent's degree."""

    def __init__(self, boundaries: list[Boundary], length: float, layers: int):
        self.boundaries, self.length, self.layers = boundaries, length, layers

    @classmethod
    def fitted(cls, w: Tensor, degrees: Tensor, layers: int) -> MulticlassSVM:
        """From latents w [N, D] and the degrees [N] that a predictor sees in their pictures.

        Raises ParleyError where a degree has no latents.
        """
        boundaries = []
        for degree in range(MAX_DEGREE):
            pair = (degrees == degree) | (degrees == degree + 1)
            boundaries.append(linear_svm(w[pair], degrees[pair] > degree))
        lengths = [step_length(w, degrees, boundary.normal) for boundary in boundaries]
        return cls(boundaries, sum(lengths) / len(lengths), layers)

    def degree(self, w: Tensor) -> int:
        """0..5, as the boundaries see w [1, D]."""
        return sum(int(boundary.distance(w).item() > 0) for boundary in self.boundaries)

    def step(self, sign: int) -> Step:
        """`sign` +1 for more of the attribute, -1 for less."""

        @torch.no_grad()
        def step(code: Code) -> Code:
            degree = self.degree(code.w)
            next_one = min(degree, MAX_DEGREE - 1) if sign > 0 else max(degree - 1, 0)
            return code.moved(sign * self.length * self.boundaries[next_one].normal[None], self.layers)

        return step
