"""The published image autoencoder behind the interface of the first engine's: pictures <-> the latents that are diffused."""

from __future__ import annotations

from typing import Protocol

from torch import Tensor, nn

from .networks import CollaborativeConfig, vae


class FirstStage(Protocol):
    """Pictures [N, 3, H, W] in [-1, 1] <-> latents [N, C, S, S] in the diffusion's own scale."""

    def encode(self, image: Tensor) -> Tensor: ...

    def decode(self, latent: Tensor) -> Tensor: ...


class KLStage(nn.Module):
    """The published variational autoencoder; encodes to the mode of its posterior, which is the same every time."""

    def __init__(self, config: CollaborativeConfig):
        super().__init__()
        self.scale_factor = config.scale_factor
        self.vae = vae(config)

    def encode(self, image: Tensor) -> Tensor:
        return self.scale_factor * self.vae.encode(image).latent_dist.mode()

    def decode(self, latent: Tensor) -> Tensor:
        return self.vae.decode(latent / self.scale_factor, return_dict=False)[0]
