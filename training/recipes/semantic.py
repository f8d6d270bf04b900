"""The semantic encoder of the shipped diffusion autoencoder, warm-started by regression on the renderer's parameters.

Plain autoencoding takes far longer to make z_sem semantic than two CPU cores allow; the renderer knows what every face shows, so
the encoder is told. The head is thrown away. The last layer is rescaled so that z has mean 0 and deviation 1 in each dimension
over the training faces.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

import weights
from backends.dae.networks import SemanticEncoder

from ..augment import augment
from ..data import load_faces
from ..loop import export_path
from ..sheets import augmented
from ..targets import exact_degrees, mirror, target_table
from .shapes import SHIPPED


class Regressor(nn.Module):
    def __init__(self, outputs: int):
        super().__init__()
        self.encoder = SemanticEncoder(SHIPPED.encoder)
        self.head = nn.Linear(SHIPPED.encoder.z_dim, outputs)

    def forward(self, images: Tensor) -> Tensor:
        return self.head(self.encoder(images))


class Semantic:
    name = "semantic"
    learning_rate = 1e-3
    batch_size = 64

    def prepare(self, device: torch.device) -> None:
        self.device = device
        self.faces, self.held = load_faces("training"), load_faces("validation")
        self.names, self.truth = target_table(self.faces)
        _, self.held_truth = target_table(self.held)
        self.network = Regressor(len(self.names))

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        index, flip, images = self.faces.draw(self.batch_size, generator)
        truth = mirror(self.truth[index], self.names, flip)
        return augment(images, generator).to(self.device), truth.to(self.device)

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        images, truth = batch
        return F.mse_loss(network(images), truth)

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        images = self.held.batch(torch.arange(len(self.held)))
        predicted = torch.cat([network(part.to(self.device)) for part in images.split(50)]).cpu()
        return {"loss": F.mse_loss(predicted, self.held_truth).item(), **exact_degrees(predicted, self.held_truth, self.names)}

    def sheet(self, network: nn.Module) -> Image.Image:
        return augmented(self.held)

    @torch.inference_mode()
    def export(self, network: nn.Module) -> None:
        index = torch.arange(0, len(self.faces), max(1, len(self.faces) // 2000))
        z = torch.cat([network.encoder(self.faces.batch(part).to(self.device)) for part in index.split(50)])
        mean, deviation = z.mean(0), z.std(0) + 1e-4
        state = {key: value.clone() for key, value in network.encoder.state_dict().items()}
        state["out.3.weight"] /= deviation[:, None, None, None]
        state["out.3.bias"] = (state["out.3.bias"] - mean) / deviation
        weights.save(export_path("semantic"), state, {})
