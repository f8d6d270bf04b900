"""Hats: beanie, cap and brimmed hat, shells that follow the skull, and how they hold the hair beneath them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from synth import labels as lab
from synth.clothes import DYES
from synth.head import CENTRE, OBSTACLE_COLUMNS, OBSTACLE_ROWS, Head
from synth.parameters import FaceParameters
from synth.solids import Piece, band, joined
from synth.strands import Obstacle
from synth.streams import HAT, stream

COLUMNS, ROWS = 96, 16
HAIR_ROOM = 0.03
"""Hair beneath a hat stays this far inside it, in head units."""
FRONT_OVER_EYES = {"beanie": 0.42, "cap": 0.50, "brimmed hat": 0.46}
"""Height of a hat's front edge over the eyes, in head units: above the brows."""
HIDDEN_BY_BRIM = {"beanie": 0.0, "cap": 0.10, "brimmed hat": 0.04}
"""How far below that edge the forehead shows, seen from before."""
HEM = 0.15
"""Share of the way to the middle of the head that the edge turns inward, so that nobody looks into the hat."""

_EDGE_AZIMUTH = (0, 40, 65, 90, 130, 180)
_EDGE_DROP = {
    "beanie": (0, -0.02, -0.14, -0.36, -0.52, -0.58),
    "cap": (0, 0.0, -0.04, -0.12, -0.34, -0.42),
    "brimmed hat": (0, 0.0, -0.04, -0.10, -0.25, -0.32),
}
"""Height of the edge below its front, by azimuth."""
VISOR_HALF_WIDTH, VISOR_LENGTH, VISOR_ROWS = 54, 0.52, 6
PANEL_HALF_WIDTH = 10
"""Columns of a cap's front panel on either side of its middle."""
PANEL_RAISED = 1.004
BRIM_ROWS = 5
SHEETS_APART = 0.018


@dataclass(frozen=True, eq=False)
class Shell:
    """A hat's crown about `synth.head.CENTRE`: sine of the latitude of its edge by azimuth, and its radius by direction."""

    kind: str
    edge_sine: np.ndarray
    """[96] from azimuth -180 degrees on."""
    surface: Obstacle
    forehead_top: float
    """Height from which on the forehead shows."""

    def edge(self, azimuth: np.ndarray) -> np.ndarray:
        """Sine of the edge's latitude at azimuths in radians."""
        around = np.linspace(-np.pi, np.pi, COLUMNS + 1)
        return np.interp(azimuth, around, np.append(self.edge_sine, self.edge_sine[0]))


def hat_shell(head: Head, params: FaceParameters, points: np.ndarray) -> Shell | None:
    """The crown of this face's hat on mesh points [N,3]; None without one."""
    if params.hat == "none":
        return None
    random = stream(params.wear_seed, HAT)
    low, room, tilt = random.rand(3)
    eyes = (points[head.parts["left_eye"]].mean(0)[1] + points[head.parts["right_eye"]].mean(0)[1]) / 2
    front = eyes + FRONT_OVER_EYES[params.hat] + 0.10 * low
    radius = _rounded(head.obstacle_radius(points))
    sine = ((np.arange(OBSTACLE_ROWS) + 0.5) / OBSTACLE_ROWS * 2 - 1)[:, None]
    looseness = {"beanie": 0.055 + 0.03 * room, "cap": 0.045 + 0.02 * room, "brimmed hat": 0.07}[params.hat]
    height = {"beanie": 0.04 + 0.14 * room, "cap": 0.08, "brimmed hat": 0.16}[params.hat]
    surface = Obstacle(CENTRE.astype(np.float32), (radius + looseness + height * np.clip(sine, 0, 1) ** 1.5).astype(np.float32))
    azimuth = np.arange(COLUMNS) / COLUMNS * 2 * np.pi - np.pi
    drop = np.interp(np.abs(np.degrees(azimuth)), _EDGE_AZIMUTH, _EDGE_DROP[params.hat])
    wanted = front + drop + 0.06 * (tilt - 0.5) * np.sin(azimuth) - CENTRE[1]
    sines = wanted / 1.1
    for _ in range(4):
        sines = wanted / surface.towards(azimuth, sines)
    return Shell(params.hat, sines, surface, float(front - HIDDEN_BY_BRIM[params.hat]))


def _rounded(radius: np.ndarray) -> np.ndarray:
    """The head's radius [48,96] without ears and hollows."""
    margin = 12
    wide = np.pad(radius, ((margin, margin), (0, 0)), mode="edge")
    wide = np.pad(wide, ((0, 0), (margin, margin)), mode="wrap")
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
    opened = cv2.morphologyEx(wide, cv2.MORPH_OPEN, np.ones((1, 15), np.uint8))
    smooth_radius = cv2.GaussianBlur(cv2.morphologyEx(opened, cv2.MORPH_CLOSE, kernel), (0, 0), 2.0)
    return np.maximum(smooth_radius, cv2.GaussianBlur(opened, (0, 0), 1.0))[margin:-margin, margin : margin + OBSTACLE_COLUMNS]


def held_under(strands: np.ndarray, shell: Shell) -> None:
    """Press strands [n,K,3] into the hat, in place; below its edge they spring free."""
    offset = strands - CENTRE.astype(np.float32)
    distance = np.linalg.norm(offset, axis=2)
    sine, azimuth = offset[..., 1] / np.maximum(distance, 1e-6), np.arctan2(offset[..., 0], offset[..., 2])
    below = np.maximum(0, shell.edge(azimuth) - sine)
    limit = shell.surface.towards(azimuth, sine) - HAIR_ROOM + 1.2 * below
    strands[:] = CENTRE + offset * np.minimum(1, limit / np.maximum(distance, 1e-6))[..., None]


def hat(params: FaceParameters, shell: Shell) -> list[Piece]:
    """The hat as pieces of HAT_MATERIAL and HAT_TRIM_MATERIAL."""
    random = stream(params.wear_seed, HAT)
    random.rand(3)  # the shell's
    pattern = random.rand()
    rows = _crown(shell)
    pieces = {lab.HAT_MATERIAL: [], lab.HAT_TRIM_MATERIAL: []}
    trimmed = np.zeros(ROWS, bool)
    if shell.kind == "beanie":
        if pattern < 0.5:
            trimmed[2:] = (np.arange(2, ROWS) // 2) % 2 == 0
            trimmed[5:] &= pattern < 0.25
        elif pattern < 0.65:
            trimmed[:2] = True
    if shell.kind == "brimmed hat":
        trimmed[:2] = True
    for row in range(ROWS):
        material = lab.HAT_TRIM_MATERIAL if trimmed[row] else lab.HAT_MATERIAL
        pieces[material].append(band(np.stack([rows[row], rows[row + 1]], 1), material))
        if shell.kind == "cap" and 0.4 < pattern < 0.65 and row < ROWS * 0.7:
            middle = slice(COLUMNS // 2 - PANEL_HALF_WIDTH, COLUMNS // 2 + PANEL_HALF_WIDTH + 1)
            panel = CENTRE + (np.stack([rows[row, middle], rows[row + 1, middle]], 1) - CENTRE) * PANEL_RAISED
            pieces[lab.HAT_TRIM_MATERIAL].append(band(panel, lab.HAT_TRIM_MATERIAL))
    hem = CENTRE + (rows[0] - CENTRE) * (1 - HEM)
    pieces[lab.HAT_MATERIAL].append(band(np.stack([hem, rows[0]], 1), lab.HAT_MATERIAL))
    if shell.kind == "cap":
        material = lab.HAT_TRIM_MATERIAL if pattern < 0.4 else lab.HAT_MATERIAL
        pieces[material] += _visor(rows[0], material, random)
    if shell.kind == "brimmed hat":
        pieces[lab.HAT_MATERIAL] += _brim(rows[0], random)
    return [joined(same) for same in pieces.values() if same]


def hat_colours(wear_seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Linear RGB [3] of hat and trim."""
    random = stream(wear_seed, HAT)
    random.rand(4)  # the shell's and the pattern's
    first, second = random.choice(len(DYES), 2, replace=False)
    return DYES[first] * 0.9, DYES[second] * 0.9


def _crown(shell: Shell) -> np.ndarray:
    """Rings [ROWS + 1, COLUMNS + 1, 3] from the edge to the top, the last column the first again."""
    azimuth = np.arange(COLUMNS + 1) / COLUMNS * 2 * np.pi - np.pi
    lowest = np.arcsin(np.clip(shell.edge(azimuth), -0.9, 0.9))
    rings = []
    for row in range(ROWS + 1):
        up = row / ROWS
        latitude = lowest + (np.pi / 2 - lowest) * up
        sine = np.sin(latitude)
        radius = shell.surface.towards(azimuth, sine)
        if shell.kind == "beanie":
            radius = radius + 0.007 * np.sin(azimuth * COLUMNS / 4) * (1 - up) + (0.03 if row <= 2 else 0)
        rings.append(_placed(radius, azimuth, sine))
    return np.array(rings)


def _placed(radius: np.ndarray, azimuth: np.ndarray, sine: np.ndarray) -> np.ndarray:
    level = radius * np.sqrt(np.maximum(0, 1 - sine**2))
    return CENTRE + np.stack([level * np.sin(azimuth), radius * sine, level * np.cos(azimuth)], -1)


def _two_sheets(rows: np.ndarray, material: int) -> list[Piece]:
    """A stiff sheet through rows [n,k,3], from its inner to its outer edge, with an upper and a lower face."""
    lower = rows - np.array([0, SHEETS_APART, 0])
    rim = np.stack([rows[:, -1], lower[:, -1]], 1)
    return [band(rows[:, ::-1], material), band(lower, material), band(rim[:, ::-1], material)]


def _visor(edge: np.ndarray, material: int, random: np.random.RandomState) -> list[Piece]:
    droop = 0.04 + 0.12 * random.rand()
    azimuth = np.degrees(np.arange(COLUMNS + 1) / COLUMNS * 2 * np.pi - np.pi)
    front = edge[np.abs(azimuth) < VISOR_HALF_WIDTH]
    aside = azimuth[np.abs(azimuth) < VISOR_HALF_WIDTH] / VISOR_HALF_WIDTH
    length = VISOR_LENGTH * np.maximum(0, 1 - aside**2) ** 0.65
    rows = []
    for row in range(VISOR_ROWS + 1):
        out = row / VISOR_ROWS
        forward = np.stack([0.12 * aside * length * out, -droop * out * (0.4 + 0.6 * out) - 0.10 * aside**2 * out, length * out], 1)
        rows.append(front + forward)
    return _two_sheets(np.stack(rows, 1), material)


def _brim(edge: np.ndarray, random: np.random.RandomState) -> list[Piece]:
    width, rise, wave = 0.26 + 0.18 * random.rand(), 0.06 + 0.08 * random.rand(), 0.05 * random.rand()
    azimuth = np.arange(COLUMNS + 1) / COLUMNS * 2 * np.pi - np.pi
    outward = np.stack([np.sin(azimuth), np.zeros(COLUMNS + 1), np.cos(azimuth)], 1)
    up = np.stack([0 * azimuth, rise - wave * np.cos(2 * azimuth), 0 * azimuth], 1)
    rows = [edge + width * row / BRIM_ROWS * outward + up * (row / BRIM_ROWS) ** 2 for row in range(BRIM_ROWS + 1)]
    return _two_sheets(np.stack(rows, 1), lab.HAT_MATERIAL)
