"""One request for many photos."""

import numpy as np
import pytest
from PIL import Image

import backends
from chat import batch
from chat.interpret import OfflineInterpreter
from tests.chat.fakes import DrawingBackend, read_degrees


@pytest.fixture
def photos(astronaut, tmp_path):
    pixels = np.asarray(astronaut)
    astronaut.save(tmp_path / "one.png")
    Image.fromarray(np.hstack([pixels, pixels[:, ::-1]])).save(tmp_path / "two.png")
    (tmp_path / "broken.png").write_bytes(b"no picture")
    return [tmp_path / name for name in ("one.png", "broken.png", "two.png")]


def edit_all(photos, request="add glasses", **options):
    named = [(photo.name, photo) for photo in photos]
    return list(batch.edit_all(named, request, OfflineInterpreter(), DrawingBackend(), measure=read_degrees, **options))


def test_each_photo_on_its_own_and_a_broken_one_stops_none(photos):
    one, broken, two = edit_all(photos)
    assert broken.session is None and "picture" in broken.words
    for result in (one, two):
        assert (np.asarray(result.session.picture()) != np.asarray(result.session.photo)).any() and len(result.session.version.edits) == 1


def test_a_photo_that_fails_in_an_unknown_way_stops_none(photos, monkeypatch):
    answer = batch.respond

    def fails_once(session, *rest):
        monkeypatch.setattr(batch, "respond", answer)
        raise RuntimeError("out of memory")

    monkeypatch.setattr(batch, "respond", fails_once)
    one, _, two = edit_all(photos)
    assert one.session is None and "Something went wrong" in one.words and two.session is not None


def test_a_seed_that_is_none_is_told(photos):
    (one,) = edit_all(photos[:1], seed=-1)
    assert one.session is None and "whole number from 0" in one.words


def test_every_face(photos):
    (two,) = edit_all(photos[2:], every_face=True)
    assert set(two.session.version.edits) == {0, 1}


def test_a_request_that_changes_nothing_is_a_failure(photos):
    (one,) = edit_all(photos[:1], request="hello")
    assert one.session is None and "Nothing was changed" in one.words


def test_names_are_distinct():
    assert list(batch.distinct(["a/x.png", "b/x.jpg", "X.png", ""], "png")) == [
        "x-edited.png", "x-edited-2.png", "X-edited-3.png", "photo-edited.png",
    ]  # fmt: skip


def test_the_command_line(photos, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(backends, "available", lambda: (backends.Listing("drawing", DrawingBackend.info),))
    monkeypatch.setattr(backends, "get", lambda name: DrawingBackend())
    out = tmp_path / "out"
    assert batch.main(["--request", "add a beard", "--out", str(out), "--format", "jpeg", str(photos[0]), str(photos[1])]) == 1
    assert [file.name for file in out.iterdir()] == ["one-edited.jpg"]
    told = capsys.readouterr().err
    assert "broken.png" in told and "1 of 2 pictures" in told
    assert batch.main(["--request", "add a beard", "--out", str(out), str(photos[0])]) == 0


def test_the_command_line_where_no_engine_can_run(photos, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(backends, "available", lambda: (backends.Listing("drawing", DrawingBackend.info, "There is no ink."),))
    assert batch.main(["--request", "add a beard", "--out", str(tmp_path / "out"), str(photos[0])]) == 2
    assert capsys.readouterr().err == "No engine can run here yet. Drawing: There is no ink.\n" and not (tmp_path / "out").exists()
