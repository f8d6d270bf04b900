"""Turning the head, and the camera that frames it as FFHQ frames photographs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from synth.head import smooth
from synth.streams import CAMERA, stream

NECK_PIVOT = np.array([0, 6.55, 0.25], np.float32)
NECK_BENDS = (5.45, 6.35)
"""Heights between which the turn fades in from the shoulders to the head."""

CAMERA_HEIGHT = 7.1
NEAREST, FARTHEST = 9.0, 14.0
CROP_SHARE = 0.95
"""Of FFHQ's crop: a little closer."""


@dataclass(frozen=True, eq=False)
class Pose:
    """A turn of the head on the neck; rotation [3,3] float32."""

    rotation: np.ndarray

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Points [..., 3] float32 of the straight head, turned."""
        share = smooth(*NECK_BENDS, points[..., 1:2]).astype(np.float32)
        offset = points - NECK_PIVOT
        return (NECK_PIVOT + offset * (1 - share) + share * (offset @ self.rotation.T)).astype(np.float32)


def turned(yaw: float, pitch: float, roll: float) -> Pose:
    """The pose for angles in degrees."""
    (cy, sy), (cp, sp), (cr, sr) = ((math.cos(a), math.sin(a)) for a in map(math.radians, (yaw, pitch, roll)))
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    about_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return Pose((about_y @ about_x @ about_z).astype(np.float32))


@dataclass(frozen=True, eq=False)
class Camera:
    """A pinhole on the z axis; the picture is the square of half side `half` about `centre`, whose x axis is `across`."""

    position: np.ndarray
    centre: np.ndarray
    across: np.ndarray
    half: float
    size: int

    def __call__(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Points [..., 3] -> pixel coordinates [..., 2] (pixel i spans i to i + 1, y down) and distances [...], float32."""
        flat, distance = _project(points, self.position)
        offset, scale = flat - self.centre, self.size / 2 / self.half
        down = np.array([-self.across[1], self.across[0]])
        screen = np.stack([offset @ self.across, offset @ down], -1) * scale + self.size / 2
        return screen.astype(np.float32), distance.astype(np.float32)


def _project(points: np.ndarray, position: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    distance = position[2] - points[..., 2]
    scale = position[2] / distance
    return np.stack([(points[..., 0] - position[0]) * scale, -(points[..., 1] - position[1]) * scale], -1), distance


def framed(right_eye: np.ndarray, left_eye: np.ndarray, mouth: np.ndarray, light_seed: int, size: int) -> Camera:
    """The camera whose picture, `size` pixels wide, shows the face as FFHQ does (Karras et al., 2019, recreated from its alignment rule).

    The eyes are the person's own right and left, [3] each. Side and rotation of the crop follow the eyes' distance or the distance from
    eyes to mouth, whichever asks for more.
    """
    distance = stream(light_seed, CAMERA).uniform(NEAREST, FARTHEST)
    position = np.array([0, CAMERA_HEIGHT, distance], np.float32)
    first, second, below = (_project(point, position)[0] for point in (right_eye, left_eye, mouth))
    between, eye_to_eye = (first + second) / 2, second - first
    eye_to_mouth = below - between
    across = eye_to_eye - np.array([-eye_to_mouth[1], eye_to_mouth[0]])
    across /= np.hypot(*across)
    half = max(np.hypot(*eye_to_eye) * 2.0, np.hypot(*eye_to_mouth) * 1.8) * CROP_SHARE
    return Camera(position, between + eye_to_mouth * 0.10, across, half, size)
