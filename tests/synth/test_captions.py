import dataclasses

from synth import captions
from synth.captions import caption
from synth.parameters import EYE_COLOURS, HAIR_COLOURS, sample, with_attribute

PLAIN = dataclasses.replace(
    sample(0),
    bangs=0,
    eyeglasses=0,
    beard=0,
    smile=0,
    age=1,
    masculinity=0.0,
    bald=False,
    gray=0.0,
    makeup=0.0,
    earrings=False,
    yaw=0.0,
    pitch=0.0,
)


def test_caption_names_what_each_degree_shows():
    words = {"bangs": captions.BANGS, "beard": captions.BEARDS, "eyeglasses": captions.EYEGLASSES, "smile": captions.SMILES}
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
    assert "young woman" in caption(PLAIN)
    assert "young man" in caption(dataclasses.replace(PLAIN, masculinity=1.0))
    assert "gray hair" in caption(dataclasses.replace(PLAIN, gray=0.9))


def test_caption_mentions_only_what_can_be_seen():
    bald = caption(dataclasses.replace(PLAIN, bald=True))
    assert "bald" in bald and "hair" not in bald
    assert "eyes" not in caption(with_attribute(PLAIN, "eyeglasses", 5))
    assert "earrings" in caption(dataclasses.replace(PLAIN, earrings=True))
    assert "earrings" not in caption(PLAIN)
    assert "facing right" in caption(dataclasses.replace(PLAIN, yaw=25.0))
    assert "looking" not in caption(PLAIN)


def test_caption_depends_on_nothing_else():
    assert caption(PLAIN) == caption(dataclasses.replace(PLAIN, identity_seed=1, light_seed=2, background_seed=3))
