"""The figures that compare ways of sampling, on cases whose answers are known."""

import re

import numpy as np
import pytest
import torch
from PIL import Image

from evaluation.collaborative import SHEET_SIDE, caption_cosine, pair_sheet
from evaluation.influence import influence_chart, influence_figures, places
from faces.mask_classes import MASK_CLASSES
from pictures import picture_tensor
from synth.parameters import sample, with_attribute
from synth.render import render


def test_influence_is_told_apart_by_place_and_step():
    skin, hair = MASK_CLASSES.index("skin"), MASK_CLASSES.index("hair")
    masks = torch.full((1, 128, 128), skin, dtype=torch.uint8)
    masks[:, :24] = hair  # a border through the second row of cells
    contours, cheeks = places(masks, 8)
    assert contours[0, 1].all() and not contours[0, 2:].any() and not contours[0, 0].any()
    assert cheeks[0, 2:].all() and not cheeks[0, :2].any()
    of_mask = torch.full((2, 1, 8, 8), 0.2)
    of_mask[0, 0, 1] = 0.9
    figures = influence_figures(torch.stack([of_mask, 1 - of_mask], dim=2), masks)
    assert figures["cheeks"] == pytest.approx([0.2, 0.2])
    assert figures["contours"] == pytest.approx([0.9, 0.2])
    assert figures["everywhere"] == pytest.approx([0.2 + 0.7 / 8, 0.2])


def test_the_chart_runs_from_noise_to_picture():
    chart = influence_chart({"contours": [0.9, 0.5], "cheeks": [0.3, 0.2], "everywhere": [0.5, 0.4]}, [951, 451])
    paths = re.findall(r'<path d="M([\d.]+) [\d.]+L([\d.]+) [\d.]+"', chart)
    assert len(paths) == 3 and all(float(left) < float(right) for left, right in paths)


def test_a_caption_that_fits_scores_higher():
    captions = ["a man, no glasses, a long bushy beard", "a woman, thick-framed sunglasses, no beard"]
    people = [with_attribute(with_attribute(sample(1), "beard", 5), "eyeglasses", 0), with_attribute(sample(2), "eyeglasses", 5)]
    images = torch.cat([picture_tensor(Image.fromarray(render(face, 128).image)) for face in people])
    assert caption_cosine(images, tuple(captions)) > caption_cosine(images, tuple(captions[::-1]))


def test_the_sheet_shows_each_mask_beside_its_face():
    masks = torch.zeros(3, 128, 128, dtype=torch.uint8)
    sheet = np.asarray(pair_sheet(masks, torch.ones(3, 3, 128, 128)))
    assert sheet.shape == (SHEET_SIDE, 6 * SHEET_SIDE, 3)
    assert sheet[:, :SHEET_SIDE].max() == 0 and sheet[:, SHEET_SIDE : 2 * SHEET_SIDE].min() == 255
