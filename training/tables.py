"""Tables of sentences, to learn from and to be judged by."""

from __future__ import annotations

import csv
from pathlib import Path


def rows(path: Path) -> list[list[str]]:
    """The cells of a table with tabs between them, row by row, without its heading."""
    with path.open(encoding="utf-8") as file:
        return list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
