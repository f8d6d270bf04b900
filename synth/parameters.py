"""What a synthetic face is: a frozen record of every choice, sampled from one random stream per factor.

Because each factor draws from a stream of its own, changing one attribute leaves every other choice, and so every other source of pixels,
as it was: `with_attribute` yields exact counterfactuals.
"""

from __future__ import annotations

import dataclasses
import json
import zlib
from dataclasses import dataclass

import numpy as np

from graded import GRADED

HAIR_COLOURS = ("black", "dark brown", "brown", "auburn", "red", "blond", "light blond", "gray", "white")
HAIR_STYLES = ("loose", "layered", "tied back", "bun")
EYE_COLOURS = ("dark brown", "brown", "hazel", "green", "blue", "gray")
BEARD_STYLES = ("full", "goatee", "moustache")
EXPRESSIONS = ("neutral", "angry", "sad", "surprised")
LIPSTICKS = ("none", "pink", "red", "dark red", "nude")
HATS = ("none", "beanie", "cap", "brimmed hat")
EARRINGS = ("none", "studs", "hoops", "drops")
NECKLACES = ("none", "chain", "pearls", "pendant")
SWEPT_BACK = 9.0
"""Value of `hair_part` for hair without a parting."""

CHOICES = {
    "hair_colour": HAIR_COLOURS,
    "hair_style": HAIR_STYLES,
    "eye_colour": EYE_COLOURS,
    "beard_style": BEARD_STYLES,
    "expression": EXPRESSIONS,
    "lipstick": LIPSTICKS,
    "hat": HATS,
    "earrings": EARRINGS,
    "necklace": NECKLACES,
}
"""The values that each named choice of `FaceParameters` can take."""

TRAINING_SEEDS = range(0, 600_000)
VALIDATION_SEEDS = range(600_000, 700_000)
HELD_OUT_FROM = 700_000
"""Faces from this seed on are for evaluation only: nothing is trained, tuned or chosen on them."""


SPLITS = (TRAINING_SEEDS, VALIDATION_SEEDS, range(HELD_OUT_FROM, 1 << 30))
STRIDE = 7_919
"""Prime, so that the faces that stand in for one another are far from each other."""


def stand_in(seed: int, k: int) -> int:
    """The seed of the k-th other face of the same split; 0 is `seed` itself."""
    split = next(seeds for seeds in SPLITS if seed in seeds)
    return split[(seed - split.start + k * STRIDE) % len(split)]


@dataclass(frozen=True)
class FaceParameters:
    """Everything that `synth.render.render` needs; two equal records give the same picture.

    Graded attributes are integers 0..5; named choices are listed in `CHOICES`. `masculinity`, `gray` (share of gray hairs), `hair_curl`,
    `hair_volume`, `receding`, `makeup` (of the eyes) and `blush` are in [0, 1]. `weight`, `brow_thickness`, `double_chin`, `cheekbones`,
    `nose_size`, `nose_point` and `lip_size` are in [-1, 1], 0 for the average. `skin_tone` is 0 (palest) to 7 (darkest); `hair_length` is
    in head units (about 12 cm); angles are degrees, positive yaw turns the face to the picture's right. `ancestry` mixes three head
    shapes and sums to 1. The `*_seed` fields start the random streams of things that have no name (a nose's exact shape, a background's
    blobs, a camera's grain).
    """

    bangs: int
    eyeglasses: int
    beard: int
    smile: int
    age: int
    masculinity: float
    ancestry: tuple[float, float, float]
    weight: float
    double_chin: float
    cheekbones: float
    nose_size: float
    nose_point: float
    lip_size: float
    skin_tone: float
    hair_colour: str
    gray: float
    hair_style: str
    hair_length: float
    hair_curl: float
    hair_volume: float
    hair_part: float
    receding: float
    bald: bool
    eye_colour: str
    brow_thickness: float
    beard_style: str
    expression: str
    mouth_open: bool
    eyes_closed: bool
    makeup: float
    lipstick: str
    blush: float
    hat: str
    earrings: str
    necklace: str
    occluded: bool
    yaw: float
    pitch: float
    roll: float
    identity_seed: int
    expression_seed: int
    frame_seed: int
    wear_seed: int
    light_seed: int
    camera_seed: int
    background_seed: int
    clothes_seed: int

    def __post_init__(self) -> None:
        for name in GRADED:
            if getattr(self, name) not in range(6):
                raise ValueError(f"{name} must be a whole degree from 0 to 5, not {getattr(self, name)!r}")
        for name, values in CHOICES.items():
            if getattr(self, name) not in values:
                raise ValueError(f"{name} must be one of {', '.join(values)}, not {getattr(self, name)!r}")

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> FaceParameters:
        fields = json.loads(text)
        return cls(**{**fields, "ancestry": tuple(fields["ancestry"])})


def _stream(seed: int, factor: str) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(factor.encode())])


def sample(seed: int) -> FaceParameters:
    """The face with this number: attributes independent where biology allows, each degree common enough to learn from.

    Skin tone, age and gender presentation are balanced; children have next to no beards, and gray hair does not tell an adult's age.
    """

    def draw(factor: str) -> np.random.Generator:
        return _stream(seed, factor)

    def start(factor: str) -> int:
        return int(draw(factor).integers(1 << 30))

    def chance(factor: str, probability: float) -> bool:
        return bool(draw(factor).random() < probability)

    def about_average(factor: str) -> float:
        return float(np.clip(0.45 * draw(factor).standard_normal(), -1, 1))

    masculine = chance("gender", 0.5)
    age = int(draw("age").integers(6))
    ancestry = draw("ancestry").dirichlet([0.5, 0.5, 0.5])
    tone = float(np.clip(ancestry @ [6.0, 2.3, 1.2] + 0.8 * draw("skin").standard_normal(), 0, 7))
    dark = tone > 3.4
    bald = chance("bald", 0.06 if masculine else 0.01) and age > 0
    beard_odds = [0.40, 0.12, 0.12, 0.12, 0.12, 0.12] if masculine else [0.80, 0.04, 0.04, 0.04, 0.04, 0.04]
    if age == 0:
        beard_odds = [0.95, 0.01, 0.01, 0.01, 0.01, 0.01]
    colour_odds = [0.50, 0.25, 0.06, 0.03, 0.03, 0.02, 0.02, 0.05, 0.04] if dark else [0.15, 0.18, 0.18, 0.08, 0.07, 0.17, 0.08, 0.05, 0.04]
    eye_odds = [0.5, 0.42, 0.02, 0.02, 0.02, 0.02] if dark else [0.15, 0.25, 0.15, 0.10, 0.25, 0.10]
    curls = ([0.2, 0.6, 1.0], [0.2, 0.3, 0.5]) if ancestry[0] > 0.6 else ([0.0, 0.25, 0.6, 1.0], [0.4, 0.3, 0.2, 0.1])
    lengths = (
        ([0.12, 0.3, 0.5, 0.9, 2.0], [0.24, 0.38, 0.24, 0.10, 0.04])
        if masculine
        else ([0.3, 0.5, 1.1, 2.0, 2.8], [0.06, 0.10, 0.24, 0.32, 0.28])
    )
    style_odds = [0.72, 0.18, 0.06, 0.04] if masculine else [0.45, 0.20, 0.20, 0.15]
    lipstick_odds = [0.97, 0.01, 0.005, 0.005, 0.01] if masculine else [0.40, 0.20, 0.18, 0.10, 0.12]
    pose, gray = draw("pose"), draw("gray")
    return FaceParameters(
        bangs=0 if bald else int(draw("bangs").choice(6, p=[0.35, 0.13, 0.13, 0.13, 0.13, 0.13])),
        eyeglasses=int(draw("eyeglasses").choice(6, p=[0.50, 0.10, 0.10, 0.10, 0.10, 0.10])),
        beard=int(draw("beard").choice(6, p=beard_odds)),
        smile=int(draw("smile").integers(6)),
        age=age,
        masculinity=float(masculine),
        ancestry=tuple(float(a) for a in ancestry),
        weight=about_average("weight"),
        double_chin=about_average("double chin"),
        cheekbones=about_average("cheekbones"),
        nose_size=about_average("nose size"),
        nose_point=about_average("nose point"),
        lip_size=about_average("lip size"),
        skin_tone=tone,
        hair_colour=str(draw("hair colour").choice(HAIR_COLOURS, p=colour_odds)),
        gray=float(gray.random()) if gray.random() < 0.15 and age > 0 else 0.0,
        hair_style=str(draw("hair style").choice(HAIR_STYLES, p=style_odds)),
        hair_length=float(draw("hair length").choice(lengths[0], p=lengths[1])),
        hair_curl=float(draw("hair curl").choice(curls[0], p=curls[1])),
        hair_volume=float(draw("hair volume").random()),
        hair_part=float(draw("hair part").choice([-0.35, 0.0, 0.35, SWEPT_BACK])),
        receding=float(draw("receding").random()) if chance("whether receding", 0.25 if masculine else 0.03) and age > 0 else 0.0,
        bald=bald,
        eye_colour=str(draw("eye colour").choice(EYE_COLOURS, p=eye_odds)),
        brow_thickness=about_average("brows"),
        beard_style=str(draw("beard style").choice(BEARD_STYLES, p=[0.84, 0.08, 0.08])),
        expression=str(draw("expression kind").choice(EXPRESSIONS, p=[0.76, 0.08, 0.08, 0.08])),
        mouth_open=chance("mouth open", 0.06),
        eyes_closed=chance("eyes closed", 0.06),
        makeup=float(draw("makeup").choice([0.0, 0.3, 0.6, 1.0], p=[0.94, 0.04, 0.02, 0.0] if masculine else [0.25, 0.25, 0.25, 0.25])),
        lipstick=str(draw("lips").choice(LIPSTICKS, p=lipstick_odds)),
        blush=float(draw("blush").choice([0.0, 0.4, 0.8], p=[0.97, 0.02, 0.01] if masculine else [0.55, 0.25, 0.20])),
        hat=str(draw("hat").choice(HATS, p=[0.88, 0.05, 0.04, 0.03])),
        earrings=str(draw("earrings").choice(EARRINGS, p=[0.95, 0.03, 0.02, 0.0] if masculine else [0.64, 0.12, 0.12, 0.12])),
        necklace=str(draw("necklace").choice(NECKLACES, p=[0.92, 0.06, 0.0, 0.02] if masculine else [0.70, 0.10, 0.10, 0.10])),
        occluded=chance("occluded", 0.05),
        yaw=float(np.clip(14 * pose.standard_normal(), -35, 35)),
        pitch=float(np.clip(6 * pose.standard_normal(), -14, 14)),
        roll=float(3 * pose.standard_normal()),
        identity_seed=start("identity"),
        expression_seed=start("expression"),
        frame_seed=start("frame"),
        wear_seed=start("wear"),
        light_seed=start("light"),
        camera_seed=start("camera"),
        background_seed=start("background"),
        clothes_seed=start("clothes"),
    )


def with_attribute(params: FaceParameters, name: str, degree: int) -> FaceParameters:
    """The same face with one graded attribute at another degree: the counterfactual of an edit.

    Bangs need hair to hang from, so asking a bald head for bangs gives it hair.
    """
    if name not in GRADED:
        raise ValueError(f"{name!r} is not a graded attribute; those are {', '.join(GRADED)}")
    changes: dict[str, object] = {name: degree}
    if name == "bangs" and degree > 0:
        changes["bald"] = False
    return dataclasses.replace(params, **changes)


def variation(seed: int, params: FaceParameters) -> FaceParameters:
    """The counterfactual that accompanies face `seed` in training pairs: seeds take turns over the attributes and over the step."""
    name = GRADED[seed % len(GRADED)]
    step = 1 + seed // len(GRADED) % 5
    return with_attribute(params, name, (getattr(params, name) + step) % 6)
