"""What clauses leave unsaid: the verb ("add glasses and a beard"), the noun ("... and make it longer")."""

from __future__ import annotations

from dataclasses import replace

from chat.clauses import Clause
from chat.doubts import OPPOSITES
from chat.interpretation import Context
from chat.wishes import can_go

_REMOVING = ("remove", "off")
_OPPOSED = ({"add", "remove"}, {"add", "off"}, {"more", "less"}, {"more", "remove"}, {"keep", "remove"})


def with_ellipsis(clauses: list[Clause], context: Context) -> list[Clause]:
    """Fills in what a clause leaves unsaid: the verb ("add glasses and a beard"), the noun ("... and make it longer")."""
    done: list[Clause] = []
    waiting = ""
    for index, clause in enumerate(_with_adjectives_joined(clauses)):
        before = done[-1] if done else None
        said = next((at for at in reversed(range(len(done))) if done[at].attributes), None)
        if clause.echoes and before and before.attributes:  # "and the same with the glasses"
            clause = replace(clause, operation=before.operation, negated=before.negated, leading=True)
        if clause.attributes:
            clause = replace(clause, amount=clause.amount or waiting)
            lends = before is not None and clause.link != "hard" and not clause.operation and not clause.negated
            if lends and clause.takes_verb_of(before) and (before.operation not in _REMOVING or _can_go(clause, context)):
                clause = replace(clause, operation=before.operation, negated=before.negated, carried=True)
        elif clause.removes_it and said is not None and clause.operation in _REMOVING and done[said].operation not in _REMOVING:
            clause = replace(clause, attributes=done[said].attributes, unknown=())
            done[said] = replace(done[said], operation="mention")  # "whoever did that tan should be fired, get it off her"
        elif clause.keeps and clause.refers and clause.quality and before and before.attributes and not before.keeps:
            done[-1] = replace(before, quality=clause.quality)  # "a beard, but keep it short"
            continue
        elif clause.keeps and clause.refers and before and before.attributes:
            clause = replace(clause, attributes=before.attributes)
        elif not clause.unknown and not clause.unavailable and not clause.keeps and clause.operation != "mention" and clause.says_something:
            about = before if before and before.attributes else None
            if clause.only_amount and about and not about.keeps:
                done[-1] = replace(about, amount=clause.amount)
                continue
            if clause.only_percent and about and about.number is None:
                done[-1] = replace(about, number=clause.number)
                continue
            if clause.only_amount and not before and index + 1 < len(clauses):  # "much, much older"
                waiting = clause.amount
                continue
            if clause.amount == "modest" and clause.only_amount:  # "not too much", about the latest change
                clause = replace(clause, operation="less")
            names = about.attributes if about else context.about or tuple(dict.fromkeys(step.attribute for step in context.last))
            if clause.operation in ("more", "less") and not (clause.quality or about or context.about):
                clause = replace(clause, relative=-1 if clause.operation == "less" else 1)
            elif clause.operation not in ("", "make", "change") or clause.quality or clause.comparative or clause.number:
                clause = replace(clause, attributes=names)
                named = about and about.definite and about.operation in ("", "change") and not about.points_somewhere
                if named or (about and about.bare and clause.link == "hard"):  # "the smile, make it bigger", "a fringe. needs one"
                    done[-1] = replace(about, operation="mention")
        if clause.takes_along and before and before.only_named:
            done[-1] = replace(before, operation=clause.operation)  # "bangs and glasses off"
        done.append(clause)
    return [replace(clause, amount="small") if clause.amount == "modest" else clause for clause in done]


def _can_go(clause: Clause, context: Context) -> bool:
    """ "No glasses, hat" takes both off; in "no glasses, hair tied back" the second is a wish."""
    return any(can_go(name, context.degrees) for name in clause.attributes)


def _with_adjectives_joined(clauses: list[Clause]) -> list[Clause]:
    """ "A long, thin beard" is one clause."""
    joined: list[Clause] = []
    for clause in clauses:
        last = joined[-1] if joined else None
        dangling = last and not last.attributes and not last.unknown and not last.unavailable and (last.quality or last.comparative)
        opens = dangling and (len(joined) == 1 or last.operation in ("add", "make")) and clause.link in ("comma", "soft")
        if opens and clause.attributes and not clause.operation and (clause.quality or clause.comparative):
            quality = "long thin" if {last.quality, clause.quality} == {"long", "thin"} else clause.quality or last.quality
            against = last.comparative * clause.comparative < 0 or {last.quality, clause.quality} in OPPOSITES
            joined[-1] = replace(
                clause, link=last.link, operation=last.operation, leading=True, quality=quality, conflict=clause.conflict or against
            )
        elif (
            last and not last.attributes and clause.attributes and {last.operation, clause.operation} in _OPPOSED and clause.link == "soft"
        ):
            joined[-1] = replace(clause, conflict=True)  # "add and remove the beard"
        else:
            joined.append(clause)
    return joined
