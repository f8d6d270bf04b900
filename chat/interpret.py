"""Words -> what to change: the `Interpreter` protocol and the one that needs no network and no model.

    python -m chat.interpret < utterances        prints one JSON interpretation per line
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Literal, Protocol

from backends.base import EditPlan, EditStep
from chat import lexicon
from chat.clauses import Clause, split_clauses, tokenise
from graded import GRADED, MAX_DEGREE

Intent = Literal["edit", "undo", "redo", "reset", "help", "thanks", "hello", "yes", "no", "describe", "unclear"]
_SMALL, _PLAIN, _LARGE = 1.0, 2.0, 3.0
"""Degrees that "a bit older", "older" and "much older" move."""


@dataclass(frozen=True)
class Context:
    """What a sentence is understood against.

    `degrees` are those asked for or measured so far (0..5), `last` the steps of the latest edit ("more" repeats them), and `offer` what
    the assistant proposed ("yes" accepts it).
    """

    attributes: tuple[str, ...] = GRADED
    degrees: Mapping[str, float] = field(default_factory=dict)
    last: tuple[EditStep, ...] = ()
    offer: str = ""


@dataclass(frozen=True)
class Interpretation:
    """What a sentence asks for. `steps` come in order; `restore` names attributes to give back their original look, `kept` those the
    visitor wants left alone, `unknown` the words nothing is known about; `question` asks back, with `options` as ready answers.
    """

    intent: Intent
    steps: tuple[EditStep, ...] = ()
    restore: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    question: str | None = None
    options: tuple[str, ...] = ()


class Interpreter(Protocol):
    def interpret(self, text: str, context: Context) -> Interpretation:
        """One line from a visitor -> what it asks for. Never raises for any text; what it cannot read is "unclear"."""


class OfflineInterpreter:
    """A lexicon, a careful spelling check and a few rules of English; the same sentence always means the same."""

    def interpret(self, text: str, context: Context) -> Interpretation:
        words, smileys = _normalise(text)
        found = self._read(words, context)
        if found.intent == "unclear" and smileys:
            found = self._read(f"{words} {smileys}".strip(), context)
        return found

    def _read(self, text: str, context: Context) -> Interpretation:
        if not text:
            return Interpretation("unclear", question="What would you like to change?")
        intent = _command(text)
        if intent == "yes" and context.offer:
            return self._read(_normalise(context.offer)[0], replace(context, offer=""))
        return Interpretation(intent) if intent else _edit(text, context)


def _normalise(text: str) -> tuple[str, str]:
    """Lower-case words without apostrophes and hyphens, and apart from them the words that smileys stand for."""
    text = unicodedata.normalize("NFKC", text[:500]).lower().replace("\ufe0f", "")
    smileys = []
    for symbol, word in lexicon.SMILEYS.items():
        if symbol in text:
            smileys.append(word)
            text = text.replace(symbol, " ")
    for symbol, word in lexicon.THINGS.items():
        text = text.replace(symbol, f" {word} ")
    text = re.sub(r"[\u2018\u2019\u02bc`]", "'", text)
    text = re.sub(r"\b(do|does|is|should|will) ?n[o']t\b|\bdo not\b|\bdont't\b", "dont", text)
    text = re.sub(r"\bcan(no|')t\b", "can not", text)
    text = re.sub(r"(?<=[a-z])'(s|re|ve|ll|d|m)\b", "", text)
    text = re.sub(r"(?<=[a-z])-(?=[a-z])|'|\"", " ", text.replace("o'clock", "oclock"))
    return " ".join(text.split()), " ".join(smileys[:1])


_POLITE = (
    r"^(please|pls|can you|could you|would you|will you|now|ok|okay|well|oh|no|hey|just|so|hmm|and|then|lets)\b[ ,]*"
    r"|[ ,]*\b(please|pls|now|for me|then|thanks|thank you|again)$"
)
"""What a command may begin or end with."""


def _command(text: str) -> Intent | None:
    text = re.sub(r"[.!?\s]+$", "", text)
    stripped = text
    while True:
        for intent, pattern in lexicon.COMMANDS.items():
            if re.fullmatch(pattern, stripped):
                return intent
        shorter = re.sub(_POLITE, "", stripped).strip()
        if shorter in ("", stripped):
            return None
        stripped = shorter


def _edit(text: str, context: Context) -> Interpretation:
    clauses = _with_ellipsis(split_clauses(tokenise(text)), context)
    steps: list[EditStep] = []
    restore, kept, unknown, asked, options = [], [], [], [], []
    for clause in clauses:
        if clause.keeps:
            kept.extend(clause.attributes or clause.unknown or ("the rest",))
            continue
        if clause.operation == "ignore":
            continue
        unknown.extend(clause.unknown)
        for name in clause.attributes:
            if name not in context.attributes:
                unknown.append(name)
            elif clause.negated and any(step.attribute == name for step in steps):
                continue  # "smile, but don't laugh" bounds the smile that was just asked for
            elif clause.operation == "restore":
                restore.append(name)
            else:
                degrees = {**context.degrees, **_planned(steps, context)}
                step = _step(clause, name, degrees.get(name))
                if step is None:
                    asked.append("Older or younger?" if name == "age" else f"More {name}, or less?")
                    options.extend(("Older", "Younger") if name == "age" else (f"More {name}", f"Less {name}"))
                else:
                    steps.append(step)
        if not clause.attributes and clause.operation in ("more", "less") and not clause.unknown and clause.relative is not None:
            steps.extend(_repeat(context.last, clause))
    changed = {step.attribute for step in steps}
    kept = tuple(name for name in dict.fromkeys(kept) if name not in changed)
    unknown = tuple(dict.fromkeys(unknown))
    question = " ".join(asked) or None
    if steps or restore or kept:
        return Interpretation("edit", tuple(steps), tuple(restore), kept, unknown, question, tuple(options))
    guesses = _guesses(clauses)
    if guesses and not asked:
        names = " or ".join(f"“{guess}”" for guess in guesses)
        return Interpretation("unclear", unknown=unknown, question=f"Did you mean {names}?", options=guesses)
    return Interpretation("unclear", unknown=unknown, question=question, options=tuple(options))


def _planned(steps: list[EditStep], context: Context) -> dict[str, float]:
    """Degrees after `steps`, so that two changes of one attribute in one line build on each other."""
    return EditPlan(tuple(steps)).degrees_from({step.attribute: 0.0 for step in steps} | dict(context.degrees))


def _with_ellipsis(clauses: list[Clause], context: Context) -> list[Clause]:
    """Fills in what a clause leaves unsaid: the verb ("add glasses and a beard"), the noun ("... and make it longer")."""
    done: list[Clause] = []
    waiting = ""
    for index, clause in enumerate(clauses):
        before = done[-1] if done else None
        if clause.attributes:
            clause = replace(clause, amount=clause.amount or waiting)
            if before and clause.link != "hard" and not clause.operation and not clause.negated and clause.takes_verb_of(before):
                clause = replace(clause, operation=before.operation, negated=before.negated, carried=True)
        elif not clause.unknown and not clause.keeps and clause.says_something:
            about = before if before and before.attributes else None
            if clause.only_amount and about and not about.keeps:
                done[-1] = replace(about, amount=clause.amount)
                continue
            if clause.only_amount and not before and index + 1 < len(clauses):  # "much, much older"
                waiting = clause.amount
                continue
            if clause.only_amount:  # "a bit more"'s "a bit" and "not too much", about the latest change
                clause = replace(clause, operation="less" if clause.amount == "modest" else "more")
            names = about.attributes if about else tuple(dict.fromkeys(step.attribute for step in context.last))
            if clause.operation in ("more", "less") and not clause.quality and not about:
                clause = replace(clause, relative=-1 if clause.operation == "less" else 1)
            elif clause.operation not in ("", "make", "change") or clause.quality or clause.comparative or clause.number:
                clause = replace(clause, attributes=names)
        done.append(clause)
    return [replace(clause, amount="small") if clause.amount == "modest" else clause for clause in done]


def _repeat(last: tuple[EditStep, ...], clause: Clause) -> Iterator[EditStep]:
    """ "More" or "less" of the latest change, in its own direction."""
    for step in last:
        sign = -1 if step.operation == "change" and step.amount < 0 else 1
        yield EditStep(step.attribute, "change", sign * clause.relative * (_LARGE if clause.amount in ("large", "most") else _SMALL))


def _step(clause: Clause, name: str, current: float | None) -> EditStep | None:
    """One clause about one attribute -> a step; None where the direction is anyone's guess."""
    down = clause.operation in ("remove", "off", "less") or clause.negated
    pointing = clause.direction * (-1 if down else 1) if clause.direction else (-1 if down else 1)
    moved = {"small": _SMALL, "": _PLAIN, "large": _LARGE, "most": MAX_DEGREE, "least": _SMALL}[clause.amount]

    if clause.number is not None:
        return _numbered(clause, name, pointing)
    if clause.amount in ("most", "least") and not clause.degree and not clause.quality:
        top = (clause.amount == "most") == (pointing > 0)
        return EditStep(name, "set", float(MAX_DEGREE if top else 0))
    if clause.operation in ("remove", "off") or clause.negated:
        if clause.direction:
            return EditStep(name, "change", pointing * moved)
        if clause.amount == "small":
            return EditStep(name, "change", -_SMALL)
        return EditStep(name, "set", 0.0) if name != "age" else EditStep(name, "change", -_PLAIN)
    if clause.quality:
        degree = lexicon.QUALITY_DEGREE[name].get(clause.quality)
        if degree is not None:
            if name == "eyeglasses" and clause.degree == MAX_DEGREE:  # sunglasses come thin or thick only
                degree = 4 if degree <= 2 else 5
            elif clause.amount == "large":
                degree = max(degree - 1, 1) if degree <= 2 else (MAX_DEGREE if degree >= 4 else degree)
            return EditStep(name, "set", float(degree))
    if clause.comparative:
        return _compared(name, clause.comparative * (-1 if down else 1), clause.amount, current)
    if clause.operation in ("more", "less") and not clause.direction:
        return EditStep(name, "change", pointing * (_LARGE if clause.amount == "large" else _SMALL))
    if clause.degree is not None:
        extreme = clause.degree == MAX_DEGREE and name != "eyeglasses"
        return EditStep(name, "set", float(clause.degree - 1 if clause.amount == "small" and extreme else clause.degree))
    if clause.direction:
        return EditStep(name, "change", pointing * moved)
    if clause.operation == "change" or (name == "age" and not clause.addresses_person):
        return None
    if clause.amount == "small" or (name in lexicon.GROWS and (current or 0.0) >= lexicon.PLAIN_DEGREE[name]):
        return EditStep(name, "change", _SMALL)
    if name not in lexicon.PLAIN_DEGREE:
        return EditStep(name, "change", moved)
    return EditStep(name, "set", float(MAX_DEGREE if clause.amount == "large" and name in lexicon.GROWS else lexicon.PLAIN_DEGREE[name]))


def _compared(name: str, sign: int, amount: str, current: float | None) -> EditStep:
    """ "Thicker", "shorter"; for glasses the scale runs from thin to thick twice, first clear and then dark."""
    if name == "eyeglasses" and current is not None:
        dark = current > 3.5
        return EditStep(name, "set", float((5 if dark else 3) if sign > 0 else (4 if dark else 1)))
    return EditStep(name, "change", sign * (_LARGE if amount == "large" else _SMALL))


def _numbered(clause: Clause, name: str, pointing: int) -> EditStep:
    number = clause.number
    relative = number.signed or clause.by or clause.operation in ("more", "less", "remove") or clause.direction or clause.comparative
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


def _guesses(clauses: list[Clause]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(guess for clause in clauses for guess in clause.guesses))[:3]


def to_json(interpretation: Interpretation) -> str:
    return json.dumps(asdict(interpretation), ensure_ascii=False)


def main() -> None:
    interpreter = OfflineInterpreter()
    for line in sys.stdin:
        print(to_json(interpreter.interpret(line.strip(), Context())))


if __name__ == "__main__":
    main()
