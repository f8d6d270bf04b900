"""Random streams: each visible thing draws from its own, so that changing one thing leaves the others' pixels as they were.

The constants are salts: a seed of `FaceParameters` mixed with a salt starts one stream. Changing a number changes every face.
"""

from __future__ import annotations

import numpy as np

# Of identity_seed.
SHAPE, SKIN, BROWS, BEARD, SCALP = 0, 11, 21, 22, 23
HAIRLINE, HAIRSTYLE, FRINGE = 24, 25, 26
# Of expression_seed.
EXPRESSION, GAZE = 0, 5
# Of light_seed.
LIGHT, CAMERA = 0, 9
# Of camera_seed.
PHOTO, OCCLUDER = 0, 3
# Of background_seed, frame_seed, wear_seed (hat, jewellery) and clothes_seed.
BACKDROP, FRAME, CLOTHES = 0, 0, 0
HAT, EARRINGS, NECKLACE = 0, 77, 78


def stream(seed: int, salt: int) -> np.random.RandomState:
    """The legacy generator, because its numbers are frozen for ever: the same seed gives the same face with every numpy."""
    return np.random.RandomState(seed ^ salt)
