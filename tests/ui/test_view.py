"""What the page shows of a session."""

import re
from dataclasses import replace

import pytest
import torch
from PIL import Image

from chat import adjust
from chat.editing import open_photo, prepare
from chat.history import choose_face, jump, undo
from chat.interpret import OfflineInterpreter
from chat.portrait import Place
from chat.session import Turn
from chat.talk import respond
from errors import ParleyError
from faces.quality import warnings
from tests.chat.fakes import DrawingBackend, read_degrees
from ui import markup, view
from ui.work import Report


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
    assert not any(message.get("options") for message in view.messages(session, pending=["one moment"]))


def test_an_answer_shows_what_was_understood_measured_and_how_long_it_took(session):
    shown = view.messages(session)[-1]["content"]
    assert "Eyeglasses 3" in shown and "0.0 → 3.0" in shown and re.search(r"\d\.\d\u00a0s<", shown)
    assert 'class="drop step-0"' in shown
    gone = view.messages(undo(session))[-1]["content"]
    assert "drop" not in gone and "gone" in gone, "what is no longer planned cannot be removed"


@pytest.mark.parametrize("at_hand", [True, False])
def test_who_the_face_still_is_where_a_network_can_tell(astronaut, monkeypatch, at_hand):
    from faces import identity

    def network():
        if not at_hand:
            raise ParleyError("Its weights are missing.")
        return tiny

    torch.manual_seed(0)
    tiny = identity.IdentityNetwork((8, 8, 8), 12).eval()
    monkeypatch.setattr(identity, "network", network)
    edited = respond(open_photo(astronaut), "add glasses", OfflineInterpreter(), DrawingBackend(), None, read_degrees)[0]
    edit, shown = edited.version.edits[0], view.messages(edited)[-1]["content"]
    assert ("identity" in shown) is at_hand
    if at_hand:
        assert edit.likeness == pytest.approx(identity.similarity(edit.encoded.reconstruction, edit.picture)) and edit.likeness < 1
        assert f"identity {edit.likeness:.2f}" in shown
        german = view.messages(edited, "de")[-1]["content"]
        assert f"Identität 0,{f'{edit.likeness:.2f}'[2:]}" in german and re.search(r"\d,\d\u00a0s<", german)


def test_what_a_german_answer_measures_is_not_told_twice(astronaut):
    edited = respond(open_photo(astronaut), "Brille", OfflineInterpreter(), DrawingBackend(), None, read_degrees)[0]
    assert "Brille 0,0 → 3,0" in edited.turns[-1].reply
    assert not any('class="moved"' in view.messages(edited, page)[-1]["content"] for page in ("de", "en"))


def test_a_german_page_has_decimal_commas_under_english_answers(session):
    told = replace(session.turns[-1], reply="Done.")
    shown = view.messages(replace(session, turns=(told,)), "de")[-1]["content"]
    assert '<span class="moved">Brille 0,0 → 3,0</span>' in shown and not re.search(r"\d\.\d", shown)


def test_an_answer_stays_about_the_face_that_it_was_given_for(astronaut, monkeypatch):
    likenesses = iter((0.91, 0.62))
    monkeypatch.setattr("chat.editing.compare_identity", lambda before, after: next(likenesses))
    both = Image.new("RGB", (1024, 512))
    both.paste(astronaut, (0, 0))
    both.paste(astronaut.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (512, 0))
    one = respond(choose_face(open_photo(both), 0), "add glasses", OfflineInterpreter(), DrawingBackend(), None, read_degrees)[0]
    two = respond(choose_face(one, 1), "add glasses", OfflineInterpreter(), DrawingBackend(), None, read_degrees)[0]
    first, second = (message["content"] for message in view.messages(two)[1::2])
    assert "identity 0.91" in first and "identity 0.62" in second
    assert "drop" not in first and "gone" not in first, "still planned for the other face, but its plan is not the one on show"
    assert "drop step-0" in second
    assert "drop step-0" in view.messages(choose_face(two, 0))[1]["content"]


def test_chips_of_the_plan_have_buttons(session):
    chips = markup.plan_chips(session.plan, "en")
    assert re.findall(r'data-act="(\w+)" data-index="(\d)" aria-label="([^"]+)"', chips) == [
        ("less", "0", "Less of Eyeglasses 3"), ("more", "0", "More of Eyeglasses 3"), ("remove", "0", "Remove Eyeglasses 3"),
    ]  # fmt: skip
    assert markup.plan_chips(undo(session).plan, "en") == ""


def test_sliders_mirror_the_plan_and_say_what_was_measured(session):
    shown = view.sliders(session, "drawing", "en")
    assert shown["eyeglasses"] == (3.0, "thick plastic frames · measured 0.0 → 3.0") and shown["smile"][0] == 1.0
    assert view.sliders(session, "another engine", "en") == {}
    fraction = adjust.adjust(session, adjust.with_degree(session.plan, "smile", 2.6), DrawingBackend(), "Smile 2.6", None, read_degrees)
    assert view.sliders(fraction, "drawing", "de")["smile"] == (2.6, "ein Lächeln mit einer ganzen Zahnreihe · gemessen 1,0 → 2,6")
    assert "Lächeln 2,6" in markup.plan_chips(fraction.plan, "de")


def test_versions_are_thumbnails_with_the_current_one_marked(session):
    branch = adjust.adjust(undo(session), adjust.with_degree(undo(session).plan, "beard", 3), DrawingBackend(), "<b>", None, read_degrees)
    shown = markup.history(branch, "en")
    assert shown.count("data:image/jpeg") == 3 and shown.count("aria-current") == 1
    assert re.search(r'data-index="2"[^>]*aria-current', shown) and "↳ 0" in shown
    assert "<b>" not in re.sub(r"<b>\d</b>", "", shown), "a name is text"


def test_the_check_shows_the_rebuilt_face_and_its_error(session):
    prepared = prepare(session, DrawingBackend(), None, read_degrees)
    shown = markup.check(prepared, "drawing", warnings(session.photo, session.faces[0]), "en")
    error, decibels = markup.rebuilding_error(prepared.encoded["drawing", 0])
    assert shown.count("<figure>") == 2 and f"{error:.1f} of 255" in shown and decibels > markup.FAIR
    german = markup.check(prepared, "drawing", (), "de")
    assert all(f"{figure:.1f}".replace(".", ",") in german for figure in (error, decibels))
    assert "not been studied" in markup.check(session, "another", ("blurred",), "en")
    assert "blurred" in markup.check(session, "another", ("blurred",), "en")


def test_the_way_shows_what_was_measured_and_how_it_turned(session):
    picture = Image.new("RGB", (300, 300))
    places = [Place(picture, {"smile": 1.04}, None), Place(picture, {"smile": 3.0}, 0.25)]
    shown = markup.way(places, "de")
    assert shown.count("<figure>") == 2 and "Lächeln 1,0" in shown
    assert shown.count("<span>Richtung 0,25<") == shown.count("<span>Richtung") == 1, "the beginning has no direction"
    straight = [Place(picture, {"smile": degree}, None) for degree in (1.0, 3.0)]
    assert "goes straight" in markup.way(straight, "en") and "moved nothing" in markup.way(straight[:1], "en")


def test_work_in_progress(session):
    assert "3/12" in markup.working(Report(3, 12), "en") and "width:25%" in markup.working(Report(3, 12), "en")
    assert "data:image" in markup.working(Report(1, 2, Image.new("RGB", (64, 64))), "en")
    assert "Waiting" in markup.working(None, "en")


def test_engines_that_cannot_run_are_greyed_with_the_reason():
    rows = [
        {"name": "a", "title": "Alpha", "summary": "Draws", "available": True, "reason": ""},
        {"name": "b", "title": "Beta", "available": False, "reason": "weights <missing>"},
    ]
    shown = markup.engine_picker(rows, "a", "en")
    assert re.search(r'data-name="a" aria-pressed="true"[^>]*>', shown) and "disabled" not in shown.split('data-name="b"')[0]
    assert re.search(r'data-name="b"[^>]* disabled>', shown) and "weights &lt;missing&gt;" in shown


def test_pictures_fit_the_page_and_the_export_keeps_all_pixels(session):
    before, after = view.pair(session)
    assert before.size == after.size == (view.DISPLAY_SIDE, view.DISPLAY_SIDE)
    assert session.picture().size == (2048, 2048)


def test_what_is_compared_with(session):
    twice = adjust.adjust(session, adjust.with_degree(session.plan, "smile", 5), DrawingBackend(), "Smile 5", None, read_degrees)
    original, previous = view.pair(twice)[0], view.pair(twice, "previous")[0]
    assert original.tobytes() == view.pair(session)[0].tobytes() and previous.tobytes() == view.pair(session)[1].tobytes()
    named = replace(twice, beside=(twice.cursor, 1))
    assert view.pair(named)[0].tobytes() == view.pair(jump(twice, 1))[1].tobytes(), "the version that was asked for by word"
    assert view.pair(jump(named, 1))[0].tobytes() == original.tobytes(), "and only as long as the other is on show"


def test_the_handle_starts_beside_the_face(session):
    left, _, right, _ = session.faces[0].box
    position = view.beside_the_face(session) / 100 * session.photo.width
    assert position <= left and (position > left - (right - left) or position == 0.03 * session.photo.width)


def test_faces_are_numbered(session):
    assert [(type(picture), number) for picture, number in view.face_gallery(session)] == [(Image.Image, "1")]
