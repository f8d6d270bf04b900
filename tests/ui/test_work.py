"""Long work: it reports, it can be stopped, and it hands over what it returns or raises."""

import threading
import time

import pytest

from errors import Cancelled, ParleyError
from ui.work import EVERY, Report, Result, Stop, abandoned_ended, follow


def test_the_result_comes_last():
    told = list(follow(lambda progress: [progress(step, 3) for step in range(4)] and "done", Stop()))
    assert isinstance(told[-1], Result) and told[-1].value == "done"
    assert all(isinstance(report, Report) for report in told[:-1])


def test_reports_come_while_it_works_and_not_too_often():
    def work(progress):
        for step in range(12):
            time.sleep(EVERY / 4)
            progress(step, 12)

    reports = [told for told in follow(work, Stop()) if isinstance(told, Report)]
    assert 2 <= len(reports) <= 6 and reports[-1].step > 3


def test_an_error_is_raised_where_it_is_followed():
    def work(progress):
        raise ParleyError("no ink")

    with pytest.raises(ParleyError, match="no ink"):
        list(follow(work, Stop()))


def test_stop_frees_the_place_within_a_step():
    stop, ended, steps = Stop(), threading.Event(), []

    def work(progress):
        try:
            for step in range(1000):
                steps.append(step)
                progress(step, 1000)
                time.sleep(0.02)
        finally:
            ended.set()

    with pytest.raises(Cancelled):
        for _ in follow(work, stop):
            stop.wanted, at = True, len(steps)
    assert ended.wait(1) and len(steps) <= at + 2


def test_work_that_nobody_follows_any_more_ends():
    ended = threading.Event()

    def work(progress):
        try:
            while True:
                progress(0, 1)
                time.sleep(0.01)
        finally:
            ended.set()

    following = follow(work, Stop())
    next(following)
    following.close()
    assert ended.wait(2)


def test_stopped_before_it_began():
    stop = Stop()
    stop.wanted = True
    with pytest.raises(Cancelled):
        list(follow(lambda progress: pytest.fail("it began"), stop))


def test_an_end_is_no_wish_to_stop():
    stop = Stop()
    list(follow(lambda progress: "done", stop))
    assert not stop.wanted, "what the same visitor asked for meanwhile has its turn next"
    assert [told.value for told in follow(lambda progress: "next", stop) if isinstance(told, Result)] == ["next"]


def test_work_begins_when_abandoned_work_has_ended():
    stop, inside, order = Stop(), threading.Event(), []

    def slow(progress):
        progress(0, 1)
        inside.set()
        time.sleep(0.3)
        order.append("slow")
        progress(1, 1)
        order.append("and it went on")

    following = follow(slow, stop)
    next(following)
    assert inside.wait(2)
    following.close()
    assert order == [], "whoever closes does not wait"
    list(follow(lambda progress: order.append("next"), stop))
    abandoned_ended()
    assert order == ["slow", "next"]
