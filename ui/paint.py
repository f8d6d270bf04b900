"""The tab for painting: a mask of the face's parts and words become new faces, or change the face of a photo."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator

import gradio as gr
from PIL import Image

from backends.base import Progress
from chat import export, paint
from chat.editing import open_photo
from chat.history import reseed
from chat.paint import EVEN, Influence, Variant
from chat.session import MAX_SEED, Session
from errors import Cancelled, ParleyError
from ui import engines, files, markup, view
from ui.canvas import Canvas, mask_of
from ui.events import (
    CHANGES_PHOTO,
    PRIVATE,
    QUEUE,
    QUIET,
    begin,
    brings_into_view,
    downloads,
    halt,
    idle_after_failure,
    language_asked,
)
from ui.page import OPTIONS, Page, html_block, photo_box, setting, thumbnails
from ui.taken import outdated, taken_over
from ui.texts import DEFAULT, label, say
from ui.trouble import sentence_of, still_there, toasted
from ui.work import Report, Stop, follow

MOST = 6
"""New faces at once."""


class Painting:
    """The tab's components and what they do; what is a visitor's own stays in gr.State."""

    def __init__(self, page: Page):
        self.page = page
        painters = [row for row in engines.rows() if row.get("accepts_layout")]
        self.painters = sorted(painters, key=lambda row: not row["available"])
        with gr.Tab(label("room_paint"), id="paint") as self.room:
            self.session, self.taken, self.stop, self.made = gr.State(None), gr.State(None), gr.State(Stop()), gr.State(())
            self.canvas = Canvas(self.session, page.language)
            with gr.Row(elem_id="paint", equal_height=False):
                with gr.Column(scale=5, min_width=340):
                    self.canvas.editing()
                with gr.Column(scale=4, min_width=320):
                    self.canvas.looking()
                    self._wishes()
            with gr.Row(elem_id="paint-results", equal_height=False):
                self._results()
        self.canvas.listen(self.room)
        self._listen()

    @property
    def first(self) -> str | None:
        """The engine to begin with; one that can run, where there is any."""
        return str(self.painters[0]["name"]) if self.painters else None

    def _wishes(self) -> None:
        with gr.Accordion(label("paint_photo"), open=False, elem_id="paint-photo-box") as self.photo_box:
            self.photo = photo_box("paint-photo", height=220)
            self.examples = thumbnails("examples", self.page.examples)
            html_block("privacy", "note")
        self.words = gr.Textbox(label=label("paint_words"), placeholder=label("paint_words_hint"), max_length=300, elem_id="paint-words")
        self.balance = gr.Slider(
            label=label("paint_balance"), info=label("paint_balance_help"), buttons=[], elem_id="paint-balance", **_balance(self.first)
        )
        with gr.Row(equal_height=True):
            self.count = gr.Slider(1, MOST, value=4, step=1, label=label("paint_count"), buttons=[], min_width=150, elem_id="paint-count")
            self.seed = gr.Number(0, label=label("seed"), precision=0, minimum=0, maximum=MAX_SEED, min_width=100, elem_id="paint-seed")
        with gr.Accordion(label("tab_settings"), open=False, visible=bool(self.painters), elem_id="paint-settings"):
            names = [(str(row["title"]), str(row["name"])) for row in self.painters]
            self.engine = gr.Dropdown(names, value=self.first, label=label("engine"), visible=len(names) > 1, elem_id="paint-engine")
            self.options = [gr.Dropdown(type="index", **settings) for settings in _options(self.first, DEFAULT)]
        with gr.Row(elem_id="paint-go"):
            self.make = gr.Button(label("paint_make"), variant="primary", elem_id="paint-make")
            self.change = gr.Button(label("paint_change"), elem_id="paint-change")
            self.halt = gr.Button(label("stop"), variant="stop", min_width=130, scale=0, elem_id="paint-halt")
        self.status = gr.HTML(markup.warning(engines.reason(self.first, DEFAULT)), apply_default_css=False, elem_id="paint-status")

    def _results(self) -> None:
        with gr.Column(scale=5, min_width=340):
            self.faces = gr.Gallery(
                columns=3,
                height="auto",
                label=label("paint_made"),
                interactive=False,
                allow_preview=False,
                buttons=[],
                visible=False,
                elem_id="paint-faces",
            )
            self.compared = gr.ImageSlider(
                format="png",
                type="pil",
                show_label=False,
                interactive=False,
                buttons=["fullscreen"],
                visible=False,
                elem_id="paint-compared",
            )
            self.keep = gr.Button(label("save"), size="sm", visible=False, elem_id="paint-keep")
        with gr.Column(scale=4, min_width=320, visible=False) as self.maps:
            self.told = gr.HTML(apply_default_css=False, elem_id="paint-influence")
            with gr.Row():
                self.average = gr.Image(label=label("paint_average"), interactive=False, buttons=[], format="png", elem_id="paint-average")
                self.steps = gr.Image(
                    label=label("paint_steps"), type="filepath", interactive=False, buttons=["download"], elem_id="paint-steps"
                )

    def _listen(self) -> None:
        canvas, page = self.canvas, self.page
        of_photo = [self.session, self.photo, self.compared, self.keep, self.maps, canvas.preview]
        opened = [*of_photo, canvas.editor]
        # preprocess=False: Gradio's own reading of a broken file would end in its error; load_photo has a sentence for it.
        came = self.photo.input(self._open, [self.photo, page.language], opened, preprocess=False, **QUEUE, **PRIVATE)
        picked = self.examples.select(self._open_example, [page.language], opened, **QUEUE, **PRIVATE)
        whose = [self.session, self.taken, page.session]
        visited = self.room.select(self.take_over, [*whose, canvas.editor, page.language], [*opened, self.taken], **CHANGES_PHOTO)
        for tried in (came, picked, visited):
            tried.failure(self.closed, [canvas.editor], of_photo, **QUIET)
        came.success(self._removed, [self.session, canvas.editor], of_photo, **QUIET)  # unprocessed, the editor is of no use to `_open`
        shown = [self.status, self.photo_box, self.faces, self.compared, self.keep, self.maps, self.told, self.average, self.steps]
        wishes = [canvas.editor, self.words, self.engine, self.balance, self.seed]
        for asked, job, first, kept in (
            ([self.make.click, self.words.submit], self.variants, self.count, self.made),
            ([self.change.click], self.edited, self.session, self.session),
        ):
            started = gr.on(asked, begin, [page.language, self.stop], [self.status], **QUIET)
            drawn = started.then(
                job, [first, *wishes, page.language, self.stop, *self.options], [kept, *shown], **QUEUE, **PRIVATE,
                show_progress="hidden",
            )  # fmt: skip
            idle_after_failure(drawn, self.status)
            brings_into_view(started, "#paint-status")
            brings_into_view(drawn, "#paint:not(:has(#paint-status p)) ~ #paint-results")
        self.faces.select(self._look_closer, [self.made, page.language], [self.maps, self.told, self.average, self.steps], **QUIET)
        downloads(self.keep.click, self.kept, [self.session, page.language], canvas.file)
        self.halt.click(halt, [self.stop], None, **QUIET)
        settings = [self.balance, *self.options, self.status]
        self.engine.change(self.switched, [self.engine, page.language], settings, **QUIET)
        gr.context.Context.root_block.load(self._arrive, [self.engine], settings, **QUIET)

    def _arrive(self, engine: str | None, request: gr.Request) -> list:
        return self.switched(engine, language_asked(request))

    def switched(self, engine: str | None, language: str) -> list:
        """The settings of another engine, and why it cannot run, if so."""
        boxes = [gr.Dropdown(**settings) for settings in _options(engine, language)]
        return [gr.Slider(**_balance(engine)), *boxes, markup.warning(engines.reason(engine, language))]

    def _open(self, photo: dict | None, language: str) -> dict:
        return self.opened(files.received(photo), language) if photo else {self.session: None}

    def _removed(self, session: Session | None, value: dict | None) -> dict:
        return {self.session: gr.skip()} if session else self.closed(value)

    def _open_example(self, language: str, event: gr.SelectData) -> dict:
        path = str(self.page.examples[event.index])
        return {self.photo: path, **self.opened(path, language)}

    def opened(self, path: str, language: str) -> dict:
        with toasted(language):
            session = open_photo(path)
        return self._begun(session, language)

    def _begun(self, session: Session, language: str) -> dict:
        """A photo begins with the mask of its chosen face."""
        return {**self._without_results(), self.session: session, **self.canvas.from_photo(session, language)}

    def closed(self, value: dict | None) -> dict:
        """No photo, and nothing that was made of one; what is painted stays."""
        return {**self._without_results(), self.session: None, self.photo: None, self.canvas.preview: self.canvas.look(value, None)}

    def _without_results(self) -> dict:
        return {
            self.compared: gr.ImageSlider(visible=False),
            self.keep: gr.Button(visible=False),
            self.maps: gr.Column(visible=False),  # of new faces they come back with a click on one
        }

    def take_over(
        self, session: Session | None, taken: Image.Image | None, chat: Session | None, value: dict | None, language: str
    ) -> dict:
        """The photo of the conversation, where none was opened here."""
        if not outdated(session, taken, chat):
            return {self.session: gr.skip()}
        if chat is None:
            return {**self.closed(value), self.taken: None}
        shown = {self.photo: view.shrunk(chat.photo, view.DISPLAY_SIDE), self.taken: chat.photo}
        return {**self._begun(taken_over(chat), language), **shown}

    def variants(
        self,
        count: float,
        value: dict | None,
        words: str,
        engine: str | None,
        balance: float,
        seed: float | None,
        language: str,
        stop: Stop,
        *options: int | None,
    ) -> Iterator[dict]:
        """New faces, with seeds from `seed` on."""
        mask, seeds = mask_of(value), [int(seed or 0) + number for number in range(int(count))]

        def work(progress: Progress) -> tuple[Variant, ...]:
            chosen = _chosen(str(engine), balance, options)
            return paint.variants(engines.load(engine), words, mask, seeds, chosen, progress)

        def made(variants: tuple[Variant, ...]) -> dict:
            told = {"engine": engine, "words": words}
            gallery = [
                (files.offered(paint.variant_png(each, told), f"parley-{each.seed}.png"), f"{say('seed', language)} {each.seed}")
                for each in variants
            ]
            return {
                self.made: variants,
                self.faces: gr.Gallery(gallery, visible=True, selected_index=0),
                self.compared: gr.ImageSlider(visible=False),
                self.keep: gr.Button(visible=False),
                **self._maps(variants[0].influence, variants[0].picture, language),
            }

        yield from self._followed(work, made, language, stop)

    def edited(
        self,
        session: Session | None,
        value: dict | None,
        words: str,
        engine: str | None,
        balance: float,
        seed: float | None,
        language: str,
        stop: Stop,
        *options: int | None,
    ) -> Iterator[dict]:
        """The photo's face by mask and words."""
        if session is None:
            yield {self.status: markup.told(say("paint_wants_photo", language)), self.photo_box: gr.Accordion(open=True)}
            return
        mask, session = mask_of(value), reseed(session, int(seed or 0))

        def work(progress: Progress) -> tuple[Session, Influence | None]:
            chosen = _chosen(str(engine), balance, options)
            request = words.strip() or say("paint_change", language)
            return paint.edited(session, words, mask, engines.load(engine), chosen, request, progress)

        def made(result: tuple[Session, Influence | None]) -> dict:
            changed, influence = result
            hidden = {self.maps: gr.Column(visible=False)}
            return {
                self.session: changed,
                self.faces: gr.Gallery(visible=False),
                self.compared: gr.ImageSlider(view.pair(changed), visible=True, slider_position=view.beside_the_face(changed)),
                self.keep: gr.Button(visible=True),
                **(self._maps(influence, paint.crop(changed), language) if influence else hidden),
            }

        yield from self._followed(work, made, language, stop)

    def _followed(self, work: Callable[[Progress], object], made: Callable, language: str, stop: Stop) -> Iterator[dict]:
        """Updates of the progress, at the end what `made` shows of the result; or what went wrong."""
        try:
            for told in follow(work, stop):
                if isinstance(told, Report):
                    yield {self.status: markup.working(told, language)}
                else:
                    yield {self.status: "", **made(told.value)}
        except ParleyError as error:
            yield {self.status: markup.warning(sentence_of(error, language))}
        except Cancelled:
            yield {self.status: markup.told(say("stopped", language))}

    def _maps(self, influence: Influence, picture: Image.Image, language: str) -> dict:
        low, high = influence.span
        alone = "paint_mask_alone" if low > 1 - EVEN else "paint_words_alone" if high < EVEN else "paint_even"
        heard = alone if influence.even else "paint_influence"
        return {
            self.maps: gr.Column(visible=True),
            self.told: f'<p class="hint">{html.escape(say(heard, language, low=low, high=high))}</p>',
            self.average: influence.over(picture),
            self.steps: files.offered(influence.animation(picture), "parley-influence.gif"),
        }

    def _look_closer(self, made: tuple[Variant, ...], language: str, event: gr.SelectData) -> dict:
        still_there(made, language, "faces_lost")
        return self._maps(made[event.index].influence, made[event.index].picture, language)

    @staticmethod
    def kept(session: Session | None, language: str) -> str:
        still_there(session, language)
        return files.offered(export.png(session), "parley.png")


def _balance(engine: str | None) -> dict[str, object]:
    """The slider between words (left) and mask (right) as an engine has it."""
    reach = (len(paint.balances(engines.info_of(engine))) - 1) // 2 if engine else 0
    return {"minimum": -reach, "maximum": reach or 1, "value": 0, "step": 1, "visible": reach > 0}


def _options(engine: str | None, language: str) -> list[dict[str, object]]:
    """Every box for an engine's other settings; those that it has no use for are hidden."""
    options = paint.other_options(engines.info_of(engine))[:OPTIONS] if engine else ()
    boxes = [setting(each, language) for each in options]
    return boxes + [{"choices": [], "value": None, "visible": False}] * (OPTIONS - len(boxes))


def _chosen(engine: str, balance: float, places: tuple[int | None, ...]) -> dict[str, str]:
    """What slider and boxes say, as values of the engine's options."""
    info = engines.info_of(engine)
    declared = zip(paint.other_options(info), places, strict=False)
    options = {option.name: engines.other_than_default(option.choices, place) or option.choices[0] for option, place in declared}
    between = paint.balances(info)
    return {**options, paint.BALANCE: between[len(between) // 2 + round(balance)]} if between else options
