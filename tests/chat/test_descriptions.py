"""Looks in a roundabout way are those that a plain word asks for."""

import pytest

from tests.chat.reading import reading


@pytest.mark.parametrize(
    ("text", "last", "wanted"),
    [
        ("locks tumbling to her hips", "", "long_hair=5"),
        ("a beard down to his belly", "", "beard=5"),
        ("tie her hair behind her head", "", "hair_tied_back=5"),
        ("take the scrunchie out of her hair", "hair_tied_back=5", "-hair_tied_back"),
        ("let his bun down and make it curly", "hair_bun=5", "curly_hair=5 -hair_bun"),
        ("redden her lips", "", "red_lipstick=5"),
        ("whiten his hair and open those eyelids", "eyes_closed=5", "white_hair=5 -eyes_closed"),
        ("perm it and cut it short", "", "curly_hair=5 short_hair=5"),
        ("her mouth painted pink", "", "pink_lipstick=5"),
        ("lipstick close to her own skin tone", "", "nude_lipstick=5"),
        ("her cheeks nice and round", "", "chubby_face=5"),
        ("a face full of rage", "", "angry=5"),
        ("his hairline has crept back", "", "receding_hairline=5"),
        ("my hairline keeps retreating, bring it forward", "receding_hairline=5", "-receding_hairline"),
        ("the tip of his nose should be sharp", "", "pointy_nose=5"),
        ("lose whatever she has round her neck", "", "no_necklace=5"),
        ("two gold hoops", "", "hoop_earrings=5"),
        ("make him look like a proper bloke", "", "masculine+3"),
        ("smile wider and keep the mouth shut", "mouth_open=5", "smile+1 -mouth_open"),
        ("cheekbones you could slice bread with", "", "high_cheekbones=5"),
        ("change the black hair to blond", "", "blond_hair=5"),
        ("comb it back please", "", "hair_tied_back=5"),
        ("lengthen it to her waist", "", "long_hair=5"),
        ("tie this girl's hair back", "", "hair_tied_back=5"),
        ("sweep the hair back into a neat chignon", "", "hair_bun=5"),
        ("get me back to blond", "", "blond_hair=5"),
        ("turn blond into brown", "", "brown_hair=5"),
        ("the hair has gone too dark", "", "unclear"),
        ("dye our lad's brown hair black", "", "black_hair=5"),
        ("a red bob, please", "", "red_hair=5 short_hair=5"),
        ("my eyebrows are overplucked, fluff them up", "", "bushy_eyebrows+3"),
        ("the brows are a hedge, pare them down", "", "thin_eyebrows+3"),
        ("long, silver hair and a crimson mouth", "", "long_hair=5 gray_hair=5 red_lipstick=5"),
        ("a long silver mane", "", "long_hair=5 gray_hair=5"),
        ("gather it into a ponytail", "", "hair_tied_back=5"),
        ("long and curly", "", "long_hair=5 curly_hair=5"),
        ("shave it all, i want to see his scalp", "", "bald=5"),
        ("green eyes to blue", "", "blue_eyes=5"),
        ("swap these blue eyes for hazel", "", "hazel_eyes=5"),
        ("widen his nose", "", "big_nose+3"),
        ("cheeks like roses", "", "blush=5"),
        ("fatten his face, he has been ill", "", "chubby_face=5"),
        ("lift the corners of his mouth", "", "smile=1"),
        ("sculpt him as a woman", "", "feminine=5"),
        ("her lips are thin, make them plumper", "", "full_lips+3"),
        ("gaunt, even gaunter", "", "slim_face=5"),
    ],
)
def test_roundabout_looks(text, last, wanted):
    assert reading(text, last) == wanted
