"""The shipped image autoencoder: its linear part is fitted in closed form, its decoder trained to undo what that loses.

The linear part of a file that is already shipped is kept: the diffusion was trained on its latents.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

import weights
from backends.dae.autoencoder import AutoencoderConfig, PatchAutoencoder

from ..data import load_faces
from ..loop import export_path
from ..sheets import grid

FITTED_ON = 4_000
LATENT_NOISE = 0.1
"""Largest deviation of the noise put on latents: the decoder will be fed by a diffusion, which is never exact."""


def gradient_difference(a: Tensor, b: Tensor) -> Tensor:
    """Mean absolute difference of neighbouring-pixel differences: keeps edges sharp where L1 alone would blur them."""
    difference = a - b
    return difference.diff(dim=2).abs().mean() + difference.diff(dim=3).abs().mean()


class Autoencoder:
    name = "autoencoder"
    learning_rate = 1e-3
    batch_size = 16

    def __init__(self):
        self.network = PatchAutoencoder(AutoencoderConfig())

    def prepare(self, device: torch.device) -> None:
        self.device = device
        self.faces, self.held = load_faces("training"), load_faces("validation")
        if export_path("autoencoder").exists():
            state, _ = weights.load(export_path("autoencoder"))
            own = self.network.state_dict()
            if all(state[name].shape == tensor.shape for name, tensor in own.items()):  # a new machine goes on from what is shipped
                self.network.load_state_dict(state)
            else:
                self.network.share_latents(state)
        else:
            self.network.fit(self.faces.batch(torch.arange(0, len(self.faces), max(1, len(self.faces) // FITTED_ON))))

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        _, _, images = self.faces.draw(self.batch_size, generator)
        return (images.to(self.device),)

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        (images,) = batch
        latent = network.encode(images)
        deviation = LATENT_NOISE * torch.rand(len(latent), 1, 1, 1, device=latent.device)
        decoded = network.decode((latent + deviation * torch.randn_like(latent)).contiguous(memory_format=torch.channels_last))
        coarse = F.l1_loss(F.avg_pool2d(decoded, 4), F.avg_pool2d(images, 4))
        return F.l1_loss(decoded, images) + 0.5 * gradient_difference(decoded, images) + 0.5 * coarse

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        images = self.held.batch(torch.arange(0, 200, 2)).to(self.device)
        decoded = torch.cat([network(part) for part in images.split(20)])
        linear = network.decode_linear(network.encode(images))
        return {
            "loss": (F.l1_loss(decoded, images) + 0.5 * gradient_difference(decoded, images)).item(),
            "psnr": 10 * math.log10(4 / F.mse_loss(decoded, images).item()),
            "psnr_linear": 10 * math.log10(4 / F.mse_loss(linear, images).item()),
        }

    @torch.inference_mode()
    def sheet(self, network: nn.Module) -> Image.Image:
        images = self.held.batch(torch.arange(0, 16, 2)).to(self.device)
        return grid([images, network.decode_linear(network.encode(images)), network(images)])

    def export(self, network: nn.Module) -> None:
        weights.save(export_path("autoencoder"), network.state_dict(), {"config": network.config.to_dict()})
