"""Where a sentence leaves open which of two things is wanted, and where what it says last tells."""

from __future__ import annotations

import re

from backends.base import EditStep
from chat.clauses import Clause
from graded import MAX_DEGREE

_GRIM = ("sad", "angry")
"""Expressions that no smile goes with."""


def contradictions(steps: list[EditStep], text: str) -> list[str]:
    """Attributes that one sentence moves both up and down, or both takes away and gives."""
    found = []
    wavers = re.search(r"\b(?:off and on|on and off)\b", text)
    for name in dict.fromkeys(step.attribute for step in steps):
        own = [step for step in steps if step.attribute == name]
        both_ways = any(s.operation == "change" and s.amount > 0 for s in own) and any(
            s.operation == "change" and s.amount < 0 for s in own
        )
        gone = [s.operation == "set" and s.amount == 0 for s in own if s.operation == "set" or s.amount > 0]  # less is no contradiction
        ages = {s.amount for s in own if s.operation == "set" and name == "age"}
        if (wavers or both_ways or len(ages) > 1 or (any(gone) and not all(gone))) and not re.search(r"\b(then|again|afterwards)\b", text):
            found.append(name)
    return found


def choice(clauses: list[Clause]) -> list[str]:
    """What "glasses or a beard" leaves open; nothing in "no glasses or beard"."""
    for before, clause in zip(clauses, clauses[1:], strict=False):
        wanted = all(one.attributes and one.operation in ("", "make", "add", "more") and not one.negated for one in (before, clause))
        if clause.link == "or" and wanted and before.attributes != clause.attributes:
            return [*before.attributes, *clause.attributes]
    return []


def alternatives(clauses: list[Clause]) -> list[str]:
    """Attributes of which two looks are named to choose from: "glasses or sunglasses"."""
    return [
        clause.attributes[0]
        for before, clause in zip(clauses, clauses[1:], strict=False)
        if clause.link == "or" and clause.attributes and clause.attributes == before.attributes and clause.degree != before.degree
    ]


def without_superseded(steps: list[EditStep]) -> list[EditStep]:
    """A degree that is set makes what was asked of the same attribute before it pointless."""
    kept: list[EditStep] = []
    for step in steps:
        if step.operation == "set":
            kept = [earlier for earlier in kept if earlier.attribute != step.attribute]
        same = [
            e for e in kept if step.operation == e.operation == "change" and e.attribute == step.attribute and e.amount * step.amount > 0
        ]
        full = any(e.operation == "set" and e.amount == MAX_DEGREE and e.attribute == step.attribute for e in kept)
        if full and step.operation == "change" and step.amount > 0:  # "gaunt, even gaunter"
            continue
        if same:  # "older, much older" is one wish
            kept = [max((earlier, step), key=lambda one: abs(one.amount)) if earlier is same[-1] else earlier for earlier in kept]
            continue
        kept.append(step)
    return kept


def in_one_mood(steps: list[EditStep]) -> tuple[list[EditStep], list[str]]:
    """ "She looks so glum, let's have a smile": of a smile and its opposites the one said last is meant to come. The steps to take, and the
    expressions that are given up.
    """
    grim = [step for step in steps if step.attribute in _GRIM and step.amount > 0]
    glad = [step for step in steps if step.attribute == "smile" and step.amount > 0]
    if not (grim and glad):
        return steps, []
    if steps.index(glad[-1]) > steps.index(grim[-1]):
        return [step for step in steps if step not in grim], [step.attribute for step in grim]
    return [EditStep("smile", "set", 0.0) if step is glad[-1] else step for step in steps], []
