"""Whole sentences that are commands, and requests in nearly the same words."""

import pytest

from chat.interpretation import Context, read_steps
from chat.offline import TAKE_BACK, OfflineInterpreter
from tests.chat.reading import SHAVEN, reading


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("go back to version 1", "version 1"),
        ("Can you show me version two, please?", "version 2"),
        ("back to the second version", "version 2"),
        ("version 12", "version 12"),
        ("Zurück zu Version 3", "version 3"),
        ("make a version with glasses", "eyeglasses=3"),
        ("go back 2", "undo 2"),
    ],
)
def test_versions_go_by_number(text, wanted):
    assert reading(text, face=SHAVEN) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("reset everything to the original picture", "reset"),
        ("i want my original back", "reset"),
        ("start from zero", "reset"),
        ("delete everything you did", "reset"),
        ("begin again from scratch", "reset"),
        ("forget everything and start over", "reset"),
        ("go back to the photo i uploaded", "reset"),
        ("Would you be so kind as to restore the photograph to the state in which I uploaded it?", "reset"),
        ("show me the original", "compare"),
        ("can i see the original next to it", "compare"),
        ("show me the photo i uploaded", "compare"),
        ("what did the original look like", "compare"),
        ("what did you just change?", "compare"),
        ("compare version 1 and 3", "compare 1 3"),
        ("put version two next to version 4", "compare 2 4"),
        ("show it beside version 3", "compare 3"),
        ("set the smile to zero", "smile=0"),
        ("put the original smile back", "-smile"),
        ("i want my old hair back", "-hair"),
        ("delete everything you did to the smile", "-smile"),
        ("begin with a hat", "brimmed_hat=5"),
        ("show me older", "age+2"),
    ],
)
def test_the_original(text, wanted):
    assert reading(text, last="smile+2") == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("I'm done, how do I save it?", "help download"),
        ("how do i keep this", "help download"),
        ("is it possible to save the picture", "help download"),
        ("is my photo stored?", "help privacy"),
        ("does this upload my face to a server", "help privacy"),
        ("will my picture be shared with anyone", "help privacy"),
        ("are the glasses saved", "unclear"),
        ("save the beard", "unclear"),
        ("what does degree 3 mean for beard?", "help"),
        ("how much older is she now?", "describe"),
        ("i dont know, any ideas?", "suggest"),
        ("thank you so much, great job!", "thanks"),
        ("thanks, older please", "age+2"),
        ("no, gracias", "no"),
        ("non, merci", "no"),
        ("no, sin barba", "beard=0"),
    ],
)
def test_questions_and_courtesies(text, wanted):
    assert reading(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("perfect dont change anything", "enough"),
        ("great, dont touch anything", "enough"),
        ("not bad, not bad at all", "enough"),
        ("good, no more changes", "enough"),
        ("not bad but a bit older", "age+1"),
        ("perfect, now make him younger", "age-2"),
        ("perfect, undo", "undo"),
        ("undo that, it looks weird", "undo"),
        ("i meant the opposite", "smile-4"),
    ],
)
def test_content_or_not_yet(text, wanted):
    assert reading(text, last="smile+2") == wanted


@pytest.mark.parametrize("text", ["thats ugly", "thats not me anymore", "this doesn't look like me", "yuck", "he looks hideous"])
def test_dislike_is_told_of_undo(text):
    found = OfflineInterpreter().interpret(text, Context(last=read_steps("beard=3")))
    assert found.questions == (TAKE_BACK,) and found.options == ("Undo",)
    assert not OfflineInterpreter().interpret(text, Context()).options
    assert reading("remove that ugly beard") == "beard=0" and reading("that is me") == "out_of_scope"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("you forgot the glasses", "eyeglasses=3"),
        ("hey you forgot to add the glasses", "eyeglasses=3"),
        ("you missed the earrings", "hoop_earrings=5"),
        ("you forgot to make him older", "age+2"),
    ],
)
def test_what_was_forgotten_is_done(text, wanted):
    assert reading(text, face=SHAVEN) == wanted


def test_what_was_forgotten_but_is_there_is_asked_about():
    assert reading("you forgot the beard") == "unclear"
    assert reading("you forgot to remove the beard") == "beard=0"


@pytest.mark.parametrize(
    ("text", "offer", "wanted"),
    [
        ("yes please, but only a little", "Add bangs", "bangs+1"),
        ("yes but less", "Add bangs", "bangs+1"),
        ("yes but only slightly", "Blond hair", "blond_hair=2"),
        ("yes and make them thin", "Add glasses", "eyeglasses=2"),
        ("yes please", "Add bangs", "bangs=3"),
        ("yes definitely", "Add bangs", "bangs=3"),
        ("no thanks, but a beard would be cool", "Add glasses", "beard=3"),
    ],
)
def test_a_proposal_is_taken_by_so_much(text, offer, wanted):
    assert reading(text, offer=offer, face=SHAVEN) == wanted
