"""`python -m evaluation.degrees [--count N] [--seed S]`: how well the degree network reads held-out rendered faces."""

from __future__ import annotations

import argparse

import numpy as np
from PIL import Image
from tqdm import tqdm

from faces.attributes import measure
from graded import GRADED
from synth.parameters import HELD_OUT_FROM, sample
from synth.render import render


def readings(seeds: range) -> tuple[np.ndarray, np.ndarray]:
    """True and measured degrees of the faces, [N, 5] each, in the order of GRADED."""
    truth, measured = [], []
    for seed in tqdm(seeds, unit="face"):
        face = sample(seed)
        found = measure(Image.fromarray(render(face).image))
        truth.append([getattr(face, name) for name in GRADED])
        measured.append([found[name] for name in GRADED])
    return np.array(truth), np.array(measured)


def table(truth: np.ndarray, measured: np.ndarray) -> str:
    """Markdown: share of faces read exactly and within one degree, and the mean distance. Chance is 17 % exact."""
    lines = ["| attribute | exact | within 1 degree | mean distance |", "|---|---|---|---|"]
    for name, true, found in zip(GRADED, truth.T, measured.T, strict=True):
        off = np.abs(np.round(found) - true)
        lines.append(f"| {name} | {(off == 0).mean():.0%} | {(off <= 1).mean():.0%} | {np.abs(found - true).mean():.2f} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.degrees", description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=900_000)
    arguments = parser.parse_args()
    if arguments.seed < HELD_OUT_FROM:
        parser.error(f"held-out faces begin at seed {HELD_OUT_FROM}")
    print(table(*readings(range(arguments.seed, arguments.seed + arguments.count))))


if __name__ == "__main__":
    main()
