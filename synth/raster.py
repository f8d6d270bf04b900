"""Compiled triangle loops: depth buffer, vertex normals, eyelash cards, and the texture look-ups that shading shares."""

from __future__ import annotations

import math

import numba
import numpy as np

KERNEL = {"fastmath": True, "cache": True, "nogil": True, "error_model": "numpy"}
"""Options of every compiled function. `cache` keeps machine code on disk, so only the very first run pays for compilation; it notices a
change of a function's own file, but not of a function called from another file: after such an edit, delete `synth/__pycache__`."""

FAR = 1e9
NOTHING = -1
EDGE_TOLERANCE = 1e-6
LASH_DEPTH_TOLERANCE = 0.02
"""Lashes grow out of the lids, so they may lie this far (head units) behind the surface and still be seen."""


def empty_depth(size: int) -> np.ndarray:
    return np.full((size, size), FAR, np.float32)


@numba.njit(**KERNEL)
def rasterise(screen, depth, triangles, depth_buffer, triangle_buffer):
    """Draw triangles into a z-buffer.

    screen [N,2] and depth [N] float32 are pixel coordinates and distances; depth_buffer [H,W] float32 and triangle_buffer [H,W] int32 are
    updated in place with the nearest distance and the number of the triangle that is seen.
    """
    height, width = depth_buffer.shape
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        x0, y0, x1, y1, x2, y2 = screen[a, 0], screen[a, 1], screen[b, 0], screen[b, 1], screen[c, 0], screen[c, 1]
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if area == 0.0:
            continue
        left, right = int(max(0, math.floor(min(x0, x1, x2)))), int(min(width - 1, math.ceil(max(x0, x1, x2))))
        top, bottom = int(max(0, math.floor(min(y0, y1, y2)))), int(min(height - 1, math.ceil(max(y0, y1, y2))))
        inverse_area = 1.0 / area
        for y in range(top, bottom + 1):
            for x in range(left, right + 1):
                px, py = x + 0.5, y + 0.5
                w1 = ((px - x0) * (y2 - y0) - (x2 - x0) * (py - y0)) * inverse_area
                w2 = ((x1 - x0) * (py - y0) - (px - x0) * (y1 - y0)) * inverse_area
                w0 = 1.0 - w1 - w2
                if w0 < -EDGE_TOLERANCE or w1 < -EDGE_TOLERANCE or w2 < -EDGE_TOLERANCE:
                    continue
                z = w0 * depth[a] + w1 * depth[b] + w2 * depth[c]
                if z < depth_buffer[y, x]:
                    depth_buffer[y, x] = z
                    triangle_buffer[y, x] = t


@numba.njit(**KERNEL)
def vertex_normals(points, triangles):
    """Unit normals [N,3] float32 of a mesh: the area-weighted mean of the normals around each vertex."""
    normals = np.zeros_like(points)
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ux, uy, uz = points[b, 0] - points[a, 0], points[b, 1] - points[a, 1], points[b, 2] - points[a, 2]
        vx, vy, vz = points[c, 0] - points[a, 0], points[c, 1] - points[a, 1], points[c, 2] - points[a, 2]
        nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        for i in (a, b, c):
            normals[i, 0] += nx
            normals[i, 1] += ny
            normals[i, 2] += nz
    for i in range(normals.shape[0]):
        length = math.sqrt(normals[i, 0] ** 2 + normals[i, 1] ** 2 + normals[i, 2] ** 2) + 1e-12
        for k in range(3):
            normals[i, k] /= length
    return normals


@numba.njit(**KERNEL)
def blend_lashes(screen, depth, across, outward, triangles, depth_buffer, image, colour, strength):
    """Paint an eyelash card: stripes that narrow and fade from root (outward 0) to tip (outward 1).

    screen [N,2], depth, across, outward [N] float32; across counts lashes. image [H,W,3] float32 is blended towards colour in place;
    strength is the opacity at the roots.
    """
    height, width = depth_buffer.shape
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        x0, y0, x1, y1, x2, y2 = screen[a, 0], screen[a, 1], screen[b, 0], screen[b, 1], screen[c, 0], screen[c, 1]
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if abs(area) < 1e-9:
            continue
        inverse_area = 1.0 / area
        left, right = int(max(0, min(x0, x1, x2))), int(min(width - 1, max(x0, x1, x2) + 1))
        top, bottom = int(max(0, min(y0, y1, y2))), int(min(height - 1, max(y0, y1, y2) + 1))
        for y in range(top, bottom + 1):
            for x in range(left, right + 1):
                px, py = x + 0.5, y + 0.5
                w1 = ((px - x0) * (y2 - y0) - (x2 - x0) * (py - y0)) * inverse_area
                w2 = ((x1 - x0) * (py - y0) - (px - x0) * (y1 - y0)) * inverse_area
                w0 = 1.0 - w1 - w2
                if w0 < 0 or w1 < 0 or w2 < 0:
                    continue
                if w0 * depth[a] + w1 * depth[b] + w2 * depth[c] > depth_buffer[y, x] + LASH_DEPTH_TOLERANCE:
                    continue
                u = w0 * across[a] + w1 * across[b] + w2 * across[c]
                v = w0 * outward[a] + w1 * outward[b] + w2 * outward[c]
                stripe = abs((u - math.floor(u)) - 0.5) * 2
                inside = 1.0 if stripe < 0.55 - 0.35 * v else 0.0
                opacity = min(0.95, max(0.0, strength * (1 - v) * (0.35 + 0.65 * inside)))
                for k in range(3):
                    image[y, x, k] += (colour[k] - image[y, x, k]) * opacity


@numba.njit(**KERNEL)
def smoothstep(low, high, x):
    """0 below `low`, 1 above `high`, a cubic between; `low` may be the larger, which turns it round."""
    t = min(1.0, max(0.0, (x - low) / (high - low)))
    return t * t * (3 - 2 * t)


@numba.njit(**KERNEL)
def clamped_lookup(texture, u, v):
    """Bilinear value of texture [H,W] at (u, v) in [0, 1]; outside, the border's."""
    height, width = texture.shape
    u, v = u * width - 0.5, v * height - 0.5
    column, row = int(math.floor(u)), int(math.floor(v))
    fu, fv = u - column, v - row
    left, right = min(max(column, 0), width - 1), min(max(column + 1, 0), width - 1)
    top, bottom = min(max(row, 0), height - 1), min(max(row + 1, 0), height - 1)
    above = texture[top, left] * (1 - fu) + texture[top, right] * fu
    below = texture[bottom, left] * (1 - fu) + texture[bottom, right] * fu
    return above * (1 - fv) + below * fv


@numba.njit(**KERNEL)
def tiled_lookup(texture, u, v):
    """Bilinear value of a texture [H,W] that repeats with period 1 in u and v."""
    height, width = texture.shape
    u, v = u * width, v * height
    column, row = int(math.floor(u)), int(math.floor(v))
    fu, fv = u - column, v - row
    left, right, top, bottom = column % width, (column + 1) % width, row % height, (row + 1) % height
    above = texture[top, left] * (1 - fu) + texture[top, right] * fu
    below = texture[bottom, left] * (1 - fu) + texture[bottom, right] * fu
    return above * (1 - fv) + below * fv
