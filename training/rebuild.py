"""Batches of faces through the diffusion autoencoder, for sample sheets, validation and calibration."""

from __future__ import annotations

from torch import Tensor

from backends.dae import diffusion
from backends.dae.networks import DiffusionAutoencoder


def inverted(network: DiffusionAutoencoder, latent: Tensor, z: Tensor, T: int) -> Tensor:
    """x_T [N, C, H, W] of latents x_0 with codes z."""
    config, schedule = network.config, diffusion.Schedule.ddim(T)
    denoise = diffusion.denoiser(network, schedule, z, prediction=config.prediction, clip_denoised=config.clip_denoised)
    return diffusion.invert(denoise, latent, schedule)


def decoded(network: DiffusionAutoencoder, x_T: Tensor, z: Tensor, z_edit: Tensor, T: int, down_to: int = 0) -> Tensor:
    """Latents from x_T with z_edit under the Stable Manipulation Strategy; z_edit = z rebuilds. Steps below `down_to` are not taken."""
    config, schedule = network.config, diffusion.Schedule.ddim(T)
    z_t = diffusion.stable_manipulation(z_edit, z, T)
    denoise = diffusion.denoiser(network, schedule, z_t, prediction=config.prediction, clip_denoised=config.clip_denoised)
    return diffusion.decode(denoise, x_T, schedule, down_to=down_to)
