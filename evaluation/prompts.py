"""`python -m evaluation.prompts --engine NAME --count N --seed S --out FILE`: how well an engine does what words alone describe.

Every seed stands for a prompt of assets/prompts.json, in turns, and for a held-out face without it, of which the renderer gives the exact
counterfactual. The engine is asked for all of the prompt. The columns, means over a prompt's faces:

shown        share on which the prompt classifier (`faces.looks`) sees the prompt after the edit; in brackets before it, and in the
             rendered counterfactual
S_dir        cosine of the change that CLIP sees, from the picture before to the edited one, and the change from "a person" to the
             prompt's text; in brackets that of the counterfactual
SC           segmentation consistency: share of the pixels that the counterfactual does not change that the face parser puts into the same
             class as in the input picture
ID           cosine of who the edited and the input face are
outside      mean change, of 255, of the picture before, where the counterfactual does not change
error        mean difference, of 255, from the counterfactual; in brackets that of the picture before: what doing nothing scores

The picture before is the face itself for an engine that changes that, else as the engine rebuilds it (`evaluation.edits.unedited`).
Where the weights of a judge are missing, its column is empty and a line says why.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

import backends
from backends.base import Backend, EditPlan, EditStep
from evaluation.edits import changed_region, mean_change, unedited
from evaluation.held_out import held_out_parser, held_out_seeds
from evaluation.judges import Judges
from graded import MAX_DEGREE
from prompts import NEUTRAL_TEXT, PROMPTS, TEXTS
from synth.prompted import prompted
from synth.render import render


@dataclass(frozen=True)
class Case:
    """One prompt asked of one face; see the module's columns. Probabilities that the prompt shows, None where the judge has no weights."""

    seed: int
    prompt: str
    shown: float | None
    shown_before: float | None
    shown_wanted: float | None
    direction: float | None
    direction_wanted: float | None
    consistency: float | None
    likeness: float | None
    outside: float
    error: float
    error_unedited: float


def measure_case(backend: Backend, judges: Judges, seed: int) -> Case:
    prompt, before, after = prompted(seed)
    original, wanted = (Image.fromarray(render(face, backend.info.resolution).image) for face in (before, after))
    latent = backend.encode(original)
    begun = unedited(backend, original, backend.decode(latent))
    edited = backend.decode(backend.edit(latent, EditPlan((EditStep(prompt, "set", MAX_DEGREE),))))
    outside = ~changed_region(original, wanted)
    return Case(
        seed=seed,
        prompt=prompt,
        shown=judges.shown(edited, prompt),
        shown_before=judges.shown(begun, prompt),
        shown_wanted=judges.shown(wanted, prompt),
        direction=judges.direction(begun, edited, NEUTRAL_TEXT, TEXTS[prompt]),
        direction_wanted=judges.direction(original, wanted, NEUTRAL_TEXT, TEXTS[prompt]),
        consistency=judges.consistency(original, edited, outside),
        likeness=judges.likeness(original, edited),
        outside=mean_change(begun, edited, outside),
        error=mean_change(wanted, edited),
        error_unedited=mean_change(wanted, begun),
    )


def summarise(cases: Sequence[Case]) -> dict[str, float | None]:
    """Means over cases, of probabilities the share above one half; None where a judge is missing."""
    row: dict[str, float | None] = {"faces": len(cases)}
    for name in Case.__dataclass_fields__:
        if name not in ("seed", "prompt"):
            values = [getattr(case, name) for case in cases]
            values = [value > 0.5 for value in values] if name.startswith("shown") and None not in values else values
            row[name] = None if None in values else float(np.mean(values))
    return row


def _written(mean: float | None, shape: str) -> str:
    return "" if mean is None else format(mean, shape)


def table(rows: dict[str, dict[str, float | None]]) -> str:
    """Markdown, a line for each of `rows`."""
    columns = ("prompt", "faces", "shown (before, truth)", "S_dir (truth)", "SC", "ID", "outside", "error (undone)")
    lines = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    for name, row in rows.items():
        shown = "" if row["shown"] is None else f"{row['shown']:.0%} ({row['shown_before']:.0%}, {row['shown_wanted']:.0%})"
        direction = "" if row["direction"] is None else f"{row['direction']:.2f} ({row['direction_wanted']:.2f})"
        judged = (shown, direction, _written(row["consistency"], ".1%"), _written(row["likeness"], ".3f"))
        error = f"{row['error']:.2f} ({row['error_unedited']:.2f})"
        lines.append(f"| {name} | {row['faces']} | {' | '.join(judged)} | {row['outside']:.2f} | {error} |")
    return "\n".join(lines)


def report(cases: Sequence[Case], reasons: dict[str, str]) -> str:
    rows = {}
    for prompt in PROMPTS:
        chosen = [case for case in cases if case.prompt == prompt]
        if chosen:
            rows[prompt] = summarise(chosen)
    rows["all"] = summarise(cases)
    return "\n\n".join([table(rows), *(f"{column} is not measured. {reason}" for column, reason in reasons.items())])


def prompts_parser(module: str, description: str, each: int) -> argparse.ArgumentParser:
    """With --engine, --out and the seeds, which ask for each prompt `each` times by default."""
    seeds_help = f"seeds, which take turns over the {len(PROMPTS)} prompts; those of prompts that the engine lacks are passed over"
    parser = held_out_parser(module, description, count=each * len(PROMPTS), count_help=seeds_help)
    parser.add_argument("--engine", default="dae")
    parser.add_argument("--out", type=Path, required=True)
    return parser


def seeds_of_prompts(parser: argparse.ArgumentParser, arguments: argparse.Namespace, backend: Backend) -> list[int]:
    """Those whose prompt the engine has; the program ends where there are none."""
    seeds = [seed for seed in held_out_seeds(arguments) if PROMPTS[seed % len(PROMPTS)] in backend.info.prompts]
    if not seeds:
        parser.error(f"{backend.info.title} has none of these prompts")
    return seeds


def main() -> None:
    parser = prompts_parser("evaluation.prompts", __doc__.splitlines()[0], each=4)
    arguments = parser.parse_args()
    backend, judges = backends.get(arguments.engine), Judges.present("shown", "S_dir", "SC", "ID")
    seeds = seeds_of_prompts(parser, arguments, backend)
    cases = [measure_case(backend, judges, seed) for seed in tqdm(seeds, unit="face")]
    print(report(cases, judges.reasons))
    told = {"engine": arguments.engine, "missing": judges.reasons, "cases": [asdict(case) for case in cases]}
    arguments.out.write_text(json.dumps(told, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
