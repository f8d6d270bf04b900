"""A language model behind an OpenAI-compatible interface: who is asked, and for how long at most."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from openai import OpenAI

Answer = TypeVar("Answer")


class Unanswered(Exception):
    """The model gave no usable answer; the message is for the log, and so nobody's words are in it."""


class Unreachable(Unanswered):
    """The server itself is why: it would not answer anybody else just now."""


@dataclass(frozen=True)
class Server:
    """`base_url` None is OpenAI's own; local servers need no key."""

    model: str
    base_url: str | None = None
    api_key: str | None = None

    def client(self) -> OpenAI:
        """To be closed by whoever opens it; it never retries by itself."""
        import openai

        return openai.OpenAI(api_key=self.api_key or "none needed", base_url=self.base_url or "https://api.openai.com/v1", max_retries=0)


def within(seconds: float, ask: Callable[[float], Answer]) -> Answer:
    """What `ask` returns, which is told the deadline (of `time.monotonic`), even if the server never stops sending. Raises Unanswered."""
    answers: queue.SimpleQueue[tuple[Answer | None, Unanswered | None]] = queue.SimpleQueue()
    deadline = time.monotonic() + seconds

    def work() -> None:
        try:
            answers.put((ask(deadline), None))
        except Unanswered as failure:
            answers.put((None, failure))
        except Exception as failure:  # whatever a server and its client library come up with, the visitor is answered
            answers.put((None, _unanswered(failure)))

    threading.Thread(target=work, daemon=True, name="language model").start()
    try:
        answer, failure = answers.get(timeout=seconds)
    except queue.Empty:
        raise Unreachable(f"no answer within {seconds:g} s") from None
    if failure is not None:
        raise failure
    return answer


def _unanswered(error: Exception) -> Unanswered:
    """An error in the log's words: never its own message, which may quote the answer, and with it the visitor."""
    import openai

    for_anybody = (
        openai.APIConnectionError,  # a timeout is one, too
        openai.AuthenticationError,
        openai.NotFoundError,
        openai.RateLimitError,
        openai.InternalServerError,
    )
    status = f" {error.status_code}" if isinstance(error, openai.APIStatusError) else ""
    return (Unreachable if isinstance(error, for_anybody) else Unanswered)(f"{type(error).__name__}{status}")
