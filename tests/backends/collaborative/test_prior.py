"""The closed-form denoiser, on latents that are normally distributed, where it is the best there is."""

import dataclasses

import pytest
import torch

from backends.collaborative.networks import CollaborativeConfig
from backends.collaborative.prior import GaussianPrior


@pytest.fixture(scope="module")
def latents() -> torch.Tensor:
    """Two strong directions over all places, independent noise of two strengths, and a mean."""
    random = torch.Generator().manual_seed(0)
    directions = torch.linalg.qr(torch.randn(64, 2, generator=random)).Q.T
    strong = torch.randn(2000, 2, generator=random) * torch.tensor([9.0, 5.0])
    rest = torch.randn(2000, 64, generator=random) * torch.tensor([0.3, 0.8]).repeat_interleave(32)
    return (strong @ directions + rest + 0.5).view(2000, 4, 4, 4)


@pytest.fixture(scope="module")
def prior(latents) -> GaussianPrior:
    config = dataclasses.replace(CollaborativeConfig.shipped(10, 5), latent_channels=4, latent_side=4, prior_components=2)
    prior = GaussianPrior(config)
    prior.fit(latents)
    return prior


@pytest.mark.parametrize("timestep", [20, 300, 900])
def test_v_is_the_best_guess(prior, latents, timestep):
    noise, t = torch.randn(latents.shape, generator=torch.Generator().manual_seed(1)), torch.tensor([timestep])
    abar = prior.abar[timestep]
    x_t, v = abar.sqrt() * latents + (1 - abar).sqrt() * noise, abar.sqrt() * noise - (1 - abar).sqrt() * latents
    covariance = torch.cov(latents.flatten(1).T)
    gain = covariance @ torch.linalg.inv(abar * covariance + (1 - abar) * torch.eye(64))
    x0 = latents.mean(0).flatten() + abar.sqrt() * (x_t - abar.sqrt() * latents.mean(0)).flatten(1) @ gain.T
    best = (abar.sqrt() * x_t - x0.view_as(x_t)) / (1 - abar).sqrt()
    error, least = (prior.v(x_t, t) - v).square().mean(), (best - v).square().mean()
    assert error == pytest.approx(least.item(), rel=0.05)


def test_a_network_sees_unit_variance(prior, latents):
    for timestep in (0, 300, 999):
        abar = prior.abar[timestep]
        x_t = abar.sqrt() * latents + (1 - abar).sqrt() * torch.randn(latents.shape, generator=torch.Generator().manual_seed(1))
        seen = prior.normalised(x_t, torch.full((len(x_t),), timestep))
        assert seen.mean(0).abs().max() < 0.1
        assert (seen.std(0) - 1).abs().max() < 0.1
