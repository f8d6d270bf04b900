"""A normalised sentence -> tokens: known phrases, numbers with their units, misspelt words put right, and strangers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rapidfuzz.distance import DamerauLevenshtein

from chat import lexicon
from chat.lexicon import Word


@dataclass(frozen=True)
class Number:
    """`unit` is "", "%" or "years"; `signed` when it was written with + or -."""

    value: float
    unit: str = ""
    signed: bool = False

    @property
    def is_years(self) -> bool:
        """Whether it can be somebody's age, where no unit was said."""
        return self.unit == "" and not self.signed and 6 <= self.value <= 120


@dataclass(frozen=True)
class Token:
    """A phrase and what it means; `word` and `number` are both None for an unknown word. `guesses` are known words that it resembles too
    little to be taken for.
    """

    text: str
    word: Word | None = None
    number: Number | None = None
    guesses: tuple[str, ...] = ()

    @property
    def strange(self) -> bool:
        """Whether nothing is known about it."""
        return self.word is None and self.number is None

    def has(self, kind: str, value: str | None = None) -> bool:
        return self.word is not None and self.word.kind == kind and (value is None or self.word.value == value)


_SPLIT = re.compile(
    r"[+-]?\d+(?:[.,]\d+)?(?:\s*/\s*5|\s*(?:%|percent\b)|\s*-?\s*(?:years?|yrs?)\b(?: old\b)?)?|[^\W\d_]+|[,;:.!?\n]|=",
)


@dataclass(frozen=True)
class Vocabulary:
    """Phrases and what they mean; `single` are the single words that a misspelt one may have been meant for."""

    phrases: Mapping[str, Word]
    longest: int = field(init=False)
    single: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        meant = (known for known, word in self.phrases.items() if word.kind in _MEANINGFUL and _may_be_misspelt(known))
        object.__setattr__(self, "longest", max(len(phrase.split()) for phrase in self.phrases))
        object.__setattr__(self, "single", tuple(sorted(meant)))


def _may_be_misspelt(known: str) -> bool:
    return " " not in known and len(known) >= 4 and known not in lexicon.NEVER_MISSPELT


_MEANINGFUL = ("attribute", "operation", "comparative", "amount", "quality")
GRADED_WORDS = Vocabulary(lexicon.PHRASES)


def tokenise(text: str, vocabulary: Vocabulary = GRADED_WORDS, longest: int | None = None) -> list[Token]:
    """Normalised text -> the longest known phrases (of so many words at most), numbers, and unknown words."""
    raw = _SPLIT.findall(text)
    longest = vocabulary.longest if longest is None else longest
    tokens: list[Token] = []
    at = 0
    while at < len(raw):
        piece = raw[at]
        if piece[-1].isdigit() or piece[0].isdigit() or piece[0] in "+-":
            tokens.append(Token(piece, number=_number(piece)))
            at += 1
            continue
        if piece in ",;.!?:\n=":
            if piece not in ":=":
                tokens.append(Token(piece, Word("link", "comma" if piece == "," else "hard")))
            at += 1
            continue
        for length in range(min(longest, len(raw) - at), 0, -1):
            phrase = " ".join(raw[at : at + length])
            if phrase in vocabulary.phrases:
                tokens.append(Token(phrase, vocabulary.phrases[phrase]))
                break
        else:
            length = 1
            tokens.append(_spelled_number(raw, at) or _short_verb(raw, at) or _corrected(piece, vocabulary))
        at += length
    return _with_units(_without_idle_ages(_without_people(tokens)))


_PEOPLE = frozenset(
    (
        "child kid boy girl toddler baby infant schoolboy schoolgirl kids children teenager teen student youngster grandma grandpa"
        " grandmother grandfather granny gran nana senior pensioner"
    ).split()
) | {f"{age} {person}" for age in ("little", "young", "small", "old") for person in ("boy", "girl", "kid", "child", "man", "woman", "lady")}
_POINTING = ("the", "this", "that", "my", "our", "your", "his")
_BEFORE_NAMES = ("on", "for", "give", "let", "make")
_COMPARING = ("like", "into", "as", "look like", "looking like", "something like", "to", "be")


def _without_people(tokens: list[Token]) -> list[Token]:
    """In "give the girl glasses" and "hair white like grandma" somebody is meant, in "turn her into a girl" or "like my grandma" an age."""
    tokens = [
        Token(token.text, Word("filler")) if _only_compares(last, token) else token
        for last, token in zip([None, *tokens], tokens, strict=False)
    ]
    before = [None, *tokens[:-1]]
    twice_before = [None, None, *tokens[:-2]]
    return [
        Token(token.text, Word("filler"))
        if token.has("attribute")
        and token.text in _PEOPLE
        and last is not None
        and (
            (last.text in _POINTING and (earlier is None or earlier.text not in _COMPARING))
            or (last.text == "like" and earlier is not None and any(map(earlier.has, ("attribute", "look", "quality", "unavailable"))))
            or (last.text in _BEFORE_NAMES and token.text.startswith(("gran", "nana")))
            or (
                token.text.startswith(("gran", "nan"))
                and last.text not in (*_COMPARING, "a")
                and following is not None
                and following.strange
            )
        )
        else token
        for token, last, earlier, following in zip(tokens, before, twice_before, [*tokens[1:], None], strict=False)
    ]


def _only_compares(last: Token | None, token: Token) -> bool:
    """ "A hoop in his ear like a pirate" asks for no pirate's beard."""
    looks = token.text.startswith("like ") and token.has("attribute") and last is not None and last.has("attribute")
    return looks and last.word.attribute not in (token.word.attribute, "age")


_PICTURES = ("photo", "photos", "picture", "pictures", "pic", "image", "selfie", "portrait", "version", "one")
_PASSING = ("the", "of", "my", "our", "his", "her", "like", "that")
""""Old" between one of these and an unknown word only tells of something: "the colour of old pewter"."""
_RELATIVES = ("brother", "sister", "sibling", "cousin", "twin", "fella", "fellow", "chap", "bloke", "lad", "gent")


def _without_idle_ages(tokens: list[Token]) -> list[Token]:
    """In "my old glasses" and "the old sea captain" nobody's age is meant."""
    things = ("eyeglasses", "beard", "bangs", "hair", "hair style", "hair colour", "hat")
    return [
        Token(token.text, Word("filler"))
        if token.text in ("old", "young", "older", "younger")
        and following is not None
        and (
            following.text in (*_PICTURES, *_RELATIVES)
            or (following.word is not None and following.word.attribute in things)
            or (following.strange and last is not None and last.text in _PASSING)
        )
        else token
        for last, token, following in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False)
    ]


def _number(piece: str) -> Number:
    value = float(re.match(r"[+-]?\d+(?:[.,]\d+)?", piece).group().replace(",", "."))
    unit = "years" if "y" in piece else "%" if re.search(r"%|percent", piece) else ""
    return Number(value, unit, piece[0] in "+-")


def _spelled_number(raw: list[str], at: int) -> Token | None:
    if raw[at] in ("decade", "decades"):
        return Token(raw[at], number=Number(10.0, "years"))
    value = lexicon.NUMBERS.get(raw[at])
    return None if value is None else Token(raw[at], number=Number(float(value)))


_SHORT_VERBS = ("make", "give", "take", "put")
_OBJECTS = frozenset("him her them me it the his their my this that a".split())


def _short_verb(raw: list[str], at: int) -> Token | None:
    """The short verb that a word before a pronoun was meant for ("makr her smile"); other short words are too easily mistaken."""
    word = raw[at]
    if len(word) < 3 or word in lexicon.FALSE_FRIENDS or at + 1 == len(raw) or raw[at + 1] not in _OBJECTS:
        return None
    near = [known for known in _SHORT_VERBS if known[0] == word[0] and DamerauLevenshtein.distance(word, known, score_cutoff=1) <= 1]
    return Token(near[0], lexicon.PHRASES[near[0]]) if len(near) == 1 and near[0] in lexicon.PHRASES else None


def _with_units(tokens: list[Token]) -> list[Token]:
    """ "ten years (old)" and "two decades" as one number each."""
    result: list[Token] = []
    for token in tokens:
        last = result[-1] if result else None
        if last and last.number and last.number.unit == "" and token.text in ("year", "years", "yrs"):
            result[-1] = replace(last, text=f"{last.text} years", number=replace(last.number, unit="years"))
        elif last and last.number and last.number.unit == "" and token.text in ("decade", "decades"):
            result[-1] = replace(last, number=replace(last.number, unit="years", value=last.number.value * 10))
        elif last and last.number and last.number.unit == "years" and token.text == "old":
            result[-1] = replace(last, text=f"{last.text} old")
        else:
            result.append(token)
    return result


def _corrected(word: str, vocabulary: Vocabulary) -> Token:
    """A misspelt word as the known word that it is closest to, or as unknown.

    A slip is one edit in a word of five letters or more, two in eight or more; common words that happen to be that close to a known one
    (false friends: "bread", "grasses") and ties between different meanings are not corrected.
    """
    if word in lexicon.FALSE_FRIENDS or len(word) < 3:
        return Token(word)
    swapped = _swapped(word, vocabulary)
    if swapped:
        return Token(swapped, vocabulary.phrases[swapped])
    near = sorted((DamerauLevenshtein.distance(word, known, score_cutoff=2), known) for known in vocabulary.single)
    near = [(distance, known) for distance, known in near if _is_slip(word, known, distance, vocabulary)]
    if not near:
        return Token(word)
    best = [known for distance, known in near if distance == near[0][0]]
    best = [known for known in best if vocabulary.phrases[known].kind == "attribute"] or best  # "yonger" is no "longer"
    if len(word) >= 5 and len({vocabulary.phrases[known] for known in best}) == 1:
        return Token(best[0], vocabulary.phrases[best[0]])
    meanings = {vocabulary.phrases[known]: known for known in reversed(best) if vocabulary.phrases[known].kind == "attribute"}
    return Token(word, guesses=tuple(meanings.values()))


def _swapped(word: str, vocabulary: Vocabulary) -> str:
    """The small word or colour ("more", "white") of which two neighbouring letters were exchanged; empty where there is none."""
    candidates = (word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)) if len(word) >= 4 else ()
    kinds = ("operation", "amount", "comparative", "negation", "link")
    words = ((known, vocabulary.phrases[known]) for known in candidates if known in vocabulary.phrases)
    return next((known for known, word in words if word.kind in kinds or word.value == "colours"), "")


def _is_slip(word: str, known: str, distance: int, vocabulary: Vocabulary) -> bool:
    """Words that are no attribute are held to more likeness: what they resemble by chance is far commoner."""
    if vocabulary.phrases[known].kind == "attribute":
        return distance <= (2 if len(word) >= 8 else 1)
    return distance <= 1 and len(known) >= 6 and word[0] == known[0]
