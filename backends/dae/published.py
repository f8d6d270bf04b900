"""The engine on the published networks: pixels instead of an autoencoder's latents, linear directions instead of mapping networks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import torch

import weights
from errors import ParleyError

from ..base import Latent
from ..diffae import INFO
from .checkpoint import published_network
from .engine import DAEBackend
from .linear import LinearDirections
from .networks import DiffusionAutoencoder


class Pixels:
    """In the place of an image autoencoder where diffusion runs on the picture itself."""

    def encode(self, image: torch.Tensor) -> torch.Tensor:
        return image

    def decode(self, latent: torch.Tensor) -> torch.Tensor:
        return latent


class PublishedBackend(DAEBackend):
    def __init__(self, network: DiffusionAutoencoder, directions: LinearDirections):
        """Raises ParleyError where the two do not belong together."""
        z_dim = network.config.encoder.z_dim
        if directions.dim != z_dim:
            sentence = "The classifier reads codes of {read} numbers, but the autoencoder writes {written}."
            raise ParleyError(sentence, read=directions.dim, written=z_dim)
        self.info = replace(INFO, resolution=network.config.unet.resolution)
        super().__init__(Pixels(), network, directions)

    @classmethod
    def from_files(cls) -> PublishedBackend:
        network, _ = weights.load(weights.find("diffae-ffhq256"))
        classifier, _ = weights.load(weights.find("diffae-ffhq256-classifier"))
        device = "cuda" if torch.cuda.is_available() else "cpu"
        return cls(published_network(network).to(device), LinearDirections.from_state(classifier))

    @torch.inference_mode()
    def edit_celeba(self, latent: Latent, strengths: Mapping[str, float]) -> Latent:
        """The original face moved by signed strengths (0.3 is plain to see) of any of CelebA's 40 attributes, which words do not reach.

        Raises ParleyError for another name, ValueError for another engine's latent.
        """
        latent.require(self.info.name)
        z_edit = self.mappers.moved(latent.tensors["z"], strengths)
        return replace(latent, tensors={**latent.tensors, "z_edit": z_edit.clone()})
