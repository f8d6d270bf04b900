"""Text -> numbers of words, by the published rule or by ours, which forgives slips of the finger."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rapidfuzz.distance import DamerauLevenshtein

from chat.lexicon import FALSE_FRIENDS
from errors import ParleyError

SPECIAL = ("<NULL>", "<START>", "<END>", "<UNK>")
"""The first four tokens of every vocabulary; <NULL> pads, <UNK> is any word that is not known."""
UNKNOWN = SPECIAL.index("<UNK>")
OTHER_WORDS = FALSE_FRIENDS | set(
    "alder bank bard bead bear boots border boulder chain deer fame flame flames font gown harpy heaver hippy horns horse launch linger"
    " lounger matte medal monkey moth munch shooter shouter string tainted tenth tooth violet waist waiter whisper".split()
)
"""Never taken for a slip of the finger."""
LONGEST = 60
"""Words read of a sentence; the rest is left unread."""

_MISSING = (
    "This language encoder needs its vocabulary: put Talk-to-Edit's language/templates/vocab.json at {path}, "
    "or set PARLEY_LANGUAGE_VOCABULARY to its path."
)


@dataclass(frozen=True)
class Vocabulary:
    """Tokens in the order of their numbers, ours from the commonest down; `published` chooses the authors' rule of splitting."""

    tokens: tuple[str, ...]
    published: bool = False

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {token: number for number, token in enumerate(self.tokens)}

    @cached_property
    def _by_letter(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for token in self.tokens[len(SPECIAL) :]:
            found.setdefault(token[0], []).append(token)
        return found

    def encode(self, text: str) -> tuple[list[int], tuple[str, ...]]:
        """Numbers of the words (at least one, <UNK> for nothing), and those that are neither known nor a slip from one word alone."""
        words = (split_published(text) if self.published else split(text))[:LONGEST]
        meant = [(word,) if word in self._numbers or self.published else self._corrected(word) for word in words]
        numbers = [self._numbers.get(min(near, key=self._rank), UNKNOWN) if near else UNKNOWN for near in meant]
        unknown = tuple(word for word, near in zip(words, meant, strict=True) if len(near) != 1 or near[0] not in self._numbers)
        return numbers or [UNKNOWN], unknown

    def _rank(self, word: str) -> int:
        return self._numbers.get(word, UNKNOWN)

    def _corrected(self, word: str) -> Sequence[str]:
        """The known words with the same first letter that are a slip away (two in long words), as few slips as possible.

        Words of four letters are only taken for one of five that lost a letter.
        """
        if len(word) < 4 or not word.isalpha() or word in OTHER_WORDS:
            return ()
        allowed = 2 if len(word) >= 10 else 1
        near: dict[int, list[str]] = {}
        for token in self._by_letter.get(word[0], ()):
            if len(token) >= 4 + (len(word) == 4) and abs(len(token) - len(word)) <= allowed:
                distance = DamerauLevenshtein.distance(word, token, score_cutoff=allowed)
                near.setdefault(distance, []).append(token)
        fewest = min(near, default=allowed + 1)
        return near[fewest] if fewest <= allowed else ()


def split(text: str) -> list[str]:
    """Words and numbers, lower-case and without apostrophes. Numbers above 10 are rounded down to fives: as ages they need no more."""
    text = unicodedata.normalize("NFKC", text[:1000]).lower().replace("%", " percent ")
    text = re.sub(r"['\u2018\u2019\u02bc`]", "", text)
    return [_rounded(word) if word.isdecimal() else word for word in re.findall(r"[^\W\d_]+|\d+", text)]


def _rounded(digits: str) -> str:
    number = int(digits[:4])
    return str(number if number <= 10 else min(number // 5 * 5, 100))


def split_published(text: str) -> list[str]:
    """As Talk-to-Edit splits: two spaces leave an empty word between them, which is unknown."""
    text = text[:1000].replace("?", " ?").replace(";", " ;")
    return re.sub(r"[.!,]", "", text).lower().split(" ")


def build(counts: Mapping[str, int]) -> Vocabulary:
    """The words of `counts`, the commonest first."""
    return Vocabulary(SPECIAL + tuple(sorted(counts, key=lambda word: (-counts[word], word))))


def load_published(path: Path, size: int) -> Vocabulary:
    """The authors' vocab.json. Raises ParleyError where there is none, where it is damaged, or where it has not `size` words."""
    try:
        numbers = json.loads(path.read_text(encoding="utf-8"))["text_token_to_idx"]
        tokens = tuple(sorted(numbers, key=numbers.__getitem__))
        contiguous = [numbers[token] for token in tokens] == list(range(len(tokens)))
    except FileNotFoundError:
        raise ParleyError(_MISSING, path=path) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ParleyError("The vocabulary {file} cannot be read; it should be Talk-to-Edit's vocab.json.", file=path.name) from error
    if len(tokens) != size or not contiguous or tokens[: len(SPECIAL)] != SPECIAL:
        sentence = "The vocabulary {file} has {count} words, but the language encoder was trained with {size}."
        raise ParleyError(sentence, file=path.name, count=len(tokens), size=size)
    return Vocabulary(tokens, published=True)
