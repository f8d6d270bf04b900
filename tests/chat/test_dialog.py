"""The dialog's state machine: the published table, every other situation, and the distribution of the assistant's moves."""

import itertools
import json
import random
from pathlib import Path

import pytest

from chat.dialog import MODES, STATES, TRANSITIONS, Dialog, mode_of, next_move, next_state
from chat.interpretation import MOVES, Interpretation, read_steps
from chat.offline import OfflineInterpreter
from chat.session import Session
from chat.talk import respond
from tests.chat.fakes import DrawingBackend, read_degrees
from tests.chat.test_session import _opened

PUBLISHED = Path(__file__).parent / "golden" / "dialog.json"
"""The authors' transition table and how often their assistant makes each move."""


@pytest.mark.parametrize(("situation", "expected"), TRANSITIONS.items(), ids=["-".join(key) for key in TRANSITIONS])
def test_the_published_transitions(situation, expected):
    assert next_state(*situation) == expected


def test_the_table_is_the_published_one():
    names = {"start_pureRequest": "request", "pureRequest": "request", "yes_pureRequest": "yes_request", "no_pureRequest": "no_request"}
    published = {
        (state, move, names.get(mode, mode)): after for state, move, mode, after in json.loads(PUBLISHED.read_text())["transitions_table"]
    }
    assert TRANSITIONS == published


@pytest.mark.parametrize("situation", list(itertools.product(STATES, MOVES, MODES)), ids="-".join)
def test_every_situation_leads_somewhere(situation):
    state, move, mode = situation
    after = next_state(*situation)
    assert after in STATES and after != "start" or (state == "start" and mode == "other")
    assert (after == "end") == mode.endswith("end") or (state == after == "end" and mode == "other")
    if mode.endswith("request"):
        assert after == "edit"


@pytest.mark.parametrize(
    ("found", "move", "mode"),
    [
        (Interpretation("edit", read_steps("smile+2")), "start", "request"),
        (Interpretation("edit", read_steps("smile+2"), answer="no"), "suggestion", "no_request"),
        (Interpretation("edit", read_steps("smile+2"), answer="yes"), "whether_enough", "yes_request"),
        (Interpretation("yes", read_steps("beard=3"), answer="yes"), "suggestion", "yes"),
        (Interpretation("no", read_steps("smile+1"), answer="no"), "whether_enough", "no"),
        (Interpretation("end", answer="no"), "suggestion", "no_end"),
        (Interpretation("end"), "whats_next", "end"),
        (Interpretation("enough"), "whether_enough", "yes"),
        (Interpretation("thanks"), "whether_enough", "yes"),
        (Interpretation("thanks"), "whats_next", "other"),
        (Interpretation("undo"), "whats_next", "request"),
        (Interpretation("hello"), "start", "other"),
    ],
)
def test_what_a_sentence_is_as_an_answer(found, move, mode):
    assert mode_of(found, move) == mode


def share(dialog, state, untried, wanted, **facts):
    draws = [next_move(dialog, state, untried, random.Random(seed), **facts)[0] for seed in range(2000)]
    return draws.count(wanted) / len(draws)


def test_moves_come_as_often_as_published():
    four = ["a", "b", "c", "d"]
    assert share(Dialog(rounds=0), "edit", four, "whether_enough") == pytest.approx(0.8 + 0.2 * 0.5 * 0.2, abs=0.03)
    assert share(Dialog(rounds=1), "edit", four, "whats_next") == pytest.approx(0.4, abs=0.03)
    assert share(Dialog(rounds=1), "edit", four, "suggestion") == pytest.approx(0.6 * 0.8, abs=0.03)
    assert share(Dialog(rounds=9), "edit", [], "whats_next") == pytest.approx(0.2, abs=0.03)
    assert share(Dialog(rounds=9), "edit", [], "whether_enough") == pytest.approx(0.8, abs=0.03)
    assert share(Dialog(rounds=2), "no_edit", four, "whether_enough") == 0
    assert share(Dialog(rounds=2), "edit", four, "whether_enough", accepted=True) == 1
    assert share(Dialog(rounds=0), "edit", four, "whats_next", went_well=False) == 1


def talk(*lines, session: Session | None = None):
    session, backend, turns = session or _opened(), DrawingBackend(), []
    for line in lines:
        session, turn = respond(session, line, OfflineInterpreter(), backend, None, read_degrees)
        turns.append(turn)
    return session, turns


def test_hello_first_edits_nothing():
    session, (turn,) = talk("hello")
    assert not session.version.edits and session.dialog.state == "start" and turn.options


def test_no_after_an_edit_without_direction_goes_on():
    session, turns = talk("change the smile", "no")
    assert not session.version.edits and all(turn.reply for turn in turns)
    session, turns = talk("make her smile")
    session = _asking(session, "whether_enough")
    session, (turn,) = talk("no", session=session)
    assert session.plan.steps[-1] == read_steps("smile+1")[0] and session.dialog.state == "edit"


def _asking(session, move, offer=""):
    import dataclasses

    return dataclasses.replace(session, offer=offer, dialog=dataclasses.replace(session.dialog, move=move))


def test_ending_twice_and_going_on():
    session, (first, second) = talk("bye", "bye")
    assert session.dialog.state == "end" and first.reply != second.reply and not second.options
    session, (turn,) = talk("add glasses", session=session)
    assert session.dialog.state == "edit" and session.version.edits


def test_yes_takes_a_suggestion_and_no_declines_it_for_good():
    session = _asking(_opened(), "suggestion", "Add glasses")
    after, (turn,) = talk("yes", session=session)
    assert after.plan.steps == read_steps("eyeglasses=3") and after.version.request == "Add glasses"
    assert after.dialog.move == "whether_enough", "an accepted suggestion is followed up"
    after, (turn,) = talk("no", session=session)
    assert not after.version.edits and after.offer != "Add glasses" and after.dialog.state == "no_edit"


def test_suggestions_prefer_what_was_not_tried():
    session, turns = talk("add glasses", "make her laugh", "what do you suggest?")
    assert session.dialog.move == "suggestion" and session.offer in turns[-1].options
    assert "lasses" not in session.offer and "laugh" not in session.offer and "mile" not in session.offer


def test_an_edit_offers_more_less_perfect_undo_and_two_suggestions():
    _, (turn,) = talk("make her smile a bit")
    assert [option for option in turn.options if option in ("Smile more", "Smile less", "Perfect", "Undo")] == [
        "Smile more",
        "Smile less",
        "Perfect",
        "Undo",
    ]
    assert len(turn.options) == 6


@pytest.mark.parametrize("attribute", ["glasses", "beard", "bangs", "smile", "older"])
def test_every_clickable_answer_is_understood(attribute):
    session, (turn,) = talk(f"add {attribute}" if attribute not in ("smile", "older") else attribute)
    for option in turn.options:
        _, (answer,) = talk(option, session=session)
        assert answer.interpretation.intent not in ("unclear", "out_of_scope"), option


def test_nothing_is_said_twice_in_a_row():
    _, turns = talk(*["undo"] * 4, *["asdf qwertz uiop"] * 4, *["thanks"] * 4, "make her laugh", *["smile more"] * 4, *["bye"] * 4)
    for before, after in itertools.pairwise(turns):
        assert before.reply != after.reply


def test_the_same_seed_says_the_same():
    lines = ("hello", "add glasses", "yes", "what do you suggest?", "ok", "thanks")
    assert [turn.reply for turn in talk(*lines)[1]] == [turn.reply for turn in talk(*lines)[1]]
