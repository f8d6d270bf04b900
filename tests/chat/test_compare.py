"""One request for several engines."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from backends.base import BackendInfo
from chat.compare import compare, understood
from chat.editing import open_photo
from chat.interpret import OfflineInterpreter
from chat.interpretation import Context, Interpretation, clipped_step
from errors import Cancelled, ParleyError
from graded import GRADED
from tests.chat.fakes import DrawingBackend, read_degrees

PHOTO = {"bangs": 0.0, "eyeglasses": 0.0, "beard": 0.0, "smile": 2.0, "age": 2.5}
"""What is measured in the photo itself, which nobody drew."""


class Lazy(DrawingBackend):
    """Draws half of the way to what it is asked for, ages everybody, and can change a smile and a beard only."""

    info = BackendInfo("lazy", "Lazy", "Draws half of it", "none", "MIT", 128, ("smile", "beard"))

    def decode(self, latent, *, generator=None, progress=None):
        picture = np.array(super().decode(latent))
        for name in ("smile", "beard") if latent.plan.steps else ():
            place = GRADED.index(name)
            start = latent.degrees[name]
            picture[0, place] = round(50 * (start + (latent.plan.degrees_from(latent.degrees).get(name, start) - start) / 2))
        if latent.plan.steps:
            picture[0, GRADED.index("age")] = 50 * 4
        return Image.fromarray(picture)


class Broken(DrawingBackend):
    def edit(self, latent, plan, *, progress=None):
        raise RuntimeError("out of memory")


def measure(image):
    return PHOTO if image.width == 256 else read_degrees(image)


class Counting:
    """The offline interpreter, and how often it was asked against what."""

    def __init__(self):
        self.contexts = []

    def interpret(self, text, context: Context):
        self.contexts.append(context)
        return OfflineInterpreter().interpret(text, context)


@pytest.fixture(scope="module")
def session(astronaut):
    return open_photo(astronaut, seed=5)


def done(session, request, engines, watch=None):
    interpreter = Counting()
    task = understood(session, request, interpreter, measure)
    attempts = compare(task, [(name, name.title()) for name in engines], engines.__getitem__, watch, measure)
    return task, list(attempts), interpreter


def test_the_request_is_understood_once_and_means_the_same_degree_to_all(session):
    engines = {"drawing": DrawingBackend(), "lazy": Lazy()}
    task, (drawn, lazy), interpreter = done(session, "smile +2", engines)
    assert len(interpreter.contexts) == 1 and interpreter.contexts[0].degrees == PHOTO
    assert task.targets == {"smile": 4.0}, "counted from the photo, not from what an engine takes it for"
    assert [engine.plans[-1].degrees_from({"smile": 1.0}) for engine in engines.values()] == [{"smile": 4.0}] * 2
    assert drawn.edit.degrees["smile"] == pytest.approx(4) and drawn.verdicts == {"smile": "reached"} and not drawn.side_effects
    assert lazy.verdicts == {"smile": "short"} and lazy.side_effects == {"age": pytest.approx(2)}
    assert drawn.session.seed == 5 and drawn.edit_seconds > 0 and drawn.encode_seconds > 0
    assert session.version is task.session.version and not session.encoded, "nothing happens to the session that was passed in"


def test_one_that_cannot_keeps_no_other_from_trying(session):
    def load(name):
        if name == "absent":
            raise ParleyError("Its weights are missing.")
        return {"drawing": DrawingBackend(), "lazy": Lazy(), "broken": Broken()}[name]

    task = understood(session, "add glasses and a beard", OfflineInterpreter(), measure)
    names = [(name, name.title()) for name in ("absent", "lazy", "broken", "drawing")]
    absent, lazy, broken, drawn = compare(task, names, load, None, measure)
    assert str(absent.error) == "Its weights are missing." and absent.edit is None
    assert "eyeglasses" in str(lazy.error) and "smile, beard" in str(lazy.error)
    assert str(broken.error) == "Broken failed: RuntimeError: out of memory"
    assert drawn.verdicts == {"eyeglasses": "reached", "beard": "reached"}


def test_a_face_that_was_encoded_is_not_encoded_again(session):
    engine = DrawingBackend()
    task, (first,), _ = done(session, "smile", {"drawing": engine})
    again = understood(first.session, "add a beard", OfflineInterpreter(), measure)
    (second,) = compare(again, [("drawing", "Drawing")], lambda name: engine, None, measure)
    assert engine.encoded == 1 and second.encode_seconds is None


def test_how_it_gets_on_and_that_it_can_be_stopped(session):
    seen = []

    def watch(engine, stage, step, total, preview=None):
        seen.append((engine, stage))
        if engine == "lazy" and stage == "encode":
            raise Cancelled

    with pytest.raises(Cancelled):
        done(session, "make her laugh", {"drawing": DrawingBackend(), "lazy": Lazy()}, watch)
    assert list(dict.fromkeys(seen)) == [("drawing", s) for s in ("load", "encode", "edit")] + [("lazy", s) for s in ("load", "encode")]


def test_what_asks_for_nothing_is_refused_and_what_cannot_be_had_is_noted(session):
    for words in ("hello", "add wings", "undo"):
        with pytest.raises(ParleyError):
            understood(session, words, OfflineInterpreter(), measure)
    assert "wings" in understood(session, "add wings and glasses", OfflineInterpreter(), measure).notes


def test_a_face_can_be_named(astronaut):
    photo = np.asarray(astronaut)
    two = open_photo(Image.fromarray(np.hstack([photo, photo[:, ::-1]])))
    named = Interpretation("edit", (clipped_step("smile", "set", 5.0),), face="right")

    class Fixed:
        def interpret(self, text, context):
            return named

    assert understood(two, "make the right one laugh", Fixed(), measure).session.chosen == 1
