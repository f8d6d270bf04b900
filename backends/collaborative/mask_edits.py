"""How a graded change shows in a face's mask: bangs over the forehead, a frame round the eyes, a mouth of another shape.

Lengths are shares of the distance from the eyes to the mouth, which hardly changes as the head turns; they are medians over rendered
validation faces. u leads from the middle of the eyes to the picture's right along the eyes' line, v upwards across it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from faces.mask_classes import MASK_CLASSES

BACKGROUND, SKIN, NOSE, GLASSES, L_EYE, R_EYE, L_BROW, R_BROW, L_EAR, R_EAR, MOUTH, U_LIP, L_LIP, HAIR, HAT = range(15)
NECK = MASK_CLASSES.index("neck")
EYES, BROWS, LIPS = (L_EYE, R_EYE), (L_BROW, R_BROW), (MOUTH, U_LIP, L_LIP)
FACE = (SKIN, NOSE, *EYES, *BROWS, *LIPS, GLASSES)

EYES_TO_MOUTH, EYE_DISTANCE = 0.29, 0.85
"""Of the picture's side, and of the distance from the eyes to the mouth: for what a mask does not show."""
EYE_LEVEL = 0.46
"""Of the picture's height from above, where a mask shows no eyes."""
DEGREES = np.arange(6)
BANGS_END = (1.15, 0.82, 0.68, 0.57, 0.49, 0.30)
"""Where bangs end above the eyes, by degree."""
FOREHEAD_FROM, FOREHEAD_TO, HALF_FOREHEAD, FOREHEAD_EXPONENT = 0.25, 1.05, 0.9, 2.5
"""The bare forehead, half of a superellipse |u|^n + |v|^n = 1."""
FOREHEAD_TURNED = -0.25
"""How far it moves sideways when the face is turned."""
LENS_HALF_WIDTH, LENS_HALF_HEIGHT, LENS_BELOW, LENS_OUTWARD = 0.42, 0.30, 0.04, 0.12
LENS_EXPONENT = 3.0
WORN_FROM = 0.2
"""Of the lenses' area: less is a parser's mistake, and no glasses."""
BRIDGE, BRIDGE_ABOVE, BRIDGE_HALF_HEIGHT = 0.2, 0.06, 0.03
EYE_HALF_WIDTH, EYE_HALF_HEIGHT = 0.17, 0.06
"""Of eyes that come to light when sunglasses are taken off."""
SUNGLASSES_FROM, LONG_BEARD_FROM = 4, 3.5
MOUTH_WIDTH = (0.72, 0.80, 0.84, 0.86, 0.88, 0.91)
MOUTH_OPENING = (0.0, 0.0, 0.05, 0.08, 0.14, 0.29)
UPPER_LIP = (0.09, 0.115, 0.125, 0.125, 0.105, 0.085)
LOWER_LIP = (0.20, 0.19, 0.175, 0.155, 0.165, 0.165)
"""Thickness in the middle."""
CORNERS_UP = (0.01, 0.04, 0.06, 0.08, 0.09, 0.10)
"""How much higher than its middle the mouth's corners are."""
LIP_SHARE = 0.75
"""What its tapering ends leave of a lip's area."""
CORNERS, JAW_DROP, TAPER, LINE_UP = 1.5, 0.2, 0.4, 0.04
"""How the mouth's line bends, sinks as it opens, narrows to its ends, and lies above the middle of the lips."""


@dataclass(frozen=True, eq=False)
class _Geometry:
    """u and v of every pixel, where eyes and mouth are, and how far the face turns to the picture's right (about -1 to 1)."""

    u: np.ndarray
    v: np.ndarray
    eye_distance: float
    mouth: tuple[float, float]
    turn: float
    pixel: float
    """The side of a pixel."""

    def inside(self, centre: tuple[float, float], half_width: float, half_height: float, exponent: float = 2.0) -> np.ndarray:
        """[H, W] bool: a superellipse."""
        across, up = np.abs(self.u - centre[0]) / half_width, np.abs(self.v - centre[1]) / half_height
        return across**exponent + up**exponent <= 1


def edited_mask(mask: np.ndarray, attribute: str, before: float, after: float) -> tuple[np.ndarray, np.ndarray]:
    """(mask after the change, where the picture may change), both [H, W], from a mask [H, W] uint8 and degrees 0 to 5.

    A beard and years do not show in a mask: it is returned as it was, with the region that they touch.
    """
    geometry = _geometry(mask)
    edit = {"bangs": _bangs, "eyeglasses": _eyeglasses, "smile": _smile, "beard": _beard, "age": _age}[attribute]
    edited, region = edit(mask, geometry, before, after)
    return edited, region | (edited != mask)


def _centre(chosen: np.ndarray) -> np.ndarray | None:
    """(x, y) of the middle of some pixels; None where there are hardly any."""
    y, x = np.nonzero(chosen)
    return np.array([x.mean(), y.mean()]) if len(x) >= 3 else None


def _eye_centres(mask: np.ndarray, middle: float) -> list[np.ndarray]:
    """Of the eye on the picture's left and of the other; behind sunglasses, of the lenses, and else where eyes usually are."""
    height, width = mask.shape
    x = np.arange(width)[None, :]
    scale = EYES_TO_MOUTH * height
    found = []
    for side, eye, brow in ((-1, R_EYE, R_BROW), (1, L_EYE, L_BROW)):
        centre = _centre(mask == eye)
        if centre is None and (lens := _centre((mask == GLASSES) & (side * (x - middle) > 0.1 * scale))) is not None:
            centre = lens
        if centre is None and (above := _centre(mask == brow)) is not None:
            centre = above + np.array([0, 0.36 * scale])
        found.append(np.array([middle + side * scale * EYE_DISTANCE / 2, EYE_LEVEL * height]) if centre is None else centre)
    return found


def _geometry(mask: np.ndarray) -> _Geometry:
    height, width = mask.shape
    face = _centre(np.isin(mask, FACE))
    middle = width / 2 if face is None else face[0]
    left, right = _eye_centres(mask, middle)
    eyes = (left + right) / 2
    axis = (right - left) / max(np.linalg.norm(right - left), 1)
    up = np.array([axis[1], -axis[0]])
    mouth = _centre(np.isin(mask, LIPS))
    if mouth is None:
        mouth = eyes - up * EYES_TO_MOUTH * height
    unit = max(float((eyes - mouth) @ up), 0.5 * EYES_TO_MOUTH * height)
    y, x = np.mgrid[:height, :width]
    u, v = ((x - eyes[0]) * axis[0] + (y - eyes[1]) * axis[1]) / unit, ((x - eyes[0]) * up[0] + (y - eyes[1]) * up[1]) / unit
    nose = _centre(mask == NOSE)
    turn = 0.0 if nose is None else float(np.clip((nose - eyes) @ axis / unit / 0.1, -1, 1))
    at_mouth = float((mouth - eyes) @ axis / unit), float((mouth - eyes) @ up / unit)
    return _Geometry(u, v, float(np.linalg.norm(right - left)) / unit, at_mouth, turn, 1 / unit)


def _bangs(mask: np.ndarray, at: _Geometry, before: float, after: float) -> tuple[np.ndarray, np.ndarray]:
    edited = mask.copy()
    end = np.interp(after, DEGREES, BANGS_END)
    forehead = at.inside((FOREHEAD_TURNED * at.turn, FOREHEAD_FROM), HALF_FOREHEAD, FOREHEAD_TO - FOREHEAD_FROM, FOREHEAD_EXPONENT)
    forehead &= at.v > FOREHEAD_FROM
    front = (np.abs(at.u) < 1.3) & (at.v > 0.1) & (at.v < 1.7) & np.isin(mask, (*FACE, HAIR))
    if after > before:
        edited[front & (at.v > end) & np.isin(mask, (SKIN, *BROWS))] = HAIR
    else:
        edited[forehead & (at.v < end) & (mask == HAIR)] = SKIN
    return edited, front


def _lenses(at: _Geometry) -> np.ndarray:
    """[H, W] bool: both lenses."""
    middle = at.eye_distance / 2 + LENS_OUTWARD
    left, right = (at.inside((side * middle, -LENS_BELOW), LENS_HALF_WIDTH, LENS_HALF_HEIGHT, LENS_EXPONENT) for side in (-1, 1))
    return left | right


def _eyeglasses(mask: np.ndarray, at: _Geometry, before: float, after: float) -> tuple[np.ndarray, np.ndarray]:
    edited, lenses, worn = mask.copy(), _lenses(at), mask == GLASSES
    dark = after > SUNGLASSES_FROM - 0.5
    if after < 0.5:
        edited = _filled(mask, worn)
    elif worn.sum() < WORN_FROM * lenses.sum():
        bridge = (np.abs(at.u) < BRIDGE) & (np.abs(at.v - BRIDGE_ABOVE) < BRIDGE_HALF_HEIGHT)
        edited[(lenses | bridge) & ~np.isin(mask, (*EYES, *BROWS, HAT))] = GLASSES
    if dark:
        edited[lenses & np.isin(mask, (*EYES, *BROWS))] = GLASSES
    else:
        for side, eye in ((-1, R_EYE), (1, L_EYE)):
            if not (mask == eye).any() and worn.any():
                edited[at.inside((side * at.eye_distance / 2, 0), EYE_HALF_WIDTH, EYE_HALF_HEIGHT) & np.isin(edited, (SKIN, GLASSES))] = eye
    return edited, _widened(lenses | worn, round(0.03 * len(mask)))


def _filled(mask: np.ndarray, hole: np.ndarray) -> np.ndarray:
    """The hole's pixels take the class of what is nearest around it; eyes and brows do not grow."""
    filled, unknown = mask.copy(), hole.copy()
    filled[np.isin(mask, (*EYES, *BROWS)) & _widened(hole, 1)] = SKIN
    for _ in range(max(mask.shape)):
        if not unknown.any() or unknown.all():
            break
        for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
            neighbour, blocked = np.roll(filled, step, axis), np.roll(unknown, step, axis)
            edge = (slice(None),) * axis + (0 if step > 0 else -1,)
            blocked[edge] = True
            reached = unknown & ~blocked
            filled[reached], unknown[reached] = neighbour[reached], False
    return np.where(np.isin(mask, (*EYES, *BROWS)), mask, filled)


def _smile(mask: np.ndarray, at: _Geometry, before: float, after: float) -> tuple[np.ndarray, np.ndarray]:
    lips = np.isin(mask, LIPS)
    region = at.inside((at.mouth[0], -0.8), 1.1, 0.85) & np.isin(mask, (*FACE, NECK))
    if not lips.any():
        return mask.copy(), region

    def at_degree(table: tuple[float, ...]) -> tuple[float, float]:
        return float(np.interp(before, DEGREES, table)), float(np.interp(after, DEGREES, table))

    width, opening, upper, lower, corners = (at_degree(table) for table in (MOUTH_WIDTH, MOUTH_OPENING, UPPER_LIP, LOWER_LIP, CORNERS_UP))
    personal = np.clip(np.ptp(at.u[lips]) / width[0], 0.8, 1.25)
    area = personal * width[0] * LIP_SHARE / at.pixel**2
    upper_lip, lower_lip = (
        thickness[1] * np.clip((mask == lip).sum() / (area * thickness[0]), 0.6, 1.6) for lip, thickness in ((U_LIP, upper), (L_LIP, lower))
    )
    middle = at.mouth[1] + LINE_UP - JAW_DROP * (opening[1] - opening[0])
    along = (at.u - at.mouth[0]) / (personal * width[1] / 2)
    taper = np.clip(1 - along**2, 0, None)
    line = middle + CORNERS * corners[1] * (along**2 - 1 / 3)
    above = at.v - line - opening[1] / 2 * taper
    below = line - opening[1] / 2 * taper - at.v
    edited = np.where(lips, SKIN, mask).astype(mask.dtype)
    free = (edited == SKIN) & (np.abs(along) < 1)
    edited[free & (above <= 0) & (below <= 0)] = MOUTH
    edited[free & (above > 0) & (above <= upper_lip * taper**TAPER)] = U_LIP
    edited[free & (below > 0) & (below <= lower_lip * taper**TAPER)] = L_LIP
    return edited, region


def _beard(mask: np.ndarray, at: _Geometry, before: float, after: float) -> tuple[np.ndarray, np.ndarray]:
    """Cheeks and chin; a long beard hangs over neck and clothes."""
    face = at.inside((at.mouth[0], -1.0), 1.4, 0.95) & np.isin(mask, (*FACE, NECK))
    if max(before, after) < LONG_BEARD_FROM:
        return mask.copy(), face
    return mask.copy(), face | at.inside((at.mouth[0], -1.35), 1.25, 1.15)


def _age(mask: np.ndarray, at: _Geometry, before: float, after: float) -> tuple[np.ndarray, np.ndarray]:
    """The whole face with its ears and neck; hair keeps its colour."""
    return mask.copy(), np.isin(mask, (*FACE, L_EAR, R_EAR, NECK))


def _widened(chosen: np.ndarray, pixels: int) -> np.ndarray:
    """With all pixels that are at most so far up, down, left or right of it, step by step."""
    padded = np.pad(chosen, pixels)
    for _ in range(pixels):
        grown = padded.copy()
        grown[1:] |= padded[:-1]
        grown[:-1] |= padded[1:]
        grown[:, 1:] |= padded[:, :-1]
        grown[:, :-1] |= padded[:, 1:]
        padded = grown
    return padded[pixels : pixels + chosen.shape[0], pixels : pixels + chosen.shape[1]]
