"""What every engine must keep to, as checks that an engine's own project can run too:

    from tests.contract import check_backend
    check_backend(my_backend, face_image)

A check is a function of a `Case`; it raises AssertionError where the engine breaks the contract of backends/base.py.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pytest
import torch
from PIL import Image

from backends import Backend, BackendInfo, Cancelled, EditPlan, EditStep, Latent, ParleyError
from backends.base import MAX_SAMPLING_STEPS, MIN_SAMPLING_STEPS, Walking
from graded import GRADED

SMALL, LARGE = 1.0, 2.5
"""Degrees; from any start between 0 and 5 there is one direction with room for both."""


@dataclass(eq=False)
class Case:
    """An engine, an aligned face, and what the checks share so that a slow engine encodes it once."""

    backend: Backend
    image: Image.Image

    @property
    def info(self) -> BackendInfo:
        return self.backend.info

    @cached_property
    def latent(self) -> Latent:
        return self.backend.encode(self.image, generator=seeded())

    @cached_property
    def begun(self) -> Image.Image:
        """What edits change: the face itself, or the engine's picture of it."""
        side = self.info.resolution
        return self.image.convert("RGB").resize((side, side), Image.Resampling.LANCZOS) if self.info.exact_changes else self.decoded

    @cached_property
    def decoded(self) -> Image.Image:
        return self.decode(self.latent)

    def decode(self, latent: Latent) -> Image.Image:
        return self.backend.decode(latent, generator=seeded())

    def step(self, attribute: str, degrees: float) -> EditStep:
        """A change by so many degrees, towards the end of the scale that has room for it."""
        return EditStep(attribute, "change", degrees if self.latent.degrees[attribute] <= 2.5 else -degrees)

    def any_plan(self) -> EditPlan:
        if self.info.attributes:
            return EditPlan((self.step(self.info.attributes[0], LARGE),))
        return EditPlan(text="a smiling person with glasses")

    def difference(self, plan: EditPlan) -> float:
        """How far a plan moves the picture: mean absolute change in levels of 255."""
        edited = self.decode(self.backend.edit(self.latent, plan))
        return float(np.abs(np.asarray(edited, float) - np.asarray(self.begun, float)).mean())


def seeded() -> torch.Generator:
    return torch.Generator().manual_seed(7)


def info_is_valid(case: Case) -> None:
    info = case.info
    assert isinstance(info, BackendInfo) and isinstance(case.backend, Backend)
    assert all((info.name, info.title, info.summary, info.paper, info.licence)), "every text of BackendInfo says something"
    assert info.resolution > 0
    assert all(MIN_SAMPLING_STEPS <= steps <= MAX_SAMPLING_STEPS for steps in info.sampling_steps), "recipes hold no others"
    assert set(info.attributes) <= set(GRADED), f"unknown attributes: {set(info.attributes) - set(GRADED)}"
    assert not set(info.prompts) & set(GRADED), "prompts are what no attribute covers"
    assert info.attributes or info.accepts_text, "an engine edits by attributes, by text, or by both"


def decodes_to_its_resolution(case: Case) -> None:
    assert isinstance(case.decoded, Image.Image)
    assert case.decoded.mode == "RGB"
    assert case.decoded.size == (case.info.resolution, case.info.resolution)


def encodes_any_size(case: Case) -> None:
    other = case.image.resize((case.info.resolution + 37,) * 2)
    assert case.decode(case.backend.encode(other, generator=seeded())).size == case.decoded.size


def latent_is_complete(case: Case) -> None:
    assert case.latent.backend == case.info.name
    assert case.latent.plan.is_empty()
    assert set(case.info.attributes) <= case.latent.degrees.keys()
    assert all(0 <= degree <= 5 for degree in case.latent.degrees.values())


def tensors_are_on_the_cpu_without_gradients(case: Case) -> None:
    for latent in (case.latent, case.backend.edit(case.latent, case.any_plan())):
        for name, tensor in latent.tensors.items():
            if isinstance(tensor, torch.Tensor):
                assert tensor.device.type == "cpu", name
                assert not tensor.requires_grad and tensor.grad_fn is None, name


def empty_plan_is_the_identity(case: Case) -> None:
    assert case.decode(case.backend.edit(case.latent, EditPlan())).tobytes() == case.decoded.tobytes()


def edit_does_not_mutate(case: Case) -> None:
    tensors = {name: np.array(value, copy=True) for name, value in case.latent.tensors.items()}
    degrees = dict(case.latent.degrees)
    case.backend.edit(case.latent, case.any_plan())
    assert tensors.keys() == case.latent.tensors.keys() and degrees == dict(case.latent.degrees)
    assert all(np.array_equal(tensors[name], np.asarray(value)) for name, value in case.latent.tensors.items())
    assert case.latent.plan.is_empty()


def edit_keeps_the_plan(case: Case) -> None:
    plan = case.any_plan()
    kept = case.backend.edit(case.latent, plan).plan
    assert kept.to_json() == plan.to_json() == EditPlan.from_json(plan.to_json()).to_json()


def edits_show_and_grow(case: Case) -> None:
    for attribute in case.info.attributes:
        small, large = (case.difference(EditPlan((case.step(attribute, degrees),))) for degrees in (SMALL, LARGE))
        assert 0 < small < large, f"{attribute}: {SMALL} degrees change {small:.3f} levels, {LARGE} degrees {large:.3f}"
    if case.info.accepts_text:
        assert case.difference(EditPlan(text="a smiling person with glasses")) > 0


def prompts_show_and_give_way(case: Case) -> None:
    parts = []
    for prompt in case.info.prompts[:3]:
        part, whole = (case.difference(EditPlan((EditStep(prompt, "set", amount),))) for amount in (SMALL, 5))
        assert part < whole, f"{prompt}: a fifth of it changes {part:.3f} levels, all of it {whole:.3f}"
        assert case.difference(EditPlan((EditStep(prompt, "set", 5), EditStep(prompt, "set", 0)))) == 0
        parts.append(part)
    # Hair that is nearly brown need not change for a fifth of brown.
    assert not parts or sorted(parts)[len(parts) // 2] > 0, f"a fifth of {', '.join(case.info.prompts[:3])} changes {parts} levels"
    if "black hair" in case.info.prompts and "blond hair" in case.info.prompts:
        black, blond = (EditStep(f"{colour} hair", "set", 5) for colour in ("black", "blond"))
        edited = (case.backend.edit(case.latent, EditPlan(steps)) for steps in ((black, blond), (blond,)))
        assert len({case.decode(latent).tobytes() for latent in edited}) == 1, "a colour takes the place of another"


def what_it_cannot_do_is_refused(case: Case) -> None:
    refused = [EditPlan((EditStep("antennae", "set", 3),)), EditPlan(options={"antennae": "long"})]
    refused += [] if case.info.accepts_text else [EditPlan(text="a smiling person with glasses")]
    refused += [] if case.info.accepts_layout else [EditPlan(layout=np.zeros((8, 8), np.uint8))]
    for plan in refused:
        with pytest.raises(ParleyError):
            case.backend.edit(case.latent, plan)


def foreign_latent_is_refused(case: Case) -> None:
    foreign = Latent("somebody else", case.latent.tensors, case.latent.degrees)
    for use in (lambda: case.backend.edit(foreign, EditPlan()), lambda: case.backend.decode(foreign)):
        with pytest.raises(ValueError):
            use()


def same_seed_same_bytes(case: Case) -> None:
    again = case.backend.encode(case.image, generator=seeded())
    assert case.decode(again).tobytes() == case.decoded.tobytes()
    assert case.backend.decode(case.latent).tobytes() == case.backend.decode(case.latent).tobytes(), "without a generator, a fixed seed"


def global_randomness_is_untouched(case: Case) -> None:
    def states() -> tuple:
        _, keys, position, *_ = np.random.get_state()
        return torch.get_rng_state().numpy().tobytes(), keys.tobytes(), position, random.getstate()

    before = states()
    case.backend.decode(case.backend.edit(case.backend.encode(case.image), case.any_plan()))
    assert states() == before


def progress_is_reported(case: Case) -> None:
    for work in (case.backend.encode, case.backend.decode):
        steps: list[tuple[int, int]] = []

        def record(step: int, total: int, preview: Image.Image | None = None, steps: list = steps) -> None:
            steps.append((step, total))

        work(case.image if work == case.backend.encode else case.latent, progress=record)
        name = work.__name__
        assert steps and steps[0][0] == 0, f"{name} reports step 0 before it begins, not {steps[:1]}"
        total = steps[0][1]
        assert steps == sorted(steps) and all(step <= total == of for step, of in steps), f"{name} reports {steps}"


def work_can_be_cancelled(case: Case) -> None:
    def cancel(step: int, total: int, preview: Image.Image | None = None) -> None:
        raise Cancelled

    for work, value in ((case.backend.encode, case.image), (case.backend.decode, case.latent)):
        with pytest.raises(Cancelled):
            work(value, progress=cancel)


def a_way_leads_to_the_edit(case: Case) -> None:
    if not isinstance(case.backend, Walking):
        return
    edited = case.backend.edit(case.latent, case.any_plan())
    waypoints = case.backend.way(edited, generator=seeded())
    pictures = [waypoint.picture.tobytes() for waypoint in waypoints]
    assert pictures[0] == case.begun.tobytes() and pictures[-1] == case.decode(edited).tobytes()
    assert len(set(pictures)) == len(pictures) > 2, "places on the way differ"
    assert not waypoints[0].changing and all(set(waypoint.changing) == {case.info.attributes[0]} for waypoint in waypoints[1:])
    assert [waypoint.picture.tobytes() for waypoint in case.backend.way(case.latent, generator=seeded())] == pictures[:1]


CHECKS: tuple[Callable[[Case], None], ...] = (
    info_is_valid,
    decodes_to_its_resolution,
    encodes_any_size,
    latent_is_complete,
    tensors_are_on_the_cpu_without_gradients,
    empty_plan_is_the_identity,
    edit_does_not_mutate,
    edit_keeps_the_plan,
    edits_show_and_grow,
    prompts_show_and_give_way,
    what_it_cannot_do_is_refused,
    foreign_latent_is_refused,
    same_seed_same_bytes,
    global_randomness_is_untouched,
    progress_is_reported,
    work_can_be_cancelled,
    a_way_leads_to_the_edit,
)


def check_backend(backend: Backend, face_image: Image.Image) -> None:
    """Runs every check; raises AssertionError at the first that fails. `face_image` is an aligned RGB face."""
    case = Case(backend, face_image)
    for check in CHECKS:
        check(case)
