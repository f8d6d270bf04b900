"""The engine with a tiny generator of random weights."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import backends
import weights
from backends import EditPlan, EditStep, ParleyError
from backends.stylegan import INFO, checkpoint
from backends.stylegan.discriminator import Discriminator
from backends.stylegan.engine import TYPICAL_SYNTHESES, StyleGANBackend
from backends.stylegan.field import SemanticField
from backends.stylegan.inversion import tuned
from graded import GRADED
from tests.backends.stylegan.tiny import tiny_backend, tiny_fields, tiny_generator, tiny_predictor
from tests.contract import CHECKS, Case


@pytest.fixture(scope="module")
def case(face_image: Image.Image) -> Case:
    return Case(tiny_backend(face_image), face_image)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_contract(case: Case, check) -> None:
    check(case)


def test_edits_reach_their_degrees_in_few_syntheses(case: Case) -> None:
    plan, ticks = EditPlan((case.step("smile", 1.5), EditStep("eyeglasses", "set", 5))), []
    edited = case.backend.edit(case.latent, plan, progress=lambda step, total, preview=None: ticks.append(step))
    smile, eyeglasses = edited.tensors["walks"]
    assert (smile.attribute, eyeglasses.attribute) == ("smile", "eyeglasses")
    synthesis = tuned(case.backend.generator, case.backend.adjustment(case.latent))
    found = case.backend.read(synthesis(smile.trajectory.at(smile.end).w_plus), "smile")
    assert found.expected == pytest.approx(plan.degrees_from(case.latent.degrees)["smile"], abs=0.6)
    assert sum(step < TYPICAL_SYNTHESES for step in ticks) <= 16


def test_stopping_an_edit(case: Case) -> None:
    seen: list[int] = []

    def stop(step: int, total: int, preview=None) -> None:
        seen.append(step)
        if len(seen) == 3:
            raise backends.Cancelled

    with pytest.raises(backends.Cancelled):
        case.backend.edit(case.latent, EditPlan((case.step("smile", 2.5),)), progress=stop)
    assert seen == [0, 1, 2]


def test_encoding_comes_close_to_the_photo(case: Case) -> None:
    photo = np.asarray(case.image.resize(case.decoded.size, Image.Resampling.LANCZOS), float)
    mean, _ = case.backend.generator.w_statistics()
    average = case.backend.generator(case.backend.generator.spread(mean[None]))[0].clamp(-1, 1).permute(1, 2, 0).numpy() * 127.5 + 127.5
    assert np.abs(np.asarray(case.decoded, float) - photo).mean() < 0.6 * np.abs(average - photo).mean()


def published_files(folder: Path) -> dict[str, Path]:
    """The seven files in the forms in which the authors publish them, by name."""
    generator, discriminator = tiny_generator(), Discriminator((16, 16, 16, 16))
    best = np.float64(0.9)
    contents = {
        "stylegan-generator": {
            "g_ema": generator.state_dict(),
            "d": discriminator.state_dict(),
            "args": argparse.Namespace(size=32),
            "ada_aug_p": 0.0,
        },
        "stylegan-predictor": {"state_dict": tiny_predictor().state_dict(), "epoch": 3, "best_val_acc": best},
        **{f"stylegan-field-{name}": field.state_dict() for name, field in tiny_fields().items()},
    }
    for name, content in contents.items():
        torch.save(content, folder / f"{name}.pt")
    return {name: folder / f"{name}.pt" for name in contents}


@pytest.mark.usefixtures("fresh_registry")
def test_engine_runs_on_published_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, face_image: Image.Image) -> None:
    files = published_files(tmp_path)
    assert set(files) | {"stylegan-encoder"} == set(INFO.weights)
    for name, path in files.items():
        monkeypatch.setenv(weights.FILES[name].env, str(path))
    listing = next(listing for listing in backends.available() if listing.name == "stylegan")
    assert listing.reason == ""
    backend = backends.get("stylegan")
    assert backend.info.resolution == 32 and backend.info.attributes == GRADED
    assert torch.equal(backend.generator.convs[0].conv.weight, tiny_generator().convs[0].conv.weight)
    latent = backend.encode(face_image)
    edited = backend.edit(latent, EditPlan((EditStep("smile", "set", 5), EditStep("beard", "set", 0))))
    assert [walk.attribute for walk in edited.tensors["walks"]] == ["smile", "beard"]
    assert backend.decode(edited).size == (32, 32)


@pytest.mark.usefixtures("fresh_registry")
def test_missing_files_are_named_by_their_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "SHIPPED", tmp_path)
    listing = next(listing for listing in backends.available() if listing.name == "stylegan")
    for word in ("PARLEY_STYLEGAN_GENERATOR", "_PREDICTOR", "_FIELD_BEARD", "stylegan2_128.pt", "Talk-to-Edit", "non-commercial"):
        assert word in listing.reason
    with pytest.raises(ParleyError, match="PARLEY_STYLEGAN_GENERATOR"):
        backends.get("stylegan")


def test_bare_generators_load_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.save(tiny_generator().state_dict(), tmp_path / "bare.pth")
    weights.save(tmp_path / "half.safetensors", tiny_generator().state_dict(), {})
    for name in ("bare.pth", "half.safetensors"):
        monkeypatch.setenv("PARLEY_STYLEGAN_GENERATOR", str(tmp_path / name))
        loaded = checkpoint.load_generator()
        torch.testing.assert_close(loaded.conv1.conv.weight, tiny_generator().conv1.conv.weight, atol=2e-3, rtol=0)


@pytest.mark.parametrize("read", [checkpoint.generator, checkpoint.field, checkpoint.predictor])
def test_foreign_and_incomplete_files_are_a_sentence(read) -> None:
    networks = {
        checkpoint.generator: tiny_generator,
        checkpoint.field: lambda: SemanticField(8, 8, 2),
        checkpoint.predictor: tiny_predictor,
    }
    own = networks.pop(read)().state_dict()
    for other in networks.values():
        with pytest.raises(ParleyError, match="does not look like"):
            read(other().state_dict())
    bias = next(key for key in own if key.endswith("bias"))
    with pytest.raises(ParleyError, match=f"1 missing .{bias}"):
        read({key: value for key, value in own.items() if key != bias})
    with pytest.raises(ParleyError, match="1 misshapen"):
        read({**own, bias: torch.zeros(3, 3)})
    with pytest.raises(ParleyError, match="1 unknown"):
        read({**own, "extra.weight": torch.zeros(1)})


def test_fields_of_another_generator_are_refused() -> None:
    fields = {"smile": SemanticField(8, 8, 2)}
    with pytest.raises(ParleyError, match="latents of 8 numbers; this generator has 32"):
        StyleGANBackend.with_fields(tiny_generator(), tiny_predictor(), fields)
