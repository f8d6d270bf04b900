"""Inversion and decoding in batches, on an untrained network with random weights."""

import torch

from backends.dae import diffusion
from backends.dae.networks import DiffusionAutoencoder
from tests.backends.dae.test_networks import SMALL
from training.rebuild import decoded, inverted


def random_network() -> DiffusionAutoencoder:
    torch.manual_seed(0)
    network = DiffusionAutoencoder(SMALL).eval()
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.05)
    return network


@torch.inference_mode()
def test_batches_agree_with_single_faces_and_an_unchanged_z_is_plain_decoding():
    network = random_network()
    latent, z = torch.randn(3, 8, 4, 4), torch.randn(3, 24)
    x_T = inverted(network, latent, z, 8)
    torch.testing.assert_close(inverted(network, latent[1:2], z[1:2], 8), x_T[1:2], rtol=0, atol=1e-4)
    schedule = diffusion.Schedule.ddim(8)
    plain = diffusion.decode(diffusion.denoiser(network, schedule, z, prediction="v", clip_denoised=False), x_T, schedule)
    torch.testing.assert_close(decoded(network, x_T, z, z, 8), plain, rtol=0, atol=1e-5)
    assert not torch.allclose(decoded(network, x_T, z, z + 3, 8), plain, atol=1e-3)
    halfway = decoded(network, x_T, z, z + 3, 8, down_to=5)
    torch.testing.assert_close(decoded(network, halfway, z, z + 3, 8, begin_at=5), decoded(network, x_T, z, z + 3, 8), rtol=0, atol=0)
