"""The engines as the page and the endpoints list them; importing this loads none of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TypeVar

import backends
from backends.base import Backend, BackendInfo
from errors import ParleyError
from ui.texts import DEFAULT, translated

Choice = TypeVar("Choice")


TOLD = ("summary", "paper", "licence")
"""What an engine's description says in sentences."""


def rows(language: str = DEFAULT) -> list[dict[str, object]]:
    """Every engine with `available`, the `reason` where it is not, and its description; what these say is in the language."""
    listed = []
    for listing in backends.available():
        described = asdict(listing.info) if listing.info else {}
        described |= {key: translated(described[key], language) for key in TOLD if key in described}
        told = {"name": listing.name, "title": listing.title, "available": not listing.reason}
        listed.append(described | told | {"reason": translated(listing.reason, language)})
    return listed


def first_available() -> str | None:
    return next((str(row["name"]) for row in rows() if row["available"]), None)


def reason(name: str | None, language: str) -> str:
    """Why an engine cannot run; empty where it can."""
    return next((str(row["reason"]) for row in rows(language) if row["name"] == name), "")


def chosen(name: str | None) -> str | None:
    """The engine that a choice stands for: the first that can run where none was made."""
    return name or first_available()


def described(name: str | None) -> dict[str, object]:
    """The row of an engine (None: the first that can run); without attributes where there is none."""
    listed = rows()
    usable = (row for row in listed if (row["name"] == name if name else row["available"]))
    return next(usable, {"name": "", "attributes": (), "sampling_steps": ()})


def info_of(name: str) -> BackendInfo:
    """What a listed engine says of itself. Raises ParleyError where there is none of this name."""
    info = next((listing.info for listing in backends.available() if listing.name == name), None)
    if info is None:
        raise ParleyError("There is no engine called {name!r}.", name=name)
    return info


def titled(names: Sequence[str]) -> list[tuple[str, str]]:
    """(name, title) of the given engines, known or not, each once; of all that can run where none is given."""
    titles = {str(row["name"]): str(row["title"]) for row in rows()}
    chosen = dict.fromkeys(names) or [str(row["name"]) for row in rows() if row["available"]]
    return [(name, titles.get(name, name)) for name in chosen]


def load(name: str | None) -> Backend:
    """An engine by name (None: the first that can run). Raises ParleyError where it cannot run, or where none can."""
    return backends.get(name or backends.first(backends.available()))


def other_than_default(choices: Sequence[Choice], place: int | None) -> Choice | None:
    """What stands at a place in a setting's choices; None for the first, which an engine takes unasked, and where an engine has fewer
    choices than the one that the page showed."""
    return choices[place] if place and place < len(choices) else None
