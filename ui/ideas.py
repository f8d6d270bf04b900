"""What the engine at work can do beyond the graded attributes, as chips to click, in families. Pure functions."""

from __future__ import annotations

import html
from collections.abc import Sequence

from chat.prompt_words import FAMILIES
from prompts import WORKS, WORKS_WELL
from ui.texts import attribute_name, say


def ideas(prompts: Sequence[str], language: str) -> str:
    """A row of chips for each family of prompts; those that show on few faces are faint. A hint where the engine has none."""
    families = [(say(f"family_{key}", language), own) for key, own in FAMILIES.items()]
    known = {name for _, own in families for name in own}
    families.append((say("family_more", language), tuple(name for name in prompts if name not in known)))
    rows = [_row(title, [name for name in own if name in prompts], language) for title, own in families]
    told = say("ideas_hint" if prompts else "ideas_none", language)
    return f'<p class="hint">{html.escape(told)}</p>{"".join(rows)}'


def _row(title: str, names: Sequence[str], language: str) -> str:
    if not names:
        return ""
    chips = "".join(_chip(name, language) for name in names)
    return f'<div class="ideas" role="group" aria-label="{html.escape(title)}"><b>{html.escape(title)}</b>{chips}</div>'


def _chip(name: str, language: str) -> str:
    what = html.escape(attribute_name(name, language))
    works = WORKS.get(name)
    faint = f' class="faint" title="{html.escape(say("idea_faint", language))}"' if works is not None and works < WORKS_WELL else ""
    return f'<button type="button" data-act="say" data-words="{what}"{faint}>{what}</button>'
