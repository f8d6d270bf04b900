"""The identity network of faces/identity.py: two pictures of a person belong together (supervised contrast, Khosla et al. 2020), and
where a face lies tells its shape.

Contrast alone learns slowly, and soon only about the few people who have several pictures. The renderer knows the shape of every head it
ever drew, whatever the face wears, so that a layer on the embedding, which is thrown away, is taught to tell it, on all faces there are.

Half a batch is made of look-alikes, so that skin tone and gender alone do not tell its people apart.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

import weights
from faces.identity import IdentityNetwork

from ..augment import augment
from ..data import Identities, joined, load_faces, load_identities, load_prompted
from ..loop import export_path, go_on
from ..people import person_table
from ..sheets import grid
from ..verification import accepted_at, embedded, equal_error, lookalikes, scores

TEMPERATURE = 0.1
GROUP = 12
"""People of one batch who are neighbours in gender presentation and skin tone."""


def contrast(first: Tensor, second: Tensor) -> Tensor:
    """Loss of unit embeddings [N, D] of two pictures of each of N different people: each picture must find the other of its person."""
    everything = torch.cat([first, second])
    logits = everything @ everything.T / TEMPERATURE
    logits = logits.masked_fill(torch.eye(len(logits), dtype=torch.bool, device=logits.device), -torch.inf)
    return F.cross_entropy(logits, torch.arange(len(logits), device=logits.device).roll(len(first)))


class Regressor(nn.Module):
    """Faces [N, 3, 128, 128] -> embeddings [N, D], and what they tell of the person [N, outputs]."""

    def __init__(self, outputs: int):
        super().__init__()
        self.identity = IdentityNetwork()
        self.told = nn.Linear(self.identity.embedding, outputs)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        embeddings = self.identity(images)
        return embeddings, self.told(embeddings * self.identity.embedding**0.5)


class Identity:
    name = "identity"
    learning_rate = 1e-3
    batch_size = 96
    """Pictures, half of them two of each person."""

    def prepare(self, device: torch.device) -> None:
        self.device = device
        self.faces, self.held = load_identities("training"), load_identities("validation")
        self.others = joined(load_faces("training"), load_prompted("training")[0])
        truth = person_table(self.faces.people + self.others.params)
        self.who, self.others_are = truth.split([len(self.faces.people), len(self.others)])
        self.network = Regressor(truth.shape[1])
        self.alike = sorted(range(len(self.faces.people)), key=lambda i: _kind(self.faces, i))
        go_on(self.network.identity, "identity")

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        people = self._people(self.batch_size // 4, generator)
        two = torch.stack([torch.randperm(self.faces.images.shape[1], generator=generator)[:2] for _ in people])
        pictures = [self.faces.images[people, two[:, i]].float() / 127.5 - 1 for i in range(2)]
        flip = torch.rand(len(people), 2, generator=generator) < 0.5
        for i, images in enumerate(pictures):
            images[flip[:, i]] = images[flip[:, i]].flip(3)
        index = torch.randint(len(self.others), (self.batch_size // 2,), generator=generator)
        images = augment(torch.cat([*pictures, self.others.batch(index)]), generator)
        truth = torch.cat([self.who[people], self.who[people], self.others_are[index]])
        return images.to(self.device), truth.to(self.device)

    def _people(self, count: int, generator: torch.Generator) -> Tensor:
        """Distinct people, in groups of neighbours."""
        starts = torch.randperm(max(1, len(self.alike) // GROUP), generator=generator)[: count // GROUP] * GROUP
        shift = int(torch.randint(len(self.alike), (1,), generator=generator))
        return torch.tensor([self.alike[(int(start) + shift + i) % len(self.alike)] for start in starts for i in range(GROUP)])

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        images, truth = batch
        embeddings, told = network(images)
        first, second, *_ = embeddings.float().chunk(4)
        return contrast(first, second) + (told - truth).square().sum(1).mean()

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        """Verification under photo changes; `loss` is the equal error rate among look-alikes."""
        images = self.held.images.flatten(0, 1).float() / 127.5 - 1
        changed = augment(images, torch.Generator().manual_seed(0)).view(self.held.images.shape).to(self.device)
        embeddings = embedded(network.identity, changed).float().cpu()
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
        config = {"widths": list(network.identity.widths), "embedding": network.identity.embedding}
        weights.save(export_path("identity"), network.identity.state_dict(), config)


def _kind(faces: Identities, i: int) -> tuple[bool, float]:
    return faces.people[i].masculinity > 0.5, faces.people[i].skin_tone
