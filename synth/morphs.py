"""How far a face is moved along each morph: sex, age, ancestry and weight; a hundred random details; the expression."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np

from synth import labels as lab
from synth.head import Head
from synth.parameters import FaceParameters
from synth.streams import EXPRESSION, SHAPE, stream

ANCESTRIES = ("african", "asian", "caucasian")
"""The names of three head shapes in the source data, mixed by `FaceParameters.ancestry`."""
SEXES = ("male", "female")
LIFE_STAGES = ("young", "old", "child")
WEIGHT_CLASSES = ("minweight", "averageweight", "maxweight")
FACE_UNITS = (
    "mouthSmile",
    "cheekSquint",
    "eyeSquint",
    "mouthDimple",
    "mouthUpperUp",
    "mouthLowerDown",
    "jawOpen",
    "mouthStretch",
    "mouthFrown",
    "mouthPress",
    "mouthRollUpper",
    "mouthRollLower",
    "mouthShrugLower",
    "noseSneer",
    "browInnerUp",
    "browOuterUp",
    "browDown",
    "eyeWide",
    "eyeBlink",
)
CONTROL_MORPHS = {
    "head": ("head-age-decr", "head-age-incr", "head-fat-decr", "head-fat-incr"),
    "eyes": ("eye-bag-incr", "eye-bag-decr", "eye-eyefold-down", "eye-eyefold-up"),
    "mouth": ("mouth-laugh-lines-in", "mouth-laugh-lines-out"),
    "cheek": ("cheek-volume-decr", "cheek-volume-incr"),
    "ears": ("ear-scale-incr",),
    "neck": ("neck-double-decr", "neck-double-incr", "neck-scale-horiz-decr", "neck-scale-horiz-incr"),
}
"""By part of the source data: morphs that age, weight and the like move alone; they are never drawn at random."""

OLD_SHARE = (0.0, 0.0, 0.30, 0.56, 0.81, 1.06)
CHILD_SHARE = 1.0
"""Shares of the old head at degrees 0..5 of age, and of the child's at degree 0."""
AGED = {
    "head-age-incr": (0, 0, 0.30, 0.60, 0.90, 1.20),
    "mouth-laugh-lines-out": (0, 0, 0.34, 0.62, 0.88, 1.15),
    "eye-bag-incr": (0, 0, 0.28, 0.58, 0.86, 1.15),
    "eye-eyefold-down": (0, 0, 0.10, 0.30, 0.65, 1.05),
    "cheek-trans-down": (0, 0, 0.05, 0.20, 0.50, 0.80),
    "cheek-volume-decr": (0, 0, 0.05, 0.15, 0.40, 0.90),
    "chin-jaw-drop-incr": (0, 0, 0.05, 0.20, 0.50, 0.80),
    "neck-double-incr": (0, 0, 0.05, 0.20, 0.45, 0.75),
    "mouth-upperlip-volume-decr": (0, 0, 0.05, 0.25, 0.50, 0.85),
    "mouth-lowerlip-volume-decr": (0, 0, 0.05, 0.20, 0.40, 0.70),
    "nose-scale-vert-incr": (0, 0, 0, 0.10, 0.25, 0.45),
    "nose-volume-incr": (0, 0, 0, 0.10, 0.20, 0.35),
    "ear-scale-incr": (0, 0, 0, 0.10, 0.25, 0.50),
    "head-age-decr": (0.8, 0, 0, 0, 0, 0),
    "eye-scale-incr": (0.35, 0, 0, 0, 0, 0),
    "cheek-volume-incr": (0.5, 0, 0, 0, 0, 0),
    "nose-scale-vert-decr": (0.35, 0, 0, 0, 0, 0),
    "nose-scale-horiz-decr": (0.25, 0, 0, 0, 0, 0),
    "chin-width-decr": (0.30, 0, 0, 0, 0, 0),
    "chin-height-decr": (0.30, 0, 0, 0, 0, 0),
}
"""Morph amounts at degrees 0..5 of age, on top of the shares."""

CONTROLS = {
    "weight": ({"head-fat-decr": 0.7, "cheek-volume-decr": 0.5}, {"head-fat-incr": 0.8, "cheek-volume-incr": 0.3, "neck-double-incr": 0.4}),
    "double_chin": ({"neck-double-decr": 1.3}, {"neck-double-incr": 2.5, "chin-jaw-drop-incr": 0.7}),
    "cheekbones": (
        {"cheek-bones-decr": 1.3, "cheek-volume-incr": 0.6},
        {"cheek-bones-incr": 1.2, "cheek-inner-decr": 0.6, "cheek-volume-decr": 0.5},
    ),
    "nose_size": (
        {"nose-scale-horiz-decr": 0.7, "nose-scale-vert-decr": 0.6, "nose-scale-depth-decr": 0.6, "nose-width2-decr": 0.4},
        {"nose-scale-horiz-incr": 0.8, "nose-scale-vert-incr": 0.6, "nose-scale-depth-incr": 0.7, "nose-width2-incr": 0.4},
    ),
    "nose_point": (
        {"nose-point-width-incr": 1.2, "nose-scale-depth-decr": 0.5, "nose-flaring-incr": 0.4},
        {"nose-point-width-decr": 1.2, "nose-scale-depth-incr": 1.0, "nose-flaring-decr": 0.5, "nose-nostrils-width-decr": 0.5},
    ),
    "lip_size": (
        {f"mouth-{lip}lip-{size}-decr": 0.7 for lip in ("upper", "lower") for size in ("volume", "height")},
        {f"mouth-{lip}lip-{size}-incr": 0.8 for lip in ("upper", "lower") for size in ("volume", "height")},
    ),
}
"""Morph amounts at -1 and at 1 of each field of `FaceParameters`."""

SMILES = {
    "mouthSmile": (0.0, 0.58, 0.70, 0.86, 1.00, 1.15),
    "mouthStretch": (0.0, 0.05, 0.14, 0.24, 0.32, 0.42),
    "mouthUpperUp": (0.0, 0.0, 0.32, 0.52, 0.55, 0.58),
    "mouthLowerDown": (0.0, 0.0, 0.36, 0.58, 0.62, 0.68),
    "jawOpen": (0.0, 0.0, 0.04, 0.075, 0.22, 0.46),
    "mouthDimple": (0.0, 0.15, 0.15, 0.18, 0.20, 0.20),
    "cheekSquint": (0.0, 0.22, 0.32, 0.45, 0.55, 0.65),
    "eyeSquint": (0.0, 0.05, 0.08, 0.12, 0.16, 0.22),
}
"""Strength of each face unit at degrees 0..5 of the smile."""
EXPRESSIONS = {
    "neutral": {},
    "angry": {"browDown": 1.15, "browOuterUp": 0.25, "noseSneer": 0.35, "eyeSquint": 0.45},
    "sad": {"browInnerUp": 1.6, "browOuterUp": -0.6, "eyeBlink": 0.20},
    "surprised": {"browInnerUp": 1.3, "browOuterUp": 1.4, "eyeWide": 1.0},
}
MOUTHS = {
    "neutral": {},
    "angry": {"mouthPress": 0.7, "mouthFrown": 0.35, "mouthRollLower": 0.2},
    "sad": {"mouthFrown": 1.0, "mouthShrugLower": 0.45},
    "surprised": {"jawOpen": 0.30, "mouthStretch": -0.15},
}
"""Face units of each expression: of brows and eyes, and of a mouth that does not smile."""
CLOSED_EYES = {"eyeBlink": 1.15, "eyeWide": 0.0, "eyeSquint": 0.0}
DROPPED_JAW = {"jawOpen": 0.55}

LARGEST_DETAIL = 0.75
ONE_ENDED_SHARE = 0.6

BASE = {"eye-scale-incr": 0.25, "eye-height2-incr": 0.48, "mouth-scale-horiz-incr": 0.35, "head-scale-horiz-decr": 0.25}
"""The source's neutral eyes and mouth are small and its head is wide."""
MASCULINE = {"chin-width-incr": 0.15, "chin-prominent-incr": 0.2, "forehead-scale-vert-decr": 0.15}
FEMININE = {
    "head-oval": 0.35,
    "chin-width-decr": 0.45,
    "chin-bones-decr": 0.55,
    "head-invertedtriangular": 0.25,
    "mouth-upperlip-volume-incr": 0.2,
    "mouth-lowerlip-volume-incr": 0.2,
    "eye-scale-incr": 0.15,
    "nose-scale-horiz-decr": 0.25,
    "forehead-scale-vert-decr": 0.2,
}


def is_masculine(params: FaceParameters) -> bool:
    return params.masculinity > 0.5


def morph_weights(head: Head, params: FaceParameters) -> np.ndarray:
    """Weights [M] float32 for `Head.morphed`."""
    weights = np.zeros(len(head.morphs), np.float32)
    _add_build(weights, head, params)
    _add_details(weights, head, stream(params.identity_seed, SHAPE))
    for name, amount in (*BASE.items(), *(MASCULINE if is_masculine(params) else FEMININE).items()):
        weights[head.morphs[name]] += amount
    for name, amounts in AGED.items():
        weights[head.morphs[name]] += amounts[params.age]
    for field, (least, most) in CONTROLS.items():
        value = getattr(params, field)
        for name, amount in (most if value > 0 else least).items():
            weights[head.morphs[name]] += abs(value) * amount
    for unit, amount in _face_units(params).items():
        for name in (f"{unit}Left", f"{unit}Right", unit):
            if name in head.morphs:
                weights[head.morphs[name]] += amount
    return weights


def at_rest(params: FaceParameters) -> FaceParameters:
    """The same face without any expression."""
    return dataclasses.replace(params, smile=0, expression="neutral", mouth_open=False, eyes_closed=False)


def grown_up(params: FaceParameters) -> FaceParameters:
    """The same face as a young adult's."""
    return dataclasses.replace(params, age=1)


def resting_mouth(head: Head, params: FaceParameters) -> np.ndarray:
    """Middle [3] of average lips on the straight head at rest: the camera aims by it, so that no smile reframes the picture."""
    base, moves = _mouth_moves(head)
    average_lips = dataclasses.replace(at_rest(params), lip_size=0.0)
    return (base + morph_weights(head, average_lips) @ moves).astype(np.float32)


@functools.cache
def _mouth_moves(head: Head) -> tuple[np.ndarray, np.ndarray]:
    """The middle of the neutral lips [3] and how far each morph moves it [M,3]; like `Head.morphed`, both are linear."""
    lips = np.flatnonzero(head.traits[: head.skin_points, lab.LIPS] > 0.6)
    share = np.asarray(head.subdivision[lips].mean(0)).ravel()
    base = share @ head.control
    share[head.anchor] -= 1 / len(head.anchor)
    return base, np.einsum("mcd,c->md", head.deltas.reshape(len(head.deltas), -1, 3), share)


def _add_build(weights: np.ndarray, head: Head, params: FaceParameters) -> None:
    sex = SEXES[0] if is_masculine(params) else SEXES[1]
    child = CHILD_SHARE if params.age == 0 else 0.0
    old = OLD_SHARE[params.age]
    by_weight = (max(0, -params.weight), 1 - abs(params.weight), max(0, params.weight))
    for stage, share in zip(LIFE_STAGES, (1 - old - child, old, child), strict=True):
        for ancestry, part in zip(ANCESTRIES, params.ancestry, strict=True):
            weights[head.morphs[f"{ancestry}-{sex}-{stage}"]] += share * part
        for weight_class, part in zip(WEIGHT_CLASSES, by_weight, strict=True):
            weights[head.morphs[f"{weight_class}-{sex}-{stage}"]] += share * part


def _add_details(weights: np.ndarray, head: Head, random: np.random.RandomState) -> None:
    amounts = np.clip(random.randn(len(head.detail_spread)) * head.detail_spread, -LARGEST_DETAIL, LARGEST_DETAIL)
    for low, high, amount in zip(head.detail_low, head.detail_high, amounts, strict=True):
        if low < 0:
            weights[high] += max(0, amount) * ONE_ENDED_SHARE
        else:
            weights[low if amount < 0 else high] += abs(amount)


def _face_units(params: FaceParameters) -> dict[str, float]:
    """Strength of each face unit: a resting face of the person's own, the expression and the smile.

    An expression's mouth and a dropped jaw only show without a smile, so that a degree of the smile always looks the same.
    """
    random = stream(params.expression_seed, EXPRESSION)
    resting_frown = 0.10 * random.rand()
    units = {
        "browInnerUp": 0.15 * random.rand() ** 2,
        "browDown": 0.10 * random.rand() ** 2,
        "eyeWide": 0.12 + 0.20 * random.rand(),
        "eyeBlink": 0.08 * random.rand(),
    }

    def add(changes: dict[str, float]) -> None:
        for unit, amount in changes.items():
            units[unit] = units.get(unit, 0.0) + amount

    add(EXPRESSIONS[params.expression])
    add({unit: amounts[params.smile] for unit, amounts in SMILES.items()})
    if params.smile == 0:
        add({"mouthFrown": resting_frown})
        add(MOUTHS[params.expression])
        if params.mouth_open:
            add(DROPPED_JAW)
    if params.eyes_closed:
        units.update(CLOSED_EYES)
    return units
