from collections.abc import Callable

import pytest

from backends.dae.correction import CORRECTIONS, LEAST, REACH, corrected


def tried(answer: Callable[[float], float], change: float, start: float = 1.0) -> tuple[float, list[float]]:
    """The amount that was settled on, and all that were asked for, of a face that answers `change` with `answer(change)`."""
    asked = []

    def edit(change: float) -> float:
        asked.append(change)
        return change

    settled = corrected(edit, lambda amount: start + answer(amount), change, start + change)
    return settled, asked


def test_a_face_that_does_as_it_is_asked_is_asked_once():
    assert tried(lambda amount: amount, 3.0) == (3.0, [3.0])


def test_a_lazy_face_is_asked_for_more_and_a_hasty_one_for_less():
    assert tried(lambda amount: 0.7 * amount, 2.0)[0] * 0.7 == pytest.approx(2.0, abs=0.25)
    assert tried(lambda amount: 1.4 * amount, -2.0)[0] * 1.4 == pytest.approx(-2.0, abs=0.25)


def test_a_face_that_cannot_is_not_asked_forever_nor_for_anything():
    settled, asked = tried(lambda amount: 0.0, 2.0)
    assert settled == 2.0 and len(asked) == CORRECTIONS + 1 and max(asked) <= 2.0 + REACH
    assert min(tried(lambda amount: 9.0, 2.0)[1]) >= LEAST * 2.0
