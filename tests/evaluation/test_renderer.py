"""The renderer's own examination: one face must pass it, and it must notice when a promise is broken."""

import dataclasses

import numpy as np
import pytest

from evaluation import renderer
from evaluation.degrees import table
from synth import labels as lab
from synth.parameters import sample, with_attribute
from synth.render import render

FACE = dataclasses.replace(sample(602), yaw=0.0, pitch=0.0, hat="none", bald=False, occluded=False)


def test_rising_means_every_step():
    assert renderer.rising([1, 2, 3]) and not renderer.rising([1, 2, 2]) and not renderer.rising([1, 3, 2])


def test_faces_without_sunglasses_are_as_many_as_asked_for():
    seeds = list(renderer.without_sunglasses(900_000, 12))
    assert len(seeds) == 12 and all(sample(seed).eyeglasses < 4 for seed in seeds)


def test_region_of_eyeglasses_holds_the_change_and_spares_the_chin():
    bare, worn = (render(with_attribute(FACE, "eyeglasses", degree), renderer.SIZE) for degree in (0, 3))
    inside = renderer.region("eyeglasses", bare, worn)
    change = renderer.change(bare, worn)
    assert change[inside].mean() > 10 * change[~inside].mean()
    assert not inside[110:].any() and inside[worn.mask == lab.EYE_G].all()


def test_teeth_and_forehead_hair_are_counted_where_they_are():
    laughing, closed = (render(with_attribute(with_attribute(FACE, "beard", 0), "smile", degree), renderer.SIZE) for degree in (4, 0))
    assert renderer.teeth(laughing) > 5 * renderer.teeth(closed)
    fringe, bare = (render(with_attribute(FACE, "bangs", degree), renderer.SIZE) for degree in (5, 0))
    assert renderer.forehead_hair(fringe) > 2 * renderer.forehead_hair(bare)


def test_detection_measures_landmarks_and_crop():
    turned = np.array([[1.1, 0, 3 - 6.4], [0, 1.1, 4 - 6.4]])
    assert renderer.misalignment(turned) == pytest.approx((5, 0.1, 0))
    rendering = render(FACE, renderer.SIZE)
    elsewhere = dataclasses.replace(rendering, landmarks=rendering.landmarks + renderer.Frontiers.of(rendering).distance)
    here, there = renderer.detection([rendering]), renderer.detection([elsewhere])
    assert here["MTCNN finds exactly one face"] == there["MTCNN finds exactly one face"] == 1
    assert here["landmark error, median"] < 0.1 and there["landmark error, median"] == pytest.approx(2**0.5, abs=0.1)


def test_degree_table_counts_exact_and_near():
    truth = np.array([[0, 1, 2, 3, 4], [1, 2, 3, 4, 5]])
    text = table(truth, truth + np.array([0, 0.4, 1.0, 2.0, 0]))
    rows = {line.split(" | ")[0].strip("| "): line for line in text.splitlines()[2:]}
    assert "100% | 100% | 0.00" in rows["bangs"] and "100% | 100% | 0.40" in rows["eyeglasses"]
    assert "0% | 100% | 1.00" in rows["beard"] and "0% | 0% | 2.00" in rows["smile"]
