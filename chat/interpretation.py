"""What a visitor's sentence is understood against, what is understood, and who does it: the values and the `Interpreter` protocol."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

from backends.base import MAX_SAMPLING_STEPS, MIN_SAMPLING_STEPS, EditStep
from chat.tongue import DEFAULT, Said, Tongue
from errors import ParleyError
from graded import GRADED, MAX_DEGREE
from prompts import PROMPTS

Intent = Literal[
    "edit", "undo", "redo", "reset", "version", "name", "compare", "yes", "no", "enough", "suggest", "help", "describe", "thanks", "hello",
    "end", "out_of_scope", "unclear",
]  # fmt: skip
"""`help` asks what can be done here; `out_of_scope` cannot be done by any means here; `unclear` needs a question."""

Move = Literal["start", "suggestion", "whether_enough", "whats_next"]
"""What the assistant said last, as in Talk-to-Edit: nothing yet, a proposal, "is this enough?", or "what next?"."""
MOVES: tuple[Move, ...] = ("start", "suggestion", "whether_enough", "whats_next")


@dataclass(frozen=True)
class Context:
    """What a sentence is understood against.

    `attributes` and `prompts` are what the engine at work can change (of prompts by default none). `degrees` are those asked for or
    measured so far (0..5), `last` the steps of the latest edit ("more" repeats them), `move` what the assistant said last and `offer`
    what it proposed then ("yes" accepts it).
    """

    attributes: tuple[str, ...] = GRADED
    degrees: Mapping[str, float] = field(default_factory=dict)
    last: tuple[EditStep, ...] = ()
    offer: str = ""
    move: Move = "start"
    about: tuple[str, ...] = ()
    """Attributes, prompts or things that the assistant has just asked about."""
    prompts: tuple[str, ...] = ()
    language: str = DEFAULT
    """Of what was said so far: that of words which could be of several."""
    versions: Mapping[str, int] = field(default_factory=dict)
    """Numbers of versions by the names that visitors gave them, in small letters."""

    @classmethod
    def from_json(cls, text: str) -> Context:
        """The context of `python -m chat.interpret`, every key optional; `last` as in "smile+2 blond_hair=5", `prompts` a list or "all".

        Raises ParleyError.
        """
        try:
            fields = json.loads(text)
            prompts = fields.get("prompts", [])
            return cls(
                _names(fields.get("attributes", list(GRADED))),
                {name: _degree(degree) for name, degree in fields.get("degrees", {}).items()},
                read_steps(fields.get("last", "")),
                str(fields.get("offer", "")),
                _move(fields.get("move", "start")),
                prompts=PROMPTS if prompts == "all" else _names(prompts),
            )
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise ParleyError(f"The context is not what it should be: {error}") from error


def _names(listed: object) -> tuple[str, ...]:
    if isinstance(listed, list) and all(isinstance(name, str) for name in listed):
        return tuple(listed)
    raise ValueError(f"{listed!r} is no list of names")


def _degree(value: float) -> float:
    if 0 <= value <= MAX_DEGREE:
        return float(value)
    raise ValueError(f"{value!r} is no degree from 0 to {MAX_DEGREE}")


def _move(name: object) -> Move:
    if name in MOVES:
        return name
    raise ValueError(f"{name!r} is none of {', '.join(MOVES)}")


def read_steps(text: str) -> tuple[EditStep, ...]:
    """ "smile+2 blond_hair=5" -> steps; raises ValueError."""
    steps = []
    for word in text.split():
        parts = re.fullmatch(r"(\w+?)(=|[+-])(\d+(?:\.\d+)?)", word)
        name = parts[1].replace("_", " ") if parts else ""
        if parts is None or name not in (*GRADED, *PROMPTS):
            raise ValueError(f"{word!r} is no step such as smile+2 or blond_hair=5")
        amount = float(parts[3])
        steps.append(EditStep(name, "set", amount) if parts[2] == "=" else EditStep(name, "change", float(parts[2] + parts[3])))
    return tuple(steps)


def written_steps(steps: Sequence[EditStep]) -> str:
    """The inverse of `read_steps`."""
    named = ((step.attribute.replace(" ", "_"), step) for step in steps)
    return " ".join(f"{name}={step.amount:g}" if step.operation == "set" else f"{name}{step.amount:+g}" for name, step in named)


@dataclass(frozen=True)
class Interpretation:
    """What a sentence asks for.

    `steps` come in order; `restore` names attributes to give back their original look and prompts to take back, `protected` what the
    visitor wants left alone. `unavailable` are things that are known but that nothing at hand covers ("wings"), `unknown` words nothing is
    known about. `about` are attributes, prompts or things that a question, the visitor's or the one asked back, is about; `topic` is what
    a question for help is about ("", privacy, download, quality or engine), the number of changes to undo where it is not one, or the
    numbers of versions to show or to compare. `face` is
    "" for the chosen one, or left, right, middle, other, all, or a number from 1. `answer` is the yes or no that the sentence begins with,
    whatever else it asks. `questions` ask back, with `options` as ready answers, in English. `notes` are about how it was understood.
    `confidence` is in 0..1. `language` is that of the visitor's words, "" where there were none.
    """

    intent: Intent
    steps: tuple[EditStep, ...] = ()
    sampling_steps: int | None = None
    restore: tuple[str, ...] = ()
    protected: tuple[str, ...] = ()
    unavailable: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    face: str = ""
    about: tuple[str, ...] = ()
    topic: str = ""
    answer: Literal["", "yes", "no"] = ""
    questions: tuple[Said, ...] = ()
    options: tuple[str, ...] = ()
    notes: tuple[Said, ...] = ()
    confidence: float = 1.0
    language: str = ""

    @property
    def changes(self) -> bool:
        """Whether there is anything to compute."""
        return bool(self.steps or self.restore or self.sampling_steps is not None)

    @property
    def undone(self) -> int:
        """How many changes an "undo" takes back."""
        return int(self.topic or 1) if self.intent == "undo" else 0

    @property
    def version(self) -> int | None:
        """Which version of the picture is asked for."""
        return int(self.topic) if self.intent == "version" else None

    @property
    def compared(self) -> tuple[int, ...]:
        """Of a comparison, the version to compare with, 0 for the photo, and the one to show, where it is not that on show."""
        return tuple(map(int, self.topic.split())) or (0,)

    def changes_more_than(self, planned: Collection[str]) -> bool:
        """Whether anything is left to do where only the attributes in `planned` can be given back their original look."""
        return bool(self.steps or self.sampling_steps is not None or set(self.restore).intersection(planned))

    def to_json(self) -> str:
        """For programs, which read English whatever the visitor speaks."""
        english = Tongue()
        return json.dumps(
            {
                "intent": self.intent,
                "steps": [{"attribute": s.attribute, "operation": s.operation, "amount": s.amount} for s in self.steps],
                "undone": self.undone,
                "T": self.sampling_steps,
                "protected": self.protected,
                "restored": self.restore,
                "face": self.face,
                "answer": self.answer,
                "unavailable": self.unavailable,
                "unknown": self.unknown,
                "question": " ".join(map(english.put, self.questions)) or None,
                "options": self.options,
                "note": " ".join(map(english.put, self.notes)),
                "confidence": round(self.confidence, 3),
            },
            ensure_ascii=False,
        )


class Interpreter(Protocol):
    def interpret(self, text: str, context: Context) -> Interpretation:
        """One line from a visitor -> what it asks for. Never raises for any text; what it cannot read is "unclear"."""


@runtime_checkable
class Polishing(Protocol):
    """What an interpreter may offer besides."""

    def polish(self, sentence: str, language: str = DEFAULT) -> str:
        """The assistant's answer in better words of its language with the same facts. Never raises; what it cannot polish comes back as
        it is.
        """


def clipped_sampling_steps(steps: float) -> int:
    return int(min(max(steps, MIN_SAMPLING_STEPS), MAX_SAMPLING_STEPS))


def clipped_step(attribute: str, operation: Literal["set", "change"], amount: float) -> EditStep:
    """A step whose amount is brought into its range first."""
    return EditStep(attribute, operation, float(min(max(amount, 0 if operation == "set" else -MAX_DEGREE), MAX_DEGREE)))
