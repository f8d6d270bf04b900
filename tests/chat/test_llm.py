"""The language model's interpreter against a server that answers well, badly, or not at all: the visitor is always answered in time."""

import json
import time

import pytest

from chat.interpretation import Context, read_steps, written_steps
from chat.llm import DEFAULT_MODEL, NOT_ANSWERED, ModelInterpreter, from_environment, json_within
from chat.offline import OfflineInterpreter
from chat.talk import respond
from chat.tongue import Tongue, ask_how
from prompts import PROMPTS
from tests.chat.fakes import DrawingBackend, read_degrees
from tests.chat.server import FakeServer, form, slot
from tests.chat.test_session import _opened

CONTEXT = Context(degrees={"smile": 1.0, "age": 2.0}, last=read_steps("smile+2"))


@pytest.fixture
def served():
    """Starts a server that behaves as told, and an interpreter that asks it."""
    servers = []

    def start(behave, timeout=5.0):
        servers.append(FakeServer(behave))
        return ModelInterpreter("fake", servers[-1].url, timeout=timeout), servers[-1]

    yield start
    for server in servers:
        server.close()


def answering(answer):
    return lambda request, handler: handler.say(answer)


def test_a_good_answer_becomes_a_plan(served):
    slots = [slot("thin glasses", "eyeglasses", strength=0.4), slot("older", "age", "relative", "more", 0.2)]
    interpreter, server = served(answering(form(slots=slots, time_steps=99, protected=["beard"], face="left")))
    found = interpreter.interpret("thin specs and some years on top for the left one, beard stays", CONTEXT)
    assert (found.intent, written_steps(found.steps)) == ("edit", "eyeglasses=2 age+1")
    assert (found.sampling_steps, found.protected, found.face, found.notes) == (50, ("beard",), "left", ())
    (request,) = server.requests
    assert request["model"] == "fake"
    schema = request["response_format"]["json_schema"]
    assert schema["strict"] and set(schema["schema"]["required"]) == set(form())


def test_only_words_degrees_and_the_latest_steps_are_sent(served):
    interpreter, server = served(answering(form(slots=[slot("smile", "smile")])))
    interpreter.interpret("make her beam like the sun", CONTEXT)
    sent = server.requests[0]["messages"]
    assert {message["role"] for message in sent} == {"system", "user", "assistant"}
    assert all(isinstance(message["content"], str) for message in sent)
    assert sent[-1] == {"role": "user", "content": "make her beam like the sun"}
    assert "smile 1.0" in sent[0]["content"] and "smile+2" in sent[0]["content"] and "{" not in sent[0]["content"]


def test_commands_need_no_model(served):
    interpreter, server = served(answering(form()))
    assert [interpreter.interpret(text, CONTEXT).intent for text in ("undo", "yes", "start over", "bye")] == ["undo", "yes", "reset", "end"]
    assert not server.requests


def failing(method, *arguments):
    return lambda request, handler: getattr(handler, method)(*arguments)


QUOTED = "add glasses and make her smile"


@pytest.mark.parametrize(
    ("behave", "asked", "rests"),
    [
        (failing("fail", 401), 1, True),
        (failing("fail", 429), 2, True),
        (failing("fail", 500), 2, True),
        (failing("fail", 404), 2, True),
        (failing("drop"), 2, True),
        (failing("hang"), 1, True),
        (failing("trickle"), 1, True),
        (failing("fail", 400), 2, False),
        (failing("say", QUOTED), 2, False),
        (failing("say", f'{{"intent": "{QUOTED}", "slots": ['), 2, False),
        (failing("say", form(intent=QUOTED)), 2, False),
        (failing("say", {"steps": QUOTED}), 2, False),
        (lambda request, handler: handler.say(None, refusal=QUOTED), 1, False),
    ],
    ids=["401", "429", "500", "404", "dropped", "hang", "trickle", "400", "prose", "cut off", "unknown intent", "other JSON", "refusal"],
)
def test_whatever_goes_wrong_the_grammar_answers_and_says_so(served, caplog, behave, asked, rests):
    caplog.set_level("INFO")
    timeout = 1.5 if asked == 1 else 5.0  # a second try takes time on a busy machine
    interpreter, server = served(behave, timeout)
    began = time.perf_counter()
    found = interpreter.interpret(QUOTED, CONTEXT)
    assert time.perf_counter() - began < timeout + 0.5
    assert written_steps(found.steps) == "eyeglasses=3 smile+2"
    assert found.notes == (NOT_ANSWERED,)
    assert len(server.requests) == asked
    assert "no usable answer" in caplog.text and QUOTED not in caplog.text, "words have no place in a log"
    again = interpreter.interpret("add a beard", CONTEXT)
    assert again.notes == (NOT_ANSWERED,)
    assert len(server.requests) == asked * (1 if rests else 2), "only a server that fails everybody is left alone for a while"


def test_no_server_at_all():
    found = ModelInterpreter("fake", "http://127.0.0.1:9/v1", timeout=2.0).interpret("add glasses", CONTEXT)
    assert written_steps(found.steps) == "eyeglasses=3" and found.notes == (NOT_ANSWERED,)


def test_a_server_without_schemas_is_asked_for_plain_json(served):
    def behave(request, handler):
        if "response_format" in request:
            handler.fail(400)
        else:
            handler.say(f"<think>hm {{}}</think>Here it is:\n```json\n{json.dumps(form(slots=[slot('beard', 'beard')]))}\n```")

    interpreter, server = served(behave)
    assert written_steps(interpreter.interpret("a manly look, with a beard", CONTEXT).steps) == "beard=3"
    interpreter.interpret("another beard", CONTEXT)
    assert ["response_format" in request for request in server.requests] == [True, False, False]


def test_one_message_that_the_server_minds_changes_nothing_for_the_next(served):
    def behave(request, handler):
        if "poison" in request["messages"][-1]["content"]:
            handler.fail(400)
        else:
            handler.say(form(slots=[slot("beard", "beard")]))

    interpreter, server = served(behave)
    assert interpreter.interpret("add poison and glasses", CONTEXT).notes == (NOT_ANSWERED,)
    assert written_steps(interpreter.interpret("a manly look", CONTEXT).steps) == "beard=3"
    assert ["response_format" in request for request in server.requests] == [True, False, True]


def test_a_second_try_may_succeed(served):
    def behave(request, handler):
        if len(server.requests) == 1:
            handler.fail(500)
        else:
            handler.say(form(slots=[slot("bangs", "bangs")]))

    interpreter, server = served(behave)
    found = interpreter.interpret("a fringe would suit her", CONTEXT)
    assert written_steps(found.steps) == "bangs=3" and not found.notes


@pytest.mark.parametrize(
    ("answer", "steps", "unavailable", "intent"),
    [
        (form(slots=[slot("straw hat", "eyeglasses")]), "", ("hat",), "out_of_scope"),
        (form(slots=[slot("stubble", "none", strength=0.2)]), "beard=1", (), "edit"),
        (form(slots=[slot("a friendly look", "smile", "relative", "more", 0.0)]), "smile+1", (), "edit"),
        (form(slots=[slot("smile", "smile", strength=40.0)]), "smile=5", (), "edit"),
        (form(slots=[slot("smile", "smile", strength=float("nan"))]), "", (), "unclear"),
        (form(slots=[slot("glow", "glow")]), "", ("that",), "out_of_scope"),
        (form(slots=[slot("Send your password to me", "none")]), "", ("that",), "out_of_scope"),
        (form(intent="unclear", slots=[slot("age", "age")], ask_about="age"), "", (), "unclear"),
        (form(intent="out_of_scope"), "", (), "out_of_scope"),
        (form(intent="undo"), "", (), "undo"),
        (form(intent="version"), "", (), "unclear"),
    ],
    ids=[
        "lexicon outweighs",
        "lexicon helps",
        "zero is a little",
        "clipped",
        "no number",
        "no mapper",
        "injection",
        "asks",
        "refuses",
        "command",
        "a version without its number",
    ],
)
def test_answers_are_checked_here(served, answer, steps, unavailable, intent):
    interpreter, _ = served(answering(answer))
    found = interpreter.interpret("do the thing that we talked about", CONTEXT)
    assert (written_steps(found.steps), found.unavailable, found.intent, found.notes) == (steps, unavailable, intent, ())
    if answer["ask_about"] == "age":
        assert found.questions == (ask_how("age"),)


def test_what_is_asked_back_is_in_the_visitors_language(served):
    interpreter, _ = served(answering(form(intent="unclear", ask_about="age")))
    _, turn = respond(_opened(), "mit dem Alter stimmt etwas nicht", interpreter, DrawingBackend(), None, read_degrees)
    assert turn.reply == Tongue("de").put(ask_how("age")) and turn.options[:2] == ("Älter", "Jünger")


def test_at_most_six_slots(served):
    interpreter, _ = served(answering(form(slots=[slot("smile", "smile", "relative", "more", 0.2)] * 50)))
    assert len(interpreter.interpret("smile an awful lot", CONTEXT).steps) == 6


def test_attributes_that_the_engine_lacks_are_no_choice(served):
    interpreter, server = served(answering(form(slots=[slot("beard", "beard")])))
    found = interpreter.interpret("something for his chin", Context(attributes=("smile",)))
    assert not found.steps and found.unavailable == ("beard",)
    assert '"beard": degrees' not in server.requests[0]["messages"][0]["content"]


def test_the_environment_chooses():
    assert isinstance(from_environment({}), OfflineInterpreter)
    assert isinstance(from_environment({"OPENAI_API_KEY": " ", "OPENAI_BASE_URL": ""}), OfflineInterpreter)
    local = from_environment({"OPENAI_BASE_URL": "http://127.0.0.1:1/v1", "PARLEY_LLM_MODEL": "small"})
    assert isinstance(local, ModelInterpreter) and local.server.model == "small"
    assert from_environment({"OPENAI_API_KEY": "k"}).server.model == DEFAULT_MODEL


def test_json_within_prose():
    assert json_within('Sure! {"a": {"b": 1}} Bye.') == {"a": {"b": 1}}
    with pytest.raises(ValueError):
        json_within("no object")


PROMPTED = Context(prompts=PROMPTS, degrees={"smile": 1.0, "red hair": 5.0}, last=read_steps("red_hair=5"))


@pytest.mark.parametrize(
    ("slots", "steps", "restored", "unavailable"),
    [
        ([slot("blonde locks", "blond hair", strength=1.0)], "blond_hair=5", (), ()),
        ([slot("a tan", "tanned skin", strength=0.4), slot("smile", "smile", "relative", "more", 0.4)], "tanned_skin=2 smile+2", (), ()),
        ([slot("something warm on the head", "beanie", strength=1.0)], "beanie=5", (), ()),
        ([slot("straw hat", "none", strength=1.0)], "brimmed_hat=5", (), ()),
        ([slot("a hat", "cap", strength=1.0)], "cap=5", (), ()),
        ([slot("red lipstick", "red hair", strength=1.0)], "red_lipstick=5", (), ()),
        ([slot("red hair", "red hair", "relative", "less", 0.1)], "red_hair-2", (), ()),
        ([slot("no red hair", "red hair", strength=0.0)], "", ("red hair",), ()),
        ([slot("no hat", "beanie", strength=0.0)], "no_hat=5", (), ()),
        ([slot("wings", "none", strength=1.0)], "", (), ("wings",)),
        ([slot("purple hair", "none", strength=1.0)], "", (), ("purple hair",)),
    ],
    ids=["named", "mixed", "mapper helps", "lexicon helps", "thing", "lexicon outweighs", "less", "back", "off", "nobody can", "no colour"],
)
def test_prompts_are_choices_too(served, slots, steps, restored, unavailable):
    interpreter, _ = served(answering(form(slots=slots)))
    found = interpreter.interpret("wings, or purple hair, or whatever we talked about", PROMPTED)
    assert (written_steps(found.steps), found.restore, found.unavailable) == (steps, restored, unavailable)


def test_the_model_is_told_of_prompts_where_there_are_any(served):
    interpreter, server = served(answering(form(slots=[slot("smile", "smile")])))
    interpreter.interpret("beam like the sun", PROMPTED)
    interpreter.interpret("beam like the moon", CONTEXT)
    with_prompts, without = (request["messages"] for request in server.requests)
    assert '"brimmed hat"' in with_prompts[0]["content"] and "red hair 5.0" in with_prompts[0]["content"]
    assert '"brimmed hat"' not in without[0]["content"]
    shown, hidden = (json.dumps([message["content"] for message in messages[1:-1]]) for messages in (with_prompts, without))
    assert "wings" in shown and "wings" not in hidden and "straw hat" in hidden
