"""What the assistant says and how it calls things, in each of its languages: assets/chat/sentences/LANGUAGE.toml.

English names of attributes and prompts are their own, English words for degrees are `graded`'s, and requests are thought of in English
(assets/chat/answers.toml and prompts.toml); other languages have tables for them, `[names]`, `[meanings]` and `[answers]`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from chat.languages import DEFAULT, from_english
from graded import MAX_DEGREE, MEANINGS

_FOLDER = Path(__file__).parent.parent / "assets" / "chat"
TABLES: Mapping[str, Mapping[str, object]] = {
    file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted((_FOLDER / "sentences").glob("*.toml"))
}
_ANSWERS = tomllib.loads((_FOLDER / "answers.toml").read_text(encoding="utf-8"))
OFFERS: Mapping[str, Sequence[str]] = _ANSWERS["offers"]
"""Per attribute what to propose while its degree is low, and while it is high."""
MORE_AND_LESS: Mapping[str, Sequence[str]] = _ANSWERS["more_and_less"]
"""Per attribute the clickable answers for more and less."""
CHOICES: Mapping[str, Sequence[str]] = _ANSWERS["choices"]
"""Per attribute the answers to choose from where it is open how it shall change."""


@dataclass(frozen=True)
class Said:
    """A sentence in no language yet: its key in the tables `[asked]`, and the attributes, prompts, things or words that it is `about`."""

    key: str
    about: tuple[str, ...] = ()


def ask_how(name: str) -> Said:
    """The question how an attribute or a thing shall change."""
    return Said("about", (name,))


def capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]


class Tongue:
    """One language ("en", "de"); English for any that there are no sentences in."""

    def __init__(self, language: str = DEFAULT):
        self.language = language if language in TABLES else DEFAULT
        self._table = TABLES[self.language]
        self.sentences: Mapping[str, Sequence[str]] = {key: pool for key, pool in self._table.items() if isinstance(pool, list)}
        self.ideas: Mapping[str, Sequence[str]] = self._table["ideas"]
        """Per attribute how its two `OFFERS` are put in a question."""
        self.degrees: Mapping[str, Sequence[str]] = self._table["degrees"]
        """Per attribute what each degree is called in an answer."""
        self._names: Mapping[str, str] = self._table.get("names", {})

    def name(self, name: str) -> str:
        """An attribute, a prompt or a thing; other words stay as they are."""
        return self._names.get(name, name)

    def heard(self, words: str) -> str:
        """The same where the visitor named it: other words as they may have been said, before they were put into English."""
        return self._names.get(words) or from_english(words, self.language)

    def label(self, name: str) -> str:
        """The same where it stands alone: "Smile", "Blond hair"."""
        return capitalised(self.name(name))

    def spoken(self, name: str) -> str:
        """A prompt as something that a face can have: "a beanie"."""
        return self._table["spoken"].get(name, self.name(name))

    def definite(self, name: str) -> str:
        """ "The smile", of what the visitor named; nothing is put before what begins so already."""
        name = self.heard(name)
        return name if name.startswith("the ") else self._form("definite", name=name)

    def meaning(self, name: str, degree: float) -> str:
        """What an attribute looks like at a degree."""
        return self._table.get("meanings", MEANINGS)[name][min(max(round(degree), 0), MAX_DEGREE)]

    def step(self, name: str, amount: float) -> str:
        """A change of an attribute by a signed number of degrees."""
        return self._table["steps"][name][amount < 0].format(by=self.number(abs(amount)))

    def stronger(self, what: str, amount: float) -> str:
        """A prompt that is asked for more (or less) strongly than before."""
        return self._form("stronger" if amount > 0 else "weaker", what=what, by=self.number(abs(amount)))

    def partly(self, what: str, amount: float) -> str:
        return self._form("partly", what=what, amount=self.number(amount), most=MAX_DEGREE)

    def instead(self, what: str, before: str) -> str:
        return self._form("instead", what=what, before=before)

    def moves(self, names: Sequence[str], before: Mapping[str, float], after: Mapping[str, float]) -> str:
        """ "smile 1.0 → 3.0, age 2.0 → 2.4" """
        return ", ".join(f"{self.degree(name, before[name])} → {self.number(after[name], '.1f')}" for name in names)

    def degree(self, name: str, degree: float) -> str:
        """ "smile 1.0" """
        return f"{self.name(name)} {self.number(degree, '.1f')}"

    def number(self, value: float, form: str = "g") -> str:
        return format(value, form).replace(".", self._form("decimal"))

    def listed(self, names: Sequence[str], conjunction: str = "and") -> str:
        """ "a, b and c" """
        names = list(names)
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {self._form(conjunction)} {names[-1]}"

    def either(self, names: Sequence[str]) -> str:
        """ "a, b or c" """
        return self.listed(names, "or")

    def quoted(self, words: str) -> str:
        return self._form("quoted", words=words)

    def able(self, attributes: Sequence[str], families: Collection[str], briefly: bool = False) -> str:
        """What an engine can change: attributes, and families of prompts; the first of these will do where nobody has asked for all."""
        first, *others = [self._table["families"][family] for family in families] or [""]
        if briefly and others:
            others = [self._form("much_more")]
        return self.listed([*map(self.name, attributes), *filter(None, (first, *others))])

    @cached_property
    def _answers(self) -> Mapping[str, str]:
        labels = {capitalised(name): capitalised(own) for name, own in self._names.items()}
        return {**self._names, **labels, **self._table.get("answers", {})}

    def put(self, said: Said) -> str:
        if said.key == "about":
            return self._table["about"][said.about[0]]
        first = said.about[0] if said.about else ""
        quoted = f" {self._form('or')} ".join(self.quoted(self.name(word)) for word in said.about)
        return self._form(said.key, "asked", name=self.name(first), spoken=self.spoken(first), quoted=quoted)

    def clickable(self, request: str) -> str:
        """A request that can be clicked, out of its English: one of the tables', or a prompt's label."""
        return self._answers.get(request, request)

    def _form(self, key: str, table: str = "forms", **facts: object) -> str:
        return self._table[table][key].format(**facts)
