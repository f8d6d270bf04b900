"""Hair and hats as they are seen in rendered pictures and masks."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
import pytest

from synth.labels import HAIR, HAT
from synth.parameters import SWEPT_BACK, FaceParameters, sample
from synth.render import Rendering, render


@pytest.fixture(scope="module")
def bare() -> FaceParameters:
    """A grown person with nothing on the face."""
    plain = dict(eyeglasses=0, beard=0, bangs=0, hat="none", earrings="none", occluded=False, bald=False, receding=0.0)
    return dataclasses.replace(sample(5), age=1, yaw=0.0, pitch=0.0, roll=0.0, hair_part=0.0, **plain)


def _below_eyes(face: Rendering) -> np.ndarray:
    return np.arange(face.mask.shape[0]) > face.landmarks[:2, 1].max() + 8


CUTS = [
    dict(masculinity=1.0, hair_length=0.12, hair_curl=0.0),
    dict(masculinity=1.0, hair_length=0.3, hair_curl=0.25, receding=0.8),
    dict(masculinity=0.0, hair_length=2.0, hair_curl=0.0, hair_style="loose"),
    dict(masculinity=0.0, hair_length=2.0, hair_curl=0.6, hair_style="layered"),
    dict(masculinity=0.0, hair_length=1.1, hair_curl=1.0, hair_style="loose"),
    dict(masculinity=0.0, hair_length=2.0, hair_curl=0.0, hair_style="tied back", yaw=18.0),
    dict(masculinity=0.0, hair_length=2.8, hair_curl=0.25, hair_style="bun", hair_part=SWEPT_BACK),
    dict(masculinity=0.0, hair_length=2.0, hair_curl=0.0, hat="beanie"),
    dict(masculinity=1.0, hair_length=0.3, hair_curl=0.0, hat="brimmed hat"),
    dict(masculinity=0.0, hair_length=1.1, hair_curl=0.6, hat="cap"),
]


@pytest.mark.parametrize("cut", CUTS)
def test_every_degree_of_bangs_hides_more_and_leaves_the_face_alone(bare, cut):
    params = dataclasses.replace(bare, **{"hair_style": "loose", **cut})
    faces = [render(dataclasses.replace(params, bangs=degree), 128) for degree in range(6)]
    covered = [int((face.mask == HAIR).sum()) for face in faces]
    assert all(less < more for less, more in zip(covered, covered[1:], strict=False)), covered
    for face in faces[1:]:
        lower = _below_eyes(faces[0])
        difference = np.abs(face.image[lower].astype(int) - faces[0].image[lower])
        assert difference.mean() < 1
        np.testing.assert_array_equal(face.landmarks, faces[0].landmarks)


def test_curls_show(bare):
    """Straight hair hardly changes on the way down; waves do; and coils fray the outline."""
    long = dataclasses.replace(bare, masculinity=0.0, hair_length=2.0, hair_style="loose", hair_colour="blond")
    straight, wavy, curly, coily = (render(dataclasses.replace(long, hair_curl=curl), 128) for curl in (0.0, 0.25, 0.6, 1.0))

    def waviness(face: Rendering) -> float:
        gray, hair = face.image.mean(2), (face.mask == HAIR) & (np.arange(128) > 40)[:, None]
        down, across = np.abs(np.diff(gray, axis=0))[:, :-1], np.abs(np.diff(gray, axis=1))[:-1]
        inside = cv2.erode(hair.astype(np.uint8), np.ones((5, 5)))[:-1, :-1] > 0
        return down[inside].mean() / across[inside].mean()

    def outline(face: Rendering) -> int:
        hair, background = face.mask == HAIR, face.mask == 0
        return int((hair[:, 1:] & background[:, :-1]).sum() + (hair[:, :-1] & background[:, 1:]).sum())

    assert waviness(straight) * 1.2 < min(waviness(wavy), waviness(curly))
    assert outline(straight) * 1.2 < outline(coily)


@pytest.mark.parametrize("kind", ["beanie", "cap", "brimmed hat"])
def test_a_hat_hides_the_hair_but_not_the_face(bare, kind):
    without, worn = render(bare, 128), render(dataclasses.replace(bare, hat=kind), 128)
    assert not (without.mask == HAT).any()
    assert (worn.mask == HAT).mean() > 0.05
    assert (worn.mask == HAIR).sum() < (without.mask == HAIR).sum()
    np.testing.assert_array_equal(worn.landmarks, without.landmarks)
    eyes = worn.landmarks[:2, 1].min()
    assert not (worn.mask[int(eyes) :, 40:88] == HAT).any()


def test_a_bald_head_has_no_hair(bare):
    face = render(dataclasses.replace(bare, bald=True, hair_length=2.0, hair_style="bun"), 128)
    assert not (face.mask == HAIR).any()
