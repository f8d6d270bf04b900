"""The language recipe learns, and what it exports is read back with its words and answers."""

from __future__ import annotations

import pytest
import torch

from chat.encoder.labels import SHIPPED
from chat.encoder.network import HEADS
from chat.encoder.reading import load_encoder
from training.recipes import language


@pytest.fixture
def recipe(monkeypatch: pytest.MonkeyPatch) -> language.Language:
    monkeypatch.setattr(language, "SENTENCES", 400)
    monkeypatch.setattr(language, "VALIDATION_SENTENCES", 100)
    torch.manual_seed(0)
    recipe = language.Language()
    recipe.prepare(torch.device("cpu"))
    return recipe


def test_recipe_learns_and_exports(recipe, tmp_path, monkeypatch):
    monkeypatch.setattr(language, "export_path", lambda name: tmp_path / f"{name}.safetensors")
    network, generator = recipe.network, torch.Generator().manual_seed(0)
    optimiser = torch.optim.AdamW(network.parameters(), lr=1e-2)
    losses = []
    for _ in range(25):
        loss = recipe.loss(network.train(), recipe.batch(generator))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert sum(losses[-5:]) < 0.7 * sum(losses[:5])
    figures = recipe.validate(network.eval())
    assert set(figures) == {"loss", *HEADS}
    assert recipe.sheet(network).getextrema() != ((255, 255),) * 3
    recipe.export(network)
    encoder = load_encoder(tmp_path / "language.safetensors")
    assert encoder.vocabulary == recipe.vocabulary and encoder.labels == SHIPPED
    assert encoder.probabilities(["more bangs"])["attribute"].sum().item() == pytest.approx(1, abs=1e-5)


def test_heads_that_a_sentence_says_nothing_about_are_left_out(recipe):
    for sentence, row in zip(recipe.held, recipe.held_labels.tolist(), strict=True):
        answers = {head: SHIPPED[head][index] for head, index in zip(HEADS, row, strict=True) if index != language.UNTRAINED}
        assert answers == sentence.labels
