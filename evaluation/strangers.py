"""`python -m evaluation.strangers`: how well the offline interpreter understands people who knew none of its words.

tests/data/strangers.tsv: what writers who saw neither grammar nor templates would ask of the first engine, with the looks that shall
come (+) or go (-), "none" where no engine can do it; and sentences without wishes that mention such looks and ask for nothing. `dev` and
`later` are what the grammar was mended by; the two `unseen` have never been looked at since they were written, only counted. At first
sight, before it was mended by `dev`, 225 of those 440 requests and 126 of the 200 unseen ones were understood, and 17 of 450 and 5 of 120
other sentences edited; before it was mended by `later`, 175 of 329 (three had been learnt, and went) and 90 of 166, and 6 of 123 and 2
of 57.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from backends.base import EditStep
from chat.interpretation import Context, Interpretation, Interpreter
from chat.offline import OfflineInterpreter
from graded import GRADED, MAX_DEGREE
from prompts import PROMPTS
from training.tables import wished

TABLE = Path(__file__).parent.parent / "tests" / "data" / "strangers.tsv"
START = 2.0
"""Degree of each graded attribute before."""


@dataclass(frozen=True)
class Request:
    """`wishes` are names with + or - behind them; None where nothing is asked for."""

    split: str
    sentence: str
    wishes: tuple[str, ...] | None

    def context(self) -> Context:
        """A face with some of everything graded, and with those prompts that are to go."""
        going = {wish[:-1]: float(MAX_DEGREE) for wish in self.wishes or () if wish.endswith("-") and wish[:-1] in PROMPTS}
        return Context(degrees=dict.fromkeys(GRADED, START) | going, prompts=tuple(PROMPTS))


def read_table() -> list[Request]:
    return [Request(*row) for row in wished(TABLE)]


def understood(found: Interpretation, request: Request) -> bool:
    """Whether exactly the wishes would come true, however far; a degree that is set is some of it, and less than there was where it is."""
    done = _done(found, request)
    return len(done) == len(request.wishes or ()) and all(any(wish in one for one in done) for wish in request.wishes or ())


def _done(found: Interpretation, request: Request) -> list[frozenset[str]]:
    """What each change comes to, as wishes."""
    degrees = request.context().degrees
    done = [frozenset(_fulfilled(step, degrees.get(step.attribute, 0.0))) for step in found.steps]
    return done + [frozenset({f"{name}-"}) for name in found.restore]


def _fulfilled(step: EditStep, start: float) -> Iterable[str]:
    end = step.applied_to(start)
    if end > start or (step.operation == "set" and end > 0):
        yield f"{step.attribute}+"
    if end < start:
        yield f"{step.attribute}-"


def offered(found: Interpretation, request: Request, interpreter: Interpreter) -> bool:
    """Whether one of the answers to click brings some of the wishes and nothing else."""
    answers = (_done(interpreter.interpret(option, request.context()), request) for option in found.options)
    return any(done and all(one.intersection(request.wishes or ()) for one in done) for done in answers)


class Count(NamedTuple):
    """`understood` of the `requests`; those asked back or refused with a wish to click (`offered`); those for which something else was
    done; sentences without any (`idle`), and how many edited."""

    requests: int
    understood: int
    offered: int
    otherwise: int
    idle: int
    edited: int


def count(interpreter: Interpreter, requests: Sequence[Request]) -> Count:
    found = [(one, interpreter.interpret(one.sentence, one.context())) for one in requests]
    wanting = [(one, reading, understood(reading, one)) for one, reading in found if one.wishes is not None]
    idle = [reading.changes for one, reading in found if one.wishes is None]
    right, otherwise = sum(exact for *_, exact in wanting), sum(reading.changes and not exact for _, reading, exact in wanting)
    click = sum(offered(reading, one, interpreter) for one, reading, exact in wanting if not (exact or reading.changes))
    return Count(len(wanting), right, click, otherwise, len(idle), sum(idle))


def report(interpreter: Interpreter, requests: Sequence[Request]) -> str:
    """Markdown: for each split, what became of the requests, and how many of the other sentences edited something."""
    lines = ["| strangers | requests | understood | a click away | asked or refused | something else | no request | edited all the same |"]
    lines.append("|---" * 8 + "|")
    for split in dict.fromkeys(request.split for request in requests):
        asked, right, click, otherwise, idle, edited = count(interpreter, [one for one in requests if one.split == split])
        shares = " | ".join(f"{part / asked:.1%}" for part in (right, click, asked - right - click - otherwise, otherwise))
        lines.append(f"| {split} | {asked} | {shares} | {idle} | {edited} |")
    return "\n".join(lines)


def main() -> None:
    print(report(OfflineInterpreter(), read_table()))


if __name__ == "__main__":
    main()
