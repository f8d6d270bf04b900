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
from graded import GRADED
from synth.parameters import EYE_COLOURS, HAIR_COLOURS, FaceParameters

from ..augment import augment
from ..data import load_faces
from ..loop import export_path
from ..sheets import grid
from .shapes import SHIPPED

MIRRORED = ("yaw", "roll")


def targets(face: FaceParameters) -> dict[str, float]:
    """What the code must tell, each about unit size: degrees as numbers and as ordinal steps, shape, colours, pose."""
    found: dict[str, float] = {}
    for name in GRADED:
        degree = getattr(face, name)
        found[name] = (degree - 2.5) / 1.7
        found.update({f"{name} at least {k}": 1.0 if degree >= k else -1.0 for k in range(1, 6)})
    found.update(
        {
            "masculinity": 2 * face.masculinity - 1,
            "skin tone": (face.skin_tone - 3.5) / 2,
            "hair length": (face.hair_length - 0.9) / 0.8,
            "hair curl": 2 * face.hair_curl - 1,
            "gray": 2 * face.gray - 0.5,
            "bald": 2.0 * face.bald - 1,
            "makeup": 2 * face.makeup - 1,
            "earrings": 2.0 * face.earrings - 1,
            "weight": 2 * face.weight,
            "yaw": face.yaw / 15,
            "pitch": face.pitch / 7,
            "roll": face.roll / 3,
        }
    )
    found.update({f"hair {colour}": 1.0 if face.hair_colour == colour else -1.0 for colour in HAIR_COLOURS})
    found.update({f"eyes {colour}": 1.0 if face.eye_colour == colour else -1.0 for colour in EYE_COLOURS})
    found.update({f"ancestry {i}": 2 * share - 0.6 for i, share in enumerate(face.ancestry)})
    return found


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
        rows = [targets(face) for face in self.faces.params]
        self.names = list(rows[0])
        self.truth = torch.tensor([list(row.values()) for row in rows])
        self.held_truth = torch.tensor([list(targets(face).values()) for face in self.held.params])
        self.network = Regressor(len(self.names))

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        index = torch.randint(len(self.faces), (self.batch_size,), generator=generator)
        images, truth = self.faces.batch(index), self.truth[index].clone()
        flip = torch.rand(len(images), generator=generator) < 0.5
        images[flip] = images[flip].flip(3)
        for name in MIRRORED:
            truth[flip, self.names.index(name)] *= -1
        return augment(images, generator).to(self.device), truth.to(self.device)

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        images, truth = batch
        return F.mse_loss(network(images), truth)

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        images = self.held.batch(torch.arange(len(self.held)))
        predicted = torch.cat([network(part.to(self.device)) for part in images.split(50)]).cpu()
        figures = {"loss": F.mse_loss(predicted, self.held_truth).item()}
        for name in GRADED:
            steps = [self.names.index(f"{name} at least {k}") for k in range(1, 6)]
            error = ((predicted[:, steps] > 0).sum(1) - (self.held_truth[:, steps] > 0).sum(1)).abs()
            figures[f"{name}_exact"] = (error == 0).float().mean().item()
        return figures

    def sheet(self, network: nn.Module) -> Image.Image:
        return grid([augment(self.held.batch(torch.arange(8)), torch.Generator().manual_seed(0))])

    @torch.inference_mode()
    def export(self, network: nn.Module) -> None:
        index = torch.arange(0, len(self.faces), max(1, len(self.faces) // 2000))
        z = torch.cat([network.encoder(self.faces.batch(part).to(self.device)) for part in index.split(50)])
        mean, deviation = z.mean(0), z.std(0) + 1e-4
        state = {key: value.clone() for key, value in network.encoder.state_dict().items()}
        state["out.3.weight"] /= deviation[:, None, None, None]
        state["out.3.bias"] = (state["out.3.bias"] - mean) / deviation
        weights.save(export_path("semantic"), state, {})
