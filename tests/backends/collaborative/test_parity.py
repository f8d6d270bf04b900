"""The published Collaborative Diffusion, to its own figures: golden.safetensors holds inputs and outputs that the authors' code computed
with a miniature of its networks (miniature.py)."""

from __future__ import annotations

import hashlib

import pytest
import torch
from safetensors.torch import load_file

import weights
from backends.collaborative import checkpoint, imagic
from backends.collaborative.composition import PAPER, RELEASED, Composition, Contexts, Rule, softmax_influence
from backends.collaborative.latents import KLStage
from backends.collaborative.networks import CollaborativeConfig, CollaborativeDiffusion
from backends.collaborative.sampling import Levels, alphas_cumprod, sample, scheduler
from errors import ParleyError
from tests.backends.collaborative.miniature import GOLDEN, SIZES, miniature_checkpoint

PUBLISHED_NAMES_AND_SHAPES = {
    256: "53f8716d69bf0fe1f935713bf0915dc831bb9e7e3ceca2d1cb80ae5c500deff9",
    512: "c4fb260949da711ac59a1de63d2d7e81cb9a05c107da35e07760f6ab27739198",
}
TIMES = (1, 501, 981)
RULES = {"paper": PAPER, "released": RELEASED}


@pytest.fixture(scope="module")
def golden() -> dict[str, torch.Tensor]:
    return load_file(GOLDEN / "golden.safetensors")


@pytest.fixture(scope="module")
def state() -> dict[str, torch.Tensor]:
    return miniature_checkpoint()


@pytest.fixture(scope="module")
def mini(state) -> tuple[CollaborativeDiffusion, KLStage]:
    return checkpoint.published(state, checkpoint.published_config(state, **SIZES))


@pytest.fixture(scope="module")
def contexts(golden) -> Contexts:
    return Contexts(golden["text.context"], golden["mask.context"])


def close(found: torch.Tensor, expected: torch.Tensor, atol: float) -> None:
    torch.testing.assert_close(found, expected, rtol=0, atol=atol)


def relative(found: torch.Tensor, expected: torch.Tensor) -> float:
    return float((found - expected).norm() / expected.norm())


@pytest.mark.parametrize("resolution", [256, 512])
def test_published_configuration_has_the_published_tensors(resolution: int) -> None:
    """The fingerprints are of the authors' own names and shapes, renamed."""
    config = CollaborativeConfig.published(resolution)
    with torch.device("meta"):
        own = CollaborativeDiffusion(config).state_dict() | KLStage(config).state_dict()
    listing = "\n".join(f"{key} {tuple(value.shape)}" for key, value in sorted(own.items()))
    assert hashlib.sha256(listing.encode()).hexdigest() == PUBLISHED_NAMES_AND_SHAPES[resolution]


def test_configuration_round_trips() -> None:
    for config in (CollaborativeConfig.published(512), CollaborativeConfig.shipped(300, 48)):
        fields = {name: list(value) if isinstance(value, tuple) else value for name, value in config.to_dict().items()}
        assert CollaborativeConfig.from_dict(fields) == config


def test_noise_schedule(mini, golden) -> None:
    config = mini[0].config
    close(alphas_cumprod(config), golden["sched.alphas_cumprod"], 1e-7)
    close(scheduler(config, "DDIM").alphas_cumprod, golden["sched.alphas_cumprod"], 5e-7)


@torch.no_grad()
def test_image_autoencoder(mini, golden) -> None:
    _, stage = mini
    close(stage.vae.encode(golden["vae.image"]).latent_dist.parameters, golden["vae.moments"], 5e-5)
    close(stage.encode(golden["vae.image"]), 0.058 * golden["vae.mean"], 5e-6)
    close(stage.decode(0.058 * golden["vae.mean"]), golden["vae.decode_of_scaled_mean"], 5e-5)


@torch.no_grad()
def test_encoders(mini, golden) -> None:
    network, _ = mini
    close(network.text.context(golden["text.token_ids"]), golden["text.context"], 2e-5)
    close(network.mask.context(golden["mask.labels"]), golden["mask.context"], 1e-6)
    cells = network.mask.encoder.one_hot(golden["mask.big_labels_256"][None]).argmax(dim=1)
    assert torch.equal(cells.view(32, 32).to(torch.uint8), golden["mask.big_resized_32"])


@torch.no_grad()
@pytest.mark.parametrize("t", TIMES)
def test_predictions_and_influence(mini, golden, contexts, t: int) -> None:
    network, x, times = mini[0], golden["eps.x_t"], torch.tensor([t, t])
    logits = {}
    for name in ("text", "mask"):
        modality, context = getattr(network, name), getattr(contexts, name)
        close(modality.predict(x, times, context), golden[f"eps.t{t}.{name}"], 3e-5)
        logits[name] = modality.influence(x, times, context)
        close(logits[name], golden[f"influence.t{t}.{name}_logit"], 3e-5)
    close(softmax_influence(logits["mask"], logits["text"]), golden[f"influence.t{t}.softmax_mask_text"], 1e-5)


@torch.no_grad()
def test_every_sample_has_its_own_timestep(mini, golden, contexts) -> None:
    x, times = golden["eps.x_t"], torch.tensor([981, 1])
    for name in ("text", "mask"):
        close(getattr(mini[0], name).predict(x, times, getattr(contexts, name)), golden[f"eps.mixed_t_981_1.{name}"], 3e-5)


@torch.no_grad()
@pytest.mark.parametrize("t", TIMES)
@pytest.mark.parametrize("name", RULES)
def test_composition(mini, golden, contexts, t: int, name: str) -> None:
    prediction, influence = Composition(mini[0], RULES[name])(golden["eps.x_t"], torch.tensor([t, t]), contexts)
    close(prediction, golden[f"combined.t{t}.{name}.eps"], 3e-5)
    if name == "released":
        maps = torch.cat([golden[f"combined.t{t}.released.{modality}_map"] for modality in ("mask", "text")], dim=1)
        close(influence, maps, 1e-5)


@pytest.mark.parametrize("eta", [0, 1])
@pytest.mark.parametrize("name", RULES)
def test_eight_steps(mini, golden, contexts, name: str, eta: int) -> None:
    network, stage = mini
    composition, noises = Composition(network, RULES[name]), golden["ddim.noises"]
    z0, influence = sample(
        composition,
        network.config,
        golden["ddim.x_T"],
        contexts,
        sampler="DDIM",
        steps=8,
        eta=float(eta),
        noise=lambda step: noises[step],
    )
    assert relative(z0, golden[f"ddim8.codiff.{name}.eta{eta}.z0"]) < 1e-5
    if not eta:
        close(influence[:, :, :1], golden[f"ddim8.codiff.{name}.eta0.mask_maps"], 1e-5)
    if not eta and name == "released":
        with torch.no_grad():
            close(stage.decode(z0), golden["ddim8.codiff.released.eta0.image"], 5e-4)


@pytest.mark.parametrize("mode", ["text", "mask"])
def test_eight_steps_of_one_modality(mini, golden, contexts, mode: str) -> None:
    composition = Composition(mini[0], Rule(mode))
    z0, _ = sample(composition, mini[0].config, golden["ddim.x_T"], contexts, sampler="DDIM", steps=8)
    assert relative(z0, golden[f"ddim8.{mode}_only.eta0.z0"]) < 1e-5


@torch.no_grad()
def test_our_own_deterministic_steps_are_ddim_s(mini, golden, contexts) -> None:
    composition, levels, x = Composition(mini[0]), Levels(mini[0].config, 8), golden["ddim.x_T"]
    assert levels.timesteps.tolist() == [0, 1, 126, 251, 376, 501, 626, 751, 876]
    for level in range(8, 0, -1):
        here = torch.full((2,), level)
        x = levels.moved(x, composition(x, levels.timesteps[here], contexts)[0], here, here - 1)
    assert relative(x, golden["ddim8.codiff.paper.eta0.z0"]) < 1e-5


@pytest.mark.parametrize("steps", [4, 8, 10, 20, 25, 50, 100, 200, 250, 500])
def test_published_timesteps(mini, steps: int) -> None:
    assert Levels(mini[0].config, steps).timesteps[1:].tolist() == list(range(1, 1001, 1000 // steps))


def test_imagic(mini, golden) -> None:
    """Both stages on the text model; the second on all of its weights, as published."""
    network, _ = mini
    times, noises, z0 = golden["imagic.t_sequence"], golden["imagic.noises"], golden["imagic.init_latent"]
    embedding, text = golden["imagic.emb_tgt"].clone(), network.text
    settings = {"z0": z0, "config": network.config, "draw": lambda step: (times[step : step + 1], noises[step]), "steps": 5}

    first = imagic.fit(lambda x, t: text.predict(x, t, embedding), [embedding], **settings, learning_rate=1e-3)
    torch.testing.assert_close(torch.tensor(first), golden["imagic.stage1_losses"], rtol=1e-4, atol=0)
    close(embedding, golden["imagic.emb_opt"], 1e-4)

    tuned = {name: weight.clone() for name, weight in text.unet.named_parameters()}
    embedding = golden["imagic.emb_opt"]
    second = imagic.fit(lambda x, t: text.predict(x, t, embedding, tuned), list(tuned.values()), **settings, learning_rate=1e-4)
    torch.testing.assert_close(torch.tensor(second), golden["imagic.stage2_losses"], rtol=1e-4, atol=0)
    with torch.no_grad():
        close(text.predict(z0, torch.tensor([501]), embedding, tuned), golden["imagic.tuned_eps_t501"], 5e-4)
        untouched = text.predict(golden["eps.x_t"][:1], torch.tensor([501]), golden["text.context"][:1])
        close(untouched, golden["eps.t501.text"][:1], 3e-5)


def test_damaged_weights_are_named(state) -> None:
    with pytest.raises(ParleyError, match="does not look like"):
        checkpoint.published({"some.weight": torch.zeros(2)})
    name = "model.text_unet.diffusion_model.middle_block.0.in_layers.0.bias"
    config = checkpoint.published_config(state, **SIZES)
    with pytest.raises(ParleyError, match="1 missing"):
        checkpoint.published({key: value for key, value in state.items() if key != name}, config)
    with pytest.raises(ParleyError, match="1 misshapen"):
        checkpoint.published(state | {name: torch.zeros(3)}, config)


def test_unknown_tensors_are_reported_and_left_out(state, caplog: pytest.LogCaptureFixture) -> None:
    more = {"betas": torch.zeros(1000), "model.something_else.weight": torch.zeros(1), "first_stage_model.loss.logvar": torch.zeros(1)}
    checkpoint.published(state | more, checkpoint.published_config(state, **SIZES))
    assert "2 unknown tensors" in caplog.text


def test_the_authors_pickle_is_read_without_running_code() -> None:
    with pytest.raises(Exception, match="weights_only"):
        torch.load(GOLDEN / "lightning.ckpt", weights_only=True)
    tensors, _ = weights.load(GOLDEN / "lightning.ckpt")
    assert "betas" in tensors and len(tensors) == 4


def test_512_has_its_own_scale(state) -> None:
    deeper = {key.replace(".down.2.", ".down.3."): value for key, value in state.items()}
    assert checkpoint.published_config(state, **SIZES).scale_factor == 0.058
    assert checkpoint.published_config(state | deeper, **SIZES).scale_factor == 0.141
