"""Prompts in the conversation: how they are understood, what is said about them, and that everything else works with them."""

import dataclasses

import numpy as np
import pytest

import backends
import prompts
from backends.base import EditPlan
from backends.registry import Listing
from chat import adjust, export, reply
from chat import session as session_module
from chat.history import reset
from chat.interpretation import Context, read_steps, written_steps
from chat.lexicon import listed
from chat.offline import OfflineInterpreter
from chat.prompt_words import FAMILIES, INSTEAD, THINGS, label
from chat.talk import engine_of
from chat.tongue import Tongue
from evaluation.utterances import judge_all, read_table
from graded import GRADED
from prompts import PROMPTS, rivals
from tests.chat.fakes import START, DrawingBackend, PaintingBackend, read_degrees
from tests.chat.test_session import _opened
from tests.chat.test_talk import talk

interpreter = OfflineInterpreter()
SENTENCES = Tongue().sentences
ALL = Context(prompts=PROMPTS)


def steps(text, context=ALL):
    return written_steps(interpreter.interpret(text, context).steps)


@pytest.mark.parametrize("name", PROMPTS)
def test_every_prompt_is_understood_by_its_name_alone(name):
    assert steps(label(name)) == f"{name.replace(' ', '_')}=5"


def test_every_answer_that_is_offered_is_understood():
    offered = [option for thing in THINGS.values() for option in thing.options]
    offered += [option for options in INSTEAD.values() for option in options]
    assert len(offered) > 50
    assert not [option for option in offered if not steps(option)]


def test_the_table_of_words_names_prompts_that_exist():
    named = {word.attribute for thing in THINGS.values() for word in thing.looks.values()}
    named |= {name for thing in THINGS.values() for name in (*thing.covers, thing.default) if name}
    assert named <= set(PROMPTS) and all(thing.covers for thing in THINGS.values())
    assert sorted(name for own in FAMILIES.values() for name in own) == sorted(PROMPTS), "every prompt has one family"
    assert set(INSTEAD) <= {*PROMPTS, *THINGS}


def test_rows_of_the_table_of_utterances():
    judged = judge_all(interpreter, [row for row in read_table() if row.group in ("prompts", "prompts unseen")])
    for group, least in (("prompts", 0.98), ("prompts unseen", 0.8)):
        own = [one for one in judged if one.utterance.group == group]
        assert sum(one.plan_right for one in own) >= least * len(own) >= 0.8 * 50, group
    assert sum(one.wrong_edit for one in judged) <= 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("give him wavy black hair, a goatee and thick glasses", "wavy_hair=5 black_hair=5 goatee=5 eyeglasses=3"),
        ("her hair should be longer and curly", "long_hair+3 curly_hair=5"),
        ("the nose smaller and the lips fuller", "small_nose+3 full_lips+3"),
        ("big glasses and a small nose", "eyeglasses=3 small_nose=5"),
        ("white beard and white hair", "beard=3 white_hair=5"),
        ("take the cap off and put a beanie on", "no_hat=5 beanie=5|beanie=5"),
        ("smile with open mouth", "smile=4"),
        ("blond hair. actually brown", "brown_hair=5"),
        ("moustach and earings", "moustache=5 hoop_earrings=5"),
        ("dark red for the lips and grey for the eyes", "dark_red_lipstick=5 gray_eyes=5"),
        ("ginger curls", "red_hair=5 curly_hair=5"),
        ("skinny 90s brows", "thin_eyebrows=5"),
        ("eyebrows. bushier.", "bushy_eyebrows+3"),
        ("lipstick dark like red wine", "dark_red_lipstick=5"),
        ("make it curly and dye it red, her hair i mean", "curly_hair=5 red_hair=5"),
        ("thick glasses, thick eyebrows", "eyeglasses=3 bushy_eyebrows=5"),
        ("give her hair the colour of copper", "red_hair=5"),
        ("his hair should be as white as cotton wool", "white_hair=5"),
        ("whisky coloured eyes for him", "hazel_eyes=5"),
        ("put a big gold ring in each ear", "hoop_earrings=5"),
        ("hang a thick gold chain round his neck", "chain_necklace=5"),
        ("brows like two hedges", "bushy_eyebrows=5"),
        ("cheeks red from the cold", "blush=5"),
        ("wipe all the slap off her face", "no_makeup=5"),
        ("soup strainer on grandad please", "moustache=5"),
        ("copper her hair", "red_hair=5"),
        ("5 o'clock shadow please", "beard=1"),
        ("shave his cheeks smooth", "beard=0"),
    ],
)
def test_adjectives_find_what_they_describe(text, expected):
    assert steps(text) in expected.split("|")


@pytest.mark.parametrize(
    "text",
    ["red beard?", "make his beard blond", "red glasses", "purple lipstick", "make him black", "lighter", "curly and straight hair", "😢"]
    + [
        "somebody forgot the earrings",
        "her hairdresser has gone mad",
        "grinding coffee",
        "that wig was a mistake",
    ]
    + ["blond looks good on her", "he went bald last year", "my hat is off to you", "shave the eyebrows off", "change her eyes"],
)
def test_what_is_no_prompt_makes_none(text):
    assert not {step.attribute for step in interpreter.interpret(text, ALL).steps} - set(GRADED)


@pytest.mark.parametrize("text", ["a brief note for the ranger", "he shook his head", "my lips are sealed", "a rocket in his pocket"])
def test_what_only_looks_like_a_rare_word_is_not_taken_for_it(text):
    assert not interpreter.interpret(text, ALL).changes


def test_lists_of_phrases_have_alternatives():
    assert listed("wet|dry hair, a bit_of|| smile") == ["wet hair", "dry hair", "a bit of smile", "a smile", "a smile"]
    assert "our hair" in listed("~ hair") and "hair" in listed("~ hair") and "hair" not in listed("^ hair")


def test_without_prompts_the_words_mean_what_they_meant():
    found = interpreter.interpret("make her hair blond and smile", Context())
    assert written_steps(found.steps) == "smile+2" and found.unavailable == ("hair blond",)


def test_a_prompt_that_the_engine_lacks_is_named_back():
    few = Context(prompts=("blond hair", "cap"))
    found = interpreter.interpret("blond hair and red lipstick", few)
    assert written_steps(found.steps) == "blond_hair=5" and found.unavailable == ("red lipstick",)
    assert interpreter.interpret("take off the hat", few).unavailable == ("no hat",)


def test_a_prompt_that_somebody_added_is_understood_by_its_name():
    context = Context(prompts=(*PROMPTS, "Elf ears"), degrees={"Elf ears": 5.0})
    assert [(step.attribute, step.amount) for step in interpreter.interpret("give her elf ears", context).steps] == [("Elf ears", 5.0)]
    assert interpreter.interpret("remove the elf ears", context).restore == ("Elf ears",)


def test_what_was_asked_before_is_taken_back_before_anything_is_taken_away():
    worn = Context(prompts=PROMPTS, degrees={"cap": 5.0, "blond hair": 5.0}, last=read_steps("cap=5"))
    assert interpreter.interpret("take off the hat", worn).restore == ("cap",)
    assert interpreter.interpret("take it off", worn).restore == ("cap",)
    assert interpreter.interpret("reset the hair colour", worn).restore == ("blond hair",)
    assert steps("take off the hat") == "no_hat=5"


def test_steps_with_spaces_are_written_and_read():
    assert written_steps(read_steps("blond_hair=5 smile+1 cap-2")) == "blond_hair=5 smile+1 cap-2"
    assert read_steps("blond_hair=5")[0].attribute == "blond hair"


# What is said and done.


@pytest.fixture(autouse=True)
def looks(monkeypatch):
    """What the classifier sees in every picture: nothing, until a test says something."""
    seen: dict[str, float] = {}
    monkeypatch.setattr(session_module, "looks_of", lambda image: seen)
    return seen


def painted(*lines, session=None):
    return talk(*lines, session=session, backend=PaintingBackend())


def test_replies_say_what_was_done():
    session, turn = painted("blond hair and thin glasses")
    assert "blond hair" in turn.reply.lower() and "thin frame" in turn.reply
    assert not any(words.split("{")[0] in turn.reply for words in SENTENCES["unseen"])
    session, turn = painted("no, black", session=session)
    assert "black hair instead of blond hair" in turn.reply.lower()
    assert session.plan.degrees_from(START)["blond hair"] == 0
    session, turn = painted("a bit tanned", session=session)
    assert "tanned skin at 2 of 5" in turn.reply.lower()
    session, turn = painted("more", session=session)
    assert "stronger (+3)" in turn.reply
    session, turn = painted("more", session=session)
    assert any(words.format(name="tanned skin", Name="Tanned skin") in turn.reply for words in SENTENCES["prompt_at_most"])
    session, turn = painted("natural skin colour again", session=session)
    assert "tanned skin" not in {step.attribute for step in session.plan.steps} and "tanned skin" in turn.reply.lower()
    assert set(session.plan.degrees_from(START)) == {"blond hair", "black hair", "eyeglasses"}
    session, _ = painted("undo", session=session)
    assert session.plan.degrees_from(START)["tanned skin"] == 5
    session, _ = painted("start over", session=session)
    assert session.plan.is_empty()


def test_it_is_told_when_nothing_can_be_seen():
    session, turn = painted("grey eyes")
    assert any(words in turn.reply for words in SENTENCES["unseen"]) and session.dialog.move == "whats_next"


def test_what_the_photo_shows_already_is_told_and_done_only_for_those_who_insist(looks):
    looks |= dict.fromkeys(PROMPTS, 0.4) | {"blond hair": 0.97, "no hat": 0.99}
    session, turn = painted("make her blond")
    assert any(words.split("{")[0] in turn.reply for words in SENTENCES["already_shown"]) and "blond hair" in turn.reply
    assert not session.version.edits and "Blond hair" in turn.options
    assert painted("black", session=session)[0].plan.degrees_from(START)["black hair"] == 5, "it is still about the hair"
    again, _ = painted("Blond hair", session=session)
    assert again.plan.degrees_from(START)["blond hair"] == 5
    session, turn = painted("blonder", session=session)
    assert session.plan.degrees_from(START)["blond hair"] == 3
    session, turn = painted("take off the hat and add glasses")
    assert set(session.plan.degrees_from(START)) == {"eyeglasses"} and "no hat" in turn.reply
    assert not painted("remove the beanie")[0].version.edits


def test_what_cannot_be_made_out_after_an_edit_is_told(looks):
    looks |= dict.fromkeys(PROMPTS, 0.05)
    session, turn = painted("wavy hair")
    assert any(words.split("{")[0] in turn.reply for words in SENTENCES["missing"]) and session.dialog.move == "whats_next"
    _, turn = painted("more", session=session)
    assert any(turn.reply.startswith(words.split("{")[0]) for words in SENTENCES["prompt_no_further"])
    looks["wavy hair"] = 0.6
    _, turn = painted("a cap and wavy hair")
    assert "a cap" in turn.reply and not any(words.format(names="wavy hair") in turn.reply for words in SENTENCES["missing"])


def test_questions_about_looks_are_answered_by_the_classifier(looks):
    looks |= dict.fromkeys(PROMPTS, 0.1) | {"brown hair": 0.8, "black hair": 0.6, "no hat": 0.3, "cap": 0.7}
    session, turn = painted("is she blond?")
    assert turn.reply.startswith(SENTENCES["not_measured"][0])
    session, _ = painted("smile", session=session)
    for line, seen, unseen in (
        ("what colour is her hair?", "brown hair", "black hair"),
        ("is she blond?", "blond hair", "brown hair"),
        ("what do you see?", "brown hair", "black hair"),
        ("is she wearing a hat?", "a cap", "no hat"),
    ):
        _, turn = painted(line, session=session)
        assert seen in turn.reply and unseen not in turn.reply, line


def test_help_and_greetings_name_the_families_of_prompts():
    for line, named in (("help", ("hats, jewellery", "make-up")), ("hello", ("hair and much more",))):
        _, turn = painted(line)
        assert all(words in turn.reply for words in named) and "hair" not in talk(line)[1].reply
    _, turn = painted("how blond is she?")
    assert "measure" in turn.reply


def test_another_engine_is_named_for_prompts_and_nobody_for_wings(monkeypatch):
    other = dataclasses.replace(PaintingBackend.info, name="other", title="The Other")
    monkeypatch.setattr(backends, "available", lambda: (Listing("other", other),))
    for line in ("put a hat on him", "make her hair blond", "bald please"):
        session, turn = talk(line)
        assert "The Other" in turn.reply and not session.version.edits
    assert "The Other" not in talk("give her a dress")[1].reply


def test_only_prompts_that_work_and_are_not_delicate_are_proposed(monkeypatch):
    assert not {name for name in prompts.SUGGESTED if not prompts.WORKS[name]}
    assert not {"dark skin", "feminine", "big nose", "chubby face", "double chin"} & set(prompts.SUGGESTED)
    engine = engine_of(PaintingBackend())
    monkeypatch.setattr(reply, "SUGGESTED", ())
    before = reply.proposals(engine, START, {}, ())
    monkeypatch.setattr(reply, "SUGGESTED", ("blond hair", "black hair", "cap"))
    offers = reply.proposals(engine, START, {}, ("eyeglasses", "cap"))
    assert {"Blond hair", "Black hair"} < set(offers) and "Cap" not in offers and set(before) < set(offers)
    assert reply.proposed("Cap") == ("cap",) and reply.idea(Tongue(), "Cap") == Tongue().spoken("cap") == "a cap"
    assert not {"Blond hair", "Black hair"} & set(reply.proposals(engine_of(DrawingBackend()), START, {}, ()))
    seen = reply.proposals(engine, START, {"blond hair": 0.6, "black hair": 0.4}, ())
    assert "Black hair" in seen and "Blond hair" not in seen
    assert not {"Blond hair", "Black hair"} & set(reply.proposals(engine, START, {"bald": 0.9}, ()))


def test_the_latest_prompt_is_made_weaker_and_stronger():
    session, _ = painted("blond hair", "brown hair")
    assert adjust.latest(session) == ("brown hair",)
    weaker = adjust.rescale(session, "subtle", PaintingBackend(), "brown: subtle", measure=read_degrees)
    assert weaker.plan.degrees_from(START) == {"blond hair": 0.0, "brown hair": 2.5}
    assert adjust.at_strength(session.plan, START, 0.5).degrees_from(START) == {"blond hair": 0.0, "brown hair": 2.5}


def test_a_recipe_carries_prompts():
    session, _ = painted("red lipstick and a smile")
    told = export.read_recipe(export.save(session, "png"))
    again = export.apply_recipe(reset(session), told, lambda name: PaintingBackend(), measure=read_degrees)
    assert again.plan.degrees_from(START) == session.plan.degrees_from(START)
    assert np.array_equal(np.asarray(again.picture()), np.asarray(session.picture()))


def test_prompts_that_another_engine_made_are_left_out():
    session, _ = painted("red lipstick and a smile")
    backend = DrawingBackend()
    backend.info = dataclasses.replace(backend.info, name="other")
    session, _ = talk("add glasses", session=session, backend=backend)
    assert {step.attribute for step in backend.plans[-1].steps} <= set(GRADED)


def test_rivals_are_asked_about_or_the_later_one_wins():
    assert interpreter.interpret("blond or brown hair", ALL).options == ("Blond hair", "Brown hair")
    plan = EditPlan(interpreter.interpret("make her hair blond and then brown", ALL).steps)
    assert plan.degrees_from(START) == {"blond hair": 0.0, "brown hair": 5.0}
    assert "brown hair" in rivals("blond hair")


def test_everyone_gets_a_hat():
    session, turn = talk("everyone with a beanie", session=_opened(2), backend=PaintingBackend())
    assert all(edit.plan.degrees_from(START) == {"beanie": 5.0} for edit in session.version.edits.values())
    assert "beanie" in turn.reply


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("salt and pepper temples on him", "gray hair=5"),
        ("make her look like she just saw a ghost", "surprised=5"),
        ("turn that frown upside down please", "smile+2"),
        ("a handlebar moustache and a beanie, like a trawlerman", "moustache=5 beanie=5"),  # who lists looks wants them
        ("pearls round her neck like a duchess", "pearl necklace=5"),
        ("make me look much older so that my clients take me seriously", "age+3"),  # a reason is no doubt
        ("put her hair up in a bun", "hair bun=5"),
        ("get rid of the fringe and put her hair up in a bun", "bangs=0 hair bun=5"),  # which has a verb of its own
        ("the same girl in a straw hat", "brimmed hat=5"),  # a girl is no age
        ("eyes closed like a sleeping baby", "eyes closed=5"),
        ("cut her a full fringe", "bangs=5"),
        ("give my father a moustache", "moustache=5"),  # not fatter
        ("don't let him look so sad", "smile+2"),
        ("a moustache like a 70s cop", "moustache=5"),  # nobody is 75
        ("hair white like grandpa", "white hair=5"),
        ("pearls like my aunt wore", "pearl necklace=5"),
        ("a goatee like old sailors have", "goatee=5"),
        ("our old postman wears a cap, put one on him", "cap=5"),
        ("she's six. earrings off, please", "no earrings=5"),
        ("he's 15, lose the beard", "beard=0"),
        ("give the bald guy glasses", "eyeglasses=3"),  # only which guy
        ("put a beanie on the skinny fella", "beanie=5"),
        ("a stud in his ear like a pirate", "stud earrings=5"),
        ("tie her hair back so we can see the earrings", "hair tied back=5"),
        ("the same bloke but as a girl", "feminine=5"),
        ("her hood was down so give her a beanie", "beanie=5"),
        ("i look shocked in this can you make me smile", "smile+2"),
        ("ponytail, sleek", "hair tied back=5"),
        ("she's blonde, make her brunette", "brown hair=5"),
        ("the bridge of her nose is rather broad, could it be slimmer", "small nose+3"),
        ("a dab of pink on each cheek", "blush=5"),
        ("loads of lash", "eye makeup=5"),
    ],
)
def test_strange_words_around_a_look_leave_it_a_request(text, expected):
    assert steps(text).replace("_", " ") == expected


@pytest.mark.parametrize(
    "text",
    [
        "my sister wore pearls at her wedding",
        "lip fillers cost more than my first car",
        "hats off to you",
        "the hat trick in the final",
        "whats for lunch",  # no hats
        "write me a poem about a beard",
        "polish the glasses",
        "i have never seen her without a hat",
        "hahaha i laughed my makeup off",
        "beards? got tired of them years ago",
        "wolves have such amber eyes",
        "i look so happy in this one",
        "grandma wore pearls all her life",
        "his mother never could stand a beard",
        "at his age everybody is bald",
    ],
)
def test_stories_idioms_and_ordinary_words_make_nothing(text):
    assert not interpreter.interpret(text, ALL).changes


@pytest.mark.parametrize("text", ["give her sharp cheekbones", "put my hair up in a low bun", "add a beanie, that was quick"])
def test_what_is_sharp_low_or_quick_besides_the_picture_sets_no_sampling_steps(text):
    found = interpreter.interpret(text, ALL)
    assert found.steps and found.sampling_steps is None


def test_a_story_offers_no_look_that_is_there():
    worn = dataclasses.replace(ALL, degrees={"pearl necklace": 5.0})
    assert interpreter.interpret("my sister wore pearls at her wedding", ALL).questions
    assert not interpreter.interpret("my sister wore pearls at her wedding", worn).questions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("her skin is less golden", "pale_skin+3"),
        ("less nose", "small_nose+3"),
        ("more nose please", "big_nose+3"),
        ("nose 40% bigger", "big_nose+2"),
        ("less nose, way less", "small_nose+5"),
        ("give him his dark skin back", "dark_skin=5"),
        ("bring back her blush and her tan", "blush=5 tanned_skin=5"),
        ("emerald eyed", "green_eyes=5"),
        ("undo the blush", ""),
    ],
)
def test_less_of_a_look_is_more_of_another_and_what_comes_back_was_never_asked_for(text, expected):
    assert steps(text) == expected
