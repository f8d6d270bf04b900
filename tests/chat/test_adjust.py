"""Plans changed by hand: sliders, chips, the strength of the latest change."""

import io

import numpy as np
import pytest
from PIL import Image, ImageSequence

from backends.base import EditPlan, EditStep
from chat import adjust
from chat.editing import open_photo
from chat.history import choose_face, protect, undo
from chat.interpret import OfflineInterpreter
from chat.portrait import FRAME_MILLISECONDS, FRAMES, HOLD_MILLISECONDS, animation, portrait, strengths
from chat.talk import respond
from errors import ParleyError
from tests.chat.fakes import START, DrawingBackend, read_degrees

PLAN = EditPlan((EditStep("smile", "change", 2.0), EditStep("eyeglasses", "set", 3.0), EditStep("smile", "change", 1.0)))


@pytest.fixture
def backend():
    return DrawingBackend()


@pytest.fixture
def session(astronaut, backend):
    return respond(open_photo(astronaut), "add glasses", OfflineInterpreter(), backend, None, read_degrees)[0]


def rescale(session, name, backend):
    return adjust.rescale(session, name, backend, f"Smile: {name}", None, read_degrees)


def test_a_slider_replaces_what_was_asked_of_its_attribute():
    assert adjust.with_degree(PLAN, "smile", 2.34).steps == (EditStep("eyeglasses", "set", 3.0), EditStep("smile", "set", 2.34))
    assert adjust.as_in_photo(PLAN, "smile").steps == (EditStep("eyeglasses", "set", 3.0),)


def test_a_step_can_be_taken_out_or_nudged():
    assert adjust.without_step(PLAN, 0).steps == PLAN.steps[1:]
    assert adjust.nudged(PLAN, 1, 1).steps[1] == EditStep("eyeglasses", "set", 4.0)
    assert adjust.nudged(PLAN, 1, 9).steps[1].amount == 5
    assert adjust.nudged(PLAN, 2, -1).steps == PLAN.steps[:2], "a change by nothing is no step"
    for broken in (adjust.without_step, lambda plan, index: adjust.nudged(plan, index, 1)):
        with pytest.raises(ParleyError):
            broken(PLAN, 3)


def test_a_share_of_a_plan_goes_a_share_of_its_way():
    half = adjust.at_strength(PLAN, START, 0.5)
    assert half.degrees_from(START) == {"smile": 2.5, "eyeglasses": 1.5}
    assert adjust.at_strength(PLAN, START, 0).degrees_from(START) == {"smile": 1.0, "eyeglasses": 0.0}
    assert adjust.at_strength(PLAN, START, 4).degrees_from(START) == {"smile": 5.0, "eyeglasses": 5.0}


def test_an_adjustment_starts_from_the_original_latent_and_is_told(session, backend):
    moved = adjust.adjust(session, adjust.with_degree(session.plan, "smile", 3.5), backend, "Smile 3.5", None, read_degrees)
    assert backend.encoded == 1 and len(backend.plans[-1].steps) == 2
    turn = moved.turns[-1]
    assert turn.request == "Smile 3.5" and turn.before["smile"] == START["smile"] and turn.after["smile"] == 3.5
    assert moved.version.parent == session.cursor
    assert adjust.planned(moved, "drawing")["smile"] == 3.5 and adjust.planned(moved, "another") == {}


def test_the_latest_change_can_be_subtle_normal_or_strong(session, backend):
    session, _ = respond(session, "smile +2", OfflineInterpreter(), backend, None, read_degrees)
    assert adjust.latest(session) == ("smile",)
    subtle = rescale(session, "subtle", backend)
    strong = rescale(subtle, "strong", backend)
    assert subtle.degrees("drawing")["smile"] == 2 and strong.degrees("drawing")["smile"] == 4
    assert strong.degrees("drawing")["eyeglasses"] == 3, "earlier changes stay"
    assert strong.version.parent == session.version.parent and undo(strong).cursor == session.version.parent
    normal = rescale(strong, "normal", backend)
    assert normal.cursor == session.cursor and len(normal.versions) == len(strong.versions)
    assert [turn.request for turn in normal.turns[-3:]] == ["Smile: subtle", "Smile: strong", "Smile: normal"]


def test_more_is_of_what_was_changed_by_hand(session, backend):
    def by_hand(session, plan):
        return adjust.adjust(session, plan, backend, "by hand", None, read_degrees)

    def more(session):
        session, turn = respond(session, "more", OfflineInterpreter(), backend, None, read_degrees)
        return [(step.attribute, step.amount) for step in session.plan.steps], turn.reply

    session, _ = respond(session, "smile +2", OfflineInterpreter(), backend, None, read_degrees)
    glasses, smile = ("eyeglasses", 3), ("smile", 2)
    slid = by_hand(session, adjust.with_degree(session.plan, "eyeglasses", 2.0))
    assert more(slid)[0] == [smile, ("eyeglasses", 2), ("eyeglasses", 1)]
    nudged = by_hand(session, adjust.nudged(session.plan, 0, -2.0))
    assert more(nudged)[0] == [("eyeglasses", 1), smile, ("eyeglasses", 1)], "the chip's, not the one after it"
    without = by_hand(session, adjust.without_step(session.plan, 1))
    assert more(without)[0] == [glasses, ("eyeglasses", 1)], "the latest of what is left"
    assert "nothing" in more(by_hand(without, adjust.without_step(without.plan, 0)))[1].lower()


def test_more_is_of_the_latest_change_whatever_was_protected_or_done_to_others_since(astronaut, backend):
    pixels = np.asarray(astronaut)
    session = choose_face(open_photo(Image.fromarray(np.hstack([pixels, pixels[:, ::-1]]))), 0)
    for face, words in ((0, "smile +1"), (0, "age +1"), (0, "smile +1"), (1, "add glasses")):
        session, _ = respond(choose_face(session, face), words, OfflineInterpreter(), backend, None, read_degrees)
    region = np.zeros((32, 32), bool)
    region[:4] = True
    session = protect(choose_face(session, 0), region)
    assert adjust.newest_steps(session) == (EditStep("smile", "change", 1.0),)
    again, _ = respond(session, "a bit more", OfflineInterpreter(), backend, None, read_degrees)
    assert [step.attribute for step in again.plan.steps] == ["smile", "age", "smile", "smile"]


def test_more_is_of_what_changed_and_not_of_what_was_so_already(astronaut, backend):
    session = open_photo(astronaut)
    for words in ("add glasses", "older and add glasses"):
        session, _ = respond(session, words, OfflineInterpreter(), backend, None, read_degrees)
    less, _ = respond(session, "too much", OfflineInterpreter(), backend, None, read_degrees)
    assert less.plan.steps == (*session.plan.steps, EditStep("age", "change", -1.0))


def test_nothing_to_rescale(astronaut, backend):
    with pytest.raises(ParleyError, match="no change yet"):
        rescale(open_photo(astronaut), "strong", backend)


def test_thumbnails_are_of_the_visitors_own_photo(astronaut):
    mirrored = astronaut.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    one, two = (np.asarray(portrait(open_photo(photo), 0, 64)) for photo in (astronaut, mirrored))
    assert (one != two).any(), "nothing about a photo is shared between sessions"


def test_five_strengths_and_their_animation(session, backend):
    pictures = strengths(session, backend, size=128)
    assert len(pictures) == 5 and all(picture.size == (128, 128) for picture in pictures)
    original = np.asarray(portrait(session, 0, 128), float)
    away = [np.abs(np.asarray(picture, float) - original).sum() for picture in pictures]
    assert away[0] == 0 and away == sorted(away) and away[1] < away[4]
    assert [plan.degrees_from(START)["eyeglasses"] for plan in backend.plans[-5:]] == [0, 0.75, 1.5, 2.25, 3]
    gif = animation(session, backend, 64)
    opened = Image.open(io.BytesIO(gif))
    assert opened.n_frames >= 3 and opened.info["loop"] == 0 and b"edited" in opened.info["comment"]
    shown = sum(frame.info["duration"] for frame in ImageSequence.Iterator(opened))
    assert shown == (2 * FRAMES - 4) * FRAME_MILLISECONDS + 2 * HOLD_MILLISECONDS, "there and back, with a rest at both ends"
    with pytest.raises(ParleyError, match="first"):
        strengths(undo(session), backend)
