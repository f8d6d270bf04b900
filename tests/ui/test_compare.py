"""The tab that compares engines, without a browser."""

from __future__ import annotations

import re
import sys
from dataclasses import replace

import gradio as gr
import numpy as np
import pytest
from PIL import Image

import backends
from chat.editing import open_photo
from chat.interpret import OfflineInterpreter
from errors import Sentence
from tests.chat.fakes import DrawingBackend, read_degrees
from tests.ui import rosy
from ui import columns
from ui.compare import Comparison
from ui.page import Page
from ui.work import Stop


@pytest.fixture
def drawing(tmp_path, monkeypatch, fresh_registry):
    """Three engines: one that draws everything, the README's, which reddens for a smile, and one that cannot run."""
    rosy.install(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "rosy", raising=False)
    installed = next(listing for listing in backends.available() if listing.name == "rosy")
    get, engine = backends.get, DrawingBackend()
    listings = (backends.Listing("drawing", engine.info), installed, backends.Listing("broken", None, "its <weights> are missing"))
    monkeypatch.setattr(backends, "available", lambda: listings)
    monkeypatch.setattr(backends, "get", lambda name: engine if name == "drawing" else get(name))
    monkeypatch.setattr("faces.attributes.measure", read_degrees)
    return engine


@pytest.fixture
def app(drawing):
    with gr.Blocks() as demo:
        page = Page()
        with page.rooms:
            comparison = Comparison(page, OfflineInterpreter())
    return demo, comparison


@pytest.fixture
def tab(app):
    return app[1]


def shown(update):
    return update if isinstance(update, str) else update.value


def run(tab, session, request, ticks=(True, True, False), stop=None, language="en"):
    """Every update, and what is on show at the end, by engine."""
    updates, now = [], {}
    for update in tab.run(session, request, language, 7, stop or Stop(), *ticks):
        updates.append(update)
        now |= update
    return updates, {name: shown(now.get(entry, "")) or "" for name, entry in tab.entries.items()}, now


def test_every_engine_has_a_box_and_one_that_cannot_run_says_why(tab):
    boxes = {name: (box.label, box.value, box.interactive) for name, box in tab.ticks.items()}
    assert boxes == {"drawing": ("Drawing", True, True), "rosy": ("Rosy", True, True), "broken": ("broken", False, False)}
    assert tab.ticks["broken"].info == "its <weights> are missing"


def test_the_boxes_come_in_the_visitors_language(tab, drawing, monkeypatch):
    summary = "Finds the face in a generator's latent space and walks a learned field, in small steps, until the asked degree shows."
    drawing.info = replace(drawing.info, summary=summary)
    why = Sentence("{variable} points to {path}, but there is no such file.", variable="PARLEY_INK", path="/x")
    listings = backends.Listing("drawing", drawing.info), backends.Listing("rosy", None, why), backends.Listing("broken", None, "no <ink>")
    monkeypatch.setattr(backends, "available", lambda: listings)
    german = gr.Request(headers={"accept-language": "de"})
    drawn, failed, broken = tab._arrive(german)
    assert drawn.info.startswith("Sucht das Gesicht") and broken.info == "no <ink>"
    assert failed.info.startswith("PARLEY_INK zeigt auf") and not failed.value and not failed.interactive
    assert [box.info for box in tab._arrive(None)] == [summary, str(why), "no <ink>"]


def test_each_says_what_it_reached_or_why_it_could_not(tab, astronaut):
    updates, columns_, now = run(tab, open_photo(astronaut), "add glasses, smile 5")
    assert "Eyeglasses" in columns_["drawing"] and "0.0 → 3.0" in columns_["drawing"] and "asked 3.0" in columns_["drawing"]
    assert "data:image" in columns_["drawing"] and "edited in" in columns_["drawing"]
    assert "cannot change" in columns_["rosy"] and "data:image" not in columns_["rosy"]
    assert "Seed 7" in shown(now[tab.original]) and now[tab.status] == ""
    places = [next(i for i, update in enumerate(updates) if words in shown(update.get(tab.entries[name], "")) )
              for name, words in (("drawing", "Waiting"), ("drawing", "0.0 → 3.0"))]
    assert places[0] == 0 < places[1], "first what waits, then what was made"
    kept = now[tab.session]
    assert ("drawing", 0) in kept.encoded and kept.seed == 7
    _, again, _ = run(tab, kept, "ein Bart", language="de")
    assert "schon angesehen" in again["drawing"] and "Bart" in again["drawing"]
    for figures in (r"\d,\d → \d,\d<", r"gewünscht \d,\d<", r"geändert in \d,\d\u00a0s", r"style=\"left:\d+\.\d%"):  # a style has points
        assert re.search(figures, again["drawing"]), figures
    assert "Rosy kann „Bart“ nicht ändern" in again["rosy"]


def test_nothing_to_do_and_nothing_understood(tab, astronaut):
    session = open_photo(astronaut)
    for arguments in ((None, "smile"), (session, "  "), (session, "smile", (False, False, False))):
        updates, _, now = run(tab, *arguments)
        assert len(updates) == 1 and "Please add" in now[tab.status]
    _, _, now = run(tab, session, "<b>hello</b>")
    assert 'class="warning"' in now[tab.status] and "<b>" not in now[tab.status]
    assert not now[tab.entries["drawing"]].visible and now[tab.session] is not None


def test_stopped_in_the_middle(tab, drawing, astronaut, monkeypatch):
    stop, rosy_engine = Stop(), backends.get("rosy")
    monkeypatch.setattr(type(rosy_engine), "encode", lambda self, image, *, generator=None, progress=None: (
        setattr(stop, "wanted", True), progress(0, 1)))
    _, columns_, now = run(tab, open_photo(astronaut), "make her laugh", stop=stop)
    assert "→" in columns_["drawing"] and "Not carried out" in columns_["rosy"] and "Stopped" in now[tab.status]
    assert ("drawing", 0) in now[tab.session].encoded


def test_after_a_bug_nothing_looks_at_work(tab, astronaut, monkeypatch):
    monkeypatch.setattr(columns, "done", lambda *_: 1 / 0)
    now = {}
    with pytest.raises(ZeroDivisionError):
        for update in tab.run(open_photo(astronaut), "add glasses", "en", 7, Stop(), True, True, False):
            now |= update
    assert all("Not carried out" in shown(now[tab.entries[name]]) for name in ("drawing", "rosy"))


def test_the_photo_of_the_conversation_is_taken_over(tab, astronaut):
    photo = np.asarray(astronaut)
    chat = open_photo(Image.fromarray(np.hstack([photo, photo[:, ::-1]])))
    updates = tab.take_over(None, None, chat, "en")
    taken = updates[tab.session]
    assert taken.photo is updates[tab.taken] is chat.photo and not taken.turns and updates[tab.faces].visible
    turned = tab._turn(taken, "en", gr.SelectData(None, {"index": 1, "value": None}))[tab.session]
    assert tab.session not in tab.take_over(turned, chat.photo, chat, "en"), "it is here already"


def test_another_photo_in_the_conversation_is_another_one_here(tab, astronaut):
    before, chat = open_photo(astronaut), open_photo(astronaut)
    _, _, now = run(tab, before, "add glasses")
    updates = tab.take_over(now[tab.session], before.photo, chat, "en")
    assert updates[tab.session].photo is updates[tab.taken] is chat.photo
    assert not any(updates[entry].visible for entry in tab.entries.values()), "what engines made of the person before"
    gone = tab.take_over(now[tab.session], before.photo, None, "en")
    assert gone[tab.session] is gone[tab.taken] is gone[tab.photo] is None and not gone[tab.original].visible
    for other in (chat, None):
        assert tab.session not in tab.take_over(before, None, other, "en"), "what was opened here stays"
    assert tab.session not in tab.take_over(None, None, None, "en")


def test_a_face_that_is_not_there_is_told(tab, astronaut):
    with pytest.raises(gr.Error, match="no face number 3"):
        tab._turn(open_photo(astronaut), "en", gr.SelectData(None, {"index": 2, "value": None}))


def test_enter_and_a_click_ask_for_the_same_comparison(app):
    demo, tab = app
    (run,) = [event for event in demo.fns.values() if event.name == "run"]
    asked = demo.fns[run.trigger_after]
    assert set(asked.targets) == {(tab.go._id, "click"), (tab.request._id, "submit")}, "a second one is skipped while the first works"


def test_a_lost_session_is_told(tab):
    with pytest.raises(gr.Error, match="open it again"):
        tab._turn(None, "en", gr.SelectData(None, {"index": 1, "value": None}))


def test_shortfalls_are_told_in_the_visitors_language(tab, astronaut):
    _, columns_, _ = run(tab, open_photo(astronaut), "smile 5", (False, True, False), language="de")
    assert "Lächeln: " in columns_["rosy"], "it reddens, and the fake measuring sees no smile in that"
    assert columns.waiting("<x>", "de").count("&lt;x&gt;") == 1
