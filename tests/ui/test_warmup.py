"""The first engine wakes behind the page, and the page can tell."""

import threading

import pytest

from errors import ParleyError
from ui import warmup


@pytest.fixture
def fresh(monkeypatch):
    for name in ("_started", "_done", "_failed"):
        monkeypatch.setattr(warmup, name, threading.Event())
    monkeypatch.setattr(warmup, "find_faces", lambda photo: ())


@pytest.mark.usefixtures("fresh")
def test_waking_then_ready(monkeypatch):
    held, loads = threading.Event(), []
    monkeypatch.setattr("ui.engines.load", lambda name: loads.append(name) or held.wait(5))
    assert warmup.state() == "ready", "nothing is waking until somebody starts it"
    warmup.start()
    warmup.start()
    assert warmup.state() == "waking"
    held.set()
    assert warmup._done.wait(5) and warmup.state() == "ready" and loads == [None]


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("error", [ParleyError("no weights"), RuntimeError("broken")])
def test_an_engine_that_cannot_start_is_told(monkeypatch, error):
    def fail(name):
        raise error

    monkeypatch.setattr("ui.engines.load", fail)
    warmup.start()
    assert warmup._done.wait(5) and warmup.state() == "failed"
