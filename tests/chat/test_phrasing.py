"""Turns of phrase, each with what looks alike and means something else."""

import pytest

from tests.chat.reading import SHAVEN, reading


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("remove glases an beerd", "eyeglasses=0 beard=0"),
        ("delete the beard an the glasses", "beard=0 eyeglasses=0"),
        ("remove the beard an add a hat", "beard=0 brimmed_hat=5"),
        ("take of the glasses", "eyeglasses=0"),
        ("take of the glases and the beerd pls", "eyeglasses=0 beard=0"),
        ("take the glasses of and smile", "eyeglasses=0 smile+2"),
        ("take off the hat and the earrings", "no_hat=5 no_earrings=5"),
        ("remove the beard and give him an older look", "beard=0 age+2"),
        ("remove an earring", "no_earrings=5"),
        ("what's your take of the beard", "unclear"),
    ],
)
def test_an_for_and_and_of_for_off(text, wanted):
    assert reading(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("same beard but grey hair", "gray_hair=5"),
        ("same smile, just older", "age+2"),
        ("older but same beard", "age+2"),
        ("with the same glasses but no beard", "beard=0"),
        ("same smile without glasses", "eyeglasses=0"),
        ("i want the same beard but grey hair", "gray_hair=5"),
        ("same beard but longer", "beard+1"),
        ("same face without the beard", "beard=0"),
        ("same but with a hat", "brimmed_hat=5"),
        ("same for the smile", "smile-1"),
        ("same with the glasses", "eyeglasses-1"),
    ],
)
def test_the_same_is_kept(text, wanted):
    assert reading(text, last="beard-1") == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("instead of glasses give me earrings", "eyeglasses=0 hoop_earrings=5"),
        ("instead of a beard give him a moustache", "beard=0 moustache=5"),
        ("instead of glasses give me sunglasses", "eyeglasses=5"),
        ("instead of older make him younger", "age-2"),
        ("a smile instead of glasses", "smile+2"),
        ("remove everything except the beard", "edit"),
        ("is it possible to have the beard shaved off", "beard=0"),
        ("can we have the glasses taken off", "eyeglasses=0"),
        (
            "I was wondering whether it might be possible to have the spectacles removed from this portrait of my late father, "
            "if it is not too much trouble.",
            "eyeglasses=0",
        ),
        ("i had the beard removed", "unclear"),
    ],
)
def test_what_shall_go(text, wanted):
    assert reading(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("I want my hair to be dyed red", "red_hair=5"),
        ("bring back the ringlets", "curly_hair=5"),
        ("i keep picturing her with auburn waves", "red_hair=5 wavy_hair=5"),
        ("what this fellow needs is a goatee", "goatee=5"),
        ("my uncle lacks a goatee", "goatee=5"),
        ("my niece wishes to be painted with a bun", "hair_bun=5"),
        ("would it be mad to go brunette", "brown_hair=5"),
        ("wouldn't it be a treat if he went copper", "red_hair=5"),
        ("how i wish you would make her blond", "blond_hair=5"),
        ("his beard aside, give him a cap", "cap=5"),
        ("a bowler would finish him off", "brimmed_hat=5"),
        ("don't laugh, but make me blond", "blond_hair=5"),
        ("earrings no, goatee yes", "no_earrings=5 goatee=5"),
        ("everybody says goatee, so goatee it is", "goatee=5"),
        ("i'd kill for curls", "curly_hair=5"),
        ("stubble to full beard", "beard=5"),
        ("make me blond, baby", "blond_hair=5"),
        ("a cap w/o the beard", "cap=5 beard=0"),
        ("a straw hat for the old chap", "brimmed_hat=5"),
        ("a beard like old Barnaby", "beard=3"),
        ("nae beard", "beard=0"),
        ("would you trust a man with a bun?", "unclear"),
        ("my brother looks so smart with a cap", "unclear"),
        ("i'd like my hair dyed black", "black_hair=5"),
        ("i dyed my hair red last year", "unclear"),
        ("my brother has blond hair. make mine black", "black_hair=5"),
        ("my sister has blue eyes, make mine green", "green_eyes=5"),
        ("a friend of mine has red hair", "unclear"),
        ("i need a moustache like my grandpa had", "moustache=5"),
        ("a beard like my grandpa's", "beard=3"),
        ("give me glasses like my grandma wears", "eyeglasses=3"),
        ("make me look like my grandpa", "age=5"),
        ("a beard of three days", "beard=1"),
        ("bangs. she needs some.", "bangs=3"),
        ("i'd be happier with a beard", "beard=3"),
        ("can the beard be trimmed up a bit", "beard-1"),
        ("just shave his chin and cheeks smooth", "beard=0"),
        ("John Lennon style round wire glasses", "eyeglasses=2"),
        ("he looks like john lennon", "unclear"),
        ("John Lennon wore round glasses", "unclear"),
        ("give him a beard, that would be great", "beard=3"),
        ("we need to talk about grandpa's new earring", "unclear"),
        ("take a few kilos off my face", "slim_face+3"),
        ("add ten pounds to his face", "chubby_face+3"),
        ("i lost a few kilos since this photo", "out_of_scope"),
        ("the camera put twenty pounds on it", "unclear"),
        ("you need glasses to read this", "unclear"),
        ("moar smile", "smile+1"),
        ("wihte hair", "white_hair=5"),
        ("add a mustash", "moustache=5"),
    ],
)
def test_what_is_described(text, wanted):
    assert reading(text, face=SHAVEN) == wanted


def test_too_much_of_a_look_is_less_of_it():
    assert reading("the hair is too blond", "blond_hair=5") == "blond_hair-3"
    assert reading("the lips are too red", "red_lipstick=5") == "red_lipstick-3"
    assert reading("make it blond but not too blond") == "blond_hair=2"


def test_again_repeats_the_latest_change():
    assert reading("again", "smile+1") == reading("and again please", "smile+1") == "smile+1"
    assert reading("again") == "unclear"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("seventy", "age=5"),
        ("19 again", "age=1"),
        ("make him 50ish", "age=4"),
        ("a girl of nine", "age=0"),
        ("put him in his twenties", "age=1"),
        ("he looks 14, make him look closer to 40", "age=3"),
        ("40", "unclear"),
        ("a preteen", "age=1"),
    ],
)
def test_ages(text, wanted):
    assert reading(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("tan her like she has been sailing", "tanned_skin=5"),
        ("eyes shut as if he heard music drop", "eyes_closed=5"),
        ("make her look like she is laughing", "smile=5"),
        ("what she needs is a moustache", "moustache=5"),
        ("skin two tones darker", "dark_skin+5"),
        ("make the glasses go, keep the beard as it was", "eyeglasses=0"),
        ("the lady in frame two should smile", "smile=2"),
        ("blue eyes, baby", "blue_eyes=5"),
        ("a smile like my grandma had", "smile+2"),
    ],
)
def test_what_is_said_beside_a_wish(text, wanted):
    assert reading(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("make the photo brighter", "out_of_scope"),
        ("can you make the picture a bit darker?", "out_of_scope"),
        ("brighten the image up and add thin glasses", "eyeglasses=2"),
        ("whiten my teeth", "out_of_scope"),
        ("remove the person behind me", "out_of_scope"),
        ("get rid of the people in the background and make her smile", "smile+2"),
        ("make the man in the back older", "age+2"),
    ],
)
def test_what_is_wrong_with_the_photo_is_no_change_of_the_face(text, wanted):
    assert reading(text) == wanted
