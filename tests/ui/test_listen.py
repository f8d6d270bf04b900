"""What the page's events do, without a browser."""

from __future__ import annotations

import gradio as gr
import pytest

from chat.interpret import OfflineInterpreter
from chat.session import open_photo
from ui.listen import Listener
from ui.page import Page
from ui.work import Stop


@pytest.fixture
def listener():
    with gr.Blocks():
        return Listener(Page(), OfflineInterpreter())


def test_stopped_while_it_waits_for_its_turn(listener, astronaut):
    stop, session = Stop(), open_photo(astronaut)
    stop.wanted = True
    updates = list(listener._work(lambda *_: pytest.fail("it began"), session, "en", None, stop, {"words": "older"}, 0))
    after = updates[-1][listener.page.session]
    assert (after.turns[-1].request, after.version) == ("older", session.version) and "Stopped" in after.turns[-1].reply


def test_only_a_sent_request_leaves_the_text_box(listener, astronaut):
    session = open_photo(astronaut)
    sent = listener._begin(listener._typed(" older "), session, "en", Stop())[1]
    assert sent.value == "" and not sent.interactive
    for box in (listener._begin({"words": ""}, session, "en", Stop())[1], listener._end(session)[0]):
        assert "value" not in box.constructor_args, "half a sentence stays"
    assert listener._end(None)[0].constructor_args["value"] == ""


def test_without_a_session_the_page_is_closed_or_says_so(listener):
    page = listener.page
    assert listener._compare(None, 0)[page.welcome].visible and listener._jump(None, "en", None, 0, None)[page.welcome].visible
    for lost in (
        lambda: listener._file(None, "PNG", "en"),
        lambda: listener._recipe(None, "en"),
        lambda: next(listener._strip(None, None, "en", Stop())),
        lambda: next(listener._animate(None, None, "en", Stop())),
    ):
        with pytest.raises(gr.Error, match="open it again"):
            lost()


def test_a_button_of_a_lost_session_closes_the_page(listener):
    page, pressed = listener.page, []
    listener._changes(lambda run, *_, **__: pressed.append(run), lambda session: pytest.fail("there is none"))
    assert pressed[0](None, "en", None, 0)[page.welcome].visible
