"""Eyeglasses of degrees 1 to 5: shapes of rims, frames fitted to the head, and how lenses look."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from synth import labels as lab
from synth.colours import linear
from synth.head import Head
from synth.parameters import FaceParameters
from synth.solids import Piece, bead, joined, tube
from synth.streams import FRAME, stream

RIM_POINTS = 40
FRAME_RADIUS = (0.0, 0.0055, 0.0150, 0.029, 0.0100, 0.032)
"""Of rims, at degrees 0..5 of eyeglasses, in head units of about 10 cm."""
SUNGLASSES_FROM = 4
SUNGLASSES_SCALE = (1.05, 1.12)
"""Wider and higher than clear glasses."""
BRIDGE_GAP = 0.17
"""Between the two lenses; real ones are made 14 to 22 mm apart."""
BEFORE_NOSE = 0.045
PAD_BELOW = 0.02
"""Thinner frames rest on two pads."""
TILT = 0.10
"""The lower edge is nearer to the cheeks: tangent of the angle."""
RIMLESS_CHANCE = 0.4


class Style(NamedTuple):
    """Ranges of half width and half height in head units; the rim's superellipse exponent, 1 for an ellipse and towards 0 for a box; how
    far the outer corners are drawn up (cat-eye) and the lower ones out (aviator), 0 to 1."""

    half_width: tuple[float, float]
    half_height: tuple[float, float]
    exponent: float
    cat_eye: float
    aviator: float


STYLES = (
    Style((0.215, 0.235), (0.200, 0.220), 1.0, 0.0, 0.0),
    Style((0.245, 0.270), (0.165, 0.185), 0.9, 0.0, 0.0),
    Style((0.250, 0.275), (0.140, 0.165), 0.42, 0.0, 0.0),
    Style((0.245, 0.270), (0.175, 0.200), 0.55, 0.3, 0.0),
    Style((0.250, 0.275), (0.165, 0.185), 0.75, 1.0, 0.0),
    Style((0.250, 0.275), (0.205, 0.230), 0.80, 0.0, 1.0),
)
"""Round, oval, rectangular, soft square, cat-eye, aviator."""

PALE_METALS = linear([[196, 160, 92], [176, 178, 182], [200, 150, 128]])
SLENDER_FRAMES = linear([[22, 22, 24], [40, 42, 48], [164, 167, 174], [34, 56, 124], [156, 22, 32], [18, 20, 26]])
PLASTICS = linear([[18, 18, 20], [46, 28, 20], [150, 26, 34], [30, 52, 120], [30, 74, 54], [216, 206, 192]])
"""None is as bright as skin, or it could not be told from it; reds, blues and greens differ in hue."""
THIN_SUNGLASS_METALS = linear([[204, 166, 92], [178, 180, 184], [40, 40, 42]])
FRAME_COLOURS = (PALE_METALS, PALE_METALS, SLENDER_FRAMES, PLASTICS, THIN_SUNGLASS_METALS, PLASTICS)
RIMLESS_EDGE = linear([186, 196, 196])

LENS_COLOURS = linear([[54, 54, 58], [70, 46, 32], [42, 56, 44], [40, 48, 70]])
CLEAR_LENS = linear([176, 190, 188])
LENS_OPACITY = ((0.0, 0.0), (0.05, 0.04), (0.05, 0.04), (0.06, 0.05), (0.93, 0.76), (0.97, 0.88))
"""At the upper and at the lower edge."""
REFLECTION = (0.0, 0.06, 0.05, 0.05, 0.10, 0.10)
"""Strength of the mirrored light."""


class Rim(NamedTuple):
    """A rim's half width and half height in head units; the rest as in Style."""

    half_width: float
    half_height: float
    exponent: float
    cat_eye: float
    aviator: float


class Lenses(NamedTuple):
    """Two outlines [n,3] in head units, opacity at the upper and lower edge, linear RGB [3], strength of reflections, and whether dark."""

    outlines: list[np.ndarray]
    opacity: tuple[float, float]
    colour: np.ndarray
    reflection: float
    dark: bool


def rim_shape(params: FaceParameters) -> Rim:
    style_luck, width_luck, height_luck, *_ = _luck(params)
    style = STYLES[int(style_luck * len(STYLES))]
    wider, higher = SUNGLASSES_SCALE if params.eyeglasses >= SUNGLASSES_FROM else (1.0, 1.0)
    half_width, half_height = np.interp(width_luck, [0, 1], style.half_width), np.interp(height_luck, [0, 1], style.half_height)
    return Rim(half_width * wider, half_height * higher, style.exponent, style.cat_eye, style.aviator)


def _luck(params: FaceParameters) -> np.ndarray:
    """Uniform numbers [6] for style, width, height, rimlessness, frame's and lenses' colours."""
    return stream(params.frame_seed, FRAME).rand(6)


def frame_look(params: FaceParameters) -> tuple[np.ndarray, float]:
    """Linear RGB [3] and gloss of the frame."""
    *_, rimless_luck, colour_luck, _ = _luck(params)
    colours = FRAME_COLOURS[params.eyeglasses]
    rimless = params.eyeglasses == 1 and rimless_luck < RIMLESS_CHANCE
    return RIMLESS_EDGE if rimless else colours[int(colour_luck * len(colours))], 1.6 if params.eyeglasses in (3, 5) else 2.2


def eyeglasses(head: Head, params: FaceParameters, points: np.ndarray) -> tuple[Piece, Lenses]:
    """Frame and lenses on the straight head with mesh points [N,3]."""
    rim, radius = rim_shape(params), FRAME_RADIUS[params.eyeglasses]
    skin, rest, ears = points[: head.skin_points], head.rest[: head.skin_points], head.traits[: head.skin_points, lab.EARS]
    on_bridge = (np.abs(rest[:, 0]) < 0.03) & (np.abs(rest[:, 1] - 7.2) < 0.05) & (rest[:, 2] > 1.4)
    front = skin[on_bridge, 2].max() + BEFORE_NOSE
    eyes = [points[head.parts[name]].mean(0) for name in ("left_eye", "right_eye")]
    level = (eyes[0][1] + eyes[1][1]) / 2 - 0.035
    pieces, outlines = [], []
    for side, eye in zip((1, -1), eyes, strict=True):
        middle = side * max(BRIDGE_GAP / 2 + rim.half_width, abs(eye[0]) - 0.01)
        across, up = _outline(rim)
        x, y = middle + side * across, level + up
        outline = np.stack([x, y, _depth(x, y, level, front)], 1)
        outlines.append(outline)
        pieces.append(tube(outline, radius, True, lab.FRAME_MATERIAL))
        ear = skin[(ears > 0.5) & (np.sign(rest[:, 0]) == side)]
        corner = outline[(across + 0.5 * up).argmax()]
        arm_level = ear[ear[:, 1] > np.percentile(ear[:, 1], 85)].mean(0)
        pieces.append(tube(_arm(head, skin, corner, arm_level, side), max(radius * 0.8, 0.007), False, lab.FRAME_MATERIAL))
        if radius < PAD_BELOW:
            pad = np.array([side * 0.085, level - 0.06, front - 0.07])
            pieces.append(bead(pad, np.array([0.012, 0.028, 0.014]), lab.FRAME_MATERIAL))
    bar_levels = (0.30, 0.80) if rim.aviator and radius < PAD_BELOW else (0.35,)
    pieces += [_bridge(outlines, level + share * rim.half_height, max(radius * 0.85, 0.007)) for share in bar_levels]
    dark = params.eyeglasses >= SUNGLASSES_FROM
    colour = LENS_COLOURS[int(_luck(params)[5] * len(LENS_COLOURS))] if dark else CLEAR_LENS
    return joined(pieces), Lenses(outlines, LENS_OPACITY[params.eyeglasses], colour, REFLECTION[params.eyeglasses], dark)


def _outline(rim: Rim) -> tuple[np.ndarray, np.ndarray]:
    """The rim's points outward from and above its middle, in head units, [n] each."""
    angle = np.linspace(0, 2 * np.pi, RIM_POINTS, endpoint=False)
    across = np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** rim.exponent
    up = np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** rim.exponent
    lower, outer = np.maximum(-up, 0), np.maximum(across, 0)
    up = up + rim.cat_eye * 0.38 * outer**2 * (0.35 + 0.65 * np.maximum(up, 0)) - rim.aviator * 0.10 * lower * across
    across = across - rim.aviator * (0.22 * lower * np.minimum(across, 0) + 0.10 * np.maximum(-lower * outer, -1))
    return rim.half_width * across, rim.half_height * up


def _depth(x: np.ndarray, y: np.ndarray, level: float, front: float) -> np.ndarray:
    """How far forward the frame is: it curves back to the sides and tilts."""
    return front - 0.30 * np.maximum(0, np.abs(x) - 0.15) ** 1.6 + TILT * (y - level)


def _arm(head: Head, skin: np.ndarray, corner: np.ndarray, ear_top: np.ndarray, side: int) -> np.ndarray:
    """From the rim's outer corner, close along the temple, over the ear and down behind it."""
    rest, ears = head.rest[: head.skin_points], head.traits[: head.skin_points, lab.EARS]
    hinge = corner + np.array([side * 0.015, 0, -0.02])
    z = np.linspace(hinge[2] - 0.05, ear_top[2] + 0.05, 6)
    y = np.interp(z, [ear_top[2], hinge[2]], [ear_top[1] + 0.03, hinge[1]])
    temple = skin[(np.sign(rest[:, 0]) == side) & (ears < 0.2) & (np.abs(rest[:, 1] - 7.33) < 0.06)]
    near = np.abs(temple[:, 2] - z[:, None]) < 0.06
    surface = np.where(near, np.abs(temple[:, 0]), 0).max(1) + 0.014
    x = side * np.maximum(surface, np.interp(z, [z[-1], z[0]], [surface[-1], abs(hinge[0])]) * (z > z[-1] + 0.2))
    end = np.array([[x[-1] - side * 0.01, y[-1] - 0.03, ear_top[2] - 0.06], [x[-1] - side * 0.03, y[-1] - 0.16, ear_top[2] - 0.13]])
    return np.concatenate([[corner, hinge], np.stack([x, y, z], 1), end])


def _bridge(outlines: list[np.ndarray], height: float, radius: float) -> Piece:
    """A bar that arches from the one rim to the other."""
    inner = [outline[_on_inner_edge(outline, height)] for outline in outlines]
    t = np.linspace(0, 1, 8)[:, None]
    arch = np.sin(np.pi * t) * np.array([0, 0.018, 0.012])
    return tube(inner[0] * (1 - t) + inner[1] * t + arch, radius, False, lab.FRAME_MATERIAL)


def _on_inner_edge(outline: np.ndarray, height: float) -> int:
    """Number of the outline's point that is nearest to a height, on the nose's side."""
    inward = np.abs(outline[:, 0]) < np.abs(outline[:, 0]).mean()
    return int(np.where(inward, np.abs(outline[:, 1] - height), np.inf).argmin())
