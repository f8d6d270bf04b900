"""The chips of what an engine can do: complete, and understood in the words that are written on them."""

import re

import pytest

from chat.interpretation import Context, written_steps
from chat.offline import OfflineInterpreter
from prompts import PROMPTS
from ui import ideas
from ui.texts import TEXTS, attribute_name, say


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_every_chip_asks_for_what_it_says(language):
    chips = re.findall(r'data-words="([^"]+)"', ideas.ideas(PROMPTS, language))
    assert len(chips) == len(set(chips)) == len(PROMPTS)
    asked = [written_steps(OfflineInterpreter().interpret(words, Context(prompts=PROMPTS)).steps) for words in chips]
    assert sorted(asked) == sorted(f"{name.replace(' ', '_')}=5" for name in PROMPTS)


def test_prompts_have_names_of_their_own_in_german():
    assert all(attribute_name(name, "de") != attribute_name(name, "en") for name in PROMPTS)
    assert attribute_name("blond hair", "de") == "Blonde Haare" and attribute_name("blond hair", "en") == "Blond hair"


def test_prompts_that_people_added_come_last_and_an_engine_without_says_so():
    assert "Elf ears" in ideas.ideas(("cap", "elf ears"), "en").rpartition(say("family_more", "en"))[2]
    assert "<button" not in ideas.ideas((), "en") and say("ideas_none", "en") in ideas.ideas((), "en")


def test_what_shows_on_few_faces_is_faint(monkeypatch):
    monkeypatch.setattr(ideas, "WORKS", {"cap": 0.9, "beanie": 0.1})
    shown = ideas.ideas(("cap", "beanie", "bald"), "en")
    assert shown.count("faint") == 1 and re.search(r'data-words="Beanie" class="faint"', shown)
