"""What reads the degrees in the StyleGAN2 engine's loop: a head on the shipped semantic encoder, which itself stays as it is.

The degree network of faces/attributes.py never meets it, so that either can judge what the other has led to.
"""

from __future__ import annotations

import dataclasses

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

import weights
from backends.dae.semantic_predictor import SemanticPredictor
from backends.stylegan import checkpoint
from backends.stylegan.generator import Generator
from graded import GRADED
from precision import half_precision

from ..augment import augment
from ..data import load_faces
from ..loop import export_path
from ..sheets import grid
from .shapes import SHIPPED
from .stylegan_faces import CodedFaces, floats

SEEN_EVERY, AUGMENTED_EVERY, SYNTHESISED = 2, 4, 1_500
"""Of the rendered faces, one in so many is seen, and one in so many through another camera; so many are seen as the generator draws them,
which is softer: those are what the loop looks at."""
CODE_NOISE = 0.1


class StyleGANPredictor:
    name = "stylegan-predictor"
    learning_rate = 2e-3
    batch_size = 512
    """Codes of the semantic encoder."""

    def __init__(self):
        self.network = SemanticPredictor(SHIPPED.encoder)
        self.network.trunk.load_state_dict(weights.load(weights.find("semantic"))[0])
        self.network.trunk.requires_grad_(False)

    def prepare(self, device: torch.device) -> None:
        self.device = device
        generator = checkpoint.load_generator().to(device)
        faces, self.held = CodedFaces.training(generator.config.style_dim), load_faces("validation")
        randomness = torch.Generator().manual_seed(0)
        plain, other = torch.arange(0, len(faces), SEEN_EVERY), torch.arange(1, len(faces), AUGMENTED_EVERY)
        drawn = torch.randint(len(faces), (SYNTHESISED,), generator=randomness)
        seen = [self._codes(floats(faces.images[part])) for part in plain.split(50)]
        seen += [self._codes(augment(floats(faces.images[part]), randomness)) for part in other.split(50)]
        seen += [self._codes(self._synthesised(generator, faces, part, randomness)) for part in drawn.split(20)]
        self.codes = torch.cat(seen)
        self.degrees = faces.degrees[torch.cat([plain, other, drawn])].long().to(device)
        self.shown = self._synthesised(generator, faces, drawn[:12], randomness).cpu()

    @torch.no_grad()
    def _synthesised(self, generator: Generator, faces: CodedFaces, index: Tensor, randomness: torch.Generator) -> Tensor:
        return generator(generator.spread(generator.mapping(faces.z(index, randomness).to(self.device)))).clamp(-1, 1)

    @torch.no_grad()
    def _codes(self, images: Tensor) -> Tensor:
        with half_precision(self.device.type):
            return self.network.trunk.to(self.device).eval()(images.to(self.device)).float()

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        index = torch.randint(len(self.codes), (self.batch_size,), generator=generator)
        return self.codes[index], self.degrees[index]

    def loss(self, network: SemanticPredictor, batch: tuple[Tensor, ...]) -> Tensor:
        codes, degrees = batch
        logits = network.read(codes + CODE_NOISE * torch.randn_like(codes))
        return F.cross_entropy(logits.float().flatten(0, 1), degrees.flatten())

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        images, truth = self.held.batch(torch.arange(len(self.held))), self.held.degrees.long()
        logits = torch.cat([network(part.to(self.device)) for part in images.split(50)]).cpu()
        figures = {"loss": F.cross_entropy(logits.flatten(0, 1), truth.flatten()).item()}
        error = (logits.argmax(dim=2) - truth).abs()
        for i, name in enumerate(GRADED):
            figures[f"{name}_exact"] = (error[:, i] == 0).float().mean().item()
            figures[f"{name}_within_one"] = (error[:, i] <= 1).float().mean().item()
        return figures

    def sheet(self, network: nn.Module) -> Image.Image:
        return grid([self.shown])

    def export(self, network: SemanticPredictor) -> None:
        weights.save(export_path(self.name), network.state_dict(), {"config": dataclasses.asdict(network.config)})
