"""Synthetic faces on disk: the shards that training reads, and one reader for shards and for folders of PNG files.

    python -m synth.dataset --count N --size 128 --seed S --out DIR

writes pairs as shards. A shard `faces_<first seed>.npz` holds up to 250 seeds: image [n,s,s,3] and mask [n,s,s] uint8 (numbers of
`labels.MASK_CLASSES`), landmarks [n,5,2] float32, params [n] (JSON, read with `FaceParameters.from_json`), and pairs, whether each seed's
face is followed by its `variation`.
"""

from __future__ import annotations

import functools
import json
import os
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from errors import ParleyError
from synth.captions import caption, request
from synth.command import in_parallel, run
from synth.folder import METADATA
from synth.parameters import FaceParameters, sample, variation
from synth.render import render

SEEDS_PER_SHARD = 250


@dataclass(frozen=True)
class Shard:
    """The faces of some consecutive seeds, and the file they belong in."""

    path: Path
    seeds: range
    size: int
    pairs: bool

    def faces(self) -> list[FaceParameters]:
        first = [(seed, sample(seed)) for seed in self.seeds]
        if not self.pairs:
            return [params for _, params in first]
        return [face for seed, params in first for face in (params, variation(seed, params))]

    def is_written(self) -> bool:
        """True where the file holds these faces (and perhaps more); ParleyError where it holds others."""
        if not self.path.exists():
            return False
        with np.load(self.path) as data:
            stored = data["params"].tolist()
        wanted = [params.to_json() for params in self.faces()]
        common = min(len(stored), len(wanted))
        if _stored_size(self.path) != self.size or stored[:common] != wanted[:common]:
            raise ParleyError(f"{self.path} already holds other faces (another size, or with and without pairs): choose another folder.")
        return len(stored) >= len(wanted)

    def write(self) -> None:
        """Render and write; the file appears only when it is complete."""
        faces = self.faces()
        renderings = [render(params, self.size) for params in faces]
        unfinished = self.path.with_suffix(f".{os.getpid()}.part")
        with unfinished.open("wb") as file:
            np.savez_compressed(
                file,
                image=np.array([rendering.image for rendering in renderings]),
                mask=np.array([rendering.mask for rendering in renderings]),
                landmarks=np.array([rendering.landmarks for rendering in renderings]),
                params=np.array([params.to_json() for params in faces]),
                pairs=np.array(self.pairs),
            )
        unfinished.replace(self.path)


def _stored_size(path: Path) -> int:
    """Side of a shard's pictures in pixels, without unpacking them."""
    with zipfile.ZipFile(path) as archive, archive.open("image.npy") as file:
        np.lib.format.read_magic(file)
        shape, _, _ = np.lib.format.read_array_header_1_0(file)
    return shape[1]


def places(folder: Path, name: str, first_seed: int, count: int, per_shard: int = SEEDS_PER_SHARD) -> list[tuple[Path, range]]:
    """The shards `<name>_<first seed>.npz` for `count` seeds from `first_seed` on: each one's path and seeds."""
    seeds = range(first_seed, first_seed + count)
    parts = (seeds[start : start + per_shard] for start in range(0, count, per_shard))
    return [(folder / f"{name}_{part[0]:06d}.npz", part) for part in parts]


def write_missing(shards: Sequence[Shard], workers: int) -> None:
    """Write the shards that are not there yet, in `workers` processes, showing progress."""
    for folder in {shard.path.parent for shard in shards}:
        folder.mkdir(parents=True, exist_ok=True)
    missing = [shard for shard in shards if not shard.is_written()]
    if missing:
        for _ in in_parallel(Shard.write, missing, workers, "shard"):
            pass


def shards(folder: Path, first_seed: int, count: int, size: int, pairs: bool) -> list[Shard]:
    """The shards for `count` seeds from `first_seed` on."""
    return [Shard(path, seeds, size, pairs) for path, seeds in places(folder, "faces", first_seed, count)]


def write_faces(folder: Path, first_seed: int, count: int, size: int, pairs: bool, workers: int) -> None:
    write_missing(shards(folder, first_seed, count, size, pairs), workers)


@dataclass(frozen=True, eq=False)
class Example:
    """image [H,W,3] and mask [H,W] (numbers of `labels.MASK_CLASSES`) uint8, landmarks [5,2] float32 as in `render.Rendering`."""

    image: np.ndarray
    mask: np.ndarray
    landmarks: np.ndarray
    params: FaceParameters

    @property
    def caption(self) -> str:
        return caption(self.params)


class Dataset:
    """The faces of a folder that `synth.render`, `synth.pairs` or `write_faces` has written, as a sequence of `Example`.

    Where `pairs` is true, faces 2 i and 2 i + 1 differ in one attribute. Raises ParleyError for a folder without faces.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        if (folder / METADATA).exists():
            rows = [json.loads(line) for line in (folder / METADATA).read_text(encoding="utf-8").splitlines()]
            self.pairs = bool(rows) and "edited_file_name" in rows[0]
            self._rows = [(row, prefix) for row in rows for prefix in (("", "edited_") if self.pairs else ("",))]
            self._places: list[tuple[Path, int]] = []
        else:
            self._rows = []
            self._places, self.pairs = _shard_rows(folder)
        if not len(self):
            raise ParleyError(f"There are no faces in {folder}: write some with python -m synth.render.")

    def __len__(self) -> int:
        return len(self._rows) or len(self._places)

    def __getitem__(self, index: int) -> Example:
        if self._places:
            path, row = self._places[index]
            data = _read_shard(path)
            params = FaceParameters.from_json(str(data["params"][row]))
            return Example(data["image"][row], data["mask"][row], data["landmarks"][row], params)
        row, prefix = self._rows[index]
        image, mask = (np.array(Image.open(self._folder / row[f"{prefix}{name}"])) for name in ("file_name", "mask_file_name"))
        params = FaceParameters.from_json(json.dumps(row[f"{prefix}params"]))
        return Example(image, mask, np.array(row[f"{prefix}landmarks"], np.float32), params)

    def request(self, pair: int) -> str:
        """A sentence that asks for the change from face 2 i to face 2 i + 1, always the same for the same pair."""
        if self._rows:
            return self._rows[2 * pair][0]["request"]
        before, after = self[2 * pair].params, self[2 * pair + 1].params
        return request(before, after, np.random.default_rng(pair))


def _shard_rows(folder: Path) -> tuple[list[tuple[Path, int]], bool]:
    """Shard and row of each face, and whether they are pairs."""
    places, pairs = [], False
    for path in sorted(folder.glob("faces_*.npz")):
        with np.load(path) as data:
            places += [(path, row) for row in range(len(data["params"]))]
            pairs = bool(data["pairs"])
    return places, pairs


@functools.lru_cache(maxsize=2)
def _read_shard(path: Path) -> dict[str, np.ndarray]:
    """Unpacked; reading on in order, one shard is unpacked once."""
    with np.load(path) as data:
        return {name: data[name] for name in data.files}


def _write_pairs(folder: Path, first_seed: int, count: int, size: int, workers: int) -> None:
    write_faces(folder, first_seed, count, size, pairs=True, workers=workers)


if __name__ == "__main__":
    run("synth.dataset", "Render pairs of synthetic faces as the shards that training reads.", _write_pairs)
