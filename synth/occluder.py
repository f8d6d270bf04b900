"""Things that come between face and camera, out of focus: fingers, a microphone, leaves, a twig. They never hide the eyes."""

from __future__ import annotations

import cv2
import numpy as np

from synth import labels as lab
from synth.colours import linear
from synth.parameters import FaceParameters
from synth.streams import OCCLUDER, stream

KINDS = ("fingers", "microphone", "leaves", "twig", "something near")
EYES = (0.36, 0.57, 0.22, 0.78)
"""Top, bottom, left and right of what stays free, as shares of the picture; alignment puts the eyes there."""
LEAF, WOOD, DARK, STEEL = linear([70, 104, 50]), linear([72, 52, 38]), linear([34, 34, 38]), linear([120, 122, 126])


def occlude(image: np.ndarray, labels: np.ndarray, skin_tone: np.ndarray, params: FaceParameters) -> None:
    """Draw something over the picture [H,W,3] (linear light, in place) on the side of the nearer cheek; it is labelled background."""
    size, random = len(labels), stream(params.camera_seed, OCCLUDER)
    kind, side = KINDS[random.randint(len(KINDS))], params.yaw < 0
    colour = linear(random.randint(40, 190) + random.uniform(-25, 25, 3))
    cover, paint = np.zeros((size, size), np.float32), np.zeros((size, size, 3), np.float32)

    def stroke(start: tuple[float, float], end: tuple[float, float], width: float, ink: np.ndarray) -> None:
        """A round-ended line; places are shares of the picture, mirrored for the other side."""
        ends = [(int((1 - x if side else x) * size), int(y * size)) for x, y in (start, end)]
        for layer, value in ((cover, 1.0), (paint, ink.tolist())):
            cv2.line(layer, *ends, value, max(1, int(width * size)))

    if kind == "fingers":
        bottom, reach = random.uniform(0.80, 1.0), random.uniform(0.20, 0.38)
        for finger in range(random.randint(2, 4)):
            tip = (reach - 0.035 * finger, bottom - 0.06 + 0.078 * finger)
            stroke((-0.1, tip[1] + random.uniform(0.08, 0.16)), tip, 0.072, skin_tone * 0.45)
            stroke((-0.1, tip[1] + 0.1), tip, 0.056, skin_tone * 0.95)
    elif kind == "microphone":
        x, y = random.uniform(0.30, 0.48), random.uniform(0.90, 0.98)
        stroke((x - 0.12, 1.3), (x, y), 0.07, DARK)
        stroke((x, y), (x + 0.01, y - 0.03), 0.15, STEEL)
    elif kind == "leaves":
        for _ in range(random.randint(3, 7)):
            x, y = random.uniform(-0.05, 0.34), random.uniform(0.62, 1.0)
            leaf = LEAF * random.uniform(0.6, 1.3)
            stroke((x, y), (x + random.uniform(-0.07, 0.07), y + random.uniform(0.04, 0.12)), random.uniform(0.05, 0.08), leaf)
    elif kind == "twig":
        stroke((-0.05, random.uniform(0.62, 0.75)), (random.uniform(0.5, 0.9), 1.05), random.uniform(0.025, 0.040), WOOD)
    else:
        x, y = random.uniform(0.20, 0.28), random.uniform(0.86, 0.96)
        stroke((x, y), (x - 0.3, y + random.uniform(-0.1, 0.2)), random.uniform(0.26, 0.36), colour)

    softness = random.uniform(0.007, 0.016) * size
    cover, paint = cv2.GaussianBlur(cover, (0, 0), softness), cv2.GaussianBlur(paint, (0, 0), softness)
    top, bottom, left, right = (int(share * size) for share in EYES)
    free = np.zeros((size, size), np.float32)
    free[top:bottom, left:right] = 1
    seen = 1 - cv2.GaussianBlur(free, (0, 0), 0.01 * size)
    image *= 1 - (cover * seen)[..., None]
    image += paint * seen[..., None]
    labels[cover * seen > 0.5] = lab.BACKGROUND
