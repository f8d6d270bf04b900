"""The distance against its closed form."""

import pytest
import torch

from training.frechet import frechet_distance


def gaussian(mean, deviation, seed, count=4000):
    noise = torch.randn(count, 3, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    exact = (noise - noise.mean(dim=0)) @ torch.linalg.inv(torch.linalg.cholesky(noise.T.cov()).T)
    return exact @ torch.diag(torch.tensor(deviation, dtype=torch.float64)) + torch.tensor(mean, dtype=torch.float64)


def test_the_distance_of_two_gaussians():
    one, other = gaussian([0, 0, 0], [1.0, 2.0, 3.0], 0), gaussian([1, 0, 2], [2.0, 2.0, 1.0], 1)
    assert frechet_distance(one, other) == pytest.approx((1 + 4) + (1 + 0 + 4), abs=1e-6)
    turned = torch.linalg.qr(torch.randn(3, 3, generator=torch.Generator().manual_seed(2), dtype=torch.float64)).Q
    assert frechet_distance(one @ turned, other @ turned) == pytest.approx(10, abs=1e-6), "covariances need not be diagonal"
    assert frechet_distance(one, one) == pytest.approx(0, abs=1e-6)
