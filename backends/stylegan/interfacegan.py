"""InterFaceGAN (Shen et al., CVPR 2020), for comparison: one straight direction per attribute, the same for every face."""

from __future__ import annotations

import torch
from torch import Tensor

from .field import Code, Step
from .svm import linear_svm, step_length


class InterFaceGAN:
    """w' = w + alpha n, n the normal of the boundary between faces with less and with more of the attribute."""

    def __init__(self, direction: Tensor, layers: int):
        self.direction, self.layers = direction, layers

    @classmethod
    def fitted(cls, w: Tensor, degrees: Tensor, layers: int) -> InterFaceGAN:
        """From latents w [N, D] and the degrees [N] that a predictor sees in their pictures; the boundary lies at the median degree."""
        positive = degrees > degrees.median()
        if not positive.any():
            positive = degrees >= degrees.median()
        boundary = linear_svm(w, positive)
        return cls(boundary.normal * step_length(w, degrees, boundary.normal), layers)

    def step(self, sign: int) -> Step:
        """`sign` +1 for more of the attribute, -1 for less."""

        @torch.no_grad()
        def step(code: Code) -> Code:
            return code.moved(sign * self.direction[None], self.layers)

        return step
