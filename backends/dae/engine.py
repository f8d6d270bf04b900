"""The engine: encode by DDIM inversion, edit z_sem by mapping networks, decode with a step-dependent z."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import torch
from PIL import Image

from faces import attributes
from graded import MAX_DEGREE
from pictures import picture_tensor, tensor_picture

from ..base import EditPlan, Latent, ParleyError, Progress, Waypoint
from . import INFO, diffusion
from .added import AddedMappers
from .linear import LinearDirections
from .mapping import Mappers
from .networks import DiffusionAutoencoder
from .retouch import Retoucher, asked_for
from .shipped import load_autoencoder, load_mappers, load_network, load_retoucher

SAMPLING_STEPS = 8
"""ChatFace's default T, of inversion and of decoding: fewer steps edit more, more steps keep more detail. A noise found in more steps than
are then decoded lost 3 dB."""
MANIPULATIONS = {"direct": 0.0, "stable (SMS)": 1.0}
"""How much of SMS each choice of the engine's option means."""
STABILITY = MANIPULATIONS[INFO.options[0].choices[0]]
"""What the shipped network is trained for; docs/training.md tells why."""
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Of the way of z that `way` shows."""
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

    def __init__(
        self,
        autoencoder: ImageCode,
        network: DiffusionAutoencoder,
        mappers: Mappers | LinearDirections,
        retoucher: Retoucher | None = None,
    ):
        self.autoencoder, self.network, self.mappers, self.retoucher = autoencoder, network, mappers, retoucher
        self.added = AddedMappers(self.info.name, network.encoder)

    @property
    def _device(self) -> torch.device:
        return next(self.network.parameters()).device

    @classmethod
    def shipped(cls) -> DAEBackend:
        return cls(load_autoencoder(), load_network(), load_mappers(), load_retoucher())

    def _denoiser(self, schedule: diffusion.Schedule, z: torch.Tensor) -> diffusion.Denoiser:
        config = self.network.config
        return diffusion.denoiser(self.network, schedule, z, prediction=config.prediction, clip_denoised=config.clip_denoised)

    @torch.inference_mode()
    def encode(self, image: Image.Image, *, generator: torch.Generator | None = None, progress: Progress | None = None) -> Latent:
        """An aligned face -> itself, z_sem [1, dim], x_0 and x_T (what diffusion runs on, and its noise) and its measured degrees."""
        side = self.info.resolution
        picture = image.convert("RGB").resize((side, side), Image.Resampling.LANCZOS)
        x = picture_tensor(picture).to(self._device)
        z = self.network.encoder(x)
        schedule = diffusion.Schedule.ddim(SAMPLING_STEPS)
        if progress:
            progress(0, schedule.T)
        x_0 = self.autoencoder.encode(x)
        found = {"face": x, "z": z, "z_edit": z, "x_0": x_0, "x_T": diffusion.invert(self._denoiser(schedule, z), x_0, schedule, progress)}
        return Latent(self.info.name, {name: tensor.cpu().clone() for name, tensor in found.items()}, attributes.measure(picture))

    @torch.inference_mode()
    def edit(self, latent: Latent, plan: EditPlan, *, progress: Progress | None = None) -> Latent:
        latent.require(self.info.name)
        self.info.require(plan)
        changes = {name: degree - latent.degrees.get(name, 0.0) for name, degree in plan.degrees_from(latent.degrees).items()}
        added = {name: degrees / MAX_DEGREE for name, degrees in changes.items() if name in self.added}
        z, rest = latent.tensors["z"], {name: degrees for name, degrees in changes.items() if name not in added}
        z_edit = self.mappers.edit(z, rest) + self.added.step(z, added)
        if progress:
            progress(1, 1)
        tensors = {**latent.tensors, "z_edit": z_edit.clone()}
        if self.retoucher:
            tensors["asked"] = asked_for(self.retoucher.config.attributes, changes, latent.degrees)[None]
        return replace(latent, tensors=tensors, plan=plan)

    @torch.inference_mode()
    def decode(self, latent: Latent, *, generator: torch.Generator | None = None, progress: Progress | None = None) -> Image.Image:
        latent.require(self.info.name)
        try:
            schedule = diffusion.Schedule.ddim(latent.plan.sampling_steps or SAMPLING_STEPS)
        except ValueError as error:
            raise ParleyError(
                f"{latent.plan.sampling_steps} sampling steps do not divide the diffusion evenly; try 8, 20, 50 or 100."
            ) from error
        stability = MANIPULATIONS[latent.plan.options.get("manipulation", self.info.options[0].choices[0])]
        z_edit, z, x_0, x_T = (latent.tensors[name].to(self._device) for name in ("z_edit", "z", "x_0", "x_T"))
        if schedule.T != SAMPLING_STEPS:
            x_T = diffusion.invert(self._denoiser(schedule, z), x_0, schedule)
        retouched = self.retoucher is not None and not torch.equal(z_edit, z)
        goals = torch.cat([z_edit, z]) if retouched else z_edit
        z_t = diffusion.stable_manipulation(goals, z.expand_as(goals), schedule.T, stability)
        if progress:
            progress(0, schedule.T)
        denoise = self._denoiser(schedule, z_t)
        if progress and schedule.T >= LONG:
            denoise, progress = self._previewing(denoise, progress)
        x_0 = diffusion.decode(denoise, x_T.expand(len(goals), -1, -1, -1), schedule, progress)
        if not retouched:
            return tensor_picture(self.autoencoder.decode(x_0)[0])
        edited, rebuilt = self.autoencoder.decode(x_0).chunk(2)
        face, asked = (latent.tensors[name].to(self._device) for name in ("face", "asked"))
        return tensor_picture((rebuilt + self.retoucher(face, rebuilt, edited, z, z_edit, asked))[0])

    @torch.inference_mode()
    def way(
        self, latent: Latent, *, generator: torch.Generator | None = None, progress: Progress | None = None
    ) -> tuple[Waypoint, ...]:
        """Straight from z to z_edit: mapping networks give the whole of an edit at once."""
        latent.require(self.info.name)
        z, z_edit = latent.tensors["z"], latent.tensors["z_edit"]
        changing = tuple(dict.fromkeys(step.attribute for step in latent.plan.steps))
        seen: list[Waypoint] = []
        for share in SHARES[:1] if torch.equal(z, z_edit) else SHARES:
            if progress:
                progress(len(seen), len(SHARES))
            place = {**latent.tensors, "z_edit": torch.lerp(z, z_edit, share)}
            if self.retoucher and share:
                changes, degrees = latent.tensors["asked"].chunk(2, dim=1)
                place["asked"] = torch.cat([share * changes, degrees], dim=1)
            picture = self.decode(replace(latent, tensors=place), generator=generator)
            seen.append(Waypoint(picture, changing if share else ()))
        return tuple(seen)

    def _previewing(self, denoise: diffusion.Denoiser, progress: Progress) -> tuple[diffusion.Denoiser, Progress]:
        """The same, but every few steps `progress` is shown the x_0 predicted last; drawing it costs about as much as a step."""
        latest: list[torch.Tensor] = []

        def remembering(x: torch.Tensor, i: int) -> tuple[torch.Tensor, torch.Tensor]:
            predicted, eps = denoise(x, i)
            latest[:] = [predicted]
            return predicted, eps

        def report(step: int, total: int, preview: Image.Image | None = None) -> None:
            if latest and step % PREVIEW_EVERY == 0:
                preview = tensor_picture(self.autoencoder.decode(latest[0][:1])[0])
            progress(step, total, preview)

        return remembering, report
