"""Several changes are made by turns, each in the picture that the last one left."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

import backends
from backends.base import EditPlan, EditStep, Latent
from graded import GRADED
from pictures import picture_tensor, tensor_picture

GLASSES, SMILE = EditStep("eyeglasses", "set", 4), EditStep("smile", "set", 5)


@pytest.fixture(scope="module")
def engine():
    return backends.get("dae")


@pytest.fixture(scope="module")
def face(engine, face_image: Image.Image) -> Latent:
    return engine.encode(face_image)


def pixels(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture, dtype=float)


def test_the_second_change_begins_where_the_first_one_ended(engine, face):
    first = engine.decode(engine.edit(face, EditPlan((GLASSES,))))
    both = engine.edit(face, EditPlan((GLASSES, SMILE)))
    begin, after_glasses, after_smile = engine.way(both)
    assert begin.picture == tensor_picture(face.tensors["face"][0])
    assert after_glasses.picture == first and after_smile.picture == engine.decode(both)
    assert (begin.changing, after_glasses.changing, after_smile.changing) == ((), ("eyeglasses",), ("smile",))


def test_a_turn_leaves_the_others_work_alone(engine, face):
    without, worn = (engine.decode(engine.edit(face, EditPlan(steps))) for steps in ((SMILE,), (GLASSES, SMILE)))
    assert engine.edit(face, EditPlan((GLASSES, SMILE))).degrees == face.degrees
    eyes = np.s_[45:75, 30:98]
    assert np.abs(pixels(worn) - pixels(without))[eyes].mean() > 2 * np.abs(pixels(worn) - pixels(without)).mean()


def test_what_is_at_its_degree_already_takes_no_turn(engine, face):
    there = EditStep("age", "set", face.degrees["age"])
    assert engine.decode(engine.edit(face, EditPlan((there, SMILE)))) == engine.decode(engine.edit(face, EditPlan((SMILE,))))


def test_more_steps_are_for_every_turn(engine, face):
    quick, clear = (engine.edit(face, EditPlan((GLASSES, SMILE), sampling_steps=steps)) for steps in (None, 20))
    difference = np.abs(pixels(engine.decode(quick)) - pixels(engine.decode(clear))).mean()
    assert 0 < difference < 12


def test_progress_counts_all_turns(engine, face):
    seen = []
    engine.edit(face, EditPlan((GLASSES, SMILE)), progress=lambda step, total, preview=None: seen.append(step / total))
    assert seen == sorted(seen) and seen[0] == 0 and 0.5 < seen[-1] <= 1


def test_what_was_looked_at_is_not_drawn_again(engine, face, monkeypatch):
    edited = engine.edit(face, EditPlan((SMILE,)))
    drawn = []
    monkeypatch.setattr(engine.retoucher, "drawn", lambda *given: drawn.append(given))
    assert engine.decode(edited) == engine.decode(edited) and engine.trace(edited) is not None
    assert not drawn


def test_a_predictor_that_is_trusted_less_makes_edits_go_further(engine, face, monkeypatch):
    wish = EditPlan((EditStep("beard", "set", 2),))

    def seen(trust: float) -> float:
        monkeypatch.setattr(engine.retoucher, "went", lambda name, change: trust * change)
        picture = picture_tensor(engine.decode(engine.edit(face, wish)))
        return engine.predictor.described(picture)[1][0, GRADED.index("beard")].item()

    assert seen(0.6) > seen(1.2) + 0.5
