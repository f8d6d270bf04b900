"""Photos in another light than renderings are seen in theirs, and keep their own."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

import backends
from backends.base import EditPlan, EditStep
from backends.dae.engine import DAEBackend
from backends.dae.exposure import CONTRASTS, MEANS, STEEPEST, Exposure
from backends.dae.retouch import brightness
from pictures import picture_tensor, tensor_picture

DARK, BRIGHT, FLAT, HARSH = Exposure(0.5, -0.4), Exposure(0.6, 0.3), Exposure(0.3, 0.0), Exposure(1.8, 0.1)


@pytest.fixture(scope="module")
def engine():
    return backends.get("dae")


@pytest.fixture(scope="module")
def face(face_image: Image.Image) -> torch.Tensor:
    return picture_tensor(face_image.resize((128, 128)))


def photo_of(face: torch.Tensor, photographed: Exposure) -> Image.Image:
    return tensor_picture(photographed.toned(face).clamp(-1, 1)[0])


def of_light(mean: float, contrast: float) -> torch.Tensor:
    noise = torch.randn(1, 1, 32, 32, generator=torch.Generator().manual_seed(5)).expand(-1, 3, -1, -1)
    return mean + contrast * (noise - noise.mean()) / noise.std()


def light(picture: torch.Tensor) -> tuple[float, float]:
    bright = brightness(picture)
    return bright.mean().item(), bright.std().item()


def test_usual_light_is_left_as_it_is():
    gain, shift = Exposure.of(of_light(sum(MEANS) / 2, sum(CONTRASTS) / 2))
    assert (gain, shift) == pytest.approx((1, 0), abs=1e-6)


@pytest.mark.parametrize(
    ("mean", "contrast", "to"),
    [
        (-0.6, 0.3, (MEANS[0], 0.3)),
        (0.5, 0.3, (MEANS[1], 0.3)),
        (0.0, 0.15, (0.0, CONTRASTS[0])),
        (0.0, 0.6, (0.0, CONTRASTS[1])),
        (0.3, 0.5, (MEANS[1], CONTRASTS[1])),
        (0.0, 0.05, (0.0, 0.05 * STEEPEST)),
    ],
)
def test_other_light_is_brought_to_the_nearest_that_is_usual(mean, contrast, to):
    picture = of_light(mean, contrast)
    exposure = Exposure.of(picture)
    assert light(exposure.toned(picture)) == pytest.approx(to, abs=1e-4)
    torch.testing.assert_close(exposure.untoned(exposure.toned(picture)), picture)


def test_an_even_picture_has_an_exposure():
    assert all(np.isfinite(Exposure.of(torch.full((1, 3, 16, 16), -1.0))))


@pytest.mark.parametrize("photographed", [DARK, BRIGHT, FLAT, HARSH])
def test_a_code_is_nearer_to_the_faces_own(engine, face, photographed):
    photo = photo_of(face, photographed)
    with torch.inference_mode():
        wanted, plain = (engine.network.encoder(picture) for picture in (face, picture_tensor(photo)))
    assert (engine.encode(photo).tensors["z"] - wanted).norm() < 0.95 * (plain - wanted).norm()


@pytest.mark.parametrize("photographed", [DARK, HARSH])
def test_what_shows_keeps_the_photos_light(engine, face, photographed):
    photo = photo_of(face, photographed)
    encoded = engine.encode(photo)
    assert Exposure(*encoded.tensors["exposure"].tolist()) != Exposure()
    rebuilt = np.asarray(engine.decode(encoded), dtype=float)
    assert np.abs(rebuilt - np.asarray(photo)).mean() < 8
    both = engine.edit(encoded, EditPlan((EditStep("eyeglasses", "set", 4), EditStep("smile", "set", 5))))
    changed = np.abs(np.asarray(engine.decode(both), dtype=float) - np.asarray(photo))
    assert changed[45:].mean() > 2  # the glasses and the laugh
    assert changed[:24].mean() < 1.5
    assert engine.way(both)[0].picture == photo


def test_an_edit_is_what_it_would_be_in_usual_light(engine, face):
    photo, plan = photo_of(face, DARK), EditPlan((EditStep("blond hair", "set", 5),))
    toned = Exposure.of(picture_tensor(photo)).toned
    usual = tensor_picture(toned(picture_tensor(photo))[0])
    dark_blond, usual_blond = (picture_tensor(engine.decode(engine.edit(engine.encode(picture), plan))) for picture in (photo, usual))
    change = (usual_blond - picture_tensor(usual)).abs().mean()
    assert (toned(dark_blond) - usual_blond).abs().mean() < 0.02 < 0.5 * change


def test_without_a_retoucher_networks_see_the_photo_itself(engine, face):
    plain = DAEBackend(engine.autoencoder, engine.network, engine.mappers)
    assert Exposure(*plain.encode(photo_of(face, DARK)).tensors["exposure"].tolist()) == Exposure()


def test_previews_are_in_the_photos_light(engine, face):
    photo = photo_of(face, DARK)
    previews: list[Image.Image] = []
    edited = engine.edit(engine.encode(photo), EditPlan((EditStep("smile", "set", 5),), sampling_steps=20))
    engine.decode(edited, progress=lambda step, total, preview=None: preview and previews.append(preview))
    assert previews
    assert abs(np.asarray(previews[-1], dtype=float).mean() - np.asarray(photo, dtype=float).mean()) < 8
