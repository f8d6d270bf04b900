import dataclasses

import numpy as np
import pytest

from faces.mask_classes import MASK_CLASSES
from synth.head import load_head
from synth.morphs import AGED, morph_weights
from synth.parameters import HELD_OUT_FROM, FaceParameters, sample, with_attribute
from synth.render import render

CLASS = {name: number for number, name in enumerate(MASK_CLASSES)}

KNOWN_3 = [[33.62, 40.15, 36.94, 23.78], [35.39, 91.51, 83.8, 35.25], [58.78, 89.0, 82.08, 42.2], [61.25, 74.88, 66.47, 73.09]]
KNOWN_HELD_OUT = [[45.03, 53.34, 61.57, 55.41], [48.09, 83.61, 99.03, 60.79], [42.23, 98.13, 113.73, 56.72], [58.93, 74.29, 91.17, 53.91]]


def frontal(seed: int) -> FaceParameters:
    plain = dict(bald=False, hat="none", eyeglasses=0, beard=0, expression="neutral", eyes_closed=False, mouth_open=False, occluded=False)
    return dataclasses.replace(sample(seed), yaw=0.0, pitch=0.0, roll=0.0, **plain)


def difference(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.abs(a.astype(int) - b.astype(int)).mean(2)


def share(mask: np.ndarray, name: str) -> float:
    return float((mask == CLASS[name]).mean())


def test_same_parameters_give_the_same_picture():
    first, second = render(sample(3), 64), render(sample(3), 64)
    assert first.image.shape == (64, 64, 3) and first.image.dtype == np.uint8
    assert first.mask.shape == (64, 64) and first.mask.dtype == np.uint8
    assert (first.image == second.image).all() and (first.mask == second.mask).all()
    assert (first.landmarks == second.landmarks).all() and first.caption == second.caption


def test_pictures_are_those_that_the_networks_learned_from():
    """Sixteen block means of two faces; trained weights are of little use if the renderer drifts away from them."""
    known = {3: KNOWN_3, HELD_OUT_FROM: KNOWN_HELD_OUT}
    for seed, means in known.items():
        blocks = render(sample(seed), 128).image.mean(2).reshape(4, 32, 4, 32).mean((1, 3))
        assert np.abs(blocks - means).max() < 0.5, f"face {seed} has changed: {blocks.round(1).tolist()}"


def test_beard_changes_nothing_above_the_eyes():
    for seed in range(40, 44):
        shaven = frontal(seed)
        before, after = (render(params, 128).image for params in (shaven, with_attribute(shaven, "beard", 4)))
        change = difference(before, after)
        assert change[:42].mean() < 0.5
        assert change[64:].mean() > 3


def test_smile_leaves_the_background_alone():
    params = frontal(50)
    before, after = render(with_attribute(params, "smile", 2), 128), render(with_attribute(params, "smile", 5), 128)
    background = (before.mask == 0) & (after.mask == 0)
    assert difference(before.image, after.image)[background].mean() < 1
    assert share(after.mask, "mouth") > share(before.mask, "mouth")


def test_eyeglasses_are_in_the_mask_if_and_only_if_worn():
    for seed in range(60, 66):
        for degree in (0, 1, 3, 5):
            mask = render(with_attribute(sample(seed), "eyeglasses", degree), 128).mask
            assert (mask == CLASS["eye_g"]).any() == (degree > 0)


def test_bangs_cover_more_and_more_of_the_forehead():
    faces = [frontal(seed) for seed in range(70, 74)]
    window = (slice(20, 64), slice(40, 88))
    covered = [
        np.mean([share(render(with_attribute(face, "bangs", degree), 128).mask[window], "hair") for face in faces]) for degree in range(6)
    ]
    assert (np.diff(covered) > 0).all(), covered


def test_bald_heads_have_no_hair():
    assert share(render(dataclasses.replace(frontal(80), bald=True, bangs=0), 64).mask, "hair") == 0


def test_mask_knows_left_from_right():
    mask = render(frontal(90), 128).mask
    for part in ("eye", "brow"):
        left, right = (np.flatnonzero((mask == CLASS[f"{side}_{part}"]).any(0)).mean() for side in "lr")
        assert right < left, "the person's left is on the picture's right"


def test_landmarks_lie_on_what_they_name():
    for seed in range(100, 106):
        rendering = render(frontal(seed), 128)
        names = (("r_eye",), ("l_eye",), ("nose",), ("u_lip", "l_lip", "mouth"), ("u_lip", "l_lip", "mouth"))
        assert rendering.landmarks.dtype == np.float32
        for (x, y), classes in zip(rendering.landmarks, names, strict=True):
            rows, columns = np.nonzero(np.isin(rendering.mask, [CLASS[name] for name in classes]))
            assert np.hypot(rows - y, columns - x).min() < 3, (seed, classes)
        eyes_and_mouth = rendering.landmarks[:, 0]
        assert eyes_and_mouth[0] < eyes_and_mouth[1] and eyes_and_mouth[3] < eyes_and_mouth[4]


def test_ageing_moves_the_shape_but_not_its_details():
    head, params = load_head(), sample(7)
    young, old = (morph_weights(head, with_attribute(params, "age", degree)) for degree in (1, 5))
    moved = {name for name, number in head.morphs.items() if young[number] != old[number]}
    assert moved and all(name.endswith(("-young", "-old")) or name in AGED for name in moved)


def test_tiny_pictures_are_refused():
    with pytest.raises(ValueError, match="32 pixels"):
        render(sample(0), 16)
