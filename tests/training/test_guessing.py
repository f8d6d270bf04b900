"""The recipe for guessing looks learns, and exports what chat/guessing.py reads."""

from __future__ import annotations

import torch

import weights
from chat.guessing import WISHES, features
from prompts import PROMPTS
from training.recipes import guessing
from training.tables import Wished


def test_recipe_learns_and_exports(monkeypatch, tmp_path):
    said = [("paint her mouth like a fire engine", ("red lipstick+",)), ("fire engines are red", None), ("shave that chin", ("beard-",))]
    table = [Wished("training", *one) for one in said] * 20
    table += [Wished("validation", "a mouth like a fire engine", ("red lipstick+",)), Wished("validation", "engines are loud", None)]
    monkeypatch.setattr(guessing, "wished", lambda path: table)
    monkeypatch.setattr(guessing, "BESIDE", 10)
    monkeypatch.setattr(guessing, "PLAIN", 10)
    monkeypatch.setattr(guessing, "export_path", lambda name: tmp_path / f"{name}.safetensors")
    recipe, generator = guessing.Guessing(), torch.Generator().manual_seed(0)
    recipe.prepare(torch.device("cpu"))
    before = recipe.validate(recipe.network)
    optimiser = torch.optim.AdamW(recipe.network.parameters(), lr=recipe.learning_rate)
    for _ in range(25):
        optimiser.zero_grad()
        recipe.loss(recipe.network, recipe.batch(generator)).backward()
        optimiser.step()
    after = recipe.validate(recipe.network)
    assert after["loss"] < before["loss"] and after["offered"] == 1
    assert recipe.sheet(recipe.network).size == (1000, 820)
    recipe.export(recipe.network)
    state, metadata = weights.load(tmp_path / "guessing.safetensors")
    assert metadata["wishes"] == list(WISHES)
    code = state["embedding"].float()[features("shave that chin")].mean(0)
    logits = state["weight"].float() @ code
    assert logits[WISHES.index("beard-")] > logits[WISHES.index("beard+")]


def test_the_grammars_phrases_name_prompts():
    phrases = {one.sentence: one.wishes for one in guessing.dictionary()}
    assert phrases["raven hair"] == ("black hair+",)
    assert {wish for wishes in phrases.values() for wish in wishes} <= {f"{name}+" for name in PROMPTS}
