"""Tables of sentences, to learn from and to be judged by."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

SENTENCES = Path(__file__).parents[1] / "assets" / "chat" / "asking.tsv"
"""What writers of many kinds asked for, and what they wrote that asks for nothing; a table of `wished`."""


class Wished(NamedTuple):
    """`wishes` are names of looks with + (come) or - (go) behind them, none where no engine can do what is asked; None where nothing is
    asked for."""

    split: str
    sentence: str
    wishes: tuple[str, ...] | None


def rows(path: Path) -> list[list[str]]:
    """The cells of a table with tabs between them, row by row, without its heading."""
    with path.open(encoding="utf-8") as file:
        return list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]


def wished(path: Path) -> list[Wished]:
    """A table of splits, sentences and wishes: "age+; beard-", "none" where no engine can do it, nothing where nothing is asked for."""
    return [Wished(split, sentence, _wishes(wishes)) for split, sentence, wishes in rows(path)]


def _wishes(text: str) -> tuple[str, ...] | None:
    if not text:
        return None
    return () if text == "none" else tuple(wish.strip() for wish in text.split(";"))
