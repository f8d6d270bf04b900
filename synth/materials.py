"""What a face's surfaces look like: colours of skin, hair, eyes, frames and clothes, and the maps painted on the skin."""

from __future__ import annotations

import functools

import cv2
import numpy as np

from synth import labels as lab
from synth.clothes import cloth
from synth.colours import linear, triple
from synth.head import Head, load_head, smooth
from synth.morphs import is_masculine
from synth.parameters import FaceParameters
from synth.roots import beard_tint
from synth.streams import SKIN, stream
from synth.surfaces import Eyes, Skin, Textures
from synth.wrinkles import wrinkles

SKIN_TONES = linear(
    [[228, 194, 178], [218, 181, 160], [206, 166, 141], [188, 145, 116], [163, 119, 92], [134, 93, 70], [104, 70, 53], [77, 51, 40]]
)
"""Albedo at `skin_tone` 0 to 7."""
UNDERTONES = np.array([[1.03, 0.98, 0.99], [0.985, 1.01, 0.96]])
"""Rosy and golden: a person's skin lies between."""
HAIR_ALBEDO = {
    "black": linear([34, 29, 27]),
    "dark brown": linear([54, 40, 32]),
    "brown": linear([86, 62, 45]),
    "auburn": linear([98, 56, 40]),
    "red": linear([138, 80, 52]),
    "blond": linear([176, 146, 108]),
    "light blond": linear([204, 182, 146]),
    "gray": linear([128, 125, 122]),
    "white": linear([205, 202, 198]),
}
GRAY_HAIR = linear([172, 170, 168])
EYE_ALBEDO = {
    "dark brown": linear([46, 28, 18]),
    "brown": linear([78, 48, 28]),
    "hazel": linear([112, 84, 48]),
    "green": linear([94, 100, 70]),
    "blue": linear([92, 116, 138]),
    "gray": linear([118, 128, 134]),
}
LIPSTICK_ALBEDO = {
    "none": linear([0, 0, 0]),
    "pink": linear([190, 86, 106]),
    "red": linear([162, 26, 36]),
    "dark red": linear([104, 20, 40]),
    "nude": linear([184, 108, 96]),
}

IRIS_RADIUS = 0.47
FRECKLES_CHANCE = 0.15

STUBBLE_TINT = (0, 0.55, 0.68, 0.70, 0.26, 0.62)
"""How much beard hair under the strands darkens the skin, at each degree of beard."""
SHAVEN_TINT = 0.10

AGE_SPOTS = (0, 0, 0, 0.10, 0.40, 0.75)
CREPE = (0, 0, 0.10, 0.22, 0.40, 0.65)
UNEVENNESS = (0.30, 0.45, 0.60, 0.75, 0.95, 1.15)
PORES = (0.04, 0.09, 0.12, 0.15, 0.19, 0.23)
EYE_BAGS = (0.10, 0.20, 0.45, 0.66, 0.88, 1.10)
"""Strengths at degrees 0..5 of age: spots, fine creases, patchiness of the colour, roughness, dark skin below the eyes."""


def hair_colour(params: FaceParameters) -> np.ndarray:
    """Linear RGB [3]."""
    return HAIR_ALBEDO[params.hair_colour] * (1 - params.gray) + GRAY_HAIR * params.gray


def skin_tone(params: FaceParameters) -> np.ndarray:
    """Linear RGB [3]."""
    return np.array([np.interp(params.skin_tone, range(len(SKIN_TONES)), SKIN_TONES[:, channel]) for channel in range(3)])


def darkness(params: FaceParameters) -> float:
    """0 for pale skin to 1 for dark skin; what red and shine show less on."""
    return float(np.clip((params.skin_tone - 2.5) / 3.5, 0, 1))


def skin_and_textures(params: FaceParameters) -> tuple[Skin, Textures]:
    """The skin with its make-up, stubble and shirt, and the maps to paint it with."""
    random = stream(params.identity_seed, SKIN)
    age, dark, makeup = params.age, darkness(params), params.makeup
    undertone = random.rand()
    tone = skin_tone(params) * (UNDERTONES[0] * undertone + UNDERTONES[1] * (1 - undertone))
    hair = hair_colour(params)
    painted = 0.0 if params.lipstick == "none" else 0.9
    lipstick = LIPSTICK_ALBEDO[params.lipstick] * (1 - 0.35 * dark)
    beard = STUBBLE_TINT[params.beard]
    if params.beard == 0 and is_masculine(params) and age > 0:
        beard = SHAVEN_TINT * (1 - dark)
    skin = Skin(
        tone=triple(tone),
        lips=triple(_bare_lips(params, tone) * (1 - painted) + lipstick * painted),
        scalp_hair=triple(hair * 0.6),
        stubble=triple(tone * 0.22 + np.minimum(hair, tone * 0.5) * 0.6),
        cloth=cloth(params.clothes_seed),
        oil=0.75 + 0.45 * random.rand(),
        redness=0.55 * (1 - 0.6 * dark) + 0.3 * random.rand(),
        freckles=float(random.rand() < FRECKLES_CHANCE) * (1 - dark) * random.rand(),
        pores=PORES[age],
        crepe=CREPE[age],
        unevenness=UNEVENNESS[age],
        age_spots=AGE_SPOTS[age],
        bags=EYE_BAGS[age],
        blush=params.blush,
        eye_shadow=makeup * 1.1,
        lip_gloss=0.0 if params.lipstick == "none" else 0.8,
        scalp_tint=0.0 if params.bald else 0.88,
        pattern=random.rand(),
    )
    tint = (beard_tint(params.beard_style) * beard).astype(np.float32)
    return skin, Textures(skin_noise(), wrinkles(age, params.smile, random), tint)


def _bare_lips(params: FaceParameters, tone: np.ndarray) -> np.ndarray:
    """Lips without lipstick: redder than the skin, less so on dark or old faces and on men's."""
    redness = (0.75 if is_masculine(params) else 1.0) * (1.0 - 0.10 * max(0, params.age - 1))
    return tone * (1 - np.array([0.15, 0.47, 0.38]) * redness) * (1 - 0.10 * darkness(params))


def eyes(params: FaceParameters, centres: np.ndarray, gaze: np.ndarray, pupil: float) -> Eyes:
    """For centres and gaze [2,3] float32 in the posed head, left eye first, and the pupils' angular radius in radians."""
    return Eyes(centres, gaze, triple(EYE_ALBEDO[params.eye_colour]), IRIS_RADIUS, pupil, 1 - 0.40 * darkness(params))


@functools.cache
def skin_noise() -> np.ndarray:
    """Tiling noise [512,512] float32 in [0, 1], of all scales and about evenly distributed."""
    size, random = 512, np.random.RandomState(3)
    total = np.zeros((size, size), np.float32)
    for octave, cells in enumerate((4, 8, 16, 32, 64)):
        values = np.pad(random.rand(cells, cells).astype(np.float32), 3, mode="wrap")
        side, margin = (cells + 6) * size // cells, 3 * size // cells
        smoothed = cv2.resize(values, (side, side), interpolation=cv2.INTER_CUBIC)
        total += smoothed[margin : margin + size, margin : margin + size] * 0.62**octave
    total -= total.min()
    even = cv2.equalizeHist((np.ascontiguousarray(total / total.max()) * 255).astype(np.uint8)).astype(np.float32) / 255
    return np.ascontiguousarray(cv2.GaussianBlur(even, (0, 0), 1))


@functools.cache
def skin_regions() -> np.ndarray:
    """Where skin is red, blushes, has bags, takes eye shadow, shines or freckles: [skin points, 7] float32, columns as in `labels`."""
    head: Head = load_head()
    x, y, z = head.rest[: head.skin_points].T
    ears, eyelids = head.traits[: head.skin_points, lab.EARS], head.traits[: head.skin_points, lab.EYELIDS]
    aside = np.abs(x)

    def spot(across: float, up: float, width: float, height: float) -> np.ndarray:
        return np.exp(-((aside - across) ** 2 / width + (y - up) ** 2 / height))

    nose_tip, chin = spot(0, 6.93, 0.018, 0.008) * (z > 1.4), spot(0, 6.3, 0.04, 0.02)
    redness = 0.8 * spot(0.42, 6.93, 0.03, 0.025) * (z > 0.6) + 0.9 * nose_tip + 0.3 * chin + 0.7 * ears + 0.5 * eyelids
    oily = (0.55 + 0.6 * np.exp(-(aside**2 / 0.03)) + 0.35 * smooth(7.4, 7.7, y)) * (1 - 0.5 * ears)
    columns = {
        lab.AZIMUTH: np.arctan2(x, z - 0.2),
        lab.REDNESS: redness,
        lab.BLUSH: 0.85 * spot(0.48, 6.98, 0.042, 0.026),
        lab.EYE_BAG: spot(0.29, 7.15, 0.022, 0.0035) * (z > 1),
        lab.EYE_SHADOW: spot(0.30, 7.365, 0.024, 0.0050) * (z > 1),
        lab.OILY: oily,
        lab.FRECKLED: spot(0.25, 7.0, 0.12, 0.06),
    }
    return np.stack([columns[column] for column in sorted(columns)], 1).astype(np.float32)
