"""What goes wrong is said in the page's language."""

import ast
import dataclasses
import pkgutil
from pathlib import Path
from string import Formatter

import gradio as gr
import numpy as np
import pytest

import backends
import weights
from backends.base import BackendInfo, EditPlan, EditStep
from errors import ParleyError, Sentence
from faces.align import require_faces
from ui.texts import DEFAULT, ELSEWHERE, TEXTS
from ui.trouble import sentence_of, toasted

ROOT = Path(__file__).parents[2]
BUILT_IN = {module.name for module in pkgutil.iter_modules(backends.__path__)}
VISITORS = (
    *(f"chat/{name}.py" for name in ("adjust", "compare", "editing", "export", "history", "paint", "portrait", "session")),
    *(path for path in sorted(ROOT.glob("ui/*.py")) if path.name != "endpoints.py"),
    *(f"chat/encoder/{name}.py" for name in ("reading", "vocabulary")),
    *(f"backends/{name}.py" for name in ("base", "registry")),
    *(f"backends/{name}.py" for name in ("collaborative/published", "dae/linear", "dae/published", "stylegan/checkpoint")),
    "weights.py",
    "faces/align.py",
    "faces/clip.py",
    "faces/drawn_masks.py",
)
"""Where what a visitor meets goes wrong; the rest is told to those who install and train, in English."""
SHIPPED = [listing.info for listing in backends.available() if listing.info and listing.name in BUILT_IN]
OTHERS = sorted(set(TEXTS) - {DEFAULT})


def sentences(path):
    """Every sentence that a module makes a ParleyError of; those that were put together already are "f"."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    named = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            named.setdefault(getattr(node.targets[0], "id", ""), []).append(node.value.value)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("ParleyError", "UnknownBackend", "Sentence"):
            (first,) = node.args
            yield from ["f"] if isinstance(first, ast.JoinedStr) else named.get(getattr(first, "id", ""), [getattr(first, "value", None)])


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_that_a_visitor_may_meet_is_in_every_language(language):
    met = {sentence for path in VISITORS for sentence in sentences(path)} - {None}  # None: the assistant's own words
    assert met - set(ELSEWHERE[language]) == set() and len(met) > 25


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_that_is_translated_is_said_somewhere(language):
    modules = [ROOT / "weights.py", *(path for folder in ("backends", "chat", "faces", "ui") for path in ROOT.glob(f"{folder}/**/*.py"))]
    nodes = (node for path in modules for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    said = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert set(ELSEWHERE[language]) - said == set()
    for english, other in ELSEWHERE[language].items():
        assert {name for _, name, *_ in Formatter().parse(english)} == {name for _, name, *_ in Formatter().parse(other)}


def test_a_sentence_with_its_values(face_image):
    flat = face_image.resize((64, 64)).resize((200, 200)).point(lambda level: 128)
    with pytest.raises(ParleyError) as caught:
        require_faces(flat)
    assert "could not find a face" in sentence_of(caught.value, "en") and "kein Gesicht zu finden" in sentence_of(caught.value, "de")
    info = BackendInfo("rosy", "Rosy", "", "", "", 64, attributes=("smile", "age"))
    with pytest.raises(ParleyError) as caught:
        info.require(EditPlan((EditStep("eyeglasses", "set", 3),)))
    assert str(caught.value) == "Rosy cannot change 'eyeglasses'; it can change smile, age."
    assert sentence_of(caught.value, "de") == "Rosy kann „Brille“ nicht ändern; möglich sind: Lächeln, Alter."


def test_what_an_engine_does_not_take_is_refused():
    deaf = BackendInfo("rosy", "Rosy", "", "", "", 64, attributes=("smile",))
    plans = EditPlan(text="a smiling man"), EditPlan(layout=np.zeros((2, 2), np.uint8))
    told = []
    for plan in plans:
        with pytest.raises(ParleyError) as caught:
            deaf.require(plan)
        told.append(sentence_of(caught.value, "de"))
        dataclasses.replace(deaf, accepts_text=True, accepts_layout=True).require(plan)
    assert ["Beschreibung" in told[0], "gemalten Maske" in told[1]] == [True, True]


def words_of(told):
    """A sentence and those that it holds, in the English that is looked up; values that are names or paths aside."""
    yield told.sentence
    for name, value in told.values.items():
        if isinstance(value, Sentence):
            yield from words_of(value)
        elif name in ("source", "licence"):
            yield value


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("info", SHIPPED, ids=lambda info: info.name)
def test_what_every_shipped_engine_tells_of_itself_is_in_every_language(info, language, tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "SHIPPED", tmp_path)
    told = {info.summary, info.licence}
    for option in info.options:
        told |= {option.label, option.help, *option.choices} - {""}
    for name in info.weights:
        monkeypatch.delenv(weights.FILES[name].env, raising=False)
        with pytest.raises(ParleyError) as missing:
            weights.find(name)
        monkeypatch.setenv(weights.FILES[name].env, "/nowhere")
        with pytest.raises(ParleyError) as lost:
            weights.find(name)
        told.update(words_of(missing.value.told), words_of(lost.value.told))
    assert told - set(ELSEWHERE[language]) == set()


def test_a_sentence_within_a_sentence(monkeypatch):
    licence = "this project's own, trained on faces that it renders"
    why = Sentence("{variable} points to {path}, but there is no such file.", variable="PARLEY_DAE", path="/x")
    error = ParleyError("The engine {name!r} cannot be used: {reason}", name="dae", reason=why)
    assert str(error) == "The engine 'dae' cannot be used: PARLEY_DAE points to /x, but there is no such file."
    assert sentence_of(error, "en") == str(error)
    assert sentence_of(error, "de").endswith(": PARLEY_DAE zeigt auf /x, aber diese Datei gibt es nicht.")
    assert sentence_of(ParleyError("It is {licence}.", licence=licence), "de").startswith("It is von diesem Projekt selbst")
    monkeypatch.setattr(weights, "SHIPPED", ROOT / "nowhere")
    with pytest.raises(ParleyError) as caught:
        backends.first(backends.available())
    assert "fehlen" in sentence_of(caught.value, "de") and "missing" not in sentence_of(caught.value, "de")


def test_any_other_sentence_stays_as_it_is():
    assert sentence_of(ParleyError("The {engine} has run out of ink."), "de") == "The {engine} has run out of ink."
    with pytest.raises(gr.Error, match="Fassung") as caught, toasted("de"):
        raise ParleyError("There is no such version.")
    assert caught.value.title == "Das ging nicht"
