"""The tab for painting, without a browser."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import gradio as gr
import numpy as np
import pytest
from PIL import Image

import backends
from chat.editing import open_photo
from chat.paint import Influence
from errors import ParleyError
from faces import drawn_masks
from faces.mask_classes import MASK_CLASSES
from tests.chat.fakes import read_degrees
from tests.ui import sketch
from ui import canvas
from ui.canvas import SIDE, mask_of
from ui.page import Page
from ui.paint import Painting
from ui.work import Stop

HAIR, HAT = MASK_CLASSES.index("hair"), MASK_CLASSES.index("hat")


@pytest.fixture
def tab(tmp_path, monkeypatch, fresh_registry):
    """The tab where one engine takes masks, another would but cannot run, and a third does not."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "gradio"))
    (tmp_path / "engines").mkdir()
    sketch.install(tmp_path / "engines")
    monkeypatch.syspath_prepend(tmp_path / "engines")
    monkeypatch.delitem(sys.modules, "sketch", raising=False)
    listed = {listing.name: listing for listing in backends.available()}
    absent = backends.Listing("absent", sketch.Sketch.info, "Its weights are missing.")
    monkeypatch.setattr(backends, "available", lambda: (absent, listed["dae"], listed["sketch"]))
    monkeypatch.setattr("faces.attributes.measure", read_degrees)
    monkeypatch.setattr("chat.paint.parsed", lambda session: canvas.example(0))
    with gr.Blocks():
        page = Page()
        with page.rooms:
            painting = Painting(page)
    return painting


def editor(mask):
    """What the editor hands over."""
    return {"composite": drawn_masks.coloured(mask).convert("RGBA")}


def run(job, first, value, words="", balance=0, engine="sketch", stop=None, options=(0,)):
    now = {}
    for update in job(first, value, words, engine, balance, 5, "en", stop or Stop(), *options):
        now |= update
    return now


def test_it_begins_with_an_engine_that_can_run(tab):
    assert tab.engine.value == "sketch" and tab.engine.visible and [name for _, name in tab.engine.choices] == ["sketch", "absent"]
    assert (tab.balance.minimum, tab.balance.maximum, tab.balance.visible) == (-1, 1, True) and tab.status.value == ""
    assert [box.label for box in tab.options if box.visible] == ["Effort"]
    assert "weights are missing" in tab.switched("absent", "en")[-1]


def test_settings_come_in_the_visitors_language_and_count_by_their_places(tab, monkeypatch):
    assert [box.label for box in tab._arrive("sketch", gr.Request(headers={"accept-language": "de"}))[1:-1] if box.visible] == ["Aufwand"]
    assert [box.label for box in tab._arrive("sketch", None)[1:-1] if box.visible] == ["Effort"]
    taken = []
    monkeypatch.setattr(backends.get("sketch"), "generate", lambda *_, options, **__: taken.append(options) or 1 / 0)
    for place in (1, None, 7):  # chosen, hidden, and another engine's with more choices
        with pytest.raises(ZeroDivisionError):
            run(tab.variants, 1, editor(canvas.example(0)), options=(place,))
    assert [options["effort"] for options in taken] == ["much", "little", "little"]


def test_the_mask_survives_the_editor():
    mask = canvas.example(1)
    assert mask.shape == (SIDE, SIDE) and np.array_equal(mask_of(canvas.painted(mask)), mask)
    assert not mask_of(None).any() and not mask_of({"composite": None}).any()
    assert mask_of({"composite": Image.new("RGBA", (100, 100), (255, 50, 150, 255))}).tolist()[0][0] == HAT


def test_fill_import_and_export(tab, tmp_path):
    mask, board = canvas.example(0), tab.canvas
    rows, columns = np.nonzero(mask == HAIR)
    filled = mask_of(board.filled(editor(mask), HAT, None, "en", columns[0], rows[0])[board.editor])
    assert (filled == HAT).any() and np.array_equal(filled[mask != HAIR], mask[mask != HAIR])
    exported = Path(board.exported(editor(filled)))
    assert exported.name == "parley-mask.png" and Image.open(exported).mode == "P"
    assert np.array_equal(mask_of(board.imported(str(exported), None, "en")[board.editor]), filled)
    (tmp_path / "no.png").write_bytes(b"no mask")
    with pytest.raises(gr.Error, match="PNG"):
        board.imported(str(tmp_path / "no.png"), None, "en")
    with pytest.raises(gr.Error, match="photo first"):
        board.from_photo(None, "en")


def test_several_faces_with_their_seeds(tab):
    now = run(tab.variants, 3, editor(canvas.example(0)), "a woman")
    shown = now[tab.faces].value
    assert [each["caption"] for each in shown] == ["Seed 5", "Seed 6", "Seed 7"] and now[tab.status] == ""
    info = Image.open(shown[1]["image"]["path"]).info
    told = json.loads(info["parley"])
    assert told["seed"] == 6 and told["words"] == "a woman", "a face that leaves the app says what made it"
    assert "trainedAlgorithmicMedia" in info["XML:com.adobe.xmp"]
    assert len(now[tab.made]) == 3 and now[tab.maps].visible
    with Image.open(now[tab.steps]) as animation:
        assert animation.n_frames == 6
    assert "50%" in now[tab.told] and "5%" in now[tab.told], "the shares that the colours stand for"


def test_where_one_was_heard_alone_the_map_says_so(tab):
    picture = Image.new("RGB", (64, 64))
    told = [tab._maps(Influence(np.full((2, 8, 8), share, np.float32)), picture, "en")[tab.told] for share in (1.0, 0.0, 0.5)]
    assert ["Only the mask" in told[0], "Only the words" in told[1], "50%" in told[2]] == [True] * 3


def test_enter_makes_faces_and_a_missing_photo_covers_no_mask(tab):
    page = tab.room
    while page.parent:
        page = page.parent
    events = page.fns
    (made,) = [event for event in events.values() if event.name == "variants"]
    assert set(events[made.trigger_after].targets) == {(tab.make._id, "click"), (tab.words._id, "submit")}
    (own,) = [event for event in events.values() if (tab.canvas.own._id, "click") in event.targets]
    assert own.show_progress == "hidden"


def test_the_balance_reaches_the_engine(tab):
    shares = [run(tab.variants, 1, editor(canvas.example(0)), "a man", at)[tab.made][0].influence.span[1] for at in (-1, 0, 1)]
    assert shares == pytest.approx([0.2, 0.5, 0.8])


def test_neither_words_nor_mask_and_an_engine_that_cannot(tab):
    assert "Nothing to draw" in run(tab.variants, 1, editor(np.zeros((SIDE, SIDE), np.uint8)))[tab.status]
    assert "no engine called" in run(tab.variants, 1, None, "a man", engine="absent")[tab.status]
    stop = Stop()
    stop.wanted = True
    assert "Stopped" in run(tab.variants, 1, None, "a man", stop=stop)[tab.status]


def test_a_photo_by_mask_and_words(tab, astronaut):
    session = open_photo(astronaut)
    own = canvas.example(0)
    closed = run(tab.edited, None, editor(own))
    assert "open a photo" in closed[tab.status].lower() and closed[tab.photo_box].open, "and where"
    assert "Paint something" in run(tab.edited, session, editor(own))[tab.status], "its own mask asks for nothing"
    painted = own.copy()
    painted[:120] = HAT
    now = run(tab.edited, session, editor(painted), "with a hat")
    changed = now[tab.session]
    plan = changed.plan
    assert plan.text == "with a hat" and np.array_equal(plan.layout, painted) and plan.options["balance"] == "even"
    assert now[tab.compared].visible and now[tab.maps].visible and changed.seed == 5
    again = run(tab.edited, changed, editor(own), "smiling")[tab.session]
    assert again.plan.layout is None and again.version.parent == 0, "always from the photo as it came"
    assert json.loads(Image.open(io.BytesIO(Path(tab.kept(changed, "en")).read_bytes())).info["parley"])["faces"]["1"]["plan"]["layout"]


def test_a_photo_begins_with_its_own_mask(tab, astronaut, tmp_path):
    astronaut.save(tmp_path / "photo.png")
    updates, board = tab.opened(str(tmp_path / "photo.png"), "en"), tab.canvas
    assert np.array_equal(mask_of(updates[board.editor]), canvas.example(0)) and updates[tab.session].photo.size == astronaut.size
    alone, over = (np.asarray(canvas.seen(canvas.example(0), session), int) for session in (None, updates[tab.session]))
    assert np.abs(alone - over).mean() > 20, "the photo shows through"
    (tmp_path / "broken.png").write_bytes(b"no photo")
    with pytest.raises(gr.Error, match="picture"):
        tab.opened(str(tmp_path / "broken.png"), "en")
    assert tab._open(None, "en") == {tab.session: None}
    closed = tab._removed(None, editor(canvas.example(1)))
    for other in (updates, closed):
        assert not any(other[each].visible for each in (tab.compared, tab.keep, tab.maps)), "what was made of the photo before"
    assert closed[tab.session] is closed[tab.photo] is None and board.editor not in closed
    assert np.array_equal(np.asarray(closed[board.preview]), np.asarray(drawn_masks.coloured(canvas.example(1)))), "without the face"
    assert tab.photo not in tab._removed(updates[tab.session], editor(canvas.example(1)))


def test_the_photo_of_the_conversation_is_taken_over(tab, astronaut):
    chat, board = open_photo(astronaut), tab.canvas
    updates = tab.take_over(None, None, chat, editor(canvas.example(1)), "en")
    taken = updates[tab.session]
    assert taken.photo is updates[tab.taken] is chat.photo
    assert np.array_equal(mask_of(updates[board.editor]), canvas.example(0)), "its own mask, as of a photo that was opened here"
    assert np.array_equal(np.asarray(updates[board.preview]), np.asarray(canvas.seen(canvas.example(0), taken)))
    assert tab.photo not in tab.take_over(taken, chat.photo, chat, None, "en"), "it is here already"


def test_another_photo_in_the_conversation_is_another_one_here(tab, astronaut):
    before, chat = open_photo(astronaut), open_photo(astronaut)
    changed = run(tab.edited, before, editor(canvas.example(1)), "with a hat")[tab.session]
    replaced = tab.take_over(changed, before.photo, chat, None, "en")
    gone = tab.take_over(changed, before.photo, None, editor(canvas.example(1)), "en")
    assert replaced[tab.session].photo is chat.photo and gone[tab.session] is gone[tab.taken] is gone[tab.photo] is None
    for updates in (replaced, gone):
        assert not any(updates[each].visible for each in (tab.compared, tab.keep, tab.maps)), "what was made of the person before"
    assert np.array_equal(np.asarray(gone[tab.canvas.preview]), np.asarray(drawn_masks.coloured(canvas.example(1))))
    for other in (chat, None):
        assert tab.photo not in tab.take_over(before, None, other, None, "en"), "what was opened here stays"


def test_a_lost_session_is_told(tab):
    with pytest.raises(gr.Error, match="open it again"):
        tab.kept(None, "en")
    with pytest.raises(gr.Error, match="noch einmal erzeugen"):
        tab._look_closer((), "de", gr.SelectData(None, {"index": 0, "value": None}))


def test_the_legend_marks_the_chosen_part():
    shown = canvas.legend(HAT, "de")
    assert shown.count("<button") == len(MASK_CLASSES) and shown.count('aria-pressed="true"') == 1 and "Hut" in shown


def test_without_an_engine_for_masks_there_is_still_a_canvas(monkeypatch):
    monkeypatch.setattr(backends, "available", lambda: ())
    with gr.Blocks():
        page = Page()
        with page.rooms:
            tab = Painting(page)
    assert tab.engine.value is None and not tab.balance.visible
    with pytest.raises(ParleyError):
        from ui import engines

        engines.info_of("none")
    assert 'class="warning"' in run(tab.variants, 1, None, "a man", engine=None)[tab.status]
