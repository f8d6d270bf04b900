"""The figures that compare ways of sampling, on cases whose answers are known."""

import pytest
import torch

from evaluation.collaborative import frechet_distance, influence_figures, places
from faces.mask_classes import MASK_CLASSES


def test_frechet_distance_of_normal_distributions():
    a = torch.randn(20_000, 3, generator=torch.Generator().manual_seed(0)).double()
    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-6)
    assert frechet_distance(a, a + torch.tensor([3.0, 4.0, 0.0])) == pytest.approx(25, rel=1e-6)
    assert frechet_distance(a, 2 * a) == pytest.approx(3, rel=0.05), "deviations of 1 and 2 in three dimensions"


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
