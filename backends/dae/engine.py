"""The engine: encode by DDIM inversion, edit z_sem by mapping networks, decode with a step-dependent z."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

import torch
from PIL import Image

from faces import attributes
from graded import GRADED, MAX_DEGREE
from pictures import picture_tensor, tensor_picture

from ..base import EditPlan, Latent, ParleyError, Progress, Waypoint
from ..stylegan.semantic_predictor import SemanticPredictor
from . import INFO, diffusion
from .added import AddedMappers
from .correction import corrected
from .linear import LinearDirections
from .mapping import Mappers
from .networks import DiffusionAutoencoder
from .retouch import Retoucher, asked_for
from .shipped import load_autoencoder, load_mappers, load_network, load_predictor, load_retoucher

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

    Our extensions: a retoucher draws the change as the face's own pixels should make it, and where a predictor is given, an edit is asked
    again for as much as it missed, as Talk-to-Edit's walk goes on until its predictor is content. The networks may be on any device;
    latents, mappers and predictor are on the CPU.
    """

    info = INFO

    def __init__(
        self,
        autoencoder: ImageCode,
        network: DiffusionAutoencoder,
        mappers: Mappers | LinearDirections,
        retoucher: Retoucher | None = None,
        predictor: SemanticPredictor | None = None,
    ):
        self.autoencoder, self.network, self.mappers = autoencoder, network, mappers
        self.retoucher, self.predictor = retoucher, predictor
        self.added = AddedMappers(self.info.name, network.encoder)

    @property
    def _device(self) -> torch.device:
        return next(self.network.parameters()).device

    @classmethod
    def shipped(cls) -> DAEBackend:
        return cls(load_autoencoder(), load_network(), load_mappers(), load_retoucher(), load_predictor())

    def _denoiser(self, schedule: diffusion.Schedule, z: torch.Tensor) -> diffusion.Denoiser:
        config = self.network.config
        return diffusion.denoiser(self.network, schedule, z, prediction=config.prediction, clip_denoised=config.clip_denoised)

    @torch.inference_mode()
    def encode(self, image: Image.Image, *, generator: torch.Generator | None = None, progress: Progress | None = None) -> Latent:
        """An aligned face -> itself, z_sem [1, dim], x_0 and x_T (what diffusion runs on, and its noise), itself rebuilt where a retoucher
        wants it, and its measured degrees."""
        side = self.info.resolution
        picture = image.convert("RGB").resize((side, side), Image.Resampling.LANCZOS)
        x = picture_tensor(picture).to(self._device)
        z = self.network.encoder(x)
        schedule = diffusion.Schedule.ddim(SAMPLING_STEPS)
        if progress:
            progress(0, schedule.T)
        x_0 = self.autoencoder.encode(x)
        denoise = self._denoiser(schedule, z)
        x_T = diffusion.invert(denoise, x_0, schedule, progress)
        found = {"face": x, "z": z, "z_edit": z, "x_0": x_0, "x_T": x_T}
        if self.retoucher:  # compares every edit with it
            found["rebuilt"] = self.autoencoder.decode(diffusion.decode(denoise, x_T, schedule))
        return Latent(self.info.name, {name: tensor.cpu().clone() for name, tensor in found.items()}, attributes.measure(picture))

    @torch.inference_mode()
    def edit(self, latent: Latent, plan: EditPlan, *, progress: Progress | None = None) -> Latent:
        latent.require(self.info.name)
        self.info.require(plan)
        changes = {name: degree - latent.degrees.get(name, 0.0) for name, degree in plan.degrees_from(latent.degrees).items()}
        added = {name: degrees / MAX_DEGREE for name, degrees in changes.items() if name in self.added}
        z, rest = latent.tensors["z"], {name: degrees for name, degrees in changes.items() if name not in added}
        step = self.added.step(z, added)

        def moved(changes: Mapping[str, float]) -> Latent:
            tensors = {**latent.tensors, "z_edit": self.mappers.edit(z, changes) + step}
            if self.retoucher:
                tensors["asked"] = asked_for(self.retoucher.config.attributes, changes, latent.degrees)[None]
            return replace(latent, tensors=tensors, plan=plan)

        goals = {name: latent.degrees[name] + rest[name] for name in GRADED if self.predictor and rest.get(name)}
        if goals:
            return corrected(moved, self._degrees, rest, goals, progress)
        if progress:
            progress(1, 1)
        return moved(rest)

    def _degrees(self, edited: Latent) -> dict[str, float]:
        """What the predictor sees, at the default number of steps."""
        quick = replace(edited, plan=replace(edited.plan, sampling_steps=None))
        return dict(zip(GRADED, self.predictor.described(self._decoded(quick).cpu())[1][0].tolist(), strict=True))

    @torch.inference_mode()
    def decode(self, latent: Latent, *, generator: torch.Generator | None = None, progress: Progress | None = None) -> Image.Image:
        latent.require(self.info.name)
        return tensor_picture(self._decoded(latent, progress)[0])

    def _decoded(self, latent: Latent, progress: Progress | None = None) -> torch.Tensor:
        """[1, 3, S, S] in about -1..1."""
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
        rebuilt = latent.tensors.get("rebuilt") if schedule.T == SAMPLING_STEPS else None
        if progress:
            progress(0, schedule.T)
        if torch.equal(z_edit, z) and rebuilt is not None:
            return rebuilt
        retouched = self.retoucher is not None and not torch.equal(z_edit, z)
        goals = torch.cat([z_edit, z]) if retouched and rebuilt is None else z_edit
        z_t = diffusion.stable_manipulation(goals, z.expand_as(goals), schedule.T, stability)
        denoise = self._denoiser(schedule, z_t)
        if progress and schedule.T >= LONG:
            denoise, progress = self._previewing(denoise, progress)
        decoded = self.autoencoder.decode(diffusion.decode(denoise, x_T.expand(len(goals), -1, -1, -1), schedule, progress))
        if not retouched:
            return decoded
        edited, rebuilt = decoded[:1], decoded[1:] if rebuilt is None else rebuilt.to(self._device)
        face, asked = (latent.tensors[name].to(self._device) for name in ("face", "asked"))
        return rebuilt + self.retoucher(face, rebuilt, edited, z, z_edit, asked)

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
