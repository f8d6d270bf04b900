"""A session -> updates for everything on the page."""

from __future__ import annotations

import gradio as gr

from backends.base import Option
from chat.adjust import STRENGTHS, latest
from chat.session import Session
from faces.quality import warnings
from graded import GRADED
from ui import engines, markup, view
from ui.ideas import ideas
from ui.page import AGAINST, Page, chosen_from, request_box, setting
from ui.texts import say


def shown_by(page: Page) -> list[gr.components.Component]:
    """Components that `everything` and `closed` update."""
    return [
        page.session, page.chatbot, page.compare, page.plan, page.faces, page.undo, page.redo, page.reset, page.welcome, page.studio,
        page.request, page.history, page.check, page.warnings, page.strength, page.status, page.steps, page.seed, page.name, page.mask,
        page.tabs, page.ideas, page.strip, page.animation, page.recipe_in, page.against, *page.options,
        *page.sliders.values(), *page.neutral.values(),
    ]  # fmt: skip


def everything(
    page: Page, session: Session, language: str, engine: str | None, against: int | None = 0, before: Session | None = None
) -> dict:
    """Updates for a session; the picture that `before` already showed is left alone."""
    row = engines.described(engine)
    name = str(row["name"])
    same_version = before is not None and before.version is session.version and before.chosen == session.chosen
    same_picture = same_version and before.beside is session.beside
    first_edit = before is not None and len(before.versions) == 1 < len(session.versions)
    keys = warnings(session.photo, session.faces[session.chosen])
    steps = [say("steps_default", language), *(str(T) for T in row.get("sampling_steps", ()))]
    chosen_steps = str(session.sampling_steps)
    updates = {
        page.session: session,
        page.chatbot: view.messages(session, language),
        page.compare: gr.skip() if same_picture else compared(session, against),
        page.plan: markup.plan_chips(session.plan, language),
        page.faces: gr.Gallery(view.face_gallery(session), selected_index=session.chosen, visible=len(session.faces) > 1),
        page.undo: gr.Button(interactive=session.can_undo),
        page.redo: gr.Button(interactive=session.can_redo),
        page.reset: gr.Button(interactive=bool(session.version.edits)),
        page.welcome: gr.Column(visible=False),
        page.studio: gr.Column(visible=True),
        page.history: markup.history(session, language) if len(session.versions) > 1 else "",
        page.check: markup.check(session, name, keys, language),
        page.warnings: markup.notes(session, keys, language),
        page.ideas: ideas(row.get("prompts", ()), language),
        page.strength: _strength(session, language),
        page.steps: gr.Dropdown(steps, value=chosen_steps if chosen_steps in steps else steps[0], visible=len(steps) > 1),
        page.seed: session.seed,
        page.name: session.version.name,
    }
    declared = list(row.get("options", ()))
    for place, box in enumerate(page.options):
        updates[box] = _option(Option(**declared[place]), session, language) if place < len(declared) else gr.Dropdown(visible=False)
    if first_edit:
        updates[page.tabs] = gr.Tabs(selected="adjust")
    if not same_picture:
        updates |= {page.strip: gr.Gallery(visible=False), page.animation: gr.Image(visible=False)}
        updates[page.against] = _against(session, before, language, against)
    degrees = view.sliders(session, name, language)
    for attribute in GRADED:
        value, told = degrees.get(attribute, (0.0, " "))
        touched = any(step.attribute == attribute for step in session.plan.steps)
        shown = attribute in row.get("attributes", ())
        updates[page.sliders[attribute]] = gr.Slider(value=value, info=told, visible=shown, interactive=attribute in degrees)
        updates[page.neutral[attribute]] = gr.Button(interactive=touched, visible=shown)
    return updates


def compared(session: Session, against: int | None) -> gr.ImageSlider:
    return gr.ImageSlider(view.pair(session, AGAINST[against or 0]), slider_position=view.beside_the_face(session))


def _against(session: Session, before: Session | None, language: str, against: int | None) -> gr.Radio | dict:
    """No choice while words chose a version to compare with, and the visitor's own again after that."""
    if session.compared_with is not None:
        return gr.Radio(value=None)
    if against is None or (before is not None and before.compared_with is not None):
        return gr.Radio(value=chosen_from(AGAINST, language)[against or 0])
    return gr.skip()


def _strength(session: Session, language: str) -> gr.Radio:
    now = next(key for key, value in STRENGTHS.items() if value == session.version.strength)
    there = bool(latest(session))
    return gr.Radio(chosen_from(STRENGTHS, language), value=say(now, language) if there else None, visible=there)


def _option(option: Option, session: Session, language: str) -> gr.Dropdown:
    return gr.Dropdown(**setting(option, language, session.options.get(option.name)))


def closed(page: Page) -> dict:
    """Updates for the page as at the beginning."""
    return {
        page.session: None, page.chatbot: [], page.compare: None, page.plan: "", page.faces: gr.Gallery([], visible=False),
        page.welcome: gr.Column(visible=True), page.studio: gr.Column(visible=False), page.request: request_box("closed"),
        page.history: "", page.check: "", page.warnings: "", page.mask: None, page.strip: gr.Gallery([], visible=False),
        page.animation: gr.Image(None, visible=False), page.recipe_in: None,
    }  # fmt: skip


def lost(page: Page, language: str) -> dict:
    """The page as at the beginning, and why: the visitor's session is gone, as when the app was started again."""
    gr.Warning(say("photo_lost", language), title=say("went_wrong", language))
    return closed(page)
