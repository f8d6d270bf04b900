"""Parley: edit a face by conversation. `python app.py` starts it; a Space finds `demo` here."""

from __future__ import annotations

import os

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

import gradio as gr  # noqa: E402  (the line above must come first)

from chat.interpret import OfflineInterpreter  # noqa: E402
from ui import engines  # noqa: E402
from ui.chat_tab import ChatTab  # noqa: E402
from ui.endpoints import add_endpoints  # noqa: E402
from ui.theme import CSS, HEADER, theme  # noqa: E402


def build_demo() -> gr.Blocks:
    """The whole app, not yet launched. Gradio's temporary files live for an hour at most."""
    interpreter = OfflineInterpreter()
    with gr.Blocks(title="Parley", delete_cache=(600, 3600)) as demo:
        with gr.Row(elem_id="header"):
            gr.HTML(HEADER)
            engine = gr.Dropdown(
                engines.choices(), value=engines.first_available(), label="Engine", filterable=False, container=False, elem_id="engine"
            )
        ChatTab(interpreter, engine)
        add_endpoints(interpreter)
    return demo.queue(max_size=32)


demo = build_demo()


def main() -> None:
    demo.launch(
        theme=theme(),
        css_paths=CSS,
        run_history=False,
        ssr_mode=False,
        max_file_size="30mb",
        footer_links=["api"],
        show_error=True,
    )


if __name__ == "__main__":
    main()
