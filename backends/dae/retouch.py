"""What diffusion drew small and soft, drawn again as a change of the face itself.

Latents of a small autoencoder hold no thin frame and no strand, so the difference between two decodes, D(z_edit) - D(z), is a blur of what
was asked for. The retoucher sees the face, the same moved to where the edit wants it, both decodes and both codes, and answers with the
change that the moved face's own pixels should make. It is learnt from rendered counterfactuals, which say exactly what an edit adds, and
what it takes away that no code knew of. Our extension; not in the papers.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision.transforms.functional import gaussian_blur

from .change_unet import FOLD, ChangeConfig, ChangeUNet, beyond
from .mapping import DIRECTIONS
from .spinning import spun

STRONGEST = 1.4
"""How many times as strongly as it was learnt a change may be drawn: past it faces tear."""
SHIFTS = ((0, 0), (-FOLD // 2, 0))
"""Of the face, for the drawings whose mean engines take. The blocks show most as a hatching, which a shift in both directions leaves."""
COLOURS = 1.5
"""Standard deviation in pixels of the blur of what is drawn in colour alone: in brightness faces have detail, in colour they are smooth."""
LUMA = (0.299, 0.587, 0.114)
"""Of red, green and blue (ITU-R BT.601)."""


class Retoucher(nn.Module):
    """Untrained, it repeats the difference of the decodes.

    `strengths` [attributes, 2] are calibrated on validation faces: how strongly what it draws is to be added, for more and for less of an
    attribute, for the face to change by what was asked. Who cannot know draws too little. `trust` [attributes, 2] is how far faces then
    went for every degree that the engine's predictor, which the drawing was taught to please, sees them go.
    """

    def __init__(self, config: ChangeConfig):
        super().__init__()
        self.config = config
        self.register_buffer("strengths", torch.ones(len(config.attributes), len(DIRECTIONS)))
        self.register_buffer("trust", torch.ones(len(config.attributes), len(DIRECTIONS)))
        fine = config.fine
        self.seen = nn.Conv2d(15, fine, 3, padding=1)
        self.trunk = ChangeUNet(fine * FOLD**2, config)
        self.unfold = nn.Conv2d(config.widths[0], fine * FOLD**2, 1)
        pens = config.widths[0] // 2
        self.draw = nn.Sequential(nn.Conv2d(2 * fine, pens, 3, padding=1), nn.SiLU(), nn.Conv2d(pens, 4, 3, padding=1))
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

    def drawn(self, face: Tensor, moved: Tensor, rebuilt: Tensor, edited: Tensor, z: Tensor, z_edit: Tensor, asked: Tensor) -> Tensor:
        """The same as engines draw it, without the grid and the patches of colour that photos get: the mean over SHIFTS, its colours
        smoothed."""
        change = spun(lambda *pictures: self(*pictures, z, z_edit, asked), (face, moved, rebuilt, edited), SHIFTS)
        gray = (change * change.new_tensor(LUMA)[:, None, None]).sum(1, keepdim=True)
        return gray + gaussian_blur(change - gray, 2 * round(3 * COLOURS) + 1, COLOURS)

    def strength(self, changes: Mapping[str, float], degrees: Mapping[str, float]) -> float:
        """What to multiply the drawing of these changes with, from these degrees: beyond the calibrated strength as often as more is asked
        for than a scale has left."""
        calibrated = (self._calibrated(self.strengths, name, change) for name, change in changes.items())
        return min(max(calibrated, default=1.0) * beyond(changes, degrees), STRONGEST)

    def went(self, name: str, change: float) -> float:
        """How many degrees a face went that the predictor saw go by `change`."""
        return self._calibrated(self.trust, name, change) * change

    def _calibrated(self, table: Tensor, name: str, change: float) -> float:
        attributes = self.config.attributes
        return table[attributes.index(name), int(change < 0)].item() if name in attributes else 1.0
