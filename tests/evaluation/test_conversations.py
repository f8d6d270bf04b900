"""The recorded conversations are long enough, and recording one gives a transcript of what was said and what can be clicked."""

from __future__ import annotations

from chat.languages import language_of
from evaluation.conversations import CONVERSATIONS, converse, transcript
from tests.chat.fakes import DrawingBackend


def test_there_are_enough_of_them():
    assert len(CONVERSATIONS) >= 10 and all(len(lines) >= 8 for _, _, lines in CONVERSATIONS)
    assert len({title for title, _, _ in CONVERSATIONS}) == len(CONVERSATIONS)


def test_a_page_is_in_the_language_of_the_first_line():
    first = {title: language_of(lines[0].lower()) for title, _, lines in CONVERSATIONS}
    assert {title for title, language in first.items() if language != "en"} == {"In German", "Not in English"}
    greeting = converse(4, ("Guten Tag",), DrawingBackend()).turns[0]
    assert "Ändern kann ich" in greeting.reply and "Brille hinzufügen" in greeting.options


def test_a_transcript_has_every_line_and_what_can_be_clicked():
    session = converse(1, ("add glasses", "wings please", "bye"), DrawingBackend())
    text = transcript("Short", 1, session)
    assert [turn.request for turn in session.turns] == ["", "add glasses", "wings please", "bye"]
    assert "> add glasses" in text and "`Undo`" in text and "“wings”" in text and session.dialog.state == "end"
