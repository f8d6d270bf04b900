"""Turns of phrase that become plainer ones, as tables say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

Rewriting = tuple[str, str | Callable[[re.Match[str]], str]]
"""A pattern, and what takes its place as `re.sub` has it."""


def rewritten(text: str, table: Iterable[Rewriting]) -> str:
    """The text after all rows of the table, each on what the ones before have left."""
    for pattern, plain in table:
        text = re.sub(pattern, plain, text)
    return text
