"""What reads the degrees off the diffusion autoencoder's edits, so that they can be asked again for what they missed.

It begins as the second engine's predictor and learns all of it, trunk and head, on pictures, some of them half changed or changed on
purpose to be misread (`training.readers`): the retoucher is taught to please it. The degree network of faces/attributes.py never meets it,
so that it can judge what this one has led to.
"""

from __future__ import annotations

import dataclasses

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

import weights
from backends.stylegan.predictor import expected_degrees
from backends.stylegan.semantic_predictor import SemanticPredictor
from graded import GRADED, MAX_DEGREE

from ..data import joined, load_faces, load_prompted, load_several
from ..loop import export_path
from ..readers import faded, fooled, mixed, partly_fooled
from ..sheets import grid
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
        self.probabilities = F.one_hot(self.faces.degrees.long(), MAX_DEGREE + 1).float()

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        images, *between = faded(self.faces, self.batch_size, generator)
        return images.to(self.device), mixed(self.probabilities, *between).to(self.device)

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        images, truth = batch
        images = partly_fooled(lambda seen, truth: surprise(network, seen, truth), images, truth, torch.default_generator)
        return surprise(network, images, truth)

    @torch.no_grad()
    def validate(self, network: nn.Module) -> dict[str, float]:
        """By how many degrees the expected one is off, on average, in all and for each attribute; the same on pictures changed to be
        misread, `fooled`; and `loss`, the mean of both."""
        off, fooled_off, generator = [], [], torch.Generator().manual_seed(0)
        for rows in torch.arange(len(self.held)).split(50):
            images, truth = self.held.batch(rows).to(self.device), self.held.degrees[rows].to(self.device)
            right = F.one_hot(truth.long(), MAX_DEGREE + 1).float()
            off.append((expected_degrees(network(images)) - truth).abs())
            images = fooled(lambda seen, right=right: surprise(network, seen, right), images, generator)
            fooled_off.append((expected_degrees(network(images)) - truth).abs())
        figures = {"off": torch.cat(off).mean().item(), "fooled": torch.cat(fooled_off).mean().item()}
        named = dict(zip(GRADED, torch.cat(off).mean(0).tolist(), strict=True))
        return {"loss": (figures["off"] + figures["fooled"]) / 2, **figures, **named}

    def sheet(self, network: nn.Module) -> Image.Image:
        return grid([faded(self.faces, 8, torch.Generator().manual_seed(0))[0]])

    def export(self, network: SemanticPredictor) -> None:
        metadata = {"config": dataclasses.asdict(network.config)}
        weights.save(export_path(self.name), network.state_dict(), metadata, eight_bit=True)


def surprise(network: SemanticPredictor, images: Tensor, truth: Tensor) -> Tensor:
    """Cross-entropy of probabilities [N, 5, 6] that are the truth and those that the network reads off pictures."""
    return F.cross_entropy(network(images).float().flatten(0, 1), truth.flatten(0, 1))
