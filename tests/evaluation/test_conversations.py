"""The recorded conversations are long enough, and recording one gives a transcript of what was said and what can be clicked."""

from __future__ import annotations

from evaluation.conversations import CONVERSATIONS, converse, transcript
from tests.chat.fakes import DrawingBackend


def test_there_are_enough_of_them():
    assert len(CONVERSATIONS) >= 10 and all(len(lines) >= 8 for _, _, lines in CONVERSATIONS)
    assert len({title for title, _, _ in CONVERSATIONS}) == len(CONVERSATIONS)


def test_a_transcript_has_every_line_and_what_can_be_clicked():
    session = converse(1, ("add glasses", "wings please", "bye"), DrawingBackend())
    text = transcript("Short", 1, session)
    assert [turn.request for turn in session.turns] == ["", "add glasses", "wings please", "bye"]
    assert "> add glasses" in text and "`Undo`" in text and "“wings”" in text and session.dialog.state == "end"
