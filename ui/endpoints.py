"""The app for programs: /engines, /edit and /render, with types and no components."""

from __future__ import annotations

import json
from collections.abc import Callable

import gradio as gr

from backends.base import EditPlan, EditStep
from chat import export
from chat.interpret import Interpreter
from chat.session import Session, carry_out, open_photo, prepare
from chat.talk import respond
from errors import ParleyError
from ui import engines, files
from ui.listen import QUEUE


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
        return _picture(session), export.recipe(session), turn.reply

    return edit


def render(photo: gr.FileData, degrees: dict, recipe: dict, engine: str, seed: int = 0) -> tuple[gr.FileData, dict, dict]:
    """Draws a face with given degrees, or repeats a recipe on it; no words are interpreted.

    Args:
        photo: A picture with a face, at any size.
        degrees: Attribute -> degree from 0 to 5, fractions allowed, such as {"smile": 3.5}; for the largest face, where `recipe` is empty.
        recipe: A recipe from /edit or from a saved picture, or {}. It names its own engines and seed.
        engine: An engine's name from /engines.
        seed: The same seed gives the same picture.

    Returns:
        The edited picture as a full-size PNG, the recipe that made it, and the degrees measured in it.
    """
    try:
        session = open_photo(files.received(photo), seed=int(seed))
        if recipe:
            session = export.apply_recipe(session, export.read_recipe(json.dumps(recipe).encode()), engines.load)
        else:
            session = carry_out(session, _plan(degrees), engines.load(engine), "Degrees")
    except ParleyError as error:
        raise gr.Error(str(error), print_exception=False) from error
    measured = {name: round(float(degree), 2) for name, degree in session.version.edits[session.chosen].degrees.items()}
    return _picture(session), export.recipe(session), measured


def _plan(degrees: dict) -> EditPlan:
    try:
        return EditPlan(tuple(EditStep(str(name), "set", float(degree)) for name, degree in degrees.items()))
    except (ValueError, TypeError) as error:
        raise ParleyError(f"Degrees are numbers from 0 to 5 by attribute: {error}") from error


def _picture(session: Session) -> dict:
    picture = gr.FileData(path=files.offered(export.png(session)), orig_name="parley.png", mime_type="image/png")
    return picture.model_dump()


def add_endpoints(interpreter: Interpreter) -> None:
    gr.api(list_engines, api_name="engines", queue=False)
    gr.api(editing(interpreter), api_name="edit", **QUEUE)
    gr.api(render, api_name="render", **QUEUE)
