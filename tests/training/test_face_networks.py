"""Recipes of identity, parsing and CLIP, on pictures of noise: losses, figures, wordings, and that what is trained is what is shipped."""

from __future__ import annotations

import numpy as np
import open_clip
import pytest
import torch

import weights
from errors import ParleyError
from faces import clip, identity, parsing
from graded import GRADED
from synth import labels
from synth.captions import caption
from synth.identities import companion
from synth.parameters import sample, variation
from training.augment import augment, photographed, placed, placements
from training.data import Faces, Identities
from training.people import person_table
from training.recipes import clip as clip_recipe
from training.recipes import clip_pictures as pictures_recipe
from training.recipes import identity as identity_recipe
from training.recipes import parsing as parsing_recipe
from training.vocabulary import merges, needed
from training.wordings import worded


def noise(*shape: int) -> torch.Tensor:
    return torch.randint(256, shape, dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


def faces(split: str, *, masks: bool = False) -> Faces:
    params = tuple(face for seed in range(8) for face in (sample(seed), variation(seed, sample(seed))))
    degrees = torch.tensor([[getattr(face, name) for name in GRADED] for face in params], dtype=torch.float32)
    return Faces(noise(16, 3, 128, 128), params, degrees, noise(16, 128, 128) % 19 if masks else None)


def prompted(split: str) -> tuple[Faces, torch.Tensor]:
    return faces(split), torch.arange(8)


def people(split: str) -> Identities:
    return Identities(noise(40, 2, 3, 128, 128), tuple(sample(seed) for seed in range(40)))


@pytest.fixture(autouse=True)
def noise_is_the_data(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "SHIPPED", tmp_path)
    monkeypatch.setattr(identity_recipe, "load_identities", people)
    monkeypatch.setattr(parsing_recipe, "load_faces", faces)
    for recipe in (clip_recipe, pictures_recipe, identity_recipe):
        monkeypatch.setattr(recipe, "load_faces", faces)
        monkeypatch.setattr(recipe, "load_prompted", prompted)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    clip.load.cache_clear()
    yield
    clip.load.cache_clear()


def after_a_step(recipe, batch_size: int) -> torch.nn.Module:
    """The recipe's network, untrained but ready for use, after every part of a training was gone through once; it is exported."""
    recipe.batch_size = batch_size
    recipe.prepare(torch.device("cpu"))
    before = {key: value.clone() for key, value in recipe.network.state_dict().items()}
    recipe.loss(recipe.network, recipe.batch(torch.Generator().manual_seed(0))).backward()
    assert all(parameter.grad is not None for parameter in recipe.network.parameters() if parameter.requires_grad)
    recipe.network.load_state_dict(before)
    network = recipe.network.eval()
    assert np.isfinite(recipe.validate(network)["loss"])
    assert recipe.sheet(network).height >= 96
    recipe.export(network)
    return network


@pytest.mark.parametrize(
    "recipe_class, module, batch_size", [(identity_recipe.Identity, identity, 48), (parsing_recipe.Parsing, parsing, 2)]
)
def test_a_step_of_training_and_what_is_shipped(recipe_class, module, batch_size):
    network = after_a_step(recipe_class(), batch_size)
    network = network.identity if module is identity else network
    images = torch.rand(1, 3, 128, 128) * 2 - 1
    module.network.cache_clear()
    shipped = module.network()
    module.network.cache_clear()
    torch.testing.assert_close(shipped(images), network(images), rtol=0.02, atol=0.02)


def test_clip_learns_to_see_then_the_words_for_it():
    images, texts = torch.rand(1, 3, 96, 96) * 2 - 1, ["a girl with red lipstick", "a man"]
    with pytest.raises(ParleyError, match="run `clip-pictures` first"):
        clip_recipe.ContrastivePretraining().prepare(torch.device("cpu"))
    classifier = after_a_step(pictures_recipe.ClipPictures(), 4)
    seen = torch.nn.functional.normalize(classifier.visual(images), dim=1)
    torch.testing.assert_close(clip.load().image_features(images), seen, rtol=0.02, atol=0.02)
    recipe = clip_recipe.ContrastivePretraining()
    network = after_a_step(recipe, 4)
    assert all(parameter.grad is None for parameter in network.visual.parameters()), "pictures are locked"
    clip.load.cache_clear()
    shipped = clip.load()
    torch.testing.assert_close(shipped.image_features(images), seen, rtol=0.02, atol=0.02)
    torch.testing.assert_close(shipped.text_features(texts), recipe.clip.text_features(texts), rtol=0.02, atol=0.02)


def test_texts_cut_after_their_ends_are_told_the_same():
    model = clip.build(merges(["a", "face"], clip.merge_count()))
    texts = ["a face", "a", "a face " * 12, "a face a face", "", "a face " * 40]
    with torch.no_grad():
        found = clip_recipe.told(model.model.text, model.tokenize(texts))
        torch.testing.assert_close(found, model.text_features(texts), rtol=1e-4, atol=1e-5)


def test_area_under_the_curve():
    scores, shown = torch.tensor([0.9, 0.8, 0.3, 0.1]), torch.tensor([1.0, 0, 1, 0])
    assert clip_recipe.ranked(scores, shown, torch.ones(4)) == 0.75
    assert clip_recipe.ranked(scores, shown, torch.tensor([1.0, 0, 1, 1])) == 1, "what cannot be seen does not count"


def test_contrast_is_least_where_each_finds_its_own():
    first = torch.eye(4)
    assert identity_recipe.contrast(first, first) < 0.01 < 5 < identity_recipe.contrast(first, first.roll(1, 0))


def test_people_of_a_batch_are_distinct():
    recipe = identity_recipe.Identity()
    recipe.alike = list(range(70))
    for seed in range(20):
        chosen = recipe._people(48, torch.Generator().manual_seed(seed)).tolist()
        assert len(chosen) == len(set(chosen)) == 48


def test_a_person_is_the_same_in_every_picture():
    seeds = range(30)
    truth = person_table(tuple(companion(seed, k) for k in (0, 1) for seed in seeds))
    first, second = truth.chunk(2)
    torch.testing.assert_close(first, second)
    distances = torch.cdist(first, first) + 9 * torch.eye(len(seeds))
    assert distances.min() > 0.5


def test_the_mirror_swaps_sides():
    mask = torch.full((1, 2, 3), labels.SKIN, dtype=torch.uint8)
    mask[0, 0, 0], mask[0, 1, 2] = labels.L_EYE, labels.R_EAR
    mirrored = parsing_recipe.mirrored_mask(mask)
    assert mirrored[0, 0, 2] == labels.R_EYE and mirrored[0, 1, 0] == labels.L_EAR and mirrored[0, 0, 0] == labels.SKIN
    assert torch.equal(parsing_recipe.mirrored_mask(mirrored), mask)


def test_dice_counts_small_parts():
    masks = torch.zeros(1, 16, 16, dtype=torch.long)
    masks[0, 3:6, 3:6] = labels.NOSE
    perfect = 20 * torch.nn.functional.one_hot(masks, 19).movedim(-1, 1).float()
    blind = perfect.clone()
    blind[:, labels.NOSE] = -20
    assert parsing_recipe.dice(perfect, masks) < 0.001
    assert 0.3 < parsing_recipe.dice(blind, masks) < 0.6, "one of the two classes is lost, though few pixels are"


def test_masks_move_with_their_pictures():
    shape = torch.zeros(4, 1, 64, 64)
    shape[:, :, 20:44, 12:52] = 1
    affine = placements(4, torch.Generator().manual_seed(3))
    moved, mask = placed(shape, affine), placed(shape, affine, "nearest")
    assert ((moved - mask).abs() > 0.51).float().mean() < 0.001 and (mask != shape).float().mean() > 0.005
    images = torch.rand(4, 3, 64, 64) * 2 - 1
    generator = torch.Generator().manual_seed(3)
    by_hand = photographed(placed(images, placements(4, generator)), generator)
    assert torch.equal(by_hand, augment(images, torch.Generator().manual_seed(3)))


def test_wordings_vary_and_say_what_the_caption_says():
    face = sample(5)
    texts = {worded(face, np.random.default_rng(seed)) for seed in range(60)}
    assert len(texts) > 40
    parts = caption(face).split(", ")
    assert any(part in text for text in texts for part in parts)
    assert {worded(face, np.random.default_rng(seed)) for seed in range(60)} == texts


def test_merges_build_the_words_and_fill_the_vocabulary():
    tokenizer = open_clip.SimpleTokenizer()
    words = ["glasses", "bangs", "a", "quiffed"]
    chosen = merges(words, 186)
    assert len(chosen) == len(set(chosen)) == 186
    ours = clip.tokenizer(chosen, 77)
    for word in words:
        assert [ours.decoder[token] for token in ours.encode(word)] == [tokenizer.decoder[token] for token in tokenizer.encode(word)]
    assert len(list(needed("glasses", tokenizer.bpe_ranks))) == len("glasses") - 1
    with pytest.raises(ValueError, match="room for 3"):
        merges(words, 3)
