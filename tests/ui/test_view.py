"""What the page shows of a session."""

import pytest
from PIL import Image

from chat.interpret import OfflineInterpreter
from chat.session import Turn, open_photo
from chat.talk import respond
from tests.chat.fakes import DrawingBackend, read_degrees
from ui import view


@pytest.fixture(scope="module")
def session(astronaut):
    opened = open_photo(astronaut.resize((2048, 2048)))
    return respond(opened, "add glasses", OfflineInterpreter(), DrawingBackend(), None, read_degrees)[0]


def test_a_visitors_words_stay_words(session):
    turn = Turn("<img src=x onerror=alert(1)> **bold** [link](http://x)", "Hm.")
    shown = view.messages(session.saying(turn))[-2]["content"]
    assert "<" not in shown and "\\*\\*bold\\*\\*" in shown and "\\[link\\]" in shown


def test_only_the_last_answer_offers_suggestions(session):
    messages = view.messages(session.saying(Turn("hello", "Hello!", ("Add bangs",))))
    assert [bool(message.get("options")) for message in messages] == [False, False, False, True]
    assert not any(message.get("options") for message in view.messages(session, pending="one moment"))


def test_facts_show_degrees_plan_and_seconds(session):
    shown = view.facts(session, "drawing")
    assert "0.0 → 3.0" in shown and "Eyeglasses 3" in shown and " s · " in shown
    assert "Eyeglasses" not in view.facts(session, "another engine")


def test_pictures_fit_the_page_and_the_export_keeps_all_pixels(session):
    before, after = view.pair(session)
    assert before.size == after.size == (view.DISPLAY_SIDE, view.DISPLAY_SIDE)
    assert session.picture().size == (2048, 2048)


def test_the_handle_starts_beside_the_face(session):
    left, _, right, _ = session.faces[0].box
    position = view.beside_the_face(session) / 100 * session.photo.width
    assert position <= left and (position > left - (right - left) or position == 0.03 * session.photo.width)


def test_faces_are_numbered(session):
    assert [(type(picture), number) for picture, number in view.face_gallery(session)] == [(Image.Image, "1")]
