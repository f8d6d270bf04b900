"""Where the skin of a changed face came from: the head is one mesh, whatever its parameters, so each of its points is followed exactly."""

from __future__ import annotations

import numpy as np

from synth.camera import framed, turned
from synth.head import load_head
from synth.morphs import grown_up, morph_weights, resting_mouth
from synth.parameters import FaceParameters
from synth.raster import NOTHING, empty_depth, rasterise


def motion(before: FaceParameters, after: FaceParameters, size: int) -> np.ndarray:
    """[size, size, 2] float32: for each pixel of `after`, the way (x, y) from there to where the same skin is seen in `before`, as a share
    of the side; 0 beside the head. Hair, hats and what else is worn are looked through.
    """
    (then, _), (now, distance) = (_seen(params, size) for params in (before, after))
    way = np.zeros((size, size, 2), np.float32)
    if np.array_equal(then, now):
        return way
    triangles = load_head().triangles
    depth, seen = empty_depth(size), np.full((size, size), NOTHING, np.int32)
    rasterise(now, distance, triangles, depth, seen)
    y, x = np.nonzero(seen != NOTHING)
    corners = triangles[seen[y, x]]
    shares = _barycentric(np.stack([x, y], 1) + 0.5, now[corners])
    way[y, x] = (shares[..., None] * (then - now)[corners]).sum(1) / size
    return way


def _seen(params: FaceParameters, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Pixel coordinates [V, 2] of the head's points, and their distances [V], before the renderer's camera."""
    head, pose, young = load_head(), turned(params.yaw, params.pitch, params.roll), grown_up(params)
    points, aimed = (pose(head.morphed(morph_weights(head, face))[0]) for face in (params, young))
    left, right = (aimed[head.parts[name]].mean(0) for name in ("left_eye", "right_eye"))
    return framed(right, left, pose(resting_mouth(head, young)), params.light_seed, size)(points)


def _barycentric(points: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """[N, 3]: the weights with which the corners [N, 3, 2] of a triangle make up a point [N, 2]."""
    first, second, third = corners.transpose(1, 0, 2)
    (ux, uy), (vx, vy), (px, py) = (second - first).T, (third - first).T, (points - first).T
    area = ux * vy - vx * uy
    area = np.where(area == 0, 1, area)
    a, b = (px * vy - vx * py) / area, (ux * py - px * uy) / area
    return np.stack([1 - a - b, a, b], 1).astype(np.float32)
