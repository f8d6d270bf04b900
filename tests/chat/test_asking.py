"""What tells requests from sentences that only mention a look: on sentences that it never learnt from, and without its weights."""

from __future__ import annotations

import pytest
import torch

import weights
from chat import asking, learnt
from chat.asking import BUCKETS, NO_OPINION, features, likelihood, only_mentions
from chat.interpretation import Context
from chat.normalise import normalise
from chat.offline import OfflineInterpreter
from errors import ParleyError
from evaluation import strangers, utterances
from graded import GRADED
from prompts import PROMPTS
from training.recipes.asking import read_sentences


def test_most_validation_sentences_are_told_apart():
    told = [(likelihood(normalise(text).text) > 0.5) == bool(asked) for text, asked in read_sentences("validation")]
    assert len(told) > 2000 and sum(told) > 0.8 * len(told)


def test_hardly_any_request_of_strangers_is_taken_for_a_remark():
    requests = [normalise(one.sentence).text for one in strangers.read_table() if one.wishes]
    assert sum(only_mentions(text) for text in requests) < 0.02 * len(requests)


def test_it_learns_nothing_that_is_tested():
    def words(text: str) -> tuple[str, ...]:
        return tuple("".join(letter if letter.isalnum() else " " for letter in text.lower()).split())

    learnt, kept = ({words(text) for text, _ in read_sentences(split)} for split in ("training", "validation"))
    tested = {words(one.sentence) for one in strangers.read_table()} | {words(one.utterance) for one in utterances.read_table()}
    assert not learnt & (kept | tested)


def test_features_are_words_pairs_places_and_length():
    assert features("") and all(0 <= number < BUCKETS for number in features("make her smile"))
    assert features("make her smile") == features("make her  smile") != features("her smile make")
    assert len(set(features("a beard")) - set(features("a beard please"))) == 1  # the pair at its end


@pytest.fixture
def interpreter() -> OfflineInterpreter:
    return OfflineInterpreter()


def interpret(interpreter: OfflineInterpreter, text: str):
    return interpreter.interpret(text, Context(degrees=dict.fromkeys(GRADED, 2.0), prompts=tuple(PROMPTS)))


def test_what_hardly_sounds_like_a_request_edits_less(monkeypatch, interpreter):
    remarks = [text for text, asked in read_sentences("validation") if not asked][::2]
    edited = sum(interpret(interpreter, text).changes for text in remarks)
    for module in (asking, learnt):
        monkeypatch.setattr(module, "likelihood", lambda text: NO_OPINION)
    assert edited < sum(interpret(interpreter, text).changes for text in remarks)


def test_without_weights_the_grammar_decides(monkeypatch, interpreter):
    def missing(name: str):
        raise ParleyError("not here")

    asking._state.cache_clear()
    monkeypatch.setattr(weights, "find", missing)
    try:
        assert likelihood("make her smile") == NO_OPINION
        assert interpret(interpreter, "make her smile").changes
    finally:
        asking._state.cache_clear()
        monkeypatch.undo()


def test_shipped_weights_fit():
    state, _ = weights.load(weights.find("asking"))
    assert state["weight"].shape == (BUCKETS,) and torch.isfinite(state["weight"]).all()
