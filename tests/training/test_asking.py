"""The recipe for telling requests from remarks learns, and exports what chat/asking.py reads."""

from __future__ import annotations

import torch

import weights
from chat.asking import features
from training.recipes import asking


def test_recipe_learns_and_exports(monkeypatch, tmp_path):
    sentences = {"training": [("give her a beard", 1.0), ("my uncle had a beard", 0.0)] * 50}
    sentences["validation"] = [("give him a beard", 1.0), ("my aunt had a beard", 0.0)]
    monkeypatch.setattr(asking, "read_sentences", sentences.__getitem__)
    monkeypatch.setattr(asking, "PLAIN", 10)
    monkeypatch.setattr(asking, "export_path", lambda name: tmp_path / f"{name}.safetensors")
    recipe, generator = asking.Asking(), torch.Generator().manual_seed(0)
    recipe.prepare(torch.device("cpu"))
    before = recipe.validate(recipe.network)
    optimiser = torch.optim.AdamW(recipe.network.parameters(), lr=recipe.learning_rate)
    for _ in range(20):
        optimiser.zero_grad()
        recipe.loss(recipe.network, recipe.batch(generator)).backward()
        optimiser.step()
    after = recipe.validate(recipe.network)
    assert after["loss"] < before["loss"] and after["right"] == after["area"] == 1
    assert recipe.sheet(recipe.network).size == (1000, 820)
    recipe.export(recipe.network)
    state, _ = weights.load(tmp_path / "asking.safetensors")
    weight = state["weight"].float()
    assert weight[features("give her")].sum() > weight[features("my uncle had")].sum()
