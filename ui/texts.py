"""Every sentence of the page, per language: languages/LANGUAGE.toml. The assistant's own sentences are chat's and in English.

English words for attributes and degrees are `graded`'s, English sentences about what goes wrong stand where it does; other languages have
them in tables, `[attributes]` and `[errors]`.

Components take `label(key)` and are translated in the browser. HTML that is made for a visitor takes `say(key, language)`.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import gradio as gr

from chat.prompt_words import label as prompt_label
from graded import LABELS, MAX_DEGREE, MEANINGS

FOLDER = Path(__file__).parent / "languages"
DEFAULT = "en"
_FILES = {file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.toml"))}
TEXTS: dict[str, dict[str, str]] = {
    language: {key: text.strip() for key, text in texts.items() if isinstance(text, str)} for language, texts in _FILES.items()
}
PROMPT_NAMES: dict[str, dict[str, str]] = {language: texts.get("prompts", {}) for language, texts in _FILES.items()}
"""Per language what prompts are called, where it is not their own name."""
ERRORS: dict[str, dict[str, str]] = {language: texts.get("errors", {}) for language, texts in _FILES.items()}
"""Per language the sentences of ParleyErrors, which are in English."""
ATTRIBUTES: dict[str, dict[str, dict[str, object]]] = {language: texts.get("attributes", {}) for language, texts in _FILES.items()}
"""Per language and attribute its `label` and what its `degrees` look like, as in assets/attributes.json."""


def attribute_name(name: str, language: str) -> str:
    """An attribute or a prompt in the visitor's language: "Smile", "Blond hair"."""
    if name not in LABELS:
        return PROMPT_NAMES.get(language, {}).get(name, prompt_label(name))
    return str(ATTRIBUTES.get(language, {}).get(name, {}).get("label", LABELS[name]))


def degree_words(name: str, degree: float, language: str) -> str:
    """What an attribute looks like at a degree, in the visitor's language."""
    meanings = ATTRIBUTES.get(language, {}).get(name, {}).get("degrees", MEANINGS[name])
    return str(meanings[min(max(round(degree), 0), MAX_DEGREE)])


def attribute_key(name: str) -> str:
    """The key under which the browser translates an attribute's name."""
    return f"attribute_{name}"


I18N = gr.I18n(
    **{
        language: {**texts, **{attribute_key(name): attribute_name(name, language) for name in LABELS}}
        for language, texts in TEXTS.items()
    }
)


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
