"""The published engine's words: WordPiece tokens (Devlin et al. 2018), and the two things its text model learnt to read, beard and age.

Its captions were CelebA-Dialog's about beard and age; smile, bangs and glasses in words mean nothing to it and go through the mask.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

from errors import ParleyError
from graded import MAX_DEGREE

MAX_TOKENS = 77
LONGEST_WORD = 100
BEARDS = ("no beard", "stubble", "a short beard", "a beard of medium length", "a long beard", "a very long and bushy beard")
AGES = ("is a child", "is a young adult", "is in the thirties", "is in the forties", "is in the fifties", "is more than sixty years old")


class PublishedWords:
    """Captions in the style that the published text model was trained on, and their token ids."""

    def __init__(self, vocabulary: Path):
        """Reads BERT's vocab.txt, one piece a line. Raises ParleyError where its special pieces are not in it."""
        self.ids = {piece: number for number, piece in enumerate(vocabulary.read_text(encoding="utf-8").splitlines())}
        missing = [piece for piece in ("[PAD]", "[UNK]", "[CLS]", "[SEP]") if piece not in self.ids]
        if missing:
            raise ParleyError("{file} does not look like BERT's vocabulary: it has no {piece}.", file=vocabulary.name, piece=missing[0])

    def caption_of(self, degrees: Mapping[str, float], extra: str = "") -> str:
        """A sentence or two on beard and age, degrees rounded, then what `extra` says."""

        def said(table: tuple[str, ...], name: str) -> str:
            return table[min(max(round(degrees[name]), 0), MAX_DEGREE)]

        parts = []
        if "beard" in degrees:
            parts.append(f"this person has {said(BEARDS, 'beard')}.")
        if "age" in degrees:
            parts.append(f"the person {said(AGES, 'age')}.")
        return " ".join([*parts, extra.strip()]).strip()

    def tokens(self, texts: Sequence[str]) -> Tensor:
        """[N, 77] int64: [CLS], the text's pieces, [SEP], and [PAD] up to the end."""
        rows = torch.full((len(texts), MAX_TOKENS), self.ids["[PAD]"], dtype=torch.long)
        for row, text in zip(rows, texts, strict=True):
            pieces = [piece for word in _words(text) for piece in self._pieces(word)]
            ids = [self.ids[piece] for piece in ("[CLS]", *pieces[: MAX_TOKENS - 2], "[SEP]")]
            row[: len(ids)] = torch.tensor(ids)
        return rows

    def shown_by_masks(self, text: str) -> str:
        """All of it: the published rule knows no such difference."""
        return text

    def _pieces(self, word: str) -> list[str]:
        """The longest known beginning, then the longest known continuation, and so on; [UNK] where there is none."""
        pieces, start = [], 0
        while start < len(word):
            marked = (("##" if start else "") + word[start:end] for end in range(len(word), start, -1))
            found = next((piece for piece in marked if piece in self.ids), None) if len(word) <= LONGEST_WORD else None
            if found is None:
                return ["[UNK]"]
            pieces.append(found)
            start += len(found.removeprefix("##")) if start else len(found)
        return pieces


def _words(text: str) -> list[str]:
    """Lower case without accents, parted at spaces, and every punctuation mark on its own."""
    plain = (letter for letter in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(letter) != "Mn")
    return "".join(f" {letter} " if _is_punctuation(letter) else letter for letter in plain).split()


def _is_punctuation(letter: str) -> bool:
    """Symbols of ASCII such as $ and ^ count, too."""
    return unicodedata.category(letter).startswith("P") or (letter.isascii() and unicodedata.category(letter).startswith("S"))
