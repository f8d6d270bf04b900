"""Signs that a clause is no request for an edit, although it names what could be edited."""

from __future__ import annotations

from collections.abc import Sequence

from chat.tokens import Token

OPPOSITES = ({"long", "short"}, {"thick", "thin"}, {"big", "short"}, {"thick", "light"}, {"full", "short"}, {"full", "thin"})


_ANIMALS = frozenset("dog cat animal".split())


def _meaningful(piece: Sequence[Token]) -> list[Token]:
    return [token for token in piece if token.word is None or token.word.kind not in ("filler", "pronoun", "determiner", "amount")]


def begins_strangely(piece: Sequence[Token]) -> bool:
    """Whether the first word that carries any meaning is an unknown one, as a verb of another trade would be: "polish the glasses"."""
    meaningful = _meaningful(piece)
    return bool(meaningful) and meaningful[0].strange


def is_strange(piece: Sequence[Token]) -> bool:
    """Whether all words that carry any meaning are unknown."""
    meaningful = _meaningful(piece)
    return bool(meaningful) and all(token.strange for token in meaningful)


def is_about_another_thing(piece: Sequence[Token]) -> bool:
    """Whether the verb's object, or what an adjective describes, is something else: "shave his head", "zoom in on the beard", "a smiling
    cat", "make the dog smile".
    """
    if any(token.has("unavailable", "actions") for token in piece):
        return True
    if any(token.text in _ANIMALS and last.has("determiner") for last, token in zip(piece, piece[1:], strict=False)):
        return not any(token.text.endswith("like") for token in piece)
    cutting = any(token.text.startswith(("shav", "grow", "trim", "cut")) for token in piece)
    named = [token for token in piece if token.has("attribute")]
    if cutting and all(token.text.startswith("shav") for token in named) and any(token.has("unavailable") for token in piece):
        return True
    if any(token.text == "with" for token in piece):
        return False
    words = [token for token in piece if token.text not in ("looking", "look")]
    described = [token.has("attribute") and token.word.attribute in ("age", "smile") for token in words]
    things = [token.has("unavailable") for token in words]
    return any(
        (described[i] and things[i + 1]) or (i and things[i] and described[i + 1] and words[i - 1].has("determiner"))
        for i in range(len(words) - 1)
    )


def is_only_a_span(piece: Sequence[Token]) -> bool:
    """ "10 years": older, or younger?"""
    number = piece[0].number if len(piece) == 1 else None
    return number is not None and number.unit == "years" and not piece[0].text.endswith("old")


def contradicts_itself(piece: Sequence[Token]) -> bool:
    """Whether a clause says one thing and its opposite: "a long short beard", "an old baby", "a laughing face without a smile"."""
    qualities = {token.word.value for token in piece if token.has("quality")}
    if len({token.word.direction for token in piece if token.has("comparative")}) > 1 or any(pair <= qualities for pair in OPPOSITES):
        return True
    named = [(i, token.word) for i, token in enumerate(piece) if token.has("attribute")]
    removals = [i for i, token in enumerate(piece) if token.has("operation", "remove")]
    for (i, one), (j, other) in zip(named, named[1:], strict=False):
        if one.attribute != other.attribute:
            continue
        if one.direction * other.direction < 0:
            return True
        if one.degree is not None and other.degree is not None and abs(one.degree - other.degree) >= 3:
            return True
        if one.degree and any(i < at < j for at in removals):
            return True
    shaven = any(word.attribute == "beard" and word.degree == 0 for _, word in named)
    return shaven and bool(qualities & {"long", "full", "thick", "big"})
