"""Figures of speech for taking something away, and what only sounds like one."""

import pytest

from tests.chat.reading import reading


@pytest.mark.parametrize(
    ("text", "last", "wanted"),
    [
        ("wipe that blusher right off her cheeks", "blush=5", "-blush"),
        ("get the mascara and the kohl off me", "eye_makeup=5", "-eye_makeup"),
        ("get the hoops and the cap off her", "", "no_earrings=5 no_hat=5"),
        ("airbrush the second chin away", "double_chin=5", "-double_chin"),
        ("abolish his goatee", "goatee=5", "-goatee"),
        ("keep the fringe out of the picture", "", "bangs=0"),
        ("he is bald, un-bald him", "bald=5", "-bald"),
        ("i want zero wrinkles", "", "age-2"),
        ("i don't care for that beard", "", "beard=0"),
        ("the tan is far too orange, take it off her", "tanned_skin=5", "-tanned_skin"),
        ("whoever chose that cap should resign, do get rid of it", "", "no_hat=5"),
        ("the earrings must go and the same goes for the hat", "", "no_earrings=5 no_hat=5"),
        ("the cap has to go, so do the earrings", "", "no_hat=5 no_earrings=5"),
        ("replace his goatee with a beanie", "goatee=5", "beanie=5 -goatee"),
        ("turn the cap into a beanie", "", "beanie=5"),
        ("make sure she never wears earrings", "", "no_earrings=5"),
        ("cheerful, not sad", "sad=5", "smile+2 -sad"),
        ("take off ten years and the beard", "", "age-1 beard=0"),
        ("kindly rid her of the earrings", "", "no_earrings=5"),
        ("spare us that cap", "", "no_hat=5"),
        ("the fringe goes", "", "bangs=0"),
        ("should the beard go?", "", "beard=0"),
        ("his cap is a no", "", "no_hat=5"),
        ("beard begone", "", "beard=0"),
        ("his moustache is ridiculous, shave it off", "moustache=5", "-moustache"),
        ("fade the beard away", "", "beard=0"),
        ("take the hat from him", "", "no_hat=5"),
        ("remove: cap, beard", "", "no_hat=5 beard=0"),
        ("conceal his scar with a beanie", "", "beanie=5"),
        ("a cap would hide that", "", "cap=5"),
        ("would a fringe hide it?", "", "bangs=3"),
        ("brush her fringe aside", "", "bangs=0"),
        ("cover his greys", "gray_hair=5", "-gray_hair"),
        ("out with the necklace", "", "no_necklace=5"),
        ("the cap goes", "", "no_hat=5"),
        ("her hoops clash with the dress. out.", "hoop_earrings=5", "-hoop_earrings"),
        ("there is a double chin which has to go", "double_chin=5", "-double_chin"),
        ("evict the second chin", "double_chin=5", "-double_chin"),
        ("glasses no, hat yes", "", "eyeglasses=0 brimmed_hat=5"),
        ("take off the bobble hat", "", "no_hat=5"),
        ("get him out of that hat", "", "no_hat=5"),
        ("remove the spots and wrinkles", "", "age-2"),
        ("could the earrings come out?", "", "no_earrings=5"),
        ("his cap is hiding his ears, could you drop it", "", "no_hat=5"),
        ("no glasses, hair tied back", "", "eyeglasses=0 hair_tied_back=5"),
        ("nothing on the ears, nothing round the neck", "", "no_earrings=5 no_necklace=5"),
    ],
)
def test_what_shall_go(text, last, wanted):
    assert reading(text, last) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("sweep her hair out of her face", "bangs=0"),
        ("no need to change the smile", "edit"),
        ("don't take it off", "edit"),
        ("do give her bangs", "bangs=3"),
        ("cheerful, not sad", "smile+2"),
    ],
)
def test_what_shall_stay(text, wanted):
    assert reading(text) == wanted
