"""The words that the offline interpreter knows, as data: nothing here decides anything.

Degrees are those of assets/attributes.json; the phrases themselves are in assets/chat/phrases.toml.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["attribute", "operation", "amount", "quality", "comparative", "link", "negation", "pronoun", "determiner", "filler"]
"""Fillers, pronouns and determiners mean nothing here, but being listed they are no strangers."""


@dataclass(frozen=True)
class Word:
    """What a phrase means.

    `attribute` names a graded attribute; `degree` is the absolute degree the phrase implies ("stubble" is beard 1) and `direction` the way
    it points ("younger" is age -1). `value` is the operation, amount, quality or kind of link.
    """

    kind: Kind
    value: str = ""
    attribute: str = ""
    degree: float | None = None
    direction: int = 0


PLAIN_DEGREE = {"bangs": 3, "eyeglasses": 3, "beard": 3}
"""What a bare "add a beard" sets. Smile and age have no such degree: they are moved from where they are."""

GROWS = frozenset({"bangs", "beard"})
"""Attributes of which "add ..." asks for more when the face already has them; a second pair of glasses makes no sense."""

QUALITY_DEGREE = {
    "eyeglasses": {"rimless": 1, "thin": 2, "light": 2, "metal": 2, "thick": 3, "plastic": 3, "dark": 5},
    "beard": {"light": 1, "thin": 2, "short": 2, "medium": 3, "long thin": 4, "long": 5, "full": 5, "thick": 5, "big": 5},
    "bangs": {"light": 1, "thin": 1, "short": 2, "medium": 3, "long": 4, "full": 5, "thick": 5},
    "smile": {"closed": 1, "light": 1, "short": 1, "medium": 2, "toothy": 3, "open": 4, "big": 4, "full": 4, "long": 4},
    "age": {},
}
"""An adjective with an attribute -> its degree."""

YEARS_TO_DEGREE = ((15, 0), (30, 1), (40, 2), (50, 3), (60, 4))
"""Upper limits in years of the age degrees 0 to 4; beyond them is 5."""

YEARS_PER_DEGREE = 10

SMILEYS = {
    "🙂": "smile", "😊": "smile", "😀": "smile", "😃": "smile", "😄": "smile", "☺": "smile", "😁": "grin",
    "😂": "laugh", "🤣": "laugh", "😆": "laugh",
}  # fmt: skip
"""Faces: people also end a friendly sentence with one, so they count only where the words say nothing."""

THINGS = {
    "👓": "glasses", "🕶": "sunglasses", "😎": "sunglasses", "🧔": "beard", "👴": "old", "👵": "old",
    "👶": "child", "😐": "no smile", "↩": "undo",
}  # fmt: skip

NUMBERS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "fifteen": 15,
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
}  # fmt: skip

FALSE_FRIENDS = frozenset(
    """
    grasses classes glosses gasses glances masses lasses glass beads bears bread board heard beers beast reads simile smite stile smell
    small while order elder holder folder colder bolder bold bald solder wonder hunger youngster hanger banks bands bags hangs gangs fangs
    angles rangs shapes shakes shaded shadow shaves spades grind grain grins fridge cringe stumble bubble remote removes resent beset rest
    adder latch caught cough tough rough hate wages pages sages stages
    share shared shares sharing shape shaped shake shaken shaking shove saved saving slave slaves nature haven behaving paged paging hanging
    gains grids boards seriously spurious sampling printing regardless teeny shading shader closer black quiet weather leather bears
    """.split()
)
"""Ordinary words that differ by a letter or two from a word below; they are never taken for a slip of the finger."""

COMMANDS = {
    "undo": (
        r"undo( (that|it|this|the last( one| change| step| edit)?|last( change)?))?|(go |step )?back|revert( (that|it))?"
        r"|take (that|it) back|previous( one| version| picture)?|ctrl z"
    ),
    "redo": r"redo( (that|it|this))?|(go )?forward|put (that|it) back|undo the undo",
    "reset": (
        r"reset( (everything|all|it|the (photo|picture|image)))?|start (over|again|afresh|from scratch)|begin again|from the beginning"
        r"|(undo|clear|remove|revert) (everything|all( (edits|changes|of it))?)|back to (normal|the (start|beginning))"
        r"|((go )?back to|restore|show)? ?(me )?(the )?original( (photo|picture|image|face))?"
    ),
    "help": r"help( me)?|what can (you|i) (do|change|edit|say|ask)( here)?|how does (this|it) work|commands|options",
    "thanks": (
        r"(thanks?|thank you|thx|cheers|ta)( (so|very) much| a lot)?|i like it|well done|love it|wow"
        r"|((that|it) |looks? )?(great|perfect|nice|lovely|good|cool|awesome|enough|fine)"
    ),
    "hello": r"hi|hello|hey|hi there|hello there|good (morning|afternoon|evening)",
    "yes": r"yes|yeah|yep|yup|sure|ok|okay|go ahead|do it|why not|of course",
    "no": r"no|nope|nah|no thanks?|no thank you|not now",
    "describe": (
        r"how (old|smiley) (is|are|does|do) .*|(is|are|does|do|has|have) (he|she|they|it|this|the|that|there)\b.*"
        r"|what (do|can) you see|describe .*|what are the (degrees|numbers|values)"
    ),
}
"""Whole sentences (politeness removed) as patterns -> the intent. Order matters."""


def _phrases() -> dict[str, Word]:
    table: dict[str, Word] = {}
    path = Path(__file__).parent.parent / "assets" / "chat" / "phrases.toml"
    for entry in tomllib.loads(path.read_text(encoding="utf-8"))["words"]:
        phrases = entry.pop("phrases").split(",")
        table.update({" ".join(phrase.split()): Word(**entry) for phrase in phrases})
    return table


PHRASES = _phrases()
LONGEST = max(len(phrase.split()) for phrase in PHRASES)
