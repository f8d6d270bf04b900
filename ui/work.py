"""Long work beside the page: what it reports while it runs, and a way to stop it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from queue import SimpleQueue

from PIL import Image

from backends.base import Progress
from errors import Cancelled

EVERY = 0.2
"""Seconds between two reports that reach the page."""

_working = threading.Lock()
"""Held by the thread that works. A visitor who leaves gives up the place in the queue at once, but the work ends at its next step only."""


def abandoned_ended() -> None:
    """Waits until work that nobody follows any more has ended, so that no two threads are inside one engine."""
    with _working:
        pass


class Stop:
    """One visitor's wish to stop. It is shared by reference: the button sets it while the work reads it."""

    def __init__(self) -> None:
        self.wanted = False


@dataclass(frozen=True, eq=False)
class Report:
    """Steps done of `total`, and a picture of the state where the engine gives one."""

    step: int
    total: int
    preview: Image.Image | None = None


@dataclass(frozen=True, eq=False)
class Result:
    """What the work returned."""

    value: object


def follow(work: Callable[[Progress], object], stop: Stop) -> Iterator[Report | Result]:
    """Runs `work` in a thread of its own: its reports, at most one per `EVERY`, then its `Result`; what it raises is raised here.

    Once `stop.wanted` is set, or nobody follows any more, the work gets `Cancelled` at its next step. It begins when earlier work has
    ended: waited for in the new thread, because Gradio closes this iterator in the thread that serves everyone.
    """
    left = threading.Event()
    told: SimpleQueue[Report | Result | BaseException] = SimpleQueue()

    def progress(step: int, total: int, preview: Image.Image | None = None) -> None:
        if stop.wanted or left.is_set():
            raise Cancelled
        told.put(Report(step, total, preview))

    def run() -> None:
        try:
            with _working:
                progress(0, 1)
                told.put(Result(work(progress)))
        except BaseException as error:  # handed to whoever follows
            told.put(error)

    threading.Thread(target=run, daemon=True).start()
    shown = float("-inf")
    try:
        while True:
            item = told.get()
            while isinstance(item, Report) and not told.empty():  # only the newest counts
                item = told.get()
            if isinstance(item, BaseException):
                raise item
            if isinstance(item, Result):
                yield item
                return
            if time.monotonic() - shown >= EVERY:
                shown = time.monotonic()
                yield item
    finally:
        left.set()
