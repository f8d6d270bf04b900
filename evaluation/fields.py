"""`python -m evaluation.fields [--count N] [--seed S] --out FILE`: the semantic field against other ways through the same generator.

Faces are the generator's own, from random z. Every method walks until the engine's predictor sees the asked degree; what came of it is
judged by the degree network of faces/attributes.py, which neither the fields nor the predictor ever met. Distances of identity are those
of its features: there is no FaceNet among the shipped weights. A second table compares the fast loop with the published one.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from tqdm import tqdm

import backends
from backends.stylegan.engine import Steps, StyleGANBackend
from backends.stylegan.enjoy_your_editing import EnjoyYourEditing
from backends.stylegan.field import Code, Trajectory, edited_layers
from backends.stylegan.interfacegan import InterFaceGAN
from backends.stylegan.loop import Outcome, Reading, exact, fast, fractional
from backends.stylegan.multiclass_svm import MulticlassSVM
from faces import attributes
from graded import GRADED, MAX_DEGREE
from training.recipes.stylegan_directions import directions
from training.recipes.stylegan_faces import CodedFaces

FITTED_ON = 800
"""Random faces whose degrees the boundaries of the SVMs are fitted to."""
CHANGE = 2.5
"""Degrees asked for; up where there is room, else down."""

Search = Callable[[Callable[[float], Reading], Reading, float], Outcome]


@dataclass(frozen=True)
class Walked:
    """One attribute of one face, changed by one method, as the degree network sees it."""

    method: str
    attribute: str
    reached: bool
    """Within one degree of what was asked for."""
    identity: float
    """1 - cosine similarity of features."""
    others: float
    """Mean absolute change of the other attributes, degrees."""


def searched(backend: StyleGANBackend, steps: Steps, code: Code, attribute: str, target: float, search: Search) -> tuple[Code, Outcome]:
    def read(place: Code) -> Reading:
        return backend.read(backend.generator(place.w_plus), attribute)

    start = read(code)
    trajectory = Trajectory(code, steps(attribute, 1 if target > start.expected else -1, code))
    outcome = search(lambda position: read(trajectory.at(position)), start, target)
    return trajectory.at(outcome.position), outcome


def sampled(backend: StyleGANBackend, count: int, seed: int) -> Tensor:
    """Random w, [count, D]."""
    generator = torch.Generator().manual_seed(seed)
    return backend.generator.mapping(torch.randn(count, backend.generator.config.style_dim, generator=generator))


def methods(backend: StyleGANBackend) -> dict[str, Steps]:
    """The engine's own steps and those of the comparison methods, fitted on random faces other than those of any seed from 1 on."""
    layers = edited_layers(backend.generator.config.layers)
    w = sampled(backend, FITTED_ON, seed=0)
    pictures = (backend.generator(backend.generator.spread(part)) for part in w.split(10))
    degrees = torch.cat([backend.predictor.probabilities(part).argmax(dim=2) for part in pictures])
    straight = {name: InterFaceGAN.fitted(w, degrees[:, i].float(), layers) for i, name in enumerate(GRADED)}
    bent = {name: MulticlassSVM.fitted(w, degrees[:, i], layers) for i, name in enumerate(GRADED)}
    with torch.enable_grad():
        networks = directions(backend.generator, CodedFaces.training(backend.generator.config.style_dim))
    own = {name: EnjoyYourEditing(network, layers) for name, network in networks.items()}
    return {
        "InterFaceGAN": lambda name, sign, start: straight[name].step(sign),
        "Multiclass SVM": lambda name, sign, start: bent[name].step(sign),
        "Enjoy Your Editing": lambda name, sign, start: own[name].step(sign, start),
        "semantic field": backend.steps,
    }


def walked(backend: StyleGANBackend, method: str, steps: Steps, w: Tensor, attribute: str) -> Walked:
    judge, i = attributes.network(), GRADED.index(attribute)
    code = Code(w, backend.generator.spread(w))
    start = backend.read(backend.generator(code.w_plus), attribute).expected
    asked = CHANGE if start <= MAX_DEGREE / 2 else -CHANGE
    end, _ = searched(backend, steps, code, attribute, start + asked, fractional)
    pictures = backend.generator(torch.cat([code.w_plus, end.w_plus])).clamp(-1, 1)
    change = judge.degrees(pictures).diff(dim=0)[0]
    features = judge.features(pictures)
    return Walked(
        method,
        attribute,
        reached=bool((change[i] - asked).abs() <= 1),
        identity=1 - F.cosine_similarity(features[0], features[1], dim=0).item(),
        others=((change.abs().sum() - change[i].abs()) / (len(GRADED) - 1)).item(),
    )


def table(cases: list[Walked]) -> str:
    """A Markdown table: for every method and attribute the share reached / distance of identity / change of other attributes."""
    lines = ["| | " + " | ".join((*GRADED, "all")) + " |", "|---" * (len(GRADED) + 2) + "|"]
    for method in dict.fromkeys(case.method for case in cases):
        cells = []
        for name in (*GRADED, None):
            chosen = [case for case in cases if case.method == method and name in (case.attribute, None)]
            reached, identity, others = (np.mean([getattr(case, field) for case in chosen]) for field in ("reached", "identity", "others"))
            cells.append(f"{reached:.0%} / {identity:.3f} / {others:.2f}")
        lines.append(f"| {method} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def loops(backend: StyleGANBackend, w: Tensor) -> dict[str, float]:
    """The share of walks at whose end the fast and the published loop see the same degree, and their syntheses, one attribute per face."""
    same, syntheses = [], {exact: [], fast: []}
    for i, one in enumerate(tqdm(w, desc="loops")):
        code, attribute = Code(one[None], backend.generator.spread(one[None])), GRADED[i % len(GRADED)]
        degree = backend.read(backend.generator(code.w_plus), attribute).degree
        target = degree + 2 if degree <= 2 else degree - 2
        outcomes = {search: searched(backend, backend.steps, code, attribute, target, search)[1] for search in syntheses}
        same.append(outcomes[exact].reading.degree == outcomes[fast].reading.degree)
        for search, outcome in outcomes.items():
            syntheses[search].append(outcome.syntheses)
    return {"same": float(np.mean(same)), "exact": float(np.mean(syntheses[exact])), "fast": float(np.mean(syntheses[fast]))}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.fields", description="The semantic field against other methods.")
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    if arguments.seed < 1:
        parser.error("seed 0 is what the comparison methods are fitted on")
    backend = backends.get("stylegan")
    with torch.no_grad():
        w = sampled(backend, arguments.count, arguments.seed)
        chosen = methods(backend)
        cases = [
            walked(backend, method, steps, one[None], name)
            for one in tqdm(w, desc="faces")
            for name in GRADED
            for method, steps in chosen.items()
        ]
        compared = loops(backend, w)
    print(f"Reached / distance of identity / change of the others:\n\n{table(cases)}\n")
    print(
        f"The fast loop ends at the published one's degree in {compared['same']:.0%} of {len(w)} cases, "
        f"with {compared['fast']:.1f} syntheses against {compared['exact']:.1f}."
    )
    arguments.out.write_text(json.dumps({"cases": [asdict(case) for case in cases], "loops": compared}, indent=1))


if __name__ == "__main__":
    main()
