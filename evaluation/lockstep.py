"""Many searches at once, each of which asks a network again and again: their questions become batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import TypeVar

Question, Answer, Found = TypeVar("Question"), TypeVar("Answer"), TypeVar("Found")


def lockstep(
    searches: Sequence[Callable[[Callable[[Question], Answer]], Found]], answer: Callable[[list[Question]], Sequence[Answer]]
) -> list[Found]:
    """What every search finds. Each runs in a thread of its own and gets a function that takes a question and waits for its answer; once
    all that still run wait, `answer` is called with their questions, in the caller's thread. What either raises is raised here.
    """
    asked: SimpleQueue[tuple[Question, Future[Answer]] | None] = SimpleQueue()

    def ask(question: Question) -> Answer:
        future: Future[Answer] = Future()
        asked.put((question, future))
        return future.result()

    def run(search: Callable[[Callable[[Question], Answer]], Found]) -> Found:
        try:
            return search(ask)
        finally:
            asked.put(None)

    with ThreadPoolExecutor(max(1, len(searches))) as pool:
        found = [pool.submit(run, search) for search in searches]
        running, waiting = len(searches), []
        while running:
            item = asked.get()
            if item is None:
                running -= 1
            else:
                waiting.append(item)
            if waiting and len(waiting) == running:
                _answer_all(waiting, answer)
                waiting = []
    return [one.result() for one in found]


def _answer_all(waiting: list[tuple[Question, Future[Answer]]], answer: Callable[[list[Question]], Sequence[Answer]]) -> None:
    try:
        answers = answer([question for question, _ in waiting])
    except BaseException as error:  # raised where each of them waits, Ctrl+C too: else they would wait for ever
        for _, future in waiting:
            future.set_exception(error)
        return
    for (_, future), one in zip(waiting, answers, strict=True):
        future.set_result(one)
