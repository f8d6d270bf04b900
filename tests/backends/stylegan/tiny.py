"""A StyleGAN2 of 32 pixels with random weights, and a predictor that reads what it is told to read."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from backends.stylegan.engine import StyleGANBackend
from backends.stylegan.field import Code, SemanticField, Trajectory
from backends.stylegan.generator import Generator, GeneratorConfig
from backends.stylegan.inversion import InversionSettings, tuned
from backends.stylegan.predictor import AttributePredictor, PredictorConfig
from graded import GRADED

CONFIG = GeneratorConfig(32, (32, 32, 24, 16), style_dim=32, mapping_layers=4)
PREDICTOR = PredictorConfig(8, (8, 8, 8, 8), (1, 1, 1, 1), 16, 8)
STEPS_PER_DEGREE = 4


def seeded(build, seed: int):
    """What `build` makes with this seed, frozen; the global randomness stays as it was."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return build().eval().requires_grad_(False)


def tiny_generator() -> Generator:
    return seeded(lambda: Generator(CONFIG), 0)


def tiny_predictor() -> AttributePredictor:
    """Its opinions are random."""
    return seeded(lambda: AttributePredictor(PREDICTOR), 1)


def tiny_fields() -> dict[str, SemanticField]:
    """Nearly constant: each attribute has a direction of its own."""

    def build() -> SemanticField:
        field = SemanticField(CONFIG.style_dim, 16, 3)
        torch.nn.init.normal_(field.field[-1].Linear.bias, std=0.15)
        return field

    return {name: seeded(build, 10 + i) for i, name in enumerate(GRADED)}


class Ruler:
    """A predictor that reads degrees off one face's own trajectories: 2.5 at its start, a degree more for every four steps."""

    def __init__(self) -> None:
        self.base = torch.zeros(1, 3 * CONFIG.size**2)
        self.measures = torch.zeros(3 * CONFIG.size**2, len(GRADED))

    @torch.no_grad()
    def calibrate(self, backend: StyleGANBackend, face: Image.Image) -> None:
        latent = backend.encode(face)
        synthesis = tuned(backend.generator, backend.adjustment(latent))
        start = Code(latent.tensors["w"], latent.tensors["w_plus"])
        self.base = synthesis(start.w_plus).flatten(1)
        for i, attribute in enumerate(GRADED):
            positions = torch.arange(-14.0, 15.0)
            walks = {sign: Trajectory(start, backend.steps(attribute, sign, start)) for sign in (1, -1)}
            places = [walks[1 if position >= 0 else -1].at(abs(int(position))) for position in positions]
            pictures = torch.cat([synthesis(place.w_plus) for place in places]).flatten(1) - self.base
            self.measures[:, i] = torch.linalg.pinv(pictures) @ (positions / STEPS_PER_DEGREE)

    def probabilities(self, picture: Tensor) -> Tensor:
        degrees = (2.5 + (picture.flatten(1) - self.base) @ self.measures).clamp(0, 5)
        return (1 - (degrees[:, :, None] - torch.arange(6.0)).abs()).clamp(min=0)

    def features(self, picture: Tensor) -> list[Tensor]:
        return [F.avg_pool2d(picture, 4)]


def tiny_backend(face: Image.Image) -> StyleGANBackend:
    """An engine whose edits work on this face."""
    ruler = Ruler()
    backend = StyleGANBackend.with_fields(tiny_generator(), ruler, tiny_fields(), InversionSettings(steps=25, tuning_steps=5))
    ruler.calibrate(backend, face)
    return backend
