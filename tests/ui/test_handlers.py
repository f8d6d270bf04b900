"""What the buttons do, without a page."""

import dataclasses

import numpy as np
import pytest

from backends.base import EditPlan, Option
from chat.editing import open_photo
from chat.interpret import OfflineInterpreter
from chat.session import Turn
from errors import Cancelled, ParleyError
from tests.chat.fakes import START, DrawingBackend, read_degrees
from ui import handlers, view

INTERPRETER = OfflineInterpreter()


def silent(step, total, preview=None):
    pass


@pytest.fixture
def backend(monkeypatch):
    backend = DrawingBackend()
    monkeypatch.setattr("ui.engines.load", lambda name: backend)
    monkeypatch.setattr("faces.attributes.measure", read_degrees)
    return backend


@pytest.fixture
def session(astronaut, backend):
    opened = handlers.studied(open_photo(astronaut).saying(Turn("", "Hello")), "en", None, silent)
    return handlers.answered(opened, "add glasses, smile +2", INTERPRETER, None, silent)


def degrees(session):
    return session.plan.degrees_from(START)


def test_a_photo_is_opened_and_studied(astronaut, backend, tmp_path):
    astronaut.save(tmp_path / "photo.png")
    session = handlers.opened(str(tmp_path / "photo.png"), "en")
    assert len(session.turns) == 1 and not session.encoded
    studied = handlers.studied(session, "en", None, silent)
    assert ("drawing", 0) in studied.encoded and len(studied.turns) == 1 and studied.turns[0].options


def test_what_goes_wrong_is_said_and_changes_nothing(session, backend):
    backend.fails = True
    failed = handlers.attempted(session, "older", "en", lambda: handlers.answered(session, "older", INTERPRETER, None, silent))
    assert failed.turns[-1].reply == "The engine has run out of ink." and failed.version is session.version

    def stop():
        raise Cancelled

    assert "Angehalten" in handlers.attempted(session, "older", "de", stop).turns[-1].reply


def test_sliders_and_neutral_buttons(session, backend, monkeypatch):
    slid = handlers.slid(session, "smile", 4.2, "en", None, silent)
    assert degrees(slid) == {"eyeglasses": 3, "smile": 4.2} and slid.degrees("drawing")["smile"] == pytest.approx(4.2)
    monkeypatch.setattr("ui.engines.chosen", lambda name: "drawing")
    assert handlers.slid(slid, "smile", 4.2, "en", None, silent) is slid
    neutral = handlers.restored(slid, "eyeglasses", "de", None, silent)
    assert degrees(neutral) == {"smile": 4.2} and neutral.turns[-1].request == "Brille wie im Foto"
    assert backend.encoded == 1


def test_chips(session):
    glasses, smile = session.plan.steps
    more = handlers.rechipped(session, "more", smile, "en", None, silent)
    assert degrees(more) == {"eyeglasses": 3, "smile": 4}
    less = handlers.rechipped(session, "less", glasses, "en", None, silent)
    assert degrees(less) == {"eyeglasses": 2, "smile": 3}
    gone = handlers.rechipped(session, "remove", glasses, "en", None, silent)
    assert degrees(gone) == {"smile": 3} and gone.version.parent == session.cursor
    assert handlers.rechipped(gone, "remove", glasses, "en", None, silent) is gone
    assert degrees(handlers.rechipped(more, "more", smile, "en", None, silent))["smile"] == 5, "of what became of it"
    with pytest.raises(ParleyError):
        handlers.rechipped(gone, "more", glasses, "en", None, silent)


def test_buttons_and_thumbnails_are_told_in_the_conversation(session):
    undone = handlers.pressed(session, "undo", "de", None)
    assert undone.cursor == 0 and undone.turns[-1].request == "Zurück" and "smile +2" in undone.turns[-1].reply
    redone = handlers.pressed(undone, "redo", "en", None)
    assert redone.cursor == 1 and redone.turns[-1].request == "Redo" and redone.turns[-1].version == 1
    cleared = handlers.pressed(redone, "reset", "en", None)
    assert cleared.plan.is_empty() and cleared.turns[-1].request == cleared.version.request == "Start over"
    jumped = handlers.jumped(cleared, 1, "en")
    assert jumped.cursor == 1 and "version 1, “add glasses, smile +2”" in jumped.turns[-1].reply
    back = handlers.jumped(jumped, 0, "en")
    assert "as it came" in back.turns[-1].reply and len(back.turns) == len(jumped.turns), "looking around is one message"
    assert handlers.jumped(back, 0, "en") is back
    with pytest.raises(ParleyError):
        handlers.jumped(session, 9, "en")
    beard = handlers.answered(undone, "add a beard", INTERPRETER, None, silent)
    again = handlers.said_differently(beard, len(view.messages(beard)) - 2, "older", INTERPRETER, None, silent)
    assert set(degrees(again)) == {"age"}, "what was taken back stays so where a later message is said differently"


def test_a_german_page_tells_in_german_what_is_done_by_hand(astronaut, backend, tmp_path):
    from chat import export

    astronaut.save(tmp_path / "photo.png")
    session = handlers.studied(handlers.opened(str(tmp_path / "photo.png"), "de"), "de", None, silent)
    assert "Ändern kann ich" in session.turns[0].reply or "Möglich sind" in session.turns[0].reply
    assert "Zum Lachen bringen" in session.turns[0].options
    slid = handlers.slid(session, "smile", 4, "de", None, silent)
    assert (slid.turns[-1].reply, slid.turns[-1].options) == ("Erledigt.", ("Zurück",))
    assert handlers.slid(slid, "smile", 2.5, "de", None, silent).turns[-1].request == "Lächeln 2,5"
    assert handlers.rescaled(slid, "subtle", "de", None, silent).turns[-1].reply == "Erledigt."
    again = handlers.repeated(session, export.png(slid), "de", silent)
    assert again.turns[-1].request == "Rezept" and again.turns[-1].reply == "Wiederholt: „Lächeln 4“."
    english = handlers.answered(slid, "make her older", INTERPRETER, None, silent)
    assert "older" in english.turns[-1].reply
    undone = handlers.pressed(english, "undo", "de", None)
    assert "„make her older“" in undone.turns[-1].reply and "Wiederherstellen" in undone.turns[-1].options


def test_the_latest_change_again_and_told(session):
    subtle = handlers.rescaled(session, "subtle", "de", None, silent)
    assert subtle.turns[-1].request == "Brille, Lächeln: leicht" and degrees(subtle)["eyeglasses"] == 1.5


def test_more_of_less_is_less(session):
    sad = handlers.answered(session, "smile -1", INTERPRETER, None, silent)
    assert sad.plan.steps[-1].amount == -1
    assert handlers.rechipped(sad, "more", sad.plan.steps[2], "en", None, silent).plan.steps[-1].amount == -2


def test_an_earlier_message_by_its_place_in_the_chat(session):
    session = handlers.answered(session, "add a beard", INTERPRETER, None, silent)
    shown = view.messages(session)
    place = next(index for index, message in enumerate(shown) if "smile" in str(message["content"]) and message["role"] == "user")
    other = handlers.said_differently(session, place, "older", INTERPRETER, None, silent)
    assert "age" in degrees(other) and "beard" not in degrees(other) and "eyeglasses" not in degrees(other)
    assert [turn.request for turn in other.turns] == ["", "older"] and len(other.versions) == len(session.versions) + 1
    assert [handlers.turn_of(session, index) for index in range(len(shown))] == [0, 1, 1, 2, 2]
    assert handlers.unescaped(view.plain("a <b> *c* _d_ & #1")) == "a <b> *c* _d_ & #1"


def test_settings_are_used_at_once(session, backend):
    backend.info = dataclasses.replace(backend.info, options=(Option("ink", "Ink", ("black", "blue")),))
    settled = handlers.resettled(session, 20, 3, {"ink": "blue"}, None, "en", silent)
    assert settled.seed == 3 and degrees(settled) == degrees(session)
    assert backend.plans[-1].sampling_steps == 20 and backend.plans[-1].options == {"ink": "blue"}
    assert EditPlan.from_json(settled.plan.to_json()).options == {"ink": "blue"}
    assert handlers.resettled(settled, 20, 3, {"ink": "blue"}, None, "en", silent) is settled
    own = handlers.resettled(settled, None, 3, {}, None, "en", silent)
    assert own.plan.sampling_steps is None and own.plan.options == {}
    backend.info = dataclasses.replace(backend.info, options=())
    later = handlers.answered(settled, "older", INTERPRETER, None, silent)
    assert later.plan.options == {}, "another engine's setting is left out"


def test_a_painted_region(session):
    size = session.photo.size
    layer = np.zeros((360, 360, 4), np.uint8)
    assert handlers.painted_region(None, size) is None and handlers.painted_region({"layers": [layer]}, size) is None
    with pytest.raises(ParleyError, match="Paint"):
        handlers.protected(session, {"layers": [layer]}, "en")
    layer[:180, :, 3] = 120
    region = handlers.painted_region({"layers": [layer]}, (3000, 1500))
    assert region.shape == (512, 1024) and region[:250].all() and not region[262:].any()
    kept = handlers.protected(session, {"layers": [layer]}, "en")
    assert np.array_equal(np.asarray(kept.picture())[:250], np.asarray(kept.photo)[:250])
    assert kept.turns[-1].reply == "A region is protected." and kept.turns[-1].version == kept.cursor
    photo = handlers.protected(dataclasses.replace(session, cursor=0), {"layers": [layer]}, "en")
    assert "edits" not in handlers.pressed(photo, "undo", "en", None).turns[-1].reply, "there were none"
    free = handlers.unprotected(kept, "en")
    assert free.version.protected is None and degrees(free) == degrees(session) and "Nothing" in free.turns[-1].reply


def test_a_recipe_is_repeated_and_told(session, astronaut, backend):
    from chat import export

    again = handlers.repeated(open_photo(astronaut), export.png(session), "en", silent)
    assert np.array_equal(np.asarray(again.picture()), np.asarray(session.picture()))
    assert "add glasses, smile +2" in again.turns[-1].reply


def test_a_recipes_words_are_words(session, astronaut):
    import json

    from chat import export

    told = export.recipe(session) | {"requests": ["![x](https://example.org/pixel) <img src=x>"]}
    again = handlers.repeated(open_photo(astronaut), json.dumps(told).encode(), "en", silent)
    assert "“!x(https://example.org/pixel) img srcx”" in again.turns[-1].reply

    def fails():
        raise ParleyError("There is no engine called '<b>[me](https://example.org)'.")

    assert handlers.attempted(session, "Recipe", "en", fails).turns[-1].reply.startswith("There is no engine called '&lt;b&gt;\\[me\\]")


def test_a_seed_that_is_none_is_refused_in_a_sentence(session):
    with pytest.raises(ParleyError, match="whole number from 0"):
        handlers.resettled(session, None, 2**53 + 1, {}, None, "en", silent)
