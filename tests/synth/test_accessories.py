import dataclasses

import numpy as np

from synth import labels as lab
from synth.eyeglasses import eyeglasses, rim_shape
from synth.head import load_head
from synth.jewellery import earrings
from synth.morphs import morph_weights
from synth.parameters import EARRINGS, NECKLACES, FaceParameters, sample, with_attribute
from synth.render import Rendering, render


def bare(seed: int, **changes: object) -> FaceParameters:
    """A face that looks ahead and hides nothing that it wears."""
    worn = {"hat": "none", "earrings": "none", "necklace": "none", "occluded": False, "eyeglasses": 0, "beard": 0, "bangs": 0}
    pose = {"yaw": 0.0, "pitch": 0.0, "roll": 0.0, "hair_style": "loose", "hair_length": 0.3, "bald": True, "smile": 0, "mouth_open": False}
    return dataclasses.replace(sample(seed), **worn | pose | changes)


def difference(first: Rendering, second: Rendering) -> np.ndarray:
    return np.abs(first.image.astype(int) - second.image).mean(2)


def test_neighbouring_degrees_of_eyeglasses_look_different():
    for seed in (3, 11, 18):
        pictures = [render(with_attribute(bare(seed), "eyeglasses", degree)) for degree in range(6)]
        for degree in range(5):
            change = difference(pictures[degree], pictures[degree + 1])[40:85]
            assert (change > 12).mean() > 0.01, (seed, degree)


def test_frames_reach_from_ear_to_ear_and_stay_off_the_eyes():
    head = load_head()
    for seed in range(12):
        params = bare(seed, eyeglasses=1 + seed % 5)
        points, _ = head.morphed(morph_weights(head, params))
        frame, lenses = eyeglasses(head, params, points)
        ears = points[: head.skin_points][head.traits[: head.skin_points, lab.EARS] > 0.5]
        assert abs(np.abs(frame.points[:, 0]).max() - np.abs(ears[:, 0]).min()) < 0.12
        assert frame.points[:, 2].min() < ears[:, 2].max()
        for outline, eye in zip(lenses.outlines, ("left_eye", "right_eye"), strict=True):
            ball = points[head.parts[eye]]
            assert outline[:, 2].min() > ball[:, 2].max(), "a lens touches the eye"
            assert (outline.min(0) < ball.mean(0))[:2].all() and (outline.max(0) > ball.mean(0))[:2].all()


def test_frame_shape_belongs_to_the_frame_not_to_the_person():
    first = dataclasses.replace(sample(1), frame_seed=5, eyeglasses=2)
    other = dataclasses.replace(sample(2), frame_seed=5, eyeglasses=2)
    assert rim_shape(first) == rim_shape(other)
    assert len({rim_shape(dataclasses.replace(first, frame_seed=seed)).exponent for seed in range(30)}) >= 5


def test_both_ears_wear_the_same():
    head = load_head()
    for kind in EARRINGS[1:]:
        params = bare(4, earrings=kind)
        points, _ = head.morphed(morph_weights(head, params))
        worn = np.concatenate([piece.points for piece in earrings(head, params, points)])
        left, right = worn[worn[:, 0] > 0], worn[worn[:, 0] < 0]
        assert len(left) == len(right)
        assert np.allclose(np.ptp(left, axis=0), np.ptp(right, axis=0), atol=1e-6)


def test_jewellery_shows_and_changes_nothing_else():
    plain = bare(13)
    before = render(plain)
    for name, kinds, label in (("earrings", EARRINGS, lab.EAR_R), ("necklace", NECKLACES, lab.NECK_L)):
        for kind in kinds[1:]:
            after = render(dataclasses.replace(plain, **{name: kind}))
            assert (after.mask == label).sum() >= 4, kind
            change = difference(before, after)
            assert change.max() > 20 and change[:40].max() < 2, kind


def test_hair_in_front_of_a_lens_stays_in_front():
    params = bare(22, bald=False, bangs=5, eyeglasses=5, age=1, hair_colour="light blond", eyes_closed=False)
    mask, without = render(params).mask, render(with_attribute(params, "bangs", 0)).mask
    hidden = (mask == lab.HAIR) & (without == lab.EYE_G)
    assert hidden.sum() > 20


def test_background_and_clothes_have_their_own_seeds():
    params = bare(13, hair_length=0.12)
    before = render(params)
    behind, clothes = render(dataclasses.replace(params, background_seed=77)), render(dataclasses.replace(params, clothes_seed=77))
    face = np.isin(before.mask, (lab.NOSE, lab.L_EYE, lab.R_EYE, lab.U_LIP, lab.L_LIP))
    # JPEG's blocks carry a little of the change over the outline.
    assert difference(before, behind)[face].mean() < 0.2 and difference(before, behind)[before.mask == lab.BACKGROUND].mean() > 5
    assert difference(before, clothes)[:90].max() == 0 and difference(before, clothes)[before.mask == lab.CLOTH].mean() > 5
