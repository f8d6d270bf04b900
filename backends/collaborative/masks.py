"""Masks for the diffusion: one context token per class of the face, which says where on the picture the class is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from faces.mask_classes import MASK_CLASSES

if TYPE_CHECKING:
    from .networks import CollaborativeConfig

UNKNOWN = 255
"""In a mask: nothing is said about this pixel. A mask of this alone is the condition "no mask"."""


class MaskEncoder(nn.Module):
    """Masks [N, H, W] uint8 of class numbers (or UNKNOWN) -> context tokens [N, 19, D]; with `places`, more of them.

    The mask is reduced to a grid by the pixels at its cells' centres; every class's cells, 0 or 1, go through one shared linear layer. In
    the published networks nothing else tells the classes apart: a hat and hair of the same shape are the same. With `class_embedding` every
    class's token says which one it is; with `places`, that many numbers for every place of the
    latent follow, packed into tokens: which classes are there, and how; with a prior, the latent's own channels for every place follow
    these: how far what is there and around it moves what to expect.
    """

    def __init__(self, config: CollaborativeConfig):
        super().__init__()
        self.side = config.mask_side
        self.linear = nn.Linear(self.side**2, config.cross_attention_dim)
        self.class_embedding = None
        if config.class_embedding:
            self.class_embedding = nn.Parameter(0.5 * torch.randn(len(MASK_CLASSES), config.cross_attention_dim))
        self.at_place = None
        if config.places:
            self.cell = config.mask_side // config.latent_side
            self.at_place = nn.Linear(len(MASK_CLASSES) * self.cell**2, config.places)
        self.expected = None
        if config.prior_components:
            self.expected = nn.Conv2d(len(MASK_CLASSES), config.latent_channels, 3 * self.cell, self.cell, self.cell, bias=False)
            nn.init.zeros_(self.expected.weight)

    def one_hot(self, masks: Tensor) -> Tensor:
        """[N, H, W] -> [N, 19, side * side] float, row by row; nothing is set where a cell is UNKNOWN."""
        cells = F.interpolate(masks[:, None].float(), size=(self.side, self.side), mode="nearest-exact").flatten(2)
        return (cells == torch.arange(len(MASK_CLASSES), device=cells.device)[:, None]).to(self.linear.weight.dtype)

    def forward(self, masks: Tensor) -> Tensor:
        cells = self.one_hot(masks)
        tokens = self.linear(cells)
        if self.class_embedding is not None:
            tokens = tokens + self.class_embedding
        if self.at_place is None:
            return tokens
        grid = cells.unflatten(2, (self.side, self.side))
        parts = [tokens, self._packed(self.at_place(F.pixel_unshuffle(grid, self.cell).flatten(2).transpose(1, 2)))]
        if self.expected is not None:
            parts.append(self._packed(self.expected(grid).flatten(2).transpose(1, 2)))
        return torch.cat(parts, dim=1)

    def _packed(self, numbers: Tensor) -> Tensor:
        """[N, places, K] -> [N, tokens, D]."""
        return numbers.flatten(1).unflatten(1, (-1, self.linear.out_features))
