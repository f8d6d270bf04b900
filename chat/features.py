"""What a sentence is made of, as numbers that small networks learn from: features share buckets, by a checksum of their text."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

_PIECES = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")


def pieces(text: str) -> list[str]:
    """The words, numbers and marks of a text."""
    return _PIECES.findall(text)


def pairs(found: Sequence[str]) -> Iterator[str]:
    """Neighbours, the text's edges among them."""
    return (f"{one} {other}" for one, other in pairwise(["<", *found, ">"]))


def parts(word: str, lengths: Sequence[int]) -> Iterator[str]:
    """What a word has in common with others of its family: its letters, so many at a time, its edges among them."""
    edged = f"<{word}>"
    return (f"#{edged[start : start + length]}" for length in lengths for start in range(len(edged) - length + 1))


def bucketed(features: Iterable[str], buckets: int) -> list[int]:
    """The features' numbers, each once, in order."""
    return sorted({zlib.crc32(feature.encode()) % buckets for feature in features})
