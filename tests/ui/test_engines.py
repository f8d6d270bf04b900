"""Two engines in one conversation: each keeps its own encoding, and what only one of them can do is told."""

from __future__ import annotations

import dataclasses
import sys

import gradio as gr
import numpy as np
import pytest

import backends
from app import build_demo
from backends.base import EditPlan, EditStep, Option
from chat.editing import carry_out, open_photo
from chat.interpret import OfflineInterpreter
from chat.session import Turn
from errors import ParleyError
from tests.chat.fakes import DrawingBackend, WritingBackend, read_degrees
from tests.ui import rosy
from ui import engines, handlers, markup, show, view
from ui.listen import Listener
from ui.page import Page, picker, setting
from ui.trouble import sentence_of

INTERPRETER = OfflineInterpreter()
LISTED = backends.available()


def silent(step, total, preview=None):
    pass


@pytest.fixture
def drawing(tmp_path, monkeypatch, fresh_registry):
    """An engine that draws everything, beside the README's, which reddens for a smile."""
    rosy.install(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "rosy", raising=False)
    installed = next(listing for listing in backends.available() if listing.name == "rosy")
    get, engine = backends.get, DrawingBackend()
    monkeypatch.setattr(backends, "available", lambda: (backends.Listing("drawing", engine.info), installed))
    monkeypatch.setattr(backends, "get", lambda name: engine if name == "drawing" else get(name))
    monkeypatch.setattr("faces.attributes.measure", read_degrees)
    return engine


@pytest.fixture
def edited(drawing, astronaut):
    """With glasses and a smile by the engine that draws."""
    session = handlers.studied(open_photo(astronaut).saying(Turn("", "Hello")), "en", "drawing", silent)
    return handlers.answered(session, "add glasses, smile +2", INTERPRETER, "drawing", silent)


def steps(session):
    return [(step.attribute, step.amount) for step in session.plan.steps]


def test_the_other_engine_is_told_apart_and_leaves_out_what_it_cannot_do(edited, drawing):
    session = handlers.studied(edited, "en", "rosy", silent)
    assert set(session.encoded) == {("drawing", 0), ("rosy", 0)} and session.version is edited.version
    told = session.turns[-1].reply
    assert "I can change smile" in told and "Rosy cannot" in told and "Eyeglasses" in told

    session = handlers.answered(session, "smile 5", INTERPRETER, "rosy", silent)
    assert session.version.edits[0].engine == "rosy" and steps(session) == [("smile", 2), ("smile", 5)]
    refused = handlers.answered(session, "add a beard", INTERPRETER, "rosy", silent)
    assert refused.version is session.version and "Drawing" in refused.turns[-1].reply, "the engine that has it is named"

    back = handlers.studied(session, "en", "drawing", silent)
    assert drawing.encoded == 1 and "cannot" not in back.turns[-1].reply
    bearded = handlers.answered(back, "add a beard", INTERPRETER, "drawing", silent)
    assert steps(bearded)[-1] == ("beard", 3) and bearded.version.edits[0].engine == "drawing"
    undone = handlers.pressed(handlers.pressed(bearded, "undo", "en", "drawing"), "undo", "en", "drawing")
    assert steps(undone) == steps(edited), "undo goes back to what the first engine made"


def test_a_description_and_a_painted_mask_are_left_out_where_the_engine_takes_none_and_that_is_told(drawing, astronaut):
    plan = EditPlan((EditStep("smile", "set", 4.0),), text="an old man", layout=np.zeros((8, 8), np.uint8))
    described = carry_out(open_photo(astronaut), plan, WritingBackend(), measure=read_degrees)
    studied = handlers.studied(described, "en", "drawing", silent)
    assert "about: the description, the painted mask." in studied.turns[-1].reply
    session = handlers.answered(studied, "add glasses", INTERPRETER, "drawing", silent)
    assert steps(session) == [("smile", 4), ("eyeglasses", 3)] and (session.plan.text, session.plan.layout) == ("", None)


def test_by_hand_after_a_change_of_engine(edited):
    session = handlers.studied(edited, "en", "rosy", silent)
    assert steps(handlers.slid(session, "smile", 4.0, "en", "rosy", silent)) == [("smile", 4)]
    assert steps(handlers.rechipped(session, "more", session.plan.steps[1], "en", "rosy", silent)) == [("smile", 3)]
    with pytest.raises(ParleyError, match="it can change smile"):
        handlers.slid(session, "beard", 4.0, "en", "rosy", silent)
    with pytest.raises(ParleyError, match="it can change smile"):
        handlers.rescaled(session, "strong", "en", "rosy", silent)


def test_sliders_and_settings_follow_the_engine(edited):
    session = handlers.resettled(edited, 20, 0, {}, "drawing", "en", silent)
    with build_demo():
        page = Page()
        for engine, visible, smile in (("drawing", 5, 3), ("rosy", 1, 2)):  # each counts from the smile that it sees in the photo
            updates = show.everything(page, handlers.studied(session, "en", engine, silent), "en", engine)
            assert sum(updates[slider].visible for slider in page.sliders.values()) == visible
            assert updates[page.sliders["smile"]].interactive and updates[page.sliders["smile"]].value == smile
            assert updates[page.steps].value == "the engine's own", "a T that this engine does not offer is not shown as chosen"
            assert isinstance(updates[page.steps], gr.Dropdown) and not updates[page.steps].visible
    assert view.sliders(session, "rosy", "en") == {}, "not yet studied by it"


def test_no_pill_is_pressed_while_words_chose_what_to_compare_with(edited):
    older = handlers.answered(edited, "older", INTERPRETER, "drawing", silent)
    named = handlers.answered(older, "compare with version 1", INTERPRETER, "drawing", silent)
    oldest = handlers.answered(named, "older", INTERPRETER, "drawing", silent)
    with build_demo():
        page = Page()

        def pressed(session, against, before):
            update = show.everything(page, session, "en", "drawing", against, before)[page.against]
            return update.value if isinstance(update, gr.Radio) else "as before"

        assert pressed(edited, 1, None) == "as before"
        assert pressed(named, 1, older) is None
        assert pressed(oldest, None, named) == "Original"
        assert pressed(oldest, 1, named) == "Previous version", "its pill was pressed since"


def test_a_setting_that_the_engine_does_not_have_is_its_own_choice():
    assert engines.other_than_default((None, 8, 20), 2) == 20
    assert engines.other_than_default((None, 8), 2) is None, "chosen of an engine with more of them"
    assert engines.other_than_default(("by itself", "blue"), 0) is engines.other_than_default(("by itself",), None) is None


def test_the_picker_lists_both(edited):
    shown = markup.engine_picker(engines.rows(), "rosy", "en")
    assert 'data-name="drawing" aria-pressed="false"' in shown and 'data-name="rosy" aria-pressed="true"' in shown
    assert "disabled" not in shown


def test_engines_are_told_of_in_the_visitors_language_and_in_english_where_that_has_no_words(drawing, monkeypatch):
    info = next(info for info in (listing.info for listing in LISTED) if info.name == "diffae")
    why = ParleyError("{variable} points to {path}, but there is no such file.", variable="PARLEY_DIFFAE", path="/x").told
    listings = backends.Listing("diffae", info, why), backends.Listing("drawing", drawing.info, "There is no ink.")
    monkeypatch.setattr(backends, "available", lambda: listings)
    german, english = engines.rows("de"), engines.rows()
    assert (english[0]["reason"], english[0]["summary"]) == (str(why), info.summary)
    assert german[0]["reason"] == engines.reason("diffae", "de") == "PARLEY_DIFFAE zeigt auf /x, aber diese Datei gibt es nicht."
    shown = picker(None, "de")
    assert all(words in shown for words in ("zeigt auf /x", "Das FFHQ-Netz", "dekodiert wie", "nichtkommerziell", info.title))
    assert not any(words in shown for words in (info.summary, info.paper, info.licence))
    assert german[1] == english[1] and "There is no ink." in shown
    with pytest.raises(gr.Error, match="zeigt auf") as refused:
        Listener._engine("de", gr.EventData(None, {"name": "diffae"}))
    assert refused.value.title == "Das ging nicht"


def test_an_engines_settings_are_shown_in_the_visitors_language_and_taken_by_their_places(drawing, astronaut):
    option = Option("manipulation", "Manipulation", ("direct", "stable (SMS)"), "Anything at all.")
    assert setting(option, "en", "stable (SMS)")["value"] == "stable (SMS)"
    assert setting(option, "de", "stable (SMS)") == {
        "choices": ["direkt", "stabil (SMS)"],
        "value": "stabil (SMS)",
        "label": "Änderungsweise",
        "info": "Anything at all.",
        "visible": True,
    }
    assert setting(option, "de")["value"] == setting(option, "de", "another engine's")["value"] == "direkt"
    drawing.info = dataclasses.replace(drawing.info, options=(option,))
    with build_demo():
        page = Page()
    opened = open_photo(astronaut)
    settled = Listener._settle(None, None, 0, 1).job(opened, "de", "drawing", silent)
    assert settled.options == {"manipulation": "stable (SMS)"}
    assert show.everything(page, settled, "de", "drawing")[page.options[0]].value == "stabil (SMS)"
    older = handlers.answered(settled, "older", INTERPRETER, "drawing", silent)
    again = handlers.resettled(older, 20, 0, settled.options, "drawing", "de", silent)
    assert again.turns[-1].request == "Abtastschritte T: 20, Startwert: 0, stabil (SMS)"


def test_without_a_choice_the_first_that_can_run_is_loaded_or_the_visitor_is_told_why_none_can(drawing, monkeypatch):
    assert engines.load(None) is drawing
    monkeypatch.setattr(backends, "available", lambda: (backends.Listing("drawing", drawing.info, "There is no ink."),))
    with pytest.raises(ParleyError) as caught:
        engines.load(None)
    assert sentence_of(caught.value, "de") == "Hier läuft noch kein Verfahren. Drawing: There is no ink."
