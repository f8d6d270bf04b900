"""German, French, Spanish and Chinese requests -> the English that the grammar reads; a dictionary, not a translator."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from pathlib import Path

from chat import lexicon
from chat.german import German

DEFAULT = "en"
SHORT = 2
"""Letters of words that are not known without their accents: "no" is no "nö"."""
_WORD = re.compile(r"[+-]?\d+(?:[.,]\d+)?\s*(?:%|/\s*\d+)?|[^\W\d_]+|[,;:.!?]")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _folded(text: str) -> str:
    """Without accents, as people type in a hurry."""
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def _spaced(phrase: str) -> str:
    return " ".join(re.sub(r"['-]", " ", phrase).split())


def _entries(lines: str) -> dict[str, str]:
    """Of lines "theirs, also theirs = ours"."""
    entries: dict[str, str] = {}
    left: list[str] = []
    for line in lines.strip().splitlines():
        theirs, separator, ours = line.partition("=")
        left += [_spaced(phrase) for phrase in theirs.split(",") if phrase.strip()]
        if separator:
            entries.update((phrase, ours.strip()) for phrase in left if phrase not in entries)
            left = []
    return entries


_TABLES = tomllib.loads((Path(__file__).parent.parent / "assets" / "chat" / "languages.toml").read_text(encoding="utf-8"))
_VERBS = {language: _entries(entry.get("verbs", "")) for language, entry in _TABLES.items()}
"""By language the infinitives, with a bar after a prefix that is parted from them, and their English."""


def _dictionaries() -> dict[str, dict[str, str]]:
    dictionaries: dict[str, dict[str, str]] = {}
    for language, entry in _TABLES.items():
        exact = _entries(entry["words"]) | {verb.replace("|", ""): ours for verb, ours in _VERBS[language].items()}
        folded = {_folded(phrase): ours for phrase, ours in reversed(exact.items()) if len(phrase) > SHORT}
        dictionaries[language] = exact | folded | exact  # in the order in which they are written
    return dictionaries


DICTIONARIES = _dictionaries()
"""By the languages' codes: "de", "fr", "es", "zh"."""
_GERMAN = German.of(DICTIONARIES["de"], list(_VERBS["de"]))
_VOCABULARIES = {
    language: {word for phrase in words for word in phrase.split() if len(word) > 1}
    for language, words in DICTIONARIES.items()
    if language != "de"
}
"""By language the words that it is recognised by; not those that an apostrophe leaves alone. German is by all forms of its words."""
_BACK = {language: {ours: theirs for theirs, ours in reversed(words.items())} for language, words in DICTIONARIES.items()}
_ALONE = {"不要": "no thanks"}
"""What declines where it stands alone, and else takes something away."""
_LONGEST = 4
_MOST_WORDS = 60
_LONGEST_CHINESE = max(len(phrase) for phrase in DICTIONARIES["zh"])


def language_of(text: str, likely: str = DEFAULT) -> str:
    """The language of normalised lower-case text: "en", or one that there is a dictionary of.

    It is recognised by more of the words being in its dictionary than in any other, or in the English lexicon. For the `likely` one as many
    will do; what nobody knows a word of is in that.
    """
    if _CHINESE.search(text):
        return "zh"
    words = [word for word in _WORD.findall(_spaced(text)) if word[0].isalpha()]
    if len(words) > _MOST_WORDS:
        return likely
    known = {DEFAULT: sum(word in lexicon.WORDS for word in words)}
    known["de"] = sum(len(word) > 1 and bool(_GERMAN.known(word)) for word in words)
    for language, vocabulary in _VOCABULARIES.items():
        known[language] = sum(word in vocabulary or _folded(word) in vocabulary for word in words)
    if not any(known.values()) and any(_GERMAN.slips(word) for word in words):
        return "de"
    return likely if known.get(likely) == max(known.values()) else max(known, key=known.__getitem__)


def to_english(text: str, language: str) -> str:
    """What a language's dictionary makes of normalised lower-case text; English as it is."""
    if language == "zh":
        return _ALONE.get(text.strip(" 。！!."), _chinese(text))
    if language not in DICTIONARIES:
        return text
    words = _WORD.findall(_spaced(text))
    return _translated(_GERMAN.words(words) if language == "de" else words, DICTIONARIES[language])


def from_english(words: str, language: str) -> str:
    """What may have been said for English words that `to_english` has made: a phrase as a whole, or else word by word."""
    back = _BACK.get(language, {})
    return back.get(words) or " ".join(back.get(word, word) for word in words.split())


def _translated(words: list[str], dictionary: dict[str, str]) -> str:
    result: list[str] = []
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST, len(words) - at), 0, -1):
            phrase = " ".join(words[at : at + length])
            english = dictionary.get(phrase, dictionary.get(_folded(phrase)))
            if english is not None:
                result.append(english)
                break
        else:
            length = 1
            result.append(words[at])
        at += length
    return re.sub(r" (?=[,.;:!?])", "", " ".join(word for word in result if word))


def _chinese(text: str) -> str:
    """The longest known phrase from the left, character by character; runs of unknown ones stay together."""
    dictionary = DICTIONARIES["zh"]
    result: list[str] = []
    at = 0
    while at < len(text):
        for length in range(min(_LONGEST_CHINESE, len(text) - at), 0, -1):
            english = dictionary.get(text[at : at + length])
            if english is not None:
                result.append(f" {english} ")
                break
        else:
            length = 1
            result.append({"，": ",", "、": " and ", "。": "."}.get(text[at], text[at]))
        at += length
    return " ".join("".join(result).split())
