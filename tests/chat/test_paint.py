"""Faces from a painted mask and words, by an engine with untrained networks."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from chat import paint
from chat.editing import open_photo
from chat.paint import Influence
from errors import ParleyError
from faces.mask_classes import MASK_CLASSES
from tests.backends.collaborative.tiny import tiny_backend

HAT = MASK_CLASSES.index("hat")
MASK = np.full((paint.SIDE, paint.SIDE), MASK_CLASSES.index("skin"), np.uint8)


def measure(image):
    return {"bangs": 0.0, "eyeglasses": 0.0, "beard": 0.0, "smile": 1.0, "age": 2.0}


@pytest.fixture(scope="module")
def backend():
    return tiny_backend()


def test_the_balance_runs_from_words_to_mask(backend):
    choices = paint.balances(backend.info)
    assert len(choices) % 2 == 1 and choices[len(choices) // 2] == "even"
    assert "only" in choices[0] and "words" in choices[0] and "only" in choices[-1] and "mask" in choices[-1]
    assert not any(option.name == paint.BALANCE for option in paint.other_options(backend.info))


def test_new_faces(backend):
    made = paint.variants(backend, " a beard ", MASK, (3, 4), {"balance": "even"})
    assert [variant.seed for variant in made] == [3, 4] and made[0].picture.tobytes() != made[1].picture.tobytes()
    (again,) = paint.variants(backend, "a beard", MASK, (4,), {"balance": "even"})
    change = np.abs(np.asarray(again.picture, int) - np.asarray(made[1].picture, int))
    assert change.max() <= 1, "the seed's face, whatever is made beside it"
    assert 0 < made[0].influence.span[0] <= made[0].influence.span[1] < 1
    for balance, share in (("only the words", 0), ("only the mask", 1)):
        assert paint.variants(backend, "a beard", MASK, (3,), {"balance": balance})[0].influence.span == (share, share)
    (words,) = paint.variants(backend, "a beard", np.zeros_like(MASK), (3,), {})
    assert words.influence.span == (0, 0), "an empty canvas is no mask"
    with pytest.raises(ParleyError, match="words"):
        paint.variants(backend, "  ", None, (1,), {})


def test_a_photo_by_mask(backend, astronaut, monkeypatch):
    monkeypatch.setattr(paint, "parsed", lambda session: MASK)
    session, painted = open_photo(astronaut), MASK.copy()
    painted[:150] = HAT
    changed, influence = paint.edited(session, "", painted, backend, {"balance": "more the mask"}, "A hat", measure=measure)
    assert changed.version.request == "A hat" and influence.mask.ndim == 3 and changed.version.edits[0].engine == backend.info.name
    edit = changed.version.edits[0]
    assert changed.picture().size == astronaut.size and edit.picture.tobytes() != edit.encoded.reconstruction.tobytes()
    again, _ = paint.edited(changed, "", painted, backend, {}, "A hat", measure=measure)
    assert again.version.parent == 0 and len(again.encoded) == 1
    with pytest.raises(ParleyError, match="Paint"):
        paint.edited(session, " ", MASK, backend, {}, "", measure=measure)


def test_maps_of_influence():
    shares = np.zeros((5, 2, 2, 8, 8), np.float32)
    shares[:, 1, 0, :, 4:] = np.linspace(0.9, 0.3, 5)[:, None, None]
    shares[:, 1, 0, :, :4] = 0.1
    influence, gray = Influence.of(shares, 1), Image.new("RGB", (64, 64), "gray")
    assert influence.span == pytest.approx((0.1, 0.9))
    left, right = (np.asarray(influence.over(gray, 0), int)[100, at] for at in (20, 300))
    assert right[0] > left[0] + 60 and left[2] > right[2] + 30, "amber where the mask was heard, teal where the words were"
    only_mask, only_words = (Influence(np.full((2, 8, 8), share, np.float32)).over(gray) for share in (1, 0))
    assert np.asarray(only_mask, int)[100, 100, 0] > np.asarray(only_words, int)[100, 100, 0] + 50, "one voice has its own colour"
    with Image.open(io.BytesIO(influence.animation(gray))) as animation:
        assert animation.n_frames == 5 and animation.info["loop"] == 0
        first = np.asarray(animation.convert("RGB"), int)[100, 300]
        animation.seek(4)
        assert np.asarray(animation.convert("RGB"), int)[100, 300][0] < first[0] - 40, "it is heard less and less"
