"""The words for prompts, as data: assets/chat/prompts.toml, read into the table of phrases that the grammar looks them up in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from chat.lexicon import PHRASES, Word, listed, read_words
from chat.tokens import Vocabulary
from chat.tongue import capitalised
from prompts import GROUPS, PROMPTS

_TABLE = read_words("prompts.toml")


@dataclass(frozen=True)
class Thing:
    """What prompts are about. `looks` are the adjectives that make one of its prompts of it, a direction of 1 where they compare."""

    looks: Mapping[str, Word]
    covers: tuple[str, ...]
    """All prompts that change it, `without` among them."""
    without: tuple[str, ...]
    """The prompts that take it away; none where nothing can."""
    default: str
    grown: str
    """The prompt that "more nose" asks for, and `shrunk` the one that "less nose" does; neither where it means nothing."""
    shrunk: str
    options: tuple[str, ...]


def _thing(entry: Mapping[str, object]) -> Thing:
    source = _TABLE["things"][entry["as"]] if "as" in entry else entry
    looks: dict[str, Word] = {}
    for kind, direction in (("looks", 0), ("more", 1)):
        for name, phrases in source.get(kind, {}).items():
            looks |= {phrase: Word("attribute", attribute=name, direction=direction) for phrase in listed(phrases)}
    without = tuple(entry.get("without", ()))
    told = {word.attribute for word in looks.values()} | set(entry.get("covers", ())) | set(without)
    covers = tuple(name for name in PROMPTS if (GROUPS[name] in entry["groups"] if "groups" in entry else name in told))
    return Thing(looks, covers, without, *(entry.get(key, "") for key in ("default", "grown", "shrunk")), tuple(entry["options"]))


THINGS: dict[str, Thing] = {name: _thing(entry) for name, entry in _TABLE["things"].items()}
INSTEAD: dict[str, tuple[str, ...]] = {name: tuple(options) for name, options in _TABLE["instead"].items()}
"""What to offer where a prompt or a thing shall go that only the photo itself has."""
OPPOSITES: Mapping[str, str] = {one: other for pair in _TABLE["opposites"]["pairs"] for one, other in (pair, pair[::-1])}
"""Looks of which less is more of another."""
MOODS = tuple(name for name in PROMPTS if GROUPS[name] == "expression")
"""What a face drawn in a message may stand for, whoever feels so."""
FAMILIES: dict[str, tuple[str, ...]] = {
    name: tuple(prompt for prompt in PROMPTS if GROUPS[prompt] in groups) for name, groups in _TABLE["families"].items()
}
"""How prompts are grouped for visitors."""


def _vocabulary() -> dict[str, Word]:
    words: dict[str, Word] = {}
    for thing in THINGS.values():
        words |= {phrase: Word("look") for phrase in thing.looks if phrase not in PHRASES}
    words |= {phrase: Word("filler") for phrase in listed(_TABLE["fillers"]["words"])}
    for name, entry in _TABLE["things"].items():
        words |= {phrase: Word("attribute", attribute=name) for phrase in listed(entry["words"])}
    for kind, word in (("names", {}), ("comparisons", {"direction": 1}), ("undone", {"degree": 0})):
        for name, phrases in _TABLE[kind].items():
            words |= {phrase: Word("attribute", attribute=name, **word) for phrase in listed(phrases)}
    words |= {phrase: Word("filler") for phrase in listed(_TABLE["idioms"]["words"])}  # whatever they name
    forgotten = listed(_TABLE["forgotten"]["words"])
    return {phrase: word for phrase, word in PHRASES.items() if phrase not in forgotten} | words


VOCABULARY = _vocabulary()
"""Every phrase known where there are prompts. A "look" means something beside its thing only."""


@cache
def vocabulary(prompts: tuple[str, ...]) -> Vocabulary:
    """The same with the names of those prompts that people have added to an engine."""
    added = {" ".join(name.lower().split()): Word("attribute", attribute=name) for name in prompts if name not in PROMPTS}
    return Vocabulary(VOCABULARY | added)


def thing_of(name: str) -> str:
    """The narrowest thing that a prompt is about; a thing is about itself; "" for graded attributes."""
    if name in THINGS:
        return name
    able = [thing for thing in THINGS if name in THINGS[thing].covers]
    return min(able, key=lambda thing: ("looks" not in _TABLE["things"][thing], len(THINGS[thing].covers)), default="")


def families(able: Collection[str]) -> tuple[str, ...]:
    """The families of which an engine can make something."""
    return tuple(family for family, prompts in FAMILIES.items() if set(prompts).intersection(able))


def label(name: str) -> str:
    """A prompt as a visitor would ask for it, in English."""
    return capitalised(name)
