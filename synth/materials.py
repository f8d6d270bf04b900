"""What a face's surfaces look like: colours of skin, hair, eyes, frames and clothes, and the maps painted on the skin."""

from __future__ import annotations

import functools

import cv2
import numpy as np

from synth import labels as lab
from synth.head import Head, load_head, smooth
from synth.morphs import AGEING, is_masculine
from synth.parameters import FaceParameters
from synth.roots import beard_tint
from synth.streams import CLOTHES, FRAME, SKIN, stream
from synth.surfaces import Accessories, Eyes, Skin, Textures
from synth.wrinkles import wrinkle_maps


def linear(srgb: object) -> np.ndarray:
    """sRGB in 0..255 as linear light in 0..1 (IEC 61966-2-1)."""
    value = np.asarray(srgb, float) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


SKIN_TONES = linear(
    [[222, 184, 162], [214, 172, 146], [204, 160, 130], [188, 142, 110], [166, 120, 90], [138, 94, 67], [106, 69, 48], [76, 48, 35]]
)
"""Albedo at `skin_tone` 0 to 7."""
HAIR_ALBEDO = {
    "black": linear([22, 18, 16]),
    "dark brown": linear([46, 32, 24]),
    "brown": linear([84, 56, 38]),
    "auburn": linear([112, 54, 32]),
    "red": linear([150, 72, 36]),
    "blond": linear([190, 150, 98]),
    "light blond": linear([222, 192, 146]),
    "gray": linear([136, 134, 133]),
    "white": linear([214, 211, 206]),
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
    "pink": linear([206, 84, 112]),
    "red": linear([178, 24, 36]),
    "dark red": linear([104, 20, 40]),
    "nude": linear([196, 104, 90]),
}
PLASTIC_FRAMES = linear([[20, 20, 22], [60, 38, 24], [120, 20, 26], [30, 44, 80]])
METAL_FRAMES = linear([[150, 120, 60], [150, 150, 155]])
GOLD, SILVER = (0.75, 0.6, 0.3), (0.6, 0.6, 0.62)

METAL_DEGREES, DARK_METAL_DEGREE, GLOSSY_BELOW = (1, 2, 4), 2, 3
"""Degrees of eyeglasses with metal frames, with darkened metal, and with glossy frames."""

IRIS_RADIUS = 0.47
FRECKLES_CHANCE, V_NECK_CHANCE = 0.15, 0.5

STUBBLE_TINT = (0, 0.62, 0.60, 0.55, 0.5, 0.5)
"""How much beard hair under the strands darkens the skin, at each degree of beard."""
SHAVEN_TINT = 0.10


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
    ageing, dark, makeup = AGEING[params.age], darkness(params), params.makeup
    tone, hair = skin_tone(params), hair_colour(params)
    wrinkles = _wrinkles(params, random)
    bare_lips = tone * np.array([0.80, 0.50, 0.50]) * (1 - 0.15 * dark) + np.array([0.05, 0.0, 0.005]) * (1 - dark)
    lipstick, cover = LIPSTICK_ALBEDO[params.lipstick] * (1 - 0.35 * dark), 0.0 if params.lipstick == "none" else 0.9
    beard = STUBBLE_TINT[params.beard]
    if params.beard == 0 and is_masculine(params):
        beard = SHAVEN_TINT * (1 - dark)
    skin = Skin(
        tone=_triple(tone),
        lips=_triple(bare_lips * (1 - cover) + lipstick * cover),
        scalp_hair=_triple(hair * 0.6),
        stubble=_triple(tone * 0.25 + hair * 0.5 + np.array([0.01, 0.012, 0.016])),
        cloth=_triple(_cloth(params)),
        oil=(0.75 + 0.5 * random.rand()) * (1 - 0.35 * dark),
        redness=0.55 * (1 - 0.6 * dark) + 0.3 * random.rand(),
        freckles=float(random.rand() < FRECKLES_CHANCE) * (1 - dark) * random.rand(),
        pores=0.10 + 0.12 * ageing,
        age_spots=float(smooth(0.4, 1, ageing) * 0.9),
        bags=0.25 + 0.45 * ageing,
        blush=params.blush,
        eye_shadow=makeup * 0.5,
        lip_gloss=0.0 if params.lipstick == "none" else 0.8,
        scalp_tint=0.0 if params.bald else 0.75,
        pattern=random.rand(),
        neckline=5.93 - 0.25 * random.rand(),
        v_neck=0.45 * float(random.rand() < V_NECK_CHANCE) * random.rand(),
    )
    return skin, Textures(skin_noise(), wrinkles, (beard_tint() * beard).astype(np.float32))


def _triple(colour: np.ndarray) -> tuple[float, float, float]:
    red, green, blue = colour
    return float(red), float(green), float(blue)


def _wrinkles(params: FaceParameters, random: np.random.RandomState) -> np.ndarray:
    """This face's wrinkle depths [512,512] float32: deeper with age, and where a smile folds the skin."""
    ageing, smile = AGEING[params.age], params.smile / 5
    base = {
        "forehead": ageing,
        "frown": ageing * 0.45,
        "crow's feet": ageing + 0.35 * smile * (ageing > 0.1),
        "nasolabial": ageing * 0.9 + 0.15 + 0.22 * smile,
        "marionette": ageing,
        "eye bags": ageing * 0.8 + 0.12,
        "neck": ageing,
    }
    maps = wrinkle_maps()
    total = np.zeros_like(maps["forehead"])
    for name, depth in base.items():
        depth *= (0.7 + 0.4 * random.rand()) if name == "nasolabial" else (0.5 + 0.7 * random.rand())
        if depth > 0.03:
            total += maps[name] * np.float32(min(1.1, depth))
    return total


def _cloth(params: FaceParameters) -> np.ndarray:
    random = stream(params.clothes_seed, CLOTHES)
    hue, value, saturation = random.rand() * 6, random.uniform(0.05, 0.7), random.rand() ** 1.5 * 0.8
    return value * (1 - saturation + saturation * np.clip(np.abs((hue + np.array([0, 4, 2])) % 6 - 3) - 1, 0, 1))


def accessories(params: FaceParameters) -> Accessories:
    frame_random, clothes_random = stream(params.frame_seed, FRAME), stream(params.clothes_seed, CLOTHES)
    plastic, metal = PLASTIC_FRAMES[frame_random.randint(4)], METAL_FRAMES[frame_random.randint(2)]
    frame = metal if params.eyeglasses in METAL_DEGREES else plastic
    if params.eyeglasses == DARK_METAL_DEGREE:
        frame = frame * 0.45
    clothes_random.rand(3)  # hue, value and saturation of the cloth come first
    return Accessories(_triple(frame), 2.5 if params.eyeglasses < GLOSSY_BELOW else 0.8, GOLD if clothes_random.rand() < 0.5 else SILVER)


def eyes(params: FaceParameters, centres: np.ndarray, gaze: np.ndarray, pupil: float) -> Eyes:
    """For centres and gaze [2,3] float32 in the posed head, left eye first, and the pupils' angular radius in radians."""
    return Eyes(centres, gaze, _triple(EYE_ALBEDO[params.eye_colour] * 0.85), IRIS_RADIUS, pupil)


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
    redness = 0.8 * spot(0.42, 6.93, 0.03, 0.025) * (z > 0.6) + 0.9 * nose_tip + 0.3 * chin + 0.7 * ears + 0.25 * eyelids
    oily = (0.55 + 0.6 * np.exp(-(aside**2 / 0.03)) + 0.35 * smooth(7.4, 7.7, y)) * (1 - 0.5 * ears)
    columns = {
        lab.AZIMUTH: np.arctan2(x, z - 0.2),
        lab.REDNESS: redness,
        lab.BLUSH: spot(0.47, 6.98, 0.03, 0.02),
        lab.EYE_BAG: spot(0.29, 7.15, 0.022, 0.0035) * (z > 1),
        lab.EYE_SHADOW: spot(0.29, 7.37, 0.02, 0.0035) * (z > 1),
        lab.OILY: oily,
        lab.FRECKLED: spot(0.25, 7.0, 0.12, 0.06),
    }
    return np.stack([columns[column] for column in sorted(columns)], 1).astype(np.float32)
