"""The degree loop on scripted predictors: a script is what each step of a trajectory shows."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from backends.stylegan.loop import Reading, exact, fast, fractional

CASES = json.loads((Path(__file__).parent / "golden" / "edit_loop_cases.json").read_text(encoding="utf-8"))
"""What the authors' loop did with fifteen scripts."""


def scripted(script: list[tuple[int, float]]):
    """The script's last entry repeats for ever."""
    return lambda position: Reading(*script[min(int(position), len(script)) - 1])


def ramp(speed: float, top: float = 5.0, start: float = 0.0):
    """An attribute that grows evenly from `start` and stops at `top`; degrees are surest where they are whole."""

    def read(position: float) -> Reading:
        expected = min(start + speed * position, top)
        degree = min(round(expected), 5)
        return Reading(degree, 1 - abs(expected - degree), expected, {"age": int(position // 8)})

    return read


@pytest.mark.parametrize("number", range(len(CASES)))
def test_exact_does_what_the_published_loop_does(number: int) -> None:
    case, expected = CASES[number], CASES[number]["result"]
    outcome = exact(scripted(case["script"]), Reading(*case["start"]), case["target"], case["max_trials_num"])
    assert outcome.syntheses == expected["steps"]
    assert outcome.reading.degree == expected["saved_label"]
    assert outcome.position == abs(expected["w_steps_kept"])
    if expected["exception"] == "normal":
        assert (outcome.status == "reached") == (expected["saved_label"] == case["target"])
        assert outcome.status != "already there"
    else:
        assert outcome.status == {"already_at_target_class": "already there", "max_edit_num_reached": "stuck"}[expected["exception"]]
    pictures = [[position, f"p_000_num_edits_{i + 1}_class_{degree}_attr_idx_0.png"] for i, (position, degree) in enumerate(outcome.stages)]
    assert (pictures if case["print_intermediate_result"] else pictures[-1:]) == expected["saved_images"]


def monotone(rng: random.Random) -> tuple[Reading, int, list[tuple[int, float]]]:
    """A start, a target and a script whose degree only moves towards it: stages of 1 to 25 steps, now and then a missing one or one without
    end, and a confidence that is highest about the middle of its stage."""
    start, target = rng.sample(range(6), 2)
    sign = 1 if target > start else -1
    last = rng.randrange(6) if rng.random() < 0.1 else None
    script, degree = [], start
    while 0 <= degree <= 5:
        length = 400 if degree == last else rng.randint(1, 25)
        for i in range(length):
            script.append((degree, 0.9 - 0.4 * abs(2 * (i + 0.5) / length - 1) + rng.uniform(0, 0.05)))
        if degree == last:
            break
        degree += sign if rng.random() < 0.95 else 2 * sign
    return Reading(*script[0]), target, script[1:] or script


def test_fast_agrees_with_exact_at_a_fraction_of_the_syntheses() -> None:
    rng = random.Random(0)
    syntheses, statuses = {exact: 0, fast: 0}, set()
    for _ in range(1000):
        start, target, script = monotone(rng)
        slow, quick = (search(scripted(script), start, target) for search in (exact, fast))
        assert (slow.reading.degree, slow.status) == (quick.reading.degree, quick.status), (start, target, script)
        statuses.add(slow.status)
        if slow.status != "stuck":  # where the published loop takes a hundred steps to give up
            for search, outcome in ((exact, slow), (fast, quick)):
                syntheses[search] += outcome.syntheses
    share = syntheses[fast] / syntheses[exact]
    print(f"{syntheses[exact] / 1000:.1f} syntheses exactly, {syntheses[fast] / 1000:.1f} fast: {share:.0%}")
    assert statuses == {"reached", "skipped", "stuck"}
    assert share <= 0.25


def test_fast_looks_for_a_confident_picture() -> None:
    """The stage of degree 2 lies at steps 10 to 30; its surest picture is step 20."""
    outcome = fast(ramp(0.1), Reading(0, 1.0), 2)
    assert outcome.status == "reached" and outcome.reading.degree == 2
    assert abs(outcome.position - 20) <= 4 and outcome.reading.confidence >= 0.6


def test_fast_stops_early_at_the_end_of_the_scale() -> None:
    """Degree 5 is first seen at step 66; probing meets it at step 96."""
    outcome = fast(ramp(0.07, top=9), Reading(0, 1.0), 5)
    assert outcome.status == "reached" and 65 <= outcome.position <= 75


@pytest.mark.parametrize("target", [0.4, 1.0, 1.7, 2.5, 3.3, 4.9])
def test_fractional_degrees_lie_between_whole_ones(target: float) -> None:
    outcome = fractional(ramp(0.13), Reading(0, 0.8, 0.2), target)
    assert outcome.status == "reached"
    assert outcome.reading.expected == pytest.approx(target, abs=0.5)


def test_a_slider_moves_one_way() -> None:
    up = [fractional(ramp(0.13, start=0.2), Reading(0, 0.8, 0.2), target / 10).position for target in range(3, 50)]
    assert up == sorted(up) and len(set(up)) == len(up)


def test_fractional_goes_down_too() -> None:
    outcome = fractional(ramp(-0.1, start=4.4), Reading(4, 0.6, 4.4), 2.6)
    assert outcome.status == "reached" and outcome.reading.expected == pytest.approx(2.6, abs=0.5)


def test_fractional_says_where_a_degree_is_skipped() -> None:
    """From degree 0 at step 9 to degree 3 at step 10, with nothing between."""
    outcome = fractional(lambda position: Reading(*(0, 1.0, 0.0) if position < 10 else (3, 1.0, 3.0)), Reading(0, 1.0, 0.0), 1.2)
    assert outcome.status == "skipped" and outcome.target == 1.2 and 9 < outcome.position <= 10


@pytest.mark.parametrize("search", [exact, fast, fractional])
def test_stuck_is_said_with_the_degree_that_was_reached(search) -> None:
    outcome = search(ramp(0.1, top=2.0), Reading(0, 1.0, 0.0), 4)
    assert (outcome.status, outcome.reading.degree, outcome.target) == ("stuck", 2, 4)
    nothing = search(ramp(0.0), Reading(0, 1.0, 0.0), 4)
    assert (nothing.status, nothing.position, nothing.reading.degree) == ("stuck", 0, 0)


@pytest.mark.parametrize("search", [exact, fast, fractional])
def test_nothing_is_done_where_the_degree_is_there_already(search) -> None:
    outcome = search(ramp(1.0), Reading(3, 1.0, 3.0), 3)
    assert (outcome.status, outcome.position, outcome.syntheses) == ("already there", 0, 0)


def test_side_effects_are_seen() -> None:
    start = Reading(0, 1.0, 0.0, {"age": 0, "beard": 2})

    def read(position: float) -> Reading:
        return Reading(min(int(position) // 5, 5), 0.9, min(position / 5, 5), {"age": 1, "beard": 2})

    outcome = fast(read, start, 3)
    assert outcome.side_effects == {"age": (0, 1)}
    assert [degree for _, degree in outcome.stages] == sorted({degree for _, degree in outcome.stages}) and outcome.stages[-1][1] == 3


@pytest.mark.parametrize("speed, target", [(0.04, 2), (0.11, 3), (0.3, 4), (-0.09, 1)])
def test_fast_aims_by_the_mean_degree(speed: float, target: int) -> None:
    start = 0.2 if speed > 0 else 3.8
    outcome = fast(ramp(speed, start=start), Reading(round(start), 0.8, start), target)
    assert outcome.status == "reached" and outcome.reading.degree == target
    assert outcome.syntheses <= 5
