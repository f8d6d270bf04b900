"""Writes synthetic faces to disk as shards, on all cores; run it as `python -m synth.render`.

A shard `faces_<first seed>.npz` holds up to 250 seeds: image [n,s,s,3] uint8, mask [n,s,s] uint8 (numbers of `labels.MASK_CLASSES`) and
params [n] (JSON, read with `FaceParameters.from_json`). With pairs, each seed's face is followed by its `variation`.
"""

from __future__ import annotations

import argparse
import functools
import multiprocessing
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from errors import ParleyError
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
                params=np.array([params.to_json() for params in faces]),
            )
        unfinished.replace(self.path)


def _stored_size(path: Path) -> int:
    """Side of a shard's pictures in pixels, without unpacking them."""
    with zipfile.ZipFile(path) as archive, archive.open("image.npy") as file:
        np.lib.format.read_magic(file)
        shape, _, _ = np.lib.format.read_array_header_1_0(file)
    return shape[1]


def shards(folder: Path, first_seed: int, count: int, size: int, pairs: bool) -> list[Shard]:
    """The shards for `count` seeds from `first_seed` on."""
    seeds = range(first_seed, first_seed + count)
    parts = (seeds[start : start + SEEDS_PER_SHARD] for start in range(0, count, SEEDS_PER_SHARD))
    return [Shard(folder / f"faces_{part[0]:06d}.npz", part, size, pairs) for part in parts]


def write_faces(folder: Path, first_seed: int, count: int, size: int, pairs: bool, workers: int) -> None:
    """Write the shards that `folder` lacks, in `workers` processes, showing progress."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = [shard for shard in shards(folder, first_seed, count, size, pairs) if not shard.is_written()]
    if not missing:
        return
    render(sample(first_seed), size)  # compiles the kernels once, into the cache that the workers read
    with (
        multiprocessing.get_context("spawn").Pool(min(workers, len(missing)), functools.partial(cv2.setNumThreads, 1)) as pool,
        tqdm(total=sum(len(shard.seeds) for shard in missing), unit="seed") as progress,
    ):
        for seeds in pool.imap_unordered(_write, missing):
            progress.update(seeds)


def _write(shard: Shard) -> int:
    shard.write()
    return len(shard.seeds)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m synth.render", description="Render synthetic faces with exact labels.")
    parser.add_argument("--count", type=int, required=True, help="how many seeds")
    parser.add_argument("--size", type=int, default=128, help="side of the pictures in pixels (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="first seed (default: %(default)s); 600000 on validate, 700000 on evaluate")
    parser.add_argument("--out", type=Path, required=True, help="folder for the shards; those already there are kept")
    parser.add_argument("--pairs", action="store_true", help="follow each face by the same one with one attribute changed")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes (default: all %(default)s cores)")
    arguments = parser.parse_args()
    if arguments.count < 1 or arguments.seed < 0 or arguments.workers < 1 or not 32 <= arguments.size <= 1024:
        parser.error("--count and --workers must be at least 1, --seed at least 0, --size from 32 to 1024")
    try:
        write_faces(arguments.out, arguments.seed, arguments.count, arguments.size, arguments.pairs, arguments.workers)
    except ParleyError as error:
        parser.error(str(error))
