"""`python -m evaluation.sheet [KIND] [--engine NAME] [--count N] [--seed S] --out FILE`: held-out faces and what an engine makes of them.

A row a face: as rendered, rebuilt, then what KIND says. `single` (the default) are `EDITS` each on its own, or with `--prompts` all of each
prompt; `sweep` is one attribute at growing strength, faces taking turns over the attributes; `together` is all five attributes changed, one
more with every picture. Edits are shown as in the app, their change carried to the face.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

import backends
from backends.base import Backend, EditPlan, EditStep, trace_of
from evaluation.held_out import held_out_parser, held_out_seeds
from faces.composite import paste_back
from graded import GRADED, MAX_DEGREE
from prompts import PROMPTS
from synth.parameters import sample
from synth.render import render

EDITS = tuple(EditPlan((EditStep(name, "set", degree),)) for name in GRADED for degree in (0.0, 3.0, 5.0))
STRENGTHS = (0.2, 0.4, 0.6, 0.8, 1.0)
IN_PLACE = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])

Degrees = Mapping[str, float]


def single(number: int, degrees: Degrees) -> Sequence[EditPlan]:
    return EDITS


def sweep(number: int, degrees: Degrees) -> Sequence[EditPlan]:
    """The attribute of face `number`, from where it is to the far end of its scale, by ChatFace's strength S."""
    name = GRADED[number % len(GRADED)]
    far = MAX_DEGREE if degrees[name] < MAX_DEGREE / 2 else 0
    return [EditPlan((EditStep(name, "set", degrees[name] + strength * (far - degrees[name])),)) for strength in STRENGTHS]


def together(number: int, degrees: Degrees) -> Sequence[EditPlan]:
    """Every attribute to the other half of its scale, one after the other."""
    steps = [EditStep(name, "set", 4.0 if degrees[name] < MAX_DEGREE / 2 else 1.0) for name in GRADED]
    return [EditPlan(tuple(steps[:count])) for count in range(1, len(steps) + 1)]


KINDS: Mapping[str, Callable[[int, Degrees], Sequence[EditPlan]]] = {"single": single, "sweep": sweep, "together": together}


def row(backend: Backend, seed: int, plans: Callable[[int, Degrees], Sequence[EditPlan]]) -> np.ndarray:
    """Face `seed`, rebuilt and edited, side by side, [S, (2 + edits) S, 3] uint8."""
    face = Image.fromarray(render(sample(seed), backend.info.resolution).image)
    latent = backend.encode(face)
    rebuilt = backend.decode(latent)
    pictures = [face, rebuilt]
    for plan in plans(seed, latent.degrees):
        changed = backend.edit(latent, plan)
        edited, trace = backend.decode(changed), trace_of(backend, changed)
        pictures.append(paste_back(face, rebuilt, edited, IN_PLACE, own=face if backend.info.exact_changes else None, trace=trace))
    return np.concatenate([np.asarray(picture) for picture in pictures], axis=1)


def main() -> None:
    parser = held_out_parser("evaluation.sheet", "Held-out faces and what an engine makes of them.", count=8, seed=900_200)
    parser.add_argument("kind", nargs="?", choices=KINDS, default="single")
    parser.add_argument("--engine", default="dae")
    parser.add_argument("--prompts", nargs="+", choices=PROMPTS, default=(), metavar="NAME")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    backend, plans = backends.get(arguments.engine), KINDS[arguments.kind]
    if arguments.prompts:
        if arguments.kind != "single":
            parser.error(f"--prompts shows each on its own, and not as {arguments.kind}")
        edits = [EditPlan((EditStep(name, "set", MAX_DEGREE),)) for name in arguments.prompts]
        plans = lambda number, degrees: edits  # noqa: E731
    rows = [row(backend, seed, plans) for seed in tqdm(held_out_seeds(arguments), unit="face")]
    Image.fromarray(np.concatenate(rows)).save(arguments.out)


if __name__ == "__main__":
    main()
