import dataclasses

import numpy as np

from graded import GRADED
from synth.fans import DEGREES_EACH, LONG, PROMPTS_EACH, RARE, fan, write_fans
from synth.offered import OFFERED_FRAME
from synth.parameters import sample, with_attribute
from synth.prompted import LOOKS, with_prompt


def test_a_fan_is_a_face_and_itself_with_one_change_at_a_time():
    for seed in range(100_000, 100_030):
        one = fan(seed)
        assert one.face == sample(seed) and len(one.faces) == LONG
        for i, name in enumerate(GRADED):
            own = one.graded[i * DEGREES_EACH : (i + 1) * DEGREES_EACH]
            assert len({getattr(face, name) for face in (one.face, *own)}) == 1 + DEGREES_EACH
            for face in own:
                expected = with_attribute(one.face, name, getattr(face, name))
                assert dataclasses.replace(face, frame_seed=expected.frame_seed) == expected
        assert len(one.prompted) == PROMPTS_EACH
        for name, face in one.prompted.items():
            assert LOOKS[name].shown(face) and not LOOKS[name].shown(one.face) and face == with_prompt(one.face, name)


def test_glasses_that_a_face_did_not_have_are_the_offered_ones():
    own, put_on = [], []
    for seed in range(100_000, 100_060):
        one = fan(seed)
        (own if one.face.eyeglasses else put_on).extend((face, one.face) for face in one.graded if face.eyeglasses)
    assert own and all(face.frame_seed == first.frame_seed for face, first in own)
    assert put_on and all(face.frame_seed == OFFERED_FRAME for face, _ in put_on)


def test_whoever_has_a_hat_takes_it_off():
    hats = [fan(seed) for seed in range(100_000, 100_080) if sample(seed).hat != "none"]
    assert hats and all(RARE[0] in one.prompted for one in hats)


def test_fans_are_rendered_one_after_the_other(tmp_path):
    write_fans(tmp_path, 100_000, 1, 32, workers=1)
    with np.load(tmp_path / "fans_100000.npz") as data:
        assert data["image"].shape == (LONG, 32, 32, 3)
        assert data["params"].tolist() == [face.to_json() for face in fan(100_000).faces]
