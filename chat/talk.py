"""A visitor's words -> what is done and what is said: interpreter, session, dialog and replies brought together."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

import backends
from backends.base import Backend, EditPlan, EditStep, Progress
from chat import reply
from chat.adjust import newest_steps, planned
from chat.composing import names_in
from chat.dialog import GENERAL_QUESTION, Dialog, mode_of, next_move, next_state
from chat.editing import Measure, carry_out, measure_degrees, prepare
from chat.history import choose_face, grown, jump, redo, rename, reset, undo
from chat.interpretation import Context, Interpretation, Interpreter, Polishing
from chat.prompt_words import THINGS, label
from chat.seeing import HARDLY, LIKELY, already
from chat.session import Session, Turn
from chat.voice import Voice, quotable
from graded import GRADED

LONGEST = 500
"""Characters of a message that are read."""
NOTICEABLE = 6.0
"""A pixel's change, of 255, below which nobody would see it."""
VISIBLE_FROM = 3.0
"""Degrees of a prompt from which on it should be seen in the picture."""


@dataclass(frozen=True)
class _Outcome:
    """What came of a request: the session after it, what is to be said, and degrees measured before and after an edit."""

    session: Session
    words: str
    edited: tuple[str, ...] = ()
    """Attributes that were edited, and `gone` those of them that shall not be there any more."""
    gone: tuple[str, ...] = ()
    went_well: bool = True
    options: tuple[str, ...] = ()
    before: Mapping[str, float] | None = None
    after: Mapping[str, float] | None = None
    about: tuple[str, ...] = ()
    """What was spoken of without being edited."""


@dataclass(frozen=True)
class _Work:
    """All that answering one request takes."""

    text: str
    """What the visitor said, or the proposal that they said yes to."""
    asked: Interpretation
    backend: Backend
    engine: reply.Engine
    voice: Voice
    progress: Progress | None
    measure: Measure


def respond(
    session: Session,
    text: str,
    interpreter: Interpreter,
    backend: Backend,
    progress: Progress | None = None,
    measure: Measure = measure_degrees,
) -> tuple[Session, Turn]:
    """One line from the visitor -> the session after it and what is to be said.

    What is said is in the language of the visitor's words, and where these could be of several, in that of the words before, or else in the
    page's (`Session.language`); what nobody typed is answered in the page's. A language without sentences of ours is answered in English.

    Raises ParleyError (or `Cancelled` out of `progress`) with the session that was passed in still as good as before.
    """
    began = time.perf_counter()
    text, too_long = text[:LONGEST], len(text) > LONGEST
    asked = interpreter.interpret(text, _context(session, backend))
    engine = engine_of(backend, _elsewhere(asked, backend))
    said = session.turns[-1].reply if session.turns else ""
    voice = Voice(f"{session.seed} {len(session.turns)}", said, asked.language or session.language)
    wish = voice.clickable(session.offer) if asked.intent == "yes" and session.offer else text
    work = _Work(wish, asked, backend, engine, voice, progress, measure)
    outcome = _done(with_face(session, asked), work)
    session, words, options = _continued(outcome, work)
    if outcome.edited and isinstance(interpreter, Polishing):
        words = interpreter.polish(words, voice.language)
    if too_long:
        words += " " + voice.say("too_long", most=LONGEST)
    turn = Turn(text, words, options, asked, outcome.before or {}, outcome.after or {}, time.perf_counter() - began)
    return session.saying(turn), turn


def _context(session: Session, backend: Backend) -> Context:
    dialog, info, last = session.dialog, backend.info, _latest_change(session, backend)
    told = (info.attributes, planned(session, info.name), last, session.offer, dialog.move, dialog.about, info.prompts)
    names = {version.name.casefold(): number for number, version in enumerate(session.versions) if version.name}
    return Context(*told, session.spoken_language, names)


def _latest_change(session: Session, backend: Backend) -> tuple[EditStep, ...]:
    """The newest steps, but for those that changed nothing since the face was so already: "too much" does not mean the glasses of "older,
    and glasses" to who had glasses."""
    newest, encoded = newest_steps(session), session.encoded.get((backend.info.name, session.chosen))
    if not encoded:
        return newest
    before = list(reversed(session.plan.steps))
    for step in newest:
        before.remove(step)
    return tuple(reply.effective(newest, encoded.planned(EditPlan(tuple(reversed(before)))))) or newest


def engine_of(backend: Backend, elsewhere: Mapping[str, str] | None = None) -> reply.Engine:
    """What the answers need to know of an engine; `elsewhere` as `reply.Engine` has it."""
    return reply.Engine(backend.info.attributes, backend.info.prompts, elsewhere or {})


def _elsewhere(asked: Interpretation, backend: Backend) -> dict[str, str]:
    """For what this engine lacks, the title of one that can run here and has it."""
    lacking = {name: (name,) if name in GRADED else names_in(name) for name in asked.unavailable}
    lacking = {words: names for words, names in lacking.items() if names}
    able = (
        [one.info for one in backends.available() if one.info and not one.reason and one.info.name != backend.info.name] if lacking else []
    )
    return {
        words: info.title
        for words, names in lacking.items()
        for info in able
        if all(set(THINGS[name].covers if name in THINGS else (name,)).intersection((*info.attributes, *info.prompts)) for name in names)
    }


def with_face(session: Session, asked: Interpretation) -> Session:
    """Turned to the face that was asked for. Raises ParleyError where there is none."""
    count = len(session.faces)
    numbers = {"left": 0, "right": count - 1, "middle": count // 2, "other": (session.chosen + 1) % count}
    if asked.face in ("", "all"):
        return session
    number = numbers[asked.face] if asked.face in numbers else int(asked.face) - 1
    return session if number == session.chosen else choose_face(session, number)


def _done(session: Session, work: _Work) -> _Outcome:
    """Does what was asked, and says what came of it."""
    asked, voice = work.asked, work.voice
    if asked.changes:
        return _edited(session, work)
    if asked.intent == "undo":
        return _undone(session, work)
    if asked.intent == "redo":
        moved = redo(session)
        words = voice.say("redone", request=quotable(moved.version.request)) if session.can_redo else voice.say("nothing_to_redo")
        return _Outcome(moved, words, went_well=session.can_redo)
    if asked.version is not None:
        return _Outcome(*jump_to(session, asked.version, voice), went_well=False)
    if asked.intent == "compare":
        return _compared(session, work)
    if asked.intent == "name":
        session = rename(session, asked.topic)
        return _Outcome(session, voice.say("named", number=session.cursor, name=quotable(session.version.name)), went_well=False)
    if asked.intent == "reset":
        edits = bool(session.version.edits)
        cleared = replace(reset(session, work.text), dialog=replace(session.dialog, tried=(), rounds=0))
        return _Outcome(cleared, voice.say("reset" if edits else "already_original"), went_well=False, options=("Undo",) if edits else ())
    if asked.intent in ("edit", "out_of_scope", "unclear"):
        return _not_edited(session, work)
    return _Outcome(session, _talk(session, work))


def _talk(session: Session, work: _Work) -> str:
    """The answer where nothing is edited and nothing was wrong."""
    asked, voice, dialog, name = work.asked, work.voice, session.dialog, work.backend.info.name
    able = (work.engine.able if asked.intent == "help" else work.engine.briefly)(voice)
    if asked.intent == "describe":
        return reply.described(voice, session.degrees(name), session.looks(work.backend.info), asked.about)
    if asked.intent == "end":
        return voice.say("ended_already" if dialog.state == "end" else "goodbye")
    if asked.intent == "no":
        return voice.say("declined")
    if asked.intent == "suggest":
        return ""
    if asked.intent == "enough" or (asked.intent in ("yes", "thanks") and dialog.move == "whether_enough"):
        return voice.say("fine")
    if asked.intent == "yes":
        return voice.say("no_offer")
    if asked.topic:
        return voice.say(f"help_{asked.topic}")
    return voice.say(asked.intent, able=able)


def _not_edited(session: Session, work: _Work) -> _Outcome:
    asked, voice = work.asked, work.voice
    if asked.intent == "edit" and asked.face and not (asked.questions or asked.unknown or asked.unavailable or asked.protected):
        return _Outcome(session, voice.say("face_chosen", number=session.chosen + 1), went_well=False)
    if asked.intent == "edit":
        return _Outcome(session, " ".join(reply.asides(voice, asked, work.engine)), went_well=False, options=asked.options)
    return _Outcome(session, reply.not_understood(voice, asked, work.engine), went_well=False, options=asked.options)


def _compared(session: Session, work: _Work) -> _Outcome:
    """A version beside another. Raises ParleyError where there is no such version."""
    voice, name, (other, *shown) = work.voice, work.backend.info.name, work.asked.compared
    session, left = jump(session, *shown) if shown else session, jump(session, other)
    if session.cursor == other or not (session.version.edits or left.version.edits):
        return _Outcome(session, voice.say("compare_same" if session.cursor else "compare_nothing"), went_well=False)
    before, after = (one.plan.degrees_from(dict.fromkeys(GRADED, 0.0)) for one in (left, session))
    wished = [prompt for prompt, degree in after.items() if degree and prompt not in GRADED and degree != before.get(prompt)]
    words = reply.compared(voice, left.degrees(name), session.degrees(name), wished, (other, session.cursor))
    return _Outcome(replace(session, beside=(session.cursor, other)), words, went_well=False)


def jump_to(session: Session, number: int, voice: Voice) -> tuple[Session, str]:
    """Another version on show, and what to say of it. Raises ParleyError where there is none."""
    session = jump(session, number)
    name = quotable(session.version.name or session.version.request)
    return session, voice.say("jumped", number=number, name=name) if number else voice.say("jumped_to_photo")


def _undone(session: Session, work: _Work) -> _Outcome:
    if not session.can_undo:
        return _Outcome(session, work.voice.say("nothing_to_undo"), went_well=False)
    cleared, requests = not session.version.edits, []
    for _ in range(work.asked.undone):
        if session.can_undo:
            requests.insert(0, work.voice.quoted(quotable(session.version.request)))
            session = undo(session)
    came_back = cleared and session.version.edits
    words = work.voice.say("unreset") if came_back else work.voice.say("undone", requests=work.voice.listed(requests))
    return _Outcome(session, words, went_well=False, options=("Redo",))


def _edited(session: Session, work: _Work) -> _Outcome:
    asked, voice, info = work.asked, work.voice, work.backend.info
    if asked.sampling_steps is not None:
        if not info.sampling_steps and not (asked.steps or asked.restore):
            return _Outcome(session, voice.say("no_sampling"), went_well=False)
        session = replace(session, sampling_steps=asked.sampling_steps)
        if session.plan.is_empty() and not asked.steps:
            return _Outcome(session, voice.say("quality", steps=asked.sampling_steps), went_well=False)
    asked_about = {step.attribute for step in session.plan.steps}
    if not asked.changes_more_than(asked_about):
        return _Outcome(session, voice.say("untouched", names=voice.listed([voice.name(name) for name in asked.restore])), went_well=False)
    if asked.face == "all" and len(session.faces) > 1:
        return _everyone_edited(session, work)
    session = prepare(session, work.backend, work.progress, work.measure)
    encoded, before = session.encoded[info.name, session.chosen], session.degrees(info.name)
    start = encoded.planned(session.plan)
    there = () if _insists(session, asked) else already(asked.steps, session.looks(info), start)
    asked = replace(asked, steps=tuple(step for step in asked.steps if step.attribute not in there))
    if there and not asked.changes:
        words = " ".join([reply.shown_already(voice, there), *reply.asides(voice, asked, work.engine)])
        return _Outcome(session, words, went_well=False, options=tuple(label(name) for name in there), about=there)
    plan = _grown_plan(session.plan, asked)
    target = encoded.planned(plan)
    if not (reply.effective(asked.steps, start) or asked.restore or asked.sampling_steps is not None):
        unreached = [name for name, share in session.looks(info).items() if share < LIKELY]
        words = reply.nothing_to_do(voice, asked, reply.Change(start, target, before, before), work.engine, unreached)
        options = ("Undo",) if asked.answer == "no" else ()
        return _Outcome(session, words, went_well=False, options=options, about=_touched(asked))
    earlier = session.version.edits.get(session.chosen)
    shown = earlier.picture if earlier and earlier.engine == info.name else encoded.before
    session = carry_out(session, plan, work.backend, work.text, work.progress, work.measure)
    after = session.degrees(info.name)
    change = reply.Change(start, target, before, after)
    prompted = any(name not in GRADED for name in _touched(asked))
    unseen = prompted and _hardly_differ(shown, session.version.edits[session.chosen].picture)
    looks = session.looks(info)
    missing = [name for name in looks if name in _touched(asked) and target.get(name, 0.0) >= VISIBLE_FROM and looks[name] < HARDLY]
    words = reply.edited(voice, asked, change, work.engine, unseen=unseen, missing=missing, already=there)
    edited = tuple(dict.fromkeys(step.attribute for step in asked.steps))
    gone = tuple(name for name in edited if name != "age" and target[name] < reply.HARDLY)
    moved = set(edited) - set(reply.as_before(edited, change))
    went_well = not (unseen or missing or reply.weak(edited, change)) and bool(moved or not edited)
    return _Outcome(session, words, edited, gone, went_well, before=before, after=after)


def _insists(session: Session, asked: Interpretation) -> bool:
    """Whether the visitor asks for what they were just told is there already."""
    last = session.turns[-1].interpretation if session.turns else None
    return last is not None and {step.attribute for step in last.steps} == {step.attribute for step in asked.steps}


def _hardly_differ(picture: Image.Image, other: Image.Image) -> bool:
    """Whether nearly no pixel differs by what an eye could notice."""
    difference = np.abs(np.asarray(picture, np.int16) - np.asarray(other, np.int16)).max(axis=-1)
    return float(np.percentile(difference, 99.5)) < NOTICEABLE


def _touched(asked: Interpretation) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*(step.attribute for step in asked.steps), *asked.restore]))


def _grown_plan(plan: EditPlan, asked: Interpretation) -> EditPlan:
    kept = tuple(step for step in plan.steps if step.attribute not in asked.restore)
    return replace(plan, steps=kept + asked.steps, sampling_steps=asked.sampling_steps or plan.sampling_steps)


def _everyone_edited(session: Session, work: _Work) -> _Outcome:
    """Every face by its own plan, as one version."""
    edited = session
    for number in range(len(session.faces)):
        edited = replace(edited, chosen=number)
        edited = carry_out(edited, _grown_plan(edited.plan, work.asked), work.backend, work.text, work.progress, work.measure)
    whole = grown(replace(edited, versions=session.versions, cursor=session.cursor, chosen=session.chosen), edited.version.edits, work.text)
    words = reply.edited(work.voice, work.asked, reply.Change({}, {}, {}, {}), work.engine, len(session.faces))
    return _Outcome(whole, words, _touched(work.asked))


def _continued(outcome: _Outcome, work: _Work) -> tuple[Session, str, tuple[str, ...]]:
    """The dialog's next state and move: the session with them, the whole answer, and what can be clicked."""
    session, asked, voice = outcome.session, work.asked, work.voice
    dialog, mode = session.dialog, mode_of(asked, session.dialog.move)
    state = next_state(dialog.state, dialog.move, mode)
    if state == "edit" and not outcome.edited:
        state = "no_edit"
    tried = tuple(dict.fromkeys((*dialog.tried, *outcome.edited, *reply.proposed(session.offer))))  # a proposal is made once
    info = work.backend.info
    offers = reply.proposals(work.engine, session.degrees(info.name), session.looks(info), tried)
    accepted = asked.intent == "yes" and dialog.move == "suggestion" and bool(outcome.edited)
    if asked.intent == "suggest":
        move, suggested = "suggestion", offers[0]
    elif mode == "other":
        move, suggested = ("whats_next" if asked.questions else dialog.move), session.offer
    else:
        untried = [offer for offer in offers if not set(reply.proposed(offer)).issubset(tried)]
        untried = untried[: len(work.engine.attributes)]
        move, suggested = next_move(dialog, state, untried, voice.chance, went_well=outcome.went_well, accepted=accepted)
    words = outcome.words if mode == "other" and asked.intent != "suggest" else _with_move(outcome, asked, state, move, suggested, voice)
    options = (*(("Undo",) if asked.restore else outcome.options), *offers[:3])
    if outcome.edited:
        more_or_less = reply.answers(outcome.edited) if set(outcome.edited) != set(outcome.gone) else ()
        options = (*more_or_less, "Perfect", "Undo", *offers[:2])
    if move == "suggestion":
        options = (suggested, *options)
    dialog = Dialog(state, move, asked.about if asked.questions else outcome.about, tried, dialog.rounds + bool(outcome.edited))
    session = replace(session, dialog=dialog, offer=suggested if move == "suggestion" else "")
    return session, words, () if state == "end" else tuple(map(voice.clickable, dict.fromkeys(options)))


def _with_move(outcome: _Outcome, asked: Interpretation, state: str, move: str, suggested: str, voice: Voice) -> str:
    """The answer with the sentence of the assistant's move; without it where that already asks something or says goodbye."""
    if asked.questions or state == "end":
        return outcome.words
    if move == "suggestion":
        more = voice.say("suggestion", idea=reply.idea(voice, suggested))
    elif move == "whether_enough":
        special = len(outcome.edited) == 1 and not outcome.gone and voice.chance.random() >= GENERAL_QUESTION
        special = special and outcome.edited[0] in GRADED
        more = voice.say(f"enough_{outcome.edited[0]}" if special else "enough_question")
    else:
        more = voice.say("whats_next") if outcome.went_well and asked.intent != "yes" else ""
    return f"{outcome.words} {more}".strip()
