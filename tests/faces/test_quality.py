"""Warnings about a photo: none for a good one, the right one for each thing made worse."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from faces.align import require_faces
from faces.quality import warnings
from tests.conftest import EXAMPLES


def _warned(photo):
    faces = require_faces(photo)
    return warnings(photo, max(faces, key=lambda face: face.box[2] - face.box[0]))


def _cover(photo, points, reach):
    photo = photo.copy()
    draw = ImageDraw.Draw(photo)
    for x, y in points:
        draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=(150, 110, 90))
    return photo


@pytest.fixture(scope="module")
def landmarks(astronaut):
    return require_faces(astronaut)[0].landmarks


def test_good_photos_are_not_warned_about(astronaut):
    assert _warned(astronaut) == ()
    for path in sorted(EXAMPLES.glob("*.png")):
        assert _warned(Image.open(path).convert("RGB")) == (), path.name


def test_blur_and_size(astronaut):
    assert _warned(astronaut.filter(ImageFilter.GaussianBlur(3))) == ("blurred",)
    assert _warned(astronaut.resize((110, 110), Image.Resampling.LANCZOS)) == ("small",)


def test_light_and_edge(astronaut, landmarks):
    assert _warned(astronaut.point(lambda level: level // 6)) == ("dark",)
    assert "cut" in _warned(astronaut.crop((int(landmarks[0, 0] - 20), 0, 512, 512)))


def test_covered_parts(astronaut, landmarks):
    apart = np.hypot(*(landmarks[1] - landmarks[0]))
    assert "covered" in _warned(_cover(astronaut, landmarks[:1], apart * 0.5))
    assert "covered" in _warned(_cover(astronaut, [landmarks[3:].mean(0)], apart * 0.8))


def test_a_face_seen_from_the_side(astronaut):
    face = require_faces(astronaut)[0]
    face.landmarks[2, 0] += 0.5 * np.hypot(*(face.landmarks[1] - face.landmarks[0]))
    assert "turned" in warnings(astronaut, face)
