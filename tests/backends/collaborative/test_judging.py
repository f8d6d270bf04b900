"""Results are judged by what networks see in them; here the networks see what the test says."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from backends.collaborative import judging
from backends.collaborative.judging import Wish, agreement
from faces import parsing

PICTURE = Image.new("RGB", (4, 4))
NOWHERE = np.zeros((4, 4), bool)


def wish(region: np.ndarray = NOWHERE, degrees: dict[str, float] | None = None, words: str = "") -> Wish:
    return Wish("", np.ones((4, 4), np.uint8), region, {}, degrees or {}, words)


def measured(picture: Image.Image) -> dict[str, float]:
    return {"beard": 3.0, "smile": 1.0}


def test_degrees_count_by_their_distance() -> None:
    assert agreement(PICTURE, wish(degrees={"beard": 3, "smile": 1}), measured) == 1
    assert agreement(PICTURE, wish(degrees={"beard": 5, "smile": 1}), measured) == pytest.approx(0.8)


def test_the_mask_counts_where_it_may_change(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = np.ones((4, 4), np.uint8)
    parsed[0] = 2
    monkeypatch.setattr(parsing, "parse", lambda picture: parsed)
    region = NOWHERE.copy()
    region[:2] = True
    assert agreement(PICTURE, wish(region), measured) == 0.5
    assert agreement(PICTURE, wish(~region), measured) == 1


def test_words_count_where_there_is_a_network_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    for seen, expected in ((0.25, 0.25), (None, 1.0)):
        monkeypatch.setattr(judging, "_fits", lambda picture, words, seen=seen: seen)
        assert agreement(PICTURE, wish(words="red hair"), measured) == expected
