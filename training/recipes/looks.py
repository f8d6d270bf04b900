"""The prompt classifier of faces/looks.py."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

import weights
from faces.looks import LookNetwork
from prompts import PROMPTS
from synth.prompted import LOOKS

from ..augment import augment
from ..data import Faces, joined, load_faces, load_prompted
from ..loop import export_path
from ..sheets import augmented

RAREST = 10.0
"""How much more a face with a prompt counts than one without, at most: prompts show on one face in three to one in fifty."""


def look_table(faces: Faces) -> tuple[Tensor, Tensor]:
    """Whether each face shows each prompt, and whether that can be seen: [N, prompts] each, float."""
    looks = [LOOKS[name] for name in PROMPTS]
    shown = torch.tensor([[look.shown(face) for look in looks] for face in faces.params]).float()
    return shown, torch.tensor([[look.visible(face) for look in looks] for face in faces.params]).float()


def rarity(truth: tuple[Tensor, Tensor]) -> Tensor:
    """How much more a face with each prompt counts than one without, [prompts], from the tables of `look_table`."""
    shown, visible = (table.mean(dim=0) for table in truth)
    return ((visible - shown) / shown.clamp(min=1e-4)).clamp(1, RAREST)


def told_right(logits: Tensor, shown: Tensor, visible: Tensor) -> Tensor:
    """How often faces with and without each prompt are told right, [2, prompts], from logits and tables [N, prompts]."""
    right = ((logits > 0) == (shown > 0.5)).float()
    return torch.stack([(right * of).sum(0) / of.sum(0).clamp(min=1) for of in (visible * shown, visible * (1 - shown))])


class Looks:
    name = "looks"
    learning_rate = 1e-3
    batch_size = 48

    def __init__(self):
        self.network = LookNetwork()

    def prepare(self, device: torch.device) -> None:
        self.device = device
        self.faces, self.held = (joined(load_faces(split), load_prompted(split)[0]) for split in ("training", "validation"))
        self.truth, self.held_truth = look_table(self.faces), look_table(self.held)
        self.rarity = rarity(self.truth)
        if export_path("looks").exists():  # a new machine goes on from what is shipped
            state, _ = weights.load(export_path("looks"))
            self.network.load_state_dict(state)
        else:
            state, _ = weights.load(weights.find("degrees"))
            known = {key: value for key, value in state.items() if key.startswith("layers.")}
            self.network.load_state_dict(known, strict=False)

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        index, _, images = self.faces.draw(self.batch_size, generator)
        return augment(images, generator).to(self.device), *(table[index].to(self.device) for table in self.truth)

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        images, shown, visible = batch
        return F.binary_cross_entropy_with_logits(network(images), shown, weight=visible, pos_weight=self.rarity.to(self.device))

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        """`balanced`, the mean over the prompts of how often faces with and without it are told right, and the worst prompt's."""
        images = self.held.batch(torch.arange(len(self.held)))
        logits = torch.cat([network(part.to(self.device)) for part in images.split(50)]).float().cpu()
        shown, visible = self.held_truth
        rates = told_right(logits, shown, visible)
        balanced = rates.mean(dim=0)
        loss = F.binary_cross_entropy_with_logits(logits, shown, weight=visible, pos_weight=self.rarity).item()
        return {"loss": loss, "balanced": balanced.mean().item(), "worst": balanced.min().item(), "shown": rates[0].mean().item()}

    def sheet(self, network: nn.Module) -> Image.Image:
        return augmented(self.held)

    def export(self, network: nn.Module) -> None:
        weights.save(export_path("looks"), network.state_dict(), {"prompts": list(network.prompts), "widths": list(network.widths)})
