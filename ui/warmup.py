"""Wakes the first engine behind the page, so that the page is there at once and the first edit does not wait for imports."""

from __future__ import annotations

import logging
import threading
from typing import Literal

from PIL import Image

from errors import ParleyError
from faces.align import find_faces
from ui import engines

_log = logging.getLogger(__name__)
_done = threading.Event()
_failed = threading.Event()
_started = threading.Event()


def start() -> None:
    """Begins once per process; returns at once."""
    if not _started.is_set():
        _started.set()
        threading.Thread(target=_wake, daemon=True).start()


def state() -> Literal["waking", "ready", "failed"]:
    """Without `start`, engines load when first asked for: nothing is waking."""
    if _failed.is_set():
        return "failed"
    return "ready" if _done.is_set() or not _started.is_set() else "waking"


def _wake() -> None:
    try:
        find_faces(Image.new("RGB", (64, 64)))
        engines.load(None)
    except ParleyError as error:
        _log.warning("no engine at the start: %s", error)
        _failed.set()
    except Exception:
        _log.exception("the first engine did not start")
        _failed.set()
    finally:
        _done.set()
