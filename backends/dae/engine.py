"""The engine: encode by DDIM inversion, edit z_sem by mapping networks, decode with a step-dependent z."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol
from weakref import WeakKeyDictionary

import torch
from PIL import Image

from faces import attributes
from faces.trace import Trace
from graded import GRADED, MAX_DEGREE
from pictures import picture_tensor, tensor_picture

from ..base import EditPlan, Latent, ParleyError, Progress, Waypoint
from . import INFO, diffusion
from .added import AddedMappers
from .change_unet import FOLD, within_scale
from .correction import corrected
from .exposure import Exposure
from .linear import LinearDirections
from .mapping import Mappers
from .motion import Mover, as_trace, moved
from .networks import DiffusionAutoencoder
from .retouch import Retoucher, redrawn
from .semantic_predictor import SemanticPredictor
from .shipped import load_autoencoder, load_mappers, load_mover, load_network, load_predictor, load_retoucher

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


@dataclass(frozen=True)
class _Picture:
    """A picture before the last change (the face itself where a retoucher drew the change) and that change, [1, 3, S, S], together in about
    -1..1; and, since the original, how far skin has come, [1, 2, s, s] in FLOW_UNIT, and what was covered, [1, 1, S, S] in 0..1."""

    before: torch.Tensor
    change: torch.Tensor
    flow: torch.Tensor
    covered: torch.Tensor

    @classmethod
    def unmoved(cls, before: torch.Tensor) -> _Picture:
        """Of a picture that nothing was done to, as far as is known."""
        still = torch.zeros_like(before)
        return cls(before, still, still[:, :2, ::FOLD, ::FOLD], still[:, :1])

    @property
    def picture(self) -> torch.Tensor:
        return self.before + self.change


class DAEBackend:
    """ChatFace on the latents of a small image autoencoder. Randomness plays no part: inversion and decoding are deterministic.

    Our extensions: a mover and a retoucher (both or neither) move and draw the change as the face's own pixels should make it, and where a
    predictor is given, an edit is asked again for as much as it missed, as Talk-to-Edit's walk goes on until its predictor is content. The
    networks may be on any device; latents, mappers and predictor are on the CPU.
    """

    info = INFO

    def __init__(
        self,
        autoencoder: ImageCode,
        network: DiffusionAutoencoder,
        mappers: Mappers | LinearDirections,
        mover: Mover | None = None,
        retoucher: Retoucher | None = None,
        predictor: SemanticPredictor | None = None,
    ):
        self.autoencoder, self.network, self.mappers = autoencoder, network, mappers
        self.mover, self.retoucher, self.predictor = mover, retoucher, predictor
        self.added = AddedMappers(self.info.name, network.encoder)
        self._drawings: WeakKeyDictionary[Latent, _Picture] = WeakKeyDictionary()  # looked at, shown and moved, but drawn once

    @property
    def _device(self) -> torch.device:
        return next(self.network.parameters()).device

    @classmethod
    def shipped(cls) -> DAEBackend:
        return cls(load_autoencoder(), load_network(), load_mappers(), load_mover(), load_retoucher(), load_predictor())

    def _denoiser(self, schedule: diffusion.Schedule, z: torch.Tensor) -> diffusion.Denoiser:
        config = self.network.config
        return diffusion.denoiser(self.network, schedule, z, prediction=config.prediction, clip_denoised=config.clip_denoised)

    @torch.inference_mode()
    def encode(self, image: Image.Image, *, generator: torch.Generator | None = None, progress: Progress | None = None) -> Latent:
        """An aligned face -> itself, its `Exposure` [2], z_sem [1, dim], x_0 and x_T (what diffusion runs on, and its noise), its decode
        where a retoucher wants that, and its measured degrees."""
        side = self.info.resolution
        picture = image.convert("RGB").resize((side, side), Image.Resampling.LANCZOS)
        face = picture_tensor(picture).to(self._device)
        exposure = Exposure.of(face) if self.retoucher else Exposure()  # only what shows photos' own pixels can carry changes back
        return Latent(self.info.name, self._found(face, exposure, progress), attributes.measure(picture))

    def _found(self, face: torch.Tensor, exposure: Exposure, progress: Progress | None = None) -> dict[str, torch.Tensor]:
        x = exposure.toned(face)
        z = self.network.encoder(x)
        schedule = diffusion.Schedule.ddim(SAMPLING_STEPS)
        if progress:
            progress(0, schedule.T)
        x_0 = self.autoencoder.encode(x)
        denoise = self._denoiser(schedule, z)
        x_T = diffusion.invert(denoise, x_0, schedule, progress)
        found = {"face": face, "exposure": torch.tensor(exposure), "z": z, "z_edit": z, "x_0": x_0, "x_T": x_T}
        if self.retoucher:  # compares every edit with it
            found["rebuilt"] = self.autoencoder.decode(diffusion.decode(denoise, x_T, schedule))
        return {name: tensor.cpu().clone() for name, tensor in found.items()}

    @torch.inference_mode()
    def edit(self, latent: Latent, plan: EditPlan, *, progress: Progress | None = None) -> Latent:
        """As `Backend.edit`. What is retouched is changed by turns, one attribute after the other, each in the picture that the last one
        left: the retoucher draws one change well and five at once badly."""
        latent.require(self.info.name)
        self.info.require(plan)
        changes = _changes(latent, plan)
        if not self.retoucher or not changes:
            if progress:
                progress(1, 1)
            return self._asked(latent, latent.degrees, changes, plan)
        edited, degrees = latent, dict(latent.degrees)
        for number, (name, change) in enumerate(changes.items()):
            if number:
                edited = self._continued(edited)
            edited = self._turned(edited, degrees, name, change, plan, _part(progress, number, len(changes)))
            if name in degrees:
                degrees[name] += change
        return edited

    def _asked(self, latent: Latent, degrees: Mapping[str, float], changes: Mapping[str, float], plan: EditPlan) -> Latent:
        """The latent with its z moved by signed numbers of degrees, from `degrees`; what goes beyond the scale is drawn more strongly."""
        added = {name: change / MAX_DEGREE for name, change in changes.items() if name in self.added}
        z, rest = latent.tensors["z"], {name: change for name, change in changes.items() if name not in added}
        told = self.retoucher.told(rest, degrees) if self.retoucher else {}
        z_edit = self.mappers.edit(z, within_scale(rest, degrees)) + self.added.step(z, added)
        return replace(latent, tensors={**latent.tensors, "z_edit": z_edit, **told}, plan=plan)

    def _turned(
        self, latent: Latent, degrees: Mapping[str, float], name: str, change: float, plan: EditPlan, progress: Progress | None
    ) -> Latent:
        """The latent with one change made, as far as the predictor, where there is one, sees it arrive."""

        def asked(change: float) -> Latent:
            return self._asked(latent, degrees, {name: change}, plan)

        if self.predictor and name in GRADED:
            return corrected(asked, lambda edited: self._reached(edited, name, degrees[name]), change, degrees[name] + change, progress)
        if progress:
            progress(1, 1)
        return asked(change)

    def _continued(self, edited: Latent) -> Latent:
        """The picture that an edit left, encoded for the next one. `before` [k, 3, S, S] are the pictures from which the turns so far set
        out, `flow` [k, 2, s, s] how far skin had come after each, and `covered` [k, 1, S, S] what was hidden or gone."""
        drawn = self._drawn(edited)
        turn = {"before": drawn.before.cpu(), "flow": drawn.flow.cpu(), "covered": drawn.covered.cpu()}
        earlier = {name: torch.cat([edited.tensors[name], now]) if name in edited.tensors else now for name, now in turn.items()}
        return replace(edited, tensors={**self._found(drawn.picture.clamp(-1, 1), _exposure(edited)), **earlier})

    def _reached(self, edited: Latent, name: str, start: float) -> float:
        """The degree that an edit from `start` came to, at the default number of steps, as far as the predictor can be trusted."""
        quick = replace(edited, plan=replace(edited.plan, sampling_steps=None)) if edited.plan.sampling_steps else edited
        seen = self.predictor.described(self._drawn(quick).picture.cpu())[1][0, GRADED.index(name)].item()
        return start + self.retoucher.went(name, seen - start)

    @torch.inference_mode()
    def decode(self, latent: Latent, *, generator: torch.Generator | None = None, progress: Progress | None = None) -> Image.Image:
        latent.require(self.info.name)
        return tensor_picture(self._drawn(latent, progress).picture[0])

    @torch.inference_mode()
    def trace(self, latent: Latent) -> Trace | None:
        """As `Tracing.trace`."""
        latent.require(self.info.name)
        drawn = self._drawn(latent)
        return as_trace(drawn.flow, drawn.covered) if self.retoucher else None

    def _drawn(self, latent: Latent, progress: Progress | None = None) -> _Picture:
        if latent not in self._drawings:
            self._drawings[latent] = self._draw(latent, progress)
        elif progress:
            progress(0, 1)
            progress(1, 1)
        return self._drawings[latent]

    def _draw(self, latent: Latent, progress: Progress | None) -> _Picture:
        try:
            schedule = diffusion.Schedule.ddim(latent.plan.sampling_steps or SAMPLING_STEPS)
        except ValueError as error:
            sentence = "{steps} sampling steps do not divide the diffusion evenly; try 8, 20, 50 or 100."
            raise ParleyError(sentence, steps=latent.plan.sampling_steps) from error
        exposure = _exposure(latent)
        stability = MANIPULATIONS[latent.plan.options.get("manipulation", self.info.options[0].choices[0])]
        z_edit, z, x_0, x_T = (latent.tensors[name].to(self._device) for name in ("z_edit", "z", "x_0", "x_T"))
        if schedule.T != SAMPLING_STEPS:
            x_T = diffusion.invert(self._denoiser(schedule, z), x_0, schedule)
        rebuilt = latent.tensors["rebuilt"].to(self._device) if self.retoucher and schedule.T == SAMPLING_STEPS else None
        if progress:
            progress(0, schedule.T)
        untouched, face = torch.equal(z_edit, z), latent.tensors["face"].to(self._device)
        if untouched and self.retoucher and not latent.plan.is_empty():  # what was asked for is there
            return _Picture.unmoved(face)
        if untouched and rebuilt is not None:
            return _Picture.unmoved(exposure.untoned(rebuilt))
        retouched = self.retoucher is not None and not untouched
        goals = torch.cat([z_edit, z]) if retouched and rebuilt is None else z_edit
        z_t = diffusion.stable_manipulation(goals, z.expand_as(goals), schedule.T, stability)
        denoise = self._denoiser(schedule, z_t)
        if progress and schedule.T >= LONG:
            denoise, progress = self._previewing(denoise, exposure, progress)
        decoded = self.autoencoder.decode(diffusion.decode(denoise, x_T.expand(len(goals), -1, -1, -1), schedule, progress))
        if not retouched:
            return _Picture.unmoved(exposure.untoned(decoded))
        edited, rebuilt = decoded[:1], decoded[1:] if rebuilt is None else rebuilt
        asked, strength = (latent.tensors[name].to(self._device) for name in ("asked", "strength"))
        seen = exposure.toned(face)
        change, flow, covered = redrawn(self.mover, self.retoucher, seen, rebuilt, edited, z, z_edit, asked, strength)
        if "flow" in latent.tensors:  # where skin came from, and was covered, before this turn
            earlier, hidden = (moved(latent.tensors[name][-1:].to(self._device), flow) for name in ("flow", "covered"))
            flow, covered = flow + earlier, torch.maximum(covered, hidden)
        return _Picture(face, change / exposure.gain, flow, covered)

    @torch.inference_mode()
    def way(self, latent: Latent, *, generator: torch.Generator | None = None, progress: Progress | None = None) -> tuple[Waypoint, ...]:
        """From turn to turn where there were several; else straight from z to z_edit: a mapping network gives all of an edit at once."""
        latent.require(self.info.name)
        names = tuple(_changes(latent, latent.plan))
        face = tensor_picture(latent.tensors["face"][0])
        if "before" in latent.tensors:
            pictures = [*map(tensor_picture, latent.tensors["before"]), face, self.decode(latent, generator=generator)]
            done = zip(latent.tensors["flow"].split(1), latent.tensors["covered"].split(1), strict=True)
            traces = [*(as_trace(flow, covered) for flow, covered in done), self.trace(latent)]
            turns = zip(pictures[1:], ((name,) for name in names), traces, strict=True)
            return (Waypoint(pictures[0]), *(Waypoint(picture, changing, trace=trace) for picture, changing, trace in turns))
        z, z_edit = latent.tensors["z"], latent.tensors["z_edit"]
        seen: list[Waypoint] = []
        for share in SHARES[:1] if torch.equal(z, z_edit) else SHARES:
            if progress:
                progress(len(seen), len(SHARES))
            place = {**latent.tensors, "z_edit": torch.lerp(z, z_edit, share)}
            if self.retoucher and share:
                changes, degrees = latent.tensors["asked"].chunk(2, dim=1)
                place["asked"] = torch.cat([share * changes, degrees], dim=1)
            there = replace(latent, tensors=place)
            picture = self.decode(there, generator=generator) if share or not self.retoucher else face
            seen.append(Waypoint(picture, names if share else (), trace=self.trace(there)))
        return tuple(seen)

    def _previewing(self, denoise: diffusion.Denoiser, exposure: Exposure, progress: Progress) -> tuple[diffusion.Denoiser, Progress]:
        """The same, but every few steps `progress` is shown the x_0 predicted last; drawing it costs about as much as a step."""
        latest: list[torch.Tensor] = []

        def remembering(x: torch.Tensor, i: int) -> tuple[torch.Tensor, torch.Tensor]:
            predicted, eps = denoise(x, i)
            latest[:] = [predicted]
            return predicted, eps

        def report(step: int, total: int, preview: Image.Image | None = None) -> None:
            if latest and step % PREVIEW_EVERY == 0:
                preview = tensor_picture(exposure.untoned(self.autoencoder.decode(latest[0][:1]))[0])
            progress(step, total, preview)

        return remembering, report


def _exposure(latent: Latent) -> Exposure:
    return Exposure(*latent.tensors["exposure"].tolist())


def _changes(latent: Latent, plan: EditPlan) -> dict[str, float]:
    """How many degrees each attribute and prompt is to move, signed; those that are to stay are left out."""
    changes = {name: degree - latent.degrees.get(name, 0.0) for name, degree in plan.degrees_from(latent.degrees).items()}
    return {name: change for name, change in changes.items() if change}


def _part(progress: Progress | None, number: int, count: int) -> Progress | None:
    """`progress` as part `number` of `count` equal ones reports to it."""
    if not progress:
        return None
    return lambda step, total, preview=None: progress(number * total + step, count * total, preview)
