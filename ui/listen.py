"""Events of the page: what each listens to, what it does (`handlers`), what it shows (`view`, `markup`)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import gradio as gr

from backends.base import Backend, Progress
from chat import export
from chat.adjust import STRENGTHS
from chat.history import choose_face, rename
from chat.interpret import Interpreter
from chat.interpretation import Intent
from chat.portrait import animation, strengths, way
from chat.session import Session
from errors import Cancelled, ParleyError
from ui import engines, files, handlers, markup, view, warmup
from ui.asked import Asked, stop_all
from ui.events import PRIVATE, QUEUE, QUIET, begin, downloads, halt, idle_after_failure, language_asked
from ui.page import AGAINST, Page, chosen_from, picker, readiness
from ui.show import closed, compared, everything, lost
from ui.texts import say
from ui.theme import script
from ui.trouble import sentence_of, still_there, toasted
from ui.turns import Turns
from ui.work import Report, Stop, follow


class Listener:
    """Wires a `Page`. Everything that belongs to a visitor passes through its functions and stays in gr.State."""

    def __init__(self, page: Page, interpreter: Interpreter):
        self.page, self.interpreter, self.turns = page, interpreter, Turns(page)
        self.shown = self.turns.shown
        self._photo()
        self._conversation()
        self._by_hand()
        self._history()
        self._way()
        self._saving()
        self._settings()

    # Photo in.

    def _photo(self) -> None:
        page = self.page
        # preprocess=False: Gradio's own reading of a broken file would end in its error; load_photo has a sentence for it.
        # Progress only on the photo: after a failure Gradio covers whatever shows it with "Error" and nothing else.
        opens = {**QUEUE, **PRIVATE, "show_progress_on": [page.photo]}
        came = page.photo.input(self._open, [page.photo, page.language, page.engine], self.shown, preprocess=False, **opens)
        picked = page.gallery.select(self._open_example, [page.language, page.engine], self.shown, **opens)
        for opened in (came, picked):
            opened.failure(lambda: None, None, [page.photo], **QUIET)
            self.turns.computes(opened.success, self._study)
        self.turns.computes(page.faces.select, self._turn)
        page.another.click(self._another, [page.stop, page.asked], [*self.shown, page.photo], **QUIET)

    def _another(self, stop: Stop, asked: list[Asked]) -> dict:
        """What is still to be done to the photo is left undone."""
        self._halt(stop, asked)
        asked.clear()
        return {**closed(self.page), self.page.photo: None}

    def _open(self, photo: dict | None, language: str, engine: str | None) -> Iterator[dict]:
        yield from self._opened(files.received(photo), language, engine) if photo else [closed(self.page)]

    def _open_example(self, language: str, engine: str | None, event: gr.SelectData) -> Iterator[dict]:
        yield from self._opened(str(self.page.examples[event.index]), language, engine)

    def _opened(self, path: str, language: str, engine: str | None) -> Iterator[dict]:
        with toasted(language, "another_photo"):
            try:
                session = handlers.opened(path, language)
            except ParleyError as error:  # a toast is gone after some seconds; the conversation keeps the reason
                yield {self.page.chatbot: [{"role": "assistant", "content": sentence_of(error, language)}]}
                raise
        painted_on = view.shrunk(session.photo, view.MASK_SIDE)
        yield {**everything(self.page, session, language, engine), self.page.mask: painted_on, self.page.tabs: gr.Tabs(selected="check")}

    @staticmethod
    def _study(_: gr.EventData) -> Asked:
        return Asked(handlers.studied)

    @staticmethod
    def _turn(event: gr.EventData) -> Asked:
        face = int(event.index)
        return Asked(lambda session, *rest: handlers.studied(choose_face(session, face), *rest))

    # The conversation.

    def _conversation(self) -> None:
        page = self.page
        self.turns.computes(page.request.submit, self._typed, [page.request])
        self.turns.computes(page.chatbot.option_select, lambda event: self._answer(str(event.value)))
        self.turns.computes(page.ideas.click, lambda event: self._answer(str(event.words)))
        self.turns.computes(page.chatbot.edit, self._edited)
        page.halt.click(self._halt, [page.stop, page.asked], None, **QUIET)

    def _typed(self, _: gr.EventData, text: str) -> Asked:
        return replace(self._answer(text.strip() or "…"), typed=True)

    def _answer(self, words: str) -> Asked:
        return Asked(lambda session, _, engine, progress: handlers.answered(session, words, self.interpreter, engine, progress), words)

    def _edited(self, event: gr.EventData) -> Asked:
        words, message = handlers.unescaped(str(event.value)), int(event.index)

        def job(session: Session, language: str, engine: str | None, progress: Progress) -> Session:
            return handlers.said_differently(session, message, words, self.interpreter, engine, progress)

        return Asked(job, words, message=message)

    @staticmethod
    def _halt(stop: Stop, asked: list[Asked]) -> None:
        halt(stop)
        stop_all(asked)

    # By hand: sliders, chips, the strength of the latest change.

    def _by_hand(self) -> None:
        page = self.page
        for name, slider in page.sliders.items():
            now = [page.session, page.engine, page.asked]
            self.turns.computes(slider.release, partial(self._slide, name), [slider, page.language, *now])
            self.turns.computes(page.neutral[name].click, partial(self._restore, name), [page.language])
        self.turns.computes(page.plan.click, self._chip, [page.session])
        self.turns.computes(page.strength.input, self._rescale, [page.strength])
        for button, key, job in ((page.make_strip, "strip", self._strip), (page.make_animation, "animation", self._animate)):
            out = page.strip if key == "strip" else page.animation
            started = button.click(begin, [page.language, page.stop], [page.status], **QUIET)
            drawn = started.then(
                job, [page.session, page.engine, page.language, page.stop], [page.status, out], **QUEUE, **PRIVATE, show_progress="hidden"
            )
            drawn.success(lambda: "", None, [page.status], **QUIET)
            idle_after_failure(drawn, page.status)

    @staticmethod
    def _slide(
        name: str, _: gr.EventData, degree: float, language: str, session: Session | None, engine: str | None, asked: list[Asked]
    ) -> Asked | None:
        if session and not asked and handlers.as_planned(session, name, degree, engine):
            return None
        return Asked(lambda session, *rest: handlers.slid(session, name, degree, *rest), handlers.slider_words(name, degree, language))

    @staticmethod
    def _restore(name: str, _: gr.EventData, language: str) -> Asked:
        return Asked(lambda session, *rest: handlers.restored(session, name, *rest), handlers.neutral_words(name, language))

    @staticmethod
    def _chip(event: gr.EventData, session: Session | None) -> Asked:
        """About the step that the chip shows, wherever it stands by the time of its turn."""
        act, steps = str(event.act), session.plan.steps if session else ()
        if int(event.index) not in range(len(steps)):
            return Asked(lambda session, *_: session)
        step = steps[int(event.index)]
        return Asked(lambda session, *rest: handlers.rechipped(session, act, step, *rest))

    @staticmethod
    def _rescale(_: gr.EventData, strength: int) -> Asked:
        return Asked(lambda session, *rest: handlers.rescaled(session, tuple(STRENGTHS)[strength], *rest))

    def _strip(self, session: Session | None, engine: str | None, language: str, stop: Stop) -> Iterator[dict]:
        still_there(session, language)
        for told in self._drawing(lambda progress: strengths(session, self._drawn_by(session, engine), progress=progress), language, stop):
            yield told if isinstance(told, dict) else {self.page.strip: gr.Gallery(view.strip(told), visible=True)}

    def _animate(self, session: Session | None, engine: str | None, language: str, stop: Stop) -> Iterator[dict]:
        still_there(session, language)
        for told in self._drawing(lambda progress: animation(session, self._drawn_by(session, engine), progress=progress), language, stop):
            yield told if isinstance(told, dict) else {self.page.animation: gr.Image(files.offered(told, "parley.gif"), visible=True)}

    @staticmethod
    def _drawn_by(session: Session, engine: str | None) -> Backend:
        """The engine that made what is on show."""
        edit = session.version.edits.get(session.chosen)
        return engines.load(edit.engine if edit else engine)

    def _drawing(self, work: Callable, language: str, stop: Stop) -> Iterator[object]:
        """Updates of the progress, at the end what `work` made; nothing where it was stopped."""
        with toasted(language), contextlib.suppress(Cancelled):
            for told in follow(work, stop):
                yield {self.page.status: markup.working(told, language)} if isinstance(told, Report) else told.value

    # Versions.

    def _history(self) -> None:
        page = self.page
        for button, intent in ((page.undo, "undo"), (page.redo, "redo"), (page.reset, "reset")):
            self.turns.changes(button.click, partial(self._press, intent))
        self.turns.changes(page.unguard.click, self._unprotect)
        self.turns.changes(page.guard.click, self._protect, [page.mask])
        self.turns.changes(page.name.submit, self._rename, [page.session, page.name])
        self.turns.changes(page.history.click, self._jump)
        page.against.input(
            self._compare, [page.session, page.language, page.against], self.shown, concurrency_limit=None, **PRIVATE,
            show_progress_on=[page.compare],
        )  # fmt: skip

    @staticmethod
    def _press(button: Intent, _: gr.EventData) -> Asked:
        return Asked(lambda session, language, engine, _: handlers.pressed(session, button, language, engine))

    @staticmethod
    def _unprotect(_: gr.EventData) -> Asked:
        return Asked(lambda session, language, *_: handlers.unprotected(session, language))

    @staticmethod
    def _protect(_: gr.EventData, painted: dict | None) -> Asked:
        return Asked(lambda session, language, *_: handlers.protected(session, painted, language))

    @staticmethod
    def _rename(_: gr.EventData, shown: Session | None, name: str) -> Asked:
        return Asked(lambda session, *_: rename(session, name, shown.cursor))

    @staticmethod
    def _jump(event: gr.EventData) -> Asked:
        number = int(event.index)
        return Asked(lambda session, language, *_: handlers.jumped(session, number, language))

    def _way(self) -> None:
        """Drawn when it is opened, and again for another version while it stays open: a chat turn waits for none of it."""
        page = self.page
        opened = page.way_box.expand(lambda: True, None, [page.way_open], **QUIET)
        page.way_box.collapse(lambda: False, None, [page.way_open], **QUIET)
        for event in (opened.success, page.history.change):
            drawn = event(
                self._walk, [page.session, page.engine, page.language, page.stop, page.way_open], [page.status, page.way],
                **QUEUE, **PRIVATE, show_progress="hidden",
            )  # fmt: skip
            idle_after_failure(drawn, page.status)

    def _walk(self, session: Session | None, engine: str | None, language: str, stop: Stop, is_open: bool) -> Iterator[dict]:
        if session is None or not is_open:
            yield {self.page.way: ""}
            return
        if session.plan.is_empty():
            yield {self.page.way: markup.hint(say("way_nothing", language))}
            return
        stop.wanted = False
        shown = markup.told(say("stopped", language))
        for told in self._drawing(lambda progress: way(session, self._drawn_by(session, engine), progress=progress), language, stop):
            if isinstance(told, dict):
                yield told
            else:
                shown = markup.way(told, language) if told else markup.hint(say("way_one_go", language))
        yield {self.page.status: "", self.page.way: shown}

    def _compare(self, session: Session | None, language: str, against: int | None) -> dict:
        """Whatever version was named: this choice is newer."""
        return {self.page.compare: compared(replace(session, beside=None), against)} if session else lost(self.page, language)

    # Saving, and recipes.

    def _saving(self) -> None:
        page = self.page
        downloads(page.download.click, self._file, [page.session, page.kind, page.language], page.file)
        downloads(page.recipe_out.click, self._recipe, [page.session, page.language], page.file)
        self.turns.computes(page.recipe_in.upload, self._repeat, [page.recipe_in])

    def _file(self, session: Session | None, kind: str, language: str) -> str:
        still_there(session, language)
        return files.offered(export.save(session, kind.lower()), "parley.jpg" if kind == "JPEG" else "parley.png")

    def _recipe(self, session: Session | None, language: str) -> str:
        still_there(session, language)
        return files.offered(export.recipe_json(session), "parley-recipe.json")

    @staticmethod
    def _repeat(_: gr.EventData, path: str) -> Asked:
        def job(session: Session, language: str, engine: str | None, progress: Progress) -> Session:
            return handlers.repeated(session, Path(path).read_bytes(), language, progress)

        return Asked(job)

    # Settings, language, readiness.

    def _settings(self) -> None:
        page = self.page
        self.turns.computes(page.settle.click, self._settle, [page.steps, page.seed, *page.options])
        chosen = page.engines.click(self._engine, [page.language], [page.engine, page.engines], **QUIET)
        self.turns.computes(chosen.success, self._study)
        demo = gr.context.Context.root_block
        demo.load(self._arrive, [page.engine], [page.language, page.engines, page.against, page.zoom], **QUIET)
        demo.load(None, None, None, js=script(), **PRIVATE)
        timer = gr.Timer(1.0)
        timer.tick(self._readiness, [page.language], [page.ready, timer], **QUIET)

    @staticmethod
    def _settle(_: gr.EventData, steps: int | None, seed: float | None, *chosen: int | None) -> Asked:
        def job(session: Session, language: str, engine: str | None, progress: Progress) -> Session:
            row = engines.described(engine)
            T = engines.other_than_default((None, *row.get("sampling_steps", ())), steps)
            declared = zip(row.get("options", ()), chosen, strict=False)
            values = {str(option["name"]): engines.other_than_default(option["choices"], place) for option, place in declared}
            options = {name: value for name, value in values.items() if value is not None}
            return handlers.resettled(session, T, int(seed or 0), options, engine, language, progress)

        return Asked(job)

    @staticmethod
    def _engine(language: str, event: gr.EventData) -> tuple:
        name = str(event.name)
        why = engines.reason(name, language)
        if why:
            raise gr.Error(why, title=say("went_wrong", language), print_exception=False)
        return name, picker(name, language)

    @staticmethod
    def _arrive(engine: str | None, request: gr.Request) -> tuple:
        language = language_asked(request)
        against = chosen_from(AGAINST, language)
        return language, picker(engine, language), gr.Radio(against, value=against[0]), markup.zoom_buttons(language)

    @staticmethod
    def _readiness(language: str) -> tuple:
        state = warmup.state()
        return readiness(state, language), gr.Timer(active=state == "waking")
