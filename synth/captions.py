"""Faces in plain words: a caption, a sentence about one attribute, and a request for the change between two faces."""

from __future__ import annotations

import dataclasses

import numpy as np

from graded import GRADED
from synth import wording
from synth.parameters import FaceParameters

SUNGLASSES_FROM = 4
HIDING_BEARD_FROM, HIDING_BANGS_FROM = 3, 3
"""Degrees that hide a chin, or a hairline."""
EXTREME = 0.6
"""From here on a face's shape is worth a word."""
PALE_BELOW, DARK_FROM = 2.0, 4.5
SHORT_BELOW, LONG_FROM = 0.8, 1.6
WAVY_FROM, CURLY_FROM = 0.2, 0.6
GRAYING_FROM, GRAY_FROM = 0.15, 0.6
RECEDING_FROM, MAKEUP_FROM, BLUSH_FROM = 0.35, 0.5, 0.3
PROFILE_FROM, TILT_FROM = 15.0, 6.0
"""Degrees of yaw and pitch that one notices."""


def caption(params: FaceParameters) -> str:
    """One line about everything that can be seen, always in the same words and order, parted by commas."""
    who = f"{_with_article(person(params))} with {_skin(params)}"
    return ", ".join([who, *_hair(params), *_features(params), *_worn(params), *_doing(params)])


def describe(params: FaceParameters, random: np.random.Generator) -> str:
    """The same in some sentences, worded by chance."""
    words, skin = _words(params), _skin(params)
    they, who = words["They"], _with_article(person(params))
    looks = random.permutation(_hair(params) + _features(params)).tolist()
    sentences = [
        _one(random, (f"This is {who} with {skin}.", f"The picture shows {who} who has {skin}.", f"{_capitalised(who)} with {skin}.")),
        _one(random, (f"{they} has {_listed(looks)}.", f"One sees {_listed(looks)}.")),
    ]
    if worn := random.permutation(_worn(params)).tolist():
        sentences.append(_one(random, (f"{they} wears {_listed(worn)}.", f"{they} is wearing {_listed(worn)}.")))
    doing = _doing(params)
    sentences.append(_one(random, (f"{they} is {_listed(doing)}.", f"{words['Person']} is {_listed(doing)}.")))
    return " ".join(sentences)


def sentence(params: FaceParameters, attribute: str, random: np.random.Generator) -> str:
    """About the degree of one graded attribute, worded by chance."""
    return _one(random, wording.SENTENCES[attribute][getattr(params, attribute)]).format(**_words(params))


def request(before: FaceParameters, after: FaceParameters, random: np.random.Generator) -> str:
    """A sentence that asks to turn the one face into the other, worded by chance; ValueError where nothing differs."""
    names = changed(before, after)
    if not names:
        raise ValueError("the two faces are the same: there is nothing to ask for")
    words = _words(before)
    wishes = [_one(random, _wishes(before, after, name, random)).format(**words) for name in names]
    asked = _one(random, wording.FRAMES).format(wish=_listed(wishes))
    return _capitalised(asked)


def changed(before: FaceParameters, after: FaceParameters) -> list[str]:
    """Names of the fields that differ."""
    return [field.name for field in dataclasses.fields(before) if getattr(before, field.name) != getattr(after, field.name)]


def person(params: FaceParameters) -> str:
    """What one would call somebody of this age and look."""
    return (wording.BOYS_AND_MEN if params.masculinity > 0.5 else wording.GIRLS_AND_WOMEN)[params.age]


def _wishes(before: FaceParameters, after: FaceParameters, name: str, random: np.random.Generator) -> tuple[str, ...]:
    """Templates that ask for the change of one field."""
    old, new = getattr(before, name), getattr(after, name)
    if name in GRADED:
        # Growing something from nothing is asked for by its degree: "longer bangs" needs bangs.
        if name in wording.STEPS and (name == "age" or (old > 0 and new > 0)) and random.random() < 0.4:
            much = wording.HOW_MUCH[abs(new - old) - 1]
            return tuple(step.replace("{much}", much) for step in wording.STEPS[name][int(new > old)])
        return wording.TARGETS[name][new]
    if name in wording.WORN:
        if new == "none":
            return tuple(wish.replace("{name}", name) for wish in wording.TAKE_OFF)
        return _with_value(wording.PUT_ON, wording.WORN[name][new])
    if name == "lipstick":
        return wording.LIPSTICK_OFF if new == "none" else _with_value(wording.LIPSTICK_ON, new)
    if name == "hair_style":
        return wording.HAIR_STYLES[new]
    if name == "beard_style":
        return _with_value(wording.CHOICES[name], wording.BEARD_STYLES[new])
    if name in wording.CHOICES:
        return _with_value(wording.CHOICES[name], new)
    if name in wording.TURNS:
        return wording.TURNS[name][int(new > old)]
    return wording.OTHERS[name]


def _with_value(templates: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(template.replace("{value}", value) for template in templates)


def _one(random: np.random.Generator, choices: tuple[str, ...]) -> str:
    return choices[int(random.integers(len(choices)))]


def _listed(parts: list[str]) -> str:
    """a, b and c."""
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def _capitalised(text: str) -> str:
    return text[0].upper() + text[1:]


def _with_article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _words(params: FaceParameters) -> dict[str, str]:
    they, them, their = ("he", "him", "his") if params.masculinity > 0.5 else ("she", "her", "her")
    noun = next(noun for noun in ("woman", "man", "boy", "girl") if noun in person(params))
    words = {"they": they, "them": them, "their": their, "person": f"the {noun}"}
    return words | {word.capitalize(): _capitalised(text) for word, text in words.items()}


def _skin(params: FaceParameters) -> str:
    return f"{'pale' if params.skin_tone < PALE_BELOW else 'dark' if params.skin_tone >= DARK_FROM else 'medium'} skin"


def _hair(params: FaceParameters) -> list[str]:
    """Hair, hairline and bangs; nouns."""
    if params.bald:
        return ["a bald head"]
    length = "short" if params.hair_length < SHORT_BELOW else "long" if params.hair_length >= LONG_FROM else "medium-length"
    form = "curly" if params.hair_curl >= CURLY_FROM else "wavy" if params.hair_curl >= WAVY_FROM else "straight"
    colour = params.hair_colour
    if params.gray >= GRAYING_FROM:
        colour = "gray" if params.gray >= GRAY_FROM else f"graying {colour}"
    parts = [f"{length} {form} {colour} hair".replace("gray gray", "gray")]
    if style := wording.STYLES[params.hair_style]:
        parts[0] = f"{style} {parts[0]}" if style == "layered" else f"{parts[0]} {style}"
    if params.hat != "none":
        return parts
    if params.receding >= RECEDING_FROM and params.bangs < HIDING_BANGS_FROM:
        parts.append("a receding hairline")
    return parts + ([wording.BANGS[params.bangs]] if params.bangs else [])


def _features(params: FaceParameters) -> list[str]:
    """Of the bare face; nouns."""
    parts = [wording.BEARDS[params.beard_style][params.beard]] if params.beard else []
    if params.eyeglasses < SUNGLASSES_FROM and not params.eyes_closed:
        parts.append(f"{params.eye_colour} eyes")
    for name, (low, high) in wording.SHAPES.items():
        hidden = name == "double_chin" and params.beard >= HIDING_BEARD_FROM and params.beard_style != "moustache"
        if abs(getattr(params, name)) > EXTREME and not hidden:
            parts.append(high if getattr(params, name) > 0 else low)
    if params.blush >= BLUSH_FROM:
        parts.append("rosy cheeks")
    return parts


def _worn(params: FaceParameters) -> list[str]:
    parts = [wording.EYEGLASSES[params.eyeglasses], wording.HATS[params.hat], wording.EARRINGS[params.earrings]]
    parts.append(wording.NECKLACES[params.necklace])
    if params.makeup >= MAKEUP_FROM and params.eyeglasses < SUNGLASSES_FROM:
        parts.append("make-up")
    if params.lipstick != "none":
        parts.append(f"{params.lipstick} lipstick")
    return [part for part in parts if part]


def _doing(params: FaceParameters) -> list[str]:
    parts = [wording.SMILES[params.smile]]
    if wording.EXPRESSIONS[params.expression]:
        parts.append(wording.EXPRESSIONS[params.expression])
    if params.mouth_open and params.smile < 4:
        parts.append("opening the mouth")
    if params.eyes_closed and params.eyeglasses < SUNGLASSES_FROM:
        parts.append("keeping the eyes closed")
    if abs(params.yaw) >= PROFILE_FROM:
        parts.append(f"facing {'right' if params.yaw > 0 else 'left'}")
    if abs(params.pitch) >= TILT_FROM:
        parts.append(f"looking {'down' if params.pitch > 0 else 'up'}")
    if params.occluded:
        parts.append("partly hidden behind something blurred")
    return parts
