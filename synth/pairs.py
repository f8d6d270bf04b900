"""Writes counterfactual pairs: each face beside the same face with one attribute changed, and a request for that change.

    python -m synth.pairs --count N --size 128 --seed S --out DIR

See `synth.folder` for the files, and `synth.parameters.variation` for what changes.
"""

from __future__ import annotations

from pathlib import Path

from synth.command import run
from synth.folder import write_folder


def write_pairs(folder: Path, first_seed: int, count: int, size: int, workers: int) -> None:
    write_folder(folder, first_seed, count, size, pairs=True, workers=workers)


def main() -> None:
    run("synth.pairs", "Render pairs of synthetic faces that differ in one attribute.", write_pairs)


if __name__ == "__main__":
    main()
