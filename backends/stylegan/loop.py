"""The degree loop: how far along a trajectory an attribute reaches the degree that was asked for.

`exact` is Talk-to-Edit's published rule, one synthesis per step; `fast` searches the same trajectory with a handful; `fractional` puts a
degree between two whole ones at a place between theirs. None of them knows what a latent is: they ask for the reading at a position,
counted in steps.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from graded import MAX_DEGREE

PATIENCE = 100
"""Steps without a new degree after which the published loop gives up."""
FIRST_PROBE = 6
"""Where the fast search first looks, in steps; then where the target should be by what it saw, at most at twice that, and so on."""
REFINEMENTS = 1
"""Syntheses that the fast search spends on a better picture of the degree it has found."""
CONFIDENT = 0.8
"""Probability of a degree beyond which no more confident picture is looked for."""
TOLERANCE = 0.05
"""Degrees; a fractional target nearer than this to the start needs no edit."""

HALF = 0.5 + 1e-6
"""Degrees; a picture nearer than this to a fractional target shows it."""

Status = Literal["reached", "already there", "stuck", "skipped"]


@dataclass(frozen=True)
class Reading:
    """What the predictor sees in one picture."""

    degree: int
    """The attribute's most probable degree, 0..5."""
    confidence: float
    """That degree's probability."""
    expected: float = math.nan
    """Mean of the degrees weighted by their probabilities; `fractional` starts from it."""
    others: Mapping[str, int] = field(default_factory=dict)
    """Degrees of the other attributes."""


@dataclass(frozen=True)
class Outcome:
    """Where a search ended, and what is true there."""

    status: Status
    """`stuck`: the attribute stopped before the asked degree; `skipped`: no picture on the way shows it, and a neighbour was taken."""
    target: float
    reading: Reading
    """What the predictor sees at the end."""
    position: float
    """Steps from the start, at least 0."""
    syntheses: int
    side_effects: Mapping[str, tuple[int, int]]
    """Other attributes whose degree changed: before and after."""
    stages: tuple[tuple[float, int], ...]
    """(position, degree) of the most confident picture of each new degree on the way, in order."""


class _Walk:
    """Readings along a trajectory, each synthesised once."""

    def __init__(self, read: Callable[[float], Reading], start: Reading, sign: int):
        self._read, self.start, self.sign = read, start, sign
        self.readings: dict[float, Reading] = {0: start}

    def at(self, position: float) -> Reading:
        if position not in self.readings:
            self.readings[position] = self._read(position)
        return self.readings[position]

    def gained(self, position: float) -> int:
        """Degrees since the start, in the asked direction."""
        return self.sign * (self.at(position).degree - self.start.degree)

    def outcome(self, status: Status, target: float, position: float, last: float | None = None) -> Outcome:
        """`last` is where the walk ended, if beyond the position that is kept."""
        end, before = self.at(position), self.start.others
        side_effects = {name: (degree, end.others[name]) for name, degree in before.items() if end.others[name] != degree}
        seen = sorted(p for p in self.readings if p <= (position if last is None else last))
        runs = [list(run) for _, run in groupby(seen, key=lambda p: self.at(p).degree)][1:]
        best = [max(run, key=lambda p: self.at(p).confidence) for run in runs]
        stages = tuple((p, self.at(p).degree) for p in best)
        return Outcome(status, target, end, position, len(self.readings) - 1, side_effects, stages)


def exact(read: Callable[[float], Reading], start: Reading, target: int, patience: int = PATIENCE) -> Outcome:
    """Talk-to-Edit's rule: step until the degree has passed the target, an end of the scale is reached, or patience ends; then keep the
    most confident picture of the last stage, a stage being the pictures since the degree last changed. A picture that passed the target
    is kept only if no other degree was seen on the way."""
    walk = _Walk(read, start, 1 if target > start.degree else -1)
    if start.degree == target:
        return walk.outcome("already there", target, 0)
    end = MAX_DEGREE if walk.sign > 0 else 0
    position, degree, trials, stage = 0, start.degree, 0, []
    passed = False
    while degree != end and trials <= patience and not passed:
        position, trials = position + 1, trials + 1
        seen = walk.at(position).degree
        passed = walk.sign * (seen - target) > 0
        if passed and stage:
            position -= 1
        elif seen != degree:
            degree, trials, stage = seen, 0, [position]
        elif stage:
            stage.append(position)
    if not stage:
        return walk.outcome("stuck", target, 0)
    status: Status = "reached" if degree == target else "skipped" if passed else "stuck"
    best = max(stage, key=lambda p: walk.at(p).confidence)
    return walk.outcome(status, target, best, last=position)


def fast(read: Callable[[float], Reading], start: Reading, target: int, patience: int = PATIENCE) -> Outcome:
    """The same degree as `exact` wherever the attribute only grows along the way, with a handful of syntheses.

    Probes at 6 steps and, where it aims for the target, up to twice as far, and so on; goes back where it went too far; then looks around
    for a more confident picture, at an end of the scale for an earlier one.
    """
    walk = _Walk(read, start, 1 if target > start.degree else -1)
    if start.degree == target:
        return walk.outcome("already there", target, 0)
    status, before, position = _search(walk, target, patience)
    if status == "reached":
        position = _refined(walk, target, position)
    elif status == "stuck" or walk.gained(before) > 0:
        position = before
    return walk.outcome(status, target, position)


def fractional(read: Callable[[float], Reading], start: Reading, target: float, patience: int = PATIENCE) -> Outcome:
    """A degree between two whole ones: the place between those two on the trajectory, so that a slider moves the picture smoothly.

    A whole target ends where `fast` ends.
    """
    walk = _Walk(read, start, 1 if target > start.expected else -1)
    if abs(target - start.expected) < TOLERANCE:
        return walk.outcome("already there", target, 0)
    near, far = (math.floor(target), math.ceil(target))[:: walk.sign]
    anchors: list[tuple[float, float]] = [(start.expected, 0)]
    for whole in dict.fromkeys((near, far)):
        if walk.sign * (whole - anchors[-1][0]) <= 0:
            continue
        status, before, position = _search(walk, whole, patience)
        if status == "reached":
            before = position = _refined(walk, whole, position)
        elif status == "stuck":
            position = before
        for place in dict.fromkeys((before, position)):
            if place > anchors[-1][1] and walk.sign * (walk.at(place).degree - anchors[-1][0]) >= 0:
                anchors.append((walk.at(place).degree, place))
    beyond = next((i for i, (degree, _) in enumerate(anchors) if walk.sign * (degree - target) >= 0), None)
    if beyond is None:
        return walk.outcome("stuck", target, anchors[-1][1])
    (low_degree, low), (high_degree, high) = anchors[beyond - 1 : beyond + 1]
    position = low + (target - low_degree) / (high_degree - low_degree) * (high - low)
    end = walk.at(position)
    shown = min(abs(end.degree - target), abs(end.expected - target)) <= HALF
    return walk.outcome("reached" if shown else "skipped", target, position)


def _search(walk: _Walk, target: int, patience: int) -> tuple[Status, float, float]:
    """What came of looking for the target, the last place known to lie before it, and a place that shows it (`skipped`: one past it)."""
    wanted = walk.sign * (target - walk.start.degree)
    low, high, limit = 0, FIRST_PROBE, patience + 1
    while walk.gained(high) < wanted:
        if walk.gained(high) > walk.gained(low):
            limit = high + patience + 1
        elif high >= limit:
            return "stuck", min(p for p in walk.readings if walk.gained(p) == walk.gained(high)), high
        low, high = high, min(_aimed(walk, target, low, high, (high + high // 3, 2 * high), 2 * high), limit)
    while walk.gained(high) > wanted and high - low > 1:
        margin = max(1, (high - low) // 4)
        middle = _aimed(walk, target, low, high, (low + margin, high - margin), (low + high) // 2)
        low, high = (middle, high) if walk.gained(middle) < wanted else (low, middle)
    return ("reached" if walk.gained(high) == wanted else "skipped"), low, high


def _aimed(walk: _Walk, target: int, low: int, high: int, between: tuple[int, int], otherwise: int) -> int:
    """The step at which the mean degree would be the target if it grew evenly, as from `low` to `high`; `otherwise` where it does not."""
    begun, grown = walk.at(low).expected, walk.sign * (walk.at(high).expected - walk.at(low).expected)
    if not grown > 0:  # none is known, or it does not grow
        return otherwise
    aim = low + round(walk.sign * (target - begun) / grown * (high - low))
    return min(max(aim, between[0]), between[1])


def _refined(walk: _Walk, target: int, found: float) -> float:
    """A confident one of a few pictures that show the target; at an end of the scale, the earliest of them."""
    at_the_end = target == (MAX_DEGREE if walk.sign > 0 else 0)
    best = found
    for _ in range(REFINEMENTS):
        if not at_the_end and walk.at(best).confidence >= CONFIDENT:
            break
        before = max(p for p in walk.readings if p < best)
        after = min((p for p in walk.readings if p > best), default=2 * best - before)
        start, end = (before, best) if at_the_end or best - before >= after - best else (best, after)
        middle = (start + end) // 2
        if middle in walk.readings:
            break
        shows = [p for p in (best, middle) if walk.at(p).degree == target]
        best = min(shows) if at_the_end else max(shows, key=lambda p: walk.at(p).confidence)
    return best
