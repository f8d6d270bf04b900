"""Eyeglasses and earrings, built as tubes along curves fitted to the head."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth import labels as lab
from synth.head import Head
from synth.lighting import unit
from synth.parameters import FaceParameters
from synth.streams import EARRINGS, FRAME, stream

TUBE_SIDES = 6
RIM_POINTS = 36

FRAME_RADIUS = (0.0, 0.0055, 0.0115, 0.022, 0.010, 0.024)
LENS_TINT = (0.0, 0.05, 0.05, 0.06, 0.82, 0.92)
"""Opacity of the lenses; both at degrees 0..5 of eyeglasses."""
SUNGLASSES_FROM = 4
SUNGLASSES_HEIGHT = 1.12
METAL_FRAMES = (1, 2, 4)
RIM_ROUNDNESS = (2.0, 2.6, 3.5, 5.0)
"""Exponents of the rims' superellipses: from an ellipse to nearly a rectangle."""

HOOP_RADII = (0.06, 0.035)
HOOP_THICKNESS = 0.012


@dataclass(frozen=True, eq=False)
class Tubes:
    """points [P,3], triangles [T,3] int32 and materials [T] int32."""

    points: np.ndarray
    triangles: np.ndarray
    materials: np.ndarray


def tube(path: np.ndarray, radius: float, closed: bool) -> tuple[np.ndarray, np.ndarray]:
    """Points and triangles of a tube of the given radius along path [n,3]."""
    count = len(path)
    along = np.roll(path, -1, 0) - np.roll(path, 1, 0)
    if not closed:
        along[0], along[-1] = path[1] - path[0], path[-1] - path[-2]
    along = unit(along)
    normal = unit(np.cross(along, np.tile([0.2, 0.3, 1.0], (count, 1))))
    binormal = np.cross(normal, along)
    angles = np.arange(TUBE_SIDES) / TUBE_SIDES * 2 * np.pi
    ring = np.cos(angles)[None, :, None] * normal[:, None] + np.sin(angles)[None, :, None] * binormal[:, None]
    here = np.arange(count if closed else count - 1)[:, None] * TUBE_SIDES
    there = (here + TUBE_SIDES) % (count * TUBE_SIDES)
    side, next_side = np.arange(TUBE_SIDES), np.roll(np.arange(TUBE_SIDES), -1)
    quads = np.stack([here + side, there + side, there + next_side, here + next_side], -1).reshape(-1, 4)
    triangles = quads[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3)
    return (path[:, None] + radius * ring).reshape(-1, 3), triangles.astype(np.int32)


def _joined(pieces: list[tuple[np.ndarray, np.ndarray]], material: int) -> Tubes:
    starts = np.cumsum([0] + [len(points) for points, _ in pieces[:-1]])
    triangles = np.concatenate([triangles + start for (_, triangles), start in zip(pieces, starts, strict=True)]).astype(np.int32)
    return Tubes(np.concatenate([points for points, _ in pieces]), triangles, np.full(len(triangles), material, np.int32))


def rim_shape(params: FaceParameters) -> tuple[float, float, float]:
    """Half width and half height of a rim in head units, and its superellipse's exponent: 1 is an ellipse, towards 0 a box."""
    random = stream(params.frame_seed, FRAME)
    half_width = random.uniform(0.25, 0.28)
    half_height = random.uniform(0.16, 0.22) * (SUNGLASSES_HEIGHT if params.eyeglasses >= SUNGLASSES_FROM else 1.0)
    return half_width, half_height, 2 / random.choice(RIM_ROUNDNESS)


def eyeglasses(head: Head, params: FaceParameters, points: np.ndarray) -> tuple[Tubes, list[np.ndarray]]:
    """The frame, and the outlines [36,3] of its two lenses, on the straight head with mesh points [N,3]."""
    half_width, half_height, exponent = rim_shape(params)
    radius = FRAME_RADIUS[params.eyeglasses]
    skin, rest, ears = points[: head.skin_points], head.rest[: head.skin_points], head.traits[: head.skin_points, lab.EARS]
    on_bridge = (np.abs(rest[:, 0]) < 0.03) & (np.abs(rest[:, 1] - 7.2) < 0.05) & (rest[:, 2] > 1.4)
    front = skin[on_bridge, 2].max() + 0.05
    beside_ear = (np.abs(rest[:, 1] - 7.3) < 0.04) & (rest[:, 2] < 1.0) & (rest[:, 2] > 0.55) & (ears < 0.2)
    temple = np.abs(skin[beside_ear, 0]).max() + 0.012
    eyes = [points[head.parts[name]].mean(0) for name in ("left_eye", "right_eye")]
    pieces, lenses = [], []
    for eye, side in zip(eyes, (1, -1), strict=True):
        centre_x, centre_y = eye[0] + side * 0.03, eye[1] - 0.035
        angle = np.linspace(0, 2 * np.pi, RIM_POINTS, endpoint=False)
        x = centre_x + half_width * np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** exponent
        y = centre_y + half_height * np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** exponent
        rim = np.stack([x, y, front - _wrap(x)], 1)
        lenses.append(rim)
        pieces.append(tube(rim, radius, closed=True))
        ear = skin[(ears > 0.5) & (np.sign(rest[:, 0]) == side)]
        ear_top = ear[ear[:, 1] > np.percentile(ear[:, 1], 85)].mean(0)
        hinge_x, hinge_y = centre_x + side * half_width, centre_y + half_height * 0.45
        hinge_z = front - _wrap(hinge_x)
        ear_x, ear_y, ear_z = side * temple, ear_top[1] + 0.03, ear_top[2]
        arm = [
            [hinge_x, hinge_y, hinge_z],
            [hinge_x + side * 0.03, hinge_y, hinge_z - 0.06],
            [ear_x, (hinge_y + ear_y) / 2, hinge_z - 0.35],
            [ear_x, ear_y, ear_z + 0.05],
            [ear_x - side * 0.02, ear_y - 0.12, ear_z - 0.12],
        ]
        pieces.append(tube(np.array(arm), max(radius * 0.8, 0.008), closed=False))
    pieces.append(tube(_bridge(eyes, half_width, front), max(radius, 0.009), closed=False))
    return _joined(pieces, lab.FRAME_MATERIAL), lenses


def _wrap(x: np.ndarray) -> np.ndarray:
    """How far back the frame has curved at x."""
    return 0.28 * np.maximum(0, np.abs(x) - 0.15) ** 1.6


def _bridge(eyes: list[np.ndarray], half_width: float, front: float) -> np.ndarray:
    start, end = eyes[0][0] + 0.03 - half_width, eyes[1][0] - 0.03 + half_width
    t = np.linspace(0, 1, 8)
    arch = 0.02 * np.sin(np.pi * t)
    return np.stack([start + (end - start) * t, eyes[0][1] + arch, front + arch], 1)


def earrings(head: Head, params: FaceParameters, points: np.ndarray) -> Tubes:
    """A hoop through each ear lobe of the straight head with mesh points [N,3]."""
    random = stream(params.wear_seed, EARRINGS)
    rest, ears = head.rest[: head.skin_points], head.traits[: head.skin_points, lab.EARS]
    pieces = []
    for side in (1, -1):
        lobe = points[: head.skin_points][(ears > 0.6) & (np.sign(rest[:, 0]) == side) & (rest[:, 1] < 6.9)].mean(0)
        x, y, z = lobe + np.array([side * 0.02, -0.03, 0.03])
        radius = HOOP_RADII[0] if random.rand() < 0.5 else HOOP_RADII[1]
        angle = np.linspace(0, 2 * np.pi, 20, endpoint=False)
        hoop = np.stack([np.full(20, x), y - radius + radius * np.cos(angle), z + radius * np.sin(angle)], 1)
        pieces.append(tube(hoop, HOOP_THICKNESS, closed=True))
    return _joined(pieces, lab.JEWEL_MATERIAL)
