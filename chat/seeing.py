"""What a picture shows of the prompts, as far as the classifier of faces/looks.py can tell.

On validation faces what is `SURELY` there is there in 19 cases of 20, and of what is there less than one in ten is `HARDLY`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PIL import Image

from backends.base import EditStep
from chat.prompt_words import THINGS
from errors import ParleyError
from prompts import GROUPS, rivals

SURELY, LIKELY, HARDLY = 0.9, 0.5, 0.2
"""Probabilities from which on something is there already, from which on it is not proposed, and below which it cannot be made out."""
OF_HAIR = ("hair colour", "hair length", "hair texture", "hair style")
"""Groups of prompts that a bald head has no use for."""

Looks = Mapping[str, float]
"""The probability of each prompt; empty where nothing has looked."""


def looks_of(image: Image.Image) -> Looks:
    """Of an aligned RGB face; empty where the classifier's weights are missing."""
    from faces.looks import shown  # brings in torch, so not before the first question

    try:
        return shown(image)
    except ParleyError:
        return {}


def already(steps: Sequence[EditStep], looks: Looks, planned: Mapping[str, float]) -> tuple[str, ...]:
    """Prompts that steps set although the picture shows them and no earlier wish made it so."""
    asked = [step.attribute for step in steps if step.operation == "set" and step.amount > 0 and not planned.get(step.attribute)]
    return tuple(dict.fromkeys(name for name in asked if looks.get(name, 0.0) >= SURELY))


def pointless(name: str, looks: Looks) -> bool:
    """Whether there is no point in proposing a prompt: it is there, or there is no hair that it could change."""
    hairless = looks.get("bald", 0.0) >= LIKELY and GROUPS[name] in OF_HAIR
    return looks.get(name, 0.0) >= LIKELY or hairless


def recognised(names: Sequence[str], looks: Looks) -> tuple[str, ...]:
    """What can be seen of prompts and things: of those that exclude each other the likeliest; never that something is missing, unless
    that was asked for.
    """
    able = dict.fromkeys(prompt for name in names for prompt in (THINGS[name].covers if name in THINGS else (name,)))
    seen = [name for name in able if looks.get(name, 0.0) >= LIKELY and (name in names or not name.startswith("no "))]
    return tuple(name for name in seen if all(looks[name] >= looks.get(other, 0.0) for other in rivals(name)))
