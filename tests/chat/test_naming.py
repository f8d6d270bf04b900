"""Versions get names by word, and are asked for by them."""

from __future__ import annotations

import pytest

from chat.interpretation import Context
from chat.offline import OfflineInterpreter
from tests.chat.test_talk import talk

NAMED = Context(versions={"summer look": 2, "mit brille": 3})


@pytest.mark.parametrize(
    "text, name",
    [
        ("call this version Summer Look", "Summer Look"),
        ('Name this one "party"!', "party"),
        ("ok, label it as before the haircut please", "before the haircut"),
        ("nenne diese Fassung „Mit Brille“", "Mit Brille"),
    ],
)
def test_a_version_is_named_as_it_was_written(text: str, name: str) -> None:
    found = OfflineInterpreter().interpret(text, Context())
    assert (found.intent, found.topic, found.steps) == ("name", name, ())


@pytest.mark.parametrize("text", ["call it a day", "let's call it quits", "what do you call this?", "name it", "call that a beard?"])
def test_idioms_name_nothing(text: str) -> None:
    assert OfflineInterpreter().interpret(text, Context()).intent != "name"


@pytest.mark.parametrize(
    "text, number",
    [
        ("go back to Summer Look", 2),
        ("show me the summer look version again", 2),
        ("back to “summer look”", 2),
        ("zurück zu mit brille", 3),
    ],
)
def test_a_version_is_asked_for_by_its_name(text: str, number: int) -> None:
    assert OfflineInterpreter().interpret(text, NAMED).version == number


@pytest.mark.parametrize("text", ["compare it with Summer Look", "show this next to the summer look version", "vergleiche mit summer look"])
def test_a_version_is_compared_with_by_its_name(text: str) -> None:
    found = OfflineInterpreter().interpret(text, NAMED)
    assert (found.intent, found.compared) == ("compare", (2,))


@pytest.mark.parametrize("text", ["go back to the winter look", "show me a summer look with a hat", "summer look"])
def test_other_words_are_no_version(text: str) -> None:
    assert OfflineInterpreter().interpret(text, NAMED).version is None


def test_a_named_version_comes_back_in_conversation() -> None:
    session, turn = talk("make her laugh", "call this version Summer Look")
    assert session.version.name == "Summer Look" and "“Summer Look”" in turn.reply and len(session.versions) == 2
    session, turn = talk("no smile", "back to summer look", session=session)
    assert session.cursor == 1 and "Summer Look" in turn.reply
