"""How far a face is moved along each morph: sex, age, ancestry and weight; a hundred random details; the expression."""

from __future__ import annotations

import numpy as np

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
    "browInnerUp",
    "browDown",
    "eyeWide",
    "eyeBlink",
)

AGEING = (0.0, 0.12, 0.36, 0.60, 0.82, 1.0)
"""Share of the old head in the shape, and strength of wrinkles, at each degree of age."""
CHILD_SHARE = 0.62
"""Share of the child's head at degree 0 of age."""

SMILE = (0.0, 0.50, 0.62, 0.78, 0.90, 1.0)
LIPS_APART = (0.0, 0.0, 0.22, 0.42, 0.52, 0.60)
JAW_OPEN = (0.0, 0.0, 0.015, 0.05, 0.17, 0.34)
"""Each at degrees 0..5 of the smile."""

LARGEST_DETAIL = 0.75
ONE_ENDED_SHARE = 0.6

BASE = {"eye-scale-incr": 0.22, "eye-height2-incr": 0.42}
"""The source's neutral eyes are small."""
MASCULINE = {"chin-width-incr": 0.15, "chin-prominent-incr": 0.2, "forehead-scale-vert-decr": 0.15}
FEMININE = {
    "head-oval": 0.25,
    "chin-width-decr": 0.3,
    "mouth-upperlip-volume-incr": 0.2,
    "mouth-lowerlip-volume-incr": 0.2,
    "eye-scale-incr": 0.15,
    "nose-scale-horiz-decr": 0.15,
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
    for unit, amount in _expression(params).items():
        for name in (f"{unit}Left", f"{unit}Right", unit):
            if name in head.morphs:
                weights[head.morphs[name]] += amount
    return weights


def _add_build(weights: np.ndarray, head: Head, params: FaceParameters) -> None:
    sex = SEXES[0] if is_masculine(params) else SEXES[1]
    child = CHILD_SHARE if params.age == 0 else 0.0
    old = AGEING[params.age]
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


def _expression(params: FaceParameters) -> dict[str, float]:
    """Strength of each face unit: the smile, and a resting expression of brows and lids that is the person's own.

    At degree 0 of the smile one more number is drawn, so brows and lids, too, differ a little between degree 0 and the others.
    """
    random = stream(params.expression_seed, EXPRESSION)
    smile, apart = SMILE[params.smile], LIPS_APART[params.smile]
    frown = 0.10 * random.rand() if params.smile == 0 else 0.0
    return {
        "mouthSmile": smile * 1.15,
        "cheekSquint": smile * 0.45,
        "eyeSquint": smile * 0.12,
        "mouthDimple": smile * 0.2,
        "mouthUpperUp": apart * 0.6,
        "mouthLowerDown": apart * 0.8,
        "jawOpen": JAW_OPEN[params.smile],
        "mouthStretch": apart * 0.3,
        "mouthFrown": frown,
        "browInnerUp": 0.08 + 0.22 * random.rand() ** 2,
        "browDown": 0.10 * random.rand() ** 2,
        "eyeWide": 0.12 + 0.25 * random.rand(),
        "eyeBlink": 0.08 * random.rand(),
    }
