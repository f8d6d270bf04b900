"""The assistant's languages: each says everything that English says, with the same facts, and what it lets people click means the same."""

import dataclasses
import re

import pytest

from chat.interpretation import Context, read_steps
from chat.offline import OfflineInterpreter
from chat.prompt_words import FAMILIES, INSTEAD, THINGS, label
from chat.tongue import CHOICES, DEFAULT, MORE_AND_LESS, OFFERS, TABLES, Said, Tongue
from chat.voice import Voice
from graded import GRADED, MAX_DEGREE, MEANINGS
from prompts import PROMPTS

interpreter = OfflineInterpreter()
OTHERS = sorted(set(TABLES) - {DEFAULT})
TRANSLATIONS = {"names", "meanings", "answers"}
"""Tables of what English has of its own."""
REQUESTS = tuple(
    dict.fromkeys(
        [
            *(request for table in (OFFERS, MORE_AND_LESS, CHOICES) for pool in table.values() for request in pool),
            *(option for thing in THINGS.values() for option in thing.options),
            *(option for options in INSTEAD.values() for option in options),
            *map(label, PROMPTS),
            *("More", "Less", "Perfect", "Undo", "Redo"),
        ]
    )
)
"""All that the assistant ever offers to click."""


def placeholders(sentences):
    return {name.lower() for sentence in sentences for name in re.findall(r"{(\w+)}", sentence)}


def strings(entry):
    return [entry] if isinstance(entry, str) else list(entry)


def test_there_is_german():
    assert OTHERS == ["de"]


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_says_everything_with_the_same_facts(language):
    english, own = TABLES[DEFAULT], TABLES[language]
    assert set(own) == set(english) | TRANSLATIONS
    for key, entry in english.items():
        if not isinstance(entry, dict):
            assert placeholders(own[key]) == placeholders(entry), key
            assert len(set(own[key])) == len(own[key]) >= min(len(entry), 2) and own[key] != entry, key
            continue
        assert key == "spoken" or set(own[key]) == set(entry), key
        for name in set(entry) & set(own[key]):
            assert placeholders(strings(own[key][name])) == placeholders(strings(entry[name])), (key, name)
            assert len(strings(own[key][name])) == len(strings(entry[name])), (key, name)


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_names_for_everything(language):
    names, meanings = TABLES[language]["names"], TABLES[language]["meanings"]
    assert set(names) >= {*GRADED, *PROMPTS, *THINGS} and set(TABLES[language]["spoken"]) <= set(PROMPTS)
    assert {name: len(words) for name, words in meanings.items()} == {name: len(words) for name, words in MEANINGS.items()}
    assert set(TABLES[language]["answers"]) <= {*REQUESTS} and len(set(names.values())) == len(names)


@pytest.mark.parametrize("language", sorted(TABLES))
def test_every_sentence_can_be_said(language):
    facts = {name: "x" for pool in Tongue(language).sentences.values() for name in placeholders(pool)}
    for key, pool in Tongue(language).sentences.items():
        for seed in range(3 * len(pool)):
            assert "{" not in Voice(str(seed), language=language).say(key, **facts)
    for key in TABLES[language]["asked"]:
        assert "{" not in Tongue(language).put(Said(key, ("smile",)))


@pytest.mark.parametrize("language", sorted(TABLES))
def test_pools_cover_every_attribute(language):
    tongue = Tongue(language)
    assert set(OFFERS) == set(CHOICES) == set(MORE_AND_LESS) == set(tongue.ideas) == set(tongue.degrees) == set(GRADED)
    assert all(len(names) == MAX_DEGREE + 1 for names in tongue.degrees.values())
    assert all(f"enough_{name}" in tongue.sentences for name in GRADED)
    assert set(TABLES[language]["about"]) == {*GRADED, *THINGS} and set(TABLES[language]["families"]) == set(FAMILIES)
    assert all(question.endswith("?") for question in TABLES[language]["about"].values())


def test_what_is_offered_about_an_attribute_is_about_it():
    for name in GRADED:
        for words in (*CHOICES[name], *OFFERS[name]):
            assert [step.attribute for step in interpreter.interpret(words, Context()).steps] == [name], words


CONTEXTS = (
    Context(prompts=PROMPTS),
    Context(prompts=PROMPTS, last=read_steps("smile+2"), degrees=dict.fromkeys(GRADED, 3.0), about=("hair",)),
    Context(prompts=PROMPTS, last=read_steps("beard=3"), degrees={"beard": 3.0}, move="whether_enough"),
    Context(prompts=PROMPTS, last=read_steps("eyeglasses=3"), degrees={"eyeglasses": 4.0}, offer="Add a beard", move="suggestion"),
    Context(prompts=PROMPTS, last=read_steps("cap=5"), degrees={"cap": 5.0, "smile": 1.0}),
)


def meant(words, context, language):
    found = interpreter.interpret(words, dataclasses.replace(context, language=language))
    return dataclasses.replace(found, language="", confidence=1.0)


@pytest.mark.parametrize("language", OTHERS)
def test_what_can_be_clicked_means_the_same_in_every_language(language):
    for request in REQUESTS:
        own = Tongue(language).clickable(request)
        assert own != request
        for context in CONTEXTS:
            asked = meant(request, context, DEFAULT)
            assert asked == meant(own, context, language), (request, own)
            assert asked == meant(own, context, DEFAULT), (request, own, "on an English page")


@pytest.mark.parametrize("language", OTHERS)
def test_what_a_sentence_tells_people_to_say_is_understood(language):
    """Whatever stands in quotation marks and is no fact means what the English sentences of the same key tell people to say."""
    opened, closed = TABLES[language]["forms"]["quoted"].split("{words}")
    pools = [*Tongue().sentences, "take_back"]
    for key in pools:
        english, own = (tongue.get(key) or [tongue["asked"][key]] for tongue in (TABLES[DEFAULT], TABLES[language]))
        said = {phrase for sentence in own for phrase in re.findall(f"{opened}([^{closed}{{]+){closed}", sentence)} - {"Speichern"}
        told = {phrase for sentence in english for phrase in re.findall("“([^”{]+)”", sentence)} - {"Save"}
        context = CONTEXTS[1]
        possible = [meant(phrase, context, DEFAULT) for phrase in told]
        assert all(meant(phrase, context, language) in possible for phrase in said), (key, said)
        assert len(said) <= len(told) and (not told or said or key == "several_faces"), key


@pytest.mark.parametrize("language, said", [("en", "2.5"), ("de", "2,5")])
def test_numbers_lists_and_quotations(language, said):
    tongue = Tongue(language)
    assert said in tongue.moves(["smile"], {"smile": 1.0}, {"smile": 2.5}) and f"+{said}" in tongue.step("smile", 2.5)
    assert "und" in Tongue("de").listed("abc") and Tongue("de").either("ab") == "a oder b" and Tongue().listed("abc") == "a, b and c"
    assert Tongue("de").quoted("x") == "„x“" and Tongue().quoted("x") == "“x”"


def test_a_language_without_sentences_is_answered_in_english():
    assert Tongue("fr").language == "en" and Tongue("fr").name("smile") == "smile"
