"""An edit that looks at what it made, and is asked again for what it missed.

One step of z moves some faces further than others. As Talk-to-Edit's walk goes on until its predictor is content, so the shipped engine
reads the degrees off the edited picture and asks for as much more, or less, as they are off. Our extension; not in ChatFace.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from graded import MAX_DEGREE

from ..base import Progress

CORRECTIONS = 2
"""How often at most an edit is asked again: each costs a decoding."""
NEAR = 0.25
"""Degrees that may be missing."""
REACH, LEAST = 2.0, 0.25
"""How many degrees beyond the wishes, all of them together, an edit may be asked to go, and at least what share of each: past these,
faces break or stay."""

Degrees = Mapping[str, float]
Edit = TypeVar("Edit")


def corrected(
    edit: Callable[[Degrees], Edit], read: Callable[[Edit], Degrees], changes: Degrees, goals: Degrees, progress: Progress | None = None
) -> Edit:
    """Of the edits that were tried, the one whose degrees lie nearest to the goals.

    `edit` makes one from signed numbers of degrees, first from `changes`; `read` tells its degrees; what has no goal is left as it is.
    """
    asked, tried = dict(changes), []
    if progress:
        progress(0, CORRECTIONS + 1)
    for attempt in range(CORRECTIONS + 1):
        edited = edit(asked)
        seen = read(edited)
        missing = {name: goal - seen[name] for name, goal in goals.items()}
        tried.append((sum(map(abs, missing.values())), attempt, edited))
        if progress:
            progress(attempt + 1, CORRECTIONS + 1)
        if all(abs(degrees) <= NEAR for degrees in missing.values()):
            break
        asked |= {name: _bounded(asked[name] + degrees, changes[name], REACH / len(goals)) for name, degrees in missing.items()}
    return min(tried)[2]


def _bounded(asked: float, wished: float, reach: float) -> float:
    way = 1 if wished > 0 else -1
    most = min(abs(wished) + reach, MAX_DEGREE)
    return way * min(max(way * asked, LEAST * abs(wished)), most)
