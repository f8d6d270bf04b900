"""A conversation about a real photo, with an engine that draws: history, failures, and pixels that must not change."""

import dataclasses
import functools

import numpy as np
import pytest
from PIL import Image

from backends.base import EditPlan
from chat.dialog import Dialog
from chat.editing import carry_out, open_photo, prepare
from chat.history import NAME_LENGTH, choose_face, jump, protect, redo, rename, reseed, rewind, undo
from chat.interpret import OfflineInterpreter
from chat.session import Turn
from chat.talk import respond
from errors import Cancelled, ParleyError
from graded import GRADED
from tests.chat.fakes import START, DrawingBackend, WritingBackend, read_degrees

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
    session, turn = say(_opened(), "add glasses and change the background", backend)
    assert "“background”" in turn.reply and all(name in turn.reply for name in GRADED)
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
    assert "igger smile (+2)" in turn.reply and "a thick frame" in turn.reply
    assert "smile 1.0 → 3.0" in turn.reply
    assert turn.options
    session, _ = say(session, "make her laugh", backend)
    _, turn = say(session, "smile more", backend)
    assert "already" in turn.reply and "laugh" in turn.reply


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


def test_any_version_can_be_shown_named_and_branched_from(backend):
    session, _ = say(_opened(), "add glasses", backend)
    session, _ = say(session, "make her laugh", backend)
    back = rename(jump(session, 1), "  only\nglasses " + "x" * 100)
    assert back.version.name.startswith("only glasses x") and len(back.version.name) == NAME_LENGTH
    assert session.version.name == "" and back.versions[2] is session.versions[2]
    branch, _ = say(back, "add a beard", backend)
    assert branch.version.parent == 1 and branch.plan.degrees_from(START) == {"eyeglasses": 3, "beard": 3}
    assert np.array_equal(np.asarray(branch.picture(2)), pixels(session))
    with pytest.raises(ParleyError):
        jump(session, 3)


def test_an_earlier_message_said_differently_branches_there(backend):
    session = _opened().saying(Turn("", "Hello"))
    for text in ("add glasses", "make her laugh", "older"):
        session, _ = say(session, text, backend)
    assert [turn.version for turn in session.turns] == [0, 1, 2, 3]
    session = rewind(session, 2)
    assert [turn.request for turn in session.turns] == ["", "add glasses"] and session.cursor == 1
    session, _ = say(session, "add a beard", backend)
    assert session.version.parent == 1 and len(session.versions) == 5
    with pytest.raises(ParleyError):
        rewind(session, 0)


def test_a_message_said_differently_is_read_as_the_first_one_was(backend):
    session = dataclasses.replace(choose_face(_opened(2), 0), dialog=Dialog("no_edit", "suggestion"), offer="add bangs")
    session, _ = say(session.saying(Turn("", "Hello")), "yes", backend)
    first = session
    assert first.plan.degrees_from(START) == {"bangs": 3}
    session, _ = say(session, "make the right one laugh, 20 steps", backend)
    assert (session.chosen, session.sampling_steps) == (1, 20) and session.dialog != first.dialog
    again = rewind(session, 2)
    assert (again.chosen, again.dialog, again.offer, again.sampling_steps) == (0, first.dialog, first.offer, None)
    assert set(say(again, "older", backend)[0].plan.degrees_from(START)) == {"bangs", "age"}
    same, _ = say(rewind(session, 1), "yes", backend)
    assert same.plan.steps == first.plan.steps and same.dialog == first.dialog
    by_hand = dataclasses.replace(first, sampling_steps=10)
    assert rewind(by_hand, 1).sampling_steps == 10, "settings hold until they are changed"


def test_what_is_protected_stays_bit_identical(backend):
    session, _ = say(_opened(), "add glasses and make her laugh", backend)
    edited = pixels(session)
    region = np.zeros((64, 64), bool)
    region[: int((session.faces[0].landmarks[2, 1]) / 8)] = True  # everything above the nose
    kept = protect(session, region)
    rows = int(session.faces[0].landmarks[2, 1]) - 16
    assert np.array_equal(pixels(kept)[:rows], np.asarray(kept.photo)[:rows])
    assert (edited[:rows] != np.asarray(kept.photo)[:rows]).any(), "without protection the glasses are there"
    assert (pixels(kept) != np.asarray(kept.photo)).any(), "the laugh is still there"
    older, _ = say(kept, "add a beard", backend)
    assert np.array_equal(pixels(older)[:rows], np.asarray(kept.photo)[:rows])
    assert np.array_equal(pixels(undo(kept)), edited)
    assert np.array_equal(pixels(protect(kept, None)), edited)


def test_an_engine_that_takes_a_mask_is_told_what_may_change(backend):
    session, _ = say(_opened(), "add glasses", backend)
    region = np.zeros((64, 64), bool)
    region[:16] = True
    say(protect(session, region), "add a beard", backend)
    assert backend.plans[-1].mask is None
    backend.info = dataclasses.replace(backend.info, accepts_mask=True)
    say(protect(session, region), "add a beard", backend)
    mask = backend.plans[-1].mask
    assert mask.shape == (128, 128) and not mask[0].any() and mask[-1].all()


def test_settings_hold_for_edits_to_come(backend):
    session = dataclasses.replace(_opened(), sampling_steps=20)
    session, _ = say(session, "add glasses", backend)
    assert backend.plans[-1].sampling_steps == 20
    reseeded = reseed(session, 5)
    assert reseeded.seed == 5 and np.array_equal(pixels(reseeded), pixels(session))
    say(reseeded, "make her laugh", backend)
    assert backend.encoded == 2


def test_a_face_rebuilt_in_as_many_steps_as_its_edit_is_rebuilt_without_any_of_it():
    backend = WritingBackend()
    carry_out(_opened(), EditPlan(sampling_steps=20, text="an old man"), backend, measure=read_degrees)
    rebuilt, edited = backend.plans
    assert (rebuilt.sampling_steps, edited.sampling_steps) == (20, 20) and rebuilt.is_empty() and edited.text
