"""An edit that looks at what it made, and is asked again for what it missed.

One step of z moves some faces further than others. As Talk-to-Edit's walk goes on until its predictor is content, so the shipped engine
reads the degrees off the edited picture and asks a face that went half as far as it was asked for twice as much. Our extension; not in
ChatFace.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ..base import Progress

CORRECTIONS = 2
"""How often at most an edit is asked again: each costs a decoding."""
NEAR = 0.25
"""Degrees that may be missing."""
REACH, LEAST = 4.0, 0.25
"""How many degrees beyond the wish an edit may be asked to go, and at least what share of it: past these, faces break or stay."""
LAZIEST, HASTIEST = 0.33, 1.5
"""Degrees that a face is believed to go for each it is asked for: readings are not exact."""

Edit = TypeVar("Edit")


def corrected(
    edit: Callable[[float], Edit], read: Callable[[Edit], float], change: float, goal: float, progress: Progress | None = None
) -> Edit:
    """Of the edits that were tried, the one whose degree lies nearest to the goal.

    `edit` makes one from a signed number of degrees, first from `change`; `read` tells its degree.
    """
    asked, tried = change, []
    if progress:
        progress(0, CORRECTIONS + 1)
    for attempt in range(CORRECTIONS + 1):
        edited = edit(asked)
        missing = goal - read(edited)
        tried.append((abs(missing), attempt, edited))
        if progress:
            progress(attempt + 1, CORRECTIONS + 1)
        if abs(missing) <= NEAR:
            break
        went = (change - missing) / asked
        asked = _bounded(asked + missing / min(max(went, LAZIEST), HASTIEST), change)
    return min(tried)[2]


def _bounded(asked: float, wished: float) -> float:
    way = 1 if wished > 0 else -1
    return way * min(max(way * asked, LEAST * abs(wished)), abs(wished) + REACH)
