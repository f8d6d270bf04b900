import dataclasses

import numpy as np

from faces.mask_classes import MASK_CLASSES, PALETTE
from synth import labels as lab
from synth.occluder import EYES
from synth.parameters import sample
from synth.render import render

EXPECTED_ORDER = (
    "background skin nose eye_g l_eye r_eye l_brow r_brow l_ear r_ear mouth u_lip l_lip hair hat ear_r neck_l neck cloth".split()
)


def test_classes_are_celebamask_hqs():
    assert list(MASK_CLASSES) == EXPECTED_ORDER
    assert len(set(PALETTE)) == len(PALETTE) == 19
    assert PALETTE[lab.SKIN] == (204, 0, 0) and PALETTE[lab.HAT] == (255, 51, 153) and PALETTE[lab.CLOTH] == (0, 204, 0)


def test_masks_hold_no_other_numbers_and_all_classes_occur():
    seen = set()
    for seed in range(12):
        worn = {"earrings": "hoops", "necklace": "pearls", "hat": "cap" if seed % 2 else "none"}
        params = dataclasses.replace(sample(seed), mouth_open=seed % 3 == 0, eyeglasses=seed % 2, eyes_closed=False, **worn)
        seen |= set(np.unique(render(params, 96).mask).tolist())
    assert seen == set(range(19))


def test_what_is_worn_is_in_the_mask_if_and_only_if_worn():
    for seed in range(60, 64):
        for degree in (0, 1, 4):
            assert (render(dataclasses.replace(sample(seed), eyeglasses=degree), 96).mask == lab.EYE_G).any() == (degree > 0)
        bare = render(dataclasses.replace(sample(seed), hat="none", earrings="none", necklace="none"), 96).mask
        assert not np.isin(bare, (lab.HAT, lab.EAR_R, lab.NECK_L)).any()


def test_lenses_count_as_eyeglasses_but_clear_ones_show_the_eyes():
    params = dataclasses.replace(
        sample(13), bangs=0, hat="none", occluded=False, eyes_closed=False, expression="neutral", smile=0, yaw=0.0, pitch=0.0, roll=0.0
    )
    none, clear, dark = (render(dataclasses.replace(params, eyeglasses=degree)).mask for degree in (0, 1, 4))
    cheek = np.isin(none, (lab.SKIN,)) & (clear == lab.EYE_G)
    assert cheek.sum() > 150, "the lens's area is labelled, not only its frame"
    for eye in (lab.L_EYE, lab.R_EYE):
        assert (clear == eye).sum() > 0.8 * (none == eye).sum() and not (dark == eye).any()


def test_occlusion_hides_something_but_never_the_eyes():
    for seed in range(100, 112):
        params = dataclasses.replace(sample(seed), occluded=False)
        free, hidden = render(params), render(dataclasses.replace(params, occluded=True))
        changed = free.mask != hidden.mask
        assert changed.sum() > 20, seed
        assert (hidden.mask[changed] == lab.BACKGROUND).mean() > 0.97
        top, bottom, left, right = (round(128 * share) for share in EYES)
        assert not changed[top + 4 : bottom - 4, left + 4 : right - 4].any()
        assert np.abs(free.image.astype(int) - hidden.image)[changed].mean() > 8
