"""The merges of the shipped CLIP's tokenizer: all that the words of captions need, and open_clip's most frequent others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
import open_clip

from graded import GRADED, LABELS, MEANINGS
from prompts import NEUTRAL_TEXT, TEXTS
from synth.captions import caption, describe, sentence
from synth.parameters import FaceParameters, sample

from .wordings import FRAMES

Pair = tuple[str, str]
READ = 500
"""Faces whose descriptions hold nearly all words there are."""


def words(faces: Sequence[FaceParameters]) -> set[str]:
    """Every word that is used to describe these faces, and of all prompts."""
    texts = [NEUTRAL_TEXT, *TEXTS.values(), *FRAMES, *LABELS.values(), *(meaning for meanings in MEANINGS.values() for meaning in meanings)]
    random = np.random.default_rng(0)
    for face in faces:
        texts += [caption(face), describe(face, random), *(sentence(face, name, random) for name in GRADED)]
    return set(re.findall(r"[a-z]+", " ".join(texts).lower()))


def unread(text: str) -> list[str]:
    """The words of a text that no description uses."""
    known = words([sample(seed) for seed in range(READ)])
    return [word for word in re.findall(r"[a-z]+", text.lower()) if word not in known]


def needed(word: str, ranks: dict[Pair, int]) -> Iterable[Pair]:
    """The merges by which byte-pair encoding (Sennrich et al. 2016) builds up a word, best-ranked pair first."""
    pieces = [*word[:-1], word[-1] + "</w>"]
    while known := [pair for pair in zip(pieces, pieces[1:], strict=False) if pair in ranks]:
        pair = min(known, key=ranks.__getitem__)
        yield pair
        joined = []
        for piece in pieces:
            if joined and (joined[-1], piece) == pair:
                joined[-1] += piece
            else:
                joined.append(piece)
        pieces = joined


def merges(vocabulary: Iterable[str], count: int) -> list[str]:
    """`count` merges "a b" in open_clip's order; ValueError where these words need more."""
    ranks = open_clip.SimpleTokenizer().bpe_ranks
    chosen = {pair for word in vocabulary for pair in needed(word, ranks)}
    if len(chosen) > count:
        raise ValueError(f"the words of captions need {len(chosen)} merges, but there is room for {count}")
    frequent = (pair for pair in sorted(ranks, key=ranks.__getitem__) if pair not in chosen)
    chosen |= {pair for _, pair in zip(range(count - len(chosen)), frequent, strict=False)}
    return [" ".join(pair) for pair in sorted(chosen, key=ranks.__getitem__)]
