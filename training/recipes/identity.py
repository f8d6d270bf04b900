"""The identity network of faces/identity.py, by supervised contrast (Khosla et al. 2020): two pictures of a person belong together.

A batch is made of look-alikes, so that skin tone and gender alone do not tell its people apart.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

import weights
from evaluation.identity import accepted_at, embedded, equal_error, lookalikes, scores
from faces.identity import IdentityNetwork

from ..augment import augment
from ..data import Identities, load_identities
from ..loop import export_path
from ..sheets import grid

TEMPERATURE = 0.1
GROUP = 16
"""People of one batch who are neighbours in gender presentation and skin tone."""


def contrast(first: Tensor, second: Tensor) -> Tensor:
    """Loss of unit embeddings [N, D] of two pictures of each of N different people: each picture must find the other of its person."""
    everything = torch.cat([first, second])
    logits = everything @ everything.T / TEMPERATURE
    logits = logits.masked_fill(torch.eye(len(logits), dtype=torch.bool, device=logits.device), -torch.inf)
    return F.cross_entropy(logits, torch.arange(len(logits), device=logits.device).roll(len(first)))


class Identity:
    name = "identity"
    learning_rate = 1e-3
    batch_size = 96
    """Pictures, two of each person."""

    def __init__(self):
        self.network = IdentityNetwork()

    def prepare(self, device: torch.device) -> None:
        self.device = device
        self.faces, self.held = load_identities("training"), load_identities("validation")
        self.alike = sorted(range(len(self.faces.people)), key=lambda i: _kind(self.faces, i))
        if export_path("identity").exists():  # a new machine goes on from what is shipped
            state, _ = weights.load(export_path("identity"))
            self.network.load_state_dict(state)

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        people = self._people(self.batch_size // 2, generator)
        two = torch.stack([torch.randperm(self.faces.images.shape[1], generator=generator)[:2] for _ in people])
        pictures = [self.faces.images[people, two[:, i]].float() / 127.5 - 1 for i in range(2)]
        flip = torch.rand(len(people), 2, generator=generator) < 0.5
        for i, images in enumerate(pictures):
            images[flip[:, i]] = images[flip[:, i]].flip(3)
        return tuple(augment(images, generator).to(self.device) for images in pictures)

    def _people(self, count: int, generator: torch.Generator) -> Tensor:
        """Distinct people, in groups of neighbours."""
        starts = torch.randperm(max(1, len(self.alike) // GROUP), generator=generator)[: count // GROUP] * GROUP
        shift = int(torch.randint(len(self.alike), (1,), generator=generator))
        return torch.tensor([self.alike[(int(start) + shift + i) % len(self.alike)] for start in starts for i in range(GROUP)])

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        first, second = network(torch.cat(batch)).float().chunk(2)
        return contrast(first, second)

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        """Verification under photo changes; `loss` is the equal error rate among look-alikes."""
        images = self.held.images.flatten(0, 1).float() / 127.5 - 1
        changed = augment(images, torch.Generator().manual_seed(0)).view(self.held.images.shape).to(self.device)
        embeddings = embedded(network, changed).float().cpu()
        everybody = np.ones((len(embeddings),) * 2, bool)
        genuine, impostor = scores(embeddings, everybody)
        _, hard = scores(embeddings, lookalikes(list(self.held.people)))
        return {
            "loss": equal_error(genuine, hard)[0],
            "error": equal_error(genuine, impostor)[0],
            "accepted": accepted_at(genuine, impostor, 0.01),
            "genuine": float(genuine.mean()),
            "impostor": float(impostor.mean()),
        }

    def sheet(self, network: nn.Module) -> Image.Image:
        """Rows: pictures of the same eight people."""
        return grid([self.held.images[:8, k].float() / 127.5 - 1 for k in range(self.held.images.shape[1])])

    def export(self, network: nn.Module) -> None:
        config = {"widths": list(network.widths), "embedding": network.embedding}
        weights.save(export_path("identity"), network.state_dict(), config)


def _kind(faces: Identities, i: int) -> tuple[bool, float]:
    return faces.people[i].masculinity > 0.5, faces.people[i].skin_tone
