"""The published diffusion autoencoder, to its own figures: golden/ holds inputs and outputs computed by the authors' code.

formula.safetensors: the published 256 px configuration with weights drawn from a rule. mini.safetensors: a miniature network with
its weights. trace.safetensors: every step of an eight-step inversion and decoding by a small trained network, so that the sampler
is tested without it.
"""

import hashlib
import math
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from backends.dae.checkpoint import infer_config, published_network
from backends.dae.diffusion import Schedule, decode, denoiser, invert, stable_manipulation
from backends.dae.networks import FFHQ256, DiffusionAutoencoder
from errors import ParleyError

GOLDEN = Path(__file__).parent / "golden"
PUBLISHED_NAMES_AND_SHAPES = "b2f1197bca1e1eb6a000b21fcd4ce0ce97dc705fc2579eb21b545339b8c03b04"


def formula_weight(key: str, shape: torch.Size) -> torch.Tensor:
    """The rule that the golden figures of the published configuration were computed with."""
    a = np.random.RandomState(zlib.crc32(key.encode())).standard_normal(tuple(shape)).astype(np.float32)
    if a.ndim > 1:
        a = a * np.float32(1 / math.sqrt(math.prod(shape[1:])))
    else:
        a = 0.1 * a + (1 if key.endswith("weight") else 0)
    return torch.from_numpy(a.astype(np.float32))


@pytest.fixture(scope="module")
def mini():
    tensors = load_file(GOLDEN / "mini.safetensors")
    return published_network({key: value for key, value in tensors.items() if key.startswith("ema_model.")}), tensors


def test_published_configuration_has_the_published_tensors():
    with torch.device("meta"):
        state = DiffusionAutoencoder(FFHQ256).state_dict()
    assert len(state) == 706
    assert sum(value.numel() for value in state.values()) == 168_492_291
    listing = "\n".join(f"{key} {tuple(value.shape)}" for key, value in sorted(state.items()))
    assert hashlib.sha256(listing.encode()).hexdigest() == PUBLISHED_NAMES_AND_SHAPES


def test_sizes_are_read_from_the_published_shapes():
    with torch.device("meta"):
        state = DiffusionAutoencoder(FFHQ256).state_dict()
    inferred = infer_config(state)
    assert inferred.encoder == FFHQ256.encoder
    assert inferred.unet == FFHQ256.unet


@torch.inference_mode()
def test_published_configuration_computes_the_published_figures():
    golden = load_file(GOLDEN / "formula.safetensors")
    with torch.device("meta"):
        network = DiffusionAutoencoder(FFHQ256)
    state = {key: formula_weight(key, value.shape) for key, value in network.state_dict().items()}
    torch.testing.assert_close(state["out.2.weight"], golden["probe.out.2.weight"], rtol=0, atol=1e-7)
    network.load_state_dict(state, assign=True)
    network.eval()
    torch.testing.assert_close(network.encoder(golden["x"]), golden["cond"], rtol=0, atol=5e-5)
    eps = network(golden["x_t501"], torch.tensor([501]), golden["cond"])
    torch.testing.assert_close(eps[:, :, 96:160, 96:160], golden["eps_t501_centre"], rtol=0, atol=5e-4)
    figures = torch.stack([eps.mean(), eps.std(), eps.abs().max()])
    torch.testing.assert_close(figures, golden["eps_t501_mean_std_absmax"], rtol=0, atol=5e-4)


@torch.inference_mode()
def test_miniature_checkpoint_uses_the_averaged_network(mini):
    network, golden = mini
    torch.testing.assert_close(network.encoder(golden["x"]), golden["cond"], rtol=0, atol=1e-5)
    eps = network(golden["x"], torch.tensor([500]), golden["cond"])
    torch.testing.assert_close(eps, golden["eps_t500"], rtol=0, atol=5e-5)


def replayed(predicted: torch.Tensor, schedule: Schedule, backwards: bool):
    """A denoiser that predicts the recorded x_0 of each step."""

    def denoise(x, i):
        x0 = predicted[schedule.T - 1 - i if backwards else i]
        abar = schedule.abar[i]
        return x0, (x / abar.sqrt() - x0) / (1 / abar - 1).sqrt()

    return denoise


def test_decoding_takes_the_published_steps():
    golden, schedule = load_file(GOLDEN / "trace.safetensors"), Schedule.ddim(8)
    seen = []
    result = decode(
        replayed(golden["dec_trace_xstart_T8"], schedule, True),
        golden["xT_T8"],
        schedule,
        lambda step, total, preview=None: seen.append(step),
    )
    torch.testing.assert_close(result, golden["decode_T8"], rtol=0, atol=2e-4)
    assert seen == list(range(1, 9))


def test_inversion_takes_the_published_steps():
    golden, schedule = load_file(GOLDEN / "trace.safetensors"), Schedule.ddim(8)
    result = invert(replayed(golden["inv_trace_xstart_T8"], schedule, False), golden["x"], schedule)
    torch.testing.assert_close(result, golden["xT_T8"], rtol=0, atol=5e-4)


def test_predictions_are_clipped_and_eps_derived_anew():
    """A network that predicts eps = 0 for a bright x: x_0 saturates at 1, and eps is what then remains."""
    schedule = Schedule.ddim(8)
    denoise = denoiser(lambda x, t, z: torch.zeros_like(x), schedule, torch.zeros(1, 4), prediction="eps", clip_denoised=True)
    x0, eps = denoise(torch.full((1, 1, 2, 2), 0.9), 4)
    abar = schedule.abar[4]
    assert torch.all(x0 == 1)
    torch.testing.assert_close(abar.sqrt() * x0 + (1 - abar).sqrt() * eps, torch.full((1, 1, 2, 2), 0.9))


def test_v_and_eps_predictions_agree():
    torch.manual_seed(0)
    schedule, z = Schedule.ddim(20), torch.zeros(2, 4)
    x0, eps = torch.randn(2, 3, 4, 4), torch.randn(2, 3, 4, 4)
    for i in (0, 7, 19):
        abar = schedule.abar[i]
        x = abar.sqrt() * x0 + (1 - abar).sqrt() * eps
        v = abar.sqrt() * eps - (1 - abar).sqrt() * x0
        for prediction, output in (("v", v), ("eps", eps)):
            found, found_eps = denoiser(lambda x, t, z, o=output: o, schedule, z, prediction=prediction, clip_denoised=False)(x, i)
            torch.testing.assert_close(found, x0, rtol=0, atol=2e-3 / abar.sqrt().item())
            torch.testing.assert_close(abar.sqrt() * found + (1 - abar).sqrt() * found_eps, x, rtol=0, atol=1e-4)


def test_z_may_change_from_step_to_step():
    """z[i] is used at spaced index i."""
    schedule = Schedule.ddim(8)
    per_step = torch.arange(8.0)[:, None, None].expand(8, 1, 4)
    seen = {}

    def network(x, t, z):
        seen[int(t)] = z[0, 0].item()
        return torch.zeros_like(x)

    decode(denoiser(network, schedule, per_step, prediction="eps", clip_denoised=True), torch.zeros(1, 1, 2, 2), schedule)
    assert seen == {125 * i: float(i) for i in range(8)}


def test_stable_manipulation_starts_at_the_edit_and_returns():
    z, z_edit = torch.zeros(1, 4), torch.ones(1, 4)
    z_t = stable_manipulation(z_edit, z, 8)
    assert z_t.shape == (8, 1, 4)
    torch.testing.assert_close(z_t[:, 0, 0], torch.tensor([1 - (7 - i) / 8 for i in range(8)]))
    assert torch.equal(stable_manipulation(z, z, 8), z.expand(8, 1, 4))


@pytest.mark.parametrize("T", [2, 8, 20, 30, 50, 100, 250, 1000])
def test_legal_step_counts(T):
    schedule = Schedule.ddim(T)
    assert schedule.T == T and schedule.timesteps[0] == 0
    assert schedule.abar_prev[0] == 1 and schedule.abar_next[-1] == 0


@pytest.mark.parametrize("T", [0, 1, 37, 45, 60, 75, 150, 300])
def test_illegal_step_counts(T):
    with pytest.raises(ValueError):
        Schedule.ddim(T)


def test_damaged_weights_are_named(mini):
    _, tensors = mini
    state = {key: value for key, value in tensors.items() if key.startswith("ema_model.")}
    with pytest.raises(ParleyError, match="does not look like"):
        published_network({"some.weight": torch.zeros(2)})
    del state["ema_model.middle_block.0.in_layers.0.bias"]
    with pytest.raises(ParleyError, match="1 missing"):
        published_network(state)
