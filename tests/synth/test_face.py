"""The face itself: every degree and every choice is seen, and changes what it should and nothing else."""

import dataclasses

import cv2
import numpy as np
import pytest

from synth import labels as lab
from synth.head import load_head
from synth.morphs import morph_weights
from synth.parameters import FaceParameters, sample, with_attribute
from synth.render import render
from synth.wrinkles import wrinkles

MOUTH_CLASSES = (lab.MOUTH, lab.U_LIP, lab.L_LIP)
SEEDS = (11, 63)


def plain(seed: int) -> FaceParameters:
    """Face `seed`, uncovered, frontal and at rest."""
    return dataclasses.replace(
        sample(seed),
        **dict(bangs=0, eyeglasses=0, beard=0, smile=0, age=1, yaw=0.0, pitch=0.0, roll=0.0, weight=0.0, double_chin=0.0),
        **dict(expression="neutral", mouth_open=False, eyes_closed=False, hat="none", lipstick="none", occluded=False),
    )


def difference(a: FaceParameters, b: FaceParameters) -> np.ndarray:
    return np.abs(render(a).image.astype(int) - render(b).image.astype(int)).mean(2)


def shape(params: FaceParameters) -> np.ndarray:
    """Skin points [N,3] of the straight head."""
    head = load_head()
    return head.morphed(morph_weights(head, params))[0][: head.skin_points]


def test_teeth_and_width_of_the_mouth_rise_with_every_degree_of_the_smile():
    opening, width = np.zeros(6), np.zeros(6)
    for seed in SEEDS:
        for degree in range(6):
            mask = render(with_attribute(plain(seed), "smile", degree)).mask
            opening[degree] += (mask == lab.MOUTH).sum()
            width[degree] += np.ptp(np.flatnonzero(np.isin(mask, MOUTH_CLASSES).any(0)))
    assert (np.diff(opening[1:]) > 10).all(), opening
    assert (np.diff(width) >= 1).all(), width


def test_brows_do_not_move_with_the_smile():
    head = load_head()
    brows = [number for name, number in head.morphs.items() if name.startswith(("brow", "eyebrows"))]
    weights = [morph_weights(head, with_attribute(sample(5), "smile", degree))[brows] for degree in range(6)]
    assert all((other == weights[0]).all() for other in weights)


def test_expressions_move_the_brows_and_leave_the_smile_alone():
    aside, y, z = np.abs(load_head().rest[: load_head().skin_points].T)
    brow = (y > 7.46) & (y < 7.54) & (z > 1.0) & (aside < 0.5)
    inner, mouth = brow & (aside < 0.2), (y > 6.5) & (y < 6.7) & (aside < 0.3) & (z > 1.2)
    for smile in (0, 3):
        points = {name: shape(dataclasses.replace(with_attribute(plain(40), "smile", smile), expression=name)) for name in EXPRESSION_NAMES}
        height = {name: p[brow, 1].mean() for name, p in points.items()}
        assert height["angry"] + 0.02 < height["neutral"] < height["surprised"] - 0.02, height
        assert points["sad"][inner, 1].mean() > points["neutral"][inner, 1].mean() + 0.02
        for name in ("angry", "sad", "surprised"):
            moved = np.abs(points[name][mouth] - points["neutral"][mouth]).mean()
            assert (moved > 0.005) == (smile == 0), (name, smile, moved)


EXPRESSION_NAMES = ("neutral", "angry", "sad", "surprised")


def test_closed_eyes_show_no_eyeball():
    for seed in SEEDS:
        for age in (0, 5):
            mask = render(dataclasses.replace(with_attribute(plain(seed), "age", age), eyes_closed=True)).mask
            assert np.isin(mask, (lab.L_EYE, lab.R_EYE)).sum() <= 2, (seed, age)


def test_a_dropped_jaw_opens_the_mouth_unless_it_smiles():
    rest, open_ = (render(dataclasses.replace(plain(11), mouth_open=value)).mask == lab.MOUTH for value in (False, True))
    assert open_.sum() > rest.sum() + 60
    smiling = with_attribute(plain(11), "smile", 2)
    assert difference(smiling, dataclasses.replace(smiling, mouth_open=True)).max() == 0


def test_beard_covers_more_with_each_degree_but_short_ones_stay_off_the_neck():
    covered = np.zeros(6)
    for seed in SEEDS:
        face = dataclasses.replace(plain(seed), masculinity=1.0, hair_colour="black", gray=0.0, skin_tone=2.0, beard_style="full")
        shaven = render(face)
        neck = cv2.erode((shaven.mask == lab.NECK).astype(np.uint8), np.ones((3, 3))) > 0
        for degree in range(1, 6):
            change = difference(face, with_attribute(face, "beard", degree))
            covered[degree] += (change > 12).sum()
            if degree <= 2:
                assert (change[neck] > 15).mean() < 0.03, (seed, degree)
    assert (np.diff(covered[[0, 1, 2, 3, 5]]) > 50).all() and covered[4] > covered[3], covered


@pytest.mark.parametrize("style", ["goatee", "moustache"])
def test_beard_styles_leave_the_cheeks_bare(style):
    face = dataclasses.replace(plain(11), masculinity=1.0, beard=3, beard_style="full")
    shaven = with_attribute(face, "beard", 0)
    full, partial = difference(shaven, face), difference(shaven, dataclasses.replace(face, beard_style=style))
    assert 40 < (partial > 12).sum() < 0.6 * (full > 12).sum()


@pytest.mark.parametrize("colour", ["pink", "red", "dark red"])
def test_lipstick_changes_the_lips_and_nothing_else(colour):
    face = plain(8)
    lips = cv2.dilate(np.isin(render(face).mask, MOUTH_CLASSES).astype(np.uint8), np.ones((7, 7))) > 0
    change = difference(face, dataclasses.replace(face, lipstick=colour))
    assert change[lips].mean() > 5 and change[~lips].mean() < 0.2


def test_wrinkles_deepen_with_age_equally_for_everybody():
    depths = np.array([[wrinkles(age, 0, np.random.RandomState(person)).sum() for age in range(6)] for person in range(8)])
    assert (np.diff(depths, axis=1) > 0).all()
    assert (depths[:, 2:].std(0) < 0.1 * depths[:, 2:].mean(0)).all()
    assert (depths[:, 2:-1].max(0) < depths[:, 3:].min(0)).all(), "the smoothest of an age has more wrinkles than all who are younger"


@pytest.mark.parametrize(
    ("field", "part"),
    [("nose_size", "nose"), ("lip_size", "lips"), ("cheekbones", "cheeks"), ("double_chin", "chin"), ("weight", "cheeks")],
)
def test_shape_controls_move_their_part_of_the_face(field, part):
    x, y, z = load_head().rest[: load_head().skin_points].T
    parts = {
        "nose": (np.abs(x) < 0.2) & (y > 6.85) & (y < 7.1) & (z > 1.35),
        "lips": load_head().traits[: load_head().skin_points, lab.LIPS] > 0.6,
        "cheeks": (np.abs(x) > 0.4) & (np.abs(x) < 0.6) & (y > 6.7) & (y < 7.1) & (z > 0.7),
        "chin": (np.abs(x) < 0.3) & (y > 5.9) & (y < 6.15) & (z > 0.7),
    }
    low, high = (shape(dataclasses.replace(plain(40), **{field: value})) for value in (-1.0, 1.0))
    moved = np.linalg.norm(high - low, axis=1)
    assert np.percentile(moved[parts[part]], 75) > 0.02
    forehead = (y > 7.6) & (z > 1.0)
    assert moved[forehead].mean() < 0.5 * np.percentile(moved[parts[part]], 75)
