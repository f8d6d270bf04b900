"""Every sentence of the page, per language: languages/LANGUAGE.toml. The assistant's own sentences are chat's and in English.

Components take `label(key)` and are translated in the browser. HTML that is made for a visitor takes `say(key, language)`.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import gradio as gr

FOLDER = Path(__file__).parent / "languages"
DEFAULT = "en"
TEXTS: dict[str, dict[str, str]] = {
    file.stem: {key: text.strip() for key, text in tomllib.loads(file.read_text(encoding="utf-8")).items()}
    for file in sorted(FOLDER.glob("*.toml"))
}

I18N = gr.I18n(**TEXTS)


def label(key: str) -> object:
    """A text that the visitor's browser translates."""
    if key not in TEXTS[DEFAULT]:
        raise KeyError(key)
    return I18N(key)


def say(key: str, language: str, **values: object) -> str:
    """A text in the visitor's language, with `{names}` filled in."""
    text = TEXTS.get(language, TEXTS[DEFAULT])[key]
    return text.format(**values) if values else text


def language_of(accepted: str) -> str:
    """The language of ours that an Accept-Language header likes best."""
    wishes = []
    for place, part in enumerate(accepted.split(",")):
        tag, _, quality = part.strip().partition(";q=")
        try:
            wishes.append((-float(quality or 1), place, tag.split("-")[0].lower()))
        except ValueError:
            continue
    return next((tag for _, _, tag in sorted(wishes) if tag in TEXTS), DEFAULT)
