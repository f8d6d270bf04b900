"""What diffusion drew small and soft, drawn again as a change of the face itself.

Latents of a small autoencoder hold no thin frame and no strand, so the difference between two decodes, D(z_edit) - D(z), is a blur of what
was asked for. The retoucher sees the face, the same moved to where the edit wants it, both decodes and both codes, and answers with the
change that the moved face's own pixels should make. It is learnt from rendered counterfactuals, which say exactly what an edit adds, and
what it takes away that no code knew of. Our extension; not in the papers.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .change_unet import FOLD, ChangeConfig, ChangeUNet


class Retoucher(nn.Module):
    """Untrained, it repeats the difference of the decodes."""

    def __init__(self, config: ChangeConfig):
        super().__init__()
        self.config = config
        fine = config.fine
        self.seen = nn.Conv2d(15, fine, 3, padding=1)
        self.trunk = ChangeUNet(fine * FOLD**2, config)
        self.unfold = nn.Conv2d(config.widths[0], fine * FOLD**2, 1)
        self.draw = nn.Sequential(nn.Conv2d(2 * fine, fine, 3, padding=1), nn.SiLU(), nn.Conv2d(fine, 4, 3, padding=1))
        nn.init.zeros_(self.draw[2].weight)
        self.draw[2].bias.data = torch.tensor([0.0, 0.0, 0.0, 3.0])

    def forward(self, face: Tensor, moved: Tensor, rebuilt: Tensor, edited: Tensor, z: Tensor, z_edit: Tensor, asked: Tensor) -> Tensor:
        """The face, the same moved, D(z) and D(z_edit) [N, 3, S, S] in [-1, 1], z and z_edit [N, z_dim], `asked_for` [N, 2 A]
        -> what is to be added [N, 3, S, S] to the moved face."""
        difference = edited - rebuilt
        seen = self.seen(torch.cat([face, rebuilt, edited, 4 * difference, moved], dim=1))
        h = self.trunk(F.pixel_unshuffle(seen, FOLD), z, z_edit, asked)
        drawn = self.draw(torch.cat([seen, F.pixel_shuffle(self.unfold(h), FOLD)], dim=1))
        return drawn[:, 3:].sigmoid() * (difference + drawn[:, :3])
