"""Whether a sentence asks for a change at all: "a fringe, please", or "she cuts her fringe herself".

Such sentences are about the same things; what tells them apart is how they are put. A logistic regression over words, pairs of neighbouring
words, the first words and the length has learnt that from sentences that writers of many kinds wrote (assets/chat/asking.tsv,
training/recipes/asking.py).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import weights
from chat.features import bucketed, pairs, pieces
from errors import ParleyError

if TYPE_CHECKING:
    from torch import Tensor

UNASKED, SHORTEST = 0.1, 9
"""Below this likelihood a sentence of so many words or more only mentions what it names; shorter ones are mostly plain commands, and too
short to tell. Chosen on the validation sentences, and on `dev` of evaluation/strangers.py and of evaluation/utterances.py.
"""
NO_OPINION = 0.5
BUCKETS = 1 << 16
FIRST, WORDS_A_STEP, LONGEST = 4, 4, 8
"""How many of the first words are known by their place; lengths count in steps of so many words, up to so many steps."""


def features(text: str) -> list[int]:
    """Normalised text -> the numbers, below BUCKETS, of what is found in it."""
    found = pieces(text)
    placed = (f"{place} {piece}" for place, piece in enumerate(found[:FIRST]))
    return bucketed((*found, *pairs(found), *placed, f"{min(len(found) // WORDS_A_STEP, LONGEST)} steps"), BUCKETS)


def likelihood(text: str) -> float:
    """How likely normalised text asks for a change, 0..1, among sentences half of which do; NO_OPINION without the weights."""
    try:
        state = _state()
    except ParleyError:
        return NO_OPINION
    return float((state["weight"][features(text)].float().sum() + state["bias"]).sigmoid())


def only_mentions(text: str) -> bool:
    """Whether normalised text asks for nothing, whatever it names."""
    return len(text.split()) >= SHORTEST and likelihood(text) < UNASKED


@cache
def _state() -> dict[str, Tensor]:
    state, _ = weights.load(weights.find("asking"))
    return state
