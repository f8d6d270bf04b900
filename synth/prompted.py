"""What the prompts of assets/prompts.json mean to the renderer: which faces show them, and the same face with the change made."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from prompts import PROMPTS
from synth.dataset import Shard, places, write_missing
from synth.parameters import FaceParameters, sample, stand_in

LONG, SHORT, GATHERED = 2.4, 0.3, 1.6
"""Hair lengths of the looks, in head units."""
OFFERED_WEAR = 5
"""The `wear_seed` of hats and jewellery that are put on: one look, as in `synth.offered`."""


@dataclass(frozen=True)
class Look:
    """Which faces show a prompt, and the fields that make a face show it."""

    shown: Callable[[FaceParameters], bool]
    fields: Mapping[str, object]
    beard: int = 0
    """The least beard that the look needs."""
    visible: Callable[[FaceParameters], bool] = lambda face: True
    """Whether the look can be seen on a face: eyes behind dark glasses have no colour."""


def _sees_hair(face: FaceParameters) -> bool:
    return not face.bald and face.hat == "none"


def _sees_eyes(face: FaceParameters) -> bool:
    return face.eyeglasses < 4 and not face.eyes_closed


def _is(field: str, value: object) -> Look:
    return Look(lambda face: getattr(face, field) == value, {field: value})


def _worn(field: str, value: str) -> Look:
    return Look(lambda face: getattr(face, field) == value, {field: value, "wear_seed": OFFERED_WEAR})


def _hair_colour(*colours: str) -> Look:
    return Look(lambda face: face.hair_colour in colours and face.gray < 0.4, {"hair_colour": colours[0], "gray": 0.0}, visible=_sees_hair)


def _hair(shown: Callable[[FaceParameters], bool], **fields: object) -> Look:
    return Look(lambda face: not face.bald and shown(face), {"bald": False, **fields}, visible=lambda face: face.hat == "none")


def _eyes(*colours: str) -> Look:
    return Look(lambda face: face.eye_colour in colours, {"eye_colour": colours[0]}, visible=_sees_eyes)


def _beyond(field: str, sign: int) -> Look:
    """For a field in [-1, 1]."""
    return Look(lambda face: sign * getattr(face, field) > 0.5, {field: float(sign)})


def _tone(low: float, aim: float, high: float) -> Look:
    return Look(lambda face: low <= face.skin_tone <= high, {"skin_tone": aim})


def _beard(style: str) -> Look:
    return Look(lambda face: face.beard >= 2 and face.beard_style == style, {"beard_style": style}, beard=3)


def _expression(name: str) -> Look:
    """Expressions show around the mouth only where nobody smiles."""
    return Look(lambda face: face.expression == name and face.smile == 0, {"expression": name, "smile": 0, "mouth_open": False})


LOOKS: Mapping[str, Look] = {
    "black hair": _hair_colour("black"),
    "brown hair": _hair_colour("brown", "dark brown"),
    "blond hair": _hair_colour("blond", "light blond"),
    "red hair": _hair_colour("red", "auburn"),
    "gray hair": Look(lambda face: face.hair_colour == "gray", {"hair_colour": "gray", "gray": 0.7}, visible=_sees_hair),
    "white hair": Look(lambda face: face.hair_colour == "white", {"hair_colour": "white", "gray": 0.0}, visible=_sees_hair),
    "short hair": _hair(lambda face: face.hair_length <= 0.5, hair_length=SHORT, hair_style="loose"),
    "long hair": _hair(
        lambda face: face.hair_length >= 1.8 and face.hair_style in ("loose", "layered"), hair_length=LONG, hair_style="loose"
    ),
    "bald": Look(lambda face: face.bald, {"bald": True, "bangs": 0}, visible=lambda face: face.hat == "none"),
    "receding hairline": Look(lambda face: face.receding > 0.6, {"receding": 0.9, "bald": False, "bangs": 0}, visible=_sees_hair),
    "straight hair": _hair(lambda face: face.hair_curl == 0, hair_curl=0.0),
    "wavy hair": _hair(lambda face: 0 < face.hair_curl < 0.5, hair_curl=0.25),
    "curly hair": _hair(lambda face: face.hair_curl >= 0.5, hair_curl=0.6),
    "hair tied back": _hair(
        lambda face: face.hair_style == "tied back" and face.hair_length >= 1.0, hair_style="tied back", hair_length=GATHERED
    ),
    "hair bun": _hair(lambda face: face.hair_style == "bun" and face.hair_length >= 1.0, hair_style="bun", hair_length=GATHERED),
    "goatee": _beard("goatee"),
    "moustache": _beard("moustache"),
    "angry": _expression("angry"),
    "sad": _expression("sad"),
    "surprised": _expression("surprised"),
    "mouth open": Look(lambda face: (face.mouth_open and face.smile == 0) or face.smile == 5, {"mouth_open": True, "smile": 0}),
    "eyes closed": Look(lambda face: face.eyes_closed, {"eyes_closed": True}, visible=lambda face: face.eyeglasses < 4),
    "masculine": Look(lambda face: face.masculinity > 0.5, {"masculinity": 1.0}),
    "feminine": Look(lambda face: face.masculinity < 0.5, {"masculinity": 0.0}),
    "eye makeup": Look(lambda face: face.makeup >= 0.6, {"makeup": 1.0}, visible=lambda face: face.eyeglasses < 4),
    "no makeup": Look(
        lambda face: face.makeup == 0 and face.blush == 0 and face.lipstick == "none", {"makeup": 0.0, "blush": 0.0, "lipstick": "none"}
    ),
    "blush": Look(lambda face: face.blush >= 0.6, {"blush": 0.8}),
    "red lipstick": _is("lipstick", "red"),
    "pink lipstick": _is("lipstick", "pink"),
    "dark red lipstick": _is("lipstick", "dark red"),
    "nude lipstick": _is("lipstick", "nude"),
    "pale skin": _tone(0, 0.5, 1.2),
    "tanned skin": _tone(2.6, 3.4, 4.2),
    "dark skin": _tone(5, 6, 7),
    "blue eyes": _eyes("blue"),
    "green eyes": _eyes("green"),
    "brown eyes": _eyes("brown", "dark brown"),
    "hazel eyes": _eyes("hazel"),
    "gray eyes": _eyes("gray"),
    "bushy eyebrows": _beyond("brow_thickness", 1),
    "thin eyebrows": _beyond("brow_thickness", -1),
    "big nose": _beyond("nose_size", 1),
    "small nose": _beyond("nose_size", -1),
    "pointy nose": _beyond("nose_point", 1),
    "full lips": _beyond("lip_size", 1),
    "thin lips": _beyond("lip_size", -1),
    "high cheekbones": _beyond("cheekbones", 1),
    "double chin": _beyond("double_chin", 1),
    "chubby face": _beyond("weight", 1),
    "slim face": _beyond("weight", -1),
    "beanie": _worn("hat", "beanie"),
    "cap": _worn("hat", "cap"),
    "brimmed hat": _worn("hat", "brimmed hat"),
    "no hat": _is("hat", "none"),
    "stud earrings": _worn("earrings", "studs"),
    "hoop earrings": _worn("earrings", "hoops"),
    "drop earrings": _worn("earrings", "drops"),
    "no earrings": _is("earrings", "none"),
    "chain necklace": _worn("necklace", "chain"),
    "pearl necklace": _worn("necklace", "pearls"),
    "no necklace": _is("necklace", "none"),
}


def with_prompt(params: FaceParameters, name: str) -> FaceParameters:
    """The same face with a prompt of assets/prompts.json fulfilled; the very same where it shows already."""
    look = LOOKS[name]
    if look.shown(params):
        return params
    return dataclasses.replace(params, **look.fields, beard=max(params.beard, look.beard))


def prompted(seed: int) -> tuple[str, FaceParameters, FaceParameters]:
    """A prompt, a face without it and the same face with it: seeds take turns over the prompts.

    Where face `seed` has nothing to change, another one of the same split stands in.
    """
    name = PROMPTS[seed % len(PROMPTS)]
    stand_ins = (sample(stand_in(seed, k)) for k in itertools.count())
    before = next(face for face in stand_ins if LOOKS[name].visible(face) and not LOOKS[name].shown(face))
    return name, before, with_prompt(before, name)


@dataclass(frozen=True)
class PromptedShard(Shard):
    """Faces, each followed by itself with its seed's prompt fulfilled."""

    def faces(self) -> list[FaceParameters]:
        return [face for seed in self.seeds for face in prompted(seed)[1:]]


def prompted_shards(folder: Path, first_seed: int, count: int, size: int) -> list[PromptedShard]:
    """The shards `prompted_<first seed>.npz` for `count` seeds from `first_seed` on, laid out as `synth.dataset` says."""
    return [PromptedShard(path, seeds, size, True) for path, seeds in places(folder, "prompted", first_seed, count)]


def write_prompted(folder: Path, first_seed: int, count: int, size: int, workers: int) -> None:
    write_missing(prompted_shards(folder, first_seed, count, size), workers)
