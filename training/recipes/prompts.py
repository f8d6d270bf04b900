"""The one mapping network of all prompts, learnt from counterfactual pairs: z + Mapping(z, prompt) should be the changed face's z."""

from __future__ import annotations

import torch
from PIL import Image
from torch import Tensor, nn

import weights
from backends.dae.engine import SAMPLING_STEPS
from backends.dae.mapping import PromptMapper
from backends.dae.shipped import load_autoencoder, load_network
from prompts import PROMPTS

from ..data import Faces, load_prompted
from ..loop import export_path
from ..rebuild import decoded, inverted
from ..sheets import grid
from .mappers import codes

HIDDEN, WIDTH = 384, 64
Z_NOISE = 0.4
"""About as much as z varies; beyond 2,000 steps it overfits all the same."""
SHOWN = ("blond hair", "bald", "angry", "eyes closed", "red lipstick", "dark skin", "beanie", "feminine")


class Prompts:
    name = "prompts"
    learning_rate = 1e-3
    batch_size = 256

    def prepare(self, device: torch.device) -> None:
        self.device = device
        self.dae, self.autoencoder = load_network().to(device), load_autoencoder().to(device)
        (faces, self.numbers), (self.held, self.held_numbers) = load_prompted("training"), load_prompted("validation")
        self.z, self.held_z = self._codes(faces), self._codes(self.held)
        self.network = PromptMapper(PROMPTS, self.z.shape[1], HIDDEN, WIDTH)

    def _codes(self, faces: Faces) -> Tensor:
        return codes(self.dae.encoder, faces, self.device).to(self.device)

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        index = torch.randint(len(self.numbers), (self.batch_size,), generator=generator)
        return self.z[2 * index], self.z[2 * index + 1], self.numbers[index].to(self.device)

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        z, target, numbers = batch
        seen = z + Z_NOISE * torch.randn_like(z) if network.training else z
        return (network(seen, numbers) - (target - z)).square().mean()

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        z, target = self.held_z[0::2], self.held_z[1::2]
        loss = self.loss(network, (z, target, self.held_numbers.to(self.device)))
        return {"loss": loss.item(), "unexplained": (loss / (target - z).square().mean()).item()}

    @torch.inference_mode()
    def sheet(self, network: nn.Module) -> Image.Image:
        """Rows: faces; rebuilt; then each prompt of `SHOWN`."""
        images = self.held.batch(torch.arange(0, 20, 2)).to(self.device)
        z = self.dae.encoder(images)
        x_T = inverted(self.dae, self.autoencoder.encode(images), z, SAMPLING_STEPS)
        edits = [z] + [z + network.step(z, name) for name in SHOWN]
        return grid([images] + [self.autoencoder.decode(decoded(self.dae, x_T, z, z_edit, SAMPLING_STEPS)) for z_edit in edits])

    def export(self, network: nn.Module) -> None:
        """Uncalibrated: `python -m training.calibrate` comes next."""
        weights.save(export_path("prompts"), network.state_dict(), {"config": network.config()})
