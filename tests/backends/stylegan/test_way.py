from __future__ import annotations

import pytest
import torch

from backends.stylegan.field import Code, Trajectory
from backends.stylegan.way import PLACES, Walk, places


def walk(attribute: str, position: float, still_from: int = 100) -> Walk:
    """Right by one, then up by one at every step; it stands still after some."""

    def step(code: Code) -> Code:
        across, up = code.w[0].tolist()
        if across + up >= still_from:
            return code
        return code.moved(torch.tensor([[0.0, 1.0]] if across else [[1.0, 0.0]]), 1)

    start = Code(torch.zeros(1, 2), torch.zeros(1, 2, 2))
    return Walk.until(attribute, Trajectory(start, step), position)


def test_places_are_spread_over_all_walks() -> None:
    found = places([walk("smile", 3), walk("age", 0), walk("beard", 2)])
    assert [place.attribute for place in found] == ["smile", "smile", "smile", "beard", "beard"] and len(found) == PLACES
    assert [place.code.w.tolist() for place in found] == [[[1, 0]], [[1, 1]], [[1, 2]], [[1, 0]], [[1, 1]]]
    assert [place.cosine for place in found] == pytest.approx([1, 0, 0, 1, 0])


def test_between_steps_and_to_the_very_end() -> None:
    found = places([walk("smile", 2.6)])
    assert found[0].code.w[0].tolist() == pytest.approx([0.52, 0]) and found[-1].code.w[0].tolist() == pytest.approx([1, 1.6])


def test_where_a_walk_stands_still_nothing_is_shown() -> None:
    assert walk("smile", 12, still_from=4).end == 4
    assert walk("smile", 12, still_from=0).end == 0
    assert places([walk("smile", 12, still_from=0)]) == []
