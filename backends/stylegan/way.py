"""How an edit got where it is: places spread evenly over the steps that its attributes walked, one attribute after the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .field import Code, Trajectory

PLACES = 5
"""Shown after the beginning."""


@dataclass(frozen=True, eq=False)
class Walk:
    """One attribute's part of an edit: `end` steps of a trajectory, of which the last led somewhere."""

    attribute: str
    trajectory: Trajectory
    end: float

    @classmethod
    def until(cls, attribute: str, trajectory: Trajectory, position: float) -> Walk:
        while position > 0 and trajectory.cosine(math.ceil(position)) is None:  # it stands still there
            position = math.ceil(position) - 1
        return cls(attribute, trajectory, position)


@dataclass(frozen=True, eq=False)
class Place:
    code: Code
    attribute: str
    cosine: float | None


def places(walks: Sequence[Walk]) -> list[Place]:
    """`PLACES` of them, the last at the end of the last walk; none where no walk leads anywhere."""
    walks = [walk for walk in walks if walk.end > 0]
    total, found = sum(walk.end for walk in walks), []
    for number in range(1, PLACES + 1):
        position = total * number / PLACES
        for walk in walks:
            if position <= walk.end or walk is walks[-1]:
                position = min(position, walk.end) if number < PLACES else walk.end
                cosine = walk.trajectory.cosine(max(1, math.ceil(position)))
                found.append(Place(walk.trajectory.at(position), walk.attribute, cosine))
                break
            position -= walk.end
    return found
