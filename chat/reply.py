"""What the assistant says: what it understood, what was measured afterwards, what it could not do. Short, and no more than it knows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from backends.base import EditStep
from chat.interpret import Interpretation
from graded import MAX_DEGREE, MEANINGS

HARDLY = 0.5
"""A measured change below this many degrees is not called a change."""

OPENED = "Found a face. Studying it …"
NOTHING_TO_UNDO = "There is nothing to undo: this is your photo as it came."
NOTHING_TO_REDO = "There is nothing to redo."
ALREADY_ORIGINAL = "This already is your photo as it came."
RESET = "Back to your photo as it came. Undo brings the edits back."

PROPOSALS = {
    "eyeglasses": ("Add glasses", "Take the glasses off"),
    "smile": ("Make them laugh", "Smile less"),
    "bangs": ("Add bangs", "Remove the bangs"),
    "beard": ("Add a beard", "Remove the beard"),
    "age": ("10 years older", "10 years younger"),
}
"""Per attribute what to offer while its degree is low, and while it is high."""


def ready(faces: int, chosen: int, degrees: Mapping[str, float], attributes: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """A face is encoded: time to ask for something."""
    which = "" if faces == 1 else f"I see {faces} faces and work on number {chosen + 1}; choose another below the picture. "
    return f"{which}Ready: I can change {_listed(attributes)}. Just say it in your own words.", _proposals(attributes, degrees, ())


def edited(
    asked: Interpretation,
    planned_before: Mapping[str, float],
    planned: Mapping[str, float],
    before: Mapping[str, float],
    after: Mapping[str, float],
    attributes: Sequence[str],
) -> tuple[str, tuple[str, ...]]:
    """The answer to an edit, and a few things to say next.

    `planned_before` and `planned` are degrees by the plan, `before` and `after` those measured in the picture (empty: not measured).
    """
    parts = []
    understood = _understood(asked, planned_before)
    if understood:
        parts.append(f"**{understood}.**")
    touched = tuple(dict.fromkeys([*asked.restore, *(step.attribute for step in asked.steps)]))
    measured = [name for name in touched if name in before and name in after]
    if measured:
        parts.append("Measured in the picture: " + ", ".join(f"{name} {before[name]:.1f} → {after[name]:.1f}" for name in measured) + ".")
    parts.extend(_limits(asked.steps, planned_before))
    asked_for = [name for name in measured if _asked_for(name, asked.steps, planned_before, planned)]
    weak = [name for name in asked_for if abs(after[name] - before[name]) < HARDLY]
    if weak:
        parts.append(f"The {_listed(weak)} hardly changed; ask for more of it, or undo.")
    parts.extend(_asides(asked, attributes))
    return " ".join(parts), _proposals(attributes, planned, touched)


def talk(asked: Interpretation, attributes: Sequence[str], degrees: Mapping[str, float]) -> tuple[str, tuple[str, ...]]:
    """The answer where nothing is edited."""
    able = _listed(attributes)
    offers = _proposals(attributes, degrees, ())
    if asked.intent == "help":
        return (
            f"Tell me in your own words what to change: I can change {able}. Say how much, too: “a bit older”, “thin glasses”, "
            "“smile 3 of 5”, “remove the beard”, several at once if you like. “Undo”, “redo” and “start over” work as well."
        ), offers
    if asked.intent == "thanks":
        return "You are welcome. Download keeps the picture at its full size.", offers
    if asked.intent == "hello":
        return f"Hello! Tell me what to change: {able}.", offers
    if asked.intent == "no":
        return "All right, it stays as it is.", ()
    if asked.intent == "describe":
        if not degrees:
            return "I have not measured this face yet.", offers
        described = ", ".join(_described(name, degrees[name]) for name in attributes if name in degrees)
        return f"As far as I can measure: {described}.", offers
    if asked.intent == "edit":
        return " ".join(_asides(asked, attributes)), offers
    if asked.question or asked.unknown:
        return " ".join(_asides(asked, attributes)), asked.options or offers
    return f"I did not understand that. I can change {able}.", offers


def undone(request: str) -> str:
    return f"Undone: “{_quotable(request)}”."


def redone(request: str) -> str:
    return f"Done again: “{_quotable(request)}”."


def _quotable(request: str) -> str:
    """A visitor's words without what Markdown or HTML would make something of."""
    return " ".join(re.sub(r"[^\w\s.,;:!?'’%+/()-]", "", request).replace("_", " ").split())[:80]


def _understood(asked: Interpretation, planned: Mapping[str, float]) -> str:
    """ "Smile +2 (about 1 → 3), eyeglasses 3 (thick plastic frames)" """
    planned = dict(planned)
    phrases = [f"{name} as in the photo" for name in asked.restore]
    for step in asked.steps:
        start = planned.get(step.attribute, 0.0)
        end = step.applied_to(start)
        if step.operation == "set":
            phrases.append(f"{step.attribute} {step.amount:g} ({MEANINGS[step.attribute][round(step.amount)]})")
        else:
            phrases.append(f"{step.attribute} {step.amount:+g} (about {start:.0f} → {end:.0f})".replace("+-", "-").replace("-", "−"))
        planned[step.attribute] = end
    sentence = ", ".join(phrases)
    return sentence[:1].upper() + sentence[1:]


def _limits(steps: Sequence[EditStep], planned: Mapping[str, float]) -> list[str]:
    """A word where the scale ends before the wish does."""
    told = []
    planned = dict(planned)
    for step in steps:
        start = planned.get(step.attribute, 0.0)
        if step.operation == "change":
            if step.amount > 0 and start >= MAX_DEGREE - 0.25:
                told.append(f"{step.attribute.capitalize()} was already at its strongest.")
            elif step.amount < 0 and start <= 0.25:
                told.append(f"{step.attribute.capitalize()} was already at its lowest.")
        planned[step.attribute] = step.applied_to(start)
    return told


def _asked_for(name: str, steps: Sequence[EditStep], start: Mapping[str, float], end: Mapping[str, float]) -> bool:
    return any(step.attribute == name for step in steps) and abs(end.get(name, 0.0) - start.get(name, 0.0)) >= 1


def _asides(asked: Interpretation, attributes: Sequence[str]) -> list[str]:
    """What was left alone, what was not understood, and what is asked back."""
    told = []
    if asked.kept:
        told.append(f"I leave {_listed([name if name.startswith('the ') else f'the {name}' for name in asked.kept])} as it is.")
    if asked.unknown:
        words = _listed([f"“{word}”" for word in asked.unknown], "or")
        told.append(f"I do not know how to change {words} yet; I can change {_listed(attributes)}.")
    if asked.question:
        told.append(asked.question)
    return told


def _described(name: str, degree: float) -> str:
    return f"{name} {degree:.1f} ({MEANINGS[name][min(max(round(degree), 0), MAX_DEGREE)]})"


def _proposals(attributes: Sequence[str], degrees: Mapping[str, float], touched: Sequence[str]) -> tuple[str, ...]:
    """Three things to try next, those not just tried first."""
    order = [name for name in PROPOSALS if name in attributes and name not in touched]
    order += [name for name in PROPOSALS if name in attributes and name in touched]
    return tuple(PROPOSALS[name][degrees.get(name, 0.0) >= 2.5] for name in order[:3])


def _listed(names: Sequence[str], conjunction: str = "and") -> str:
    names = list(names)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {conjunction} {names[-1]}"
