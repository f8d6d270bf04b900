from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from backends.stylegan.generator import Generator
from backends.stylegan.inversion import InversionSettings, invert, learning_rate, tune, tuned
from errors import Cancelled
from tests.backends.stylegan.tiny import tiny_generator, tiny_predictor


@pytest.fixture(scope="module")
def generator() -> Generator:
    return tiny_generator()


@pytest.fixture(scope="module")
def photo(generator: Generator) -> Tensor:
    """One of the generator's own pictures."""
    return generator(generator.spread(generator.mapping(torch.randn(1, 32, generator=torch.Generator().manual_seed(5)))))


@pytest.fixture(scope="module")
def foreign(photo: Tensor) -> Tensor:
    """A picture that no w_plus gives."""
    stain = torch.randn(1, 3, 4, 4, generator=torch.Generator().manual_seed(6))
    return 0.8 * photo + 0.2 * F.interpolate(stain, size=32, mode="bilinear")


def psnr(picture: Tensor, photo: Tensor) -> float:
    return 10 * torch.log10(4 / (picture - photo).square().mean()).item()


def test_learning_rate_follows_the_published_schedule() -> None:
    published = {0: 0.0, 1: 1 / 300, 29: 29 / 300, 30: 0.1, 449: 0.1, 500: 0.075, 599: 1.0965826257725021e-05}
    assert {step: learning_rate(step, 600, 0.1) for step in published} == pytest.approx(published)


def test_own_picture_is_found_again(generator: Generator, photo: Tensor) -> None:
    mean, deviation = generator.w_statistics()
    start = psnr(generator(generator.spread(mean[None])), photo)
    w_plus = invert(generator, photo, InversionSettings(steps=100))
    assert psnr(generator(w_plus), photo) > max(start + 12, 20)
    assert ((w_plus - mean) / deviation).square().mean() < 2, "w_plus stays where faces are"
    assert not w_plus.requires_grad


def test_perceptual_features_are_followed(generator: Generator, photo: Tensor) -> None:
    features = tiny_predictor().features

    def apart(weight: float) -> float:
        w_plus = invert(generator, photo, InversionSettings(steps=30, perceptual=weight), features=features)
        levels = zip(features(generator(w_plus)), features(photo), strict=True)
        return sum((a - b).square().mean().item() for a, b in levels)

    assert apart(1.0) < apart(0.0)


def test_inversion_may_begin_at_an_encoders_guess(generator: Generator, photo: Tensor) -> None:
    found = invert(generator, photo, InversionSettings(steps=60))
    assert torch.allclose(invert(generator, photo, InversionSettings(steps=0), start=found), found, atol=1e-5)
    again = invert(generator, photo, InversionSettings(steps=10), start=found)
    assert psnr(generator(again), photo) > psnr(generator(invert(generator, photo, InversionSettings(steps=10))), photo)


def test_tuning_adjusts_a_copy(generator: Generator, foreign: Tensor) -> None:
    before = {name: tensor.clone() for name, tensor in generator.state_dict().items()}
    w_plus = invert(generator, foreign, InversionSettings(steps=40))
    delta = tune(generator, w_plus, foreign, InversionSettings())
    adjusted = tuned(generator, delta)
    assert psnr(adjusted(w_plus), foreign) > psnr(generator(w_plus), foreign) + 3
    assert all(torch.equal(before[name], tensor) for name, tensor in generator.state_dict().items())
    assert sum(tensor.numel() for tensor in delta.values()) < 0.2 * sum(tensor.numel() for tensor in generator.parameters())
    w = torch.randn(2, 32)
    assert torch.equal(adjusted.mapping(w), generator.mapping(w)), "fields go on meaning the same"
    assert adjusted.style[1].weight.data_ptr() == generator.style[1].weight.data_ptr(), "what is not adjusted is shared"


def test_without_tuning_the_generator_itself_is_used(generator: Generator, photo: Tensor) -> None:
    w_plus = generator.spread(torch.zeros(1, 32))
    assert tuned(generator, tune(generator, w_plus, photo, InversionSettings(tuning_steps=0))) is generator


def test_work_is_reported_and_can_be_stopped(generator: Generator, photo: Tensor) -> None:
    steps: list[tuple[int, int]] = []

    def stop_at_three(step: int, total: int, preview=None) -> None:
        steps.append((step, total))
        if step == 3:
            raise Cancelled

    w_plus = generator.spread(torch.zeros(1, 32))
    for work in (
        lambda: invert(generator, photo, InversionSettings(steps=9), progress=stop_at_three),
        lambda: tune(generator, w_plus, photo, InversionSettings(tuning_steps=9), progress=stop_at_three),
    ):
        steps.clear()
        with pytest.raises(Cancelled):
            work()
        assert steps == [(1, 9), (2, 9), (3, 9)]
