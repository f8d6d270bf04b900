"""Mapping networks that anybody adds: where they are found, what they do to a face, and files that are of no use."""

import logging
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

import weights
from backends.base import EditPlan, EditStep, Latent
from backends.dae import INFO, added
from backends.dae.engine import DAEBackend
from backends.dae.mapping import MappingNetwork
from backends.dae.networks import DiffusionAutoencoder
from errors import ParleyError
from graded import GRADED
from tests.backends.dae.test_networks import SMALL

PROMPT = "red lipstick"


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PARLEY_ADDED_MAPPERS", str(tmp_path))
    return tmp_path


@pytest.fixture
def dae() -> DiffusionAutoencoder:
    torch.manual_seed(0)
    return DiffusionAutoencoder(SMALL).eval()


@pytest.fixture
def network() -> MappingNetwork:
    torch.manual_seed(1)
    network = MappingNetwork(24, 16)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return network


def save(network: MappingNetwork, dae: DiffusionAutoencoder, **changes) -> None:
    added.save(network, dae.encoder, **{"engine": "dae", "prompt": PROMPT, "text": "-", "gain": 2.0} | changes)


def test_what_was_saved_is_listed_for_its_engine(network, dae):
    save(network, dae)
    save(network, dae, prompt="a person with Freckles!")
    save(network, dae, engine="diffae")
    assert set(added.listed("dae")) == {PROMPT, "a person with Freckles!"}
    assert set(added.listed("diffae")) == {PROMPT}
    assert added.path_of("dae", "a person with Freckles!").name == "dae-a-person-with-freckles.safetensors"


def test_no_folder_is_no_mapper(monkeypatch, tmp_path):
    monkeypatch.setenv("PARLEY_ADDED_MAPPERS", str(tmp_path / "nowhere"))
    assert added.listed("dae") == {}


def test_other_files_are_left_out_and_logged(own_folder, network, dae, caplog):
    save(network, dae)
    (own_folder / "broken.safetensors").write_bytes(b"no such thing")
    with caplog.at_level(logging.WARNING):
        assert set(added.listed("dae")) == {PROMPT}
    assert "broken.safetensors" in caplog.text


@torch.inference_mode()
def test_the_engine_moves_z_along_the_added_network(network, dae):
    save(network, dae)
    backend = DAEBackend(None, dae, SimpleNamespace(edit=lambda z, changes: z + sum(changes.values())))
    backend.info = replace(INFO, prompts=(PROMPT,))
    z = torch.randn(1, 24, generator=torch.Generator().manual_seed(2))
    latent = Latent("dae", {"z": z, "z_edit": z}, dict.fromkeys(GRADED, 1.0))
    half = backend.edit(latent, EditPlan((EditStep(PROMPT, "set", 2.5), EditStep("smile", "change", 3)))).tensors["z_edit"]
    torch.testing.assert_close(half, z + 3 + 0.5 * 2.0 * network(z), rtol=0.01, atol=0.01)
    assert torch.equal(backend.edit(latent, EditPlan()).tensors["z_edit"], z)


@torch.inference_mode()
def test_a_mapper_of_other_weights_is_refused_when_it_is_asked_for(network, dae):
    save(network, dae)
    torch.manual_seed(5)
    mappers = added.AddedMappers("dae", DiffusionAutoencoder(SMALL).encoder)
    assert PROMPT in mappers and torch.equal(mappers.step(torch.ones(1, 24), {}), torch.zeros(1, 24))
    with pytest.raises(ParleyError, match="trained for other weights"):
        mappers.step(torch.ones(1, 24), {PROMPT: 1.0})


@torch.inference_mode()
def test_a_mapper_of_another_shape_is_refused_when_it_is_asked_for(own_folder, network, dae):
    save(network, dae)
    (path,) = own_folder.glob("*.safetensors")
    state, metadata = weights.load(path)
    for tensors, told in (({key: value[None] for key, value in state.items()}, metadata), (state, metadata | {"hidden": None})):
        weights.save(path, tensors, told)
        with pytest.raises(ParleyError, match=f"red lipstick.*{path.name}"):
            added.AddedMappers("dae", dae.encoder).step(torch.ones(1, 24), {PROMPT: 1.0})
