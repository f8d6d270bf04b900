"""`python -m evaluation.edits --engine NAME --count N --seed S --out FILE`: how well an engine does what it is asked, on rendered faces.

The renderer gives every face's exact counterfactual, the same person with one attribute changed and nothing else, so an edit is
judged against the truth and not only by a network. Faces are held out: nothing was trained or tuned on them.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage
from tqdm import tqdm

import backends
from backends.base import Backend, EditPlan, EditStep
from evaluation.held_out import held_out_parser, held_out_seeds
from faces import attributes, identity
from graded import GRADED
from synth.parameters import FaceParameters, sample, with_attribute
from synth.render import render

STEP = 3
"""Degrees asked for in every case: from 0..2 up by this many, or from 3..5 down."""
REGION_THRESHOLD = 8
"""Pixels that the counterfactual changes by more than this (of 255) are the attribute's region, ..."""
REGION_MARGIN = 4
"""... widened by this many pixels."""


@dataclass(frozen=True)
class Case:
    """One edit of one face, measured."""

    seed: int
    attribute: str
    change: int
    measured_change: float
    """Degrees the degree network saw, edited minus `unedited`, positive in the asked direction."""
    distance: float
    """Degrees between the measured result and the target."""
    similarity: float
    """Cosine of the identity network's embeddings, edited against `unedited`."""
    similarity_wanted: float
    """The same for the rendered counterfactual against the original: an edit can change who the network sees."""
    outside: float
    """Mean absolute change outside the attribute's region, edited against `unedited`, of 255."""
    error: float
    """Mean absolute difference from the rendered counterfactual, of 255."""
    error_unedited: float
    """The same for `unedited`: what doing nothing scores."""
    psnr: float
    """Of the reconstruction at the engine's default number of steps, in dB."""
    psnr_T20: float
    encode_seconds: float
    edit_seconds: float


def pixels(image: Image.Image) -> np.ndarray:
    return np.asarray(image, dtype=np.float32)


def psnr(a: Image.Image, b: Image.Image) -> float:
    return float(10 * np.log10(255**2 / np.square(pixels(a) - pixels(b)).mean()))


def mean_change(before: Image.Image, after: Image.Image, where: np.ndarray | None = None) -> float:
    """Mean absolute difference, of 255, `where` [H, W] is true, by default everywhere; 0 where that is nowhere."""
    change = np.abs(pixels(after) - pixels(before)).mean(2)
    chosen = change if where is None else change[where]
    return float(chosen.mean()) if chosen.size else 0.0


def changed_region(original: Image.Image, wanted: Image.Image) -> np.ndarray:
    """Where a counterfactual differs, with a margin, [H, W] boolean."""
    differs = np.abs(pixels(wanted) - pixels(original)).max(2) > REGION_THRESHOLD
    return ndimage.binary_dilation(differs, iterations=REGION_MARGIN)


@dataclass(frozen=True, eq=False)
class Wish:
    """A face, `before` and `after` one of its attributes moves by STEP degrees to `target`, as parameters and as pictures."""

    attribute: str
    target: int
    before: FaceParameters
    after: FaceParameters
    original: Image.Image
    wanted: Image.Image

    @property
    def change(self) -> int:
        return self.target - getattr(self.before, self.attribute)

    @property
    def plan(self) -> EditPlan:
        return EditPlan((EditStep(self.attribute, "change", self.change),))

    def region(self) -> np.ndarray:
        """Where the wish may change the picture, [H, W] boolean."""
        return changed_region(self.original, self.wanted)


def wish(seed: int, attribute: str, up: bool, side: int) -> Wish:
    """Face `seed` at `side` pixels, set first to a degree from which it can move by STEP."""
    start = seed // (2 * len(GRADED)) % 3 + (0 if up else 3)
    target = start + (STEP if up else -STEP)
    before = with_attribute(sample(seed), attribute, start)
    after = with_attribute(before, attribute, target)
    return Wish(attribute, target, before, after, *(Image.fromarray(render(face, side).image) for face in (before, after)))


def unedited(backend: Backend, original: Image.Image, rebuilt: Image.Image) -> Image.Image:
    """What an engine's edited picture is to be compared with: the face itself, where that is what it changes, else its picture of it."""
    return original if backend.info.exact_changes else rebuilt


def turn(seed: int) -> tuple[str, bool]:
    """Seeds take turns over the attributes, upwards and downwards."""
    return GRADED[seed % len(GRADED)], seed // len(GRADED) % 2 == 0


def measure_case(backend: Backend, seed: int, attribute: str, up: bool) -> Case:
    asked = wish(seed, attribute, up, backend.info.resolution)
    original, wanted, target = asked.original, asked.wanted, asked.target
    started = time.perf_counter()
    latent = backend.encode(original)
    encoded = time.perf_counter()
    edited = backend.decode(backend.edit(latent, asked.plan))
    finished = time.perf_counter()
    rebuilt = backend.decode(latent)
    begun = unedited(backend, original, rebuilt)
    rebuilt_T20 = backend.decode(backend.edit(latent, EditPlan(sampling_steps=20)))
    before, after = attributes.measure(begun)[attribute], attributes.measure(edited)[attribute]
    return Case(
        seed=seed,
        attribute=attribute,
        change=asked.change,
        measured_change=(after - before) * (1 if up else -1),
        distance=abs(after - target),
        similarity=identity.similarity(edited, begun),
        similarity_wanted=identity.similarity(wanted, original),
        outside=mean_change(begun, edited, ~asked.region()),
        error=mean_change(wanted, edited),
        error_unedited=mean_change(wanted, begun),
        psnr=psnr(rebuilt, original),
        psnr_T20=psnr(rebuilt_T20, original),
        encode_seconds=encoded - started,
        edit_seconds=finished - encoded,
    )


def summarise(cases: list[Case]) -> dict[str, float]:
    """Means over cases; `success` is the share that ended within one degree of the target, `moved` the share that moved by at least one."""

    def mean(name: str) -> float:
        return float(np.mean([getattr(case, name) for case in cases]))

    return {
        "faces": len(cases),
        "success": float(np.mean([case.distance <= 1 for case in cases])),
        "moved": float(np.mean([case.measured_change >= 1 for case in cases])),
        **{name: mean(name) for name in Case.__dataclass_fields__ if name not in ("seed", "attribute", "change", "distance")},
    }


def table(rows: dict[str, dict[str, float]]) -> str:
    """A Markdown table, one row per case of `rows`."""
    lines = [
        "| edit | faces | within 1 degree | moved >= 1 | mean move | similarity (truth) | outside | error (undone) |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, row in rows.items():
        cells = [
            name,
            row["faces"],
            f"{row['success']:.0%}",
            f"{row['moved']:.0%}",
            f"{row['measured_change']:+.1f}",
            f"{row['similarity']:.2f} ({row['similarity_wanted']:.2f})",
            f"{row['outside']:.2f}",
            f"{row['error']:.2f} ({row['error_unedited']:.2f})",
        ]
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = held_out_parser("evaluation.edits", __doc__.splitlines()[0], count=200)
    parser.add_argument("--engine", default="dae")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    backend = backends.get(arguments.engine)
    cases = [measure_case(backend, seed, *turn(seed)) for seed in tqdm(held_out_seeds(arguments), desc=arguments.engine)]
    rows = {}
    for name in GRADED:
        for sign, word in ((1, "more"), (-1, "less")):
            chosen = [case for case in cases if case.attribute == name and case.change * sign > 0]
            if chosen:
                rows[f"{name}, {word}"] = summarise(chosen)
    rows["all"] = overall = summarise(cases)
    print(table(rows))
    print(
        f"\nReconstruction {overall['psnr']:.1f} dB at the default steps, {overall['psnr_T20']:.1f} dB at T = 20; "
        f"encode {overall['encode_seconds']:.2f} s, edit and decode {overall['edit_seconds']:.2f} s."
    )
    arguments.out.write_text(json.dumps({"engine": arguments.engine, "summary": rows, "cases": [asdict(case) for case in cases]}, indent=1))


if __name__ == "__main__":
    main()
