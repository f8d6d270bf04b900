"""What goes wrong, told to a visitor in the page's language."""

from __future__ import annotations

import gradio as gr

from ui.texts import say


def still_there(kept: object, language: str, key: str = "photo_lost") -> None:
    """Raises gr.Error where what the page kept for a visitor was lost, as when the app was started again."""
    if not kept:
        raise gr.Error(say(key, language), print_exception=False)
