"""The changes that words alone describe: assets/prompts.json as Python values, beside the graded attributes of `graded.py`.

A prompt has no degrees of its own. An edit's amount of 5 is all of it (ChatFace's strength s = 1), and a face as it came counts as 0.
"""

import json
from pathlib import Path

TABLE = Path(__file__).parent / "assets" / "prompts.json"
_TABLE = json.loads(TABLE.read_text(encoding="utf-8"))

PROMPTS: tuple[str, ...] = tuple(_TABLE)
"""Names, in the order in which networks know them."""
TEXTS: dict[str, str] = {name: entry["text"] for name, entry in _TABLE.items()}
"""What CLIP is told of a face after the change."""
WORKS: dict[str, float | None] = {name: entry.get("works") for name, entry in _TABLE.items()}
"""On what share of validation faces the first engine's edit made the prompt show; None where that was not measured."""
GROUPS: dict[str, str] = {name: entry.get("group", name) for name, entry in _TABLE.items()}
"""Prompts of one group exclude each other: black hair takes the place of blond hair."""
WORKS_WELL = 0.5
SUGGESTED: tuple[str, ...] = tuple(
    sorted((name for name, entry in _TABLE.items() if entry.get("suggest", True) and (WORKS[name] or 0.0) >= WORKS_WELL),
           key=lambda name: -WORKS[name])
)  # fmt: skip
"""What may be proposed to a visitor unasked, what works best first: nothing delicate, and nothing that works on few faces."""
NEUTRAL_TEXT = "a person"
"""What CLIP is told of a face before any change."""


def rivals(name: str) -> tuple[str, ...]:
    """The other prompts of the group; none for what is no prompt."""
    return tuple(other for other in PROMPTS if name in GROUPS and other != name and GROUPS[other] == GROUPS[name])
