"""Generator and discriminator beyond the published figures: what training and editing rely on."""

from __future__ import annotations

import pytest
import torch

from backends.stylegan.discriminator import Discriminator
from backends.stylegan.generator import Generator, GeneratorConfig, published_channels
from backends.stylegan.layers import blur_kernel
from tests.backends.stylegan.tiny import CONFIG, seeded, tiny_generator


@pytest.mark.parametrize("size", [8, 16, 64])
def test_any_size(size: int) -> None:
    config = GeneratorConfig(size, (16, 12, 10, 8, 6)[: size.bit_length() - 2], 16, 2)
    generator = seeded(lambda: Generator(config), 0)
    picture = generator(generator.spread(generator.mapping(torch.ones(2, 16))))
    assert picture.shape == (2, 3, size, size) and picture.isfinite().all()
    assert len(generator.fixed_noise()) == config.layers - 1
    assert seeded(lambda: Discriminator(config.channels), 0)(picture).shape == (2, 1)


def test_channels_halve_from_64_pixels_on() -> None:
    assert published_channels(128, 1) == (512, 512, 512, 512, 256, 128)
    assert published_channels(1024, 2) == (512, 512, 512, 512, 512, 256, 128, 64, 32)


def test_pictures_of_a_batch_are_made_each_by_itself() -> None:
    generator = tiny_generator()
    w_plus = generator.spread(generator.mapping(torch.randn(3, CONFIG.style_dim, generator=torch.Generator().manual_seed(1))))
    alone = torch.cat([generator(each[None]) for each in w_plus])
    torch.testing.assert_close(generator(w_plus), alone, rtol=0, atol=1e-5)
    assert (alone[0] - alone[1]).abs().max() > 0.1


def test_noise_is_the_stored_one_unless_another_is_given() -> None:
    generator = tiny_generator()
    generator.conv1.noise.weight.fill_(1.0)
    w_plus = generator.spread(generator.mapping(torch.ones(1, CONFIG.style_dim)))
    other = [torch.randn_like(noise) for noise in generator.fixed_noise()]
    assert torch.equal(generator(w_plus), generator(w_plus))
    assert (generator(w_plus) - generator(w_plus, other)).abs().max() > 1e-3


def test_blur_keeps_what_is_even() -> None:
    """Up-sampling neither brightens nor darkens."""
    generator = tiny_generator()
    even = torch.ones(1, 3, 4, 4)
    assert generator.to_rgbs[0].upsample(even)[:, :, 2:-2, 2:-2].allclose(torch.ones(1, 3, 4, 4))
    assert blur_kernel().sum() == 1 and blur_kernel(4).sum() == 4


def test_penalties_can_be_trained() -> None:
    """R1 (a gradient of the discriminator) and path length (one of the generator) have gradients themselves."""
    generator = tiny_generator().requires_grad_(True)
    discriminator = seeded(lambda: Discriminator(CONFIG.channels), 1).requires_grad_(True)
    w_plus = generator.spread(generator.mapping(torch.ones(2, CONFIG.style_dim)))
    picture = generator(w_plus)
    (slope,) = torch.autograd.grad((picture * torch.ones_like(picture)).sum(), w_plus, create_graph=True)
    slope.square().sum().backward()
    assert generator.convs[0].conv.weight.grad.abs().sum() > 0
    photo = picture.detach().requires_grad_(True)
    (slope,) = torch.autograd.grad(discriminator(photo).sum(), photo, create_graph=True)
    slope.square().sum().backward()
    assert discriminator.convs[1].conv1[0].weight.grad.abs().sum() > 0
