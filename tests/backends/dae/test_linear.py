"""The published classifier's directions, to the authors' own figures, and the engine that edits by them, on a miniature network.

golden/linear.safetensors: a small classifier, codes, and the same codes with Smiling at 0.3, computed by the authors' code.
"""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

import backends
from backends.base import EditPlan, EditStep
from backends.dae.celeba import CELEBA, GRADED_DIRECTIONS, PROMPT_DIRECTIONS
from backends.dae.checkpoint import published_network
from backends.dae.linear import LinearDirections
from backends.dae.published import PublishedBackend
from errors import ParleyError
from graded import GRADED
from prompts import PROMPTS
from tests.contract import CHECKS, Case

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def mini():
    return {key: value for key, value in load_file(GOLDEN / "mini.safetensors").items() if key.startswith("ema_model.")}


def classifier(dim: int) -> dict[str, torch.Tensor]:
    chance = torch.Generator().manual_seed(3)
    return {
        "classifier.weight": torch.randn(40, dim, generator=chance),
        "conds_mean": torch.randn(1, dim, generator=chance),
        "conds_std": torch.rand(1, dim, generator=chance) + 0.5,
    }


def test_moves_as_the_authors_code_does():
    golden = load_file(GOLDEN / "linear.safetensors")
    directions = LinearDirections.from_state(golden)
    as_published = math.sqrt(512 / directions.dim)  # their code takes the root of 512 whatever the size of z
    moved = directions.moved(golden["cond"], {"Smiling": 0.3 * as_published})
    torch.testing.assert_close(moved, golden["manip_cond_Smiling_0.3"], rtol=0, atol=1e-5)


def test_strength_is_a_share_of_the_length_of_a_code_and_directions_add_up():
    state = classifier(64)
    directions = LinearDirections.from_state(state)
    z = torch.randn(2, 64, generator=torch.Generator().manual_seed(4))
    steps = {name: (directions.moved(z, {name: 0.3}) - z) / state["conds_std"] for name in ("Male", "Young", "Wearing_Hat")}
    for step in steps.values():
        torch.testing.assert_close(step.norm(dim=1), torch.full((2,), 0.3 * 8))
    together = (directions.moved(z, dict.fromkeys(steps, 0.3)) - z) / state["conds_std"]
    torch.testing.assert_close(together, sum(steps.values()), rtol=0, atol=1e-5)


def test_all_forty_can_be_named_and_nothing_else():
    directions = LinearDirections.from_state(classifier(16))
    z = torch.zeros(1, 16)
    assert len(CELEBA) == len(set(CELEBA)) == 40 and (CELEBA[15], CELEBA[31], CELEBA[39]) == ("Eyeglasses", "Smiling", "Young")
    assert len({tuple(directions.moved(z, {name: 0.3})[0].tolist()) for name in CELEBA}) == 40
    with pytest.raises(ParleyError, match="Antennae"):
        directions.moved(z, {"Antennae": 0.3})


def test_degrees_go_along_the_direction_that_means_more():
    directions = LinearDirections.from_state(classifier(16))
    z = torch.randn(1, 16, generator=torch.Generator().manual_seed(5))
    assert set(GRADED_DIRECTIONS) == set(GRADED)
    for attribute, (name, sign) in (("smile", ("Smiling", 1)), ("beard", ("No_Beard", -1)), ("age", ("Young", -1))):
        torch.testing.assert_close(directions.edit(z, {attribute: 3.0}), directions.moved(z, {name: 0.3 * sign}))
    assert torch.equal(directions.edit(z, {}), z)
    torch.testing.assert_close(directions.edit(z, {"feminine": 3.0}), directions.moved(z, {"Male": -0.3}))
    assert set(PROMPT_DIRECTIONS) <= set(PROMPTS) and {name for name, _ in PROMPT_DIRECTIONS.values()} <= set(CELEBA)


def test_other_files_are_refused():
    state = classifier(16)
    with pytest.raises(ParleyError, match="lacks conds_std"):
        LinearDirections.from_state({name: value for name, value in state.items() if name != "conds_std"})
    with pytest.raises(ParleyError, match="40 rows"):
        LinearDirections.from_state(state | {"classifier.weight": torch.zeros(39, 16)})


@pytest.fixture(scope="module")
def backend(mini):
    return PublishedBackend(published_network(mini), LinearDirections.from_state(classifier(16)))


@pytest.fixture(scope="module")
def picture():
    return Image.fromarray(np.random.default_rng(0).integers(0, 255, (16, 16, 3), dtype=np.uint8))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_contract(backend, face_image, check):
    if check.__name__ in ("edits_show_and_grow", "prompts_show_and_give_way"):
        pytest.skip("a miniature with random weights draws nothing that could grow")
    check(Case(backend, face_image))


def test_the_engine_edits_by_degrees_and_by_any_of_the_forty(backend, picture):
    latent = backend.encode(picture)
    assert (backend.info.name, backend.info.resolution) == ("diffae", 32) and latent.tensors["x_T"].shape == (1, 3, 32, 32)
    plan = EditPlan((EditStep("smile", "change", 2.5 if latent.degrees["smile"] <= 2.5 else -2.5),))
    smiling = backend.edit(latent, plan)
    strength = 0.25 if latent.degrees["smile"] <= 2.5 else -0.25
    same = backend.edit_celeba(latent, {"Smiling": strength})
    torch.testing.assert_close(same.tensors["z_edit"], smiling.tensors["z_edit"])
    bald = backend.edit(latent, EditPlan((EditStep("bald", "set", 5),)))
    torch.testing.assert_close(bald.tensors["z_edit"], backend.edit_celeba(latent, {"Bald": 0.5}).tensors["z_edit"])
    hat = backend.edit_celeba(latent, {"Wearing_Hat": 0.5})
    assert not torch.equal(hat.tensors["z_edit"], latent.tensors["z_edit"]) and torch.equal(hat.tensors["z"], latent.tensors["z"])
    assert backend.decode(hat).size == (32, 32)


def test_parts_that_do_not_fit_are_refused(mini):
    with pytest.raises(ParleyError, match="codes of 64"):
        PublishedBackend(published_network(mini), LinearDirections.from_state(classifier(64)))


def test_the_engine_is_listed_with_what_it_lacks_and_loads_once_it_is_there(mini, tmp_path, monkeypatch):
    for name in ("PARLEY_DIFFAE_FFHQ256", "PARLEY_DIFFAE_FFHQ256_CLASSIFIER"):
        monkeypatch.delenv(name, raising=False)
    listing = {one.name: one for one in backends.available()}["diffae"]
    assert "PARLEY_DIFFAE_FFHQ256" in listing.reason and listing.info.attributes == GRADED
    save_file(mini, tmp_path / "network.safetensors")
    save_file(classifier(16), tmp_path / "classifier.safetensors")
    monkeypatch.setenv("PARLEY_DIFFAE_FFHQ256", str(tmp_path / "network.safetensors"))
    monkeypatch.setenv("PARLEY_DIFFAE_FFHQ256_CLASSIFIER", str(tmp_path / "classifier.safetensors"))
    assert not {one.name: one for one in backends.available()}["diffae"].reason
    assert PublishedBackend.from_files().info.resolution == 32
