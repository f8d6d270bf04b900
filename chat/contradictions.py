"""Where a sentence leaves open which of two things is wanted."""

from __future__ import annotations

import re

from backends.base import EditStep
from chat.clauses import Clause


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
