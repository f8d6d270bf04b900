"""`python -m evaluation.full_size [--engine NAME] [--count N] [--seed S] --out FILE [--sheet PNG]`: edits as visitors see them.

Networks draw small crops; what a visitor saves is the photo, with the change carried to its full size. Held-out faces are rendered at that
size and edited by words, the way the chat does, and compared with counterfactuals of that size: where those change, and elsewhere. Also
measured is whether the change is as sharp as it should be: how much neighbouring pixels differ there, as a share of the truth's.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

import backends
from backends.base import Backend, EditPlan, EditStep
from chat.editing import carry_out, open_photo
from errors import ParleyError
from evaluation.edits import changed_region, mean_change, pixels
from evaluation.prompts import prompts_parser, seeds_of_prompts
from graded import MAX_DEGREE
from prompts import GROUPS
from synth.prompted import prompted
from synth.render import render

SIDE = 512
"""Of the photos, in pixels: four times that of what the shipped networks see."""
SHOWN = 224
"""Side of a picture on the sheet."""


@dataclass(frozen=True)
class Case:
    """One prompt asked of one photo. Mean differences, of 255, from the counterfactual, where it changes something, `undone` those of the
    photo as it was; the mean change elsewhere; and the edit's `sharpness`, 1 for the truth's."""

    seed: int
    prompt: str
    error: float
    undone: float
    outside: float
    sharpness: float


def edited(backend: Backend, photo: Image.Image, prompt: str) -> Image.Image:
    """The whole photo. Raises ParleyError where no face is found."""
    plan = EditPlan((EditStep(prompt, "set", MAX_DEGREE),))
    return carry_out(open_photo(photo), plan, backend).picture()


def measured(seed: int, prompt: str, photo: Image.Image, made: Image.Image, wanted: Image.Image) -> Case:
    where = changed_region(photo, wanted)
    sharpness = roughness(made, where) / roughness(wanted, where)
    return Case(
        seed, prompt, mean_change(wanted, made, where), mean_change(wanted, photo, where), mean_change(photo, made, ~where), sharpness
    )


def roughness(picture: Image.Image, where: np.ndarray) -> float:
    """By how much, of 255, pixels differ from their neighbours below and to the right, `where` [H, W] is true."""
    seen = pixels(picture).mean(2)
    return sum(float(np.abs(np.diff(seen, axis=axis, append=seen.take([-1], axis)))[where].mean()) for axis in (0, 1))


def report(cases: Sequence[Case]) -> str:
    """Markdown, a line for each group of prompts, and one for all."""
    rows = {group: [case for case in cases if GROUPS[case.prompt] == group] for group in dict.fromkeys(GROUPS.values())}
    lines = ["| prompts | photos | error (undone) | outside | sharpness |", "|---|---|---|---|---|"]
    for name, chosen in (*((name, chosen) for name, chosen in rows.items() if chosen), ("all", cases)):
        error, undone, outside, sharpness = np.mean([list(asdict(case).values())[2:] for case in chosen], axis=0)
        lines.append(f"| {name} | {len(chosen)} | {error:.1f} ({undone:.1f}) | {outside:.2f} | {sharpness:.2f} |")
    return "\n".join(lines)


def main() -> None:
    parser = prompts_parser("evaluation.full_size", __doc__.splitlines()[0], each=2)
    parser.add_argument("--sheet", type=Path, help="photos, edits and counterfactuals of the first seeds, side by side")
    arguments = parser.parse_args()
    backend, cases, rows = backends.get(arguments.engine), [], []
    for seed in tqdm(seeds_of_prompts(parser, arguments, backend), unit="photo"):
        prompt, *faces = prompted(seed)
        photo, wanted = (Image.fromarray(render(face, SIDE).image) for face in faces)
        try:
            made = edited(backend, photo, prompt)
        except ParleyError as error:
            tqdm.write(f"{seed}: {error}")
            continue
        cases.append(measured(seed, prompt, photo, made, wanted))
        rows.append(np.hstack([np.asarray(picture.resize((SHOWN, SHOWN))) for picture in (photo, made, wanted)]))
    if not cases:
        raise SystemExit("No face was found in any of these photos.")
    print(report(cases))
    told = {"engine": arguments.engine, "cases": [asdict(case) for case in cases]}
    arguments.out.write_text(json.dumps(told, indent=1), encoding="utf-8")
    if arguments.sheet:
        Image.fromarray(np.vstack(rows)).save(arguments.sheet)


if __name__ == "__main__":
    main()
