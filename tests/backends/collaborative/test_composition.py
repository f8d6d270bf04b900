"""Rules, masks and samplers, where the right answer is known."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from backends.collaborative.composition import PAPER, RELEASED, Composition, Contexts, Rule, weighed
from backends.collaborative.masks import UNKNOWN, MaskEncoder
from backends.collaborative.sampling import SAMPLERS, Guided, Heard, Levels, alphas_cumprod, sample, scheduler
from errors import ParleyError
from faces.mask_classes import MASK_CLASSES
from tests.backends.collaborative.tiny import CONFIG, tiny_network

HAIR, HAT = MASK_CLASSES.index("hair"), MASK_CLASSES.index("hat")
TIMES = torch.tensor([1, 300, 700, 1000])


def random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture(scope="module")
def contexts() -> Contexts:
    return Contexts(random(2, 5, 16), random(2, 19, 16, seed=1))


def test_balance_goes_from_text_to_mask() -> None:
    even = torch.full((4, 2, 1, 1), 0.5)
    shares = [weighed(even, TIMES, replace(PAPER, balance=balance))[:, 0].unique().item() for balance in (0.0, 0.25, 1.0, 4.0)]
    assert shares == pytest.approx([0.0, 0.2, 0.5, 0.8])


def test_released_schedule_fades_the_mask() -> None:
    share = weighed(torch.full((4, 2, 1, 1), 0.5), TIMES, RELEASED)[:, 0, 0, 0]
    torch.testing.assert_close(share[-1].item(), 2 / 3)  # twice a half against a half, before any fading
    assert share[0] < 1e-4 and torch.all(share.diff() > 0)


@torch.no_grad()
def test_without_spatial_or_temporal_variation(contexts: Contexts) -> None:
    network, x = tiny_network(), random(2, 64, 8, 8)
    for without in ("", "spatial", "temporal"):
        composition = Composition(network, Rule(without=without))
        early, late = (composition(x, torch.full((2,), t), contexts)[1] for t in (900, 100))
        assert (early.std(dim=(2, 3)).max() < 1e-6) == (without == "spatial")
        assert torch.equal(early, late) == (without == "temporal")


@torch.no_grad()
def test_guidance_goes_on_beyond_the_prediction(contexts: Contexts) -> None:
    denoise, x, t = Composition(tiny_network()), random(2, 64, 8, 8), torch.tensor([500, 20])
    null = Contexts(torch.zeros_like(contexts.text), contexts.mask)
    here, there = denoise(x, t, contexts)[0], denoise(x, t, null)[0]
    torch.testing.assert_close(Guided(denoise, null, 3.0)(x, t, contexts)[0], there + 3 * (here - there), rtol=1e-4, atol=1e-5)
    assert torch.equal(Guided(denoise, null)(x, t, contexts)[0], here)


def test_class_embedding_tells_a_hat_from_hair() -> None:
    """Without it the same shape gives the same set of tokens, whatever its class."""
    hair = torch.zeros(1, 32, 32, dtype=torch.uint8)
    hair[:, :8] = HAIR
    hat = torch.where(hair == HAIR, HAT, hair)
    order = list(range(len(MASK_CLASSES)))
    order[HAIR], order[HAT] = HAT, HAIR
    with torch.no_grad():
        for class_embedding in (False, True):
            encoder = MaskEncoder(replace(CONFIG, class_embedding=class_embedding))
            assert torch.equal(encoder(hair)[:, order], encoder(hat)) != class_embedding


def test_unknown_pixels_belong_to_no_class() -> None:
    encoder = MaskEncoder(CONFIG)
    mask = torch.zeros(1, 64, 64, dtype=torch.uint8)
    mask[:, 32:] = UNKNOWN
    assert encoder.one_hot(mask).sum() == encoder.one_hot(mask)[0, 0].sum() == 512
    nothing = encoder(torch.full((2, 8, 8), UNKNOWN, dtype=torch.uint8))
    torch.testing.assert_close(nothing, (encoder.linear.bias + encoder.class_embedding).expand(2, -1, -1))


@pytest.mark.parametrize("prediction", ["eps", "v"])
@pytest.mark.parametrize("sampler", SAMPLERS)
def test_samplers_solve_the_equation(sampler: str, prediction: str) -> None:
    """Latents that are normally distributed: the best denoiser is known, and so is where every noise leads."""
    mean, deviation, config = 0.8, 0.4, replace(CONFIG, prediction=prediction)
    abar, x_T = alphas_cumprod(config), random(2, 64, 8, 8)

    def denoise(x: Tensor, t: Tensor, contexts: Contexts) -> tuple[Tensor, Tensor]:
        a = abar[t][:, None, None, None]
        x0 = mean + a.sqrt() * deviation**2 / (a * deviation**2 + 1 - a) * (x - a.sqrt() * mean)
        eps = (x - a.sqrt() * x0) / (1 - a).sqrt()
        return (eps if prediction == "eps" else a.sqrt() * eps - (1 - a).sqrt() * x0), x[:, :2]

    found, influence = sample(denoise, config, x_T, None, sampler=sampler, steps=100)
    last = abar[991]
    expected = mean + deviation * (x_T - last.sqrt() * mean) / (last * deviation**2 + 1 - last).sqrt()
    assert influence.shape == (100, 2, 2, 8, 8)
    assert (found - expected).abs().mean() < 0.02


def test_an_unknown_sampler_is_named() -> None:
    with pytest.raises(ParleyError, match="Euler"):
        scheduler(CONFIG, "Euler")


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_settling_takes_what_is_expected(sampler: str) -> None:
    """A denoiser that is sure of its x_0 from t = 450 on, and changes its mind after that."""
    abar, late = alphas_cumprod(CONFIG), []

    def denoise(x: Tensor, t: Tensor, contexts: Contexts) -> tuple[Tensor, Tensor]:
        late.append(int(t[0]))
        a = abar[t][:, None, None, None]
        x0 = torch.full_like(x, 0.5 if t[0] > 300 else -0.5)
        return (a.sqrt() * x - x0) / (1 - a).sqrt(), x[:, :2]

    found, influence = sample(denoise, CONFIG, random(2, 64, 8, 8), None, sampler=sampler, steps=10, settled_below=450)
    torch.testing.assert_close(found, torch.full_like(found, 0.5), rtol=0, atol=1e-4)
    assert late[-2] >= 450 > late[-1] > 300 and len(influence) == len(late)


def test_levels_go_up_and_down_alike() -> None:
    levels, x0, eps = Levels(CONFIG, 10), random(3, 64, 8, 8), random(3, 64, 8, 8, seed=1)
    low, high = torch.tensor([0, 3, 7]), torch.tensor([10, 4, 1])

    def at(level: Tensor) -> tuple[Tensor, Tensor]:
        a = levels.abar[level][:, None, None, None]
        return a.sqrt() * x0 + (1 - a).sqrt() * eps, a.sqrt() * eps - (1 - a).sqrt() * x0

    torch.testing.assert_close(levels.moved(*at(low), low, high), at(high)[0], rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(levels.moved(*at(high), high, low), at(low)[0], rtol=1e-4, atol=1e-5)


@torch.no_grad()
def test_the_mask_leaves_alone_what_it_cannot_show(contexts: Contexts) -> None:
    """With the caption's own part for the mask, nothing is added; else the mask's influence times what the words tell beyond that."""
    rule = Rule(unseen=0.5)
    network, x, t = tiny_network(), random(2, 64, 8, 8), torch.tensor([500, 20])
    guided = Guided(Composition(network, rule), contexts, 2.0)
    prediction, influence = guided(x, t, contexts)
    torch.testing.assert_close(Heard(guided, contexts.text)(x, t, contexts)[0], prediction, atol=1e-5, rtol=0)
    shown = random(2, 5, 16, seed=2)
    told = network.text.predict(x, t, contexts.text) - network.text.predict(x, t, shown)
    torch.testing.assert_close(Heard(guided, shown)(x, t, contexts)[0], prediction + influence[:, :1] * told, atol=1e-4, rtol=1e-4)
