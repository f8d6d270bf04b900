"""Who a face is: the networks' shapes, which one is used, and what the shipped one tells apart."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from facenet_pytorch import InceptionResnetV1
from PIL import Image

import weights
from errors import ParleyError
from faces import identity
from faces.networks import resized
from pictures import picture_tensor
from synth.identities import companion
from synth.render import render


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Whatever facenet-pytorch once downloaded on this computer is not used; where it would be is returned."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    identity.network.cache_clear()
    yield tmp_path / "checkpoints"
    identity.network.cache_clear()


def test_embeddings_are_unit_vectors_and_gradients_reach_the_picture() -> None:
    images = torch.rand(3, 3, 96, 96, requires_grad=True)
    embeddings = identity.IdentityNetwork((8, 16, 24), 12)(images)
    assert embeddings.shape == (3, 12)
    torch.testing.assert_close(embeddings.norm(dim=1), torch.ones(3))
    embeddings[0, 0].backward()
    assert images.grad[0].abs().sum() > 0 and images.grad[1:].abs().sum() == 0


def test_without_weights_the_error_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "SHIPPED", tmp_path)
    with pytest.raises(ParleyError, match=r"training\.run identity.*PARLEY_IDENTITY"):
        identity.network()


def test_facenet_takes_over_where_its_weights_are(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert identity.facenet_path() is None
    own_cache.mkdir()
    (own_cache / identity.FACENET_FILES[0]).touch()
    assert identity.facenet_path() == own_cache / identity.FACENET_FILES[0]
    theirs = InceptionResnetV1(classify=True, num_classes=3).eval()
    monkeypatch.setattr(weights, "load", lambda path: (theirs.state_dict(), {}))
    network = identity.network()
    image = torch.rand(1, 3, 128, 128) * 2 - 1
    with torch.inference_mode():
        found = network(image)
        theirs.classify = False
        left, top, right, bottom = (round(128 * share) for share in identity.FACENET_WINDOW)
        pixels = (image[..., top:bottom, left:right] + 1) * 127.5
        expected = theirs((resized(pixels, 160) - 127.5) / 128)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-4)


def test_another_networks_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.save({"layer.weight": torch.zeros(2)}, tmp_path / "other.pt")
    monkeypatch.setenv("PARLEY_FACENET", str(tmp_path / "other.pt"))
    with pytest.raises(ParleyError, match="InceptionResnetV1"):
        identity.network()


def test_picture_becomes_a_tensor() -> None:
    image = Image.new("RGB", (4, 2), (255, 0, 51))
    tensor = picture_tensor(image)
    assert tensor.shape == (1, 3, 2, 4)
    torch.testing.assert_close(tensor[0, :, 1, 3], torch.tensor([1.0, -1.0, -0.6]))


def test_shipped_network_knows_people_again() -> None:
    seeds = range(900_000, 900_008)
    pictures = [torch.stack([identity.embed(Image.fromarray(render(companion(seed, k)).image)) for seed in seeds]) for k in (0, 1)]
    cosines = pictures[0] @ pictures[1].T
    same = torch.eye(len(seeds), dtype=torch.bool)
    assert cosines[same].mean() > cosines[~same].mean() + 0.3
    assert (weights.SHIPPED / "identity.safetensors").stat().st_size < 1.6e6
