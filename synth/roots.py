"""Where hair can grow: a fixed cloud of roots on the neutral head, with each root's place on scalp, brow and beard."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import cv2
import numpy as np
from scipy.spatial import cKDTree

from synth import labels as lab
from synth.head import CENTRE, Head, azimuth_degrees, height_above_hairline, load_head, smooth
from synth.lighting import unit
from synth.surfaces import PAINT_AZIMUTH, PAINT_BOTTOM, PAINT_HEIGHT

COUNT = 150_000
SEED = 5
OFF_BROW = 9.0
BEARD_MAP = 256
BLEED = 0.2
"""Blurring the beard map spreads it; what is fainter than this is cut off."""
LOCKS = 200
"""Hair of the scalp lies in this many locks."""


@dataclass(frozen=True, eq=False)
class Roots:
    """R candidate roots, in random order, so that the first n of any region are spread evenly over it."""

    triangles: np.ndarray
    """[R] numbers of skin triangles."""
    weights: np.ndarray
    """[R,3] float32 barycentric."""
    rest: np.ndarray
    """[R,3] on the neutral head."""
    azimuth: np.ndarray
    above_hairline: np.ndarray
    brow: np.ndarray
    """[R] distance from the brow's middle line in half widths, signed, up positive; OFF_BROW elsewhere."""
    beard: np.ndarray
    """[R] 0..1, how readily a beard grows here."""
    luck: np.ndarray
    """[R] uniform in [0, 1]."""
    variety: np.ndarray
    """[R,4] float32 uniform in [0, 1]."""
    lock: np.ndarray
    """[R] int32, 0..LOCKS - 1: which roots of the scalp share a lock."""
    scalp_numbers: np.ndarray
    brow_numbers: np.ndarray
    beard_numbers: np.ndarray

    def odds(self, numbers: np.ndarray, factor: int) -> np.ndarray:
        """Another uniform number in [0, 1) per root: each `factor` gives an independent one without a table of its own."""
        return (self.luck[numbers] * factor) % 1

    def on(self, head: Head, points: np.ndarray, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Positions and unit normals [n,3] float32 of roots on the morphed mesh points [N,3]."""
        corners = head.skin_triangles[self.triangles[numbers]]
        positions = (points[corners] * self.weights[numbers][:, :, None]).sum(1)
        normals = unit(np.cross(points[corners[:, 1]] - points[corners[:, 0]], points[corners[:, 2]] - points[corners[:, 0]]))
        return positions.astype(np.float32), normals.astype(np.float32)


@functools.cache
def load_roots() -> Roots:
    """The roots of the shipped head; made once per process."""
    head = load_head()
    random = np.random.RandomState(SEED)
    corners = head.skin_triangles
    a, b, c = (head.rest[corners[:, k]] for k in range(3))
    normals = np.cross(b - a, c - a)
    traits = head.traits[corners].mean(1)
    hairy = (traits[:, lab.INSIDE_MOUTH] < 0.3) & (traits[:, lab.EARS] < 0.35) & (traits[:, lab.LIPS] < 0.35) & (a[:, 1] > 5.9)
    hairy &= (normals * ((a + b + c) / 3 - CENTRE)).sum(1) > 0
    share = np.linalg.norm(normals, axis=1) * hairy
    triangles = random.choice(len(corners), COUNT, p=share / share.sum())
    inside = random.rand(COUNT, 2)
    inside = np.where(inside.sum(1, keepdims=True) > 1, 1 - inside, inside)
    weights = np.concatenate([1 - inside.sum(1, keepdims=True), inside], 1)
    rest = (head.rest[corners[triangles]] * weights[:, :, None]).sum(1)
    above, brow, beard = height_above_hairline(rest), _brow(rest), _beard(rest)
    scalp_numbers = np.flatnonzero(above > -0.3)
    return Roots(
        triangles=triangles,
        weights=weights.astype(np.float32),
        rest=rest,
        azimuth=azimuth_degrees(rest),
        above_hairline=above,
        brow=brow,
        beard=beard,
        luck=random.rand(COUNT),
        variety=random.rand(COUNT, 4).astype(np.float32),
        lock=cKDTree(rest[scalp_numbers[:LOCKS]]).query(rest)[1].astype(np.int32),
        scalp_numbers=scalp_numbers,
        brow_numbers=np.flatnonzero(np.abs(brow) < 2.2),
        beard_numbers=np.flatnonzero(beard > 0.05),
    )


def _brow(rest: np.ndarray) -> np.ndarray:
    aside = np.abs(rest[:, 0])
    middle = np.interp(aside, [0.08, 0.2, 0.34, 0.44, 0.52], [7.478, 7.505, 7.525, 7.512, 7.475])
    half_width = np.interp(aside, [0.07, 0.10, 0.25, 0.40, 0.53], [0.0, 0.030, 0.032, 0.022, 0.003])
    on_brow = (rest[:, 2] > 1.0) & (aside < 0.53) & (aside > 0.07)
    return np.where(on_brow, (rest[:, 1] - middle) / np.maximum(half_width, 1e-4), OFF_BROW)


def _beard(rest: np.ndarray) -> np.ndarray:
    """Moustache, and jaw up to a line from the chin's middle to the ear, with a bare patch beside the soul patch."""
    aside, y, z = np.abs(rest[:, 0]), rest[:, 1], rest[:, 2]
    moustache = smooth(0.33, 0.27, aside) * smooth(6.685, 6.715, y + 0.08 * smooth(0.22, 0.27, aside)) * smooth(6.845, 6.80, y) * (z > 1.2)
    moustache *= smooth(0.0, 0.03, aside + 0.02)
    edge = np.interp(aside, [0, 0.25, 0.30, 0.42, 0.55, 0.66, 0.75], [6.46, 6.52, 6.66, 6.78, 6.90, 7.06, 7.24])
    above_throat = np.maximum(smooth(6.16, 6.24, y), smooth(6.07, 6.14, y) * smooth(1.15, 1.35, z)) * np.maximum(z > 0.75, y > 6.55)
    jaw = smooth(0.06, -0.07, y - edge) * above_throat * (z > 0.45)
    jaw *= 1 - np.exp(-((aside - 0.13) ** 2 / 0.002 + (y - 6.46) ** 2 / 0.0012)) * 0.9
    return np.clip(np.maximum(moustache, jaw), 0, 1) * (y < 7.2)


def beard_style_share(rest: np.ndarray, style: str) -> np.ndarray:
    """Share 0..1 of a full beard [n] that a style keeps at rest points [n,3]."""
    aside, y = np.abs(rest[:, 0]), rest[:, 1]
    if style == "moustache":
        return smooth(6.66, 6.69, y) * smooth(0.36, 0.30, aside)
    if style == "goatee":
        return smooth(0.33, 0.27, aside)
    return np.ones(len(rest))


@functools.cache
def beard_tint(style: str) -> np.ndarray:
    """A beard style as a map [256,256] float32 over the paint area of `synth.surfaces`, for the shadow of stubble on the skin."""
    roots = load_roots()
    azimuth = np.arctan2(roots.rest[:, 0], roots.rest[:, 2] - 0.2)
    columns = ((azimuth / PAINT_AZIMUTH + 0.5) * BEARD_MAP).astype(int)
    rows = ((roots.rest[:, 1] - PAINT_BOTTOM) / PAINT_HEIGHT * BEARD_MAP).astype(int)
    shown = (columns >= 0) & (columns < BEARD_MAP) & (rows >= 0) & (rows < BEARD_MAP)
    total, count = np.zeros((BEARD_MAP, BEARD_MAP)), np.zeros((BEARD_MAP, BEARD_MAP))
    np.add.at(total, (rows[shown], columns[shown]), (roots.beard * beard_style_share(roots.rest, style))[shown])
    np.add.at(count, (rows[shown], columns[shown]), 1)
    mean = (cv2.GaussianBlur(total, (0, 0), 2.0) / np.maximum(cv2.GaussianBlur(count, (0, 0), 2.0), 1e-3)).astype(np.float32)
    return np.clip((mean - BLEED) / (1 - BLEED), 0, 1)
