"""A visitor's words -> what is done and what is said: interpreter, session and replies brought together."""

from __future__ import annotations

import time
from dataclasses import replace

from backends.base import Backend, EditPlan, Latent, Progress
from chat import reply
from chat.interpret import Context, Interpretation, Interpreter
from chat.session import Measure, Session, Turn, carry_out, measure_degrees, prepare, redo, reset, undo


def respond(
    session: Session,
    text: str,
    interpreter: Interpreter,
    backend: Backend,
    progress: Progress | None = None,
    measure: Measure = measure_degrees,
) -> tuple[Session, Turn]:
    """One line from the visitor -> the session after it and what is to be said.

    Raises ParleyError (or `Cancelled` out of `progress`) with the session that was passed in still as good as before.
    """
    began = time.perf_counter()
    context = _context(session, backend)
    asked = interpreter.interpret(text, context)
    if asked.intent == "edit" and (asked.steps or asked.restore):
        session, turn = _edit(session, text, asked, backend, progress, measure)
    elif asked.intent == "undo":
        session, turn = _undone(session, text)
    elif asked.intent == "redo":
        session, turn = _redone(session, text)
    elif asked.intent == "reset":
        session, turn = _cleared(session, text)
    else:
        words, options = reply.talk(asked, context.attributes, session.degrees(backend.info.name))
        turn = Turn(text, words, options, asked)
    turn = replace(turn, seconds=time.perf_counter() - began)
    return replace(session.saying(turn), offer=turn.options[0] if turn.options else ""), turn


def _context(session: Session, backend: Backend) -> Context:
    encoded = session.encoded.get((backend.info.name, session.chosen))
    parent = session.version.parent
    previous = session.versions[parent].edits.get(session.chosen) if parent is not None else None
    last = session.plan.steps[len(previous.plan.steps) :] if previous else session.plan.steps
    return Context(backend.info.attributes, _planned(session.plan, encoded.latent) if encoded else {}, last, session.offer)


def _planned(plan: EditPlan, latent: Latent) -> dict[str, float]:
    """Every attribute's degree by the plan, counted as the engine counts: from the degrees its latent begins at."""
    return {**latent.degrees, **plan.degrees_from(latent.degrees)}


def _edit(
    session: Session, text: str, asked: Interpretation, backend: Backend, progress: Progress | None, measure: Measure
) -> tuple[Session, Turn]:
    session = prepare(session, backend, progress, measure)
    latent, before = session.encoded[backend.info.name, session.chosen].latent, session.degrees(backend.info.name)
    kept = tuple(step for step in session.plan.steps if step.attribute not in asked.restore)
    plan = replace(session.plan, steps=kept + asked.steps)
    start = _planned(session.plan, latent)
    session = carry_out(session, plan, backend, text, progress, measure)
    after = session.degrees(backend.info.name)
    words, options = reply.edited(asked, start, _planned(plan, latent), before, after, backend.info.attributes)
    return session, Turn(text, words, options, asked, before, after)


def _undone(session: Session, text: str) -> tuple[Session, Turn]:
    if not session.can_undo:
        return session, Turn(text, reply.NOTHING_TO_UNDO)
    return undo(session), Turn(text, reply.undone(session.version.request), ("Redo",))


def _redone(session: Session, text: str) -> tuple[Session, Turn]:
    if not session.can_redo:
        return session, Turn(text, reply.NOTHING_TO_REDO)
    session = redo(session)
    return session, Turn(text, reply.redone(session.version.request))


def _cleared(session: Session, text: str) -> tuple[Session, Turn]:
    if not session.version.edits:
        return session, Turn(text, reply.ALREADY_ORIGINAL)
    return reset(session, text), Turn(text, reply.RESET, ("Undo",))
