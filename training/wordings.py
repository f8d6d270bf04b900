"""What a caption may say of a face: the same picture is told differently each time, and rarely in full."""

from __future__ import annotations

import numpy as np

from graded import GRADED
from synth.captions import caption, describe, sentence
from synth.parameters import FaceParameters

FRAMES = ("{}", "a face, {}", "a photo of a face with {}", "a person, {}", "{} face")
"""How prompts to CLIP are often put."""


def worded(face: FaceParameters, random: np.random.Generator) -> str:
    """Some true words about a face: a description, some parts of its caption in any order, or sentences about graded attributes."""
    kind = random.random()
    if kind < 0.3:
        return describe(face, random)
    if kind < 0.8:
        parts = caption(face).split(", ")
        kept = random.permutation(parts)[: random.integers(1, len(parts) + 1)]
        return FRAMES[random.integers(len(FRAMES))].format(", ".join(kept))
    names = random.permutation(GRADED)[: random.integers(1, len(GRADED) + 1)]
    return " ".join(sentence(face, str(name), random) for name in names)
