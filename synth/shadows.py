"""Who shades whom: depth of head and hair as the key light sees them, after Williams, "Casting curved shadows on curved surfaces" (1978).

Hair lets some light through: instead of one depth it has a first depth and a density behind it, a two-parameter version of Kim and
Neumann's opacity shadow maps (2001).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numba
import numpy as np

from synth.raster import KERNEL, empty_depth, rasterise

MAP_SIZE = 160
MAP_WIDTH = 3.6
"""Side of the lit square around the head, in head units."""
MAP_CENTRE = np.array([0, 7.1, 0.5])

HAIR_THICKNESS = 0.45
"""Strand points this far behind the first one still count towards its density."""
DENSITY_PER_POINT = 0.085
DENSEST_HAIR = 3.0


class ShadowMap(NamedTuple):
    """An orthographic view along `direction`; axes [3] float32, scalars float32, maps [MAP_SIZE, MAP_SIZE] float32."""

    right: np.ndarray
    up: np.ndarray
    direction: np.ndarray
    centre_x: np.float32
    centre_y: np.float32
    scale: np.float32
    depth: np.ndarray
    hair_depth: np.ndarray
    hair_density: np.ndarray


def shadow_map(points: np.ndarray, triangles: np.ndarray, tufts: list[np.ndarray], direction: np.ndarray) -> ShadowMap:
    """The view of a mesh (points [N,3], triangles [T,3]) and its hair (each [n,K,3]) from the unit vector `direction`, all float32."""
    right = np.cross([0, 1, 0], direction)
    right = (right / (np.linalg.norm(right) + 1e-12)).astype(np.float32)
    up = np.cross(direction, right).astype(np.float32)
    centre_x, centre_y, scale = float(MAP_CENTRE @ right), float(MAP_CENTRE @ up), MAP_SIZE / MAP_WIDTH
    seen = np.stack([(points @ right - centre_x) * scale, (points @ up - centre_y) * scale], 1) + MAP_SIZE / 2
    depth = empty_depth(MAP_SIZE)
    rasterise(seen.astype(np.float32), -(points @ direction), triangles, depth, np.empty((MAP_SIZE, MAP_SIZE), np.int32))
    unfilled = ShadowMap(
        right,
        up,
        direction,
        np.float32(centre_x),
        np.float32(centre_y),
        np.float32(scale),
        depth,
        empty_depth(MAP_SIZE),
        np.zeros((MAP_SIZE, MAP_SIZE), np.float32),
    )
    for tuft in tufts:
        _add_hair_depth(tuft, unfilled)
    # Erosion takes each neighbourhood's nearest hair, so that strands at slightly different depths count as one layer.
    layered = unfilled._replace(hair_depth=cv2.erode(unfilled.hair_depth, np.ones((3, 3))))
    for tuft in tufts:
        _add_hair_density(tuft, layered)
    density = cv2.GaussianBlur(layered.hair_density, (0, 0), 1.2) * DENSITY_PER_POINT
    return layered._replace(hair_density=np.minimum(density, DENSEST_HAIR).astype(np.float32))


@numba.njit(**KERNEL)
def _place(x, y, z, view):
    """Map coordinates and distance of a point."""
    right, up, direction = view.right, view.up, view.direction
    u = (x * right[0] + y * right[1] + z * right[2] - view.centre_x) * view.scale + MAP_SIZE * 0.5
    v = (x * up[0] + y * up[1] + z * up[2] - view.centre_y) * view.scale + MAP_SIZE * 0.5
    return u, v, -(x * direction[0] + y * direction[1] + z * direction[2])


@numba.njit(**KERNEL)
def _place_on_strand(strand, k, share, view):
    """`_place` of the point between a strand's points k and k - 1; the row and column may lie outside the map."""
    x = strand[k, 0] * (1 - share) + strand[k - 1, 0] * share
    y = strand[k, 1] * (1 - share) + strand[k - 1, 1] * share
    z = strand[k, 2] * (1 - share) + strand[k - 1, 2] * share
    u, v, depth = _place(x, y, z, view)
    return int(v), int(u), depth


@numba.njit(**KERNEL)
def _add_hair_depth(strands, view):
    for i in range(strands.shape[0]):
        for k in range(1, strands.shape[1]):
            for half in range(2):
                row, column, depth = _place_on_strand(strands[i], k, 0.5 * half, view)
                if 0 <= row < MAP_SIZE and 0 <= column < MAP_SIZE and depth < view.hair_depth[row, column]:
                    view.hair_depth[row, column] = depth


@numba.njit(**KERNEL)
def _add_hair_density(strands, view):
    for i in range(strands.shape[0]):
        for k in range(1, strands.shape[1]):
            for half in range(2):
                row, column, depth = _place_on_strand(strands[i], k, 0.5 * half, view)
                if 0 <= row < MAP_SIZE and 0 <= column < MAP_SIZE and depth < view.hair_depth[row, column] + HAIR_THICKNESS:
                    view.hair_density[row, column] += 1.0


@numba.njit(**KERNEL)
def skin_light(x, y, z, view):
    """Share 0..1 of the key light that reaches a point of the surface: a tent filter over 4 x 4 texels, for soft shadow edges."""
    bias, softness, hair_softness = 0.03, 0.03, 0.12
    u, v, depth = _place(x, y, z, view)
    u, v = u - 0.5, v - 0.5
    column, row = int(math.floor(u)), int(math.floor(v))
    total, weights = 0.0, 0.0
    for j in range(row - 1, row + 3):
        for i in range(column - 1, column + 3):
            texel_x, texel_y = min(max(i, 0), MAP_SIZE - 1), min(max(j, 0), MAP_SIZE - 1)
            weight = (1.0 - min(1.0, abs(u - i) * 0.5)) * (1.0 - min(1.0, abs(v - j) * 0.5))
            lit = 1.0
            behind = depth - view.depth[texel_y, texel_x] - bias
            if behind > 0:
                lit = max(0.0, 1.0 - behind / softness)
            behind_hair = depth - view.hair_depth[texel_y, texel_x]
            if behind_hair > 0.0:
                lit *= math.exp(-view.hair_density[texel_y, texel_x] * min(1.0, behind_hair / hair_softness))
            total += lit * weight
            weights += weight
    return total / weights


@numba.njit(**KERNEL)
def hair_light(x, y, z, view):
    """Share 0..1 of the key light that reaches a point of a strand: bilinear, with a rational stand-in for exp(-q), for speed."""
    bias, softness, hair_softness = 0.05, 1 / 30.0, 0.30
    u, v, depth = _place(x, y, z, view)
    u, v = u - 0.5, v - 0.5
    column, row = int(math.floor(u)), int(math.floor(v))
    fu, fv = u - column, v - row
    total = 0.0
    for j in range(2):
        for i in range(2):
            texel_x, texel_y = min(max(column + i, 0), MAP_SIZE - 1), min(max(row + j, 0), MAP_SIZE - 1)
            lit = 1.0
            behind = depth - view.depth[texel_y, texel_x] - bias
            if behind > 0:
                lit = max(0.0, 1.0 - behind / softness)
            behind_hair = depth - view.hair_depth[texel_y, texel_x]
            if behind_hair > 0.0:
                q = view.hair_density[texel_y, texel_x] * min(1.0, behind_hair / hair_softness)
                lit *= 1.0 / (1.0 + q + 0.5 * q * q + 0.17 * q * q * q)
            total += lit * (fu if i == 1 else 1 - fu) * (fv if j == 1 else 1 - fv)
    return total
