"""Sheets of rendered faces for the data set's card.

python -m synth.sheets contact OUT.png        64 faces as they are sampled
python -m synth.sheets sweeps OUT.png         every degree of every graded attribute, on four persons
python -m synth.sheets table                  how often what occurs, over 2,000 seeds
"""

from __future__ import annotations

import argparse
import dataclasses
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image

from graded import GRADED
from synth.parameters import CHOICES, FaceParameters, sample, with_attribute
from synth.render import render

SIZE = 128
CONTACT_SIDE = 8
SWEPT_SEEDS = (42, 97, 18, 83)
COUNTED_SEEDS = 2000


def contact() -> np.ndarray:
    """The first 64 faces, [H,W,3] uint8."""
    return _grid([sample(seed) for seed in range(CONTACT_SIDE**2)], CONTACT_SIDE)


def sweeps() -> np.ndarray:
    """A row for each attribute and pair of persons, six degrees beside six degrees, [H,W,3] uint8."""
    faces = [with_attribute(_plain(seed), name, degree) for name in GRADED for seed in SWEPT_SEEDS for degree in range(6)]
    return _grid(faces, 12)


def table() -> str:
    """Shares of each degree, choice and truth among the first seeds, as Markdown."""
    faces = [sample(seed) for seed in range(COUNTED_SEEDS)]
    lines = ["| what | share of faces |", "|---|---|"]
    for name in (*GRADED, *CHOICES, "bald", "mouth_open", "eyes_closed", "occluded"):
        counts = Counter(getattr(face, name) for face in faces)
        values = range(6) if name in GRADED else CHOICES.get(name, (True,))
        shares = [f"{'yes' if value is True else value} {100 * counts[value] / len(faces):.0f} %" for value in values]
        lines.append(f"| {name.replace('_', ' ')} | {', '.join(shares)} |")
    for name, low, high in (("masculinity", 0, 1), ("skin_tone", 0, 7), ("yaw", -35, 35), ("hair_length", 0, 3)):
        values = np.array([getattr(face, name) for face in faces])
        quarters = ", ".join(f"{value:.1f}" for value in np.percentile(values, [5, 25, 50, 75, 95]))
        lines.append(f"| {name.replace('_', ' ')} ({low} to {high}) | mean {values.mean():.2f}; 5, 25, 50, 75, 95 % lie below {quarters} |")
    return "\n".join(lines)


def _plain(seed: int) -> FaceParameters:
    """A person with nothing that would hide a swept attribute."""
    nothing = {name: 0 for name in ("bangs", "eyeglasses", "beard", "smile")}
    worn = {"hat": "none", "expression": "neutral", "beard_style": "full"}
    hidden = {name: False for name in ("bald", "occluded", "mouth_open", "eyes_closed")}
    return dataclasses.replace(sample(seed), age=2, yaw=0.0, pitch=0.0, roll=0.0, receding=0.0, gray=0.0, **nothing, **worn, **hidden)


def _grid(faces: list[FaceParameters], columns: int) -> np.ndarray:
    images = np.array([render(face, SIZE).image for face in faces])
    rows = len(faces) // columns
    return images.reshape(rows, columns, SIZE, SIZE, 3).swapaxes(1, 2).reshape(rows * SIZE, columns * SIZE, 3)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m synth.sheets", description="Sheets of rendered faces, and how often what occurs.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("contact", "sweeps"):
        commands.add_parser(name).add_argument("out", type=Path, help="PNG file to write")
    commands.add_parser("table")
    arguments = parser.parse_args()
    if arguments.command == "table":
        print(table())
    else:
        Image.fromarray({"contact": contact, "sweeps": sweeps}[arguments.command]()).save(arguments.out)


if __name__ == "__main__":
    main()
