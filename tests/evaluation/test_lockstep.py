"""Searches that wait for one another: batches as large as there are searches left, and errors where they belong."""

import pytest

from evaluation.lockstep import lockstep


def test_questions_become_batches():
    batches = []

    def doubled(questions):
        batches.append(sorted(questions))
        return [2 * question for question in questions]

    def asking(first, times):
        def search(ask):
            for _ in range(times):
                last = ask(first)
            return last

        return search

    assert lockstep([asking(1, 1), asking(10, 3), asking(100, 2)], doubled) == [2, 20, 200]
    assert batches == [[1, 10, 100], [10, 100], [10]]
    assert lockstep([], doubled) == [] and len(batches) == 3


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt])
def test_what_goes_wrong_is_raised(kind):
    def broken(questions):
        raise kind("no ink")

    with pytest.raises(kind, match="no ink"):
        lockstep([lambda ask: ask(1), lambda ask: ask(2)], broken)
    with pytest.raises(ZeroDivisionError):
        lockstep([lambda ask: 1 // 0, lambda ask: ask(2)], lambda questions: questions)
