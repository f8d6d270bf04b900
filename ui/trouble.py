"""What goes wrong, told to a visitor in the page's language."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import gradio as gr

from errors import ParleyError
from ui.texts import say, translated


def sentence_of(error: ParleyError, language: str) -> str:
    """An error in the visitor's language, where that has its sentence; in English otherwise."""
    return translated(error.told, language)


@contextmanager
def toasted(language: str, title: str = "went_wrong") -> Iterator[None]:
    """What a visitor can act on is shown above the page, as Gradio shows errors."""
    try:
        yield
    except ParleyError as error:
        raise gr.Error(sentence_of(error, language), title=say(title, language), print_exception=False) from error


def still_there(kept: object, language: str, key: str = "photo_lost") -> None:
    """Raises gr.Error where what the page kept for a visitor was lost, as when the app was started again."""
    if not kept:
        raise gr.Error(say(key, language), title=say("went_wrong", language), print_exception=False)
