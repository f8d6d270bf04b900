"""Mapping networks of the five graded attributes, learnt from counterfactual pairs: z + s * Mapping(z) should be the changed face's z."""

from __future__ import annotations

import torch
from PIL import Image
from torch import Tensor, nn

import weights
from backends.dae.engine import DECODING_STEPS, INVERSION_STEPS
from backends.dae.mapping import DIRECTIONS, GradedMappers
from backends.dae.shipped import load_autoencoder, load_network
from graded import GRADED

from ..data import Faces, load_faces
from ..loop import export_path
from ..rebuild import decoded, inverted
from ..sheets import grid

HIDDEN = 128
Z_NOISE = 0.2


class Pairs:
    """All ordered pairs of one split: z before, z after, attribute index, signed degrees between them."""

    def __init__(self, faces: Faces, z: Tensor):
        before, after = z[0::2], z[1::2]
        change = faces.degrees[1::2] - faces.degrees[0::2]
        attribute = change.abs().argmax(dim=1)
        degrees = change.gather(1, attribute[:, None]).squeeze(1)
        self.z = torch.cat([before, after])
        self.target = torch.cat([after, before])
        self.attribute = torch.cat([attribute, attribute])
        self.degrees = torch.cat([degrees, -degrees])


class Mappers:
    name = "mappers"
    learning_rate = 1e-3
    batch_size = 256

    def prepare(self, device: torch.device) -> None:
        self.device = device
        self.dae, self.autoencoder = load_network().to(device), load_autoencoder().to(device)
        self.held = load_faces("validation")
        self.pairs, self.held_pairs = self._pairs(load_faces("training")), self._pairs(self.held)
        self.network = GradedMappers(GRADED, self.pairs.z.shape[1], HIDDEN)

    @torch.inference_mode()
    def _pairs(self, faces: Faces) -> Pairs:
        z = torch.cat([self.dae.encoder(faces.batch(part).to(self.device)) for part in torch.arange(len(faces)).split(100)])
        return Pairs(faces, z.clone())

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        index = torch.randint(len(self.pairs.z), (self.batch_size,), generator=generator).to(self.device)
        return self.pairs.z[index], self.pairs.target[index], self.pairs.attribute[index], self.pairs.degrees[index]

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        z, target, attribute, degrees = batch
        noisy = z + Z_NOISE * torch.randn_like(z) if network.training else z
        errors = []
        for i, name in enumerate(GRADED):
            for way, sign in zip(DIRECTIONS, (1, -1), strict=True):
                chosen = (attribute == i) & (degrees * sign > 0)
                strength = degrees[chosen].abs()[:, None] / 5
                predicted = strength * network.networks[f"{name}_{way}"](noisy[chosen])
                errors.append((predicted - (target - z)[chosen]).square().mean(dim=1))
        return torch.cat(errors).mean()

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        pairs = self.held_pairs
        everything = (pairs.z, pairs.target, pairs.attribute, pairs.degrees)
        nothing = (pairs.target - pairs.z).square().mean()
        loss = self.loss(network, everything)
        return {"loss": loss.item(), "unexplained": (loss / nothing).item()}

    @torch.inference_mode()
    def sheet(self, network: nn.Module) -> Image.Image:
        """Rows: faces; rebuilt; then for each attribute 4 degrees more and 4 degrees less."""
        images = self.held.batch(torch.arange(0, 20, 2)).to(self.device)
        z = self.dae.encoder(images)
        x_T = inverted(self.dae, self.autoencoder.encode(images), z, INVERSION_STEPS)
        edits = [z] + [network.edit(z, {name: degrees}) for name in GRADED for degrees in (4.0, -4.0)]
        return grid([images] + [self.autoencoder.decode(decoded(self.dae, x_T, z, z_edit, DECODING_STEPS)) for z_edit in edits])

    def export(self, network: nn.Module) -> None:
        """Uncalibrated: `python -m training.calibrate` comes next."""
        weights.save(export_path("mappers"), network.state_dict(), {"config": network.config()})
