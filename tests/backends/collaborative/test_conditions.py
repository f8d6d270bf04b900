"""Degrees as words, words as ids, and how a change shows in a mask, judged by rendered counterfactuals."""

import numpy as np
import pytest

from backends.collaborative.conditions import MAX_TOKENS, PADDING, PHRASES, UNKNOWN, caption_of, edited_mask, shown_by_masks, tokens
from faces.mask_classes import MASK_CLASSES
from graded import GRADED
from synth.parameters import sample, with_attribute
from synth.render import render

CHANGED = {"bangs": ("hair",), "eyeglasses": ("eye_g",), "smile": ("mouth", "u_lip", "l_lip")}


def test_a_caption_says_the_given_degrees_and_no_others():
    caption = caption_of({"smile": 4.6, "eyeglasses": 0.2, "age": 3}, " red hair ")
    assert caption == "a person in their forties, no glasses, laughing with the mouth wide open, red hair"
    assert caption_of({}) == "a person"
    assert caption_of({"bangs": 7.0}) == caption_of({"bangs": 5}), "measured degrees may lie a little outside"


def test_captions_of_all_degrees_differ_and_have_no_unknown_words():
    captions = [caption_of({name: degree}) for name in GRADED for degree in range(6)]
    ids = tokens(captions)
    assert len({tuple(row.tolist()) for row in ids}) == len(captions)
    assert not (ids == UNKNOWN).any()
    assert all(len(phrases) == 6 for phrases in PHRASES.values())


def test_tokens_are_padded_and_cut():
    ids = tokens(["", "Glasses, GLASSES zyzzyva", "hair " * 100])
    assert ids.shape == (3, MAX_TOKENS)
    assert (ids[0] == PADDING).all() and (ids[1, 3:] == PADDING).all()
    assert ids[1, 0] == ids[1, 1] > UNKNOWN and ids[1, 2] == UNKNOWN
    assert (ids[2] == ids[2, 0]).all()
    assert tokens([]).shape == (0, MAX_TOKENS)


def overlap(a: np.ndarray, b: np.ndarray, classes: tuple[str, ...]) -> float:
    """Mean intersection over union of the classes that either mask shows."""
    found = []
    for name in classes:
        one, other = a == MASK_CLASSES.index(name), b == MASK_CLASSES.index(name)
        if (one | other).any():
            found.append((one & other).sum() / (one | other).sum())
    return float(np.mean(found)) if found else 1.0


@pytest.mark.parametrize(("attribute", "low", "high"), [("bangs", 0, 5), ("eyeglasses", 0, 3), ("smile", 0, 4)])
def test_a_change_makes_the_mask_more_like_the_counterfactual(attribute, low, high):
    gains = []
    for seed in (600_003, 600_010):
        face = with_attribute(sample(seed), "eyeglasses", 0)
        masks = {degree: render(with_attribute(face, attribute, degree), 128).mask for degree in (low, high)}
        for before, after in ((low, high), (high, low)):
            edited, changed = edited_mask(masks[before], attribute, before, after)
            assert changed[edited != masks[before]].all()
            gains.append(overlap(edited, masks[after], CHANGED[attribute]) - overlap(masks[before], masks[after], CHANGED[attribute]))
    assert np.mean(gains) > 0.1, gains


def test_sunglasses_hide_eyes_and_give_them_back():
    mask = render(with_attribute(sample(600_003), "eyeglasses", 0), 128).mask
    eyes = [MASK_CLASSES.index(name) for name in ("l_eye", "r_eye")]
    dark, _ = edited_mask(mask, "eyeglasses", 0, 5)
    assert not np.isin(dark, eyes).any()
    bare, _ = edited_mask(dark, "eyeglasses", 5, 0)
    assert all((bare == eye).sum() > 10 for eye in eyes) and not (bare == MASK_CLASSES.index("eye_g")).any()


def test_beard_and_age_change_the_picture_and_not_the_mask():
    mask = render(sample(600_003), 128).mask
    for attribute in ("beard", "age"):
        edited, changed = edited_mask(mask, attribute, 0, 5)
        assert (edited == mask).all() and 0.05 < changed.mean() < 0.95


@pytest.mark.parametrize("attribute", GRADED)
@pytest.mark.parametrize("size", [64, 200])
def test_a_mask_without_a_face_is_borne(attribute, size):
    empty = np.zeros((size, size), np.uint8)
    for before, after in ((0, 5), (5, 0)):
        edited, changed = edited_mask(empty, attribute, before, after)
        assert edited.shape == changed.shape == (size, size) and edited.dtype == np.uint8 and edited.max() < len(MASK_CLASSES)
        assert not empty.any(), "the given mask stays as it was"


def test_what_no_mask_shows_is_left_out():
    told = "an elderly man with dark skin, no bangs, thin metal glasses, a long beard, smiling"
    assert shown_by_masks(told) == "no bangs, thin metal glasses, smiling"
    assert shown_by_masks("She is in her forties. She laughs.") == "She laughs"
    assert shown_by_masks("stubble") == shown_by_masks("") == ""
    everything = [shown_by_masks(caption_of({name: degree})) for name in ("beard", "age") for degree in range(6)]
    assert set(everything) <= {"", "a person"}
