"""Training of the shipped Collaborative Diffusion: what the networks are told, and that the three files fit together."""

import dataclasses

import numpy as np
import pytest
import torch
from torch import nn

import weights
from backends.collaborative.conditions import MAX_TOKENS, PADDING, UNKNOWN, tokens
from backends.collaborative.masks import UNKNOWN as NO_CLASS
from backends.collaborative.networks import CollaborativeConfig, CollaborativeDiffusion
from backends.collaborative.shipped import load_networks, load_uni_modal
from backends.dae.shipped import load_autoencoder
from faces.mask_classes import MASK_CLASSES
from graded import GRADED
from synth.parameters import sample
from training.data import Faces
from training.recipes import collaborative
from training.recipes.collaborative import (
    CollaborativeInfluence,
    CollaborativeText,
    CollaborativeTrunk,
    ConditionedFaces,
    fit_masks,
    stratified,
)
from training.recipes.collaborative_captions import told


def test_captions_are_true_of_the_mirror_image_and_have_known_words():
    random = np.random.default_rng(0)
    texts = [told(sample(seed), random) for seed in range(300)]
    assert not (tokens(texts) == UNKNOWN).any()
    assert not any(word in text.split() for text in texts for word in ("left", "right"))
    assert len(set(texts)) > 280


def test_timesteps_are_spread_over_all_noise_and_dense_in_the_middle():
    t = stratified(1000, torch.Generator().manual_seed(0))
    assert not torch.equal(t, t.sort().values)
    counts = torch.histc(t.float(), 4, 0, 1000) / 1000
    again = torch.histc(stratified(1000, torch.Generator().manual_seed(1)).float(), 4, 0, 1000) / 1000
    assert (counts - again).abs().max() < 0.01, "one from every thousandth"
    assert 0.05 < counts[3] < counts[0] < counts[1]
    assert t.min() >= 0 and t.max() <= 999


@pytest.fixture
def faces(monkeypatch):
    """Four faces of noise, as `load_conditioned` makes them."""
    random = torch.Generator().manual_seed(0)
    images = torch.randint(256, (4, 3, 128, 128), generator=random).to(torch.uint8)
    masks = torch.randint(len(MASK_CLASSES), (4, 128, 128), generator=random).to(torch.uint8)
    params = tuple(sample(seed) for seed in range(4))
    degrees = torch.tensor([[getattr(face, name) for name in GRADED] for face in params], dtype=torch.float32)
    loaded = Faces(images, params, degrees, masks)
    monkeypatch.setattr(collaborative, "load_faces", lambda split, masks: loaded)
    for name in ("load_prompted", "load_several"):
        monkeypatch.setattr(collaborative, name, lambda split, masks: (loaded, None))
    return images, masks


def test_faces_become_latents_and_masks_with_their_mirror_images(faces):
    images, masks = faces
    autoencoder = load_autoencoder()
    conditioned = collaborative.load_conditioned("training", autoencoder, 32)
    mirrored = autoencoder.encode(images[1:2].flip(3).float() / 127.5 - 1)
    torch.testing.assert_close(conditioned.latents[1, 1:2].float(), mirrored, atol=2e-2, rtol=1e-2)
    assert torch.equal(conditioned.masks[0, 0], masks[0, 2::4, 2::4])
    eye, other = MASK_CLASSES.index("l_eye"), MASK_CLASSES.index("r_eye")
    assert torch.equal(conditioned.masks[1, 0] == eye, (masks[0] == other).flip(1)[2::4, 2::4])
    assert conditioned.captions.shape == (collaborative.CAPTIONS, 3 * 4, MAX_TOKENS), "faces, prompts and several changes"
    latents, drawn, captions = conditioned.draw(400, torch.Generator().manual_seed(0))
    assert latents.shape == (400, 64, 8, 8)
    for silent in ((drawn == NO_CLASS).all(dim=(1, 2)), (captions == PADDING).all(dim=1)):
        assert 0.06 < silent.float().mean() < 0.2
    assert not (conditioned.masks == NO_CLASS).any(), "what is dropped from a batch stays in the set"


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(collaborative, "FITTED", 4)


def test_masks_let_one_expect_what_goes_with_their_classes():
    config = dataclasses.replace(CollaborativeConfig.shipped(10, 5), prior_components=2)
    network = CollaborativeDiffusion(config)
    nn.init.zeros_(network.mask.unet.conv_out.weight)
    nn.init.zeros_(network.mask.unet.conv_out.bias)
    masks = torch.randint(2, (2, 40, 8, 8), generator=torch.Generator().manual_seed(0)).to(torch.uint8)
    latents = torch.where(masks == 1, 3.0, -2.0)[:, :, None].expand(-1, -1, 64, -1, -1).half()
    masks = masks.repeat_interleave(4, 2).repeat_interleave(4, 3)
    fit_masks(network.mask, ConditionedFaces(latents, masks, torch.zeros(1)), torch.Generator().manual_seed(0))
    expected = network.mask.told(network.mask.context(masks[0, :5]))[2]
    torch.testing.assert_close(expected, latents[0, :5].float(), atol=0.4, rtol=0)
    silent = network.mask.told(network.mask.context(torch.full((1, 32, 32), NO_CLASS, dtype=torch.uint8)))[2]
    assert torch.equal(silent[0], network.mask.prior.mean), "a mask that says nothing changes nothing"


def prepared(recipe, faces: ConditionedFaces):
    """A recipe as `prepare` leaves it, on the given faces."""
    recipe.device = torch.device("cpu")
    recipe.config = collaborative.CollaborativeConfig.shipped(collaborative.vocabulary_size(), MAX_TOKENS)
    recipe.scheduler = collaborative.scheduler(recipe.config, "DDIM")
    recipe.faces = recipe.held = faces
    recipe.network = recipe._build()
    return recipe


def test_the_files_of_all_recipes_make_one_network(tmp_path, monkeypatch, quick):
    monkeypatch.setattr(weights, "SHIPPED", tmp_path)
    faces = ConditionedFaces(
        torch.randn(2, 150, 64, 8, 8).half(),
        torch.randint(19, (2, 150, 32, 32)).to(torch.uint8),
        torch.randint(50, (2, 150, MAX_TOKENS)).to(torch.int16),
    )
    trunk = prepared(CollaborativeTrunk(), faces)
    trunk.export(trunk.network)
    shared = load_uni_modal()
    for key, value in shared.text.unet.state_dict().items():
        assert torch.equal(value, shared.mask.unet.state_dict()[key])

    text = prepared(CollaborativeText(), faces)
    text.batch_size = 4
    optimiser = torch.optim.Adam(text.network.parameters(), 1e-3)
    text.loss(text.network, text.batch(torch.Generator().manual_seed(0))).backward()
    optimiser.step()
    text.export(text.network)

    influence = prepared(CollaborativeInfluence(), faces)
    influence.export(influence.network)
    whole = load_networks()
    assert not torch.equal(whole.text.unet.conv_out.weight, whole.mask.unet.conv_out.weight)
    torch.testing.assert_close(whole.text.unet.conv_out.weight, text.network.unet.conv_out.weight, atol=1e-3, rtol=0)
    torch.testing.assert_close(whole.mask.dynamic.conv_out.weight, influence.network["mask"].conv_out.weight, atol=1e-3, rtol=0)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 14 * 2**20


def test_dynamic_diffusers_learn_whom_to_trust(tmp_path, monkeypatch, quick):
    monkeypatch.setattr(weights, "SHIPPED", tmp_path)
    faces = ConditionedFaces(
        torch.zeros(2, 150, 64, 8, 8).half(),
        torch.zeros(2, 150, 32, 32, dtype=torch.uint8),
        torch.zeros(2, 150, MAX_TOKENS, dtype=torch.int16),
    )
    trunk = prepared(CollaborativeTrunk(), faces)
    trunk.export(trunk.network)
    recipe = prepared(CollaborativeInfluence(), faces)
    abar = recipe.scheduler.alphas_cumprod

    def right(x_t: torch.Tensor, t: torch.Tensor, context: torch.Tensor) -> torch.Tensor:
        """v of pictures that are all zero."""
        return x_t * (abar[t] / (1 - abar[t])).sqrt()[:, None, None, None]

    monkeypatch.setattr(recipe.frozen.text, "predict", right)
    monkeypatch.setattr(recipe.frozen.mask, "predict", lambda x_t, t, context: torch.zeros_like(x_t))
    monkeypatch.setattr(collaborative, "KNOWN", 96)
    recipe.batch_size = 8
    recipe.predict()
    optimiser, random = torch.optim.Adam(recipe.network.parameters(), 3e-3), torch.Generator().manual_seed(0)
    losses = []
    for _ in range(12):
        loss = recipe.loss(recipe.network, recipe.batch(random))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 4
