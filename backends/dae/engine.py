"""The engine: encode by DDIM inversion, edit z_sem by mapping networks, decode with a step-dependent z."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import numpy as np
import torch
from PIL import Image

from faces import attributes

from ..base import EditPlan, Latent, ParleyError, Progress
from . import INFO, diffusion
from .linear import LinearDirections
from .mapping import GradedMappers
from .networks import DiffusionAutoencoder
from .shipped import load_autoencoder, load_mappers, load_network

INVERSION_STEPS = 20
DECODING_STEPS = 8
"""ChatFace's default T: fewer steps edit more, more steps keep more detail."""
LONG, PREVIEW_EVERY = 20, 5
"""Steps from which on decoding shows previews, and how many lie between two."""


class ImageCode(Protocol):
    """What diffusion runs on: pictures [N, 3, S, S] in [-1, 1] to and from what it denoises."""

    def encode(self, image: torch.Tensor) -> torch.Tensor: ...

    def decode(self, latent: torch.Tensor) -> torch.Tensor: ...


class DAEBackend:
    """ChatFace on the latents of a small image autoencoder. Randomness plays no part: inversion and decoding are deterministic.

    The networks may be on any device; latents and mappers are on the CPU.
    """

    info = INFO

    def __init__(self, autoencoder: ImageCode, network: DiffusionAutoencoder, mappers: GradedMappers | LinearDirections):
        self.autoencoder, self.network, self.mappers = autoencoder, network, mappers

    @property
    def _device(self) -> torch.device:
        return next(self.network.parameters()).device

    @classmethod
    def shipped(cls) -> DAEBackend:
        return cls(load_autoencoder(), load_network(), load_mappers())

    def _denoiser(self, schedule: diffusion.Schedule, z: torch.Tensor) -> diffusion.Denoiser:
        config = self.network.config
        return diffusion.denoiser(self.network, schedule, z, prediction=config.prediction, clip_denoised=config.clip_denoised)

    @torch.inference_mode()
    def encode(self, image: Image.Image, *, generator: torch.Generator | None = None, progress: Progress | None = None) -> Latent:
        """An aligned face -> z_sem [1, dim], x_T (what diffusion runs on, as noise) and its measured degrees."""
        side = self.info.resolution
        picture = image.convert("RGB").resize((side, side), Image.Resampling.LANCZOS)
        x = (torch.from_numpy(np.asarray(picture, dtype=np.float32).copy()).permute(2, 0, 1)[None] / 127.5 - 1).to(self._device)
        z = self.network.encoder(x)
        schedule = diffusion.Schedule.ddim(INVERSION_STEPS)
        if progress:
            progress(0, schedule.T)
        x_T = diffusion.invert(self._denoiser(schedule, z), self.autoencoder.encode(x), schedule, progress)
        z, x_T = z.cpu(), x_T.cpu()
        return Latent(self.info.name, {"z": z.clone(), "z_edit": z.clone(), "x_T": x_T.clone()}, attributes.measure(picture))

    @torch.inference_mode()
    def edit(self, latent: Latent, plan: EditPlan, *, progress: Progress | None = None) -> Latent:
        latent.require(self.info.name)
        self.info.require(plan)
        changes = {name: degree - latent.degrees[name] for name, degree in plan.degrees_from(latent.degrees).items()}
        z_edit = self.mappers.edit(latent.tensors["z"], changes)
        if progress:
            progress(1, 1)
        return replace(latent, tensors={**latent.tensors, "z_edit": z_edit.clone()}, plan=plan)

    @torch.inference_mode()
    def decode(self, latent: Latent, *, generator: torch.Generator | None = None, progress: Progress | None = None) -> Image.Image:
        latent.require(self.info.name)
        try:
            schedule = diffusion.Schedule.ddim(latent.plan.sampling_steps or DECODING_STEPS)
        except ValueError as error:
            raise ParleyError(
                f"{latent.plan.sampling_steps} sampling steps do not divide the diffusion evenly; try 8, 20, 50 or 100."
            ) from error
        stable = latent.plan.options.get("manipulation") != "direct"
        z_edit, z, x_T = (latent.tensors[name].to(self._device) for name in ("z_edit", "z", "x_T"))
        z_t = diffusion.stable_manipulation(z_edit, z, schedule.T) if stable else z_edit
        if progress:
            progress(0, schedule.T)
        denoise = self._denoiser(schedule, z_t)
        if progress and schedule.T >= LONG:
            denoise, progress = self._previewing(denoise, progress)
        return self._picture(diffusion.decode(denoise, x_T, schedule, progress))

    def _picture(self, x0: torch.Tensor) -> Image.Image:
        pixels = (self.autoencoder.decode(x0)[0].clamp(-1, 1) + 1) * 127.5
        return Image.fromarray(pixels.round().to(torch.uint8).permute(1, 2, 0).cpu().numpy())

    def _previewing(self, denoise: diffusion.Denoiser, progress: Progress) -> tuple[diffusion.Denoiser, Progress]:
        """The same, but every few steps `progress` is shown the x_0 predicted last; drawing it costs about as much as a step."""
        latest: list[torch.Tensor] = []

        def remembering(x: torch.Tensor, i: int) -> tuple[torch.Tensor, torch.Tensor]:
            predicted, eps = denoise(x, i)
            latest[:] = [predicted]
            return predicted, eps

        def report(step: int, total: int, preview: Image.Image | None = None) -> None:
            progress(step, total, self._picture(latest[0]) if latest and step % PREVIEW_EVERY == 0 else preview)

        return remembering, report
