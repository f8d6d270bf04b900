"""The training loop on a network small enough to train in seconds."""

import json
import math

import pytest
import torch
from PIL import Image
from torch import nn

from training import loop
from training.loop import train


class Line:
    """Learns y = 3 x from noiseless examples."""

    name = "line"
    learning_rate = 0.3
    batch_size = 16
    warm_up_steps = 5
    """A busy computer may have time for few steps."""

    def __init__(self):
        self.network = nn.Linear(1, 1)
        self.exported = []

    def prepare(self, device):
        self.device = device

    def batch(self, generator):
        x = torch.randn(self.batch_size, 1, generator=generator)
        return x, 3 * x

    def loss(self, network, batch):
        x, y = batch
        return (network(x) - y).square().mean()

    def validate(self, network):
        with torch.no_grad():
            return {"loss": (network.weight - 3).abs().item()}

    def sheet(self, network):
        return Image.new("RGB", (4, 4))

    def export(self, network):
        self.exported.append(network.weight.item())


def log_of(folder):
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


def test_trains_ships_the_best_and_resumes(tmp_path):
    first = Line()
    train(first, minutes=0.05, device=torch.device("cpu"), folder=tmp_path)
    log = log_of(tmp_path)
    assert log[-1]["loss"] < 0.1, "it began at least 2 away"
    assert (tmp_path / "sheet.png").exists()
    assert abs(first.exported[-1] - 3) == min(abs(weight - 3) for weight in first.exported)

    again = Line()
    train(again, minutes=0.02, device=torch.device("cpu"), folder=tmp_path)
    resumed = log_of(tmp_path)[len(log) :]
    assert resumed[0]["step"] > log[-1]["step"]
    assert resumed[-1]["minutes"] > log[-1]["minutes"]
    best = torch.load(tmp_path / "state.pt", weights_only=True)["progress"]["best"]
    assert best == pytest.approx(min(line["loss"] for line in log_of(tmp_path)), abs=1e-4)


def test_worse_weights_are_not_shipped(tmp_path):
    recipe = Line()
    figures = iter([1.0, 0.5] + [2.0] * 1000)
    recipe.validate = lambda network: {"loss": next(figures)}
    train(recipe, minutes=0.02, device=torch.device("cpu"), folder=tmp_path)
    assert len(recipe.exported) == 2
    assert not math.isnan(recipe.exported[-1])


def test_what_is_shipped_stays_where_training_on_leads_to_nothing_better(tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "export_path", lambda name: tmp_path)
    recipe = Line()
    figures = iter([1.0] + [1.5] * 1000)
    recipe.validate = lambda network: {"loss": next(figures)}
    train(recipe, minutes=0.02, device=torch.device("cpu"), folder=tmp_path / "run")
    assert recipe.exported == []
