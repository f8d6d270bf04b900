"""Changes by hand instead of by words: a degree set by a slider, a step taken out, the latest change made weaker or stronger.

Each ends in a whole plan, which is carried out from the original latent like any other.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from backends.base import Backend, EditPlan, EditStep, Progress
from chat.editing import Measure, carry_out, measure_degrees, prepare
from chat.history import jump
from chat.session import Session, Turn, Version
from chat.voice import Voice
from errors import ParleyError
from graded import MAX_DEGREE

STRENGTHS = {"subtle": 0.5, "normal": 1.0, "strong": 1.5}
"""What the latest change is multiplied by."""


def planned(session: Session, engine: str) -> dict[str, float]:
    """Every attribute's degree by the plan of the chosen face; empty before it is encoded."""
    encoded = session.encoded.get((engine, session.chosen))
    return encoded.planned(session.plan) if encoded else {}


def with_degree(plan: EditPlan, attribute: str, degree: float) -> EditPlan:
    """The plan with one `set` in place of all its steps about an attribute."""
    return as_in_photo(plan, attribute).with_steps(EditStep(attribute, "set", round(float(degree), 2)))


def as_in_photo(plan: EditPlan, attribute: str) -> EditPlan:
    """The plan without its steps about an attribute."""
    return replace(plan, steps=tuple(step for step in plan.steps if step.attribute != attribute))


def without_step(plan: EditPlan, index: int) -> EditPlan:
    """The plan without its step number `index`. Raises ParleyError where there is none."""
    _require_step(plan, index)
    return replace(plan, steps=plan.steps[:index] + plan.steps[index + 1 :])


def nudged(plan: EditPlan, index: int, degrees: float) -> EditPlan:
    """The plan with step number `index` moved by some degrees; a change that becomes 0 is taken out."""
    _require_step(plan, index)
    step = plan.steps[index]
    low = 0 if step.operation == "set" else -MAX_DEGREE
    moved = replace(step, amount=min(max(step.amount + degrees, low), MAX_DEGREE))
    if moved.operation == "change" and moved.amount == 0:
        return without_step(plan, index)
    return replace(plan, steps=(*plan.steps[:index], moved, *plan.steps[index + 1 :]))


def _require_step(plan: EditPlan, index: int) -> None:
    if index not in range(len(plan.steps)):
        raise ParleyError("This step is no longer part of the plan.")


def at_strength(plan: EditPlan, start: Mapping[str, float], strength: float) -> EditPlan:
    """The plan's way from the `start` degrees (0 for prompts) gone to a fraction (or beyond the end, above 1), as one `set` for each."""
    ends = plan.degrees_from(start)
    steps = (EditStep(name, "set", _on_the_way(start.get(name, 0.0), end, strength)) for name, end in ends.items())
    return replace(plan, steps=tuple(steps))


def _on_the_way(start: float, end: float, strength: float) -> float:
    """The degree at a fraction of the way, or beyond its end; clipped to the scale."""
    return round(min(max(start + strength * (end - start), 0.0), float(MAX_DEGREE)), 2)


def adjust(
    session: Session,
    plan: EditPlan,
    backend: Backend,
    request: str,
    progress: Progress | None = None,
    measure: Measure = measure_degrees,
) -> Session:
    """Carries out a plan made by hand, and says so in the conversation."""
    began = time.perf_counter()
    session = prepare(session, backend, progress, measure)
    before = session.degrees(backend.info.name)
    session = carry_out(session, plan, backend, request, progress, measure)
    turn = Turn(request, *_done(session), None, before, session.degrees(backend.info.name), time.perf_counter() - began)
    return session.saying(turn)


def _done(session: Session) -> tuple[str, tuple[str, ...]]:
    """What is said after a change by hand, and what can be clicked then."""
    voice = Voice(language=session.language)
    return voice.say("by_hand"), (voice.clickable("Undo"),)


def newest_steps(session: Session) -> tuple[EditStep, ...]:
    """Steps of the chosen face's plan that came last, by words or by hand; none where the plan is empty.

    A version that brought none, as where a step was taken out, another face edited or a region protected, is looked past.
    """
    now, number = session.plan.steps, session.version.parent
    while number is not None:
        new = _added(_plan_in(session, number).steps, now)
        if new:
            return new
        number = session.versions[number].parent
    return ()


def _added(before: Sequence[EditStep], now: Sequence[EditStep]) -> tuple[EditStep, ...]:
    """The steps of `now`, in order, that were not there before, or not as often."""
    known, new = Counter(before), []
    for step in now:
        if known[step]:
            known[step] -= 1
        else:
            new.append(step)
    return tuple(new)


def latest(session: Session) -> tuple[str, ...]:
    """Attributes that the latest change of the chosen face was about."""
    before, now = _base_plan(session), _basis(session).edits.get(session.chosen)
    if now is None:
        return ()
    names = dict.fromkeys(step.attribute for step in (*before.steps, *now.plan.steps))
    return tuple(name for name in names if _about(before, name) != _about(now.plan, name))


def _about(plan: EditPlan, attribute: str) -> list[EditStep]:
    return [step for step in plan.steps if step.attribute == attribute]


def _basis(session: Session) -> Version:
    return session.version if session.version.basis is None else session.versions[session.version.basis]


def _base_plan(session: Session) -> EditPlan:
    """The plan before the latest change."""
    parent = _basis(session).parent
    return EditPlan() if parent is None else _plan_in(session, parent)


def _plan_in(session: Session, number: int) -> EditPlan:
    """The plan of the chosen face in a version."""
    edit = session.versions[number].edits.get(session.chosen)
    return edit.plan if edit else EditPlan()


def rescale(
    session: Session, name: str, backend: Backend, request: str, progress: Progress | None = None, measure: Measure = measure_degrees
) -> Session:
    """The latest change again at one of `STRENGTHS`, as a sibling of the version that it was first made in; `request` tells so."""
    names, strength = latest(session), STRENGTHS[name]
    if not names:
        raise ParleyError("There is no change yet that could be made weaker or stronger.")
    basis = session.cursor if session.version.basis is None else session.version.basis
    if strength == 1:
        return jump(session, basis).saying(Turn(request, *_done(session)))
    session = prepare(session, backend, progress, measure)
    encoded, plan = session.encoded[backend.info.name, session.chosen], _base_plan(session)
    start, ends = encoded.planned(plan), encoded.planned(_basis(session).edits[session.chosen].plan)
    for attribute in names:
        plan = with_degree(plan, attribute, _on_the_way(start.get(attribute, 0.0), ends.get(attribute, 0.0), strength))
    session = adjust(replace(session, cursor=_basis(session).parent or 0), plan, backend, request, progress, measure)
    scaled = replace(session.version, basis=basis, strength=strength)
    return replace(session, versions=session.versions[:-1] + (scaled,))
