"""The language recipe learns, and what it exports is read back with its words and answers."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import weights
from chat.encoder.labels import SHIPPED
from chat.encoder.network import HEADS
from chat.encoder.reading import load_encoder
from chat.encoder.vocabulary import SPECIAL, Vocabulary
from training.recipes import language


@pytest.fixture
def recipe(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> language.Language:
    monkeypatch.setattr(language, "SENTENCES", 400)
    monkeypatch.setattr(language, "VALIDATION_SENTENCES", 100)
    monkeypatch.setattr(language, "export_path", lambda name: tmp_path / f"{name}.safetensors")
    torch.manual_seed(0)
    recipe = language.Language()
    recipe.prepare(torch.device("cpu"))
    return recipe


def test_recipe_learns_and_exports(recipe, tmp_path):
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


def test_a_new_machine_goes_on_from_what_is_exported_and_learns_new_words(recipe, tmp_path):
    recipe.export(recipe.network)
    tables = [f"members.{number}.{language.WORDS}" for number in range(len(language.MEMBERS))]
    known = {table: weights.load(tmp_path / "language.safetensors")[0][table] for table in tables}
    fewer = Vocabulary((*SPECIAL, *(word for word in recipe.vocabulary.tokens[len(SPECIAL) :] if word != "beard")))
    state, metadata = weights.load(tmp_path / "language.safetensors")
    kept = [row for row, word in enumerate(recipe.vocabulary.tokens) if word != "beard"]
    state |= {table: words[kept] for table, words in known.items()}
    weights.save(tmp_path / "language.safetensors", state, metadata | {"vocabulary": fewer.tokens})
    again = language.Language()
    again.prepare(torch.device("cpu"))
    for table, words in known.items():
        same = (again.network.state_dict()[table] - words).abs().amax(dim=1) < 0.03
        assert [word for word, one in zip(again.vocabulary.tokens, same.tolist(), strict=True) if not one] == ["beard"]
    for found, member in zip(again.network.members, recipe.network.members, strict=True):
        torch.testing.assert_close(found.lstm.rnn.weight_hh_l0, member.lstm.rnn.weight_hh_l0, atol=1e-2, rtol=0)


def test_heads_that_a_sentence_says_nothing_about_are_left_out(recipe):
    for sentence, row in zip(recipe.held, recipe.held_labels.tolist(), strict=True):
        answers = {head: SHIPPED[head][index] for head, index in zip(HEADS, row, strict=True) if index != language.UNTRAINED}
        assert answers == sentence.labels


def test_a_batch_is_groups_of_one_length_with_their_own_answers(recipe, monkeypatch):
    monkeypatch.setattr(language, "WORDS_LOST", 0.0)
    labels, *groups = recipe.batch(torch.Generator().manual_seed(1))
    assert len(groups) == language.GROUPS and len(labels) == recipe.batch_size
    rows = [tuple(row) for ids in groups for row in ids.tolist()]
    known = {(tuple(row[row != 0].tolist()), tuple(answers.tolist())) for row, answers in zip(recipe.ids, recipe.labels, strict=True)}
    assert {(row, tuple(answers)) for row, answers in zip(rows, labels.tolist(), strict=True)} <= known
