"""Earrings and necklaces, hung on the straight head."""

from __future__ import annotations

import numpy as np

from synth import labels as lab
from synth.colours import linear
from synth.head import Head
from synth.parameters import FaceParameters
from synth.solids import Piece, around_neck, bead, joined, tube
from synth.streams import EARRINGS, NECKLACE, stream

METALS = linear([[222, 186, 110], [196, 198, 202], [214, 164, 140]])
PEARL = linear([236, 230, 220])
STONES = linear([[236, 230, 220], [40, 96, 150], [150, 30, 48], [40, 110, 84], [210, 220, 228], [30, 30, 34]])

NECKLACE_FRONT, NECKLACE_RISE = 6.12, 0.22
"""Height of a necklace over the throat, and how much higher it lies at the nape."""
CHAIN_RADIUS, PEARL_RADIUS, PEARLS = 0.016, 0.030, 46
PENDANTS = (-1.15, -0.75, -0.36, 0.0, 0.36, 0.75, 1.15)
"""Azimuths in radians: several, because the chin hides the throat in most crops."""
HALF_WAY_ROUND = 2.3
"""Radians; nobody sees the nape."""


def metal_and_stone(wear_seed: int, salt: int) -> tuple[np.ndarray, np.ndarray]:
    """Linear RGB [3] of each; `salt` is EARRINGS or NECKLACE."""
    random = stream(wear_seed, salt)
    return METALS[random.randint(len(METALS))], STONES[random.randint(len(STONES))]


def earrings(head: Head, params: FaceParameters, points: np.ndarray) -> list[Piece]:
    """A stud, hoop or drop of equal size on each lobe of the straight head with mesh points [N,3]."""
    size = stream(params.wear_seed, EARRINGS).rand(3)[2]
    rest, ears = head.rest[: head.skin_points], head.traits[: head.skin_points, lab.EARS]
    metal, stone = [], []
    for side in (1, -1):
        lobe = points[: head.skin_points][(ears > 0.6) & (np.sign(rest[:, 0]) == side) & (rest[:, 1] < 6.9)]
        outside = np.array([side * np.abs(lobe[:, 0]).max(), lobe[:, 1].mean(), lobe[:, 2].mean() + 0.02])
        below = np.array([lobe[:, 0].mean() + side * 0.015, lobe[:, 1].min(), lobe[:, 2].mean() + 0.01])
        if params.earrings == "studs":
            stone.append(bead(outside + np.array([side * 0.008, 0, 0.01]), 0.028 + 0.012 * size, lab.EARRING_STONE_MATERIAL))
        elif params.earrings == "hoops":
            metal.append(_hoop(below + np.array([0, 0.02, 0]), 0.065 + 0.055 * size, side))
        else:
            fall = 0.04 + 0.06 * size
            wire = below + np.array([[0, 0.02, 0], [0, -fall, 0]])
            metal.append(tube(wire, 0.008, False, lab.EARRING_MATERIAL))
            radii = np.array([0.026, 0.045, 0.026]) * (0.9 + 0.4 * size)
            stone.append(bead(below - np.array([0, fall + radii[1], 0]), radii, lab.EARRING_STONE_MATERIAL))
    return [joined(pieces) for pieces in (metal, stone) if pieces]


def _hoop(top: np.ndarray, radius: float, side: int) -> Piece:
    """Hangs from its top, turned half to the front."""
    angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    across = np.sin(angle)[:, None] * np.array([side * 0.75, 0, 0.66])
    return tube(top + radius * (across + (np.cos(angle)[:, None] - 1) * np.array([0, 1, 0])), 0.013, True, lab.EARRING_MATERIAL)


def necklace(head: Head, params: FaceParameters, points: np.ndarray) -> list[Piece]:
    """A chain, a string of pearls, or a chain hung with pendants about the neck of mesh points [N,3]."""
    size = stream(params.wear_seed, NECKLACE).rand(3)[2]
    azimuth = np.linspace(-HALF_WAY_ROUND, HALF_WAY_ROUND, PEARLS)
    height = NECKLACE_FRONT + NECKLACE_RISE * (0.5 - 0.5 * np.cos(azimuth))
    place, outward = around_neck(head, points, azimuth, height)
    if params.necklace == "pearls":
        radius = PEARL_RADIUS * (0.9 + 0.25 * size)
        return [joined([bead(centre, radius, lab.NECKLACE_STONE_MATERIAL) for centre in place + outward * (radius + 0.005)])]
    path = place + outward * (CHAIN_RADIUS + 0.006)
    chain = tube(path, CHAIN_RADIUS * (0.9 + 0.3 * size), False, lab.NECKLACE_MATERIAL)
    if params.necklace == "chain":
        return [chain]
    radii = np.array([0.030, 0.042, 0.024]) * (0.9 + 0.3 * size)
    hung = path[[np.abs(azimuth - angle).argmin() for angle in PENDANTS]]
    return [chain, joined([bead(centre - np.array([0, radii[1], 0]), radii, lab.NECKLACE_STONE_MATERIAL) for centre in hung])]
