"""Captions for the text model of Collaborative Diffusion: a face in the manner of `conditions.caption_of`, or of `synth.captions`."""

from __future__ import annotations

import numpy as np

from backends.collaborative.conditions import PHRASES
from graded import GRADED
from synth import wording
from synth.captions import caption, describe, person, sentence
from synth.parameters import FaceParameters

NEUTRAL = 0.3
"""Share of captions in phrases that do not say whether it is a man or a woman."""
WHOLE = 0.6
"""Share of captions in phrases that mention all five graded attributes; the others leave some out, as an edit's words do."""


def told(face: FaceParameters, random: np.random.Generator) -> str:
    """True words about a face that hold for its mirror image too, worded by chance."""
    kind = random.random()
    if kind < 0.6:
        return ", ".join(_phrases(face, random))
    if kind < 0.85:
        names = random.permutation(_visible(face))
        kept = names[: random.integers(2, len(names) + 1)]
        return " ".join([f"This is {_who(face, random)}.", *(sentence(face, str(name), random) for name in kept)])
    text = describe(face, random) if kind < 0.95 else caption(face)
    return text.replace("facing left", "turning").replace("facing right", "turning")


def complete(face: FaceParameters) -> str:
    """All that can be told in phrases, always in the same words, the graded attributes first."""
    graded = [PHRASES[name][getattr(face, name)] for name in _visible(face) if name != "age"]
    return ", ".join([caption(face).split(", ")[0], *graded, *_others(face)])


def _visible(face: FaceParameters) -> list[str]:
    return [name for name in GRADED if not (name == "bangs" and face.bald)]


def _others(face: FaceParameters) -> list[str]:
    """What the caption says beside who it is and the graded attributes; not which way the face looks, which its mirror image does not."""
    tables = (wording.BANGS, wording.EYEGLASSES, wording.SMILES, *wording.BEARDS.values())
    graded = {text for table in tables for text in table}
    return [part for part in caption(face).split(", ")[1:] if not part.startswith("facing") and part not in graded]


def _phrases(face: FaceParameters, random: np.random.Generator) -> list[str]:
    graded = [_phrase(face, name, random) for name in _visible(face) if name != "age"]
    if random.random() > WHOLE:
        graded = list(random.permutation(graded)[: random.integers(1, len(graded) + 1)])
    others = random.permutation(_others(face))
    others = list(others[: random.integers(len(others) + 1)])
    parts = graded + [str(part) for part in others]
    return [_who(face, random), *(random.permutation(parts) if random.random() < 0.4 else parts)]


def _who(face: FaceParameters, random: np.random.Generator) -> str:
    if random.random() < NEUTRAL:
        return PHRASES["age"][face.age]
    noun = person(face)
    skin = caption(face).split(", ")[0].partition(" with ")[2]
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}" + (f" with {skin}" if random.random() < 0.6 else "")


def _phrase(face: FaceParameters, name: str, random: np.random.Generator) -> str:
    """The degree of an attribute; half of the goatees and moustaches are called what they are."""
    degree = getattr(face, name)
    if name == "beard" and degree and face.beard_style != "full" and random.random() < 0.5:
        return wording.BEARDS[face.beard_style][degree]
    return PHRASES[name][degree]
