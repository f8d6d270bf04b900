"""What may go wrong with a photo, said before the first edit. Simple measures on the found face; each warning is a hint and not a verdict.

Thresholds were set on a real photo made worse step by step (blurred, shrunk, parts painted over) and on rendered faces, which must
not be warned about.
"""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from .align import AlignedFace, Face, align

SIDE = 128
"""Pixels of the crop on which sharpness, light and detail are measured."""
SMALL_EYES = 18.0
"""Distance between the eyes, in pixels of the photo."""
TURNED = 0.3
"""Sideways offset of the nose, in distances between the eyes: about 0 from the front."""
NARROW, WIDE = 0.68, 1.45
"""Distance between the eyes over that from eyes to mouth; a profile brings the eyes together, and so do points that were guessed."""
SHARP = 0.15
"""Standard deviation of the Laplacian over that of the picture."""
UNSURE = 0.985
FLAT = 0.3
"""Contrast around an eye or the mouth, in that of the whole face."""
DARK, BRIGHT = 45.0, 225.0
"""Mean brightness of the face, of 255."""
OUTSIDE = 0.25
"""Part of the crop that lies beyond the photo's edge."""


def warnings(photo: Image.Image, face: Face) -> tuple[str, ...]:
    """Keys of what to warn about, out of: "small", "turned", "blurred", "covered", "dark", "bright", "cut"; empty for a good photo."""
    aligned = align(photo, face, SIDE)
    gray = np.asarray(aligned.image.convert("L"), np.float64)
    inner = gray[SIDE // 5 : -SIDE // 5, SIDE // 5 : -SIDE // 5]
    eyes, nose, mouth = face.landmarks[:2], face.landmarks[2], face.landmarks[3:].mean(0)
    across, centre = eyes[1] - eyes[0], eyes.mean(0)
    apart, down = math.hypot(*across), math.hypot(*(mouth - centre))
    offset = abs((nose - (centre + mouth) / 2) @ across) / (across @ across)
    proportion = apart / max(down, 1e-6)
    found = []
    if apart < SMALL_EYES:
        found.append("small")
    if offset > TURNED or proportion < NARROW or proportion > WIDE:
        found.append("turned")
    if apart >= SMALL_EYES and _sharpness(inner) < SHARP:
        found.append("blurred")
    if face.confidence < UNSURE or min(_contrasts(gray, aligned, face)) < FLAT * inner.std():
        found.append("covered")
    if inner.mean() < DARK:
        found.append("dark")
    if inner.mean() > BRIGHT:
        found.append("bright")
    if _outside(photo, aligned) > OUTSIDE:
        found.append("cut")
    return tuple(found)


def _sharpness(gray: np.ndarray) -> float:
    middle = gray[1:-1, 1:-1]
    laplacian = 4 * middle - gray[:-2, 1:-1] - gray[2:, 1:-1] - gray[1:-1, :-2] - gray[1:-1, 2:]
    return float(laplacian.std() / max(middle.std(), 1e-6))


def _contrasts(gray: np.ndarray, aligned: AlignedFace, face: Face) -> list[float]:
    """Standard deviations of the brightness around the eyes and the mouth."""
    rotation, shift = aligned.transform[:, :2], aligned.transform[:, 2]
    points = np.vstack([face.landmarks[:2], face.landmarks[3:].mean(0)])
    reach = SIDE // 14
    deviations = []
    for x, y in np.linalg.solve(rotation, (points - shift).T).T.round().astype(int):
        patch = gray[max(y - reach, 0) : y + reach + 1, max(x - reach, 0) : x + reach + 1]
        deviations.append(float(patch.std()) if patch.size else 0.0)
    return deviations


def _outside(photo: Image.Image, aligned: AlignedFace) -> float:
    axis = np.linspace(0, SIDE, 17)
    points = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2) @ aligned.transform[:, :2].T + aligned.transform[:, 2]
    return float(((points < 0) | (points > photo.size)).any(1).mean())
