"""Requests for several changes at once, as the renderer grants them: a face, the same face with all of them made, and what was asked."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from graded import GRADED, MAX_DEGREE
from prompts import PROMPTS
from synth.dataset import Shard, places, write_missing
from synth.offered import OFFERED_FRAME
from synth.parameters import FaceParameters, sample, with_attribute
from synth.prompted import LOOKS, with_prompt

PROMPT_TOO = 0.4
"""Share of the requests with a prompt among the changes."""
COMPATIBLE = tuple(name for name in PROMPTS if not LOOKS[name].beard and not set(LOOKS[name].fields) & {*GRADED, "bald"})
"""Prompts that leave the graded attributes, and the hair that they need, alone."""


def several(seed: int) -> tuple[FaceParameters, FaceParameters, dict[str, float]]:
    """Face `seed`, the same with two to five changes, and those: signed degrees, and 5 for all of a prompt."""
    stream = np.random.default_rng([seed, 0x5E])
    before = after = sample(seed)
    asked: dict[str, float] = {}
    count = int(stream.integers(2, len(GRADED) + 1))
    for name in stream.permutation(GRADED)[:count].tolist():
        degree = int(stream.integers(MAX_DEGREE + 1))
        change = degree - getattr(before, name)
        if change and not (name == "bangs" and before.bald):
            asked[name] = float(change)
            after = with_attribute(after, name, degree)
    if after.eyeglasses and not before.eyeglasses:
        after = dataclasses.replace(after, frame_seed=OFFERED_FRAME)
    if stream.random() < PROMPT_TOO:
        name = str(stream.choice(COMPATIBLE))
        if LOOKS[name].visible(after) and not LOOKS[name].shown(after):
            asked[name] = float(MAX_DEGREE)
            after = with_prompt(after, name)
    return before, after, asked


@dataclass(frozen=True)
class SeveralShard(Shard):
    """Faces, each followed by itself with its seed's changes made."""

    def faces(self) -> list[FaceParameters]:
        return [face for seed in self.seeds for face in several(seed)[:2]]


def several_shards(folder: Path, first_seed: int, count: int, size: int) -> list[SeveralShard]:
    """The shards `several_<first seed>.npz` for `count` seeds from `first_seed` on, laid out as `synth.dataset` says."""
    return [SeveralShard(path, seeds, size, True) for path, seeds in places(folder, "several", first_seed, count)]


def write_several(folder: Path, first_seed: int, count: int, size: int, workers: int) -> None:
    write_missing(several_shards(folder, first_seed, count, size), workers)
