"""What the assistant says: what it did, what was measured afterwards, what it could not do. Short, and no more than it knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from backends.base import EditStep
from chat.interpretation import Interpretation
from chat.prompt_words import families, label
from chat.seeing import Looks, pointless, recognised
from chat.tongue import DEFAULT, MORE_AND_LESS, OFFERS, Tongue
from chat.voice import Voice, quotable
from graded import GRADED, MAX_DEGREE
from prompts import SUGGESTED, rivals

HARDLY = 0.5
"""A measured change below this many degrees is not called a change."""
SIDE_EFFECT = 1.0
"""A measured change of something else from this many degrees on is told."""
TOO_FAR = 1.25
"""A change that ends this many degrees beyond the plan is told, and one that lacks as many."""
REACHED = 0.75
"""A measured degree this near to the planned one is what was asked for, however little had to change."""
VISIBLE = 0.25
"""Fewer degrees than these are no change, neither of a plan nor of a picture."""

MOST_PROMPTS = 5
"""As many prompts are proposed beside the attributes."""
TO_DESCRIBE = ("hair colour", "hat")
"""What is told besides the degrees to those who ask what can be seen."""
THERE = {"eyeglasses": 1.0, "beard": 1.0}
"""From these degrees on a face has glasses or a beard; of the others there is always some."""


@dataclass(frozen=True)
class Change:
    """An edit as it went: degrees of the plan before and after (`planned_before`, `planned`), and those measured in the picture."""

    planned_before: Mapping[str, float]
    planned: Mapping[str, float]
    before: Mapping[str, float]
    after: Mapping[str, float]

    def moves(self, names: Sequence[str], tongue: Tongue) -> str:
        return tongue.moves(names, self.before, self.after)

    def moved(self, name: str) -> float:
        return self.after[name] - self.before[name]

    def wanted(self, name: str) -> float:
        return self.planned.get(name, 0.0) - self.planned_before.get(name, 0.0)

    def share(self, name: str) -> float:
        """How much of what was wanted was measured: 1 is all of it, below 0 the wrong way."""
        return self.moved(name) / self.wanted(name)

    def both(self, names: Sequence[str]) -> list[str]:
        """Those of the names that were measured before and after."""
        return [name for name in names if name in self.before and name in self.after]


@dataclass(frozen=True)
class Engine:
    """What the answers need to know of the engine at work: what it can change, and for what it lacks the title of one that has it."""

    attributes: tuple[str, ...]
    prompts: tuple[str, ...] = ()
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    def able(self, tongue: Tongue) -> str:
        """All that it can change, in words."""
        return tongue.able(self.attributes, families(self.prompts))

    def briefly(self, tongue: Tongue) -> str:
        """The same where nobody has asked for the whole list."""
        return tongue.able(self.attributes, families(self.prompts), briefly=True)


def opened(language: str) -> str:
    """A photo has come."""
    return Voice(language=language).say("opened")


def ready(
    faces: int, chosen: int, degrees: Mapping[str, float], looks: Looks, engine: Engine, language: str = DEFAULT
) -> tuple[str, tuple[str, ...]]:
    """A face is encoded: time to ask for something."""
    voice = Voice(f"ready {faces} {chosen}", language=language)
    words = voice.say("ready", able=engine.briefly(voice))
    if faces > 1:
        words += " " + voice.say("several_faces", faces=faces, chosen=chosen + 1)
    return words, tuple(map(voice.clickable, proposals(engine, degrees, looks, ())[:3]))


def edited(
    voice: Voice,
    asked: Interpretation,
    change: Change,
    engine: Engine,
    faces: int = 1,
    unseen: bool = False,
    missing: Sequence[str] = (),
    already: Sequence[str] = (),
) -> str:
    """The answer to an edit of one face, or of `faces` of them, that was carried out.

    `unseen` where its picture hardly changed; `missing` are prompts that cannot be made out in it, `already` those that were there.
    """
    parts = []
    given_back = [name for name in asked.restore if name in GRADED]
    taken_back = [voice.spoken(name) for name in asked.restore if name not in GRADED]
    if given_back:
        parts.append(voice.say("given_back", what=voice.listed([voice.definite(name) for name in given_back])))
    if taken_back:
        parts.append(voice.say("taken_back", what=voice.listed(taken_back)))
    done = effective(asked.steps, change.planned_before) if faces == 1 else asked.steps
    if done:
        what = voice.listed(_in_words(voice, done, change.planned_before))
        parts.append(voice.say("done_everyone", faces=faces, what=what) if faces > 1 else voice.say("done", what=what))
    touched = tuple(dict.fromkeys([*asked.restore, *(step.attribute for step in asked.steps)]))
    moved = {*asked.restore, *(step.attribute for step in done)}
    measured = change.both([name for name in touched if name in moved])
    if measured and faces == 1:
        parts.append(voice.say("measured", moves=change.moves(measured, voice)))
    if unseen:
        parts.append(voice.say("unseen"))
    elif missing:
        parts.append(voice.say("missing", names=voice.either([voice.spoken(name) for name in missing])))
    if already:
        parts.append(shown_already(voice, already))
    if faces == 1:
        parts.extend(_limits(voice, asked.steps, change))
        parts.extend(_shortfalls(voice, [name for name in measured if name not in asked.restore], change))
        parts.extend(_side_effects(voice, asked, touched, change))
    if asked.sampling_steps is not None:
        parts.append(voice.say("quality" if asked.steps else "quality_only", steps=asked.sampling_steps))
    parts.extend(asides(voice, asked, engine, _not_held(asked, change) if faces == 1 else ()))
    return " ".join(parts)


def effective(steps: Sequence[EditStep], planned: Mapping[str, float]) -> list[EditStep]:
    """The steps that a plan which leads to the degrees `planned` does not hold already."""
    planned, found = dict(planned), []
    for step in steps:
        start = planned.get(step.attribute, 0.0)
        planned[step.attribute] = step.applied_to(start)
        if abs(planned[step.attribute] - start) >= VISIBLE:
            found.append(step)
    return found


def _in_words(tongue: Tongue, steps: Sequence[EditStep], planned: Mapping[str, float]) -> list[str]:
    """What was done; `planned` are the degrees before."""
    phrases = []
    for step in steps:
        if step.attribute not in GRADED:
            phrases.append(_prompt_in_words(tongue, step, planned))
        elif step.operation == "set":
            phrases.append(tongue.degrees[step.attribute][round(step.amount)])
        else:
            phrases.append(tongue.step(step.attribute, step.amount))
    return phrases


def _prompt_in_words(tongue: Tongue, step: EditStep, planned: Mapping[str, float]) -> str:
    """ "blond hair", "closed eyes at 2 of 5", "a cap instead of a beanie", "blond hair, stronger (+3)" """
    what = tongue.spoken(step.attribute)
    if step.operation == "change" and planned.get(step.attribute, 0.0) > 0:
        return tongue.stronger(what, step.amount)
    before = [tongue.spoken(rival) for rival in rivals(step.attribute) if planned.get(rival, 0.0) > 0]
    amount = step.applied_to(0.0)
    what = tongue.partly(what, amount) if amount < MAX_DEGREE else what
    return tongue.instead(what, before[0]) if before else what


def nothing_to_do(voice: Voice, asked: Interpretation, change: Change, engine: Engine, unreached: Sequence[str] = ()) -> str:
    """The answer to an edit that the plan already holds; `unreached` are prompts that the picture does not show all the same."""
    way_out = [voice.say("or_undo")] if asked.answer == "no" else []
    return " ".join([*_limits(voice, asked.steps, change, unreached), *asides(voice, asked, engine), *way_out])


def shown_already(voice: Voice, names: Sequence[str]) -> str:
    """The answer to prompts that the photo itself fulfils."""
    return voice.say("already_shown", what=voice.listed([voice.spoken(name) for name in names]))


def _limits(voice: Voice, steps: Sequence[EditStep], change: Change, unreached: Sequence[str] = ()) -> list[str]:
    """A word where the scale ends before the wish does."""
    told = []
    planned = dict(change.planned_before)
    for step in steps:
        name, start = step.attribute, planned.get(step.attribute, 0.0)
        end = step.applied_to(start)
        upwards = step.amount > 0 if step.operation == "change" else step.amount >= MAX_DEGREE
        downwards = step.amount < 0 if step.operation == "change" else step.amount <= 0
        if name not in GRADED and abs(end - start) < VISIBLE:
            most = "prompt_no_further" if name in unreached else "prompt_at_most"
            told.append(voice.say(most if upwards else "prompt_at_least", name=voice.spoken(name)))
        elif upwards and start > MAX_DEGREE - VISIBLE:
            short = change.before.get(name, float(MAX_DEGREE)) < MAX_DEGREE - 1
            own = f"at_most_{name}" if f"at_most_{name}" in voice.sentences else "at_most"
            stuck = short and voice.say("no_more_asked", degree=voice.degree(name, change.before[name]))
            told.append(stuck or voice.say(own, name=voice.name(name)))
        elif downwards and start < VISIBLE:
            own = f"at_least_{name}" if f"at_least_{name}" in voice.sentences else "at_least"
            told.append(voice.say(own, name=voice.name(name)))
        elif abs(end - start) < VISIBLE:
            told.append(voice.say("already", what=voice.listed(_in_words(voice, [step], {}))))
        planned[name] = end
    return told


def weak(names: Sequence[str], change: Change) -> list[str]:
    """Attributes that were to change, did not, and are not where they should be."""
    there = [name for name in change.both(names) if abs(change.wanted(name)) >= VISIBLE]
    there = [name for name in there if abs(change.after[name] - change.planned[name]) >= REACHED]
    return [name for name in there if change.share(name) <= 0 or abs(change.moved(name)) < HARDLY * min(1, abs(change.wanted(name)))]


def as_before(names: Sequence[str], change: Change) -> list[str]:
    """Attributes that did not move because they were where they should be."""
    return [name for name in change.both(names) if abs(change.moved(name)) < VISIBLE and name not in weak(names, change)]


def _shortfalls(voice: Voice, names: Sequence[str], change: Change) -> list[str]:
    asked_for = [name for name in names if abs(change.wanted(name)) >= 1]
    failed, same = weak(names, change), as_before(names, change)
    told = [voice.say("hardly", names=_named(voice, failed))] if failed else []
    if same:
        told.append(voice.say("as_before", names=_named(voice, same)))
    for name in asked_for:
        share = change.share(name)
        if name in failed or name in same:
            continue
        left = abs(change.planned.get(name, 0.0) - change.after[name])  # less, where an edit sets out from nearer than its plan
        missing = 0.0 if share >= 1 else min(left, abs(change.wanted(name) - change.moved(name)))
        if missing >= (1 if share < 0.5 else TOO_FAR):
            told.append(voice.say("part_of_the_way", name=voice.name(name)))
        elif (change.after[name] - change.planned[name]) * (1 if share * change.moved(name) > 0 else -1) >= TOO_FAR:
            told.append(voice.say("too_far", name=voice.name(name)))
        elif name != "age" and change.after[name] < HARDLY <= 1 <= change.planned.get(name, 0.0):
            told.append(voice.say("invisible", name=voice.name(name)))
    return told[:2]


def _not_held(asked: Interpretation, change: Change) -> list[str]:
    """What was to be left alone and moved all the same."""
    return [name for name in asked.protected if name in change.after and name in change.before and abs(change.moved(name)) >= HARDLY]


def _side_effects(voice: Voice, asked: Interpretation, touched: Sequence[str], change: Change) -> list[str]:
    others = [name for name in change.after if name in change.before and name not in touched and (asked.steps or not asked.restore)]
    held = _not_held(asked, change)
    moved = [name for name in others if name not in held and abs(change.moved(name)) >= SIDE_EFFECT]
    told = [voice.say("protected_moved", names=_named(voice, held), moves=change.moves(held, voice))] if held else []
    return told + ([voice.say("side_effect", names=_named(voice, moved), moves=change.moves(moved, voice))] if moved else [])


def asides(voice: Voice, asked: Interpretation, engine: Engine, moved: Sequence[str] = ()) -> list[str]:
    """What was left alone (but for what `moved` all the same), what cannot be had, what was not understood, and what is asked back."""
    told = []
    held = [name for name in asked.protected if name not in moved]
    if held:
        told.append(voice.say("kept", names=voice.listed([voice.definite(name) for name in held])))
    there = [thing for thing in asked.unavailable if thing in engine.elsewhere]
    nowhere = [thing for thing in asked.unavailable if thing not in engine.elsewhere]
    for thing in there:
        told.append(voice.say("elsewhere", things=quotable(voice.heard(thing)), engine=engine.elsewhere[thing]))
    if nowhere:
        told.append(voice.say("cannot_everywhere", things=_quoted(voice, nowhere), able=engine.able(voice)))
    if asked.unknown:
        told.append(voice.say("unknown", words=_quoted(voice, asked.unknown)))
    return [*told, *map(voice.put, (*asked.questions, *asked.notes))]


def _named(tongue: Tongue, names: Sequence[str]) -> str:
    return tongue.listed([tongue.name(name) for name in names])


def _quoted(tongue: Tongue, words: Sequence[str]) -> str:
    return tongue.either([tongue.quoted(quotable(tongue.heard(word))) for word in words])


def not_understood(voice: Voice, asked: Interpretation, engine: Engine) -> str:
    told = asides(voice, asked, engine)
    if asked.intent == "out_of_scope" and not asked.unavailable:
        return voice.say("off_topic", able=engine.briefly(voice))
    if not (asked.unavailable or asked.questions or (asked.unknown and len(asked.unknown) <= 2)):
        told = [voice.say("not_understood", able=engine.briefly(voice)), *map(voice.put, asked.notes)]
    return " ".join(told)


def described(voice: Voice, degrees: Mapping[str, float], looks: Looks, attributes: Sequence[str]) -> str:
    """What was measured of attributes, and what can be made out of prompts and things; of everything where nothing is named."""
    if not degrees:
        return voice.say("not_measured")
    asked = [name for name in attributes if name not in GRADED]
    if asked and not looks:
        return voice.say("unmeasured", names=voice.listed([voice.spoken(name) for name in asked]))
    graded = [name for name in (attributes or GRADED) if name in degrees]
    phrases = [f"{voice.degree(name, degrees[name])} ({voice.meaning(name, degrees[name])})" for name in graded]
    seen = [voice.spoken(name) for name in recognised(asked or TO_DESCRIBE * (not attributes), looks)]
    told = [voice.say("describe", described=voice.listed(phrases))] if phrases else []
    if seen:
        told.append(voice.say("recognised", names=voice.listed(seen)))
    elif asked:
        told.append(voice.say("not_recognised", names=voice.either([voice.spoken(name) for name in asked])))
    return " ".join(told)


def compared(
    voice: Voice, before: Mapping[str, float], after: Mapping[str, float], wished: Sequence[str], versions: tuple[int, int]
) -> str:
    """How to compare two versions, of which 0 is the photo, what the numbers say, and which prompts were `wished` for in the second."""
    moved = [name for name in after if name in before and abs(after[name] - before[name]) >= HARDLY]
    left, right = (voice.say("version", number=number) if number else voice.say("your_photo") for number in versions)
    words = [voice.say("compare", left=left, right=right)]
    if moved:
        words.append(voice.say("compare_changes", moves=voice.moves(moved, before, after)))
    if wished:
        words.append(voice.say("compare_wished", wishes=voice.listed([voice.spoken(name) for name in wished])))
    return " ".join(words)


def proposals(engine: Engine, degrees: Mapping[str, float], looks: Looks, tried: Sequence[str]) -> tuple[str, ...]:
    """What to try next, attributes and prompts in turn and tried ones last; a beard is proposed last to a face without one, and no prompt
    that there is no point in.
    """
    order = sorted(
        (name for name in OFFERS if name in engine.attributes),
        key=lambda name: (name in tried, name == "beard" and degrees.get(name, 0.0) < HARDLY),
    )
    graded = {name: OFFERS[name][degrees.get(name, 0.0) >= THERE.get(name, MAX_DEGREE / 2)] for name in order}
    fresh = [offer for name, offer in graded.items() if name not in tried]
    able = [name for name in SUGGESTED if name in engine.prompts and not pointless(name, looks)]
    new = [label(name) for name in able if not {name, *rivals(name)}.intersection(tried)]
    in_turn = [offer for pair in zip_longest(fresh, new[:MOST_PROMPTS]) for offer in pair if offer]
    return (*in_turn, *(offer for offer in graded.values() if offer not in fresh))


def proposed(offer: str) -> tuple[str, ...]:
    """The attribute or prompt that a proposal is about."""
    return tuple(name for name, pool in OFFERS.items() if offer in pool) or tuple(name for name in SUGGESTED if label(name) == offer)


def idea(tongue: Tongue, offer: str) -> str:
    """A proposal as it is put in a question."""
    (name,) = proposed(offer)
    return tongue.ideas[name][OFFERS[name].index(offer)] if name in OFFERS else tongue.spoken(name)


def answers(attributes: Sequence[str]) -> tuple[str, str]:
    """The clickable words for more and for less of what was just edited."""
    more, less = MORE_AND_LESS.get(attributes[0], ("More", "Less")) if len(attributes) == 1 else ("More", "Less")
    return more, less
