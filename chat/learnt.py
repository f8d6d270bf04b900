"""The language encoder's word on a sentence in which the grammar found nothing: believed where it is sure, else not heard."""

from __future__ import annotations

from dataclasses import replace

from chat.encoder import read
from chat.interpretation import Context, Interpretation
from errors import ParleyError

SURE = 0.99
"""Least confidence at which the encoder is believed. From .985 on it edits least on the development half of tests/data/utterances.tsv where
the right answer is to ask; at this, of validation sentences in fresh words, it answers seven of ten that are meant for it, 98.7 % of these
rightly, and two in 1,000 of those that are not, at .985 four. `python -m evaluation.language` prints how often it is right at this and
other confidences on held-out templates.
"""


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


def request_likelihood(text: str) -> float:
    """How likely normalised English asks for an edit, 0..1; 0 where there are no weights to tell."""
    try:
        heard = read(text, "start").reply
    except ParleyError:
        return 0.0
    return heard.probability if heard.label == "request" else 1 - heard.probability
