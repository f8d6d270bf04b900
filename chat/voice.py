"""The assistant's sentences as they are said: of each pool of a `Tongue` one is drawn that was not said last."""

from __future__ import annotations

import random
import re

from chat.tongue import DEFAULT, Tongue, capitalised


class Voice(Tongue):
    """Draws sentences by a seed; `recent` is what was said last, of which nothing is repeated where there is a choice."""

    def __init__(self, seed: str = "", recent: str = "", language: str = DEFAULT):
        super().__init__(language)
        self.chance = random.Random(seed)
        self.recent = recent

    def say(self, key: str, **facts: object) -> str:
        """A sentence of the pool `key` with its facts; a capitalised fact begins with a capital letter."""
        pool = self.sentences[key]
        fresh = [template for template in pool if not self._was_said(template)] or pool
        spoken = {name: str(value) for name, value in facts.items()}
        spoken |= {name.capitalize(): capitalised(value) for name, value in spoken.items()}
        return self.chance.choice(fresh).format_map(spoken)

    def _was_said(self, template: str) -> bool:
        fixed = max(re.split(r"\{\w+\}", template), key=len).strip(" .:,“”„?")
        return len(fixed) > 2 and fixed in self.recent


def quotable(request: str) -> str:
    """A visitor's words without what Markdown or HTML would make something of."""
    return " ".join(re.sub(r"[^\w\s.,;:!?'’%+/()-]", "", request).replace("_", " ").split())[:80]
