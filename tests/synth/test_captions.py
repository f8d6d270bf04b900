import dataclasses
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from graded import GRADED
from synth import wording
from synth.captions import caption, describe, request, sentence
from synth.parameters import CHOICES, EYE_COLOURS, HAIR_COLOURS, FaceParameters, sample, with_attribute

ROOT = Path(__file__).parents[2]
PLAIN = dataclasses.replace(
    sample(0),
    **{name: 0 for name in ("bangs", "eyeglasses", "beard", "smile", "masculinity", "gray", "makeup", "blush", "receding", "yaw", "pitch")},
    **{name: 0.0 for name in wording.SHAPES},
    **{name: "none" for name in ("hat", "earrings", "necklace", "lipstick")},
    **{name: False for name in ("bald", "mouth_open", "eyes_closed", "occluded")},
    age=1,
    beard_style="full",
    hair_style="loose",
    expression="neutral",
)


def test_caption_names_what_each_degree_shows():
    words = {"bangs": wording.BANGS, "beard": wording.BEARDS["full"], "eyeglasses": wording.EYEGLASSES, "smile": wording.SMILES}
    for attribute, table in words.items():
        for degree in range(6):
            text = caption(with_attribute(PLAIN, attribute, degree))
            shown = {word for word in table if word and word in text.split(", ")}
            assert shown == ({table[degree]} - {""}), (attribute, degree, text)
    assert len({caption(with_attribute(PLAIN, "age", degree)) for degree in range(6)}) == 6


def test_caption_names_hair_eyes_and_person():
    for colour in HAIR_COLOURS:
        assert f"{colour} hair" in caption(dataclasses.replace(PLAIN, hair_colour=colour))
    for colour in EYE_COLOURS:
        assert f"{colour} eyes" in caption(dataclasses.replace(PLAIN, eye_colour=colour))
    assert "a young woman" in caption(PLAIN) and "a young man" in caption(dataclasses.replace(PLAIN, masculinity=1.0))
    assert "an elderly woman" in caption(with_attribute(PLAIN, "age", 5))
    assert "gray hair" in caption(dataclasses.replace(PLAIN, gray=0.9))


def test_every_visible_choice_changes_the_caption():
    bearded = with_attribute(PLAIN, "beard", 2)
    for name, values in CHOICES.items():
        assert len({caption(dataclasses.replace(bearded, **{name: value})) for value in values}) == len(values), name
    for name in ("bald", "mouth_open", "eyes_closed", "occluded"):
        assert caption(dataclasses.replace(PLAIN, **{name: True})) != caption(PLAIN), name
    for name in (*wording.SHAPES, "receding", "makeup", "blush"):
        assert caption(dataclasses.replace(PLAIN, **{name: 0.9})) != caption(PLAIN), name


def test_caption_mentions_only_what_can_be_seen():
    bald = caption(dataclasses.replace(PLAIN, bald=True))
    assert "a bald head" in bald and "hair" not in bald
    for hidden in (with_attribute(PLAIN, "eyeglasses", 5), dataclasses.replace(PLAIN, eyes_closed=True)):
        assert f"{PLAIN.eye_colour} eyes" not in caption(hidden)
    assert "hairline" not in caption(dataclasses.replace(PLAIN, receding=1.0, hat="cap"))
    assert "double chin" not in caption(dataclasses.replace(PLAIN, double_chin=1.0, beard=5))
    assert "facing right" in caption(dataclasses.replace(PLAIN, yaw=25.0)) and "looking" not in caption(PLAIN)


def test_caption_depends_on_nothing_else():
    assert caption(PLAIN) == caption(dataclasses.replace(PLAIN, identity_seed=1, light_seed=2, background_seed=3))


def test_sentences_differ_by_degree_and_chance_alone():
    for name in GRADED:
        faces = [with_attribute(PLAIN, name, degree) for degree in range(6)]
        said = [{sentence(face, name, np.random.default_rng(seed)) for seed in range(20)} for face in faces]
        assert all(len(wordings) > 1 for wordings in said), name
        assert sum(map(len, said)) == len(set.union(*said)), f"two degrees of {name} share a sentence"
    assert describe(sample(1), np.random.default_rng(4)) == describe(sample(1), np.random.default_rng(4))
    assert len({describe(sample(1), np.random.default_rng(seed)) for seed in range(9)}) > 3


def test_description_says_what_the_caption_says():
    for seed in range(30):
        params = sample(seed)
        text = describe(params, np.random.default_rng(seed))
        parts = caption(params).split(", ")
        assert all(part in text for part in parts[1:]), (parts, text)


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(FaceParameters)])
def test_every_change_can_be_asked_for(name):
    before, other = sample(1), sample(2)
    value = getattr(other, name)
    if value == getattr(before, name):
        value = next(v for v in (CHOICES.get(name) or (0, 1, not value)) if v != value)
    after = dataclasses.replace(before, **{name: value})
    there, back = (request(*faces, np.random.default_rng(0)) for faces in ((before, after), (after, before)))
    assert there[0].isupper() and there[-1] in ".?" and "{" not in there + back
    assert there != back or name.endswith("_seed") or name == "ancestry"


def test_requests_name_the_wanted_value():
    def asked(**changes):
        return {request(PLAIN, dataclasses.replace(PLAIN, **changes), np.random.default_rng(seed)) for seed in range(12)}

    assert all("blond hair" in text or "hair blond" in text for text in asked(hair_colour="blond"))
    assert all("beanie" in text for text in asked(hat="beanie"))
    assert all("stubble" in text and "smile" in text for text in asked(beard=1, smile=2))
    assert len(asked(smile=5)) > 3
    with pytest.raises(ValueError, match="the same"):
        request(PLAIN, PLAIN, np.random.default_rng(0))


def test_captions_need_no_renderer():
    code = "import sys, synth.captions; print(sorted({'numba', 'cv2', 'scipy', 'torch'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip() == "[]"
