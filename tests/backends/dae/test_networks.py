"""The parts of the shipped configuration, on small untrained networks."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from backends.dae.autoencoder import AutoencoderConfig, PatchAutoencoder
from backends.dae.mapping import GradedMappers, Mappers, MappingNetwork, SharedMapper
from backends.dae.networks import FFHQ256, DAEConfig, DiffusionAutoencoder, EncoderConfig, UNetConfig

SMALL = DAEConfig(
    EncoderConfig(4, 48, 32, (1, 2), 1, (), 24, unshuffle=4, pool=2),
    UNetConfig(4, 8, 32, (1, 1), 1, (4,), 32, 24, z_map_channels=4),
    prediction="v",
    clip_denoised=False,
)


def faces(count: int) -> torch.Tensor:
    """Smooth pictures: few principal components explain most of them."""
    coarse = torch.rand(count, 3, 4, 4, generator=torch.Generator().manual_seed(0)) * 2 - 1
    return torch.nn.functional.interpolate(coarse, size=32, mode="bilinear")


@pytest.mark.parametrize("config", [SMALL, FFHQ256])
def test_configuration_survives_json(config):
    assert DAEConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


@torch.inference_mode()
def test_z_reaches_the_prediction():
    torch.manual_seed(0)
    network = DiffusionAutoencoder(SMALL).eval()
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    z = network.encoder(faces(2)[:, :, :16, :16])
    assert z.shape == (2, 24)
    x, t = torch.randn(2, 8, 4, 4), torch.tensor([10, 800])
    output = network(x, t, z)
    assert output.shape == x.shape
    assert not torch.allclose(output, network(x, t, z + 1), atol=1e-3)
    assert not torch.allclose(output, network(x, t + 100, z), atol=1e-3)


@torch.inference_mode()
def test_principal_components_rebuild_what_they_span():
    images = faces(64)
    autoencoder = PatchAutoencoder(AutoencoderConfig(components=64))
    autoencoder.fit(images)
    latent = autoencoder.encode(images)
    assert latent.shape == (64, 64, 2, 2)
    assert latent.square().mean().item() == pytest.approx(1, abs=0.05)
    torch.testing.assert_close(autoencoder.decode_linear(latent), images, rtol=0, atol=1e-3)
    # An untrained decoder adds nothing to the linear reconstruction.
    torch.testing.assert_close(autoencoder(images), autoencoder.decode_linear(latent))


@torch.inference_mode()
def test_fewer_components_rebuild_less():
    images, errors = faces(64), []
    for components in (2, 8, 32):
        autoencoder = PatchAutoencoder(AutoencoderConfig(components=components))
        autoencoder.fit(images)
        errors.append((autoencoder(images) - images).square().mean().item())
    assert errors[0] > errors[1] > errors[2]


def test_mapping_network_has_the_papers_shape():
    network = MappingNetwork()
    sizes = [tuple(layer.weight.shape) for layer in network.layers if isinstance(layer, torch.nn.Linear)]
    assert sizes == [(512, 512)] * 4
    assert torch.equal(network(torch.randn(3, 512)), torch.zeros(3, 512))


def mappers() -> Mappers:
    """Small ones that do something."""
    torch.manual_seed(0)
    graded = GradedMappers(("smile", "beard"), dim=8, hidden=16)
    shared = SharedMapper(("smile", "beard"), ("cap", "blush"), dim=8, hidden=16, width=4, members=2)
    for parameter in [*graded.parameters(), *shared.parameters()]:
        torch.nn.init.normal_(parameter, std=0.3)
    return Mappers(graded, shared)


@torch.inference_mode()
def test_steps_add_up_and_scale():
    both, z = mappers(), torch.randn(1, 8)
    assert torch.equal(both.edit(z, {}), z)
    torch.testing.assert_close(both.edit(z, {"smile": 0.0, "cap": 0.0}), z)
    smile, beard = both.edit(z, {"smile": 2.0}) - z, both.edit(z, {"beard": -3.0}) - z
    cap, blush = both.edit(z, {"cap": 5.0}) - z, both.edit(z, {"blush": 5.0}) - z
    together = both.edit(z, {"smile": 2.0, "beard": -3.0, "cap": 2.5, "blush": 5.0}) - z
    torch.testing.assert_close(together, smile + beard + cap / 2 + blush)
    assert not torch.allclose(both.edit(z, {"smile": 4.0}) - z, 2 * smile), "networks are told how far to go"
    assert not torch.allclose(both.edit(z, {"smile": -2.0}) - z, -smile)


@torch.inference_mode()
def test_graded_attributes_have_the_mean_of_their_own_and_the_shared_network_and_prompts_the_shared_one():
    both, z = mappers(), torch.randn(3, 8)
    less, whole, s = torch.full((3,), -2.0), torch.full((3,), 5.0), torch.ones(3)
    own, shared = both.graded.step(z, "beard", less), both.shared.step(z, "beard", less)
    torch.testing.assert_close(both.step(z, "beard", less), (own + shared) / 2)
    torch.testing.assert_close(both.step(z, "blush", whole), both.shared.step(z, "blush", whole))
    # in the embeddings lie more and less smile, more and less beard, then the prompts
    torch.testing.assert_close(shared, both.shared(z, torch.full((3,), 3), 0.4 * s))
    torch.testing.assert_close(both.shared.step(z, "blush", whole), both.shared(z, torch.full((3,), 5), s))
    first, second = both.shared.opinions(z, torch.full((3,), 5), s)
    torch.testing.assert_close(both.shared(z, torch.full((3,), 5), s), (first + second) / 2)
    assert not torch.allclose(first, second)


def test_the_first_engine_knows_of_no_other():
    """They build on it."""
    code = "import sys, backends.dae.engine; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3], capture_output=True, text=True, check=True)
    assert not [name for name in run.stdout.split() if name.startswith(("backends.stylegan", "backends.collaborative"))]
