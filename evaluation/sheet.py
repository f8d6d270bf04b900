"""`python -m evaluation.sheet --engine NAME [--count N] [--seed S] [--prompts NAME ...] --out FILE`: held-out faces and what an engine
makes of them.

A row a face: as rendered, rebuilt, then each of `EDITS` on its own, and `TOGETHER`; or, in their place, all of each prompt.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

import backends
from backends.base import Backend, EditPlan, EditStep
from evaluation.held_out import held_out_parser, held_out_seeds
from graded import GRADED, MAX_DEGREE
from prompts import PROMPTS
from synth.parameters import sample
from synth.render import render

EDITS = tuple(EditPlan((EditStep(name, "set", degree),)) for name in GRADED for degree in (0.0, 3.0, 5.0))
TOGETHER = EditPlan(tuple(EditStep(name, "set", degree) for name, degree in (("bangs", 3), ("eyeglasses", 3), ("beard", 2), ("smile", 4))))
"""Four changes at once, as a request with several parts asks for them."""


def row(backend: Backend, seed: int, edits: Sequence[EditPlan]) -> np.ndarray:
    """Face `seed`, rebuilt and edited, side by side, [S, (2 + edits) S, 3] uint8."""
    face = Image.fromarray(render(sample(seed), backend.info.resolution).image)
    latent = backend.encode(face)
    pictures = [face] + [backend.decode(backend.edit(latent, plan)) for plan in (EditPlan(), *edits)]
    return np.concatenate([np.asarray(picture) for picture in pictures], axis=1)


def main() -> None:
    parser = held_out_parser("evaluation.sheet", "Held-out faces and what an engine makes of them.", count=8, seed=900_200)
    parser.add_argument("--engine", default="dae")
    parser.add_argument("--prompts", nargs="+", choices=PROMPTS, default=(), metavar="NAME")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    backend = backends.get(arguments.engine)
    edits = [EditPlan((EditStep(name, "set", MAX_DEGREE),)) for name in arguments.prompts] or [*EDITS, TOGETHER]
    rows = [row(backend, seed, edits) for seed in tqdm(held_out_seeds(arguments), unit="face")]
    Image.fromarray(np.concatenate(rows)).save(arguments.out)


if __name__ == "__main__":
    main()
