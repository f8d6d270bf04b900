"""The one look that an edit gives where a request leaves it open: "add glasses" does not say which frame.

Averaged over all frames, the code of a face with glasses is nobody's frame, and a blur where one should be. So edits that put glasses on
learn from faces that all wear the same frame.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

from synth.dataset import Shard, places, write_missing
from synth.parameters import FaceParameters, sample, with_attribute

OFFERED_FRAME = 8
"""The `frame_seed` of the offered frame."""


def fitted(seed: int) -> tuple[FaceParameters, FaceParameters]:
    """Face `seed` without glasses, and with the offered ones; seeds take turns over the degrees 1 to 5."""
    bare = with_attribute(sample(seed), "eyeglasses", 0)
    return bare, dataclasses.replace(bare, eyeglasses=1 + seed % 5, frame_seed=OFFERED_FRAME)


@dataclass(frozen=True)
class FittingShard(Shard):
    """Faces without glasses, each followed by itself with the offered ones."""

    def faces(self) -> list[FaceParameters]:
        return [face for seed in self.seeds for face in fitted(seed)]


def fitting_shards(folder: Path, first_seed: int, count: int, size: int) -> list[FittingShard]:
    """The shards `fittings_<first seed>.npz` for `count` seeds from `first_seed` on, laid out as `synth.dataset` says."""
    return [FittingShard(path, seeds, size, True) for path, seeds in places(folder, "fittings", first_seed, count)]


def write_fittings(folder: Path, first_seed: int, count: int, size: int, workers: int) -> None:
    write_missing(fitting_shards(folder, first_seed, count, size), workers)
