"""The Chat tab: a photo on one side, the conversation about it on the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import gradio as gr

from backends.base import Progress
from chat import export, reply
from chat.interpret import Interpreter
from chat.session import Session, Turn, choose_face, open_photo, prepare
from chat.talk import respond
from errors import ParleyError
from ui import engines, files, view

EXAMPLES = Path(__file__).parent.parent / "assets" / "examples"
QUEUE = {"concurrency_id": "engine", "concurrency_limit": 1}
"""Everything that computes takes turns: by default each of Gradio's listeners would run beside the others."""

FETCH = "() => setTimeout(() => document.querySelector('#file')?.click(), 150)"
FOCUS = "() => { if (matchMedia('(hover: hover)').matches) document.querySelector('#request textarea, #request input')?.focus() }"


class ChatTab:
    """Builds the components and listens to them. Holds components only: all that belongs to a visitor is in `session`."""

    def __init__(self, interpreter: Interpreter, engine: gr.Dropdown):
        self.interpreter = interpreter
        self.engine = engine
        self.examples = sorted(EXAMPLES.glob("*.png"))
        self._build()
        self._listen()

    def _build(self) -> None:
        self.session = gr.State(None)
        self.pending = gr.State("")
        with gr.Row(elem_id="workbench", equal_height=False):
            with gr.Column(scale=7, min_width=340, elem_id="stage"):
                with gr.Column(elem_id="welcome") as self.welcome:
                    self.photo = gr.Image(
                        sources=["upload", "webcam", "clipboard"],
                        type="filepath",
                        image_mode=None,
                        show_label=False,
                        height="min(520px, 46vh)",
                        buttons=[],
                        elem_id="photo",
                        placeholder="# Drop a photo of a face here\nor click to choose one; the camera and the clipboard work too",
                    )
                    gr.HTML(f'<p class="privacy">{view.PRIVACY}</p>')
                    if self.examples:
                        gr.HTML('<p class="or">No photo at hand? Try a rendered face: these people do not exist.</p>')
                    self.gallery = gr.Gallery(
                        [str(path) for path in self.examples],
                        columns=6,
                        height="auto",
                        allow_preview=False,
                        show_label=False,
                        interactive=False,
                        buttons=[],
                        visible=bool(self.examples),
                        elem_id="examples",
                    )
                with gr.Column(visible=False, elem_id="studio") as self.studio:
                    self.compare = gr.ImageSlider(
                        format="png",
                        type="pil",
                        show_label=False,
                        interactive=False,
                        buttons=["fullscreen"],
                        max_height=1000,
                        elem_id="compare",
                    )
                    self.faces = gr.Gallery(
                        columns=8,
                        height="auto",
                        show_label=False,
                        allow_preview=False,
                        interactive=False,
                        buttons=[],
                        visible=False,
                        elem_id="faces",
                    )
                    self.facts = gr.HTML(elem_id="facts")
                    with gr.Row(elem_id="actions"):
                        self.undo = gr.Button("Undo", size="sm", min_width=70, interactive=False)
                        self.redo = gr.Button("Redo", size="sm", min_width=70, interactive=False)
                        self.reset = gr.Button("Start over", size="sm", min_width=90, interactive=False)
                        self.another = gr.Button("New photo", size="sm", min_width=90)
                        self.download = gr.Button("Download", size="sm", min_width=100, variant="primary")
                        self.file = gr.DownloadButton("File", visible="hidden", elem_id="file")
            with gr.Column(scale=5, min_width=320, elem_id="talk"):
                self.chatbot = gr.Chatbot(
                    show_label=False,
                    layout="bubble",
                    buttons=[],
                    feedback_options=None,
                    group_consecutive_messages=False,
                    height="100%",
                    elem_id="conversation",
                    placeholder="### Hello\nShow me a photo, then tell me what to change:\n\n“Make her smile a bit, and try thin glasses.”",
                )
                self.request = gr.Textbox(
                    placeholder="Show me a photo first",
                    show_label=False,
                    label="Your request",
                    container=False,
                    submit_btn=True,
                    max_length=500,
                    interactive=False,
                    elem_id="request",
                )

    def _listen(self) -> None:
        shown = [
            self.session, self.chatbot, self.compare, self.facts, self.faces, self.undo, self.redo, self.reset,
            self.welcome, self.studio, self.request,
        ]  # fmt: skip
        private = {"api_visibility": "private"}
        computes = {**QUEUE, **private, "show_progress_on": [self.compare, self.chatbot]}

        # preprocess=False: Gradio's own reading of a broken file would end in its error; load_photo has a sentence for it.
        came = self.photo.input(self._open, [self.photo, self.engine], shown, preprocess=False, **QUEUE, **private)
        picked = self.gallery.select(self._open_example, [self.engine], shown, **QUEUE, **private)
        for opened in (came, picked):
            opened.failure(lambda: None, None, [self.photo], queue=False, **private)
            opened.success(self._encode, [self.session, self.engine], shown, **computes)
        turned = self.faces.select(self._choose, [self.session, self.engine], shown, **QUEUE, **private)
        turned.success(self._encode, [self.session, self.engine], shown, **computes)

        self._converse(self.request.submit, self._typed, [self.request], shown, computes)
        self._converse(self.chatbot.option_select, self._selected, [], shown, computes)
        for button, words in ((self.undo, "Undo"), (self.redo, "Redo"), (self.reset, "Start over")):
            self._converse(button.click, lambda words=words: words, [], shown, computes)

        self.another.click(self._close, None, [*shown, self.photo], queue=False, **private)
        ready = self.download.click(self._file, [self.session], [self.file], **QUEUE, **private)
        ready.success(None, None, None, js=FETCH, **private)
        chosen = self.engine.input(self._check_engine, [self.engine], [self.engine], queue=False, **private)
        chosen.success(self._encode, [self.session, self.engine], shown, **computes)

    def _converse(self, event: Callable, words: Callable, inputs: Sequence, shown: Sequence, computes: dict) -> None:
        """A request, however it was made: shown at once, answered in its turn, and the text box given back whatever happened."""
        said = event(words, inputs, [self.pending], queue=False, api_visibility="private")
        heard = said.then(
            self._hear,
            [self.pending, self.session],
            [self.chatbot, self.request],
            queue=False,
            show_progress="hidden",
            api_visibility="private",
        )
        answered = heard.then(self._answer, [self.pending, self.session, self.engine], shown, **computes)
        answered.then(self._listening, [self.session], [self.request], queue=False, show_progress="hidden", api_visibility="private").then(
            None, None, None, js=FOCUS, api_visibility="private"
        )

    def _show(self, session: Session | None, engine: str | None, *, pictures: bool = True) -> dict:
        """Updates for everything on the page; `pictures=False` leaves the comparison as it is."""
        if session is None:
            return {
                self.session: None, self.chatbot: [], self.compare: None, self.facts: "", self.faces: gr.Gallery([], visible=False),
                self.undo: gr.Button(interactive=False), self.redo: gr.Button(interactive=False), self.reset: gr.Button(interactive=False),
                self.welcome: gr.Column(visible=True), self.studio: gr.Column(visible=False), self.request: self._box(False),
            }  # fmt: skip
        several = len(session.faces) > 1
        return {
            self.session: session,
            self.chatbot: view.messages(session),
            self.compare: self._comparison(session) if pictures else gr.skip(),
            self.facts: view.facts(session, engine or ""),
            self.faces: gr.Gallery(view.face_gallery(session), visible=True, selected_index=session.chosen) if several else gr.skip(),
            self.undo: gr.Button(interactive=session.can_undo),
            self.redo: gr.Button(interactive=session.can_redo),
            self.reset: gr.Button(interactive=bool(session.version.edits)),
            self.welcome: gr.Column(visible=False),
            self.studio: gr.Column(visible=True),
            self.request: gr.skip(),
        }

    @staticmethod
    def _comparison(session: Session) -> gr.ImageSlider:
        return gr.ImageSlider(view.pair(session), slider_position=view.beside_the_face(session))

    @staticmethod
    def _box(open_: bool) -> gr.Textbox:
        hint = "What shall I change?" if open_ else "Show me a photo first"
        return gr.Textbox(value="", interactive=open_, placeholder=hint)

    def _open(self, photo: dict | None, engine: str | None) -> dict:
        return self._opened(files.received(photo), engine) if photo else self._show(None, engine)

    def _open_example(self, engine: str | None, event: gr.SelectData) -> dict:
        return self._opened(str(self.examples[event.index]), engine)

    def _opened(self, path: str, engine: str | None) -> dict:
        try:
            session = open_photo(path)
        except ParleyError as error:
            raise gr.Error(str(error), title="Another photo, please", print_exception=False) from error
        turn = Turn("", reply.OPENED)
        return {**self._show(session.saying(turn), engine), self.request: self._box(True)}

    def _choose(self, session: Session, engine: str | None, event: gr.SelectData) -> dict:
        return self._show(choose_face(session, event.index), engine, pictures=False)

    def _encode(self, session: Session | None, engine: str | None, progress: gr.Progress = gr.Progress()) -> dict:  # noqa: B008
        if session is None:
            return self._show(None, engine)
        try:
            progress(0, desc="Waking the engine")
            backend = engines.load(engine)
            session = prepare(session, backend, _reporting(progress, "Studying the face"))
            words, options = reply.ready(len(session.faces), session.chosen, session.degrees(backend.info.name), backend.info.attributes)
        except ParleyError as error:
            words, options = str(error), ()
        return self._show(session.saying(Turn("", words, options)), engine)

    def _typed(self, text: str) -> str:
        return text

    def _selected(self, event: gr.SelectData) -> str:
        return str(event.value)

    def _hear(self, pending: str, session: Session | None) -> tuple:
        if session is None:
            return gr.skip(), gr.skip()
        return view.messages(session, pending.strip() or "…"), gr.Textbox(value="", interactive=False, placeholder="One moment …")

    def _answer(self, text: str, session: Session | None, engine: str | None, progress: gr.Progress = gr.Progress()) -> dict:  # noqa: B008
        if session is None:
            return self._show(None, engine)
        try:
            session, _ = respond(session, text, self.interpreter, engines.load(engine), _reporting(progress, "Editing"))
        except ParleyError as error:
            session = session.saying(Turn(text, str(error)))
        return self._show(session, engine)

    def _listening(self, session: Session | None) -> gr.Textbox:
        return self._box(session is not None)

    def _file(self, session: Session) -> str:
        return files.offered(export.png(session))

    def _close(self) -> dict:
        return {**self._show(None, None), self.photo: None}

    def _check_engine(self, name: str) -> gr.Dropdown:
        why = engines.reason(name)
        if not why:
            return gr.skip()
        gr.Warning(f"This engine cannot run here: {why}")
        return gr.Dropdown(value=engines.first_available())


def _reporting(progress: gr.Progress, what: str) -> Progress:
    def report(step: int, total: int, preview: object = None) -> None:
        progress((step, total), desc=what, unit="steps")

    return report
