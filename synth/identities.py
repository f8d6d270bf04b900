"""The same person again: further pictures of one identity, from which a network learns who somebody is rather than what they wear."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from synth.dataset import Shard, places, write_missing
from synth.parameters import FaceParameters, sample, stand_in

WHO = (
    "identity_seed",
    "ancestry",
    "masculinity",
    "weight",
    "double_chin",
    "cheekbones",
    "nose_size",
    "nose_point",
    "lip_size",
    "skin_tone",
    "eye_colour",
    "brow_thickness",
)
"""The fields that make a person; besides them, only age stays near where it was."""


def companion(seed: int, k: int) -> FaceParameters:
    """The k-th picture of identity `seed`; the 0th is `sample(seed)` itself.

    Everything but `WHO` comes from another face of the same split: hair, beard, glasses, hat, make-up, jewellery, expression, pose, light,
    camera, clothes, background. Looks are lent across genders on purpose: neither long hair nor a beard tells who somebody is. Age is off
    by at most one degree, and children get no beard and lose no hair.
    """
    person = sample(seed)
    if k == 0:
        return person
    lender = sample(stand_in(seed, k))
    age = int(np.clip(person.age + np.random.default_rng([seed, k]).integers(-1, 2), 0, 5))
    childlike = {"beard": 0, "bald": False, "receding": 0.0, "gray": 0.0} if age == 0 else {}
    return dataclasses.replace(lender, age=age, **childlike, **{name: getattr(person, name) for name in WHO})


@dataclass(frozen=True)
class IdentityShard(Shard):
    """Some identities, each with `pictures` pictures in a row. `pairs` has no meaning here and is always false."""

    pictures: int

    def faces(self) -> list[FaceParameters]:
        return [companion(seed, k) for seed in self.seeds for k in range(self.pictures)]


def identity_shards(folder: Path, first_seed: int, count: int, size: int, pictures: int) -> list[IdentityShard]:
    """The shards `identities_<first seed>.npz` for `count` identities from `first_seed` on, laid out as `synth.dataset` says."""
    return [IdentityShard(path, seeds, size, False, pictures) for path, seeds in places(folder, "identities", first_seed, count)]


def write_identities(folder: Path, first_seed: int, count: int, size: int, pictures: int, workers: int) -> None:
    write_missing(identity_shards(folder, first_seed, count, size, pictures), workers)
