"""Batches of faces through the diffusion autoencoder, into noise and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from PIL import Image
from torch import Tensor

from backends.dae import diffusion
from backends.dae.autoencoder import PatchAutoencoder
from backends.dae.engine import SAMPLING_STEPS, STABILITY
from backends.dae.networks import DiffusionAutoencoder

from .sheets import grid


@torch.no_grad()
def inverted(network: DiffusionAutoencoder, latent: Tensor, z: Tensor, T: int) -> Tensor:
    """x_T [N, C, H, W] of latents x_0 with codes z."""
    config, schedule = network.config, diffusion.Schedule.ddim(T)
    denoise = diffusion.denoiser(network, schedule, z, prediction=config.prediction, clip_denoised=config.clip_denoised)
    return diffusion.invert(denoise, latent, schedule)


@torch.no_grad()
def decoded(
    network: DiffusionAutoencoder,
    x_T: Tensor,
    z: Tensor,
    z_edit: Tensor,
    T: int,
    *,
    begin_at: int | None = None,
    down_to: int = 0,
) -> Tensor:
    """Latents from x_T with z_edit, as the engine decodes; z_edit = z rebuilds. Steps from `begin_at` on and below `down_to` are not
    taken."""
    config, schedule = network.config, diffusion.Schedule.ddim(T)
    z_t = diffusion.stable_manipulation(z_edit, z, T, STABILITY)
    denoise = diffusion.denoiser(network, schedule, z_t, prediction=config.prediction, clip_denoised=config.clip_denoised)
    return diffusion.decode(denoise, x_T, schedule, begin_at=begin_at, down_to=down_to)


def edits(
    network: DiffusionAutoencoder,
    autoencoder: PatchAutoencoder,
    images: Tensor,
    step: Callable[[Tensor, str, Tensor], Tensor],
    changes: Sequence[tuple[str, float]],
) -> Image.Image:
    """A sheet; rows: faces [N, 3, H, W]; rebuilt; then each change, an attribute or a prompt and signed degrees, by a mapping network's
    `step`."""
    z = network.encoder(images)
    x_T = inverted(network, autoencoder.encode(images), z, SAMPLING_STEPS)
    codes = [z] + [z + step(z, name, z.new_full((len(z),), degrees)) for name, degrees in changes]
    return grid([images] + [autoencoder.decode(decoded(network, x_T, z, z_edit, SAMPLING_STEPS)) for z_edit in codes])
