"""The published encoders' layout. No figures computed by the authors' code are at hand for them."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PIL import Image

from backends.stylegan import checkpoint
from backends.stylegan.encoder import Encoder, EncoderConfig
from backends.stylegan.engine import StyleGANBackend
from backends.stylegan.inversion import InversionSettings
from backends.stylegan.photo_encoder import PhotoEncoder
from errors import ParleyError
from tests.backends.stylegan.tiny import CONFIG, seeded, tiny_fields, tiny_generator, tiny_predictor

SMALL = EncoderConfig(CONFIG.layers, CONFIG.style_dim, (4, 8, 12, 16), (1, 2, 1, 1), 4)
MEAN = torch.linspace(-1, 1, CONFIG.layers * CONFIG.style_dim).view(CONFIG.layers, CONFIG.style_dim)


def small(relative: bool) -> Encoder:
    return seeded(lambda: Encoder(SMALL, MEAN, relative), 3)


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A file as the authors save it: encoder and generator in one dictionary, the mean style beside it."""
    state = {f"encoder.{key}": value for key, value in small(True).state_dict().items()}
    state |= {f"decoder.{key}": value for key, value in tiny_generator().state_dict().items()}
    torch.save({"state_dict": state, "latent_avg": MEAN, "opts": {"encoder_type": "Encoder4Editing"}}, tmp_path / "e4e.pt")
    return tmp_path / "e4e.pt"


def test_published_layout() -> None:
    with torch.device("meta"):
        state = Encoder(EncoderConfig(), torch.zeros(18, 512), True).state_dict()
    assert checkpoint.encoder_config(state) == EncoderConfig()
    shapes = {
        "input_layer.2.weight": (64,),
        "body.0.res_layer.5.fc1.weight": (4, 64, 1, 1),
        "body.3.shortcut_layer.0.weight": (128, 64, 1, 1),
        "body.20.res_layer.3.weight": (256, 256, 3, 3),
        "body.23.res_layer.4.running_var": (512,),
        "styles.0.convs.6.weight": (512, 512, 3, 3),
        "styles.6.convs.8.weight": (512, 512, 3, 3),
        "styles.17.convs.10.weight": (512, 512, 3, 3),
        "styles.17.linear.bias": (512,),
        "latlayer1.weight": (512, 256, 1, 1),
        "latlayer2.weight": (512, 128, 1, 1),
    }
    assert {key: tuple(state[key].shape) for key in shapes} == shapes
    assert "body.0.shortcut_layer.0.weight" not in state and "styles.0.convs.8.weight" not in state


@torch.no_grad()
def test_e4e_adds_offsets_to_the_first_style_and_psp_does_not() -> None:
    photo = torch.rand(2, 3, 40, 40, generator=torch.Generator().manual_seed(4)) * 2 - 1
    e4e, psp = (small(relative)(photo) - MEAN for relative in (True, False))
    assert e4e.shape == (2, CONFIG.layers, CONFIG.style_dim)
    torch.testing.assert_close(e4e[:, 0], psp[:, 0])
    torch.testing.assert_close(e4e[:, 1:], psp[:, 1:] + psp[:, :1])
    assert (e4e[0] - e4e[1]).abs().max() > 0


@pytest.mark.parametrize(("variable", "relative"), [("PARLEY_STYLEGAN_E4E", True), ("PARLEY_STYLEGAN_PSP", False)])
def test_published_file_loads(published: Path, monkeypatch: pytest.MonkeyPatch, variable: str, relative: bool) -> None:
    assert isinstance(checkpoint.load_encoder(), PhotoEncoder)
    monkeypatch.setenv("PARLEY_STYLEGAN_GENERATOR", str(published))
    assert checkpoint.load_encoder() is None, "the shipped encoder knows the shipped generator only"
    monkeypatch.setenv(variable, str(published))
    loaded = checkpoint.load_encoder()
    assert loaded.config == SMALL and loaded.relative is relative
    photo = torch.zeros(1, 3, 32, 32)
    torch.testing.assert_close(loaded(photo), small(relative)(photo))


def test_other_files_are_refused(published: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    torch.save(tiny_generator().state_dict(), tmp_path / "generator.pt")
    monkeypatch.setenv("PARLEY_STYLEGAN_E4E", str(tmp_path / "generator.pt"))
    with pytest.raises(ParleyError, match="no mean style"):
        checkpoint.load_encoder()
    with pytest.raises(ParleyError, match="does not look like"):
        checkpoint.encoder(tiny_generator().state_dict(), MEAN, relative=True)


def test_inversion_begins_at_the_encoders_guess(face_image: Image.Image) -> None:
    encoder = small(True)
    backend = StyleGANBackend.with_fields(
        tiny_generator(), tiny_predictor(), tiny_fields(), InversionSettings(steps=0, tuning_steps=0), encoder
    )
    latent = backend.encode(face_image)
    photo = torch.frombuffer(bytearray(face_image.resize((32, 32), Image.Resampling.LANCZOS).tobytes()), dtype=torch.uint8)
    guess = encoder(photo.view(1, 32, 32, 3).permute(0, 3, 1, 2) / 127.5 - 1)
    torch.testing.assert_close(latent.tensors["w_plus"], guess, atol=1e-4, rtol=0)


def test_encoder_of_another_generator_is_refused() -> None:
    other = seeded(lambda: Encoder(EncoderConfig(6, 32, (4, 8, 12, 16), (1, 1, 1, 1), 4), MEAN[:6], True), 0)
    with pytest.raises(ParleyError, match="6 styles of 32 numbers; this generator takes 8 of 32"):
        StyleGANBackend.with_fields(tiny_generator(), tiny_predictor(), tiny_fields(), encoder=other)
