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
from synth.fans import LONG

from ..data import Faces, load_fans, load_prompted
from ..loop import export_path, go_on
from ..pairs import codes_of_photographs, prompts_of
from ..rebuild import decoded, inverted
from ..sheets import grid

HIDDEN, WIDTH = 384, 64
Z_NOISE = 0.4
"""About as much as z varies."""
SHOWN = ("blond hair", "bald", "angry", "eyes closed", "red lipstick", "dark skin", "beanie", "feminine")


class Prompts:
    name = "prompts"
    learning_rate = 1e-3
    batch_size = 256

    def prepare(self, device: torch.device) -> None:
        self.device = device
        self.dae, self.autoencoder = load_network().to(device), load_autoencoder().to(device)
        alone, of_fans = self._pairs(*load_prompted("training")), self._pairs_of_fans()
        self.pairs, self.numbers = (torch.cat(columns) for columns in zip(alone, of_fans, strict=True))
        held, numbers = load_prompted("validation")
        self.held_pairs, self.held_numbers = self._pairs(held, numbers)
        self.shown = held.batch(torch.arange(0, 20, 2)).to(device)
        self.network = PromptMapper(PROMPTS, self.pairs.shape[2], HIDDEN, WIDTH)
        go_on(self.network, self.name)

    def _pairs(self, faces: Faces, numbers: Tensor) -> tuple[Tensor, Tensor]:
        """z without and with a prompt [N, 2, dim], and the prompts' numbers [N]."""
        seen = codes_of_photographs(self.dae.encoder, faces, self.device)
        return torch.cat(seen).unflatten(0, (-1, 2)).to(self.device), numbers.repeat(len(seen)).to(self.device)

    def _pairs_of_fans(self) -> tuple[Tensor, Tensor]:
        faces, fans = load_fans()
        found = [prompts_of(fans, z) for z in codes_of_photographs(self.dae.encoder, faces, self.device, LONG)]
        pairs, numbers = (torch.cat(columns).to(self.device) for columns in zip(*found, strict=True))
        return pairs, numbers

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        index = torch.randint(len(self.numbers), (self.batch_size,), generator=generator).to(self.device)
        return *self.pairs[index].unbind(1), self.numbers[index]

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        z, target, numbers = batch
        seen = z + Z_NOISE * torch.randn_like(z) if network.training else z
        return (network(seen, numbers) - (target - z)).square().mean()

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        z, target = self.held_pairs.unbind(1)
        loss = self.loss(network, (z, target, self.held_numbers))
        return {"loss": loss.item(), "unexplained": (loss / (target - z).square().mean()).item()}

    @torch.inference_mode()
    def sheet(self, network: nn.Module) -> Image.Image:
        """Rows: faces; rebuilt; then each prompt of `SHOWN`."""
        z = self.dae.encoder(self.shown)
        x_T = inverted(self.dae, self.autoencoder.encode(self.shown), z, SAMPLING_STEPS)
        edits = [z] + [z + network.step(z, name) for name in SHOWN]
        return grid([self.shown] + [self.autoencoder.decode(decoded(self.dae, x_T, z, z_edit, SAMPLING_STEPS)) for z_edit in edits])

    def export(self, network: nn.Module) -> None:
        """Uncalibrated: `python -m training.calibrate` comes next."""
        weights.save(export_path("prompts"), network.state_dict(), {"config": network.config()})
