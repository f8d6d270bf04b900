"""Pictures and words in one space: tokens, features, other models by name, and what the shipped one understands."""

from __future__ import annotations

import json
from pathlib import Path

import open_clip
import pytest
import torch
from PIL import Image

import weights
from errors import ParleyError
from faces import clip
from pictures import picture_tensor
from prompts import NEUTRAL_TEXT, TEXTS
from synth.captions import caption
from synth.parameters import sample, with_attribute
from synth.prompted import prompted
from synth.render import render
from training.vocabulary import merges, words

TINY = {
    "embed_dim": 16,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 32, "head_width": 16, "patch_size": 16},
    "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1},
}


@pytest.fixture(autouse=True)
def nothing_loaded() -> None:
    clip.load.cache_clear()
    yield
    clip.load.cache_clear()


@pytest.fixture(scope="module")
def untrained() -> clip.Clip:
    torch.manual_seed(0)
    built = clip.build(merges(words([sample(seed) for seed in range(200)]), clip.merge_count()))
    built.model.eval()
    return built


@pytest.fixture(scope="module")
def tiny_name(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A model that open_clip has come to know by name."""
    path = tmp_path_factory.mktemp("configs") / "tiny-for-tests.json"
    path.write_text(json.dumps(TINY))
    open_clip.add_model_config(path)
    return path.stem


def test_words_of_captions_are_split_as_open_clip_splits_them(untrained: clip.Clip) -> None:
    ours, theirs = untrained.tokenize, open_clip.SimpleTokenizer()
    for seed in range(200):
        text = caption(sample(seed))
        pieces, expected = ([tokenizer.decoder[token] for token in tokenizer.encode(text)] for tokenizer in (ours, theirs))
        assert pieces == expected


def test_vocabulary_fits_the_model_and_no_word_is_lost(untrained: clip.Clip) -> None:
    tokenizer = untrained.tokenize
    assert tokenizer.vocab_size == untrained.model.vocab_size
    tokens = tokenizer(["a zyzzyva's quiff, naïve", "a zyzzyva's quiff"])
    assert tokens.shape == (2, 64) and not torch.equal(tokens[0], tokens[1])
    assert tokens.max() == tokenizer.eot_token_id == tokenizer.vocab_size - 1, "the model reads where the highest token is"
    assert tokenizer.decode([token for token in tokens[1].tolist()[1:] if token][:-1]).strip() == "a zyzzyva 's quiff"


def test_features_are_unit_vectors_and_gradients_reach_the_picture(untrained: clip.Clip) -> None:
    images = (torch.rand(2, 3, 100, 100) * 2 - 1).requires_grad_()
    seen, told = untrained.image_features(images), untrained.text_features(["a girl", "an elderly man"])
    assert seen.shape == told.shape == (2, 128)
    for features in (seen, told):
        torch.testing.assert_close(features.norm(dim=1), torch.ones(2))
    seen[0, 0].backward()
    assert images.grad[0].abs().sum() > 0


def test_configuration_is_one_of_open_clips(untrained: clip.Clip) -> None:
    open_clip.add_model_config(clip.CONFIG)
    model = open_clip.create_model(clip.SHIPPED)
    assert type(model) is type(untrained.model)
    model.load_state_dict(untrained.model.state_dict())


def test_without_weights_the_errors_say_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "SHIPPED", tmp_path)
    for name, message in {
        clip.SHIPPED: r"training\.run clip.*PARLEY_CLIP ",
        "ViT-B-16": r"not on this machine.*PARLEY_CLIP_VIT_B_16 ",
        "ViT-B-16-SigLIP": "does not fetch",
        "nonsense": "No CLIP model is called 'nonsense'",
    }.items():
        with pytest.raises(ParleyError, match=message):
            clip.load(name)


def test_any_model_by_name_where_its_weights_are(tiny_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = open_clip.create_model(tiny_name).eval()
    torch.save(theirs.state_dict(), tmp_path / "tiny.pt")
    monkeypatch.setenv("PARLEY_CLIP_TINY_FOR_TESTS", str(tmp_path / "tiny.pt"))
    loaded = clip.load(tiny_name)
    image = torch.rand(1, 3, 32, 32)
    mean, deviation = (torch.tensor(values)[:, None, None] for values in (open_clip.OPENAI_DATASET_MEAN, open_clip.OPENAI_DATASET_STD))
    with torch.inference_mode():
        expected = theirs.encode_image((image - mean) / deviation, normalize=True)
        torch.testing.assert_close(loaded.image_features(2 * image - 1), expected)
        expected = theirs.encode_text(open_clip.tokenize(["a face"]), normalize=True)
        torch.testing.assert_close(loaded.text_features(["a face"]), expected)


def test_a_foreign_file_is_refused(tiny_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.save({"weight": torch.zeros(3)}, tmp_path / "other.pt")
    monkeypatch.setenv("PARLEY_CLIP_TINY_FOR_TESTS", str(tmp_path / "other.pt"))
    with pytest.raises(ParleyError, match="does not hold"):
        clip.load(tiny_name)


@pytest.mark.parametrize("attribute, low, high", [("eyeglasses", 0, 5), ("beard", 0, 5), ("age", 0, 5)])
def test_shipped_model_tells_extremes_apart(attribute: str, low: int, high: int) -> None:
    model, right = clip.load(), 0
    for seed in range(900_000, 900_005):
        faces = [with_attribute(sample(seed), attribute, degree) for degree in (low, high)]
        seen = torch.cat([model.image_features(picture_tensor(Image.fromarray(render(face).image))) for face in faces])
        told = model.text_features([caption(face) for face in faces])
        right += int(((seen @ told.T).argmax(1) == torch.arange(2)).sum())
    assert right >= 8, f"{right} of 10"
    assert (weights.SHIPPED / "clip.safetensors").stat().st_size < 2.6e6


def test_changes_go_the_way_of_the_words() -> None:
    model, cosines = clip.load(), []
    for seed in range(900_000, 900_012):
        prompt, before, after = prompted(seed)
        seen = torch.cat([model.image_features(picture_tensor(Image.fromarray(render(face).image))) for face in (before, after)])
        told = model.text_features([NEUTRAL_TEXT, TEXTS[prompt]])
        cosines.append(torch.nn.functional.cosine_similarity(seen[1] - seen[0], told[1] - told[0], dim=0))
    assert torch.stack(cosines).mean() > 0.3
