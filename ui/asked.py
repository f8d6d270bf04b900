"""What a visitor asked for and that computes: it waits, in a list of the visitor's own, until its turn comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from backends.base import Progress
from chat.session import Session
from ui import handlers, view
from ui.work import Stop

Job = Callable[[Session, str, str | None, Progress], Session]
"""(session, language, engine, progress) -> the session with something done."""


@dataclass(frozen=True, eq=False)
class Asked:
    """One wish: its job, and the words that stand for it in the conversation (empty: none).

    `message` is the place in the chat of an earlier message that the words take the place of.
    """

    job: Job
    words: str = ""
    typed: bool = False
    message: int | None = None
    stop: Stop = field(default_factory=Stop)


def ask(asked: list[Asked], one: Asked) -> None:
    """Puts a wish at the end, unless the one before it says the same and still waits: that is a double click."""
    if not (one.words and asked and asked[-1].words == one.words):
        asked.append(one)


def stop_all(asked: Sequence[Asked]) -> None:
    for one in asked:
        one.stop.wanted = True


def conversation(session: Session, language: str, asked: Sequence[Asked]) -> list[dict[str, object]]:
    """The chat with what is still to be answered at its end; what comes after a message that is said differently leaves the view."""
    for one in asked:
        turn = -1 if one.message is None else handlers.turn_of(session, one.message)
        if turn > 0:
            session = replace(session, turns=session.turns[:turn])
    return view.messages(session, language, [one.words for one in asked if one.words])
