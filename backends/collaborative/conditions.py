"""What the shipped networks are told: degrees of the graded attributes as words and as changes of a mask, and words as token ids."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

from graded import GRADED, MAX_DEGREE

from .mask_edits import edited_mask

__all__ = ("caption_of", "edited_mask", "shown_by_masks", "tokens", "vocabulary_size")

WORDS = Path(__file__).parents[2] / "assets" / "collaborative" / "words.txt"
"""One word a line; a word's id is its line's number, counted from 0, plus `FIRST_WORD`."""
PADDING, UNKNOWN, FIRST_WORD = 0, 1, 2
MAX_TOKENS = 48

PHRASES: dict[str, tuple[str, ...]] = {
    "bangs": ("no bangs", "very short bangs", "short bangs", "medium bangs", "long bangs", "bangs covering the whole forehead"),
    "eyeglasses": (
        "no glasses",
        "thin metal glasses",
        "glasses with a slender frame",
        "thick plastic glasses",
        "thin-framed sunglasses",
        "thick-framed sunglasses",
    ),
    "beard": ("no beard", "stubble", "an unshaven face", "a medium beard", "a long thin beard", "a long bushy beard"),
    "smile": (
        "not smiling",
        "smiling with closed lips",
        "smiling and showing some teeth",
        "smiling and showing a full row of teeth",
        "smiling with the mouth open",
        "laughing with the mouth wide open",
    ),
    "age": (
        "a child",
        "a young adult",
        "a person in their thirties",
        "a person in their forties",
        "a person in their fifties",
        "an elderly person",
    ),
}
"""By attribute and degree."""
UNSEEN = frozenset(
    "beard facial goatee moustache shaved shaven stubble stubbly unshaven "
    "adult boy child elderly fifteen fifties fifty forties forty girl man old teens thirties thirty twenties woman years young "
    "auburn black blond brown dark gray graying pale red white blue green hazel "
    "eyeshadow blush lipstick makeup".split()
)
"""Words for what no mask shows."""


def caption_of(degrees: Mapping[str, float], extra: str = "") -> str:
    """A caption that says these degrees (0 to 5, rounded), then what `extra` says; attributes that are not given go unmentioned."""
    said = {name: PHRASES[name][min(max(round(degrees[name]), 0), MAX_DEGREE)] for name in GRADED if name in degrees}
    who = said.pop("age", "a person")
    return ", ".join(part for part in (who, *said.values(), extra.strip()) if part)


def shown_by_masks(text: str) -> str:
    """What is left of a caption without the phrases, parted by commas or full stops, that tell of what no mask shows."""
    phrases = [phrase.strip() for phrase in re.split(r"[,.;]", text)]
    return ", ".join(phrase for phrase in phrases if phrase and UNSEEN.isdisjoint(re.findall(r"[a-z]+", phrase.lower())))


@functools.cache
def _ids() -> dict[str, int]:
    return {word: FIRST_WORD + line for line, word in enumerate(WORDS.read_text(encoding="utf-8").split())}


def vocabulary_size() -> int:
    return FIRST_WORD + len(_ids())


def tokens(texts: Sequence[str]) -> Tensor:
    """Word ids [N, MAX_TOKENS] int64: padded, or cut after MAX_TOKENS words; "" is padding alone, which says nothing about the face."""
    ids = _ids()
    rows = [[ids.get(word, UNKNOWN) for word in re.findall(r"[a-z]+", text.lower())][:MAX_TOKENS] for text in texts]
    return torch.tensor([row + [PADDING] * (MAX_TOKENS - len(row)) for row in rows], dtype=torch.int64).reshape(-1, MAX_TOKENS)
