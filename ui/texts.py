"""Every sentence of the page, per language: languages/LANGUAGE.toml. The assistant's own sentences, and words for attributes, degrees and
prompts, are chat's (chat/tongue.py).

What goes wrong is told in English where it does, and engines tell of themselves in English; other languages have tables for that,
`[errors]` and `[engines]`, and `translated` looks them up.

Components take `label(key)` and are translated in the browser. HTML that is made for a visitor takes `say(key, language)`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from numbers import Real
from pathlib import Path
from string import Formatter

import gradio as gr

from chat.tongue import Tongue
from errors import Sentence
from graded import GRADED

FOLDER = Path(__file__).parent / "languages"
DEFAULT = "en"
_FILES = {file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.toml"))}
TEXTS: dict[str, dict[str, str]] = {
    language: {key: text.strip() for key, text in texts.items() if isinstance(text, str)} for language, texts in _FILES.items()
}
ELSEWHERE: dict[str, dict[str, str]] = {
    language: {**texts.get("errors", {}), **texts.get("engines", {})} for language, texts in _FILES.items()
}
"""Per language what stands in English where it is made: the sentences of ParleyErrors, and what engines tell of themselves."""


def attribute_name(name: str, language: str) -> str:
    """An attribute or a prompt in the visitor's language: "Smile", "Blond hair"."""
    return Tongue(language).label(name)


def degree_words(name: str, degree: float, language: str) -> str:
    """What an attribute looks like at a degree, in the visitor's language."""
    return Tongue(language).meaning(name, degree)


def attribute_key(name: str) -> str:
    """The key under which the browser translates an attribute's name."""
    return f"attribute_{name}"


I18N = gr.I18n(
    **{
        language: {**texts, **{attribute_key(name): attribute_name(name, language) for name in GRADED}}
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
    return filled(text, language, values) if values else text


def translated(words: str, language: str) -> str:
    """English words that were made elsewhere, in the visitor's language where that has them; their values, too."""
    own = ELSEWHERE.get(language, {})
    if not own:
        return str(words)
    if not isinstance(words, Sentence):
        return own.get(words, words)
    values = {name: _translated_value(name, value, language) for name, value in words.values.items()}
    text = own.get(words.sentence, words.sentence)
    return filled(text, language, values) if values else text


def _translated_value(name: str, value: object, language: str) -> object:
    if name in ("attribute", "attributes"):
        return ", ".join(attribute_name(each, language) for each in str(value).split(", "))
    return translated(value, language) if isinstance(value, str) else value


def numeral(value: float, form: str, language: str) -> str:
    """A number, formatted as Python does, as the visitor's language writes it: "−0.5", "−0,5"."""
    return Tongue(language).number(value, form).replace("-", "−")


def filled(text: str, language: str, values: Mapping[str, object]) -> str:
    """A text with `{names}` filled in, numbers as the language writes them."""
    return _Filler(language).vformat(text, (), values)


class _Filler(Formatter):
    def __init__(self, language: str):
        self.language = language

    def format_field(self, value: object, form: str) -> str:
        return numeral(value, form, self.language) if isinstance(value, Real) else super().format_field(value, form)


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
