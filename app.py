"""Parley: edit a face by conversation. `python app.py` starts it; a Space finds `demo` here."""

from __future__ import annotations

import os

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

import gradio as gr  # noqa: E402  (the line above must come first)

from chat.interpret import default_interpreter  # noqa: E402
from ui import batch, files, warmup  # noqa: E402
from ui.compare import Comparison  # noqa: E402
from ui.endpoints import add_endpoints  # noqa: E402
from ui.listen import Listener  # noqa: E402
from ui.page import Page  # noqa: E402
from ui.paint import Painting  # noqa: E402
from ui.texts import I18N  # noqa: E402
from ui.theme import CSS, theme  # noqa: E402


def build_demo() -> gr.Blocks:
    """The whole app, not yet launched. Gradio's temporary files are deleted once they are an hour old, every ten minutes."""
    interpreter = default_interpreter()
    with gr.Blocks(title="Parley", delete_cache=(600, 3600)) as demo:
        page = Page()
        Listener(page, interpreter)
        batch.listen(page, interpreter)
        with page.rooms:
            Comparison(page, interpreter)
            Painting(page)
        add_endpoints(interpreter)
    return demo.queue(max_size=32)


demo = build_demo()


def main() -> None:
    warmup.start()
    demo.launch(
        i18n=I18N,
        theme=theme(),
        css_paths=CSS,
        run_history=False,
        ssr_mode=False,
        max_file_size=files.LIMIT,
        footer_links=["api", "settings"],
        show_error=True,
    )


if __name__ == "__main__":
    main()
