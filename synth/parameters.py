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

HAIR_COLOURS = ("black", "dark brown", "brown", "auburn", "red", "blond", "light blond")
EYE_COLOURS = ("dark brown", "brown", "hazel", "green", "blue", "gray")
LIP_COLOURS = 5
SWEPT_BACK = 9.0
"""Value of `hair_part` for hair without a parting."""

TRAINING_SEEDS = range(0, 600_000)
VALIDATION_SEEDS = range(600_000, 700_000)
HELD_OUT_FROM = 700_000
"""Faces from this seed on are for evaluation only: nothing is trained, tuned or chosen on them."""


@dataclass(frozen=True)
class FaceParameters:
    """Everything that `synth.render.render` needs; two equal records give the same picture.

    Graded attributes are integers 0..5. `masculinity`, `gray`, `hair_curl` and `makeup` are in [0, 1]; `weight` is in [-1, 1];
    `skin_tone` is 0 (palest) to 7 (darkest); `hair_length` is in head units (about 12 cm); angles are degrees, positive yaw turns the
    face to the picture's right. `ancestry` mixes three head shapes and sums to 1. The `*_seed` fields start the random streams of
    things that have no name (a nose's exact shape, a background's blobs).
    """

    bangs: int
    eyeglasses: int
    beard: int
    smile: int
    age: int
    masculinity: float
    ancestry: tuple[float, float, float]
    weight: float
    skin_tone: float
    hair_colour: str
    gray: float
    hair_length: float
    hair_curl: float
    hair_part: float
    bald: bool
    eye_colour: str
    makeup: float
    lip_colour: int
    earrings: bool
    yaw: float
    pitch: float
    roll: float
    identity_seed: int
    expression_seed: int
    frame_seed: int
    light_seed: int
    background_seed: int
    clothes_seed: int

    def __post_init__(self) -> None:
        for name in GRADED:
            if getattr(self, name) not in range(6):
                raise ValueError(f"{name} must be a whole degree from 0 to 5, not {getattr(self, name)!r}")
        if self.hair_colour not in HAIR_COLOURS or self.eye_colour not in EYE_COLOURS:
            raise ValueError(f"unknown colour: hair {self.hair_colour!r}, eyes {self.eye_colour!r}")

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> FaceParameters:
        fields = json.loads(text)
        return cls(**{**fields, "ancestry": tuple(fields["ancestry"])})


def _stream(seed: int, factor: str) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(factor.encode())])


def sample(seed: int) -> FaceParameters:
    """The face with this number: attributes independent where biology allows, each degree common enough to learn from."""

    def draw(factor: str) -> np.random.Generator:
        return _stream(seed, factor)

    def start(factor: str) -> int:
        return int(draw(factor).integers(1 << 30))

    masculine = bool(draw("gender").random() < 0.5)
    ancestry = draw("ancestry").dirichlet([0.5, 0.5, 0.5])
    tone = float(np.clip(ancestry @ [6.0, 2.3, 1.2] + 0.8 * draw("skin").standard_normal(), 0, 7))
    dark = tone > 3.4
    bald = bool(draw("bald").random() < (0.06 if masculine else 0.01))
    beard_odds = [0.40, 0.12, 0.12, 0.12, 0.12, 0.12] if masculine else [0.80, 0.04, 0.04, 0.04, 0.04, 0.04]
    colour_odds = [0.55, 0.28, 0.07, 0.03, 0.03, 0.02, 0.02] if dark else [0.17, 0.20, 0.20, 0.08, 0.06, 0.19, 0.10]
    eye_odds = [0.5, 0.42, 0.02, 0.02, 0.02, 0.02] if dark else [0.15, 0.25, 0.15, 0.10, 0.25, 0.10]
    curls = ([0.2, 0.6, 1.0], [0.2, 0.3, 0.5]) if ancestry[0] > 0.6 else ([0.0, 0.25, 0.6, 1.0], [0.4, 0.3, 0.2, 0.1])
    lengths = (
        ([0.12, 0.3, 0.5, 0.9, 2.0], [0.24, 0.38, 0.24, 0.10, 0.04])
        if masculine
        else ([0.3, 0.5, 1.1, 2.0, 2.8], [0.06, 0.10, 0.24, 0.32, 0.28])
    )
    pose = draw("pose")
    gray = draw("gray")
    return FaceParameters(
        bangs=0 if bald else int(draw("bangs").choice(6, p=[0.35, 0.13, 0.13, 0.13, 0.13, 0.13])),
        eyeglasses=int(draw("eyeglasses").choice(6, p=[0.50, 0.10, 0.10, 0.10, 0.10, 0.10])),
        beard=int(draw("beard").choice(6, p=beard_odds)),
        smile=int(draw("smile").integers(6)),
        age=int(draw("age").integers(6)),
        masculinity=float(masculine),
        ancestry=tuple(float(a) for a in ancestry),
        weight=float(np.clip(0.45 * draw("weight").standard_normal(), -1, 1)),
        skin_tone=tone,
        hair_colour=str(draw("hair colour").choice(HAIR_COLOURS, p=colour_odds)),
        gray=float(gray.random()) if gray.random() < 0.25 else 0.0,
        hair_length=float(draw("hair length").choice(lengths[0], p=lengths[1])),
        hair_curl=float(draw("hair curl").choice(curls[0], p=curls[1])),
        hair_part=float(draw("hair part").choice([-0.35, 0.0, 0.35, SWEPT_BACK])),
        bald=bald,
        eye_colour=str(draw("eye colour").choice(EYE_COLOURS, p=eye_odds)),
        makeup=float(draw("makeup").choice([0.0, 0.3, 0.6, 1.0], p=[0.94, 0.04, 0.02, 0.0] if masculine else [0.25, 0.25, 0.25, 0.25])),
        lip_colour=int(draw("lips").integers(LIP_COLOURS)),
        earrings=bool(draw("earrings").random() < (0.05 if masculine else 0.25)),
        yaw=float(np.clip(14 * pose.standard_normal(), -35, 35)),
        pitch=float(np.clip(6 * pose.standard_normal(), -14, 14)),
        roll=float(3 * pose.standard_normal()),
        identity_seed=start("identity"),
        expression_seed=start("expression"),
        frame_seed=start("frame"),
        light_seed=start("light"),
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
