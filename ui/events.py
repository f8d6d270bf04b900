"""What the events of all tabs have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import gradio as gr

from ui import markup
from ui.texts import DEFAULT, language_of
from ui.work import Stop

QUEUE = {"concurrency_id": "engine", "concurrency_limit": 1}
"""Everything that computes takes turns: by default each of Gradio's listeners would run beside the others."""
PRIVATE = {"api_visibility": "private"}
CHANGES_PHOTO = {**QUEUE, **PRIVATE, "show_progress": "hidden", "trigger_mode": "multiple"}
"""Takes turns with what computes, whose end would bring the photo from before back."""
QUIET = {**PRIVATE, "queue": False, "show_progress": "hidden"}


def language_asked(request: gr.Request | None) -> str:
    """The language of the visitor who opens the page."""
    return language_of(request.headers.get("accept-language", "")) if request else DEFAULT


def begin(language: str, stop: Stop) -> str:
    """Work that was just asked for: the status while it waits for its turn."""
    stop.wanted = False
    return markup.working(None, language)


def halt(stop: Stop) -> None:
    stop.wanted = True


def downloads(trigger: Callable, made: Callable[..., str], inputs: Sequence, file: gr.DownloadButton) -> None:
    """Lets an event end in a download of the file whose path `made(*inputs)` returns: through `file`, a hidden button that is clicked."""
    fetch = f"() => setTimeout(() => document.querySelector('#{file.elem_id}')?.click(), 150)"  # once the button has the path
    ready = trigger(made, inputs, [file], concurrency_limit=None, **PRIVATE)
    ready.success(None, None, None, js=fetch, **PRIVATE)


def brings_into_view(done: gr.events.Dependency, place: str) -> None:
    """Scrolls no further than it takes to see what came of something, at a CSS selector; nowhere where nothing is there."""
    scroll = f"document.querySelector('{place}')?.scrollIntoView({{block: 'nearest', behavior: 'smooth'}})"
    done.success(None, None, None, js=f"() => setTimeout(() => {scroll}, 300)", **PRIVATE)  # once the page has drawn it


def idle_after_failure(work: gr.events.Dependency, status: gr.HTML) -> None:
    """After a failure the status is empty, rather than at work for good."""
    work.failure(lambda: "", None, [status], **QUIET)
