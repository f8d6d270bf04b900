"""Enjoy Your Editing (Zhuang et al., ICLR 2021), for comparison: a direction of its own for every face, kept along the whole way."""

from __future__ import annotations

import torch

from .field import Code, SemanticField, Step


class EnjoyYourEditing:
    """w' = w + alpha T(w_0), T a network like a semantic field, read once, at the face's own w_0."""

    def __init__(self, network: SemanticField, layers: int):
        self.network, self.layers = network, layers

    @torch.no_grad()
    def step(self, sign: int, start: Code) -> Step:
        """`sign` +1 for more of the attribute, -1 for less."""
        direction = sign * self.network(start.w)
        return lambda code: code.moved(direction, self.layers)
