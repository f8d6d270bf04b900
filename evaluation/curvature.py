"""`python -m evaluation.curvature [--count N] [--seed S] --out FILE.svg`: how far the semantic field's ways bend (Talk-to-Edit, Fig. 10).

Random faces of the generator walk towards more of each attribute, one step after the other, until its last degree shows or the walk ends.
Of every step's direction the cosine with the first step's is taken, and averaged over the steps at which the picture shows one degree more
than at the start, two more, and so on.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

import backends
from backends.stylegan.field import Code, Trajectory
from evaluation.chart import Line, line_chart
from evaluation.fields import BATCH, Faces, row
from graded import GRADED, LABELS, MAX_DEGREE

COLOURS = ("#0f766e", "#b45309", "#4338ca", "#be185d", "#4d7c0f")
FEWEST = 5
"""Faces below which an average is not shown."""

Turned = tuple[int, float]
"""How many degrees a picture has changed by, and the cosine of the direction there."""


def followed(faces: Faces, start: Code, attribute: str) -> list[Turned]:
    """Every step of one face's walk, for as long as the engine would follow it."""
    index, trajectory = GRADED.index(attribute), Trajectory(start, faces.backend.steps(attribute, 1, start))
    first, found = None, []
    for positions in torch.arange(faces.backend.patience + 1).split(BATCH):
        cosines = [trajectory.cosine(max(1, int(position))) for position in positions]
        moving = [int(position) for position, cosine in zip(positions, cosines, strict=True) if cosine is not None]
        if not moving:
            break
        degrees = faces.at([trajectory.at(position) for position in moving])[:, index].argmax(dim=1).tolist()
        if MAX_DEGREE in degrees:
            degrees = degrees[: degrees.index(MAX_DEGREE) + 1]
        first = degrees[0] if first is None else first
        found += [(degree - first, cosines[place]) for place, degree in enumerate(degrees)]
        if degrees[-1] == MAX_DEGREE:
            break
    return found[1:]


def averages(walks: Sequence[Sequence[Turned]]) -> dict[int, tuple[float, int]]:
    """By degrees changed (0 and more): the mean over faces of each face's mean cosine there, and how many faces there are."""
    by_change: dict[int, list[float]] = {}
    for walk in walks:
        for change in {change for change, _ in walk if change >= 0}:
            by_change.setdefault(change, []).append(float(np.mean([cosine for other, cosine in walk if other == change])))
    return {change: (float(np.mean(found)), len(found)) for change, found in sorted(by_change.items())}


def table(found: dict[str, dict[int, tuple[float, int]]]) -> str:
    """Markdown: mean cosine (faces), by attribute and degrees changed."""
    changes = sorted({change for averaged in found.values() for change in averaged})
    lines = ["| degrees changed | " + " | ".join(map(str, changes)) + " |", "|---" * (len(changes) + 1) + "|"]
    for name, averaged in found.items():
        cells = [f"{averaged[change][0]:.3f} ({averaged[change][1]})" if change in averaged else "" for change in changes]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def chart(found: dict[str, dict[int, tuple[float, int]]]) -> str:
    """The same as an SVG."""
    lines = []
    for (name, averaged), colour in zip(found.items(), COLOURS, strict=True):
        lines.append(Line(LABELS[name], colour, [(change, cosine) for change, (cosine, faces) in averaged.items() if faces >= FEWEST]))
    lowest = min((cosine for line in lines for _, cosine in line.points), default=0.0)
    bottom = math.floor(lowest * 10) / 10
    return line_chart(lines, "degrees changed", "cosine with the first direction", (0, MAX_DEGREE), (bottom, 1.0))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.curvature", description="How far the semantic field's ways bend.")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    faces = Faces(backends.get("stylegan"))
    with torch.no_grad():
        starts = faces.sampled(arguments.count, arguments.seed)
        found = {
            name: averages([followed(faces, row(starts, number), name) for number in tqdm(range(arguments.count), desc=name)])
            for name in GRADED
        }
    arguments.out.write_text(chart(found), encoding="utf-8")
    print(f"Mean cosine with the first direction (faces):\n\n{table(found)}")


if __name__ == "__main__":
    main()
