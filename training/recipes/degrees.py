"""The degree predictor of faces/attributes.py."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

import weights
from faces.attributes import DegreeNetwork
from graded import GRADED

from ..augment import augment
from ..data import joined, load_faces, load_prompted
from ..loop import export_path, go_on
from ..sheets import augmented

THRESHOLDS = torch.arange(1, 6)


class Degrees:
    name = "degrees"
    learning_rate = 1e-3
    batch_size = 48

    def __init__(self):
        self.network = DegreeNetwork()

    def prepare(self, device: torch.device) -> None:
        self.device = device
        self.faces, self.held = joined(load_faces("training"), load_prompted("training")[0]), load_faces("validation")
        go_on(self.network, "degrees")

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        index, _, images = self.faces.draw(self.batch_size, generator)
        at_least = (self.faces.degrees[index][:, :, None] >= THRESHOLDS).float()
        return augment(images, generator).to(self.device), at_least.to(self.device)

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        images, at_least = batch
        return F.binary_cross_entropy_with_logits(network(images), at_least)

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        images, truth = self.held.batch(torch.arange(len(self.held))), self.held.degrees
        logits = torch.cat([network(part.to(self.device)) for part in images.split(50)]).cpu()
        figures = {"loss": F.binary_cross_entropy_with_logits(logits, (truth[:, :, None] >= THRESHOLDS).float()).item()}
        predicted = (logits > 0).sum(2)
        for i, name in enumerate(GRADED):
            error = (predicted[:, i] - truth[:, i]).abs()
            figures[f"{name}_exact"] = (error == 0).float().mean().item()
            figures[f"{name}_within_one"] = (error <= 1).float().mean().item()
        return figures

    def sheet(self, network: nn.Module) -> Image.Image:
        return augmented(self.held)

    def export(self, network: nn.Module) -> None:
        weights.save(export_path("degrees"), network.state_dict(), {"widths": list(network.widths)})
