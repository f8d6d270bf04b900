"""`python -m evaluation.degrees [--count N] [--seed S]`: how well the degree network reads held-out rendered faces."""

from __future__ import annotations

import numpy as np
from PIL import Image
from tqdm import tqdm

from evaluation.held_out import held_out_parser, held_out_seeds
from faces.attributes import measure
from graded import GRADED
from synth.parameters import sample
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
    arguments = held_out_parser("evaluation.degrees", __doc__.splitlines()[0], count=1000).parse_args()
    print(table(*readings(held_out_seeds(arguments))))


if __name__ == "__main__":
    main()
