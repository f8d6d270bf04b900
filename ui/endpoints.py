"""The app for programs: /engines, /edit, /render and /compare, with types and no components."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

import gradio as gr

from backends.base import EditPlan, EditStep
from chat import export
from chat.compare import Attempt, Task, compare, understood
from chat.editing import carry_out, open_photo, prepare
from chat.interpret import Interpreter
from chat.session import Session
from chat.talk import respond
from errors import ParleyError
from ui import engines as listing
from ui import files
from ui.columns import shortfalls
from ui.events import QUEUE
from ui.trouble import toasted
from ui.work import abandoned_ended


def list_engines() -> list[dict]:
    """Every engine: its name, title, paper, licence, resolution, the attributes it can edit, and whether it can run here (or why not)."""
    return listing.rows()


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
        abandoned_ended()
        with toasted("en"):
            backend = listing.load(engine)
            session = prepare(open_photo(files.received(photo), seed=seed), backend)  # first, so that "thicker" is seen in context
            session, turn = respond(session, request, interpreter, backend)
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
        The edited picture as a full-size PNG, the recipe that made it, and the degrees measured in its largest face; {} where the recipe
        leaves that face alone.
    """
    abandoned_ended()
    with toasted("en"):
        session = open_photo(files.received(photo), seed=seed)
        if recipe:
            session = export.apply_recipe(session, export.read_recipe(json.dumps(recipe).encode()), listing.load)
        else:
            session = carry_out(session, _plan(degrees), listing.load(engine), "Degrees")
    edit = session.version.edits.get(session.chosen)
    return _picture(session), export.recipe(session), _rounded(edit.degrees) if edit else {}


def comparing(interpreter: Interpreter) -> Callable:
    def compare_engines(
        photo: gr.FileData, request: str, engines: list[str], seed: int = 0
    ) -> Iterator[tuple[list[gr.FileData | None], list[dict], list[str]]]:
        """Edits the largest face of a photo by the same request with several engines, and measures what each reached.

        Args:
            photo: A picture with a face, at any size.
            request: What to change in plain English, such as "add glasses and make her smile".
            engines: Names from /engines; [] for all that can run.
            seed: The same seed gives the same pictures.

        Returns:
            Three lists that belong together, the photo first and then one entry for each engine, growing as engines get through: full-size
            PNGs (null where an engine could not do it), rows of figures, and texts about what fell short or why nothing was done.
        """
        abandoned_ended()
        with toasted("en"):
            task = understood(open_photo(files.received(photo), seed=seed), request, interpreter)
        pictures, table, texts = [_picture(task.session)], [_asked(task)], [task.notes]
        yield pictures, table, texts
        for attempt in compare(task, listing.titled(engines), listing.load):
            pictures.append(_picture(attempt.session) if attempt.session else None)
            table.append(_reached(attempt))
            texts.append(str(attempt.error or " ".join(shortfalls(attempt, "en"))))
            yield pictures, table, texts

    return compare_engines


def _asked(task: Task) -> dict:
    """The photo's row of a comparison."""
    return {
        "engine": None,
        "title": "Original",
        "seed": task.session.seed,
        "asked": _rounded(task.targets),
        "degrees": _rounded(task.before),
    }


def _reached(attempt: Attempt) -> dict:
    """An engine's row of a comparison."""
    row: dict[str, object] = {"engine": attempt.engine, "title": attempt.title, "done": attempt.edit is not None}
    edit = attempt.edit
    if edit:
        row |= {
            "before": _rounded(edit.encoded.degrees),
            "degrees": _rounded(edit.degrees),
            "verdicts": dict(attempt.verdicts),
            "identity": edit.likeness,
            "encode_seconds": attempt.encode_seconds,
            "edit_seconds": attempt.edit_seconds,
        }
    return row


def _rounded(degrees: Mapping[str, float]) -> dict[str, float]:
    return {name: round(float(degree), 2) for name, degree in degrees.items()}


def _plan(degrees: dict) -> EditPlan:
    try:
        return EditPlan(tuple(EditStep(str(name), "set", float(degree)) for name, degree in degrees.items()))
    except (ValueError, TypeError, AttributeError) as error:
        raise ParleyError(f"Degrees are numbers from 0 to 5 by attribute: {error}") from error


def _picture(session: Session) -> dict:
    picture = gr.FileData(path=files.offered(export.png(session)), orig_name="parley.png", mime_type="image/png")
    return picture.model_dump()


def add_endpoints(interpreter: Interpreter) -> None:
    gr.api(list_engines, api_name="engines", queue=False)
    gr.api(editing(interpreter), api_name="edit", **QUEUE)
    gr.api(render, api_name="render", **QUEUE)
    gr.api(comparing(interpreter), api_name="compare", **QUEUE)
