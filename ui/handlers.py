"""What the page's buttons do, as plain functions from a session to a session. Those with `progress` compute; the others do not.

They raise ParleyError for what a visitor can act on and `Cancelled` when stopped; `attempted` turns both into something that is said.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from backends.base import EditPlan, EditStep, Progress
from chat import adjust, export, history, reply
from chat.editing import open_photo, prepare
from chat.interpret import Interpretation, Interpreter
from chat.interpretation import Context, Intent
from chat.session import Session, Turn
from chat.talk import engine_of, jump_to, respond
from chat.tongue import Tongue
from chat.voice import Voice, quotable
from errors import Cancelled, ParleyError
from ui import engines
from ui.markup import step_text
from ui.texts import attribute_name, numeral, say, translated
from ui.trouble import sentence_of
from ui.view import plain

NUDGE = 1.0
"""Degrees by which a chip's buttons move a step."""
CANVAS = 1024
"""Longest side of a painted mask as it is kept, in pixels."""


def attempted(session: Session, request: str, language: str, work: Callable[[], Session]) -> Session:
    """`work`, or the old session with what went wrong said in the conversation."""
    try:
        return work()
    except ParleyError as error:
        return session.saying(Turn(request, plain(sentence_of(error, language))))  # it may name what a recipe's file says
    except Cancelled:
        return stopped(session, request, language)


def stopped(session: Session, request: str, language: str) -> Session:
    """The session as it is, and said that the request was not carried out."""
    return session.saying(Turn(request, say("stopped", language)))


def opened(path: str, language: str) -> Session:
    """A fresh session about a photo file."""
    return open_photo(path, language=language).saying(Turn("", reply.opened(language)))


def studied(session: Session, language: str, engine: str | None, progress: Progress) -> Session:
    """The chosen face encoded, and the visitor told that it can begin, and which earlier changes this engine will leave out."""
    backend = engines.load(engine)
    session = prepare(session, backend, progress)
    info = backend.info
    seen = session.degrees(info.name), session.looks(info)
    words, options = reply.ready(len(session.faces), session.chosen, *seen, engine_of(backend), language)
    asked = dict.fromkeys(step.attribute for step in session.plan.steps)
    able = {*info.attributes, *info.prompts}
    lost = [attribute_name(name, language) for name in asked if name not in able]
    lost += [say("left_out_text", language)] if session.plan.text and not info.accepts_text else []
    lost += [say("left_out_layout", language)] if session.plan.layout is not None and not info.accepts_layout else []
    if lost:
        words += " " + say("left_out", language, engine=info.title, names=", ".join(lost))
    return session.saying(Turn("", words, options))


def answered(session: Session, text: str, interpreter: Interpreter, engine: str | None, progress: Progress) -> Session:
    return respond(session, text, interpreter, engines.load(engine), progress)[0]


def said_differently(
    session: Session, message: int, text: str, interpreter: Interpreter, engine: str | None, progress: Progress
) -> Session:
    """An earlier message (by its place in the chat) replaced: the conversation goes on from before it, on a branch of its own."""
    return answered(history.rewind(session, turn_of(session, message)), unescaped(text), interpreter, engine, progress)


def turn_of(session: Session, message: int) -> int:
    """The turn that a message of the chat belongs to; each turn shows its request, if any, and its answer."""
    places = [index for index, turn in enumerate(session.turns) for _ in range(2 if turn.request else 1)]
    return places[message] if message in range(len(places)) else -1


def unescaped(text: str) -> str:
    """A visitor's words as they were typed, out of `view.plain`."""
    return html.unescape(re.sub(r"\\([\\`*_\[\]#|~$])", r"\1", text)).strip()


def as_planned(session: Session, attribute: str, degree: float, engine: str | None) -> bool:
    """Whether a slider says what the plan says already."""
    return abs(adjust.planned(session, engines.chosen(engine) or "").get(attribute, -1.0) - degree) < 0.05


def slid(session: Session, attribute: str, degree: float, language: str, engine: str | None, progress: Progress) -> Session:
    """One attribute set to a degree by hand; the session as it is where the plan says so already."""
    if as_planned(session, attribute, degree, engine):
        return session
    request = slider_words(attribute, degree, language)
    return _adjusted(session, adjust.with_degree(session.plan, attribute, degree), request, engine, progress)


def slider_words(attribute: str, degree: float, language: str) -> str:
    return f"{attribute_name(attribute, language)} {numeral(degree, 'g', language)}"


def neutral_words(attribute: str, language: str) -> str:
    return say("neutral_title", language, name=attribute_name(attribute, language))


def restored(session: Session, attribute: str, language: str, engine: str | None, progress: Progress) -> Session:
    """One attribute as in the photo."""
    return _adjusted(session, adjust.as_in_photo(session.plan, attribute), neutral_words(attribute, language), engine, progress)


def rechipped(session: Session, act: str, step: EditStep, language: str, engine: str | None, progress: Progress) -> Session:
    """A chip's button: a step of the plan with "more" or "less", or the plan without it ("remove").

    The plan may have changed since the chip was shown. A step that is gone already is as good as removed; more or less is then of another
    step about the same attribute. Raises ParleyError where there is none.
    """
    plan = session.plan
    if act == "remove":
        if step not in plan.steps:
            return session
        words = say("remove_step", language, what=step_text(step, language))
        return _adjusted(session, adjust.without_step(plan, plan.steps.index(step)), words, engine, progress)
    alike = [other for other in plan.steps if other.attribute == step.attribute]
    if not alike:
        raise ParleyError("This step is no longer part of the plan.")
    step = step if step in alike else alike[-1]
    key, degrees = ("more_of_step", NUDGE) if act == "more" else ("less_of_step", -NUDGE)
    if step.operation == "change" and step.amount < 0:
        degrees = -degrees
    words = say(key, language, what=step_text(step, language))
    return _adjusted(session, adjust.nudged(plan, plan.steps.index(step), degrees), words, engine, progress)


def rescaled(session: Session, strength: str, language: str, engine: str | None, progress: Progress) -> Session:
    """The latest change subtle, normal or strong."""
    names = ", ".join(attribute_name(name, language) for name in adjust.latest(session))
    return adjust.rescale(session, strength, engines.load(engine), f"{names}: {say(strength, language)}", progress)


def resettled(
    session: Session,
    sampling_steps: int | None,
    seed: int,
    options: Mapping[str, str],
    engine: str | None,
    language: str,
    progress: Progress,
) -> Session:
    """Other settings from now on; what is on show is made again by them."""
    if sampling_steps == session.sampling_steps and seed == session.seed and dict(options) == dict(session.options):
        return session
    session = replace(history.reseed(session, seed), sampling_steps=sampling_steps, options=dict(options))
    if session.plan.is_empty():
        return prepare(session, engines.load(engine), progress)
    plan = replace(session.plan, sampling_steps=sampling_steps, options=dict(options))
    chosen = [f"{say('steps', language)}: {sampling_steps or say('steps_default', language)}", f"{say('seed', language)}: {seed}"]
    request = ", ".join([*chosen, *(translated(value, language) for value in options.values())])
    return _adjusted(session, plan, request, engine, progress)


def _adjusted(session: Session, plan: EditPlan, request: str, engine: str | None, progress: Progress) -> Session:
    return adjust.adjust(session, plan, engines.load(engine), request, progress)


def repeated(session: Session, data: bytes, language: str, progress: Progress) -> Session:
    """A recipe's file on this photo."""
    told = export.read_recipe(data)
    session = export.apply_recipe(session, told, engines.load, progress)
    voice = Voice(language=language)
    requests = ", ".join(voice.quoted(quotable(request)) for request in told.get("requests", ()))
    words = voice.say("repeated", requests=requests) if requests else voice.say("repeated_nothing")
    return session.saying(Turn(say("recipe", language), words, _undo(language)))


def _undo(language: str) -> tuple[str, ...]:
    return (Tongue(language).clickable("Undo"),)


@dataclass(frozen=True)
class Pressed:
    """Understands a button, whatever is written on it."""

    intent: Intent

    def interpret(self, text: str, context: Context) -> Interpretation:
        return Interpretation(self.intent)


def pressed(session: Session, button: Intent, language: str, engine: str | None) -> Session:
    """A button ("undo", "redo" or "reset") answered as if its words had been said."""
    return respond(session, say(button, language), Pressed(button), engines.load(engine))[0]


def jumped(session: Session, number: int, language: str) -> Session:
    """Another version on show, and said so. Raises ParleyError where there is none."""
    if number == session.cursor:
        return session
    session, words = jump_to(session, number, Voice(language=language))
    return session.saying(Turn("", words))


def protected(session: Session, painted: Mapping[str, object] | None, language: str) -> Session:
    """A new version that keeps what was painted over as it is in the photo. Raises ParleyError where nothing was painted."""
    region = painted_region(painted, session.photo.size)
    if region is None:
        raise ParleyError("Paint over a part of the photo first.")
    request = say("protect_apply", language)
    return history.protect(session, region, request).saying(Turn(request, say("protected_now", language), _undo(language)))


def unprotected(session: Session, language: str) -> Session:
    """A new version in which every part may change again."""
    request = say("protect_clear", language)
    return history.protect(session, None, request).saying(Turn(request, say("unprotected_now", language), _undo(language)))


def painted_region(painted: Mapping[str, object] | None, size: tuple[int, int]) -> np.ndarray | None:
    """What gr.ImageEditor's layers cover, as a mask of the photo's proportions; None where nothing is painted."""
    layers = [np.asarray(Image.fromarray(layer).convert("RGBA"))[..., 3] > 0 for layer in (painted or {}).get("layers", ())]
    if not layers or not any(layer.any() for layer in layers):
        return None
    covered = Image.fromarray(np.logical_or.reduce(layers).astype(np.uint8) * 255)
    shrink = min(1.0, CANVAS / max(size))
    kept = covered.resize([max(1, round(side * shrink)) for side in size], Image.Resampling.BILINEAR)
    return np.asarray(kept) > 0
