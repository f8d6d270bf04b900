"""A face, followed by itself with one change or another made: pairs that share their first face cost one rendering each, and not two."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from graded import GRADED, MAX_DEGREE
from prompts import PROMPTS
from synth.dataset import Shard, places, write_missing
from synth.offered import OFFERED_FRAME
from synth.parameters import FaceParameters, sample, with_attribute
from synth.prompted import LOOKS, with_prompt

DEGREES_EACH, PROMPTS_EACH = 2, 10
"""Other degrees of each graded attribute, and prompts, in a fan."""
LONG = 1 + DEGREES_EACH * len(GRADED) + PROMPTS_EACH
"""Faces of a fan."""
RARE = ("no hat", "no earrings", "no necklace")
"""Prompts that few faces have a use for: those get them always."""
SEEDS_PER_SHARD = 25


@dataclass(frozen=True)
class Fan:
    """`graded` are DEGREES_EACH faces for each attribute, in the order of GRADED; `prompted` PROMPTS_EACH prompts and their faces."""

    face: FaceParameters
    graded: tuple[FaceParameters, ...]
    prompted: dict[str, FaceParameters]

    @property
    def faces(self) -> list[FaceParameters]:
        return [self.face, *self.graded, *self.prompted.values()]


def fan(seed: int) -> Fan:
    """That of face `seed`; glasses that it did not have are the offered ones."""
    stream, face = np.random.default_rng([seed, 0xFA]), sample(seed)
    graded = []
    for name in GRADED:
        others = [degree for degree in range(MAX_DEGREE + 1) if degree != getattr(face, name)]
        graded += [with_attribute(face, name, degree) for degree in stream.permutation(others)[:DEGREES_EACH].tolist()]
    if not face.eyeglasses:
        graded = [dataclasses.replace(one, frame_seed=OFFERED_FRAME) if one.eyeglasses else one for one in graded]
    common = [name for name in stream.permutation(PROMPTS).tolist() if name not in RARE]
    useful = (name for name in (*RARE, *common) if LOOKS[name].visible(face) and not LOOKS[name].shown(face))
    return Fan(face, tuple(graded), {name: with_prompt(face, name) for name in islice(useful, PROMPTS_EACH)})


@dataclass(frozen=True)
class FanShard(Shard):
    """Fans, one after the other."""

    def faces(self) -> list[FaceParameters]:
        return [face for seed in self.seeds for face in fan(seed).faces]


def fan_shards(folder: Path, first_seed: int, count: int, size: int) -> list[FanShard]:
    """The shards `fans_<first seed>.npz` for `count` seeds from `first_seed` on, laid out as `synth.dataset` says."""
    return [FanShard(path, seeds, size, True) for path, seeds in places(folder, "fans", first_seed, count, SEEDS_PER_SHARD)]


def write_fans(folder: Path, first_seed: int, count: int, size: int, workers: int) -> None:
    write_missing(fan_shards(folder, first_seed, count, size), workers)
