"""Small solids of which eyeglasses, jewellery and collars are built: tubes, beads and bands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth.head import Head
from synth.lighting import unit

TUBE_SIDES = 6
BEAD_ROWS, BEAD_COLUMNS = 5, 8

NECK_AXIS_Z = 0.25
NECK_REACH = 0.05
"""How far away skin still counts towards a point on the neck, in head units."""


@dataclass(frozen=True, eq=False)
class Piece:
    """points [P,3], triangles [T,3] int32, and a material of `labels`."""

    points: np.ndarray
    triangles: np.ndarray
    material: int


def tube(path: np.ndarray, radius: float, closed: bool, material: int) -> Piece:
    """A tube of the given radius along path [n,3]."""
    along = np.roll(path, -1, 0) - np.roll(path, 1, 0)
    if not closed:
        along[0], along[-1] = path[1] - path[0], path[-1] - path[-2]
    along = unit(along)
    across = np.eye(3)[np.abs(along).mean(0).argmin()]
    normal = unit(np.cross(along, across))
    binormal = np.cross(along, normal)
    angles = np.arange(TUBE_SIDES) / TUBE_SIDES * 2 * np.pi
    ring = np.cos(angles)[None, :, None] * normal[:, None] + np.sin(angles)[None, :, None] * binormal[:, None]
    return _surface(path[:, None] + radius * ring, closed, True, material)


def band(rows: np.ndarray, material: int) -> Piece:
    """An open strip through rows [n,k,3] of points, each joined to the next."""
    return _surface(rows, False, False, material)


def bead(centre: np.ndarray, radius: float | np.ndarray, material: int) -> Piece:
    """A ball, or an ellipsoid with radii [3]."""
    polar = np.linspace(0.02, np.pi - 0.02, BEAD_ROWS)
    around = np.arange(BEAD_COLUMNS) / BEAD_COLUMNS * 2 * np.pi
    ring = np.stack([np.cos(around), np.zeros(BEAD_COLUMNS), -np.sin(around)], 1)
    ball = np.sin(polar)[:, None, None] * ring + np.cos(polar)[:, None, None] * np.array([0, 1, 0])
    return _surface(centre + radius * ball, False, True, material)


def joined(pieces: list[Piece]) -> Piece:
    """Pieces of one material as one."""
    starts = np.cumsum([0] + [len(piece.points) for piece in pieces[:-1]])
    triangles = np.concatenate([piece.triangles + start for piece, start in zip(pieces, starts, strict=True)])
    return Piece(np.concatenate([piece.points for piece in pieces]), triangles.astype(np.int32), pieces[0].material)


def _surface(rows: np.ndarray, closed_along: bool, closed_round: bool, material: int) -> Piece:
    """Quads between neighbours of a grid [n,k,3]; they face outward where the k points run anticlockwise about the way of the rows."""
    count, sides = rows.shape[:2]
    here = np.arange(count if closed_along else count - 1)[:, None] * sides
    there = (here + sides) % (count * sides)
    side = np.arange(sides if closed_round else sides - 1)
    next_side = (side + 1) % sides
    quads = np.stack([here + side, there + side, there + next_side, here + next_side], -1).reshape(-1, 4)
    return Piece(rows.reshape(-1, 3), quads[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3).astype(np.int32), material)


def around_neck(head: Head, points: np.ndarray, azimuth: np.ndarray, height: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where the neck is at azimuths [n] (radians, 0 in front) and heights [n] of the neutral head: points [n,3], and outward [n,3]."""
    rest = head.rest[: head.skin_points]
    on_neck = np.flatnonzero((rest[:, 1] > 5.6) & (rest[:, 1] < 6.45) & (rest[:, 2] < 0.85) & (np.abs(rest[:, 0]) < 0.75))
    skin, moved = rest[on_neck], points[on_neck]
    angle = np.arctan2(skin[:, 0], skin[:, 2] - NECK_AXIS_Z)
    turn = np.abs(angle - azimuth[:, None])
    turn = np.minimum(turn, 2 * np.pi - turn) * 0.5
    near = np.exp(-((turn**2 + (skin[:, 1] - height[:, None]) ** 2) / NECK_REACH**2)) + 1e-12
    outward = np.stack([np.sin(azimuth), np.zeros(len(azimuth)), np.cos(azimuth)], 1)
    return (near / near.sum(1, keepdims=True)) @ moved, outward
