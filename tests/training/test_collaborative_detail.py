"""The recipe of the third engine's detailer, on faces that are their masks' colours."""

from __future__ import annotations

import copy
import math
import shutil

import pytest
import torch

import weights
from backends.collaborative.masks import UNKNOWN
from backends.collaborative.shipped import load_detailer
from faces.mask_classes import MASK_CLASSES
from graded import GRADED
from pictures import picture_bytes
from synth.parameters import sample
from tests.backends.collaborative.tiny import Tally, tiny_network
from training.data import Faces
from training.recipes import collaborative_detail as detail
from training.recipes.parsing import COLOURS

SIDE = 128
EACH = 2
"""Faces of each rule."""


def coloured(split: str, *, masks: bool) -> Faces:
    """Blocks of the parts that have no side, so that a mirrored mask has the colours of the mirrored picture."""
    classes = torch.tensor([MASK_CLASSES.index(name) for name in ("skin", "hair", "nose", "neck", "hat")])
    blocks = classes[torch.randint(len(classes), (EACH * len(detail.RULES), 8, 8), generator=torch.Generator().manual_seed(0))]
    painted = blocks.repeat_interleave(SIDE // 8, 1).repeat_interleave(SIDE // 8, 2)
    images, params = picture_bytes(COLOURS[painted].movedim(-1, 1)), tuple(sample(seed) for seed in range(len(painted)))
    return Faces(images, params, torch.zeros(len(painted), len(GRADED)), painted.to(torch.uint8) if masks else None)


@pytest.fixture(scope="module")
def recipe(tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    for name in ("autoencoder", "semantic"):
        shutil.copy(weights.find(name), folder)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(weights, "SHIPPED", folder)
        monkeypatch.setattr(detail, "KNOWN", dict.fromkeys(detail.KNOWN, EACH * len(detail.RULES)))
        for name in ("AT_ONCE", "SHOWN"):
            monkeypatch.setattr(detail, name, EACH)
        monkeypatch.setattr(detail, "load_faces", coloured)
        monkeypatch.setattr(detail, "load_networks", tiny_network)
        monkeypatch.setattr(detail, "conditions", Tally())
        yield prepared()


def prepared() -> detail.CollaborativeDetail:
    recipe = detail.CollaborativeDetail()
    recipe.batch_size = 3
    with torch.random.fork_rng():
        torch.manual_seed(0)
        recipe.prepare(torch.device("cpu"))
    return recipe


def test_validation_knows_every_rule():
    assert detail.KNOWN["validation"] >= detail.AT_ONCE * len(detail.RULES)


def test_what_is_expected_of_a_face_goes_with_its_mask_and_words(recipe):
    soft, masks, words, wanted = recipe.known
    for i, rule in enumerate(rule for rule in detail.RULES for _ in range(EACH)):
        if rule.mode == "text":
            assert (masks[i] == UNKNOWN).all()
        else:
            torch.testing.assert_close(wanted[i].float(), COLOURS[masks[i].long()].movedim(-1, 0), atol=0.01, rtol=0)
        same = (words == words[i]).all(dim=(1, 2)).sum()
        assert same == (EACH if rule.mode == "mask" else 1), "no words are told with a mask alone"
    assert soft.isfinite().all() and not torch.allclose(soft, wanted, atol=0.1)


def test_a_few_steps_teach_all_of_the_detailer(recipe):
    network, batch = copy.deepcopy(recipe.network).train(), recipe.batch(torch.Generator().manual_seed(0))
    begun = {name: parameter.clone() for name, parameter in network.named_parameters()}
    optimiser, losses = torch.optim.Adam(network.parameters(), 3e-3), []
    for _ in range(6):
        losses.append(recipe.loss(network, batch))
        optimiser.zero_grad()
        losses[-1].backward()
        optimiser.step()
    assert losses[0].isfinite() and losses[-1] < 0.9 * losses[0]
    assert not [name for name, parameter in network.named_parameters() if torch.equal(parameter, begun[name])]
    assert all(parameter.grad is None for parameter in recipe.features.network.parameters())


def test_figures_sheet_and_what_is_shipped(recipe):
    network = copy.deepcopy(recipe.network).eval()
    figures = recipe.validate(network)
    assert math.isfinite(figures["loss"])
    assert all(figures[name] == figures[f"{name}_soft"] for name in detail.WEIGHTS), "it adds nothing yet"
    torch.nn.init.normal_(network.draw[2].weight)
    changed = recipe.validate(network)
    assert changed["loss"] > figures["loss"] and all(changed[f"{name}_soft"] == figures[f"{name}_soft"] for name in detail.WEIGHTS)
    assert recipe.sheet(network).size == (EACH * SIDE, 3 * len(detail.RULES) * SIDE)
    recipe.export(network)
    for again in (load_detailer(), prepared().network):
        assert again.config == network.config
        for name, value in again.state_dict().items():
            own = network.state_dict()[name]
            torch.testing.assert_close(value.float(), own, atol=max(2e-3, own.abs().max().item() / 250), rtol=0)  # half of a 127th
