"""Interface texts: complete in every language, and found for a visitor."""

import re
from pathlib import Path

import pytest

from chat.adjust import STRENGTHS
from chat.tongue import Tongue
from graded import LABELS, MAX_DEGREE, MEANINGS
from ui.texts import DEFAULT, I18N, TEXTS, attribute_name, degree_words, language_of, numeral, say

UI = Path(__file__).parents[2] / "ui"


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_every_language_says_everything(language):
    texts, own = TEXTS[DEFAULT], TEXTS[language]
    assert set(own) == set(texts)
    for key, text in own.items():
        assert text and re.findall(r"{\w*", text) == re.findall(r"{\w*", texts[key]), key


def test_there_is_another_language_than_english():
    assert {"en", "de"} <= set(TEXTS)
    same = [key for key in TEXTS["de"] if TEXTS["de"][key] == TEXTS["en"][key]]
    assert len(same) <= 4, same


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_the_assistant_calls_the_button_that_saves_by_its_name(language):
    told = Tongue(language).sentences["help_download"]
    assert all(say("save", language) in sentence for sentence in told), told


@pytest.mark.parametrize("language", sorted(set(TEXTS) - {DEFAULT}))
def test_attributes_and_degrees_have_words_in_every_language(language):
    for name in LABELS:
        words = [degree_words(name, degree, language) for degree in range(MAX_DEGREE + 1)]
        assert len(set(words)) == len(words) and not set(words).intersection(MEANINGS[name])
        assert attribute_name(name, language) != LABELS[name]
        assert I18N.translations[language][f"attribute_{name}"] == attribute_name(name, language)


def test_english_words_are_those_of_the_attribute_table():
    assert attribute_name("smile", "en") == attribute_name("smile", "xx") == LABELS["smile"]
    assert degree_words("smile", 2.6, "en") == MEANINGS["smile"][3] and degree_words("smile", 9, "de").startswith("ein Lachen")


def test_every_text_is_used():
    code = "".join(path.read_text(encoding="utf-8") for path in UI.glob("*.py")).replace("'", '"')
    built = ("warn_", "engine_", "family_", "request_", "check_", "verdict_", "stage_", "part_", *STRENGTHS)
    assert not [key for key in TEXTS[DEFAULT] if f'"{key}"' not in code and not key.startswith(built)]


@pytest.mark.parametrize(
    "accepted, language",
    [("de-DE,de;q=0.9,en;q=0.8", "de"), ("fr, en;q=0.3, de;q=0.6", "de"), ("en-GB", "en"), ("", "en"), ("fi", "en"), ("de;q=x,en", "en")],
)
def test_the_language_of_a_visitor(accepted, language):
    assert language_of(accepted) == language


def test_values_are_filled_in():
    assert say("warn_small", "de") != say("warn_small", "en")
    assert "1.0 → 3.0" in say("measured", "en", before=1, after=3) and "1,0 → 3,0" in say("measured", "de", before=1, after=3)
    assert say("version_number", "de", number=12).endswith(" 12") and "1.5.png" in say("remove_step", "de", what="1.5.png")
    assert say("undo", "xx") == "Undo"


def test_numbers_are_written_as_in_the_visitors_language():
    assert [numeral(-0.25, "+.2f", language) for language in ("en", "de", "xx")] == ["−0.25", "−0,25", "−0.25"]
    assert [numeral(3.0, "g", "de"), numeral(2.5, "+g", "de")] == ["3", "+2,5"]
