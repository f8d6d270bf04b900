"""Complaints are wishes; requests, praise and remarks with the same words are not turned round."""

import pytest

from tests.chat.reading import SHAVEN, reading


@pytest.mark.parametrize(
    ("text", "last", "wanted"),
    [
        ("I appreciate the effort, however I think the beard is now somewhat longer than I'd hoped for.", "beard=4", "beard-1"),
        ("that's more beard than I asked for", "beard=4", "beard-1"),
        ("he has more beard than he should", "beard=4", "beard-1"),
        ("less beard than i wanted", "beard=2", "beard+1"),
        ("she looks older than she should", "age+2", "age-2"),
        ("you made him older than i asked", "age+2", "age-2"),
        ("the smile is bigger than i wanted", "smile+2", "smile-1"),
        ("smile is less than i wanted", "smile+1", "smile+1"),
        ("it's more than i wanted", "smile+1", "smile-1"),
        ("the bangs are longer than expected", "bangs=4", "bangs-1"),
        ("the frames are thicker than i like", "eyeglasses=3", "eyeglasses=1"),
        ("redder than i wanted", "red_hair=5", "red_hair-3"),
        ("the beard isnt as long as i wanted", "beard=2", "beard+1"),
        ("not as much beard as i hoped", "beard=2", "beard+1"),
    ],
)
def test_what_came_out_otherwise_turns_back(text, last, wanted):
    assert reading(text, last) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("make her look older than she is", "age+2"),
        ("i want to look younger than i am", "age-2"),
        ("i wanted it longer than this", "beard+1"),
        ("make him smile more than before", "smile+1"),
        ("he is older than his brother", "unclear"),
        ("the beard is longer than before", "unclear"),
        ("the smile is bigger than i expected, love it", "unclear"),
    ],
)
def test_other_comparisons_stay(text, wanted):
    assert reading(text, "beard=3") == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("everyone says i look old in this one, please fix", "age-2"),
        ("people say i look old. fix that", "age-2"),
        ("i look so old here fix it", "age-2"),
        ("im 34 but look 50, help", "age=2"),
        ("i never smile in photos. fix that", "smile+2"),
        ("he has no beard. fix that", "beard=3"),
        ("people say i look old", "unclear"),
        ("i never smile in photos", "unclear"),
        ("make everyone older", "age+2"),
        ("my sister said i should never grow a beard", "edit"),
    ],
)
def test_a_complaint_with_a_call_for_help_is_mended(text, wanted):
    assert reading(text, face=SHAVEN) == wanted


@pytest.mark.parametrize(
    ("text", "last", "wanted"),
    [
        ("why does she look so cross? change that", "angry=5", "-angry"),
        ("why is he so old and so sad? mend both", "sad=5", "age-2 sad-3"),
        ("how come he stares at us? fix it", "angry=5", "angry-3"),
        ("i don't like that he looks so startled, change it", "surprised=5", "-surprised"),
        ("her mouth stands open, shut it", "mouth_open=5", "-mouth_open"),
        ("she blinked here, can you open her eyes", "eyes_closed=5", "-eyes_closed"),
        ("her lips are too thin, can you plump them up", "", "full_lips+3"),
        ("her hair is too long, cut it", "", "short_hair+3"),
        ("my brother has ginger hair, so he should have it too", "", "red_hair=5"),
        ("i always had red hair and a hooked nose; this lady should have both", "", "red_hair=5 big_nose=5"),
        ("why does she look so cross?", "angry=5", "out_of_scope"),
        ("her eyes are shut in this one, please open them", "eyes_closed=5", "-eyes_closed"),
        ("his mouth is closed, open it", "", "mouth_open=5"),
        ("she has blue eyes and i would rather they were brown", "", "brown_eyes=5"),
        ("poor chap looks gloomy, a smile would help", "", "smile+2"),
        ("laughing is wrong here, i need a mournful face", "", "sad=5"),
        ("it was a sunless year; bronze her skin", "", "tanned_skin=5"),
        ("she's too pale for a surfer", "", "tanned_skin+3"),
        ("too masculine for a nurse", "", "feminine+3"),
    ],
)
def test_a_complaint_with_a_command_is_mended(text, last, wanted):
    assert reading(text, last) == wanted


def test_what_nobody_asked_for_goes():
    assert reading("why are there glasses on my face?? i didnt ask for that") == "eyeglasses=0"
    assert reading("why is he wearing a hat? i didn't ask for a hat", "beanie=5") == "-beanie"
    assert reading("i didn't ask for that", "beard=3") == "undo"
    assert reading("why are there glasses in the picture") == "unclear"
