"""One clause about one attribute -> the step that it asks for: how far "a bit", "much thicker", "40 %" and "ten years" go."""

from __future__ import annotations

from backends.base import EditStep
from chat import lexicon
from chat.clauses import Clause
from graded import MAX_DEGREE

SMALL, PLAIN, LARGE = 1.0, 2.0, 3.0
"""Degrees that "a bit older", "older" and "much older" move."""


def step_for(clause: Clause, name: str, current: float | None) -> EditStep | None:
    """One clause about one attribute -> a step; None where the direction is anyone's guess."""
    down = clause.operation in ("remove", "off", "less") or clause.negated
    pointing = clause.direction * (-1 if down else 1) if clause.direction else (-1 if down else 1)
    moved = {"small": SMALL, "": PLAIN, "large": LARGE, "most": MAX_DEGREE, "least": SMALL}[clause.amount]

    if clause.number is not None:
        return numbered(clause, name, pointing)
    if name == "age" and clause.degree is not None and clause.amount == "most":
        return EditStep(name, "set", float(MAX_DEGREE if clause.degree > MAX_DEGREE / 2 else 0))
    if clause.amount in ("most", "least") and not clause.degree and not clause.quality:
        if clause.degree == 0 and name != "age":  # "shave him completely"
            return EditStep(name, "set", 0.0)
        top = (clause.amount == "most") == (pointing > 0)
        return EditStep(name, "set", float(MAX_DEGREE if top else 0))
    if clause.operation in ("remove", "off") or clause.negated:
        if clause.direction:
            return EditStep(name, "change", pointing * moved)
        if clause.amount == "small":
            return EditStep(name, "change", -SMALL)
        return EditStep(name, "set", 0.0) if name != "age" else EditStep(name, "change", -PLAIN)
    if clause.quality and clause.operation in ("more", "less"):
        return _compared(name, -1 if down else 1, clause.amount, current)
    if clause.quality:
        degree = lexicon.QUALITY_DEGREE[name].get(clause.quality)
        if name == "beard" and clause.degree in (1, 2) and degree is not None:  # stubble is short whatever it is called besides
            return EditStep(name, "set", float(2 if degree >= 3 else clause.degree))
        if degree is not None:
            if name == "eyeglasses" and clause.degree == MAX_DEGREE:  # sunglasses come thin or thick only
                degree = 4 if degree <= 2 else 5
            elif clause.amount == "large":
                degree = max(degree - 1, 1) if degree <= 2 else (MAX_DEGREE if degree >= 4 else degree)
            return EditStep(name, "set", float(degree))
    if clause.comparative:
        return _compared(name, -1 if down else clause.comparative, clause.amount, current)  # "cut it shorter" is no longer
    if clause.operation in ("more", "less") and not clause.direction:
        if clause.degree is not None and clause.degree < (2 if name == "age" else 1):  # "more serious" is less of a smile
            pointing = -pointing
        return EditStep(name, "change", pointing * (LARGE if clause.amount == "large" else SMALL))
    if clause.degree is not None:
        extreme = clause.degree == MAX_DEGREE and name != "eyeglasses"
        return EditStep(name, "set", float(clause.degree - 1 if clause.amount == "small" and extreme else clause.degree))
    if clause.direction:
        return EditStep(name, "change", pointing * moved)
    if clause.operation == "change" or (name == "age" and not clause.addresses_person):
        return None
    if clause.amount == "small" or (name in lexicon.GROWS and (current or 0.0) >= lexicon.PLAIN_DEGREE[name]):
        return EditStep(name, "change", SMALL)
    if name not in lexicon.PLAIN_DEGREE:
        return EditStep(name, "change", moved)
    return EditStep(name, "set", float(MAX_DEGREE if clause.amount == "large" and name in lexicon.GROWS else lexicon.PLAIN_DEGREE[name]))


def _compared(name: str, sign: int, amount: str, current: float | None) -> EditStep:
    """ "Thicker", "shorter"; for glasses the scale runs from thin to thick twice, first clear and then dark."""
    if name == "eyeglasses" and current is not None:
        dark = current > 3.5
        return EditStep(name, "set", float((5 if dark else 3) if sign > 0 else (4 if dark else 1)))
    return EditStep(name, "change", sign * (LARGE if amount == "large" else SMALL))


def numbered(clause: Clause, name: str, pointing: int) -> EditStep:
    """What a clause with a number asks for; `pointing` is 1 for more and -1 for less of it."""
    number = clause.number
    moves = clause.operation in ("more", "less", "remove", "off") or (clause.operation == "add" and number.unit == "years")
    relative = number.signed or (not clause.to and (clause.by or moves or clause.direction or clause.comparative))
    value = abs(number.value)
    if name == "age" and (number.unit == "years" or (number.unit == "" and value > MAX_DEGREE)):
        if relative:
            value /= lexicon.YEARS_PER_DEGREE
        else:
            value = next((degree for limit, degree in lexicon.YEARS_TO_DEGREE if value < limit), MAX_DEGREE)
    elif number.unit == "%":
        value = value / 100 * MAX_DEGREE
    value = float(min(value, MAX_DEGREE))
    if not relative:
        return EditStep(name, "set", value)
    if number.signed:
        pointing = 1 if number.value >= 0 else -1
    return EditStep(name, "change", value * pointing * (clause.comparative or 1))
