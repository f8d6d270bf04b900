"""The dialog's state machine: Talk-to-Edit's states and moves (Jiang et al., ICCV 2021, section 3.3), made total.

The published table covers 20 situations and raises an error in all others ("hello" first, "bye" twice). Here every sentence in every state
leads somewhere.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from chat.interpretation import Interpretation, Move

State = Literal["start", "edit", "no_edit", "end"]
Mode = Literal["request", "yes", "yes_request", "yes_end", "no", "no_request", "no_end", "end", "other"]
"""What the visitor's sentence is as an answer: "other" is a greeting, a question, or anything that asks for no edit."""

STATES: tuple[State, ...] = ("start", "edit", "no_edit", "end")
MODES: tuple[Mode, ...] = ("request", "yes", "yes_request", "yes_end", "no", "no_request", "no_end", "end", "other")

TRANSITIONS: dict[tuple[State, Move, Mode], State] = {
    ("start", "start", "request"): "edit",
    ("edit", "suggestion", "yes"): "edit",
    ("edit", "suggestion", "yes_request"): "edit",
    ("edit", "suggestion", "no"): "no_edit",
    ("edit", "suggestion", "no_request"): "edit",
    ("edit", "suggestion", "no_end"): "end",
    ("edit", "whether_enough", "yes"): "no_edit",
    ("edit", "whether_enough", "yes_request"): "edit",
    ("edit", "whether_enough", "yes_end"): "end",
    ("edit", "whether_enough", "no"): "edit",
    ("edit", "whether_enough", "no_request"): "edit",
    ("edit", "whats_next", "request"): "edit",
    ("edit", "whats_next", "end"): "end",
    ("no_edit", "suggestion", "yes"): "edit",
    ("no_edit", "suggestion", "yes_request"): "edit",
    ("no_edit", "suggestion", "no"): "no_edit",
    ("no_edit", "suggestion", "no_request"): "edit",
    ("no_edit", "suggestion", "no_end"): "end",
    ("no_edit", "whats_next", "request"): "edit",
    ("no_edit", "whats_next", "end"): "end",
}
"""The published transitions: (state, the assistant's previous move, what the visitor said) -> next state."""

FIRST_ROUND_ENOUGH = 0.8
WHATS_NEXT = (0.5, 0.4, 0.3, 0.3)
LATER_WHATS_NEXT = 0.2
SUGGESTION_PER_ATTRIBUTE = 0.2
GENERAL_QUESTION = 0.2
"""Published probabilities of the assistant's moves: asking after the first edit whether it is enough, asking what is next per round, and
suggesting, times the number of attributes not yet tried; and asking "is that enough?" rather than in the attribute's own words."""


@dataclass(frozen=True)
class Dialog:
    """Where a conversation stands. `about` are the attributes that an open question is about, `tried` those edited or proposed so far, and
    `rounds` counts the edits.
    """

    state: State = "start"
    move: Move = "start"
    about: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    rounds: int = 0


def mode_of(found: Interpretation, move: Move) -> Mode:
    """What a sentence is as an answer to `move`; "perfect" says yes to "is that enough?"."""
    request = found.intent not in ("yes", "no", "end") and (found.changes or found.intent in ("undo", "redo", "reset", "version"))
    if found.intent == "end":
        return {"yes": "yes_end", "no": "no_end", "": "end"}[found.answer]
    if found.intent == "enough" or (found.intent == "thanks" and move == "whether_enough"):
        return "yes"
    if found.answer:
        return {"yes": "yes_request", "no": "no_request"}[found.answer] if request else found.answer
    return "request" if request else "other"


def next_state(state: State, move: Move, mode: Mode) -> State:
    """The published transition where there is one; else what is sensible: a request edits, a goodbye ends, all else edits nothing."""
    if (state, move, mode) in TRANSITIONS:
        return TRANSITIONS[state, move, mode]
    if mode.endswith("request") or (move, mode) in (("suggestion", "yes"), ("whether_enough", "no")):
        return "edit"
    if mode.endswith("end"):
        return "end"
    if mode == "other" and state in ("start", "end"):
        return state
    return "no_edit"


def next_move(
    dialog: Dialog, state: State, untried: Sequence[str], chance: random.Random, *, went_well: bool = True, accepted: bool = False
) -> tuple[Move, str]:
    """What the assistant says next, and the attribute that it suggests ("" unless it does).

    `untried` are attributes that may be suggested, best first; `went_well` is False where an edit could not be made or was not needed, and
    `accepted` True where a suggestion was just followed. The published order of draws, without its endless redrawing.
    """
    if state == "end" or not went_well:
        return "whats_next", ""
    edited = state == "edit"
    if edited and (accepted or (dialog.rounds == 0 and chance.random() < FIRST_ROUND_ENOUGH)):
        return "whether_enough", ""
    asks = WHATS_NEXT[dialog.rounds] if dialog.rounds < len(WHATS_NEXT) else LATER_WHATS_NEXT
    if chance.random() < asks:
        return "whats_next", ""
    if untried and (chance.random() < SUGGESTION_PER_ATTRIBUTE * len(untried) or not edited):
        return "suggestion", untried[0]
    return ("whether_enough", "") if edited else ("whats_next", "")
