"""A conversation about a real photo, with an engine that draws: history, failures, and pixels that must not change."""

import dataclasses
import functools
import io
import json

import numpy as np
import pytest
from PIL import Image

from backends.base import EditPlan
from chat import export
from chat.interpret import OfflineInterpreter
from chat.session import choose_face, open_photo, prepare, redo, undo
from chat.talk import respond
from errors import Cancelled, ParleyError
from graded import GRADED
from tests.chat.fakes import START, DrawingBackend, read_degrees

data = pytest.importorskip("skimage.data")


@functools.cache
def _opened(people: int = 1):
    """A session about scikit-image's astronaut; with two people, she and her mirror image side by side."""
    photo = data.astronaut()
    return open_photo(Image.fromarray(photo if people == 1 else np.hstack([photo, photo[:, ::-1]])))


def say(session, text, backend, progress=None):
    return respond(session, text, OfflineInterpreter(), backend, progress, read_degrees)


def pixels(session):
    return np.asarray(session.picture())


@pytest.fixture
def backend():
    return DrawingBackend()


def test_photo_without_a_face_is_a_sentence():
    with pytest.raises(ParleyError, match="face"):
        open_photo(Image.fromarray(np.full((200, 200, 3), 128, np.uint8)))


def test_broken_file_is_a_sentence():
    with pytest.raises(ParleyError):
        open_photo(b"this is not a picture")


def test_an_edit_changes_the_face_and_nothing_else(backend):
    session, turn = say(_opened(), "add glasses", backend)
    before, after = np.asarray(session.photo), pixels(session)
    left, top, right, bottom = (round(v) for v in session.faces[0].box)
    wide = 0.8 * (right - left)
    inside = np.zeros(before.shape[:2], bool)
    inside[int(max(top - wide, 0)) : int(bottom + wide), int(max(left - wide, 0)) : int(right + wide)] = True
    changed = (before != after).any(-1)
    assert changed[top:bottom, left:right].mean() > 0.02
    assert not changed[~inside].any()
    assert turn.before["eyeglasses"] == 0 and turn.after["eyeglasses"] == 3
    assert turn.seconds > 0


def test_plans_add_up_and_start_from_the_original_latent(backend):
    session = _opened()
    for text in ("add glasses", "make her laugh", "a bit older"):
        session, _ = say(session, text, backend)
    assert backend.encoded == 1
    assert [len(plan.steps) for plan in backend.plans] == [1, 2, 3]
    assert session.plan.degrees_from(START) == {"eyeglasses": 3, "smile": 5, "age": 3}
    once, _ = say(_opened(), "add glasses, make her laugh, a bit older", DrawingBackend())
    assert np.array_equal(pixels(session), pixels(once))


def test_undo_redo_and_reset(backend):
    first, _ = say(_opened(), "add glasses", backend)
    second, _ = say(first, "make her laugh", backend)
    back, turn = say(second, "undo", backend)
    assert np.array_equal(pixels(back), pixels(first)) and "laugh" in turn.reply
    again, _ = say(back, "redo", backend)
    assert np.array_equal(pixels(again), pixels(second))
    clean, _ = say(again, "start over", backend)
    assert np.array_equal(pixels(clean), np.asarray(clean.photo)) and clean.plan.is_empty()
    restored, _ = say(clean, "undo", backend)
    assert np.array_equal(pixels(restored), pixels(second))
    assert len(backend.plans) == 2, "history must not compute"


def test_history_is_a_tree(backend):
    session, _ = say(_opened(), "add glasses", backend)
    glasses = session.cursor
    session, _ = say(session, "add a beard", backend)
    beard = session.cursor
    session = undo(session)
    session, _ = say(session, "make her laugh", backend)
    assert session.version.parent == glasses
    assert "beard" not in session.plan.degrees_from(START)
    assert beard in range(len(session.versions)), "the branch that was left is still there"
    session = undo(session)
    assert "smile" in redo(session).plan.degrees_from(START)


@pytest.mark.parametrize("text", ["undo", "redo", "start over"])
def test_nothing_to_undo(text, backend):
    session, turn = say(_opened(), text, backend)
    assert session.cursor == 0 and turn.reply and not session.can_undo


def test_a_failed_request_changes_nothing(backend):
    session, _ = say(_opened(), "add glasses", backend)
    kept = pixels(session)
    backend.fails = True
    with pytest.raises(ParleyError, match="ink"):
        say(session, "make her laugh", backend)

    def stop(step, total, preview=None):
        raise Cancelled

    backend.fails = False
    with pytest.raises(Cancelled):
        say(session, "make her laugh", backend, stop)
    assert np.array_equal(pixels(session), kept) and len(session.versions) == 2
    session, _ = say(session, "make her laugh", backend)
    assert session.plan.degrees_from(START) == {"eyeglasses": 3, "smile": 5}


def test_what_is_not_understood_is_named_and_the_rest_done(backend):
    session, turn = say(_opened(), "add a hat and glasses", backend)
    assert "“hat”" in turn.reply and all(name in turn.reply for name in GRADED)
    assert session.plan.degrees_from(START) == {"eyeglasses": 3}
    session, turn = say(session, "give her a monocle", backend)
    assert "monocle" in turn.reply and session.cursor == 1


def test_giving_an_attribute_back(backend):
    session, _ = say(_opened(), "add glasses and a beard", backend)
    session, turn = say(session, "undo the beard", backend)
    assert session.plan.degrees_from(START) == {"eyeglasses": 3}
    assert turn.after["beard"] == START["beard"]


def test_replies_tell_understanding_measurement_and_limits(backend):
    session, turn = say(_opened(), "make her smile, and add glasses", backend)
    assert "Smile +2 (about 1 → 3)" in turn.reply and "eyeglasses 3 (thick plastic frames)" in turn.reply
    assert "smile 1.0 → 3.0" in turn.reply
    assert turn.options
    session, _ = say(session, "make her laugh", backend)
    _, turn = say(session, "smile more", backend)
    assert "already at its strongest" in turn.reply


def test_a_change_that_cannot_be_measured_is_admitted(backend):
    _, turn = respond(_opened(), "add glasses", OfflineInterpreter(), backend, measure=lambda image: dict(START))
    assert "hardly changed" in turn.reply


def test_two_faces_are_edited_one_by_one(backend):
    session = _opened(2)
    assert len(session.faces) == 2
    session, _ = say(choose_face(session, 0), "add glasses", backend)
    session, _ = say(choose_face(session, 1), "make her laugh", backend)
    assert session.plan.degrees_from(START) == {"smile": 5}
    left, right = np.hsplit((np.asarray(session.photo) != pixels(session)).any(-1), 2)
    assert left.any() and right.any()
    session = undo(session)
    left, right = np.hsplit((np.asarray(session.photo) != pixels(session)).any(-1), 2)
    assert left.any() and not right.any()
    with pytest.raises(ParleyError, match="number 3"):
        choose_face(session, 2)


def test_encoding_reports_progress_once(backend):
    seen = []
    session = prepare(_opened(), backend, lambda step, total, preview=None: seen.append((step, total)), read_degrees)
    assert seen == [(0, 2), (1, 2), (2, 2)]
    assert prepare(session, backend, None, read_degrees) is session


def test_sessions_are_values(backend):
    before = _opened()
    say(before, "add glasses", backend)
    assert before.cursor == 0 and not before.encoded and not before.turns
    with pytest.raises(dataclasses.FrozenInstanceError):
        before.cursor = 1


def test_export_is_full_size_marked_and_without_the_photos_metadata(backend):
    photo = Image.fromarray(data.astronaut())
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Camera maker", "Camera model"
    file = io.BytesIO()
    photo.save(file, "JPEG", exif=exif, quality=95)
    session, _ = say(open_photo(file.getvalue(), seed=7), "add glasses", backend)
    exported = export.png(session)
    picture = Image.open(io.BytesIO(exported))
    assert picture.size == photo.size
    assert "edited" in picture.info["Software"]
    assert b"Camera" not in exported and not picture.getexif()
    recipe = json.loads(picture.info["parley"])
    assert recipe["seed"] == 7 and recipe["requests"] == ["add glasses"]
    assert EditPlan.from_json(json.dumps(recipe["faces"]["1"]["plan"])).degrees_from(START) == {"eyeglasses": 3}
