"""Everything that a person wears as solids, and its looks."""

from __future__ import annotations

import numpy as np

from synth import labels as lab
from synth.clothes import collar
from synth.eyeglasses import Lenses, eyeglasses, frame_look
from synth.head import Head
from synth.headwear import hat, hat_colours, hat_shell
from synth.jewellery import PEARL, earrings, metal_and_stone, necklace
from synth.parameters import FaceParameters
from synth.solids import Piece
from synth.streams import EARRINGS, NECKLACE
from synth.surfaces import Accessories


def wear(head: Head, params: FaceParameters, points: np.ndarray) -> tuple[list[Piece], Lenses | None]:
    """What this face wears on the straight head with mesh points [N,3]."""
    worn, lenses = collar(head, params.clothes_seed, points), None
    if params.eyeglasses:
        frame, lenses = eyeglasses(head, params, points)
        worn.append(frame)
    if params.earrings != "none":
        worn += earrings(head, params, points)
    if params.necklace != "none":
        worn += necklace(head, params, points)
    shell = hat_shell(head, params, points)
    if shell is not None:
        worn += hat(params, shell)
    return worn, lenses


def looks(params: FaceParameters) -> Accessories:
    """One row for each material from FRAME_MATERIAL on."""
    frame, gloss = frame_look(params)
    metal, stone = metal_and_stone(params.wear_seed, EARRINGS)
    chain, gem = metal_and_stone(params.wear_seed, NECKLACE)
    colours = [frame, metal, stone, chain, PEARL if params.necklace == "pearls" else gem, *hat_colours(params.wear_seed)]
    labels = [lab.EYE_G, lab.EAR_R, lab.EAR_R, lab.NECK_L, lab.NECK_L, lab.HAT, lab.HAT]
    rows = (colours, [gloss, 2.5, 1.6, 2.5, 1.6, 0.02, 0.02], [40.0, 30.0, 60.0, 30.0, 60.0, 16.0, 16.0], labels)
    return Accessories(*(np.array(row, np.float64) for row in rows))
