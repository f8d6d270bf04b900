"""Faces in plain words."""

from __future__ import annotations

from synth.parameters import FaceParameters

MEN = ("a boy", "a young man", "a man in his thirties", "a man in his forties", "a man in his fifties", "an elderly man")
WOMEN = ("a girl", "a young woman", "a woman in her thirties", "a woman in her forties", "a woman in her fifties", "an elderly woman")
BANGS = ("", "very short bangs", "short bangs", "medium bangs", "long bangs", "bangs covering the whole forehead")
EYEGLASSES = ("", "thin metal glasses", "glasses", "thick plastic glasses", "thin-framed sunglasses", "thick-framed sunglasses")
BEARDS = ("", "stubble", "an unshaven face", "a medium beard", "a long thin beard", "a long bushy beard")
SMILES = (
    "not smiling",
    "smiling with closed lips",
    "smiling and showing some teeth",
    "smiling and showing a full row of teeth",
    "smiling with the mouth open",
    "laughing with the mouth wide open",
)
SUNGLASSES_FROM = 4

PALE_BELOW, DARK_FROM = 2.0, 4.5
SHORT_BELOW, LONG_FROM = 0.8, 1.6
WAVY_FROM, CURLY_FROM = 0.2, 0.6
GRAYING_FROM, GRAY_FROM = 0.15, 0.6
PROFILE_FROM, TILT_FROM = 15.0, 6.0
"""Degrees of yaw and pitch that one notices."""


def caption(params: FaceParameters) -> str:
    """One line about everything that can be seen: person, hair, beard, glasses, jewellery, make-up, expression, pose."""
    person = (MEN if params.masculinity > 0.5 else WOMEN)[params.age]
    skin = "pale" if params.skin_tone < PALE_BELOW else "dark" if params.skin_tone >= DARK_FROM else "medium"
    parts = [f"{person} with {skin} skin", _hair(params)]
    parts += [word for word in (BANGS[params.bangs], BEARDS[params.beard], EYEGLASSES[params.eyeglasses]) if word]
    if params.eyeglasses < SUNGLASSES_FROM:
        parts.append(f"{params.eye_colour} eyes")
    if params.makeup >= 0.5:
        parts.append("make-up")
    if params.earrings != "none":
        parts.append("earrings")
    parts.append(SMILES[params.smile])
    if abs(params.yaw) >= PROFILE_FROM:
        parts.append(f"facing {'right' if params.yaw > 0 else 'left'}")
    if abs(params.pitch) >= TILT_FROM:
        parts.append(f"looking {'down' if params.pitch > 0 else 'up'}")
    return ", ".join(parts)


def _hair(params: FaceParameters) -> str:
    if params.bald:
        return "bald"
    length = "short" if params.hair_length < SHORT_BELOW else "long" if params.hair_length >= LONG_FROM else "medium-length"
    form = "curly" if params.hair_curl >= CURLY_FROM else "wavy" if params.hair_curl >= WAVY_FROM else "straight"
    colour = params.hair_colour
    if params.gray >= GRAYING_FROM:
        colour = "gray" if params.gray >= GRAY_FROM else f"graying {colour}"
    return f"{length} {form} {colour} hair"
