"""What reads the degrees off the diffusion autoencoder's edits, so that they can be asked again for what they missed.

It begins as the second engine's predictor and learns all of it, trunk and head, on pictures. The degree network of faces/attributes.py
never meets it, so that it can judge what this one has led to.
"""

from __future__ import annotations

import dataclasses

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

import weights
from backends.dae.semantic_predictor import SemanticPredictor, expected_degrees
from graded import GRADED

from ..augment import augment
from ..data import joined, load_faces, load_prompted, load_several
from ..loop import export_path
from ..sheets import augmented
from .shapes import SHIPPED


class DAEPredictor:
    name = "dae-predictor"
    learning_rate = 5e-4
    batch_size = 32

    def __init__(self):
        self.network = SemanticPredictor(SHIPPED.encoder)
        begin = export_path(self.name) if export_path(self.name).exists() else weights.find("stylegan-predictor")
        self.network.load_state_dict(weights.load(begin)[0])

    def prepare(self, device: torch.device) -> None:
        self.device = device
        self.faces = joined(load_faces("training"), load_prompted("training")[0], load_several("training")[0])
        self.held = load_faces("validation")

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        index, _, images = self.faces.draw(self.batch_size, generator)
        return augment(images, generator).to(self.device), self.faces.degrees[index].long().to(self.device)

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        images, degrees = batch
        return F.cross_entropy(network(images).float().flatten(0, 1), degrees.flatten())

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        """`loss`, and by how many degrees the expected one is off, on average, in all and for each attribute."""
        images, truth = self.held.batch(torch.arange(len(self.held))), self.held.degrees
        logits = torch.cat([network(part.to(self.device)) for part in images.split(50)]).float().cpu()
        off = (expected_degrees(logits.softmax(dim=2)) - truth).abs().mean(dim=0)
        figures = dict(zip(GRADED, off.tolist(), strict=True))
        return {"loss": F.cross_entropy(logits.flatten(0, 1), truth.long().flatten()).item(), "off": off.mean().item(), **figures}

    def sheet(self, network: nn.Module) -> Image.Image:
        return augmented(self.held)

    def export(self, network: SemanticPredictor) -> None:
        metadata = {"config": dataclasses.asdict(network.config)}
        weights.save(export_path(self.name), network.state_dict(), metadata, eight_bit=True)
