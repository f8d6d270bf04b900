"""What sounds like a denial and is none, beside what is one."""

import pytest

from tests.chat.reading import SHAVEN, reading


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("no make him younger", "age-2"),
        ("no rather younger", "age-2"),
        ("no younger", "age-2"),
        ("no much older", "age+3"),
        ("no i want her older", "age+2"),
        ("no he should be older", "age+2"),
        ("no the beard should be longer", "beard+1"),
        ("no make the beard longer", "beard+1"),
        ("no longer bangs please", "bangs+1"),
        ("no smile less", "smile-1"),
        ("no smile a bit more", "smile+1"),
        ("no less beard", "beard-1"),
        ("no bigger smile", "smile+1"),
        ("no change the hair to red", "red_hair=5"),
        ("no thanks make him younger", "age-2"),
        ("no keep the beard", "edit"),
        ("no its fine", "enough"),
        ("no way too old", "age-3"),
    ],
)
def test_no_before_a_request_is_an_answer(text, wanted):
    assert reading(text, offer="10 years older") == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("no beard", "beard=0"),
        ("no glasses please", "eyeglasses=0"),
        ("no more beard", "beard=0"),
        ("no smile", "smile=0"),
        ("no big smile", "smile=0"),
        ("no smile less beard", "smile=0 beard-1"),
        ("no longer a beard", "beard=0"),
        ("no longer wearing glasses", "eyeglasses=0"),
        ("no make up please", "no_makeup=5"),
        ("no drop earrings", "no_earrings=5"),
        ("no wrinkles", "age-2"),
        ("no changes", "enough"),
        ("no older than that", "enough"),
        ("no rather not", "no"),
    ],
)
def test_no_before_a_name_takes_it_away(text, wanted):
    assert reading(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "stop there, perfect",
        "stop, its perfect now",
        "stop it there, looks good",
        "stop thats perfect",
        "stop it's fine",
        "please stop, it's good enough",
        "ok stop, that's great",
        "perfect stop",
        "stop here please its great",
        "stop - perfect",
        "stop right there",
    ],
)
def test_stop_with_praise_is_enough(text):
    assert reading(text, last="beard=3") == "enough"
    assert reading(text, offer="Add bangs") == "enough"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("stop smiling", "smile=0"),
        ("stop wearing glasses", "eyeglasses=0"),
        ("stop changing the hair", "edit"),
        ("stop looking so grumpy", "smile+2"),
        ("stop looking so old", "age-2"),
        ("stop, thats too much", "beard-1"),
        ("stop its too much", "beard-1"),
        ("stop now take the glasses off", "eyeglasses=0"),
    ],
)
def test_stop_with_a_request(text, wanted):
    assert reading(text, last="beard=3") == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a tiny bit of stubble wouldnt hurt", "beard=1"),
        ("a beard wouldn't be bad", "beard=3"),
        ("a fringe wouldnt go amiss", "bangs=3"),
        ("a beard wouldn't look bad on him", "beard=3"),
        ("some glasses couldn't hurt", "eyeglasses=3"),
        ("it wouldn't hurt to add a beard", "beard=3"),
        ("wouldn't mind some glasses", "eyeglasses=3"),
        ("i wouldnt mind being a bit younger", "age-1"),
        ("i wouldn't say no to a beard", "beard=3"),
        ("why not a beanie", "beanie=5"),
        ("why not go blond", "blond_hair=5"),
        ("so why not make her smile?", "smile+2"),
        ("he always wears a cap so dont be surprised, just make him smile", "smile+2"),
        ("don't forget the glasses", "eyeglasses=3"),
    ],
)
def test_wishes_put_as_denials(text, wanted):
    assert reading(text, face=SHAVEN) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "the glasses don't look bad",
        "the beard doesn't hurt",
        "i don't mind the beard",
        "a beard wouldn't suit him",
        "he wouldn't hurt a fly",
        "it wouldn't hurt to ask",
        "i don't want more beard than that",
        "why not leave the beard",
        "why isn't he smiling?",
        "dont add a hat",
        "dont look surprised",
    ],
)
def test_other_denials_change_nothing(text):
    assert reading(text, last="beard=3") in ("edit", "unclear", "out_of_scope", "enough")


def test_what_wouldnt_hurt_is_taken():
    assert reading("that wouldn't hurt", offer="Add bangs") == reading("that wouldn't be bad", offer="Add bangs") == "bangs=3"
    assert reading("why not give it a try", offer="Add bangs") == reading("i don't mind", offer="Add bangs") == "bangs=3"
    assert reading("anything but that", offer="Add bangs") == reading("不要", offer="Add bangs") == "no"
    assert reading("不要胡子") == "beard=0"
