"""Masks that people paint."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from errors import ParleyError
from faces import drawn_masks
from faces.mask_classes import MASK_CLASSES, PALETTE

MASKS = sorted((Path(__file__).parents[2] / "assets" / "masks").glob("*.png"))
SKIN, HAIR, LIP, GLASSES = (MASK_CLASSES.index(name) for name in ("skin", "hair", "u_lip", "eye_g"))


@pytest.fixture
def mask():
    return drawn_masks.read_png(MASKS[0].read_bytes(), 256)


@pytest.mark.parametrize("path", MASKS, ids=lambda path: path.stem)
def test_examples_are_faces(path):
    shown = np.unique(drawn_masks.read_png(path.read_bytes(), 128))
    assert {SKIN, LIP, MASK_CLASSES.index("nose")} <= set(shown)


def test_colours_and_back(mask):
    assert np.array_equal(drawn_masks.snapped(drawn_masks.coloured(mask)), mask)
    every = np.arange(len(PALETTE), dtype=np.uint8)[None].repeat(4, 0)
    assert np.array_equal(drawn_masks.snapped(drawn_masks.coloured(every)), every)


def test_soft_edges_become_one_of_the_two_sides():
    two = np.full((64, 64), SKIN, np.uint8)
    two[:, 32:] = HAIR
    soft = drawn_masks.coloured(two).filter(ImageFilter.GaussianBlur(2))
    naive = ((np.asarray(soft, float)[..., None, :] - np.array(PALETTE)) ** 2).sum(-1).argmin(-1)
    assert set(np.unique(naive)) > {SKIN, HAIR}, "half skin, half hair is nearest to something else"
    back = drawn_masks.snapped(soft)
    assert set(np.unique(back)) == {SKIN, HAIR} and (back != two).mean() < 0.05


def test_a_stroke_with_soft_edges_on_nothing():
    layer = Image.new("RGBA", (64, 64))
    ImageDraw.Draw(layer).ellipse((16, 16, 48, 48), fill=(*PALETTE[GLASSES], 255))
    drawn = drawn_masks.snapped(layer.filter(ImageFilter.GaussianBlur(1.5)))
    assert set(np.unique(drawn)) == {0, GLASSES} and drawn[32, 32] == GLASSES and drawn[2, 2] == 0
    strange = Image.new("RGB", (8, 8), (250, 90, 60))
    assert (drawn_masks.snapped(strange) == MASK_CLASSES.index("neck")).all(), "far from every colour: the nearest of all"


def test_filling_stays_within_the_region(mask):
    rows, columns = np.nonzero(mask == HAIR)
    filled = drawn_masks.filled(mask, int(columns[0]), int(rows[0]), GLASSES)
    assert (filled == GLASSES).any() and np.array_equal(filled[mask != HAIR], mask[mask != HAIR])
    with pytest.raises(ParleyError):
        drawn_masks.filled(mask, 256, 0, HAIR)


def test_a_palette_png_holds_the_classes(mask):
    data = drawn_masks.png(mask)
    picture = Image.open(io.BytesIO(data))
    assert picture.mode == "P" and np.array_equal(np.asarray(picture), mask)
    assert np.array_equal(np.asarray(picture.convert("RGB")), np.asarray(drawn_masks.coloured(mask)))
    assert np.array_equal(drawn_masks.read_png(data, 256), mask)


def _png(picture):
    data = io.BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()


def test_other_ways_to_write_a_mask(mask):
    for picture in (Image.fromarray(mask), drawn_masks.coloured(mask), drawn_masks.coloured(mask).quantize(32, dither=Image.Dither.NONE)):
        assert np.array_equal(drawn_masks.read_png(_png(picture), 256), mask)


@pytest.mark.parametrize(
    "data, words",
    [(b"no picture", "PNG"), (_png(Image.new("L", (8, 8), 200)), "200"), (_png(Image.new("RGB", (8, 9))), "8 x 9"), (b"", "PNG")],
)
def test_what_is_no_mask_is_a_sentence(data, words):
    with pytest.raises(ParleyError, match=words):
        drawn_masks.read_png(data, 64)


def test_over_a_photo(mask, face_image):
    seen = np.asarray(drawn_masks.over(mask, face_image)).astype(int)
    photo = np.asarray(face_image.resize((256, 256), Image.Resampling.LANCZOS)).astype(int)
    assert np.array_equal(seen[mask == 0], photo[mask == 0]) and np.abs(seen - photo)[mask == HAIR].mean() > 10
