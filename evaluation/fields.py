"""`python -m evaluation.fields [--count N] [--seed S] [--inverted M] --out FILE`: the semantic field against other ways through the same
generator.

Faces are the generator's own, from random z, and held-out rendered ones, each taken in once as the engine takes in a photo (encoder,
optimisation, pivotal tuning) and then given to all methods. Every method walks until the engine's predictor sees the asked degree; the
fields, in W+ and in Z, no farther than the engine lets them, the others as far as the loop goes. What came of it is judged by the degree
network of faces/attributes.py and the identity network of faces/identity.py, which neither the fields nor the predictor ever met. The fast
loop is compared with the published one too. Pictures are drawn in bf16 where the processor has it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from tqdm import tqdm

import backends
from backends.dae.semantic_predictor import expected_degrees
from backends.stylegan.engine import SHIPPED_REACH, Steps, StyleGANBackend, reading
from backends.stylegan.enjoy_your_editing import EnjoyYourEditing
from backends.stylegan.field import Code, Trajectory, edited_layers, held_near, z_field_step
from backends.stylegan.generator import Generator
from backends.stylegan.interfacegan import InterFaceGAN
from backends.stylegan.inversion import tuned
from backends.stylegan.loop import Outcome, Reading, exact, fast, fractional
from backends.stylegan.multiclass_svm import MulticlassSVM
from evaluation.held_out import FIRST_SEED
from evaluation.lockstep import lockstep
from faces import attributes, identity
from graded import GRADED, MAX_DEGREE
from precision import half_precision
from synth.parameters import sample
from synth.render import render
from training.recipes.stylegan_directions import directions, fields_in_z
from training.recipes.stylegan_faces import CodedFaces

FITTED_ON = 800
"""Random faces whose degrees the boundaries of the SVMs are fitted to."""
CHANGE = 2.5
"""Degrees asked for; up where there is room, else down."""
BATCH = 16
"""Pictures drawn at once; larger ones are no faster."""
FIELD = "semantic field, W+"
"""The engine's own method."""
Z_STEPS, Z_RATE = 300, 0.05
"""Of the search for the z of a w."""

Ask = Callable[[Code], Tensor]
"""What the predictor says of a place's picture, [5 attributes, 6 degrees]."""
Search = Callable[[Callable[[float], Reading], Reading, float, int], Outcome]


@dataclass(frozen=True)
class Walked:
    """One attribute of one face, changed by one method, as the degree network sees it."""

    face: int
    method: str
    attribute: str
    reached: bool
    """Within one degree of what was asked for."""
    identity: float
    """1 - cosine similarity of embeddings (Talk-to-Edit, eq. 13)."""
    others: float
    """Mean absolute change of the other attributes, degrees."""


class Faces:
    """Faces of the engine's generator, or of one adjusted to a photo, drawn and read in batches."""

    def __init__(self, backend: StyleGANBackend, generator: Generator | None = None):
        self.backend, self.generator = backend, generator or backend.generator

    def sampled(self, count: int, seed: int) -> Code:
        z = torch.randn(count, self.generator.config.style_dim, generator=torch.Generator().manual_seed(seed))
        w = self.generator.mapping(z)
        return Code(w, self.generator.spread(w), z)

    def pictures(self, w_plus: Tensor) -> Tensor:
        with half_precision("cpu"):
            return torch.cat([self.generator(part) for part in w_plus.split(BATCH)]).float().clamp(-1, 1)

    def seen(self, w_plus: Tensor) -> Tensor:
        """What the predictor sees in the pictures, [N, 5 attributes, 6 degrees]."""
        return torch.cat([self.backend.predictor.probabilities(part) for part in self.pictures(w_plus).split(BATCH)])

    def at(self, places: Sequence[Code]) -> Tensor:
        """The same for single places, [N, 5, 6]; one that is named twice is drawn once."""
        distinct = list(dict.fromkeys(places))
        return self.seen(torch.cat([place.w_plus for place in distinct]))[[distinct.index(place) for place in places]]

    def searched(self, ask: Ask, steps: Steps, start: Code, attribute: str, change: float, search: Search) -> tuple[Code, Outcome]:
        """Where a search for a change by so many degrees ends; `fractional` counts from the mean degree, the others from the likeliest."""

        def read(place: Code) -> Reading:
            return reading(ask(place), attribute)

        first = read(start)
        trajectory = Trajectory(start, steps(attribute, 1 if change > 0 else -1, start))
        target = change + (first.expected if search is fractional else first.degree)
        outcome = search(lambda position: read(trajectory.at(position)), first, target, self.backend.patience)
        return trajectory.at(outcome.position), outcome


def row(code: Code, number: int) -> Code:
    return Code(code.w[number : number + 1], code.w_plus[number : number + 1], code.z[number : number + 1])


def inverted(backend: StyleGANBackend, seed: int) -> tuple[Faces, Code]:
    """A held-out rendered face as the engine takes it in: the generator adjusted to it, and where it lies."""
    latent = backend.encode(Image.fromarray(render(sample(seed), backend.info.resolution).image))
    w, w_plus = latent.tensors["w"], latent.tensors["w_plus"]
    return Faces(backend, tuned(backend.generator, backend.adjustment(latent))), Code(w, w_plus, z_of(backend.generator, w))


@torch.enable_grad()
def z_of(generator: Generator, w: Tensor) -> Tensor:
    """The z [1, D], as long as random ones are, whose M(z) is nearest to w [1, D] in w's own deviation."""
    _, deviation = generator.w_statistics()
    z = torch.randn(w.shape, generator=torch.Generator().manual_seed(0)).requires_grad_(True)
    optimiser = torch.optim.Adam([z], lr=Z_RATE)
    for _ in range(Z_STEPS):
        loss = ((generator.mapping(z) - w) / deviation).square().mean()
        (z.grad,) = torch.autograd.grad(loss, z)
        optimiser.step()
    return (z * torch.rsqrt(z.square().mean())).detach()


def methods(faces: Faces) -> dict[str, Steps]:
    """The engine's own steps and those of the comparison methods, fitted on random faces other than those of any seed from 1 on."""
    generator = faces.generator
    layers, training = edited_layers(generator.config.layers), CodedFaces.training(generator.config.style_dim)
    known = faces.sampled(FITTED_ON, seed=0)
    degrees = faces.seen(known.w_plus).argmax(dim=2)
    straight = {name: InterFaceGAN.fitted(known.w, degrees[:, i].float(), layers) for i, name in enumerate(GRADED)}
    bent = {name: MulticlassSVM.fitted(known.w, degrees[:, i], layers) for i, name in enumerate(GRADED)}
    with torch.enable_grad():
        networks, in_z = directions(generator, training), fields_in_z(training)
    own = {name: EnjoyYourEditing(network, layers) for name, network in networks.items()}
    _, deviation = generator.w_statistics()
    return {
        "InterFaceGAN": lambda name, sign, start: straight[name].step(sign),
        "Multiclass SVM": lambda name, sign, start: bent[name].step(sign),
        "Enjoy Your Editing": lambda name, sign, start: own[name].step(sign, start),
        "semantic field, Z": lambda name, sign, start: held_near(
            z_field_step(in_z[name], generator, sign), start, deviation, SHIPPED_REACH
        ),
        FIELD: faces.backend.steps,
    }


def walked(faces: Faces, chosen: dict[str, Steps], start: Code, face: int) -> list[Walked]:
    """Every attribute of one face, changed by every method; `face` is its number."""
    degrees = expected_degrees(faces.at([start])[0])
    cases = [(method, name, CHANGE if degrees[i] <= MAX_DEGREE / 2 else -CHANGE) for i, name in enumerate(GRADED) for method in chosen]

    def search(method: str, attribute: str, change: float) -> Callable[[Ask], Code]:
        return torch.no_grad()(lambda ask: faces.searched(ask, chosen[method], start, attribute, change, fractional)[0])

    ends = lockstep([search(*case) for case in cases], faces.at)
    pictures = faces.pictures(torch.cat([place.w_plus for place in (start, *ends)]))
    before, *after = attributes.network().degrees(pictures)
    first, *others = identity.network()(pictures)
    return [judged(face, *case, after[i] - before, (first @ others[i]).item()) for i, case in enumerate(cases)]


def judged(face: int, method: str, attribute: str, asked: float, change: Tensor, similarity: float) -> Walked:
    """`change` [5] is every attribute's."""
    own = change[GRADED.index(attribute)]
    others = (change.abs().sum() - own.abs()) / (len(GRADED) - 1)
    return Walked(face, method, attribute, bool((own - asked).abs() <= 1), 1 - similarity, others.item())


def table(cases: list[Walked]) -> str:
    """A Markdown table: for every method and attribute the share reached / distance of identity / change of other attributes."""
    lines = ["| | " + " | ".join((*GRADED, "all")) + " |", "|---" * (len(GRADED) + 2) + "|"]
    for method in dict.fromkeys(case.method for case in cases):
        cells = []
        for name in (*GRADED, None):
            chosen = [case for case in cases if case.method == method and name in (case.attribute, None)]
            reached, distance, others = (np.mean([getattr(case, field) for case in chosen]) for field in ("reached", "identity", "others"))
            cells.append(f"{reached:.0%} / {distance:.3f} / {others:.2f}")
        lines.append(f"| {method} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def matched(cases: list[Walked]) -> str:
    """A Markdown table: where a method and the field in W+ both reach what was asked for, distance of identity / change of other
    attributes, each with the field's in brackets; and the number of those cases."""
    own = {(case.face, case.attribute): case for case in cases if case.method == FIELD}
    lines = ["| | " + " | ".join((*GRADED, "all")) + " |", "|---" * (len(GRADED) + 2) + "|"]
    for method in dict.fromkeys(case.method for case in cases if case.method != FIELD):
        cells = []
        for name in (*GRADED, None):
            chosen = [case for case in cases if case.method == method and name in (case.attribute, None) and case.reached]
            pairs = [(case, own[case.face, case.attribute]) for case in chosen if own[case.face, case.attribute].reached]
            cells.append(f"{_beside(pairs)}{len(pairs)}")
        lines.append(f"| {method} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _beside(pairs: list[tuple[Walked, Walked]]) -> str:
    if not pairs:
        return ""
    distance, others = (np.mean([[getattr(case, field) for case in pair] for pair in pairs], axis=0) for field in ("identity", "others"))
    return f"{distance[0]:.3f} ({distance[1]:.3f}) / {others[0]:.2f} ({others[1]:.2f}), "


def loops(faces: Faces, starts: Code) -> dict[str, float]:
    """The share of walks at whose end the fast and the published loop see the same degree, and their syntheses, one attribute per face."""
    steps, searches = faces.backend.steps, (exact, fast)

    def search(number: int, loop: Search) -> Callable[[Ask], Outcome]:
        start, attribute = row(starts, number), GRADED[number % len(GRADED)]

        def run(ask: Ask) -> Outcome:
            change = 2 if reading(ask(start), attribute).degree <= 2 else -2
            return faces.searched(ask, steps, start, attribute, change, loop)[1]

        return torch.no_grad()(run)

    outcomes: list[Outcome] = []
    for part in tqdm(torch.arange(len(starts.w)).split(BATCH // 2), desc="loops"):
        outcomes += lockstep([search(int(number), loop) for number in part for loop in searches], faces.at)
    by_exact, by_fast = outcomes[::2], outcomes[1::2]
    same = [one.reading.degree == other.reading.degree for one, other in zip(by_exact, by_fast, strict=True)]
    means = {loop.__name__: float(np.mean([one.syntheses for one in found])) for loop, found in ((exact, by_exact), (fast, by_fast))}
    return {"same": float(np.mean(same)), **means}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.fields", description="The semantic field against other methods.")
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--inverted", type=int, default=0, help="how many held-out rendered faces to compare on beside the random ones")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    if arguments.seed < 1:
        parser.error("seed 0 is what the comparison methods are fitted on")
    faces = Faces(backends.get("stylegan"))
    with torch.no_grad():
        starts = faces.sampled(arguments.count, arguments.seed)
        compared = loops(faces, starts)
        print(
            f"The fast loop ends at the published one's degree in {compared['same']:.1%} of {arguments.count} cases, "
            f"with {compared['fast']:.1f} syntheses against {compared['exact']:.1f}.\n",
            flush=True,
        )
        chosen, found = methods(faces), {"random": [], "inverted": []}

        def add(kind: str, own: Faces, start: Code, number: int) -> None:
            found[kind] += walked(own, chosen, start, number)
            cases = {kind: [asdict(case) for case in cases] for kind, cases in found.items()}
            arguments.out.write_text(json.dumps({**cases, "loops": compared}, indent=1))

        for number in tqdm(range(arguments.count), desc="random faces"):
            add("random", faces, row(starts, number), number)
        for seed in tqdm(range(FIRST_SEED, FIRST_SEED + arguments.inverted), desc="inverted faces"):
            add("inverted", *inverted(faces.backend, seed), seed)
    for kind, cases in found.items():
        if cases:
            print(f"{kind.capitalize()} faces: reached / distance of identity / change of the others:\n\n{table(cases)}\n")
            print(f"Where a method and the field in W+ both reach it; the field's in brackets; cases:\n\n{matched(cases)}\n")


if __name__ == "__main__":
    main()
