"""A language model may reword an answer; its facts stay, whatever the server says, and the visitor never waits long."""

import time

import openai  # noqa: F401 (takes seconds to import, which no test shall count)
import pytest

from chat.llm import ModelInterpreter
from chat.polish import Polisher, keeps_facts
from chat.server import Server
from chat.talk import respond
from tests.chat.fakes import DrawingBackend, read_degrees
from tests.chat.server import FakeServer, form, slot
from tests.chat.test_session import _opened

TOLD = "Done: a big laugh. Measured: smile 1.0 → 4.5. The beard hardly changed. Is that enough?"
BETTER = "There, a big laugh for you! The smile 1.0 → 4.5 was measured, though the beard hardly changed. Is that enough?"


@pytest.fixture
def served():
    servers = []

    def start(behave):
        servers.append(FakeServer(behave))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def saying(answer):
    return lambda request, handler: handler.say(answer)


def test_a_rewording_with_the_same_facts_is_said_and_only_the_sentence_was_sent(served):
    server = served(saying(f'<think>\nhm\n</think>\n"{BETTER}"'))
    assert Polisher(Server("fake", server.url)).polish(TOLD) == BETTER
    (request,) = server.requests
    assert [message["role"] for message in request["messages"]] == ["system", "user"]
    assert request["messages"][1]["content"] == TOLD


@pytest.mark.parametrize(
    "reworded",
    [
        BETTER.replace("4.5", "5.0"),
        BETTER.replace("1.0 → 4.5", "4.5 → 1.0"),
        BETTER.replace("beard", "chin"),
        BETTER.replace("hardly ", ""),
        BETTER.replace(" Is that enough?", ""),
        BETTER.replace("beard", "beard and the glasses"),
        BETTER.replace("There", "No"),
        BETTER.replace("for you", "at 100 %"),
        BETTER.replace("for you", "from <b>me</b>"),
        BETTER.replace("for you", "see https://bad.example"),
        BETTER.replace("big laugh", "laugh"),
        BETTER + " And so on and on it goes for a long while, with not a word about anything at all." * 2,
        "",
    ],
    ids=["number", "order", "attribute", "hedge", "question", "another attribute", "negation", "new number", "markup", "link", "degree",
         "chatter", "silence"],
)  # fmt: skip
def test_a_rewording_with_other_facts_is_not_said(reworded):
    assert keeps_facts(TOLD, BETTER)
    assert not keeps_facts(TOLD, reworded)


GERMAN = "Erledigt: ein herzhaftes Lachen. Gemessen: Lächeln 1,0 → 4,5. Der Bart hat sich kaum geändert. Reicht das?"
BETTER_GERMAN = "So, ein herzhaftes Lachen: Lächeln 1,0 → 4,5 ist gemessen. Der Bart hat sich kaum geändert. Reicht das?"


def test_german_is_reworded_in_german(served):
    server = served(saying(BETTER_GERMAN))
    assert Polisher(Server("fake", server.url)).polish(GERMAN, "de") == BETTER_GERMAN
    assert "sentences of German" in server.requests[0]["messages"][0]["content"]


@pytest.mark.parametrize(
    "reworded",
    [
        BETTER_GERMAN.replace("4,5", "5,0"),
        BETTER_GERMAN.replace("kaum ", ""),
        BETTER_GERMAN.replace("kaum", "nicht"),
        BETTER_GERMAN.replace("Der Bart", "Die Brille"),
        BETTER_GERMAN.replace("So, ein", "So, kein"),
        BETTER_GERMAN.replace("herzhaftes Lachen", "Lächeln"),
    ],
    ids=["number", "hedge", "negation", "another attribute", "new negation", "degree"],
)
def test_a_german_rewording_with_other_facts_is_not_said(reworded):
    assert keeps_facts(GERMAN, BETTER_GERMAN, "de") and not keeps_facts(GERMAN, reworded, "de")


def test_names_survive():
    told = "From now on with T = 20 sampling steps. Undo?"
    assert keeps_facts(told, "Now with T = 20 sampling steps from here. Undo?")
    assert not keeps_facts(told, "Now with 20 sampling steps from here. Undo?")


@pytest.mark.parametrize("method", ["fail", "hang", "trickle", "drop"])
def test_a_server_that_does_not_answer_is_left_alone(served, method):
    server = served(lambda request, handler: getattr(handler, method)(*((500,) if method == "fail" else ())))
    polisher = Polisher(Server("fake", server.url), timeout=1.0)
    began = time.perf_counter()
    assert polisher.polish(TOLD) == TOLD
    assert time.perf_counter() - began < 1.5
    assert polisher.polish(TOLD) == TOLD and len(server.requests) == 1


def test_what_a_visitor_is_quoted_with_is_not_sent(served):
    server = served(saying("anything"))
    told = "I do not know what to do about “my secret”."
    assert Polisher(Server("fake", server.url)).polish(told) == told and not server.requests


def test_the_answer_to_an_edit_is_polished_and_nothing_else_is(served):
    def behave(request, handler):
        if "response_format" in request:
            handler.say(form(slots=[slot("a smile", "smile", "absolute", "more", 1.0)]))
        else:
            handler.say("Right away! " + request["messages"][-1]["content"])

    server = served(behave)
    interpreter, backend = ModelInterpreter("fake", server.url), DrawingBackend()
    session, turn = respond(_opened(), "let her beam like the sun", interpreter, backend, None, read_degrees)
    assert turn.reply.startswith("Right away! ") and "1.0 → 5.0" in turn.reply
    assert session.turns[-1].reply == turn.reply
    asked = len(server.requests)
    _, turn = respond(session, "undo", interpreter, backend, None, read_degrees)
    assert len(server.requests) == asked and not turn.reply.startswith("Right")


def test_a_server_that_could_not_interpret_is_not_asked_to_polish(served):
    server = served(lambda request, handler: handler.fail(401))
    _, turn = respond(_opened(), "make her laugh", ModelInterpreter("fake", server.url), DrawingBackend(), None, read_degrees)
    assert "1.0 → 5.0" in turn.reply and len(server.requests) == 1
