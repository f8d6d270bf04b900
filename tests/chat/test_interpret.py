"""The offline interpreter against a table of utterances, and what only a conversation's context can tell."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from backends.base import EditStep
from chat.interpret import Context, OfflineInterpreter
from chat.lexicon import PHRASES, QUALITY_DEGREE
from graded import GRADED

ROOT = Path(__file__).parents[2]
TABLE = [row for row in csv.reader((ROOT / "tests/chat/utterances.tsv").open(encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE)][1:]
interpreter = OfflineInterpreter()


def written(steps):
    return " ".join(f"{s.attribute}={s.amount:g}" if s.operation == "set" else f"{s.attribute}{s.amount:+g}" for s in steps)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_utterance(row):
    text, intent, steps, kept, restored, unknown = row + [""] * (6 - len(row))
    found = interpreter.interpret(text, Context())
    assert found.intent == intent
    assert written(found.steps) == steps
    assert ", ".join(found.kept) == kept
    assert ", ".join(found.restore) == restored
    assert ", ".join(found.unknown) == unknown


def test_the_table_is_large_and_names_every_attribute():
    assert len(TABLE) > 200
    assert all(any(name in row[2] for row in TABLE if len(row) > 2) for name in GRADED)


NEGATIONS = ("don't change the {}", "do not touch her {}", "keep the {}", "leave the {} as it is", "please don’t add {}", "not the {}")


@pytest.mark.parametrize("attribute", GRADED)
@pytest.mark.parametrize("sentence", NEGATIONS)
def test_negation_never_edits(attribute, sentence):
    found = interpreter.interpret(sentence.format(attribute), Context(degrees={attribute: 3.0}))
    assert not found.steps and not found.restore
    assert found.kept == (attribute,)


LAST_SMILE = Context(degrees=dict.fromkeys(GRADED, 1.0), last=(EditStep("smile", "change", 2.0),), offer="Add a beard")
LAST_YOUNGER = Context(degrees=dict.fromkeys(GRADED, 1.0), last=(EditStep("age", "change", -2.0),))


@pytest.mark.parametrize(
    ("text", "context", "steps"),
    [
        ("more", LAST_SMILE, "smile+1"),
        ("a bit more", LAST_SMILE, "smile+1"),
        ("much more", LAST_SMILE, "smile+3"),
        ("less", LAST_SMILE, "smile-1"),
        ("too much", LAST_SMILE, "smile-1"),
        ("not too much", LAST_SMILE, "smile-1"),
        ("bigger", LAST_SMILE, "smile+1"),
        ("make it bigger", LAST_SMILE, "smile+1"),
        ("yes", LAST_SMILE, "beard=3"),
        ("ok, do it", LAST_SMILE, "beard=3"),
        ("more", LAST_YOUNGER, "age-1"),
        ("less", LAST_YOUNGER, "age+1"),
        ("more", Context(), ""),
        ("yes", Context(), ""),
    ],
)
def test_what_was_said_before_counts(text, context, steps):
    assert written(interpreter.interpret(text, context).steps) == steps


@pytest.mark.parametrize(
    ("text", "worn", "steps"),
    [
        ("thicker glasses", 2.0, "eyeglasses=3"),
        ("thicker glasses", 4.0, "eyeglasses=5"),
        ("thinner glasses", 5.0, "eyeglasses=4"),
        ("thinner glasses", 3.0, "eyeglasses=1"),
        ("add glasses", 5.0, "eyeglasses=3"),
    ],
)
def test_glasses_run_from_thin_to_thick_twice(text, worn, steps):
    assert written(interpreter.interpret(text, Context(degrees={"eyeglasses": worn})).steps) == steps


def test_adding_to_a_beard_that_is_there_makes_more_of_it():
    assert written(interpreter.interpret("add a beard", Context(degrees={"beard": 4.0})).steps) == "beard+1"


def test_asks_back_where_the_direction_is_missing():
    found = interpreter.interpret("change the smile", Context())
    assert found.question and found.options == ("More smile", "Less smile")
    assert all(interpreter.interpret(option, Context()).steps for option in found.options)


def test_asks_about_a_short_word_it_could_only_guess():
    found = interpreter.interpret("smil", Context())
    assert not found.steps and found.options == ("smile",)


def test_an_attribute_the_engine_lacks_is_named_back():
    found = interpreter.interpret("add glasses and a smile", Context(attributes=("smile",)))
    assert written(found.steps) == "smile+2"
    assert found.unknown == ("eyeglasses",)


@pytest.mark.parametrize("text", ["", "   ", "\n", "🎉", "?", "a" * 5000, "smile " * 500, "%", "+", "1e999", "\x00", "9" * 400 + " smile"])
def test_any_text_is_answered(text):
    interpreter.interpret(text, Context())


def test_steps_are_always_valid_and_repeatable():
    for row in TABLE:
        for degree in (0.0, 2.5, 5.0):
            context = Context(degrees=dict.fromkeys(GRADED, degree))
            assert interpreter.interpret(row[0], context) == interpreter.interpret(row[0], context)


def test_lexicon_is_consistent():
    for phrase, word in PHRASES.items():
        assert phrase and phrase == phrase.lower()
        assert (word.kind == "attribute") == bool(word.attribute)
        assert word.degree is None or 0 <= word.degree <= 5
    assert set(QUALITY_DEGREE) == set(GRADED) == {word.attribute for word in PHRASES.values() if word.attribute}


def test_command_line():
    command = [sys.executable, "-m", "chat.interpret"]
    done = subprocess.run(command, input="add glasses\nundo\n", capture_output=True, text=True, cwd=ROOT, check=True)
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first["steps"] == [{"attribute": "eyeglasses", "operation": "set", "amount": 3.0}]
    assert second["intent"] == "undo"
