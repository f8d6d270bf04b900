"""The assistant's sentences: pools in assets/chat/sentences.toml, of which one is drawn that was not said last."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

_TABLE = tomllib.loads((Path(__file__).parent.parent / "assets" / "chat" / "sentences.toml").read_text(encoding="utf-8"))
SENTENCES: Mapping[str, Sequence[str]] = {key: pool for key, pool in _TABLE.items() if isinstance(pool, list)}
OFFERS: Mapping[str, Sequence[str]] = _TABLE["offers"]
"""Per attribute what to propose while its degree is low, and while it is high."""
IDEAS: Mapping[str, str] = {offer: idea for name, pool in OFFERS.items() for offer, idea in zip(pool, _TABLE["ideas"][name], strict=True)}
"""A proposal -> how it is put in a question."""
STEPS: Mapping[str, Sequence[str]] = _TABLE["steps"]
"""Per attribute how more of it and less of it are called."""
ANSWERS: Mapping[str, Sequence[str]] = _TABLE["answers"]
"""Per attribute the clickable answers for more and less."""


QUESTIONS: Mapping[str, Sequence[str]] = _TABLE["questions"]
"""Per attribute what to ask where it is open how it shall change, then the answers to choose from."""
DEGREES: Mapping[str, Sequence[str]] = _TABLE["degrees"]
"""Per attribute what each degree is called in an answer."""


class Voice:
    """Draws sentences by a seed; `recent` is what was said last, of which nothing is repeated where there is a choice."""

    def __init__(self, seed: str = "", recent: str = ""):
        self.chance = random.Random(seed)
        self.recent = recent

    def say(self, key: str, **facts: object) -> str:
        """A sentence of the pool `key` with its facts; a capitalised fact begins with a capital letter."""
        pool = SENTENCES[key]
        fresh = [template for template in pool if not self._was_said(template)] or pool
        spoken = {name: str(value) for name, value in facts.items()}
        spoken |= {name.capitalize(): value[:1].upper() + value[1:] for name, value in spoken.items()}
        return self.chance.choice(fresh).format_map(spoken)

    def _was_said(self, template: str) -> bool:
        fixed = max(re.split(r"\{\w+\}", template), key=len).strip(" .:,“”?")
        return len(fixed) > 2 and fixed in self.recent


def listed(names: Sequence[str], conjunction: str = "and") -> str:
    """ "a, b and c" """
    names = list(names)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {conjunction} {names[-1]}"


def quotable(request: str) -> str:
    """A visitor's words without what Markdown or HTML would make something of."""
    return " ".join(re.sub(r"[^\w\s.,;:!?'’%+/()-]", "", request).replace("_", " ").split())[:80]
