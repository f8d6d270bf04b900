"""Turns: whatever computes is shown at once as busy, done when its turn comes, and gives the text box back whatever happened."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Literal

import gradio as gr

from backends.base import Progress
from chat.session import Session
from errors import Cancelled
from ui import handlers, markup
from ui.asked import Asked, ask, conversation
from ui.events import PRIVATE, QUEUE, QUIET
from ui.page import Page, request_box
from ui.show import closed, everything, lost, shown_by
from ui.trouble import toasted
from ui.work import Report, Result, follow

FOCUS = """() => {
  if (matchMedia('(hover: hover)').matches && !document.activeElement?.matches(':focus-visible'))
    document.querySelector('#request textarea, #request input')?.focus()
}"""
"""Back to the text box, but for who is elsewhere by keyboard."""
NEWEST = "() => document.querySelector('#conversation .bubble-wrap')?.scrollTo({top: 1e6, behavior: 'smooth'})"


class Turns:
    """Wires what a visitor's wishes do to a `Page`, once each and in the order in which they came."""

    def __init__(self, page: Page):
        self.page, self.shown = page, shown_by(page)

    def computes(self, trigger: Callable, wish: Callable[..., Asked | None], inputs: Sequence = ()) -> None:
        """`wish(event_data, *inputs)` tells what the visitor asks for, if anything.

        It waits in `page.asked`, because a turn in Gradio's queue knows nothing of the click that it came from. Each turn does whatever
        was asked by then, oldest first; so nothing is lost or done twice, even where a turn was refused.
        """
        page = self.page

        def began(asked: list[Asked], session: Session | None, language: str, event: gr.EventData, *values: object) -> tuple:
            return self.begin(wish(event, *values), asked, session, language)

        started = trigger(
            began, [page.asked, page.session, page.language, *inputs], [page.chatbot, page.request, page.status],
            trigger_mode="multiple", **QUIET,
        )  # fmt: skip
        for ended in self._takes_turn(started, "full"):
            ended.then(None, None, None, js=FOCUS, **PRIVATE)

    def _takes_turn(self, started: gr.events.Dependency, show_progress: Literal["full", "hidden"]) -> list[gr.events.Dependency]:
        """Lets something wait for its turn, and returns what comes after that."""
        page = self.page
        worked = started.success(
            self.work, [page.session, page.language, page.engine, page.asked, page.against], self.shown,
            trigger_mode="multiple", **QUEUE, **PRIVATE, show_progress=show_progress, show_progress_on=[page.status],
        )  # fmt: skip
        open_again = [page.request, page.status]
        over = [  # `then` does not come after a failure
            worked.success(self.end, [page.session, page.asked], open_again, **QUIET),
            worked.failure(self.end, [page.session], open_again, **QUIET),
        ]
        for ended in over:
            ended.then(None, None, None, js=NEWEST, **PRIVATE)
        return over

    def begin(self, one: Asked | None, asked: list[Asked], session: Session | None, language: str) -> tuple:
        """Lets a wish wait: the chat, the text box and the status from then on."""
        if one is None:
            return gr.skip(), gr.skip(), gr.skip()
        ask(asked, one)
        if session is None:
            return gr.skip(), gr.skip(), ""
        return conversation(session, language, asked), request_box("busy", one.typed), markup.working(None, language)

    def work(self, session: Session | None, language: str, engine: str | None, asked: list[Asked], against: int | None) -> Iterator[dict]:
        """A turn: updates of the page while whatever waits is done, and after each of it."""
        if session is None:
            yield lost(self.page, language) if asked else closed(self.page)
            asked.clear()
            return
        yield {self.page.status: gr.skip()}  # without any update Gradio would empty everything that is shown
        for one in tuple(asked):
            before = session
            try:
                session = yield from self._do(one, before, language, engine)
                if one not in asked:  # the visitor has gone on to another photo
                    return
                waiting = conversation(session, language, [other for other in asked if other is not one])
                yield {**everything(self.page, session, language, engine, against, before=before), self.page.chatbot: waiting}
            finally:
                if one in asked:
                    asked.remove(one)

    def _do(self, one: Asked, session: Session, language: str, engine: str | None) -> Generator[dict, None, Session]:
        """Updates of the progress; returns the session with a wish done, or with what went wrong said."""
        done = session

        def work(progress: Progress) -> Session:
            return handlers.attempted(session, one.words, language, lambda: one.job(session, language, engine, progress))

        try:
            for told in follow(work, one.stop):
                if isinstance(told, Report):
                    yield {self.page.status: markup.working(told, language)}
                elif isinstance(told, Result):
                    done = told.value
        except Cancelled:  # before it began
            done = handlers.stopped(session, one.words, language)
        return done

    def end(self, session: Session | None, asked: Sequence[Asked] = ()) -> tuple:
        """The text box and the status after a turn."""
        if asked:  # it ends with the last of them
            return gr.skip(), gr.skip()
        return request_box("closed" if session is None else "open"), ""

    def changes(self, trigger: Callable, wish: Callable[..., Asked], inputs: Sequence = ()) -> None:
        """A change that computes no edit: done at once, unless something is at work, whose end would undo it; then it waits, too."""
        page = self.page

        def change(
            asked: list[Asked],
            session: Session | None,
            language: str,
            engine: str | None,
            against: int | None,
            event: gr.EventData,
            *values: object,
        ) -> dict:
            return self.change(wish(event, *values), asked, session, language, engine, against)

        inputs = [page.asked, page.session, page.language, page.engine, page.against, *inputs]
        self._takes_turn(trigger(change, inputs, self.shown, concurrency_limit=None, **PRIVATE, show_progress="hidden"), "hidden")

    def change(
        self, one: Asked, asked: list[Asked], session: Session | None, language: str, engine: str | None, against: int | None
    ) -> dict:
        if session is None:
            return lost(self.page, language)
        if asked:
            ask(asked, one)
            return {self.page.status: gr.skip()}
        with toasted(language):
            changed = one.job(session, language, engine, _unseen)
        return everything(self.page, changed, language, engine, against, before=session)


def _unseen(step: int, total: int, preview: object = None) -> None:
    """Progress of what is done at once."""
