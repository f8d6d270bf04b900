"""What was learnt from sentences, on those that the grammar doubts or in which it found nothing: believed where it is sure, else not
heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from chat.asking import likelihood
from chat.clauses import Clause
from chat.encoder import read
from chat.interpretation import Context, Interpretation
from chat.tokens import Token
from chat.wishes import is_prompted
from errors import ParleyError

SURE = 0.99
"""Least confidence at which the encoder is believed. From .985 on it edits least on the development half of tests/data/utterances.tsv where
the right answer is to ask; at this, of validation sentences in fresh words, it answers seven of ten that are meant for it, 98.7 % of these
rightly, and two in 1,000 of those that are not, at .985 four. `python -m evaluation.language` prints how often it is right at this and
other confidences on held-out templates.
"""
PLAIN_NAME = "glasses"
"""What the encoder, which never met the prompts' names, hears in their place."""
LIKELY, VERY_LIKELY = 0.5, 0.99
"""From which likelihood on a request is heard in a doubted sentence about prompts, and in one about graded attributes alone, of which there
are more idioms ("a near shave"). Chosen on `dev` of evaluation/strangers.py and of evaluation/utterances.py.
"""
PROMPTS_ASKED, GRADED_ASKED = 0.7, 0.93
"""The same for the likelihood of chat/asking.py, chosen on the validation sentences there, too; a sentence that also tells of a look needs
the greater."""


def second_opinion(text: str, context: Context) -> Interpretation | None:
    """What the encoder makes of normalised English; None where it is not sure, meets a word it never saw, or hears no request."""
    try:
        reading = read(text, context.move)
    except ParleyError:  # no weights, no second opinion
        return None
    if reading.unknown or reading.confidence < SURE:
        return None
    if reading.is_request:
        step = reading.step(context.last[-1].attribute if context.last else None)
        if step is None or step.attribute not in context.attributes:
            return None
        found = Interpretation("edit", (step,), confidence=reading.confidence)
    elif reading.reply.label == "end" or reading.reply.label.endswith("_end"):
        found = Interpretation("end", confidence=reading.confidence)
    elif reading.reply.label in ("yes", "no"):
        return Interpretation(reading.reply.label, answer=reading.reply.label, confidence=reading.confidence)
    else:
        return None
    answer = reading.reply.label.partition("_")[0]
    return replace(found, answer=answer) if answer in ("yes", "no") else found


def sounds_like_a_request(text: str, tokens: Sequence[Sequence[Token]], clauses: Sequence[Clause]) -> bool:
    """Whether unknown words leave a request that the grammar doubts one: "a handlebar moustache on my teacher". `text` is the normalised
    sentence as it was said, `tokens` are those of it, piece by piece.

    Nobody lists looks for another reason; of the rest either opinion counts.
    """
    named = {name for clause in clauses for name in clause.attributes}
    prompted = any(map(is_prompted, named))
    told = [clause.operation == "mention" for clause in clauses if clause.attributes]
    if not named or all(told):
        return False
    if likelihood(text) >= (PROMPTS_ASKED if prompted and not any(told) else GRADED_ASKED):
        return True
    if any(told) or any(clause.attributes and clause.describes for clause in clauses):
        return False
    if prompted and len(named) > 1:
        return True
    if not prompted and any(clause.has_strange_verb for clause in clauses):
        return False
    words = (PLAIN_NAME if token.has("attribute") and is_prompted(token.word.attribute) else token.text for token in chain(*tokens))
    try:
        heard = read(" ".join(words), "start").reply
    except ParleyError:  # no weights, no second opinion
        return False
    likely = heard.probability if heard.label == "request" else 1 - heard.probability
    return likely >= (LIKELY if prompted else VERY_LIKELY)
