"""The mask editor: parts of the face painted in their colours, filled, loaded and saved."""

from __future__ import annotations

import html
from collections.abc import Mapping
from pathlib import Path

import gradio as gr
import numpy as np
from PIL import Image

from chat import paint
from chat.paint import SIDE
from chat.session import Session
from faces import drawn_masks
from faces.mask_classes import MASK_CLASSES, PALETTE
from ui import files, markup
from ui.events import PRIVATE, QUEUE, QUIET, downloads
from ui.page import html_block, thumbnails
from ui.texts import label, say
from ui.trouble import still_there, toasted

MASKS = sorted((Path(__file__).parent.parent / "assets" / "masks").glob("*.png"))
BRUSH = 22
"""Pixels of the mask."""
HAIR = MASK_CLASSES.index("hair")


def colour_of(number: int) -> str:
    return "#{:02x}{:02x}{:02x}".format(*PALETTE[number])


def legend(chosen: int, language: str) -> str:
    """Every part with its colour; the chosen one is what a click fills with. script.js gives its colour to the brush."""
    parts = "".join(
        f'<button type="button" data-act="part" data-index="{number}" aria-pressed="{str(number == chosen).lower()}">'
        f'<i style="background:{colour_of(number)}"></i>{html.escape(say(f"part_{name}", language))}</button>'
        for number, name in enumerate(MASK_CLASSES)
    )
    return f'<div class="parts" role="group" aria-label="{html.escape(say("paint_parts", language))}">{parts}</div>'


def mask_of(painted: Mapping[str, object] | None) -> np.ndarray:
    """What the editor shows as a mask [SIDE, SIDE]; all background before anything is painted."""
    picture = (painted or {}).get("composite")
    if picture is None:
        return np.zeros((SIDE, SIDE), np.uint8)
    return drawn_masks.snapped(picture if picture.size == (SIDE, SIDE) else picture.resize((SIDE, SIDE), Image.Resampling.NEAREST))


def painted(mask: np.ndarray) -> dict[str, object]:
    """A mask for the editor to go on from."""
    picture = drawn_masks.coloured(mask)
    return {"background": picture, "layers": [], "composite": picture}


def example(number: int) -> np.ndarray:
    return drawn_masks.read_png(MASKS[number].read_bytes(), SIDE)


def seen(mask: np.ndarray, session: Session | None) -> Image.Image:
    """The mask as it counts, in pure colours; over the photo's face where there is one."""
    return drawn_masks.over(mask, paint.crop(session)) if session else drawn_masks.coloured(mask)


class Canvas:
    """The editor, and beside it the mask as it counts. `session` is the visitor's photo, if any."""

    def __init__(self, session: gr.State, language: gr.State):
        self.session, self.language = session, language
        self.part = gr.State(HAIR)

    def editing(self) -> None:
        """Puts the editor here."""
        html_block("paint_hint", "hint")
        colours = [colour_of(number) for number in range(len(PALETTE))]
        self.editor = gr.ImageEditor(
            value=painted(example(0)),
            sources=(),
            transforms=(),
            layers=False,
            brush=gr.Brush(default_size=BRUSH, colors=colours, default_color=colour_of(HAIR), color_mode="fixed"),
            eraser=gr.Eraser(default_size=BRUSH),
            type="pil",
            format="png",
            canvas_size=(SIDE, SIDE),
            fixed_canvas=True,
            show_label=False,
            label=label("paint_mask"),
            buttons=[],
            height=600,
            elem_id="paint-editor",
        )
        self.legend = gr.HTML(legend(HAIR, "en"), js_on_load=markup.ACTIONS, apply_default_css=False, elem_id="paint-legend")
        with gr.Row(elem_classes="ready"):
            self.own = gr.Button(label("paint_own"), size="sm", min_width=90, elem_id="paint-own")
            self.empty = gr.Button(label("paint_empty"), size="sm", min_width=90, elem_id="paint-empty")
            self.load = gr.UploadButton(
                label("paint_import"), file_types=[".png"], type="filepath", size="sm", min_width=90, elem_id="paint-import"
            )
            self.save = gr.Button(label("paint_export"), size="sm", min_width=90, elem_id="paint-export")
            self.file = gr.DownloadButton("File", visible="hidden", elem_id="paint-file")
        self.examples = thumbnails("examples", MASKS, elem_id="paint-masks")

    def looking(self) -> None:
        """Puts the mask as it counts here; a click fills."""
        self.preview = gr.Image(
            drawn_masks.coloured(example(0)),
            type="pil",
            format="png",
            interactive=False,
            show_label=False,
            label=label("paint_fill"),
            buttons=[],
            height=300,
            elem_id="paint-preview",
        )
        html_block("paint_fill", "hint")

    def listen(self, room: gr.Tab) -> None:
        mask = [self.editor, self.preview]
        self.editor.input(
            self.look, [self.editor, self.session], [self.preview], trigger_mode="always_last", concurrency_limit=None, **PRIVATE,
            show_progress="hidden",
        )  # fmt: skip
        self.legend.click(self._chosen, [self.language], [self.part, self.legend], **QUIET)
        self.preview.select(self._fill, [self.editor, self.part, self.session, self.language], mask, **QUIET)
        self.empty.click(lambda session: self.shown(np.zeros((SIDE, SIDE), np.uint8), session), [self.session], mask, **QUIET)
        # Hidden, because after a failure Gradio covers what shows progress with "Error".
        self.own.click(self.from_photo, [self.session, self.language], mask, **QUEUE, **PRIVATE, show_progress="hidden")
        self.examples.select(self._example, [self.session], mask, **QUIET)
        self.load.upload(self.imported, [self.load, self.session, self.language], mask, **QUIET)
        downloads(self.save.click, self.exported, [self.editor], self.file)
        room.select(legend, [self.part, self.language], [self.legend], **QUIET)

    def look(self, value: dict | None, session: Session | None) -> Image.Image:
        return seen(mask_of(value), session)

    def shown(self, mask: np.ndarray, session: Session | None) -> dict:
        return {self.editor: painted(mask), self.preview: seen(mask, session)}

    @staticmethod
    def _chosen(language: str, event: gr.EventData) -> tuple:
        return int(event.index), legend(int(event.index), language)

    def _fill(self, value: dict | None, part: int, session: Session | None, language: str, event: gr.SelectData) -> dict:
        return self.filled(value, part, session, language, *event.index)

    def filled(self, value: dict | None, part: int, session: Session | None, language: str, x: float, y: float) -> dict:
        with toasted(language):
            return self.shown(drawn_masks.filled(mask_of(value), int(x), int(y), part), session)

    def _example(self, session: Session | None, event: gr.SelectData) -> dict:
        return self.shown(example(event.index), session)

    def imported(self, path: str, session: Session | None, language: str) -> dict:
        with toasted(language):
            return self.shown(drawn_masks.read_png(Path(path).read_bytes(), SIDE), session)

    @staticmethod
    def exported(value: dict | None) -> str:
        return files.offered(drawn_masks.png(mask_of(value)), "parley-mask.png")

    def from_photo(self, session: Session | None, language: str) -> dict:
        still_there(session, language, "paint_wants_photo")
        with toasted(language):
            return self.shown(paint.parsed(session), session)
