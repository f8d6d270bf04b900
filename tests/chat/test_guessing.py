"""What a sentence may be about that the grammar cannot read: on sentences that nothing was learnt from, and without the weights."""

from __future__ import annotations

import pytest

from backends.base import EditStep
from chat import guessing, offline
from chat.guessing import BUCKETS, OFFERED, WISHES, features, guessed, hardly_meant, likelihoods, without_passing_age
from chat.interpretation import Context, Interpretation
from chat.normalise import normalise
from chat.offline import OfflineInterpreter
from chat.tongue import Said
from errors import ParleyError
from graded import GRADED
from prompts import PROMPTS
from training.tables import SENTENCES, wished

ABLE = Context(degrees=dict.fromkeys(GRADED, 2.0), prompts=tuple(PROMPTS))

ASKED = "give them something like that"


@pytest.fixture
def likely(monkeypatch: pytest.MonkeyPatch):
    """Sets how likely each wish is."""

    def be(**wishes: float) -> None:
        known = {name.replace("_", " ")[:-1] + {"P": "+", "M": "-"}[name[-1]]: value for name, value in wishes.items()}
        monkeypatch.setattr(guessing, "likelihoods", lambda text: known)

    return be


def test_validation_writers_are_mostly_understood():
    requests = [one for one in wished(SENTENCES) if one.split == "validation" and one.wishes]
    guesses = [list(likelihoods(normalise(one.sentence).text)) for one in requests]
    first = sum(guess[0] in one.wishes for guess, one in zip(guesses, requests, strict=True))
    offered = sum(bool({*guess[:OFFERED]} & {*one.wishes}) for guess, one in zip(guesses, requests, strict=True))
    assert len(requests) > 1000 and first > 0.7 * len(requests) and offered > 0.88 * len(requests)


def test_likelihoods_are_of_all_wishes_and_fall():
    values = list(likelihoods("give him a curly moustache").values())
    assert set(likelihoods("a beard")) == set(WISHES) and values == sorted(values, reverse=True)
    assert all(0 <= value <= 1 for value in values)


def test_features_are_words_pairs_and_parts_of_words():
    assert features("") and all(0 <= number < BUCKETS for number in features("make her smile"))
    shared = set(features("moustached")) & set(features("moustache"))
    assert len(shared) > len(set(features("cap")) & set(features("cape")))


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("get the razor out and rid him of that fuzz", "Less beard"),
        ("let her look as if she had spent the summer on the beach", "Tanned skin"),
    ],
)
def test_what_the_grammar_cannot_read_is_offered(text: str, wanted: str):
    found = OfflineInterpreter().interpret(text, ABLE)
    assert not found.changes and wanted in found.options


def test_an_offer_is_made_for_what_an_engine_can_do(likely):
    likely(red_lipstickP=0.9, smileP=0.5, bangsM=0.4)
    nothing = Interpretation("unclear")
    assert guessed(ASKED, nothing, ABLE).options == ("Red lipstick", "Smile more", "Shorter bangs")
    assert guessed(ASKED, nothing, ABLE).questions == (Said("perhaps"),)
    assert guessed(ASKED, nothing, Context(attributes=("bangs",))).options == ("Shorter bangs",)
    assert guessed(ASKED, nothing, Context(attributes=())) == nothing


def test_what_nothing_takes_away_is_replaced(likely):
    likely(angryM=0.9, eyes_closedM=0.8)
    assert guessed(ASKED, Interpretation("unclear"), ABLE).options == ("Smile more",)


def test_the_grammars_own_offers_stand_where_they_hold_the_likeliest(likely):
    likely(blue_eyesP=0.9, brown_eyesP=0.4)
    asked = Interpretation("unclear", questions=(Said("about", ("eyes",)),), about=("eyes",), options=("Green eyes", "Blue eyes"))
    assert guessed(ASKED, asked, ABLE) == asked
    other = Interpretation("unclear", questions=(Said("about", ("hair",)),), about=("hair",), options=("Blond hair", "Short hair"))
    assert guessed(ASKED, other, ABLE) == other  # it knows what it is about
    likely(blue_eyesP=0.9, red_hairP=0.4)
    assert guessed(ASKED, other, ABLE).options == ("Red hair", "Blond hair", "Short hair")


def test_little_likelihood_is_believed_only_where_nothing_else_is_known(likely):
    likely(big_noseP=guessing.LIKELY)
    assert guessed(ASKED, Interpretation("unclear"), ABLE).options == ("Big nose",)
    unavailable = Interpretation("out_of_scope", unavailable=("tattoo",))
    assert guessed(ASKED, unavailable, ABLE) == unavailable


@pytest.mark.parametrize("text", ["yuck", "ugh no", "my sister wore pearls at her wedding"])
def test_what_hardly_asks_for_anything_is_not_guessed_at(likely, text: str):
    likely(beardP=0.9)
    assert guessed(text, Interpretation("unclear"), ABLE) == Interpretation("unclear")
    assert guessed(ASKED, Interpretation("out_of_scope"), ABLE) == Interpretation("out_of_scope")  # only told


def test_a_question_of_another_kind_stands(likely):
    likely(beardP=0.9)
    for asked in (
        Interpretation("unclear", questions=(offline.NOTHING_YET,)),
        Interpretation("unclear", questions=(offline.TAKE_BACK,), options=("Undo",)),
    ):
        assert guessed(ASKED, asked, ABLE) == asked
    slip = Interpretation("unclear", questions=(Said("did_you_mean", ("bang",)),), options=("bang",))
    assert guessed(ASKED, slip, ABLE).options == ("More beard", "bang")


def test_without_the_weights_nothing_is_guessed(monkeypatch: pytest.MonkeyPatch):
    def missing():
        raise ParleyError("no weights")

    monkeypatch.setattr(guessing, "_state", missing)
    assert likelihoods("red lips") == {}
    nothing = Interpretation("unclear")
    assert guessed("red lips", nothing, ABLE) == nothing


def test_what_is_understood_is_not_guessed_at(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(offline, "guessed", lambda *_: pytest.fail("guessed"))
    for text in ("add a beard", "undo", "hello", "what can you do?"):
        OfflineInterpreter().interpret(text, ABLE)


OLD_AND_RED = Interpretation("edit", steps=(EditStep("age", "change", 2), EditStep("red hair", "set", 5)))


@pytest.mark.parametrize(
    "text, meant",
    [
        ("he looks like a granddad to me and wants red hair", {"red hair"}),
        ("he looks like a granddad of seventy and wants red hair", {"age", "red hair"}),
        ("granddad with red hair", {"age", "red hair"}),
    ],
)
def test_an_age_in_passing_is_dropped(likely, text: str, meant: set[str]):
    likely(ageP=0.01, ageM=0.01)
    assert {step.attribute for step in without_passing_age(text, OLD_AND_RED).steps} == meant


def test_a_likely_age_and_one_that_nothing_stands_beside_are_meant(likely):
    text = "he looks like a granddad to me and wants red hair"
    likely(ageP=0.3, ageM=0.01)
    assert without_passing_age(text, OLD_AND_RED) == OLD_AND_RED
    likely(ageP=0.01, ageM=0.01)
    alone = Interpretation("edit", steps=OLD_AND_RED.steps[:1])
    assert without_passing_age(text, alone) == alone
    likely()
    assert without_passing_age(text, OLD_AND_RED) == OLD_AND_RED  # the weights are missing


def test_nobody_ages_who_is_only_compared_with():
    found = OfflineInterpreter().interpret(
        "Whenever we visit Gran there's a bun on her head; stick the same on my girl so I can compare.", ABLE
    )
    assert [step.attribute for step in found.steps] == ["hair bun"]


@pytest.mark.parametrize("text", ["need new frames by friday, prescription ran out", "add mascara to the trolley"])
def test_a_look_that_is_only_mentioned_is_asked_about(monkeypatch: pytest.MonkeyPatch, text: str):
    assert not OfflineInterpreter().interpret(text, ABLE).changes
    monkeypatch.setattr(offline, "hardly_meant", lambda *_: False)
    assert OfflineInterpreter().interpret(text, ABLE).changes


@pytest.mark.parametrize(
    "text, meant",
    [
        ("mascara in the trolley already", False),
        ("mascara, please, from the trolley", True),  # pleaded for
        ("trolley mascara", True),  # too short to tell
        ("a beard in the trolley already", True),  # likely
    ],
)
def test_what_is_hardly_meant_is_unlikely_and_not_pleaded_for(monkeypatch: pytest.MonkeyPatch, likely, text: str, meant: bool):
    monkeypatch.setattr(guessing, "likelihood", lambda text: 0.1)
    likely(eye_makeupP=0.01, eye_makeupM=0.01, beardP=0.4, beardM=0.1)
    assert hardly_meant(text, "beard" if "beard" in text else "eye makeup") != meant
    likely()
    assert not hardly_meant(text, "eye makeup")  # the weights are missing
