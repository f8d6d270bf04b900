"""The shipped image autoencoder: principal components of patches in, a convolutional decoder out.

The encoder is linear and in closed form: a picture's 16 x 16 patches on their leading principal components. Nothing in it can
fail on a photo unlike the training faces, and the diffusion's latents are fixed before any training. The decoder adds to the
linear reconstruction what its neighbours tell about a patch: edges carried across patch borders, hair, eyes, frames.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .blocks import group_norm


@dataclass(frozen=True)
class AutoencoderConfig:
    patch: int = 16
    components: int = 64
    widths: tuple[int, int, int] = (160, 160, 96)
    """Channels on the grids of 1/16, 1/8 and 1/4 of the picture's side."""

    def to_dict(self) -> dict:
        return dataclasses.asdict(self)


class DecoderBlock(nn.Module):
    """Pre-activation residual block, two 3 x 3 convolutions."""

    def __init__(self, channels: int):
        super().__init__()
        self.layers = nn.Sequential(
            group_norm(channels),
            nn.SiLU(),
            nn.Conv2d(channels, channels, 3, padding=1),
            group_norm(channels),
            nn.SiLU(),
            nn.Conv2d(channels, channels, 3, padding=1),
        )
        nn.init.zeros_(self.layers[-1].weight)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.layers(x)


class PatchAutoencoder(nn.Module):
    """Picture [N, 3, S, S] in [-1, 1] <-> latent [N, components, S/16, S/16], about unit variance over all channels."""

    def __init__(self, config: AutoencoderConfig):
        super().__init__()
        self.config = config
        size = 3 * config.patch**2
        self.register_buffer("mean", torch.zeros(size))
        self.register_buffer("basis", torch.zeros(config.components, size))
        self.register_buffer("scale", torch.ones(config.components))
        coarse, middle, fine = config.widths
        self.coarse = nn.Sequential(nn.Conv2d(config.components, coarse, 3, padding=1), DecoderBlock(coarse))
        self.to_middle = nn.Conv2d(coarse, middle, 3, padding=1)
        self.middle_linear = nn.Conv2d(3 * (config.patch // 2) ** 2, middle, 1)
        self.middle = nn.Sequential(DecoderBlock(middle), DecoderBlock(middle))
        self.to_fine = nn.Conv2d(middle, fine, 3, padding=1)
        self.fine_linear = nn.Conv2d(3 * (config.patch // 4) ** 2, fine, 3, padding=1)
        self.fine = nn.Sequential(DecoderBlock(fine), DecoderBlock(fine))
        self.out = nn.Sequential(group_norm(fine), nn.SiLU(), nn.Conv2d(fine, 3 * (config.patch // 4) ** 2, 3, padding=1))
        nn.init.zeros_(self.out[2].weight)
        nn.init.zeros_(self.out[2].bias)

    @torch.no_grad()
    def fit(self, images: Tensor) -> None:
        """Sets the linear part from pictures [N, 3, S, S] in [-1, 1].

        Components are scaled by the square root of their deviation: halfway between pixel importance and equal importance, so
        that the diffusion neither drowns fine detail in noise nor spends itself on it.
        """
        patches = F.pixel_unshuffle(images, self.config.patch).movedim(1, -1).reshape(-1, len(self.mean)).double()
        mean = patches.mean(0)
        covariance = (patches - mean).T @ (patches - mean) / len(patches)
        variance, vectors = torch.linalg.eigh(covariance)
        variance, vectors = variance.flip(0)[: self.config.components], vectors.flip(1)[:, : self.config.components]
        scale = variance**-0.25
        scale = scale / (variance * scale**2).mean().sqrt()
        self.mean.copy_(mean)
        self.basis.copy_(vectors.T)
        self.scale.copy_(scale)

    def share_latents(self, state: dict[str, Tensor]) -> None:
        """Takes the linear part of another autoencoder's state, so that a diffusion trained on that one's latents fits this one too."""
        for name in ("mean", "basis", "scale"):
            getattr(self, name).copy_(state[name])

    def encode(self, image: Tensor) -> Tensor:
        patches = F.pixel_unshuffle(image, self.config.patch) - self.mean[:, None, None]
        return torch.einsum("cp,nphw->nchw", self.basis, patches) * self.scale[:, None, None]

    def decode_linear(self, latent: Tensor) -> Tensor:
        """The principal components' own reconstruction, before the network refines it."""
        patches = torch.einsum("cp,nchw->nphw", self.basis, latent / self.scale[:, None, None]) + self.mean[:, None, None]
        return F.pixel_shuffle(patches, self.config.patch)

    def decode(self, latent: Tensor) -> Tensor:
        linear = self.decode_linear(latent)
        h = self.coarse(latent)
        h = self.to_middle(F.interpolate(h, scale_factor=2)) + self.middle_linear(F.pixel_unshuffle(linear, self.config.patch // 2))
        h = self.middle(h)
        h = self.to_fine(F.interpolate(h, scale_factor=2)) + self.fine_linear(F.pixel_unshuffle(linear, self.config.patch // 4))
        return linear + F.pixel_shuffle(self.out(self.fine(h)), self.config.patch // 4)

    def forward(self, image: Tensor) -> Tensor:
        return self.decode(self.encode(image))
