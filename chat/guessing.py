"""What a sentence that the grammar cannot read may be about: "paint her mouth like a fire engine".

A small network over words, pairs of neighbouring words and parts of words has learnt from sentences that writers of many kinds wrote
(assets/chat/asking.tsv, training/recipes/guessing.py) which looks they want to come or to go. It knows no degrees and no negation but what
it has met, so that nothing is edited on its word: the likeliest looks are offered, and an age that it finds most unlikely is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

import weights
from chat.asking import likelihood
from chat.features import bucketed, pairs, parts, pieces
from chat.interpretation import Context, Interpretation
from chat.prompt_words import INSTEAD, THINGS, label, thing_of
from chat.tongue import CHOICES, Said
from errors import ParleyError
from graded import GRADED
from prompts import PROMPTS

if TYPE_CHECKING:
    from torch import Tensor

WISHES = tuple(f"{name}{way}" for way in "+-" for name in (*GRADED, *PROMPTS))
"""What may be asked for, as tables of sentences have it: a look that shall come, or go."""
BUCKETS = 1 << 13
SHORTEST, PARTS = 4, (4, 5)
"""Words of so many letters or more are also known by their parts of so many letters."""
LIKELY, LIKELIER = 0.05, 0.2
"""From which likelihood on a look is offered where nothing else is, and where the grammar has offers of its own. Chosen on the validation
sentences: three in five of those that are asked back then have what was meant among their answers.
"""
FEWEST, REQUESTED = 3, 0.35
"""Sentences of fewer words, or less likely to ask for a change at all, are not guessed at."""
OFFERED = 3
UNLIKELY = 0.02
"""Below which likelihood nobody asks for an age with a word like "kid" or "gran". Chosen on the validation sentences: of 12 such ages that
stand beside other wishes 11 are not meant."""
HARDLY_ASKED, HARDLY_WANTED, SHORTEST_REMARK = 0.25, 0.2, 4
"""Below which likelihoods of asking for anything, and of its look, a sentence of so many words, some of them unknown, only mentions the one
look that it names. Chosen on the validation sentences: that spares 45 of 241 remarks an edit and costs two of 683 requests.
"""
PLEADS = re.compile(r"\b(?:please|pls|plz|can (?:you|we|i)|could|would|must|i want|i need|wants?|lets?|grateful|on (?:me|him|her))\b")
AGES = re.compile(
    r"\b(?:(?:old|young)(?:er|est)?|age[ds]?|years?|decades?|elderly|wrinkl\w+|teens?|teenagers?|\d+s?"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)t(?:y|ies))\b"
)
"""Words of ages that are hardly ever said in passing."""


def features(text: str) -> list[int]:
    """Normalised text -> the numbers, below BUCKETS, of what is found in it."""
    found = pieces(text)
    long = (part for word in found if len(word) >= SHORTEST for part in parts(word, PARTS))
    return bucketed((*found, *pairs(found), *long), BUCKETS)


def likelihoods(text: str) -> dict[str, float]:
    """How likely normalised text asks for each of WISHES, 0..1, the likeliest first; nothing without the weights."""
    try:
        state, wishes = _state()
    except ParleyError:
        return {}
    found = features(text)
    code = state["embedding"][found].sum(0) / len(found) ** 0.5
    likely = (state["weight"] @ code + state["bias"]).sigmoid().tolist()
    return dict(sorted(zip(wishes, likely, strict=True), key=lambda one: -one[1]))


def guessed(text: str, found: Interpretation, context: Context) -> Interpretation:
    """What the grammar `found` in normalised text of which it understood nothing that can be done, with the likeliest looks to choose
    from; as it is, where it offers the likeliest itself, where it knows that nothing is asked for, or where none is likely.
    """
    knows_why = found.questions and not (found.about or found.questions[0].key == "did_you_mean")  # "more" of nothing yet, "I hate it"
    only_tells = found.intent == "out_of_scope" and not found.unavailable
    if knows_why or only_tells or len(text.split()) < FEWEST or likelihood(text) < REQUESTED:
        return found
    least = LIKELIER if found.options or found.unavailable else LIKELY
    things = {thing_of(name) for name in found.about} & {*THINGS}  # "make it darker", of hair
    covered = {name for thing in things for name in THINGS[thing].covers}
    likely = [wish for wish, share in likelihoods(text).items() if share >= least and (not covered or wish[:-1] in covered)]
    offers = list(islice(dict.fromkeys(offer for wish in likely for offer in _offers(wish, context)), OFFERED))
    if not offers or offers[0] in found.options:
        return found
    options = tuple(dict.fromkeys((*offers, *found.options)))[: OFFERED + 1]
    return replace(found, intent="unclear", questions=(Said("perhaps"),), options=options, unavailable=(), unknown=())


def without_passing_age(text: str, found: Interpretation) -> Interpretation:
    """What the grammar `found` in normalised text, without the age of somebody who is only mentioned: "he looks like the delivery kid"."""
    others = tuple(step for step in found.steps if step.attribute != "age")
    if len(others) in (0, len(found.steps)) or len(text.split()) < FEWEST + 2 or AGES.search(text):
        return found
    likely = likelihoods(text)
    unlikely = likely and max(likely["age+"], likely["age-"]) < UNLIKELY
    return replace(found, steps=others) if unlikely else found


def hardly_meant(text: str, name: str) -> bool:
    """Whether normalised text only mentions the one look that the grammar would change: "need new frames by friday"."""
    if len(text.split()) < SHORTEST_REMARK or PLEADS.search(text) or likelihood(text) >= HARDLY_ASKED:
        return False
    likely = likelihoods(text)
    return bool(likely) and max(likely.get(f"{name}{way}", 1.0) for way in "+-") < HARDLY_WANTED


def _offers(wish: str, context: Context) -> Iterator[str]:
    """What to say to have it."""
    name, more = wish[:-1], wish.endswith("+")
    if name in context.attributes:
        yield CHOICES[name][0 if more else -1]
    elif name in context.prompts:
        yield from (label(name),) if more else INSTEAD.get(name, ())[:1]


@cache
def _state() -> tuple[dict[str, Tensor], list[str]]:
    state, metadata = weights.load(weights.find("guessing"))
    return {key: value.float() for key, value in state.items()}, metadata["wishes"]
