"""The picture tower of the shipped CLIP (faces/clip.py), which first learns to see what a caption may tell.

Captions are a thin teacher: each says little, and much of it in another way every time. The renderer knows all of it as numbers. So the
tower learns those, through a cosine classifier (Wang et al. 2018) on its normalised embedding: one vector for each number and each
prompt, which are then thrown away. What the space is asked there, by cosines, is what texts ask of it later; `clip` learns the texts.
"""

from __future__ import annotations

from dataclasses import replace

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

import weights
from faces.clip import Clip, build, merge_count
from faces.networks import resized

from ..augment import augment
from ..data import Faces, joined, load_faces, load_prompted
from ..loop import export_path
from ..sheets import augmented
from ..targets import exact_degrees, mirror, target_table
from ..vocabulary import merges, words
from .looks import look_table, rarity, told_right

UNTOLD = ("rim ", "frame ", "light ", "ancestry ", "hair volume", "roll")
"""How targets begin of which captions say nothing."""
DESCRIBED = 4_000
"""Training faces from whose descriptions the vocabulary is taken."""
FIRST_SCALE = 8.0


def begun(faces: Faces) -> tuple[Clip, list[str]]:
    """The model and its merges, from what is shipped; when captions have gained words, remove that file to train anew."""
    state, metadata = weights.load(export_path("clip")) if export_path("clip").exists() else (None, {})
    chosen = metadata.get("merges") or merges(words(faces.params[:DESCRIBED]), merge_count())
    clip = build(chosen)
    if state:
        clip.model.load_state_dict(state)
    return clip, chosen


def small(faces: Faces, side: int) -> Faces:
    """The same faces as pictures of the size that the model sees, which saves doing that, and more, for every batch."""
    parts = [resized(part.float(), side).round().to(torch.uint8) for part in faces.images.split(500)]
    return replace(faces, images=torch.cat(parts), masks=None, landmarks=None)


class CosineClassifier(nn.Module):
    """Pictures [N, 3, S, S] -> [N, count] numbers, each a scaled and shifted cosine of the embedding."""

    def __init__(self, visual: nn.Module, dim: int, count: int):
        super().__init__()
        self.visual = visual
        self.vectors = nn.Parameter(torch.randn(count, dim))
        self.log_scale = nn.Parameter(torch.full((count,), FIRST_SCALE).log())
        self.shift = nn.Parameter(torch.zeros(count))

    def forward(self, images: Tensor) -> Tensor:
        seen = F.normalize(self.visual(images), dim=1)
        return self.log_scale.exp() * (seen @ F.normalize(self.vectors, dim=1).T) + self.shift


class ClipPictures:
    name = "clip-pictures"
    learning_rate = 2e-3
    batch_size = 64

    def prepare(self, device: torch.device) -> None:
        self.device = device
        faces, held = (joined(load_faces(split), load_prompted(split)[0]) for split in ("training", "validation"))
        self.clip, self.merges = begun(faces)
        self.faces, self.held = small(faces, self.clip.side), small(held, self.clip.side)
        self.names, self.truth = target_table(self.faces)
        self.told = [i for i, name in enumerate(self.names) if not name.startswith(UNTOLD)]
        self.held_truth = target_table(self.held)[1][:, self.told]
        self.looks, self.held_looks = look_table(self.faces), look_table(self.held)
        self.rarity = rarity(self.looks)
        self.network = CosineClassifier(self.clip.model.visual, self.clip.model.visual.output_dim, len(self.told) + len(self.rarity))

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        index, flip, images = self.faces.draw(self.batch_size, generator)
        truth = mirror(self.truth[index], self.names, flip)[:, self.told]
        tables = (truth, *(table[index] for table in self.looks))
        return augment(images, generator).to(self.device), *(table.to(self.device) for table in tables)

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        images, *truth = batch
        return self._errors(network(images).float(), *truth)

    def _errors(self, told: Tensor, truth: Tensor, shown: Tensor, visible: Tensor) -> Tensor:
        numbers, logits = told.split([truth.shape[1], shown.shape[1]], dim=1)
        rarity = self.rarity.to(told.device)
        return F.mse_loss(numbers, truth) + F.binary_cross_entropy_with_logits(logits, shown, weight=visible, pos_weight=rarity)

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        """`balanced`, the mean over the prompts of how often faces with and without it are told right, and how often a degree is."""
        images = self.held.batch(torch.arange(len(self.held)))
        told = torch.cat([network(part.to(self.device)) for part in images.split(50)]).float().cpu()
        truth, (shown, visible) = self.held_truth, self.held_looks
        numbers, logits = told.split([truth.shape[1], shown.shape[1]], dim=1)
        return {
            "loss": self._errors(told, truth, shown, visible).item(),
            "balanced": told_right(logits, shown, visible).mean().item(),
            **exact_degrees(numbers, truth, [self.names[i] for i in self.told]),
        }

    def sheet(self, network: nn.Module) -> Image.Image:
        return augmented(self.held)

    def export(self, network: nn.Module) -> None:
        """The words have to follow: see `clip`."""
        seen = {f"visual.{key}": value for key, value in network.visual.state_dict().items()}
        weights.save(export_path("clip"), self.clip.model.state_dict() | seen, {"merges": self.merges})
