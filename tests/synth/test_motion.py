import numpy as np

from synth.motion import motion
from synth.parameters import sample, with_attribute
from synth.render import render


def test_what_does_not_move_the_skin_moves_nothing():
    face = sample(3)
    assert not motion(face, with_attribute(face, "beard", 5 - face.beard), 32).any()


def test_landmarks_are_followed_to_where_they_were():
    for seed, name in ((1, "smile"), (2, "age"), (5, "age")):
        before, after = (with_attribute(sample(seed), name, degree) for degree in (0, 5))
        way, was, now = motion(before, after, 128), *(render(params).landmarks for params in (before, after))
        for there, here in zip(was[2:], now[2:], strict=True):  # nose and mouth; pupils turn in their sockets
            x, y = np.round(here).astype(int)
            np.testing.assert_allclose(128 * way[y, x], there - here, atol=2)  # the corner of the mouth is where lips part
        assert np.abs(was - now).max() > 3
