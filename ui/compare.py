"""The tab in which one photo and one request go to several engines, and what each makes of it is shown side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import gradio as gr
from PIL import Image

from backends.base import Progress
from chat.compare import Attempt, Stage, Task, compare, understood
from chat.editing import open_photo
from chat.history import choose_face, reseed
from chat.interpret import Interpreter
from chat.session import MAX_SEED, Session
from errors import Cancelled, ParleyError
from ui import columns, engines, files, markup, view
from ui.events import CHANGES_PHOTO, PRIVATE, QUEUE, QUIET, begin, brings_into_view, halt, idle_after_failure, language_asked
from ui.page import Page, html_block, photo_box, thumbnails
from ui.taken import outdated, taken_over
from ui.texts import label, say
from ui.trouble import sentence_of, still_there, toasted
from ui.work import Report, Stop, follow

READY = ("ready_smile", "ready_glasses", "ready_older", "ready_several")
"""Texts of requests to begin with."""


@dataclass(eq=False)
class _Board:
    """How far one comparison is; written by the thread that computes, read by the one that shows."""

    task: Task | None = None
    at_work: tuple[str, Stage] | None = None
    attempts: list[Attempt] = field(default_factory=list)


class Comparison:
    """The tab's components and what they do; what is a visitor's own stays in gr.State."""

    def __init__(self, page: Page, interpreter: Interpreter):
        self.page, self.interpreter = page, interpreter
        self.rows = engines.rows()
        with gr.Tab(label("room_compare"), id="compare") as self.room:
            self.session, self.taken, self.stop = gr.State(None), gr.State(None), gr.State(Stop())
            with gr.Column(elem_id="comparison"):
                with gr.Row(elem_id="comparison-ask", equal_height=False):
                    with gr.Column(scale=2, min_width=280):
                        self._photo()
                    with gr.Column(scale=3, min_width=320):
                        self._request()
                with gr.Row(elem_id="entries", equal_height=False):
                    self.original = gr.HTML(visible=False, apply_default_css=False)
                    self.entries = {str(row["name"]): gr.HTML(visible=False, apply_default_css=False) for row in self.rows}
        self._listen()

    def _photo(self) -> None:
        self.photo = photo_box("comparison-photo", height=280)
        self.faces = thumbnails("faces")
        self.examples = thumbnails("examples", self.page.examples)
        html_block("privacy", "note")

    def _request(self) -> None:
        html_block("comparison_hint", "hint")
        self.request = gr.Textbox(label=label("comparison_request"), max_length=500, elem_id="comparison-request")
        with gr.Row(elem_classes="ready"):
            self.ready = {key: gr.Button(label(key), size="sm", min_width=60) for key in READY}
        with gr.Column(elem_id="comparison-engines"):
            self.ticks = {
                str(row["name"]): gr.Checkbox(
                    value=bool(row["available"]),
                    label=str(row["title"]),
                    info=_told(row),
                    interactive=bool(row["available"]),
                    container=False,
                )
                for row in self.rows
            }
        with gr.Row(equal_height=True, elem_id="comparison-go"):
            self.seed = gr.Number(
                0, label=label("seed"), precision=0, minimum=0, maximum=MAX_SEED, min_width=110, scale=0, elem_id="comparison-seed"
            )
            self.go = gr.Button(label("comparison_go"), variant="primary")
            self.halt = gr.Button(label("stop"), variant="stop", min_width=130, scale=0, elem_id="comparison-halt")
        self.status = gr.HTML(apply_default_css=False, elem_id="comparison-status")

    # Events.

    def _listen(self) -> None:
        photo = [self.session, self.photo, self.faces, self.original, *self.entries.values(), self.status]
        # preprocess=False: Gradio's own reading of a broken file would end in its error; load_photo has a sentence for it.
        self.photo.input(self._open, [self.photo, self.language], photo, preprocess=False, **QUEUE, **PRIVATE)
        self.examples.select(self._open_example, [self.language], photo, **QUEUE, **PRIVATE)
        whose = [self.session, self.taken, self.page.session]
        self.room.select(self.take_over, [*whose, self.language], [*photo, self.taken], **CHANGES_PHOTO)
        self.faces.select(self._turn, [self.session, self.language], photo, **CHANGES_PHOTO)
        for key, button in self.ready.items():
            button.click(lambda language, key=key: say(key, language), [self.language], [self.request], **QUIET)
        started = gr.on([self.go.click, self.request.submit], begin, [self.language, self.stop], [self.status], **QUIET)
        compared = started.then(
            self.run,
            [self.session, self.request, self.language, self.seed, self.stop, *self.ticks.values()],
            [self.session, self.faces, self.status, self.original, *self.entries.values()],
            show_progress="hidden",
            **QUEUE,
            **PRIVATE,
        )
        idle_after_failure(compared, self.status)
        brings_into_view(started, "#comparison-status")
        brings_into_view(compared, "#comparison:not(:has(#comparison-status p)) #entries")
        self.halt.click(halt, [self.stop], None, **QUIET)
        gr.context.Context.root_block.load(self._arrive, None, list(self.ticks.values()), **QUIET)

    @property
    def language(self) -> gr.State:
        return self.page.language

    def _arrive(self, request: gr.Request) -> list[gr.Checkbox]:
        """The boxes in the visitor's language; an engine that failed since the app began is greyed too."""
        rows = {str(row["name"]): row for row in engines.rows(language_asked(request))}
        return [
            gr.Checkbox(info=_told(rows[name]))
            if rows[name]["available"]
            else gr.Checkbox(value=False, interactive=False, info=_told(rows[name]))
            for name in self.ticks
        ]

    # Photo in.

    def _open(self, photo: dict | None, language: str) -> dict:
        if not photo:
            return self._cleared()
        return self._opened(files.received(photo), language)

    def _open_example(self, language: str, event: gr.SelectData) -> dict:
        path = str(self.page.examples[event.index])
        return {**self._opened(path, language), self.photo: path}

    def _opened(self, path: str, language: str) -> dict:
        try:
            return self._shown(open_photo(path, language=language), language)
        except ParleyError as error:
            return {**self._cleared(), self.status: markup.warning(sentence_of(error, language))}

    def take_over(self, session: Session | None, taken: Image.Image | None, chat: Session | None, language: str) -> dict:
        """The photo of the conversation, where none was opened here."""
        if not outdated(session, taken, chat):
            return {self.status: gr.skip()}
        if chat is None:
            return {**self._cleared(), self.taken: None}
        shown = {self.photo: view.shrunk(chat.photo, view.DISPLAY_SIDE), self.taken: chat.photo}
        return {**self._shown(taken_over(chat), language), **shown}

    def _turn(self, session: Session | None, language: str, event: gr.SelectData) -> dict:
        still_there(session, language)
        with toasted(language):
            return self._shown(choose_face(session, event.index), language)

    def _shown(self, session: Session, language: str) -> dict:
        """A photo that nothing was asked about yet."""
        return {
            **self._cleared(),
            self.session: session,
            self.photo: gr.skip(),
            self.faces: self._numbered(session),
            self.original: gr.HTML(columns.original(session, None, language), visible=True),
        }

    @staticmethod
    def _numbered(session: Session) -> gr.Gallery:
        return gr.Gallery(view.face_gallery(session), selected_index=session.chosen, visible=len(session.faces) > 1)

    def _cleared(self) -> dict:
        hidden = {entry: gr.HTML(visible=False) for entry in (self.original, *self.entries.values())}
        return {self.session: None, self.photo: None, self.faces: gr.Gallery(visible=False), self.status: "", **hidden}

    # The comparison.

    def run(self, session: Session | None, request: str, language: str, seed: float | None, stop: Stop, *ticks: bool) -> Iterator[dict]:
        ticked = [name for name, tick in zip(self.ticks, ticks, strict=True) if tick]
        if session is None or not request.strip() or not ticked:
            yield {self.status: markup.told(say("comparison_wants", language))}
            return
        chosen = engines.titled(ticked)
        session, board = reseed(session, int(seed or 0)), _Board()
        yield {
            self.original: gr.HTML(columns.original(session, None, language), visible=True),
            **{entry: gr.HTML(visible=False) for entry in self.entries.values()},
            **{self.entries[name]: gr.HTML(columns.waiting(title, language), visible=True) for name, title in chosen},
        }
        ended, shown = "", 0
        try:
            for told in follow(lambda progress: self._work(board, session, request, chosen, progress), stop):
                through = tuple(board.attempts)
                working = self._at_work(board, told, dict(chosen), language) if isinstance(told, Report) else {}
                yield {**working, **self._news(board, through[shown:], language)}
                shown = len(through)
        except ParleyError as error:
            ended = markup.warning(sentence_of(error, language))
        except Cancelled:
            ended = markup.told(say("comparison_stopped", language))
        except Exception:
            seen = {attempt.engine for attempt in board.attempts[:shown]}  # what looked busy for good would block the tab's buttons
            yield {self.entries[name]: columns.stopped(title, language) for name, title in chosen if name not in seen}
            raise
        yield {
            **self._news(board, tuple(board.attempts[shown:]), language),
            **self._over(board, session, chosen, language),
            self.status: ended,
        }

    def _work(self, board: _Board, session: Session, request: str, chosen: list[tuple[str, str]], progress: Progress) -> None:
        def watch(engine: str, stage: Stage, step: int, total: int, preview: object = None) -> None:
            board.at_work = engine, stage
            progress(step, total, preview)

        board.task = understood(session, request, self.interpreter)
        for attempt in compare(board.task, chosen, engines.load, watch):
            board.at_work = None
            board.attempts.append(attempt)

    def _news(self, board: _Board, attempts: tuple[Attempt, ...], language: str) -> dict:
        """What was understood, and what came of the given attempts."""
        if board.task is None:
            return {}
        done = {self.entries[attempt.engine]: columns.done(attempt, board.task.targets, language) for attempt in attempts}
        return {self.original: columns.original(board.task.session, board.task, language), **done}

    def _at_work(self, board: _Board, report: Report, titles: dict[str, str], language: str) -> dict:
        if board.at_work is None:
            return {self.status: markup.working(report, language)}
        name, stage = board.at_work
        return {
            self.entries[name]: columns.working(titles[name], stage, report, language),
            self.status: markup.working(report, language, titles[name]),
        }

    def _over(self, board: _Board, session: Session, chosen: list[tuple[str, str]], language: str) -> dict:
        """Engines that did not get their turn say so; what was encoded is kept for the next request."""
        if board.task is None:
            return {self.session: session, **{entry: gr.HTML(visible=False) for entry in self.entries.values()}}
        through = {attempt.engine for attempt in board.attempts}
        encoded = {key: face for each in board.attempts if each.session for key, face in each.session.encoded.items()}
        session = board.task.session
        return {
            **{self.entries[name]: columns.stopped(title, language) for name, title in chosen if name not in through},
            self.session: replace(session, encoded={**session.encoded, **encoded}),
            self.faces: self._numbered(session),
        }


def _told(row: Mapping[str, object]) -> str:
    """What stands below an engine's box: why it cannot run, or what it does."""
    return str(row["reason"] or row.get("summary", ""))
