"""One request for several engines: understood once, carried out by each, so that what they make of it can be compared."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from PIL import Image

import backends
from backends.base import Backend, EditPlan
from chat import reply
from chat.adjust import at_strength
from chat.editing import Measure, carry_out, measure_degrees, prepare
from chat.interpretation import Context, Interpreter
from chat.session import FaceEdit, Session
from chat.talk import with_face
from chat.voice import Voice
from errors import Cancelled, ParleyError
from faces.align import align
from graded import GRADED

MEASURED_SIDE = 256
"""Side of the photo's own crop on which its degrees are measured, in pixels."""

Stage = Literal["load", "encode", "edit"]
Verdict = Literal["reached", "short", "missed", "beyond"]
"""How an asked degree was met: as asked, part of the way, hardly any of it, or overshot."""

_log = logging.getLogger(__name__)


class Watch(Protocol):
    def __call__(self, engine: str, stage: Stage, step: int, total: int, preview: Image.Image | None = None) -> None:
        """Called as one engine after the other gets on; may raise `Cancelled`."""


@dataclass(frozen=True, eq=False)
class Task:
    """What every engine is asked for.

    `plan` sets degrees, resolved against `before`, those measured in the photo itself: "a bit older" is the same age for every engine,
    whatever it takes the face for; prompts are asked for, but nothing measures them. `notes` say what else was in the request.
    """

    session: Session
    request: str
    plan: EditPlan
    before: Mapping[str, float]
    notes: str = ""

    @property
    def targets(self) -> dict[str, float]:
        return self.plan.degrees_from(self.before)


@dataclass(frozen=True, eq=False)
class Attempt:
    """What one engine made of a task: a session with the edit on show, or None and what `error` kept it from one.

    Seconds are those that a visitor waits, with measuring; `encode_seconds` is None where the face had been encoded before.
    """

    engine: str
    title: str
    session: Session | None = None
    error: ParleyError | None = None
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    side_effects: Mapping[str, float] = field(default_factory=dict)
    """By how many degrees each attribute moved that nobody asked about, where that is worth telling."""
    encode_seconds: float | None = None
    edit_seconds: float = 0.0

    @property
    def edit(self) -> FaceEdit | None:
        return self.session and self.session.version.edits[self.session.chosen]


def understood(session: Session, request: str, interpreter: Interpreter, measure: Measure = measure_degrees) -> Task:
    """A request about the session's chosen face, or about one that it names.

    Raises ParleyError where it asks for no degree of anything.
    """
    before = _seen(session, measure)
    prompts = tuple(dict.fromkeys(name for one in backends.available() if one.info and not one.reason for name in one.info.prompts))
    asked = interpreter.interpret(request, Context(degrees=before, prompts=prompts, language=session.language))
    voice, every = Voice(request, language=asked.language or session.language), reply.Engine(GRADED, prompts)
    if not asked.steps:
        raise ParleyError(reply.not_understood(voice, asked, every))
    turned = with_face(session, asked)
    if turned is not session:
        before = _seen(turned, measure)
    plan = at_strength(EditPlan(asked.steps, asked.sampling_steps), before, 1.0)
    return Task(turned, request, plan, before, " ".join(reply.asides(voice, asked, every)))


def _seen(session: Session, measure: Measure) -> Mapping[str, float]:
    return measure(align(session.photo, session.faces[session.chosen], MEASURED_SIDE).image)


def compare(
    task: Task,
    engines: Sequence[tuple[str, str]],
    load: Callable[[str], Backend],
    watch: Watch | None = None,
    measure: Measure = measure_degrees,
) -> Iterator[Attempt]:
    """The task done by each of `engines` (name, title), one after the other. One that cannot do it keeps no other from trying.

    Raises `Cancelled` out of `watch`.
    """
    for name, title in engines:
        try:
            yield _attempt(task, name, load, watch, measure)
        except Cancelled:
            raise
        except ParleyError as error:
            yield Attempt(name, title, error=error)
        except Exception as error:  # anybody's engine may fail in any way
            _log.warning("engine %s failed in a comparison", name, exc_info=True)
            told = ParleyError("{engine} failed: {kind}: {error}", engine=title, kind=type(error).__name__, error=error)
            yield Attempt(name, title, error=told)


def _attempt(task: Task, name: str, load: Callable[[str], Backend], watch: Watch | None, measure: Measure) -> Attempt:
    def progress_of(stage: Stage) -> Callable | None:
        return watch and (lambda step, total, preview=None: watch(name, stage, step, total, preview))

    if watch:
        watch(name, "load", 0, 1)
    backend = load(name)
    backend.info.require(task.plan)  # before a long encoding, rather than after it
    known = (name, task.session.chosen) in task.session.encoded
    began = time.perf_counter()
    prepared = prepare(task.session, backend, progress_of("encode"), measure)
    encoded = time.perf_counter()
    session = carry_out(prepared, task.plan, backend, task.request, progress_of("edit"), measure)
    edited = time.perf_counter()
    edit = session.version.edits[session.chosen]
    before, targets = edit.encoded.degrees, task.targets
    return Attempt(
        name,
        backend.info.title,
        session,
        verdicts={name: _verdict(before[name], edit.degrees[name], target) for name, target in targets.items() if name in GRADED},
        side_effects={
            other: edit.degrees[other] - before[other]
            for other in GRADED
            if other not in targets and abs(edit.degrees[other] - before[other]) >= reply.SIDE_EFFECT
        },
        encode_seconds=None if known else encoded - began,
        edit_seconds=edited - encoded,
    )


def _verdict(start: float, end: float, target: float) -> Verdict:
    """By the thresholds by which the assistant speaks of an edit."""
    if abs(end - target) <= reply.REACHED:
        return "reached"
    towards = math.copysign(1.0, target - start)
    if (end - target) * towards > 0:
        return "beyond"
    return "missed" if (end - start) * towards < reply.HARDLY else "short"
