"""`python -m evaluation.stable_manipulation --count N --seed S --out FILE`: what ChatFace's Stable Manipulation Strategy gives.

Two studies of the paper (Yue et al. 2023) on held-out rendered faces, each asked for one change of three degrees: its Table 5, edits with
and without SMS at T = 8, and its Figure 15, SMS at T = 4 to 20. Without SMS every step is conditioned on z_edit. FILE gets every case as
JSON, and a picture of the same name shows the first faces. The columns:

S_dir        cosine of the change that CLIP sees, from the rebuilt picture at the same T to the edited one, and the change from a sentence
             about the one degree to a sentence about the other
confirmed    share of edits that the degree network reads at most one degree from what was asked
move         degrees that it sees the edit move, against the rebuilt face, positive where asked
SC           segmentation consistency: share of the pixels outside the attribute's region that the face parser puts into the same class
             as in the input picture
unchanged    share of those pixels within 8 of 255 of the rebuilt face at the same T
ID           cosine of who the edited and the input face are
lost         mean difference from the input picture there, of 255: the detail that coding and editing lose
seconds      of one decoding

Where the weights of a judge are missing, its column says so; "confirmed" then stands for S_dir.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from tqdm import tqdm

import backends
from backends.base import Backend
from evaluation.edits import REGION_THRESHOLD, mean_change, pixels, turn, wish
from evaluation.held_out import held_out_parser, held_out_seeds
from evaluation.judges import Judges
from faces import attributes
from synth.captions import sentence

DEFAULT_T = 8
SETTINGS = ((DEFAULT_T, False), *((T, True) for T in (4, 8, 12, 16, 20)))
"""(T, with SMS) of each edit."""
SHOWN = 12
"""Faces on the sheet."""
HEADER = 18
"""Height of the sheet's first line, in pixels."""


@dataclass(frozen=True)
class Result:
    """One face edited in one setting; see the module's columns. None where the judge has no weights."""

    seed: int
    attribute: str
    change: int
    T: int
    stable: bool
    direction: float | None
    confirmed: bool
    move: float
    consistency: float | None
    unchanged: float
    likeness: float | None
    lost: float
    seconds: float


def study(backend: Backend, judges: Judges, seed: int) -> tuple[list[Result], list[Image.Image]]:
    """Face `seed` in every setting, and the pictures: the input, the wish, the rebuilt face, and one edit a setting."""
    asked = wish(seed, *turn(seed), backend.info.resolution)
    latent, outside, sign = backend.encode(asked.original), ~asked.region(), 1 if asked.change > 0 else -1
    said, told = (sentence(face, asked.attribute, np.random.default_rng(seed)) for face in (asked.before, asked.after))
    rebuilt = {T: backend.decode(backend.edit(latent, replace(asked.plan, steps=(), sampling_steps=T))) for T, _ in SETTINGS}
    results, pictures = [], [asked.original, asked.wanted, rebuilt[DEFAULT_T]]
    for T, stable in SETTINGS:
        options = {"manipulation": "stable (SMS)" if stable else "direct"}
        plan = replace(asked.plan, sampling_steps=T, options=options)
        began = time.perf_counter()
        edited = backend.decode(backend.edit(latent, plan))
        seconds = time.perf_counter() - began
        before, after = (attributes.measure(picture)[asked.attribute] for picture in (rebuilt[T], edited))
        unchanged = np.abs(pixels(edited) - pixels(rebuilt[T])).max(2)[outside] <= REGION_THRESHOLD
        results.append(
            Result(
                seed,
                asked.attribute,
                asked.change,
                T,
                stable,
                judges.direction(rebuilt[T], edited, said, told),
                abs(after - asked.target) <= 1,
                (after - before) * sign,
                judges.consistency(asked.original, edited, outside),
                float(unchanged.mean()) if unchanged.size else 1.0,
                judges.likeness(asked.original, edited),
                mean_change(asked.original, edited, outside),
                seconds,
            )
        )
        pictures.append(edited)
    return results, pictures


def _mean(results: Sequence[Result], name: str) -> float | None:
    values = [getattr(result, name) for result in results]
    return None if None in values else float(np.mean(values))


def table(results: Sequence[Result], settings: Sequence[tuple[int, bool]]) -> str:
    """Markdown, a row a setting; columns without a judge are empty."""
    lines = ["| T | SMS | S_dir | confirmed | move | SC | unchanged | ID | lost | seconds |", "|---" * 10 + "|"]
    shapes = {"direction": ".3f", "confirmed": ".0%", "move": "+.2f", "consistency": ".1%", "unchanged": ".1%", "likeness": ".3f"}
    shapes |= {"lost": ".2f", "seconds": ".2f"}
    for T, stable in settings:
        own = [result for result in results if (result.T, result.stable) == (T, stable)]
        means = ((_mean(own, name), shape) for name, shape in shapes.items())
        cells = ["" if mean is None else format(mean, shape) for mean, shape in means]
        lines.append(f"| {T} | {'on' if stable else 'off'} | {' | '.join(cells)} |")
    return "\n".join(lines)


def report(results: Sequence[Result], reasons: dict[str, str]) -> str:
    on_off = [setting for setting in SETTINGS if setting[0] == DEFAULT_T]
    parts = [
        f"With and without SMS at T = {DEFAULT_T} (ChatFace, Table 5)\n\n{table(results, on_off)}",
        f"With SMS, by sampling steps (ChatFace, Figure 15)\n\n{table(results, [setting for setting in SETTINGS if setting[1]])}",
        *(f"{column} is not measured. {reason}" for column, reason in reasons.items()),
    ]
    return "\n\n".join(parts)


def sheet(rows: Sequence[Sequence[Image.Image]], side: int) -> Image.Image:
    """A row a face under a line that names the columns."""
    names = ["input", "wished for", f"rebuilt, T = {DEFAULT_T}", *(f"T = {T}" if stable else f"T = {T}, no SMS" for T, stable in SETTINGS)]
    picture = Image.new("RGB", (side * len(names), HEADER + side * len(rows)), "white")
    draw = ImageDraw.Draw(picture)
    for column, name in enumerate(names):
        draw.text((side * (column + 0.5), HEADER / 2), name, "black", ImageFont.load_default(HEADER * 0.6), anchor="mm")
        for line, row in enumerate(rows):
            picture.paste(row[column], (side * column, HEADER + side * line))
    return picture


def main() -> None:
    parser = held_out_parser("evaluation.stable_manipulation", __doc__.splitlines()[0], count=200)
    parser.add_argument("--engine", default="dae")
    parser.add_argument("--out", type=Path, required=True, help="JSON file; the sheet gets its name and .png")
    arguments = parser.parse_args()
    backend, judges = backends.get(arguments.engine), Judges.present("S_dir", "SC", "ID")
    if "manipulation" not in {option.name for option in backend.info.options}:
        parser.error(f"{backend.info.title} has no stable manipulation to switch off")
    backend.retoucher = backend.predictor = None  # the study is of diffusion, as in the paper
    results, rows = [], []
    for seed in tqdm(held_out_seeds(arguments), unit="face"):
        found, pictures = study(backend, judges, seed)
        results += found
        rows += [pictures] if len(rows) < SHOWN else []
    print(report(results, judges.reasons))
    told = {"engine": arguments.engine, "missing": judges.reasons, "cases": [asdict(result) for result in results]}
    arguments.out.write_text(json.dumps(told, indent=1), encoding="utf-8")
    sheet(rows, backend.info.resolution).save(arguments.out.with_suffix(".png"))


if __name__ == "__main__":
    main()
