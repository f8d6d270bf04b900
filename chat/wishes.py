"""One clause about a prompt, or about a thing that prompts are about -> what it asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from backends.base import EditStep
from chat.clauses import Clause
from chat.prompt_words import INSTEAD, OPPOSITES, THINGS, label, thing_of
from chat.steps import numbered
from chat.tongue import Said, ask_how
from graded import GRADED
from prompts import GROUPS, rivals

MOVES = {"small": 2.0, "modest": 2.0, "": 3.0, "large": 5.0, "most": 5.0, "least": 2.0}
"""Degrees that "a bit blonder", "blonder" and "much blonder" move; fewer could hardly be seen."""
SETS = {"small": 2.0, "modest": 2.0, "": 5.0, "large": 5.0, "most": 5.0, "least": 1.0}
"""Degrees that "a bit blond", "blond" and "very blond" set."""
LEAST_MOVE = MOVES["small"]


@dataclass(frozen=True)
class Wish:
    """What a clause comes to: steps, wishes to take back, something that cannot be had, or questions with their answers."""

    steps: tuple[EditStep, ...] = ()
    restore: tuple[str, ...] = ()
    unavailable: str = ""
    questions: tuple[Said, ...] = ()
    options: tuple[str, ...] = ()


def is_prompted(name: str) -> bool:
    """Whether a clause about it is read here: a prompt, or a thing."""
    return name not in GRADED


def wish(clause: Clause, name: str, able: Sequence[str], planned: Mapping[str, float]) -> Wish:
    """`able` are the prompts that the engine can make, `planned` the degrees asked for so far."""
    covered = THINGS[name].covers if name in THINGS else (name,)
    if not set(covered).intersection(able):
        return Wish(unavailable=name)
    asked = tuple(prompt for prompt in covered if planned.get(prompt, 0.0) > 0)
    if clause.operation in ("restore", "return"):
        replaced = tuple(prompt for prompt in rivals(name) if planned.get(prompt, 0.0) > 0)
        nothing_to_add = clause.degree == 0 or (name in THINGS and not THINGS[name].default)
        if clause.operation == "restore" or asked or replaced or nothing_to_add:
            return Wish(restore=asked or replaced or (name,))
        clause = replace(clause, operation="add")  # what was never asked for: "bring back her cheekbones"
    found = _taken_away(clause, name, asked) or (_of_thing(clause, name, asked) if name in THINGS else _of_prompt(clause, name))
    lacking = [step.attribute for step in found.steps if step.attribute not in able]
    return Wish(unavailable=lacking[0]) if lacking else found


def _taken_away(clause: Clause, name: str, asked: tuple[str, ...]) -> Wish | None:
    """What "no ...", "less ..." and "not so ..." ask for; None for a clause that takes nothing away."""
    tempered = clause.operation in ("remove", "off") and clause.amount in ("large", "modest")
    if clause.operation == "less" or tempered:
        opposite = THINGS[name].shrunk if name in THINGS else OPPOSITES.get(name, "")
        wanted = tuple(prompt for prompt in asked if not prompt.startswith("no ") and prompt != opposite)
        if clause.number is not None and wanted:
            return Wish(tuple(numbered(clause, prompt, -1) for prompt in wanted))
        if wanted:
            amount = "" if tempered else clause.amount
            return Wish(tuple(EditStep(prompt, "change", -MOVES[amount]) for prompt in wanted))
        if opposite and clause.leading and not clause.direction:  # "less nose", "less pale"
            return Wish((EditStep(opposite, "change", MOVES[clause.amount]),))
        none = tuple(prompt for prompt in _without(name) if prompt.startswith("no "))
        return Wish(tuple(EditStep(prompt, "set", MOVES[clause.amount]) for prompt in none)) if none else _instead(name)
    ends = clause.degree == 0 or clause.negated or clause.operation in ("remove", "off")
    if not ends:
        return None
    without = _without(name)
    wanted = tuple(prompt for prompt in asked if prompt not in without)
    if wanted and (name not in THINGS or all(prompt.startswith("no ") for prompt in without)):
        return Wish(restore=wanted)
    return Wish(tuple(EditStep(prompt, "set", SETS[clause.amount]) for prompt in without)) if without else _instead(name)


def removed(name: str, planned: Mapping[str, float]) -> Wish:
    """What taking away a prompt comes to."""
    return _taken_away(Clause(operation="remove"), name, tuple(one for one in (name,) if planned.get(one, 0.0) > 0)) or Wish()


def can_go(name: str, planned: Mapping[str, float]) -> bool:
    """Whether anything takes it away, or it was asked for."""
    asked = any(planned.get(one, 0.0) > 0 for one in (THINGS[name].covers if name in THINGS else (name,)))
    gone = _without(name) or [option for option in INSTEAD.get(name, ()) if option.startswith(("No ", "Remove "))]
    return name in GRADED or asked or (bool(gone) and not name.startswith("no "))


def _without(name: str) -> tuple[str, ...]:
    """The prompts that take away what a name is about."""
    if name in THINGS:
        return THINGS[name].without
    return tuple(other for other in rivals(name) if other.startswith("no "))


def _instead(name: str) -> Wish:
    options = INSTEAD.get(name, ())
    if name in THINGS and not options:  # nobody wants the nose to go
        return Wish(questions=(ask_how(name),), options=THINGS[name].options)
    told = Said("not_from_photo", (name,))
    return Wish(questions=(told, Said("rather")) if options else (told,), options=options)


def _of_thing(clause: Clause, name: str, asked: tuple[str, ...]) -> Wish:
    thing = THINGS[name]
    worn = tuple(prompt for prompt in asked if prompt not in thing.without)
    if clause.operation == "more" and worn and thing.default:
        return Wish(tuple(EditStep(prompt, "change", MOVES[clause.amount]) for prompt in worn))
    if clause.operation == "more" and clause.leading and thing.grown:
        return _of_prompt(clause, thing.grown)
    of_colour = clause.has_colour and "red" in thing.looks  # "purple lipstick"
    plain = clause.operation in ("", "add", "make", "more") and not (clause.comparative or clause.strangers or of_colour)
    if thing.default and plain:
        return _of_prompt(clause, thing.default)
    return Wish(questions=(ask_how(name),), options=thing.options)


def _of_prompt(clause: Clause, name: str) -> Wish:
    if clause.number is not None:
        return Wish((numbered(clause, name, 1),))
    if clause.comparative or (clause.operation == "change" and not clause.new):
        question, options = question_about(thing_of(name) or name)
        return Wish(questions=(question,), options=options)
    if clause.operation == "more" or clause.direction:
        return Wish((EditStep(name, "change", MOVES[clause.amount]),))
    degree = 3.0 if clause.quality == "medium" else SETS[clause.amount]
    return Wish((EditStep(name, "set", degree),))


def question_about(name: str) -> tuple[Said, tuple[str, ...]]:
    """What to ask where it is open what shall happen to a prompt or a thing, and the answers to it."""
    if name in THINGS:
        return ask_how(name), THINGS[name].options
    return Said("shall_i_try", (name,)), (label(name),)


def rival_wishes(steps: Sequence[EditStep], text: str) -> tuple[str, ...]:
    """Prompts of one group that one sentence asks for together; where one of them is to go first, there is no rivalry."""
    if re.search(r"\b(?:then|again|afterwards)\b", text):
        return ()
    wanted = [step.attribute for step in steps if is_prompted(step.attribute) and step.amount > 0 and not step.attribute.startswith("no ")]
    return tuple(dict.fromkeys(name for name in wanted if set(rivals(name)).intersection(wanted)))


def without_replaced(steps: Sequence[EditStep]) -> list[EditStep]:
    """The steps without those "no ..." that a later one of the same group answers: "take the cap off and put a beanie on"."""
    return [
        step
        for place, step in enumerate(steps)
        if not (step.attribute.startswith("no ") and any(_same_group(step, later) for later in steps[place + 1 :]))
    ]


def _same_group(step: EditStep, other: EditStep) -> bool:
    return other.attribute != step.attribute and GROUPS.get(step.attribute) == GROUPS.get(other.attribute, "")
