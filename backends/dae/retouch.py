"""What diffusion drew small and soft, drawn again as a change of the face itself.

Latents of a small autoencoder hold no thin frame and no strand, so the difference between two decodes, D(z_edit) - D(z), is a blur of what
was asked for. The retoucher sees the face and its parts, the same moved to where the edit wants it, both decodes and both codes, and
answers with the change that the moved face's own pixels should make. It is learnt from rendered counterfactuals, which say exactly what an
edit adds, and what it takes away that no code knew of. Where an edit covers or uncovers something, the face's own detail goes first: on
photos that is not what renderings have, and no drawing would cancel it. It draws in black and white, and colours the drawing with colours
that it picks, most of them from the pictures: skin where a beard was is the face's skin, and a fringe has the colour of its hair. Our
extension; not in the papers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision.transforms.functional import gaussian_blur

from faces import parsing
from faces.mask_classes import MASK_CLASSES
from pictures import LUMA

from .change_unet import FOLD, ChangeConfig, ChangeUNet, asked_for, beyond, within_scale
from .mapping import DIRECTIONS
from .motion import Mover, moved
from .spinning import spun

STRONGEST = 1.4
"""How many times as strongly as it was learnt a change may be drawn: past it faces tear."""
SHIFTS = ((0, 0), (0, -2), (-2, -1), (-2, -3))
"""Of the face, for the drawings whose mean engines take: what is left of one shift alone is a hatching, on large even skin above all. Of
what repeats with the blocks of pixels these four leave least: whatever repeats every other pixel, too, falls apart."""
SMOOTH = 1.0
"""Standard deviation in pixels of the blur of colours: in brightness faces have detail, in colour they are smooth."""
FINE = 3.0
"""Standard deviation in pixels of the blur that leaves no detail."""
INKS = 2
"""Colours that are in no picture: of lipsticks and hats."""


class Drawing(NamedTuple):
    """What is added to a moved face's brightness [N, 1, S, S]; how much of its detail is taken away first [N, 1, S, S] in 0..1; how much
    of its own colour it loses [N, 1, S, S] in 0..1; and the colour that it gets instead, so much of it [N, 3, S, S]. A colour is what a
    pixel differs by from its brightness."""

    brighter: Tensor
    softened: Tensor
    recoloured: Tensor
    colour: Tensor

    def change(self, begin: Tensor, strength: Tensor | float = 1.0) -> Tensor:
        """What becomes of the moved face [N, 3, S, S] where it is drawn `strength` times as strongly: at most it has the new colours, and
        never goes beyond them."""
        recoloured = (strength * self.recoloured).clamp(max=1)
        colour = self.colour * recoloured / self.recoloured.clamp(min=1e-4)
        return strength * self.brighter - self.covered(strength) * detail(begin) + colour - recoloured * colours(begin)

    def covered(self, strength: Tensor | float = 1.0) -> Tensor:
        """How far what the moved face shows is hidden or gone, [N, 1, S, S] in 0..1."""
        return (strength * self.softened).clamp(max=1)


def brightness(picture: Tensor) -> Tensor:
    """[N, 3, S, S] -> [N, 1, S, S]"""
    return (picture * picture.new_tensor(LUMA)[:, None, None]).sum(1, keepdim=True)


def colours(picture: Tensor) -> Tensor:
    """[N, 3, S, S] -> what each pixel differs by from its brightness."""
    return picture - brightness(picture)


def detail(picture: Tensor) -> Tensor:
    """[N, 3, S, S] -> what is fine in its brightness [N, 1, S, S]: strands, stubble, rims."""
    bright = brightness(picture)
    return bright - blurred(bright, FINE)


def blurred(picture: Tensor, sigma: float) -> Tensor:
    """[N, C, S, S], with a Gaussian of standard deviation `sigma` in pixels."""
    return gaussian_blur(picture, 2 * round(3 * sigma) + 1, sigma)


class Retoucher(nn.Module):
    """Untrained, it repeats the difference of the decodes, in colours of the whole picture.

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
        self.seen = nn.Conv2d(15 + len(MASK_CLASSES), fine, 3, padding=1)
        self.trunk = ChangeUNet(fine * FOLD**2, config)
        self.unfold = nn.Conv2d(config.widths[0], fine * FOLD**2, 1)
        pens = config.widths[0] // 2
        self.pick = nn.Conv2d(config.widths[0], 2 * config.colours, 1)
        self.ink = nn.Linear(config.widths[0], INKS * 3)
        self.layers = (1, 1, 1, 1, config.colours + INKS)
        """Channels of what is drawn: brightness, how much of it and of the decodes' difference, how much detail goes, shares of the own
        colour and of others."""
        self.draw = nn.Sequential(nn.Conv2d(2 * fine, pens, 3, padding=1), nn.SiLU(), nn.Conv2d(pens, sum(self.layers), 3, padding=1))
        nn.init.zeros_(self.draw[2].weight)
        self.draw[2].bias.data = torch.tensor([0.0, 3.0, -3.0, 3.0, *[0.0] * self.layers[-1]])

    def forward(
        self, face: Tensor, parts: Tensor, begin: Tensor, rebuilt: Tensor, edited: Tensor, z: Tensor, z_edit: Tensor, asked: Tensor
    ) -> Drawing:
        """The face [N, 3, S, S] in [-1, 1], its `parsing.likely` parts, the same moved, D(z) and D(z_edit) as the face, z and z_edit
        [N, z_dim], `asked_for` [N, 2 A] -> what is to become of the moved face."""
        difference = edited - rebuilt
        seen = self.seen(torch.cat([face, rebuilt, edited, 4 * difference, begin, parts], dim=1))
        h = self.trunk(F.pixel_unshuffle(seen, FOLD), z, z_edit, asked)
        drawn = self.draw(torch.cat([seen, F.pixel_shuffle(self.unfold(h), FOLD)], dim=1))
        bright, share, soft, own, others = drawn.float().split(self.layers, dim=1)
        kept, mix = torch.cat([own, others], dim=1).softmax(dim=1).split((1, self.layers[-1]), dim=1)
        colour = torch.einsum("nkhw,nkc->nchw", mix, self._palette(h.float(), face, edited))
        return Drawing(share.sigmoid() * (brightness(difference) + bright), soft.sigmoid(), 1 - kept, colour)

    def _palette(self, h: Tensor, face: Tensor, edited: Tensor) -> Tensor:
        """Colours [N, colours + INKS, 3]: means over places of the face and of D(z_edit), weighted by what was found there, and inks."""
        there = torch.stack([F.avg_pool2d(colours(picture), FOLD) for picture in (face, edited)], dim=1).flatten(3).float()
        weight = self.pick(h).float().unflatten(1, (2, -1)).flatten(3).transpose(1, 2)
        weight = weight.flatten(2).softmax(dim=2).unflatten(2, weight.shape[2:])
        inks = self.ink(h.mean(dim=(2, 3))).float().tanh().unflatten(1, (INKS, 3)).transpose(1, 2).unsqueeze(3)
        return torch.cat([torch.einsum("nksp,nscp->nkc", weight, there), colours(inks).squeeze(3).transpose(1, 2)], dim=1)

    def drawn(
        self, face: Tensor, parts: Tensor, begin: Tensor, rebuilt: Tensor, edited: Tensor, z: Tensor, z_edit: Tensor, asked: Tensor
    ) -> Drawing:
        """The same as engines draw it, without the grid that photos get: the mean over SHIFTS, its colours smoothed."""

        def layers(*pictures: Tensor) -> Tensor:
            return torch.cat(self(*pictures, z, z_edit, asked), dim=1)

        layered = spun(layers, (face, parts, begin, rebuilt, edited), SHIFTS)
        brighter, softened, coloured = layered.split((1, 1, 4), dim=1)
        return Drawing(brighter, softened, *blurred(coloured, SMOOTH).split((1, 3), dim=1))

    def told(self, changes: Mapping[str, float], degrees: Mapping[str, float]) -> dict[str, Tensor]:
        """Of these changes from these degrees, for `redrawn`: what is `asked`, [1, 2 A], as far as scales reach, and the `strength`."""
        asked = asked_for(self.config.attributes, within_scale(changes, degrees), degrees)[None]
        return {"asked": asked, "strength": torch.tensor(self.strength(changes, degrees))}

    def strength(self, changes: Mapping[str, float], degrees: Mapping[str, float]) -> float:
        """What to multiply the drawing of these changes with, from these degrees: beyond the calibrated strength as often as more is asked
        for than a scale has left."""
        calibrated = (self._calibrated(self.strengths, name, change) for name, change in changes.items() if change)
        return min(max(calibrated, default=1.0) * beyond(changes, degrees), STRONGEST)

    def went(self, name: str, change: float) -> float:
        """How many degrees a face went that the predictor saw go by `change`."""
        return self._calibrated(self.trust, name, change) * change

    def _calibrated(self, table: Tensor, name: str, change: float) -> float:
        attributes = self.config.attributes
        return table[attributes.index(name), int(change < 0)].item() if name in attributes else 1.0


def redrawn(
    mover: Mover,
    retoucher: Retoucher,
    face: Tensor,
    rebuilt: Tensor,
    edited: Tensor,
    z: Tensor,
    z_edit: Tensor,
    asked: Tensor,
    strength: Tensor | float = 1.0,
) -> tuple[Tensor, Tensor, Tensor]:
    """A face [N, 3, S, S], D(z) and D(z_edit), z and z_edit [N, z_dim] and `asked_for` [N, 2 A] -> the change [N, 3, S, S] that the
    edit makes of the face's own pixels, moved and drawn `strength` times as strongly, the flow as the mover's, and what is `covered`."""
    # Decodes may be darker than black, and the colours of that are no colours.
    told = (rebuilt.clamp(-1, 1), edited.clamp(-1, 1), z, z_edit, asked)
    flow = mover(face, *told)
    begin = moved(face, flow)
    drawing = retoucher.drawn(face, parsing.likely(face), begin, *told)
    return begin - face + drawing.change(begin, strength), flow, drawing.covered(strength)
