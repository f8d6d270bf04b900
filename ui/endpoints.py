"""The app for programs: /engines and /edit, with types and no components."""

from __future__ import annotations

from collections.abc import Callable

import gradio as gr

from chat import export
from chat.interpret import Interpreter
from chat.session import open_photo, prepare
from chat.talk import respond
from errors import ParleyError
from ui import engines, files
from ui.chat_tab import QUEUE


def list_engines() -> list[dict]:
    """Every engine: its name, title, paper, licence, resolution, the attributes it can edit, and whether it can run here (or why not)."""
    return engines.rows()


def editing(interpreter: Interpreter) -> Callable:
    def edit(photo: gr.FileData, request: str, engine: str, seed: int = 0) -> tuple[gr.FileData, dict, str]:
        """Edits the largest face of a photo.

        Args:
            photo: A picture with a face, at any size.
            request: What to change in plain English, such as "add glasses and make her smile".
            engine: An engine's name from /engines.
            seed: The same seed gives the same picture.

        Returns:
            The edited picture as a full-size PNG, the recipe that made it, and what the assistant says about it (Markdown).
        """
        try:
            backend = engines.load(engine)
            session = prepare(open_photo(files.received(photo), seed=int(seed)), backend)  # first, so that "thicker" is seen in context
            session, turn = respond(session, request, interpreter, backend)
        except ParleyError as error:
            raise gr.Error(str(error), print_exception=False) from error
        picture = gr.FileData(path=files.offered(export.png(session)), orig_name="parley.png", mime_type="image/png")
        return picture.model_dump(), export.recipe(session), turn.reply

    return edit


def add_endpoints(interpreter: Interpreter) -> None:
    gr.api(list_engines, api_name="engines", queue=False)
    gr.api(editing(interpreter), api_name="edit", **QUEUE)
