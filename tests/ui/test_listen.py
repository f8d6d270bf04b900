"""What the page's events do, without a browser."""

from __future__ import annotations

import gradio as gr
import pytest

from chat.editing import open_photo
from chat.interpret import OfflineInterpreter
from tests.chat.fakes import DrawingBackend, read_degrees
from ui.asked import Asked
from ui.listen import Listener
from ui.page import Page
from ui.work import Stop


@pytest.fixture
def listener():
    with gr.Blocks():
        return Listener(Page(), OfflineInterpreter())


@pytest.fixture
def session(astronaut, monkeypatch):
    backend = DrawingBackend()
    monkeypatch.setattr("ui.engines.load", lambda name: backend)
    monkeypatch.setattr("faces.attributes.measure", read_degrees)
    return open_photo(astronaut)


def turn(listener, session, asked):
    """A turn in the queue: every update that changes something."""
    return [update for update in listener.turns.work(session, "en", None, asked, 0) if listener.page.session in update]


def waiting(listener, session, *wishes):
    """What waits after the visitor asked for all that, and the chat as it shows it."""
    asked, shown = [], None
    for wish in wishes:
        shown = listener.turns.begin(wish, asked, session, "en")[0]
    return asked, [message["content"] for message in shown]


def test_why_a_photo_was_refused_stays_in_the_conversation(listener, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"not a picture")
    opening = listener._opened(str(tmp_path / "broken.png"), "de", None)
    (message,) = next(opening)[listener.page.chatbot]
    assert message["role"] == "assistant" and "kein Bild" in message["content"]
    with pytest.raises(gr.Error, match="kein Bild"):
        next(opening)


def test_what_is_clicked_while_something_waits_is_done_after_it_and_once(listener, session):
    smile = listener._slide("smile", None, 4.0, "en", session, None, [])
    asked, chat = waiting(listener, session, listener._answer("add glasses"), smile)
    assert chat == ["add glasses", "Smile 4"]
    updates = turn(listener, session, asked)
    assert [update[listener.page.session].turns[-1].request for update in updates] == ["add glasses", "Smile 4"]
    assert updates[0][listener.page.chatbot][-1]["content"] == "Smile 4", "what still waits stays in the chat"
    done = updates[-1][listener.page.session]
    assert [step.attribute for step in done.plan.steps] == ["eyeglasses", "smile"] and len(done.versions) == 3
    assert asked == [] and turn(listener, done, asked) == [], "the second click's own turn finds it done"


def test_a_slider_that_the_keyboard_went_past_asks_for_nothing(listener, session, monkeypatch):
    monkeypatch.setattr("ui.engines.chosen", lambda name: "drawing")
    asked, _ = waiting(listener, session, listener._answer("smile 4"))
    edited = turn(listener, session, asked)[-1][listener.page.session]
    assert listener._slide("smile", None, 4.0, "en", edited, None, []) is None
    assert listener.turns.begin(None, asked, edited, "en") == (gr.skip(),) * 3 and asked == []
    assert listener._slide("smile", None, 4.0, "en", edited, None, [listener._answer("smile 1")]), "by its turn it may be a change"


def test_what_is_clicked_while_something_is_at_work_has_its_own_turn(listener, session):
    asked, _ = waiting(listener, session, listener._answer("add glasses"))
    at_work = listener.turns.work(session, "en", None, asked, 0)
    while "busy" not in str(next(at_work)[listener.page.status]):
        pass
    listener.turns.begin(listener._answer("add a beard"), asked, session, "en")
    (*_, first) = at_work
    assert first[listener.page.session].plan.steps[-1].attribute == "eyeglasses" and len(asked) == 1
    (second,) = turn(listener, first[listener.page.session], asked)
    assert [step.attribute for step in second[listener.page.session].plan.steps] == ["eyeglasses", "beard"]


def test_a_double_click_is_one_wish(listener, session):
    assert len(waiting(listener, session, *(listener._answer("Blond hair") for _ in range(2)))[0]) == 1
    asked, _ = waiting(listener, session, listener._answer("smile +2"), listener._answer("add glasses"))
    edited = turn(listener, session, asked)[-1][listener.page.session]
    cross = gr.EventData(None, {"act": "remove", "index": "0"})
    asked, _ = waiting(listener, edited, *(listener._chip(cross, edited) for _ in range(2)))
    assert [step.attribute for step in turn(listener, edited, asked)[-1][listener.page.session].plan.steps] == ["eyeglasses"]


def test_a_chip_is_about_the_step_that_it_shows(listener, session):
    asked, _ = waiting(listener, session, *map(listener._answer, ("smile +2", "add glasses", "add a beard")))
    edited = turn(listener, session, asked)[-1][listener.page.session]
    chips = [gr.EventData(None, {"act": act, "index": index}) for act, index in (("remove", "0"), ("more", "1"), ("remove", "2"))]
    asked, _ = waiting(listener, edited, *(listener._chip(chip, edited) for chip in chips))
    (step,) = turn(listener, edited, asked)[-1][listener.page.session].plan.steps
    assert (step.attribute, step.amount) == ("eyeglasses", 4)


def test_stopped_while_it_waits_for_its_turn(listener, session):
    asked, _ = waiting(listener, session, listener._answer("older"))
    listener._halt(Stop(), asked)
    listener.turns.begin(listener._answer("add glasses"), asked, session, "en")
    first, second = (update[listener.page.session] for update in turn(listener, session, asked))
    assert (first.turns[-1].request, first.version) == ("older", session.version) and "Stopped" in first.turns[-1].reply
    assert second.plan.steps[-1].attribute == "eyeglasses", "it was asked after the stop"


def test_undo_is_not_lost_while_something_is_at_work(listener, session):
    page = listener.page
    (done,) = turn(listener, session, waiting(listener, session, listener._answer("add glasses"))[0])
    edited = done[page.session]
    asked, _ = waiting(listener, edited, listener._answer("add a beard"))
    at_work = listener.turns.work(edited, "en", None, asked, 0)
    assert "busy" in [next(at_work), next(at_work)][1][page.status]
    clicked = (listener._rename(None, edited, "glasses"), listener._press("undo", None), listener._jump(gr.EventData(None, {"index": "0"})))
    for one in clicked:
        assert page.session not in listener.turns.change(one, asked, edited, "en", None, 0), "it waits"
    assert listener.turns.end(edited, asked)[0] == gr.skip(), "the last of them gives the text box back"
    (*_, beard) = at_work
    after = [update[page.session] for update in turn(listener, beard[page.session], asked)]
    assert [each.cursor for each in after] == [2, 1, 0] and after[-1].versions[1].name == "glasses"
    at_once = listener.turns.change(listener._press("redo", None), asked, after[-1], "en", None, 0)[page.session]
    assert at_once.turns[-1].request == "Redo" and asked == []


def test_another_photo_lets_go_of_what_waits(listener, session):
    asked, _ = waiting(listener, session, listener._answer("add glasses"), listener._answer("older"))
    at_work = listener.turns.work(session, "en", None, asked, 0)
    next(at_work)
    next(at_work)
    closed = listener._another(Stop(), asked)
    assert closed[listener.page.welcome].visible and closed[listener.page.recipe_in] is None and asked == []
    assert not any(listener.page.session in update for update in at_work), "the photo from before does not come back"


def test_another_photo_lets_go_of_what_is_drawn(listener, session):
    (done,) = turn(listener, session, waiting(listener, session, listener._answer("add glasses"))[0])
    stop, page = Stop(), listener.page
    drawing = listener._strip(done[page.session], None, "en", stop)
    assert "busy" in next(drawing)[page.status]
    listener._another(stop, [])
    assert not any(page.strip in update for update in drawing)


def test_only_a_sent_request_leaves_the_text_box(listener, astronaut):
    session = open_photo(astronaut)
    sent = listener.turns.begin(listener._typed(None, " older "), [], session, "en")[1]
    assert sent.value == "" and not sent.interactive
    for box in (listener.turns.begin(Asked(None), [], session, "en")[1], listener.turns.end(session)[0]):
        assert "value" not in box.constructor_args, "half a sentence stays"
    assert listener.turns.end(None)[0].constructor_args["value"] == ""


def test_without_a_session_the_page_is_closed_and_says_so(listener):
    page = listener.page
    for lost in (
        lambda: listener._compare(None, "en", 0),
        lambda: listener.turns.change(listener._press("undo", None), [], None, "en", None, 0),
        lambda: next(listener.turns.work(None, "en", None, [listener._answer("add glasses")], 0)),
    ):
        with pytest.warns(UserWarning, match="open it again"):
            assert lost()[page.welcome].visible
    assert next(listener.turns.work(None, "en", None, [], 0))[page.welcome].visible, "another photo is no loss"
    for lost in (
        lambda: listener._file(None, "PNG", "en"),
        lambda: listener._recipe(None, "en"),
        lambda: next(listener._strip(None, None, "en", Stop())),
        lambda: next(listener._animate(None, None, "en", Stop())),
    ):
        with pytest.raises(gr.Error, match="open it again"):
            lost()
