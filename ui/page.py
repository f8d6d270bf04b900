"""The page's components and where they stand; `listen.py` makes them work. Holds nothing about a visitor: that is in gr.State."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import gradio as gr

from backends.base import Option
from chat.adjust import STRENGTHS
from chat.session import MAX_SEED
from graded import GRADED, MAX_DEGREE
from ui import engines, markup
from ui.texts import I18N, attribute_key, label, say, translated
from ui.theme import MARK
from ui.work import Stop

EXAMPLES = Path(__file__).parent.parent / "assets" / "examples"


OPTIONS = 4
"""As many settings of an engine's own as the page can show."""
AGAINST = ("original", "previous")
"""What the picture is compared with."""


def pills(keys: Iterable[str], name: str, title: object) -> gr.Radio:
    """A choice that counts by its place: a choice with a value of its own may come back as its label, once it has been hidden."""
    choices = chosen_from(keys, "en")
    return gr.Radio(choices, value=choices[0], type="index", label=title, elem_id=name, elem_classes="pills")


def chosen_from(keys: Iterable[str], language: str) -> list[str]:
    return [say(key, language) for key in keys]


def html_block(key: str, classes: str) -> gr.HTML:
    return gr.HTML(f'<div class="{classes}">{I18N(key)}</div>', apply_default_css=False)


def photo_box(elem_id: str, *, height: int | str) -> gr.Image:
    """Where a photo comes in by drag, click, paste or camera."""
    return gr.Image(
        sources=["upload", "webcam", "clipboard"],
        type="filepath",
        image_mode=None,
        show_label=False,
        label=label("version_original"),
        height=height,
        buttons=[],
        elem_id=elem_id,
        placeholder=label("photo_hint"),
    )


def thumbnails(kind: str, pictures: Sequence[Path] = (), *, columns: int = 6, elem_id: str | None = None) -> gr.Gallery:
    """Small pictures to choose from, hidden while there are none; `kind` is their class: "examples" or "faces"."""
    return gr.Gallery(
        [str(path) for path in pictures],
        columns=columns,
        height="auto",
        allow_preview=False,
        show_label=False,
        interactive=False,
        buttons=[],
        visible=bool(pictures),
        elem_id=elem_id,
        elem_classes=kind,
    )


class Page:
    """Everything that is on the page, by name."""

    def __init__(self) -> None:
        self.examples = sorted(EXAMPLES.glob("*.png"))
        self.session, self.engine = gr.State(None), gr.State(None)
        self.stop, self.batch_stop = gr.State(Stop()), gr.State(Stop())
        self.asked, self.language = gr.State([]), gr.State("en")
        self._header()
        with gr.Tabs(elem_id="rooms", selected="chat", overflow_behavior="wrap") as self.rooms:
            with gr.Tab(label("room_chat"), id="chat"):
                with gr.Row(elem_id="workbench", equal_height=False):
                    with gr.Column(scale=7, min_width=340, elem_id="stage"):
                        self._welcome()
                        with gr.Column(visible=False, elem_id="studio") as self.studio:
                            self._picture()
                            self._tools()
                    with gr.Column(scale=5, min_width=320, elem_id="talk"):
                        self._talk()
                self._below()

    def _header(self) -> None:
        with gr.Row(elem_id="header"):
            gr.HTML(f'<div class="brand">{MARK}<div><h1>Parley</h1><p>{I18N("tagline")}</p></div></div>', elem_id="brand")
            self.ready = gr.HTML(elem_id="ready", apply_default_css=False)
            picker = markup.engine_picker(engines.rows(), engines.first_available(), "en")
            self.engines = gr.HTML(picker, js_on_load=markup.ACTIONS, apply_default_css=False, elem_id="engines")

    def _welcome(self) -> None:
        with gr.Column(elem_id="welcome") as self.welcome:
            self.photo = photo_box("photo", height="min(480px, 44vh)")
            html_block("privacy", "note")
            html_block("consent", "note")
            if self.examples:
                html_block("examples_hint", "note strong")
            self.gallery = thumbnails("examples", self.examples, elem_id="examples")

    def _picture(self) -> None:
        self.warnings = gr.HTML(elem_id="warnings", apply_default_css=False)
        self.compare = gr.ImageSlider(
            format="png",
            type="pil",
            show_label=False,
            interactive=False,
            buttons=["fullscreen"],
            max_height=1000,
            elem_id="compare",
        )
        self.zoom = gr.HTML(markup.zoom_buttons("en"), apply_default_css=False, elem_id="zoom")
        with gr.Row(elem_id="progress"):
            self.status = gr.HTML(elem_id="status", apply_default_css=False)
            self.halt = gr.Button(label("stop"), size="sm", variant="stop", min_width=90, scale=0, elem_id="halt")
        with gr.Row(elem_id="under"):
            self.against = pills(AGAINST, "against", label("compare_with"))
            self.strength = pills(STRENGTHS, "strength", label("last_change"))
        self.plan = gr.HTML(elem_id="plan", js_on_load=markup.ACTIONS, apply_default_css=False)
        self.faces = thumbnails("faces", columns=8, elem_id="faces")
        with gr.Row(elem_id="actions"):
            self.undo = gr.Button(label("undo"), size="sm", min_width=70, interactive=False, elem_id="undo")
            self.redo = gr.Button(label("redo"), size="sm", min_width=70, interactive=False, elem_id="redo")
            self.reset = gr.Button(label("reset"), size="sm", min_width=90, interactive=False, elem_id="reset")
            self.another = gr.Button(label("new_photo"), size="sm", min_width=90, elem_id="another")
            self.download = gr.Button(label("save"), size="sm", min_width=100, variant="primary", elem_id="save")
            self.file = gr.DownloadButton("File", visible="hidden", elem_id="file")

    def _tools(self) -> None:
        self.history = gr.HTML(elem_id="history", js_on_load=markup.ACTIONS, apply_default_css=False)
        self.way_open = gr.State(False)
        with gr.Accordion(label("way"), open=False, elem_id="way") as self.way_box:
            self.way = gr.HTML(elem_id="way-places", apply_default_css=False)
        with gr.Tabs(elem_id="tools", selected="check") as self.tabs:
            with gr.Tab(label("tab_adjust"), id="adjust"):
                self._sliders()
            with gr.Tab(label("tab_ideas"), id="ideas"):
                self.ideas = gr.HTML(elem_id="ideas", js_on_load=markup.ACTIONS, apply_default_css=False)
            with gr.Tab(label("tab_check"), id="check"):
                self.check = gr.HTML(elem_id="check", apply_default_css=False)
            with gr.Tab(label("tab_strength"), id="strength"):
                with gr.Row():
                    self.make_strip = gr.Button(label("strip_make"), size="sm", elem_id="make-strip")
                    self.make_animation = gr.Button(label("animate"), size="sm", elem_id="make-animation")
                self.strip = gr.Gallery(
                    columns=5,
                    height="auto",
                    label=label("strip_caption"),
                    interactive=False,
                    buttons=["download", "fullscreen"],
                    format="png",
                    visible=False,
                    elem_id="strip",
                )
                self.animation = gr.Image(
                    label=label("animation"), type="filepath", interactive=False, buttons=["download"], visible=False, elem_id="animation"
                )
            with gr.Tab(label("tab_protect"), id="protect"):
                html_block("protect_hint", "hint")
                self.mask = gr.ImageEditor(
                    sources=(),
                    transforms=(),
                    layers=False,
                    brush=gr.Brush(default_size=40, colors=["rgba(13, 148, 136, 0.6)"], color_mode="fixed"),
                    type="numpy",
                    format="png",
                    show_label=False,
                    label=label("mask"),
                    buttons=[],
                    height=420,
                    elem_id="mask",
                )
                with gr.Row():
                    self.guard = gr.Button(label("protect_apply"), size="sm", variant="primary", elem_id="guard")
                    self.unguard = gr.Button(label("protect_clear"), size="sm", elem_id="unguard")
            with gr.Tab(label("tab_save"), id="save"):
                html_block("save_hint", "hint")
                with gr.Row(equal_height=True):
                    self.kind = gr.Radio(["PNG", "JPEG"], value="PNG", label=label("format"), elem_id="kind", elem_classes="pills")
                    self.name = gr.Textbox(label=label("history_name"), max_length=60, submit_btn=True, elem_id="name")
                self.recipe_out = gr.Button(label("recipe_save"), size="sm", elem_id="recipe-out")
                kinds = [".json", ".png", ".jpg", ".jpeg"]
                self.recipe_in = gr.File(label=label("recipe_load"), file_types=kinds, type="filepath", height=150, elem_id="recipe-in")
            with gr.Tab(label("tab_settings"), id="settings"):
                with gr.Row(equal_height=True):
                    default = [say("steps_default", "en")]
                    self.steps = gr.Dropdown(default, type="index", label=label("steps"), info=label("steps_help"), elem_id="steps")
                    self.seed = gr.Number(
                        0, label=label("seed"), info=label("seed_help"), precision=0, minimum=0, maximum=MAX_SEED, elem_id="seed"
                    )
                with gr.Row(equal_height=True):
                    self.options = [gr.Dropdown([], type="index", visible=False, elem_id=f"option-{place}") for place in range(OPTIONS)]
                self.settle = gr.Button(label("settings_apply"), size="sm", elem_id="settle")

    def _sliders(self) -> None:
        html_block("adjust_hint", "hint")
        self.sliders: dict[str, gr.Slider] = {}
        self.neutral: dict[str, gr.Button] = {}
        for name in GRADED:
            with gr.Row(elem_classes="degree", equal_height=True):
                self.sliders[name] = gr.Slider(
                    0,
                    MAX_DEGREE,
                    step=0.1,
                    label=I18N(attribute_key(name)),
                    info=" ",
                    buttons=[],
                    scale=5,
                    min_width=200,
                    elem_id=f"degree-{name}",
                )
                self.neutral[name] = gr.Button(label("neutral"), size="sm", scale=0, min_width=120, elem_id=f"neutral-{name}")

    def _talk(self) -> None:
        self.chatbot = gr.Chatbot(
            show_label=False,
            label=label("room_chat"),
            layout="bubble",
            buttons=[],
            feedback_options=None,
            group_consecutive_messages=False,
            editable="user",
            height="100%",
            elem_id="conversation",
            placeholder=label("chat_hello"),
        )
        self.request = gr.Textbox(
            placeholder=label("request_closed"),
            show_label=False,
            label=label("request"),
            container=False,
            submit_btn=True,
            interactive=False,
            elem_id="request",
        )

    def _below(self) -> None:
        with gr.Accordion(label("batch"), open=False, elem_id="batch"):
            html_block("batch_hint", "hint")
            with gr.Row(equal_height=True):
                zips = [".zip"]
                self.batch_photos = gr.File(label=label("batch_zip"), file_types=zips, type="filepath", height=140, elem_id="batch-photos")
                with gr.Column():
                    self.batch_request = gr.Textbox(label=label("batch_request"), max_length=500, elem_id="batch-request")
                    with gr.Row():
                        self.batch_go = gr.Button(label("batch_go"), variant="primary", size="sm", elem_id="batch-go")
                        self.batch_halt = gr.Button(label("stop"), variant="stop", size="sm", elem_id="batch-halt")
                    self.batch_status = gr.HTML(elem_id="batch-status", apply_default_css=False)
            self.batch_result = gr.File(label=label("batch_result"), interactive=False, visible=False, elem_id="batch-result")
        with gr.Accordion(label("tips"), open=False, elem_id="tips"):
            gr.Markdown(label("tips_text"))


def request_box(state: str, emptied: bool = False) -> gr.Textbox:
    """The text box: "open" for a request, "closed" before there is a photo, "busy" while one is answered. What is half typed stays in it,
    unless it is `emptied` or closed.
    """
    value = {"value": ""} if emptied or state == "closed" else {}
    return gr.Textbox(**value, interactive=state == "open", placeholder=label(f"request_{state}"))


def setting(option: Option, language: str, chosen: str | None = None) -> dict[str, object]:
    """What a box shows of a setting of an engine's own; like all pills its choices count by their places."""
    choices = [translated(choice, language) for choice in option.choices]
    place = option.choices.index(chosen) if chosen in option.choices else 0
    told = {"label": translated(option.label, language), "info": translated(option.help, language)}
    return {"choices": choices, "value": choices[place], **told, "visible": True}


def picker(engine: str | None, language: str) -> str:
    return markup.engine_picker(engines.rows(language), engines.chosen(engine), language)


def readiness(state: str, language: str) -> str:
    return f'<span class="state {state}" role="status">{say(f"engine_{state}", language)}</span>'
