"""The graded attributes' own mapping networks, learnt from counterfactual pairs: z + s * Mapping(z) should be the changed face's z."""

from __future__ import annotations

import torch
from PIL import Image
from torch import Tensor, nn

import weights
from backends.dae.mapping import GradedMappers
from backends.dae.shipped import load_autoencoder, load_network
from graded import GRADED

from ..data import load_faces
from ..loop import export_path, go_on
from ..pairs import CodedFans, graded_pairs
from ..rebuild import edits

HIDDEN = 128
Z_NOISE = 0.2


class Mappers:
    name = "mappers"
    learning_rate = 1e-3
    batch_size = 256

    def prepare(self, device: torch.device) -> None:
        self.device = device
        self.dae, self.autoencoder = load_network().to(device), load_autoencoder().to(device)
        self.held = load_faces("validation")
        encoder = self.dae.encoder
        self.pairs = graded_pairs(encoder, "training", device, CodedFans.of(encoder, device))
        self.held_pairs = graded_pairs(encoder, "validation", device)
        self.network = GradedMappers(GRADED, self.pairs.z.shape[1], HIDDEN)
        go_on(self.network, self.name)

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        return self.pairs[torch.randint(len(self.pairs.z), (self.batch_size,), generator=generator).to(self.device)]

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        z, target, attribute, degrees = batch
        noisy = z + Z_NOISE * torch.randn_like(z) if network.training else z
        errors = []
        for i, name in enumerate(GRADED):
            for sign in (1, -1):
                chosen = (attribute == i) & (degrees * sign > 0)
                if chosen.any():
                    predicted = network.step(noisy[chosen], name, degrees[chosen])
                    errors.append((predicted - (target - z)[chosen]).square().mean(dim=1))
        return torch.cat(errors).mean()

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        nothing = (self.held_pairs.target - self.held_pairs.z).square().mean()
        loss = self.loss(network, self.held_pairs.columns)
        return {"loss": loss.item(), "unexplained": (loss / nothing).item()}

    @torch.inference_mode()
    def sheet(self, network: nn.Module) -> Image.Image:
        """Rows: faces; rebuilt; then for each attribute 4 degrees more and 4 degrees less."""
        images = self.held.batch(torch.arange(0, 20, 2)).to(self.device)
        ways = [(name, degrees) for name in GRADED for degrees in (4.0, -4.0)]
        return edits(self.dae, self.autoencoder, images, network.step, ways)

    def export(self, network: nn.Module) -> None:
        weights.save(export_path("mappers"), network.state_dict(), {"config": network.config()}, eight_bit=True)
