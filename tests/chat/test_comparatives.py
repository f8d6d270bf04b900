"""Comparatives as people build them who learnt English late."""

import pytest

from chat.comparatives import COMPARATIVES
from tests.chat.reading import reading


def test_comparatives_are_spelt():
    assert {"older", "bigger", "paler", "bushier", "thinner", "happier"} <= set(COMPARATIVES)
    assert COMPARATIVES["bushier"] == "bushy" and COMPARATIVES["paler"] == "pale"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("the smile must be more little", "smile-1"),
        ("i want her smile more small", "smile-1"),
        ("a more light smile", "smile-1"),
        ("make the smile more light", "smile-1"),
        ("more short beard", "beard-1"),
        ("make the beard more short and the smile more big", "beard-1 smile+1"),
        ("glasses more thin", "eyeglasses=1"),
        ("less short beard", "beard+1"),
        ("the glasses less thin", "eyeglasses=3"),
        ("make the lips less thin", "full_lips+3"),
        ("more small nose", "small_nose+3"),
        ("a little more smile", "smile+1"),
        ("more long beard", "beard+1"),
        ("less long beard", "beard-1"),
        ("no more short beard", "beard=0"),
        ("more light in the photo", "out_of_scope"),
    ],
)
def test_more_of_a_small_quality_is_less(text, wanted):
    assert reading(text, last="smile+1") == wanted
