"""The page's batch: a ZIP in, a ZIP out."""

import io
import json
import re
import zipfile

import gradio as gr
import pytest
from PIL import Image

from chat.interpret import OfflineInterpreter
from errors import Cancelled, ParleyError
from tests.chat.fakes import DrawingBackend
from ui import batch as page
from ui import files
from ui.page import Page
from ui.texts import TEXTS, say
from ui.work import Stop


@pytest.fixture
def photos(astronaut, tmp_path):
    astronaut.save(tmp_path / "one.png")
    astronaut.rotate(5).save(tmp_path / "two.png")
    (tmp_path / "broken.png").write_bytes(b"no picture")
    return [tmp_path / name for name in ("one.png", "broken.png", "two.png")]


@pytest.fixture
def engine(monkeypatch):
    monkeypatch.setattr("ui.engines.load", lambda name: DrawingBackend())


def _zip(photos):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for photo in photos:
            archive.writestr(f"holiday/{photo.name}", photo.read_bytes())
        archive.writestr("holiday/notes.txt", "no photo")
        archive.writestr("__MACOSX/one.png", "no photo either")
    return data.getvalue()


@pytest.mark.usefixtures("engine")
def test_a_zip_comes_back_with_a_report(photos):
    seen = []
    data, done, total = page.edited(_zip(photos), "add glasses", OfflineInterpreter(), None, lambda *report: seen.append(report[:2]))
    assert (done, total) == (2, 3) and (0, 3) in seen and (3, 3) in seen
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert sorted(archive.namelist()) == ["one-edited.png", "report.json", "two-edited.png"]
        report = json.loads(archive.read("report.json"))
        picture = Image.open(io.BytesIO(archive.read("one-edited.png")))
    assert [("recipe" in told) for told in report] == [True, False, True]
    assert json.loads(picture.info["parley"]) == report[0]["recipe"]


def test_an_entry_without_a_name_is_no_photo():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("nameless", b"")
        archive.writestr("one.png", b"photo")
        archive.infolist()[0].filename = ""
    assert page.photos_in(data.getvalue()) == [("one.png", b"photo")]


def _stopped_at(photos, last):
    def stop(step, total, preview=None):
        if step == last:
            raise Cancelled

    return page.edited(_zip(photos), "add glasses", OfflineInterpreter(), None, stop)


@pytest.mark.usefixtures("engine")
def test_a_stopped_batch_hands_over_what_is_done(photos):
    data, done, total = _stopped_at(photos, 1)
    assert (done, total) == (1, 3)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert sorted(archive.namelist()) == ["one-edited.png", "report.json"]
    with pytest.raises(Cancelled):
        _stopped_at(photos, 0)


@pytest.mark.usefixtures("engine")
def test_stopped_while_it_waits_for_its_turn(photos, tmp_path):
    (tmp_path / "photos.zip").write_bytes(_zip(photos))
    with gr.Blocks() as demo:
        shown = Page()
        page.listen(shown, OfflineInterpreter())
    run = next(event.fn for event in demo.fns.values() if event.name == "run")
    stop = Stop()
    stop.wanted = True
    (update,) = run(str(tmp_path / "photos.zip"), "add glasses", None, "en", stop)
    assert "Stopped" in update[shown.batch_status]


def test_a_damaged_zip_is_a_sentence(photos):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("one.png", bytes(range(256)) * 40)
    damaged = bytearray(data.getvalue())
    damaged[37:60] = b"\xff" * 23
    with pytest.raises(ParleyError, match="ZIP"):
        page.photos_in(bytes(damaged))


@pytest.mark.parametrize("data", [b"", b"no zip", None])
def test_what_is_no_zip_of_photos_is_a_sentence(data, tmp_path):
    with pytest.raises(ParleyError, match="ZIP"):
        page.photos_in(_zip([]) if data is None else data)


@pytest.mark.parametrize("where, limit, value", [(page, "MAX_PHOTOS", 2), (files, "LIMIT", 100_000)])
def test_too_much_at_once(monkeypatch, photos, where, limit, value):
    monkeypatch.setattr(where, limit, value)
    with pytest.raises(ParleyError, match="too much"):
        page.photos_in(_zip(photos))


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_the_page_names_the_limits(language):
    assert re.findall(r"\d+", say("batch_hint", language)) == [str(page.MAX_PHOTOS), str(files.MEGABYTES)]
