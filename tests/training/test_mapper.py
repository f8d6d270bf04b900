"""ChatFace's training of one prompt, on a network and a judge small enough to train in seconds."""

import sys
from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as F

import backends.dae
import training.run
from backends.dae import added
from backends.dae.autoencoder import AutoencoderConfig, PatchAutoencoder
from backends.dae.networks import DiffusionAutoencoder
from backends.dae.published import Pixels
from errors import ParleyError
from graded import GRADED
from prompts import NEUTRAL_TEXT, PROMPTS, TEXTS
from synth.parameters import sample
from tests.backends.dae.test_networks import SMALL
from training.data import Faces
from training.recipes import mapper as recipe
from weights import FILES

SIDE = 16
PROMPT = "red lipstick"


class Colours:
    """A CLIP that sees little but mean colours, and hears "red" in a prompt's text."""

    model = torch.nn.Identity()

    def image_features(self, images):
        return F.normalize(torch.cat([10 * images.mean((2, 3)), torch.ones(len(images), 1)], dim=1), dim=1)

    def text_features(self, texts):
        return F.normalize(torch.tensor([[0.5 * ("red" in text), 0.0, 0.0, 1.0] for text in texts]), dim=1)


def faces(split: str) -> Faces:
    images = torch.randint(256, (48, 3, SIDE, SIDE), dtype=torch.uint8, generator=torch.Generator().manual_seed(len(split)))
    return Faces(images, (sample(1),) * 48, torch.zeros(48, len(GRADED)))


def pairs(split: str) -> tuple[Faces, torch.Tensor]:
    """Every second pair shows the prompt."""
    return faces(split), torch.tensor([PROMPTS.index(PROMPT), 0] * 12)


@pytest.fixture(autouse=True)
def small(monkeypatch, tmp_path):
    torch.manual_seed(0)
    dae = DiffusionAutoencoder(SMALL).eval()
    for parameter in dae.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    autoencoder = PatchAutoencoder(AutoencoderConfig(4, 8, (8, 8, 8)))
    autoencoder.fit(faces("training").images.float() / 127.5 - 1)
    for network in (dae, autoencoder):
        network.requires_grad_(False)
    monkeypatch.setattr(recipe, "ENGINES", {"dae": SimpleNamespace(resolution=SIDE, options=backends.dae.INFO.options)})
    monkeypatch.setattr(recipe, "HELD", 4)
    monkeypatch.setattr(recipe, "POOL", 12)
    monkeypatch.setattr(recipe, "load_network", lambda: dae)
    monkeypatch.setattr(recipe, "load_autoencoder", lambda: autoencoder)
    monkeypatch.setattr(recipe, "load_faces", faces)
    monkeypatch.setattr(recipe, "load_prompted", pairs)
    monkeypatch.setattr(recipe.clip, "load", lambda name: Colours())
    monkeypatch.setattr(recipe, "_classifier", lambda prompt, device: None)
    monkeypatch.setattr(recipe.identity, "network", torch.nn.Flatten)
    monkeypatch.setenv("PARLEY_ADDED_MAPPERS", str(tmp_path / "mappers"))
    return dae


def prepared(**options) -> recipe.Mapper:
    mapper = recipe.Mapper(PROMPT, **options)
    mapper.prepare(torch.device("cpu"))
    return mapper


def trained(mapper: recipe.Mapper, steps: int) -> recipe.Mapper:
    generator, optimiser = torch.Generator().manual_seed(0), torch.optim.Adam(mapper.network.parameters(), 1e-2)
    for _ in range(steps):
        optimiser.zero_grad()
        mapper.loss(mapper.network, mapper.batch(generator)).backward()
        optimiser.step()
    mapper.network.eval()
    return mapper


def test_untrained_it_changes_nothing_and_has_no_direction():
    mapper = prepared()
    figures = mapper.validate(mapper.network)
    assert figures["cosine"] == pytest.approx(0, abs=1e-3) and figures["likeness"] == pytest.approx(1, abs=1e-3)
    assert len(mapper.held) == recipe.HELD and len(mapper.pool) == 12


def test_pictures_learn_to_change_as_the_words_say():
    mapper = trained(prepared(), 10)
    assert mapper.validate(mapper.network)["cosine"] > 0.5
    assert mapper.sheet(mapper.network).size == (4 * SIDE, 4 * SIDE)


def test_pairs_draw_z_to_the_changed_faces():
    mapper = trained(prepared(losses="pairs"), 60)
    z, target = mapper.pairs
    assert len(z) == 24, "of 24 pairs 12 are the prompt's; each is mirrored, too"
    assert (z + mapper.network(z) - target).abs().mean() < 0.6 * (z - target).abs().mean()
    assert "pairs" in mapper.validate(mapper.network)


def test_both_losses_add_up():
    mapper = prepared(losses="both")
    batch = mapper.batch(torch.Generator().manual_seed(0))
    mapper.network.eval()
    total = mapper.loss(mapper.network, batch)
    mapper.losses = "pairs"
    error = mapper.loss(mapper.network, batch)
    mapper.losses = "paper"
    torch.testing.assert_close(total, mapper.loss(mapper.network, batch) + recipe.PAIRS * error)


def test_steps_computed_again_on_the_way_back_have_the_same_gradients(small):
    mapper = prepared()
    few = mapper.held[:2]
    dz = torch.full_like(few.z, 0.1).requires_grad_()
    x_T = torch.randn(2, SMALL.unet.in_channels, 4, 4)
    gradients = []
    for pixels in (False, True):
        mapper.autoencoder = Pixels() if pixels else SimpleNamespace(decode=lambda latent: latent)
        (gradient,) = torch.autograd.grad(mapper._decoded(x_T, few.z, few.z + dz).square().sum(), dz)
        gradients.append(gradient)
    torch.testing.assert_close(*gradients)
    assert gradients[0].abs().sum() > 0


def test_what_is_trained_is_what_the_engine_gets(small):
    mapper = trained(prepared(), 3)
    mapper.export(mapper.network)
    z = mapper.held.z[:2]
    with torch.no_grad():
        step = added.AddedMappers("dae", small.encoder).step(z, {PROMPT: 1.0})
        torch.testing.assert_close(step, mapper.gain(mapper.network) * mapper.network(z), rtol=0.02, atol=0.01)


def test_the_gentlest_gain_that_the_judge_likes():
    """Pictures are the step itself here, all ones times the gain."""
    mapper, network = recipe.Mapper(PROMPT), torch.ones_like
    mapper.held = recipe.Pool(*(torch.zeros(2, 3) for _ in range(5)))
    mapper._decoded = lambda x_T, z, z_edit: z_edit - z
    mapper.judge = lambda step: 1 - (step.mean() - 2.6).abs().clamp(min=0.58)
    assert mapper.gain(network) == 2.0
    mapper.judge, mapper._cosine = None, lambda step, faces: -step.mean()
    assert mapper.gain(network) == min(recipe.GAINS)


def test_texts():
    assert recipe.told(PROMPT)[0] == TEXTS[PROMPT] != NEUTRAL_TEXT
    assert recipe.told("freckles")[0] == "a person with freckles"
    assert recipe.told("a sleepy person")[0] == "a sleepy person"
    assert len(set(recipe.told(PROMPT))) > 3 and all(PROMPT in text for text in recipe.told(PROMPT))


def test_words_without_pairs_and_folders_without_faces_are_told(tmp_path):
    with pytest.raises(ParleyError, match="needs the paper's losses"):
        recipe.Mapper("freckles", losses="both")
    with pytest.raises(ParleyError, match="holds 0 pictures"):
        prepared(photos=tmp_path)


def test_words_that_clip_never_read_are_told(caplog):
    recipe.Mapper("a red beard with freckles and zits").prepare(torch.device("cpu"))
    assert "never of freckles, zits." in caplog.text
    caplog.clear()
    prepared()
    assert not caplog.text


def test_photos_take_the_place_of_rendered_faces(tmp_path, face_image):
    for number in range(recipe.HELD + 3):
        face_image.save(tmp_path / f"{number}.png")
    mapper = prepared(photos=tmp_path)
    assert len(mapper.pool) == 3 and mapper.pool.images.shape[2:] == (SIDE, SIDE)


def test_the_command_takes_a_prompt_for_a_mapper_only(monkeypatch, capsys):
    for line in (["mapper"], ["degrees", "--prompt", "freckles"]):
        monkeypatch.setattr(sys, "argv", ["run", *line])
        with pytest.raises(SystemExit):
            training.run.main()
        assert "mapper, and only mapper" in capsys.readouterr().err


def test_missing_weights_are_named(monkeypatch, tmp_path):
    assert "diffae-ffhq256" in FILES
    monkeypatch.setattr(sys, "argv", ["run", "mapper", "--prompt", "freckles", "--engine", "diffae", "--runs", str(tmp_path)])
    with pytest.raises(SystemExit, match="PARLEY_DIFFAE_FFHQ256"):
        training.run.main()
