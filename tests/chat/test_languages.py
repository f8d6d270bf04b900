"""Which language a visitor is answered in, and that a German is answered in German throughout."""

import dataclasses
import re

import pytest

from chat.editing import open_photo
from chat.interpretation import Context, Interpretation, read_steps
from chat.languages import language_of, to_english
from chat.offline import OfflineInterpreter
from chat.talk import respond
from chat.tongue import TABLES
from tests.chat.fakes import DrawingBackend, PaintingBackend, read_degrees
from tests.chat.test_session import _opened

ENGLISH = re.compile(r"\b(?:the|and|of|you|your|is|not|what|glasses|beard|smile|hair|undo)\b", re.IGNORECASE)


def talk(*lines, language="en", people=1, session=None, backend=DrawingBackend, interpreter=None):
    session, engine, turns = session or dataclasses.replace(_opened(people), language=language), backend(), []
    for line in lines:
        session, turn = respond(session, line, interpreter or OfflineInterpreter(), engine, None, read_degrees)
        turns.append(turn)
    return session, turns


def is_german(turn):
    return not ENGLISH.search(" ".join((turn.reply, *turn.options)))


@pytest.mark.parametrize(
    ("text", "likely", "language"),
    [
        ("mach sie älter", "en", "de"),
        ("make her older", "de", "en"),
        ("no hat", "de", "en"),
        ("nö", "en", "de"),
        ("5", "de", "de"),
        ("5", "en", "en"),
        ("ok", "de", "de"),
        ("ok", "en", "en"),
        ("blond", "de", "de"),
        ("pony", "de", "de"),
        ("qwertz", "de", "de"),
        ("un peu plus jeune", "de", "fr"),
        ("戴上墨镜", "de", "zh"),
        ("", "de", "de"),
    ],
)
def test_words_that_could_be_of_several_are_in_the_likely_language(text, likely, language):
    assert language_of(text, likely) == language


def test_words_are_answered_in_their_language_and_others_in_that_of_the_words_before():
    _, turns = talk("mach sie älter", "ok", "make her smile", "smile 3", "5", "Brille hinzufügen", "🙂")
    assert [is_german(turn) for turn in turns] == [True, True, False, False, False, True, True]
    _, turns = talk("5", "add glasses", "un peu plus jeune", "danke", language="de")
    assert [is_german(turn) for turn in turns] == [True, False, False, True]


def test_what_nobody_typed_is_answered_in_the_language_of_the_page():
    class Button:
        def interpret(self, text, context):
            return Interpretation("undo")

    session, _ = talk("add glasses", language="de")
    session, (undone,) = talk("Zurück", session=session, interpreter=Button())
    assert is_german(dataclasses.replace(undone, reply=undone.reply.replace("add glasses", "")))
    _, (turn,) = talk("5", session=session)
    assert not is_german(turn), "the visitor still speaks English"


def test_the_page_tells_its_language_when_a_photo_is_opened(astronaut):
    assert open_photo(astronaut).language == "en" and open_photo(astronaut, language="de").language == "de"


LINES = (
    "Hallo", "Was kannst du?", "setz ihr bitte eine Brille auf", "dünner", "ja", "nein", "zu viel", "Lächeln 3,5",
    "Bart behalten, aber jünger", "ändere die Brille", "ändere die Haare", "blonde Haare und eine Mütze", "lieber eine Kappe",
    "etwas weniger", "nimm die Kappe wieder ab", "Glatze oder Wollmütze?", "Flügel", "wie ist das Wetter?", "Was siehst du?",
    "Wie alt ist sie?", "vorher nachher", "zurück", "wiederherstellen", "so alt wie möglich", "älter", "kein Bart", "🤬", "😂",
    "Was schlägst du vor?", "ja bitte", "perfekt", "benutze 20 Schritte", "Wie speichere ich das Bild?",
    "Was passiert mit meinem Foto?", "anderes Verfahren", "das Gesicht rechts", "alle sollen lachen", "von vorn", "von vorn",
    "zurück", "noch mal zurück", "danke", "tschüss", "tschüss",
)  # fmt: skip


@pytest.mark.parametrize("backend", [DrawingBackend, PaintingBackend])
def test_a_german_is_answered_in_german_throughout(backend):
    _, turns = talk(*LINES, language="de", people=2, backend=backend)
    assert not [turn.reply for turn in turns if not is_german(turn)]
    moves = [move for turn in turns for move in re.findall(r"\d[.,]\d", turn.reply)]
    assert len(moves) > 10 and not any("." in move for move in moves)
    assert {language_of(option.lower(), "de") for turn in turns for option in turn.options} == {"de"}


def test_a_proposal_that_is_accepted_is_called_as_it_was_proposed():
    session = dataclasses.replace(_opened(), language="de", offer="Add glasses")
    session = dataclasses.replace(session, dialog=dataclasses.replace(session.dialog, move="suggestion"))
    session, (turn,) = talk("ja", session=session)
    assert session.plan.steps == read_steps("eyeglasses=3") and session.version.request == "Brille hinzufügen"


def test_programs_read_english_whatever_the_visitor_speaks():
    found = OfflineInterpreter().interpret("ändere die Brille", Context(language="de"))
    assert TABLES["en"]["about"]["eyeglasses"] in found.to_json() and "Thin glasses" in found.to_json()


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("Brille weg", ("eyeglasses", "set", 0)),
        ("nimm die Brille ab", ("eyeglasses", "set", 0)),
        ("Sie sieht zu alt aus", ("age", "change", -2)),
        ("Lächeln 4/5", ("smile", "set", 4)),
        ("Lächeln 3,5", ("smile", "set", 3.5)),
        ("so jung wie möglich", ("age", "set", 0)),
    ],
)
def test_german_turns_of_phrase(text, steps):
    (step,) = OfflineInterpreter().interpret(text, Context()).steps
    assert (step.attribute, step.operation, step.amount) == steps


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("setz ihm eine Mütze auf", "put on beanie"),
        ("setz ihm die Mütze wieder ab", "remove beanie"),
        ("könntest du ihr eine Brille aufsetzen?", "put on glasses?"),
        ("es wäre schön, ihr die Brille abzunehmen", "would be nice, remove glasses"),
        ("lass den Bart so", "keep beard"),
        ("lass den Bart weg", "remove beard"),
        ("nimm den Bart nicht ab", "not remove beard"),
        ("ohne den Bart zu verändern", "not change beard"),
        ("mach das bitte rückgängig", "undo it"),
        ("mach's weg", "remove it"),
        ("Bart ab, Brille auf", "remove beard, put on glasses"),
        ("Bart, Hut und Brille entfernen", "remove beard, hat and glasses"),
        ("mach den Bart und die Brille weg", "remove beard and glasses"),
        ("weder Bart noch Brille", "no beard and no glasses"),
        ("keine Mütze mehr", "no beanie"),
        ("die Brille soll weg", "remove glasses"),
        ("nicht jünger, sondern älter", "not younger, but older"),
        ("ich möchte, dass er lächelt", "i want him smile"),
    ],
)
def test_german_verbs_come_before_what_they_are_about(text, english):
    assert to_english(text.lower(), "de") == english


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("mein Bruder will den Bart abrasieren", "my bruder add beard shave off"),
        ("älter und Brille entfernen", "older and remove glasses"),
        ("lächeln und Brille entfernen", "smile and remove glasses"),
        ("blonde Haare, Brille weg", "blonde hair, remove glasses"),
        ("setz die Kappe auf und mach den Mund auf", "put on cap and open mouth"),
        ("Brille auf die Nase", "glasses nose"),
        ("der Bart ist ab", "beard is off"),
        ("Haare schneiden kostet viel Geld", "hair cut kostet much geld"),
    ],
)
def test_what_only_looks_like_a_parted_verb_stays_in_its_place(text, english):
    assert to_english(text.lower(), "de") == english


@pytest.mark.parametrize(
    ("word", "english"),
    [
        ("aelter", "older"),
        ("alter", "age"),
        ("grosse", "big"),
        ("schon", ""),
        ("strahlendes", "beaming"),
        ("schöne", "schöne"),
        ("klare", "klare"),
        ("rothaarige", "red hair"),
        ("blauäugig", "blue eyes"),
        ("kurzhaarschnitt", "short hairstyle"),
        ("rotwein", "rotwein"),
        ("vollmond", "vollmond"),
        ("jungfrau", "jungfrau"),
        ("taucherbrille", "taucherbrille"),
        ("brile", "glasses"),
        ("sonenbrille", "sunglasses"),
        ("rückgänig", "undo"),
        ("wagen", "wagen"),
        ("hütte", "hütte"),
        ("weiter", "weiter"),
        ("sachen", "sachen"),
    ],
)
def test_german_words_that_are_bent_joined_or_misspelt(word, english):
    assert to_english(word, "de") == english


@pytest.mark.parametrize("text", ["Stoppelbart", "Sonenbrille", "kuerzer", "blauäugig"])
def test_german_is_recognised_by_words_that_are_not_written_in_its_dictionary(text):
    assert language_of(text.lower()) == "de"


@pytest.mark.parametrize("text", ["glases", "redhead", "smlie", "%s%s%n", "sonrisaa"])
def test_slips_in_other_languages_are_not_german(text):
    assert language_of(text) == "en"


@pytest.mark.parametrize(
    "text",
    [
        "Mein Opa hatte immer einen Hut auf.",
        "ich habe lange Haare",
        "sie hat ein schönes Lächeln",
        "ich bin glücklich",
        "bist du böse?",
        "gestern habe ich eine Mütze gekauft",
        "kurze Frage",
        "oh nein, das sieht schrecklich aus",
    ],
)
def test_german_remarks_change_nothing(text):
    context = Context.from_json('{"prompts": "all", "language": "de", "degrees": {"beard": 3}, "last": "beard=3"}')
    assert not OfflineInterpreter().interpret(text, context).changes
