"""The engine: encode by inversion, edit by walking a trajectory until the predictor sees the asked degree, decode by synthesis."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

import torch
from PIL import Image
from torch import Tensor

from errors import ParleyError
from graded import GRADED
from pictures import picture_tensor, tensor_picture

from ..base import EditPlan, Latent, Progress, Waypoint
from ..dae.semantic_predictor import SemanticPredictor, expected_degrees
from . import INFO, checkpoint, inversion
from .encoder import Encoder
from .field import Code, SemanticField, Step, Trajectory, edited_layers, field_step, held_near
from .generator import Generator
from .inversion import InversionSettings
from .loop import PATIENCE, Reading, fractional
from .photo_encoder import PhotoEncoder
from .predictor import AttributePredictor
from .way import Walk, places

TYPICAL_SYNTHESES = 12
"""What one attribute usually takes, for progress."""
SHIPPED = InversionSettings(steps=30, tuning_steps=30)
"""For photos that the shipped encoder has been at first."""
SHIPPED_PATIENCE = 48
"""Steps of the shipped fields are worth an eighth to a quarter of a degree; where nothing changes for longer, no face is drawn any more."""
SHIPPED_REACH = 0.7
"""How far a walk may lead from where it begins, in deviations of w: of validation faces those moved by 0.7 were whole, by 0.85 broken."""
_DELTA = "delta:"
"""Prefix of the generator's adjustment among a latent's tensors."""

Steps = Callable[[str, int, Code], Step]
"""An attribute, +1 for more of it or -1 for less, and where the walk begins -> the step to repeat. Comparison methods give other steps."""


class StyleGANBackend:
    """Talk-to-Edit. Nothing in it is random: inversion starts at the mean latent, and the generator's noise maps are the stored ones."""

    def __init__(
        self,
        generator: Generator,
        predictor: AttributePredictor | SemanticPredictor,
        steps: Steps,
        attributes: tuple[str, ...] = GRADED,
        settings: InversionSettings | None = None,
        encoder: Encoder | PhotoEncoder | None = None,
        patience: int = PATIENCE,
    ):
        """Raises ParleyError for an encoder that belongs to a generator of another size."""
        if encoder and (encoder.config.layers, encoder.config.style_dim) != (generator.config.layers, generator.config.style_dim):
            raise ParleyError(
                f"The encoder gives {encoder.config.layers} styles of {encoder.config.style_dim} numbers; this generator takes "
                f"{generator.config.layers} of {generator.config.style_dim}."
            )
        self.generator, self.predictor, self.steps, self.encoder = generator, predictor, steps, encoder
        self.settings, self.patience = settings or InversionSettings(), patience
        self.info = replace(INFO, resolution=generator.config.size, attributes=attributes)

    @classmethod
    def with_fields(
        cls,
        generator: Generator,
        predictor: AttributePredictor | SemanticPredictor,
        fields: Mapping[str, SemanticField],
        settings: InversionSettings | None = None,
        encoder: Encoder | PhotoEncoder | None = None,
        patience: int = PATIENCE,
        reach: float = math.inf,
    ) -> StyleGANBackend:
        """Raises ParleyError for a field that another generator's latents belong to, as far as their size shows it."""
        for name, field in fields.items():
            if field.dim != generator.config.style_dim:
                raise ParleyError(
                    f"The semantic field for {name} reads latents of {field.dim} numbers; this generator has {generator.config.style_dim}."
                )
        layers = edited_layers(generator.config.layers)
        _, deviation = generator.w_statistics()

        def steps(attribute: str, sign: int, start: Code) -> Step:
            return held_near(field_step(fields[attribute], generator, sign, layers), start, deviation, reach)

        return cls(generator, predictor, steps, tuple(name for name in GRADED if name in fields), settings, encoder, patience)

    @classmethod
    def from_files(cls) -> StyleGANBackend:
        networks = checkpoint.load_generator(), checkpoint.load_predictor(), checkpoint.load_fields(GRADED)
        encoder = checkpoint.load_encoder()
        if isinstance(encoder, PhotoEncoder):
            return cls.with_fields(*networks, SHIPPED, encoder, SHIPPED_PATIENCE, SHIPPED_REACH)
        return cls.with_fields(*networks, encoder=encoder)

    def encode(self, image: Image.Image, *, generator: torch.Generator | None = None, progress: Progress | None = None) -> Latent:
        """An aligned face -> w [1, D], w_plus [1, layers, D], the generator's small adjustment for it, and the face's measured degrees."""
        side = self.info.resolution
        photo = picture_tensor(image.convert("RGB").resize((side, side), Image.Resampling.LANCZOS))
        settings, features = self.settings, self.predictor.features
        total = settings.steps + settings.tuning_steps
        if progress:
            progress(0, total)
        with torch.no_grad():
            start = self.encoder(photo) if self.encoder else None
        w_plus = inversion.invert(self.generator, photo, settings, features=features, start=start, progress=_share(progress, 0, total))
        delta = inversion.tune(self.generator, w_plus, photo, settings, features=features, progress=_share(progress, settings.steps, total))
        tensors = {"w": w_plus.mean(dim=1), "w_plus": w_plus, "w_plus_edit": w_plus, **{_DELTA + key: delta[key] for key in delta}}
        with torch.no_grad():
            degrees = expected_degrees(self.predictor.probabilities(photo)[0])
        return Latent(self.info.name, tensors, dict(zip(GRADED, degrees.tolist(), strict=True)))

    @torch.no_grad()
    def edit(self, latent: Latent, plan: EditPlan, *, progress: Progress | None = None) -> Latent:
        """Walks one attribute after the other."""
        latent.require(self.info.name)
        self.info.require(plan)
        targets = plan.degrees_from(latent.degrees)
        synthesis = self._synthesis(latent)
        code = Code(latent.tensors["w"], latent.tensors["w_plus"])
        walks: list[Walk] = []
        for attribute, target in targets.items():
            walks.append(self._walked(code, attribute, target, synthesis, _Ticker(progress, len(walks), len(targets))))
            code = walks[-1].trajectory.at(walks[-1].end)
        tensors = {**latent.tensors, "w_plus_edit": code.w_plus.clone(), "walks": tuple(walks)}
        return replace(latent, tensors=tensors, plan=plan)

    def _walked(
        self, code: Code, attribute: str, target: float, synthesis: Callable[[Tensor], Tensor], tick: Callable[[], None]
    ) -> Walk:
        """The way to where the attribute shows the target, as nearly as it can be had; `tick` is called before every synthesis."""

        def seen(place: Code) -> Reading:
            tick()
            return self.read(synthesis(place.w_plus), attribute)

        start = seen(code)
        trajectory = Trajectory(code, self.steps(attribute, 1 if target > start.expected else -1, code))
        outcome = fractional(lambda position: seen(trajectory.at(position)), start, target, self.patience)
        return Walk.until(attribute, trajectory, outcome.position)

    @torch.no_grad()
    def way(
        self, latent: Latent, *, generator: torch.Generator | None = None, progress: Progress | None = None
    ) -> tuple[Waypoint, ...]:
        """The steps that the edit walked, with the cosine of Talk-to-Edit's Fig. 10."""
        latent.require(self.info.name)
        synthesis, found = self._synthesis(latent), places(latent.tensors.get("walks", ()))
        seen = [Waypoint(tensor_picture(synthesis(latent.tensors["w_plus"])[0]))]
        for place in found:
            if progress:
                progress(len(seen), len(found) + 1)
            seen.append(Waypoint(tensor_picture(synthesis(place.code.w_plus)[0]), (place.attribute,), place.cosine))
        return tuple(seen)

    @torch.no_grad()
    def decode(self, latent: Latent, *, generator: torch.Generator | None = None, progress: Progress | None = None) -> Image.Image:
        latent.require(self.info.name)
        if progress:
            progress(0, 1)
        synthesised = self._synthesis(latent)(latent.tensors["w_plus_edit"])
        if progress:
            progress(1, 1)
        return tensor_picture(synthesised[0])

    def read(self, picture: Tensor, attribute: str) -> Reading:
        """What the predictor sees in one picture [1, 3, size, size]."""
        return reading(self.predictor.probabilities(picture)[0], attribute)

    def adjustment(self, latent: Latent) -> inversion.Delta:
        """How the generator was adjusted to the latent's photo."""
        return {key.removeprefix(_DELTA): value for key, value in latent.tensors.items() if key.startswith(_DELTA)}

    def _synthesis(self, latent: Latent) -> Generator:
        return inversion.tuned(self.generator, self.adjustment(latent))


def reading(probabilities: Tensor, attribute: str) -> Reading:
    """What a predictor says of one picture, [5 attributes, 6 degrees], about one attribute."""
    index = GRADED.index(attribute)
    most = dict(zip(GRADED, probabilities.argmax(dim=1).tolist(), strict=True))
    degree = most.pop(attribute)
    return Reading(degree, probabilities[index, degree].item(), expected_degrees(probabilities)[index].item(), most)


def _share(progress: Progress | None, done: int, total: int) -> Progress | None:
    """Reports a part of the work as such, after the steps that are `done`."""
    return progress and (lambda step, _, preview=None: progress(done + step, total, preview))


class _Ticker:
    """Reports one attribute's syntheses as its share of the whole work."""

    def __init__(self, progress: Progress | None, number: int, attributes: int):
        self.progress, self.first, self.total = progress, number * TYPICAL_SYNTHESES, attributes * TYPICAL_SYNTHESES
        self.done = 0

    def __call__(self) -> None:
        if self.progress:
            self.progress(self.first + min(self.done, TYPICAL_SYNTHESES - 1), self.total)
        self.done += 1
