"""What is said about what really happened: limits, shortfalls, side effects, other engines, several faces, sampling steps."""

import dataclasses

import pytest

import backends
from backends.base import BackendInfo
from backends.registry import Listing
from chat import learnt
from chat.encoder import Guess, Reading
from chat.interpretation import Context, read_steps, written_steps
from chat.llm import NOT_ANSWERED
from chat.offline import OfflineInterpreter
from chat.talk import respond
from chat.tongue import Tongue
from errors import ParleyError
from graded import GRADED
from tests.chat.fakes import START, DrawingBackend, PaintingBackend, read_degrees
from tests.chat.test_session import _opened

SENTENCES = Tongue().sentences


def talk(*lines, session=None, backend=None, measure=read_degrees, interpreter=None):
    session, backend, turn = session or _opened(), backend or DrawingBackend(), None
    for line in lines:
        session, turn = respond(session, line, interpreter or OfflineInterpreter(), backend, None, measure)
    return session, turn


class Measured:
    """Measures what a test says, one picture after the other; the last one again and again."""

    def __init__(self, *degrees):
        self.degrees = [dict(START) | one for one in degrees]

    def __call__(self, image):
        return self.degrees.pop(0) if len(self.degrees) > 1 else self.degrees[0]


@pytest.mark.parametrize(
    ("line", "after", "told"),
    [
        ("make her laugh", {"smile": 1.2}, "hardly changed"),
        ("make her laugh", {"smile": 2.5}, "as you asked|part of the way|go on"),
        ("make her laugh", {"smile": 3.6}, "as you asked|part of the way|go on"),
        ("smile a bit", {"smile": 4.0}, "than you asked|further"),
        ("thin glasses", {"eyeglasses": 0.6, "beard": 2.0}, "beard 0.0 → 2.0"),
        ("make her smile, keep the glasses", {"smile": 3.0, "eyeglasses": 1.0}, "eyeglasses 0.0 → 1.0"),
    ],
)
def test_shortfalls_and_side_effects_are_told(line, after, told):
    _, turn = talk(line, measure=Measured({}, after))
    assert any(words in turn.reply for words in told.split("|")), turn.reply


def test_what_was_reached_is_not_complained_about():
    _, turn = talk("make her laugh", measure=Measured({}, {"smile": 4.8}))
    assert not any(words in turn.reply for words in ("hardly", "part of", "further", "effect", "Not asked"))


def test_an_edit_that_sets_out_from_nearer_than_its_plan_has_less_far_to_go():
    _, turn = talk("make her laugh", "no smile", measure=Measured({}, {"smile": 3.6}, {"smile": 0.4}))
    assert "3.6 → 0.4" in turn.reply
    assert not any(words in turn.reply for words in ("as you asked", "part of the way", "go on", "further"))


@pytest.mark.parametrize(
    ("start", "line", "after", "told", "edits"),
    [
        (4.8, "make her laugh", 4.8, SENTENCES["at_most_smile"], False),
        (4.9, "smile as much as possible", 4.9, SENTENCES["at_most_smile"], False),
        (0.1, "no smile at all", 0.1, SENTENCES["at_least_smile"], False),
        (4.1, "smile 4", 4.1, ["already"], False),
        (4.5, "make her laugh", 4.5, ["measured about that", "nearly that"], True),
        (4.5, "make her laugh", 2.0, ["hardly changed"], True),
        (4.0, "smile more", 4.4, ["4.0 → 4.4"], True),
    ],
)
def test_what_was_so_already_is_said(start, line, after, told, edits):
    """Whatever was asked, an answer tells more than "Better?"."""
    backend = DrawingBackend()
    encode = backend.encode
    backend.encode = lambda image, **more: dataclasses.replace(encode(image, **more), degrees=START | {"smile": start})
    session, turn = talk(line, backend=backend, measure=Measured({"smile": start}, {"smile": after}))
    assert any(words in turn.reply for words in told), turn.reply
    assert bool(session.version.edits) == edits
    if abs(after - start) < 0.25 or after < start:
        assert session.dialog.move == "whats_next", "nobody asks whether nothing was enough"


def test_an_engine_that_got_stuck_says_so():
    session, _ = talk("make her laugh", measure=Measured({}, {"smile": 3.0}))
    _, turn = talk("more", session=session)
    assert "3.0" in turn.reply and session.cursor == 1


def test_what_no_engine_can_do_and_what_another_can(monkeypatch):
    class Smiler(DrawingBackend):
        info = dataclasses.replace(DrawingBackend.info, attributes=("smile",))

    other = BackendInfo("other", "The Other", "", "", "MIT", 128, GRADED)
    monkeypatch.setattr(backends, "available", lambda: (Listing("other", other),))
    session, turn = talk("add glasses", backend=Smiler())
    assert "The Other" in turn.reply and not session.version.edits
    monkeypatch.setattr(backends, "available", lambda: (Listing("other", other, "weights are missing"),))
    _, turn = talk("add glasses and a hat", backend=Smiler())
    assert "The Other" not in turn.reply and "hat" in turn.reply and "smile" in turn.reply


def test_one_sentence_edits_everyone_as_one_version():
    session, turn = talk("everyone should laugh", session=_opened(2))
    assert len(session.versions) == 2 and sorted(session.version.edits) == [0, 1]
    assert all(edit.degrees["smile"] == 5 for edit in session.version.edits.values())
    assert "2 faces" in turn.reply or "Everyone" in turn.reply
    session, _ = talk("undo", session=session)
    assert not session.version.edits


def test_faces_are_chosen_by_words():
    session, _ = talk("add glasses to the face on the right", session=_opened(2))
    assert list(session.version.edits) == [1] and session.chosen == 1
    session, turn = talk("the first face", session=session)
    assert session.chosen == 0 and "1" in turn.reply
    with pytest.raises(ParleyError, match="number 7"):
        talk("make face 7 smile", session=session)


def test_sampling_steps_stay_and_are_honest_about_engines_without():
    session, turn = talk("use 30 steps")
    assert "nothing" in turn.reply and session.sampling_steps is None

    class Sampler(DrawingBackend):
        info = dataclasses.replace(DrawingBackend.info, sampling_steps=(8, 20, 50))

    backend = Sampler()
    session, turn = talk("use 30 steps", "add glasses", backend=backend)
    assert backend.plans[-1].sampling_steps == 30
    session, turn = talk("in best quality please", session=session, backend=backend)
    assert backend.plans[-1].sampling_steps == 50 and "50" in turn.reply


def test_questions_are_answered_by_what_was_asked_about():
    session, turn = talk("add a fringe", "different glasses")
    assert turn.options[:4] == ("Thin glasses", "Thick glasses", "Sunglasses", "No glasses")
    session, _ = talk("thinner", session=session)
    assert session.plan.steps[-1].attribute == "eyeglasses"


def test_describing_answers_what_was_asked():
    _, turn = talk("make her laugh", "how old does she look?")
    assert "age" in turn.reply and "smile" not in turn.reply
    _, turn = talk("add glasses", "what do you see?")
    assert all(name in turn.reply for name in GRADED)


def test_comparing_tells_what_moved():
    _, turn = talk("compare")
    assert "nothing to compare" in turn.reply
    _, turn = talk("make her laugh", "compare")
    assert "smile 1.0 → 5.0" in turn.reply and "beard" not in turn.reply and "Asked for" not in turn.reply
    _, turn = talk("make her laugh, red hair and a beanie", "no beanie", "what did you change?", backend=PaintingBackend())
    assert "smile 1.0 → 5.0" in turn.reply and "Asked for: red hair." in turn.reply


def test_a_version_is_compared_with_another():
    session, turn = talk("make her laugh", "red hair", "compare version 1 and 2", backend=PaintingBackend())
    assert session.cursor == 2 and session.compared_with == 1
    assert "version 1" in turn.reply.lower() and "Asked for: red hair." in turn.reply and "smile" not in turn.reply
    session, turn = talk("compare", session=session, backend=PaintingBackend())
    assert session.compared_with == 0 and "smile 1.0 → 5.0" in turn.reply
    session, turn = talk("compare with version 2", session=session, backend=PaintingBackend())
    assert "version on show" in turn.reply and session.compared_with == 0
    with pytest.raises(ParleyError, match="no such version"):
        talk("show version 1 next to version 7", session=session, backend=PaintingBackend())
    session, _ = talk("compare with version 1", "no smile", session=session, backend=PaintingBackend())
    assert session.compared_with is None, "what is new is compared as the page has it"


def test_a_message_that_is_too_long_is_read_in_part_and_that_is_said():
    _, turn = talk(f"make her laugh{' ' * 500}and glasses")
    assert "first 500" in turn.reply and {step.attribute for step in turn.interpretation.steps} == {"smile"}


def test_a_silent_language_model_is_mentioned():
    class Silent:
        def interpret(self, text, context):
            return dataclasses.replace(OfflineInterpreter().interpret(text, context), notes=(NOT_ANSWERED,))

    for line in ("add glasses", "asdf", "make her a robot"):
        assert Tongue().put(NOT_ANSWERED) in talk(line, interpreter=Silent())[1].reply


def test_a_visitor_cannot_make_the_assistant_show_markup():
    _, turn = talk("add a <script>alert(1)</script> [x](http://bad.example) and **this** thing")
    assert not set("<>[]*") & set(turn.reply)


def reading(reply="request", mode="definite", attribute="smile", probability=0.99, unknown=()):
    sure = {name: Guess(label, probability) for name, label in {"direction": "more", "value": "2", "target": "3"}.items()}
    return Reading(Guess(reply, probability), Guess(mode, probability), Guess(attribute, probability), **sure, unknown=unknown)


@pytest.mark.parametrize(
    ("read", "intent", "steps"),
    [
        (reading(), "edit", "smile+2"),
        (reading(mode="target", attribute="beard"), "edit", "beard=3"),
        (reading(attribute="same"), "edit", "age+2"),
        (reading("no_request"), "edit", "smile+2"),
        (reading("end", "none"), "end", ""),
        (reading("yes", "none"), "yes", ""),
        (reading(probability=0.8), "unclear", ""),
        (reading(unknown=("blorp",)), "unclear", ""),
        (reading("none", "none"), "unclear", ""),
    ],
)
def test_the_encoder_is_heard_where_the_grammar_has_nothing_to_say(monkeypatch, read, intent, steps):
    monkeypatch.setattr(learnt, "read", lambda text, move: read)
    context = Context(last=read_steps("age+2"))
    found = OfflineInterpreter().interpret("splendiferous", context)
    assert (found.intent, written_steps(found.steps)) == (intent, steps)
    assert OfflineInterpreter().interpret("add glasses", context).steps[0].attribute == "eyeglasses", "the grammar comes first"
    assert not OfflineInterpreter().interpret("change the smile", context).steps, "a question stands"


def test_without_an_encoder_the_visitor_is_asked(monkeypatch):
    def missing(text, move):
        raise ParleyError("The weights are missing.")

    monkeypatch.setattr(learnt, "read", missing)
    assert OfflineInterpreter().interpret("splendiferous", Context()).intent == "unclear"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("do you store my photos?", "session"),
        ("how do I download the picture", "full size"),
        ("switch engine", "engine"),
        ("why is it so blurry?", "small"),
        ("hm, that doesn't look right", "small"),
        ("what can you do?", "own words"),
    ],
)
def test_questions_about_the_app_are_answered(line, told):
    session, turn = talk(line)
    assert told in turn.reply and not session.version.edits


def test_giving_back_what_was_not_changed_changes_nothing():
    session, turn = talk("bring back the fringe")
    assert len(session.versions) == 1 and "photo" in turn.reply


def test_no_glasses_are_not_called_glasses():
    _, turn = talk("add glasses", "take the glasses off")
    assert "no glasses" in turn.reply and "Thicker frames" not in turn.options and "in mind" not in turn.reply


def test_two_changes_are_undone_at_once():
    session, turn = talk("add glasses", "older", "undo the last two things")
    assert not session.version.edits and "“add glasses”" in turn.reply and "“older”" in turn.reply
    assert talk("redo", "redo", session=session)[0].plan.degrees_from(START) == {"eyeglasses": 3.0, "age": 4.0}
    assert not talk("add glasses", "undo the last three changes")[0].version.edits, "there was only one"


def test_a_version_is_shown_again_by_its_number():
    session, turn = talk("add glasses", "older", "go back to version 1")
    assert session.cursor == 1 and len(session.versions) == 3 and "version 1, “add glasses”" in turn.reply
    session, _ = talk("add a beard", session=session)
    assert session.plan.degrees_from(START) == {"eyeglasses": 3.0, "beard": 3.0}
    assert talk("version 0", session=session)[0].cursor == 0
    with pytest.raises(ParleyError, match="no such version"):
        talk("show me version 9", session=session)


def test_a_no_where_nothing_is_left_to_do_is_shown_the_way_out():
    session, _ = talk("as old as possible")
    session = dataclasses.replace(session, dialog=dataclasses.replace(session.dialog, move="whether_enough"))
    session, turn = talk("no", session=session)
    assert "undo" in turn.reply.lower() and turn.options[0] == "Undo" and len(session.versions) == 2


def test_what_is_given_back_has_no_side_effects():
    measure = Measured({}, {"smile": 4.0, "bangs": 3.0}, {})
    _, turn = talk("laugh", "reset the smile", measure=measure)
    assert "bangs" not in turn.reply


def test_what_was_so_already_can_be_spoken_of():
    session, _ = talk("clean shaven please")
    assert not session.version.edits
    session, turn = talk("a bit more then", session=session)
    assert [step.attribute for step in session.plan.steps] == ["beard"]
