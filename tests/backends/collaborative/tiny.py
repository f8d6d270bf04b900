"""A small Collaborative Diffusion of random weights on the shipped autoencoder's latents, with words of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from backends.collaborative.engine import CollaborativeBackend
from backends.collaborative.generation import Generation
from backends.collaborative.networks import CollaborativeConfig, CollaborativeDiffusion
from backends.collaborative.tiers import Settings
from backends.dae.shipped import load_autoencoder
from faces.mask_classes import MASK_CLASSES
from graded import GRADED

SIDE = 128
SLOTS = 10
"""Places in a caption for each attribute; two of them are filled per degree."""
HAIR, SKIN = MASK_CLASSES.index("hair"), MASK_CLASSES.index("skin")
CONFIG = CollaborativeConfig(
    latent_channels=64,
    latent_side=8,
    unet_channels=(32,),
    unet_heads=2,
    dynamic_channels=(16,),
    dynamic_heads=2,
    layers=1,
    attend_finest=True,
    cross_attention_dim=16,
    vocabulary=40,
    max_tokens=SLOTS * len(GRADED) + 1,
    text_layers=1,
    text_heads=2,
    text_head_dim=8,
    class_embedding=True,
    prediction="v",
    latent="patch",
    norm_groups=8,
    beta_start=0.0001,
    beta_end=0.02,
    beta_schedule="linear",
)
SETTINGS = Settings(steps=4, guidances=(2.0,), settled_below=0, embedding_steps=3, tuning_steps=3, batch=2)


class Tally:
    """Captions count: so many letters of an attribute for so much of it."""

    def caption_of(self, degrees: Mapping[str, float], extra: str = "") -> str:
        return "".join(name[0] * round(2 * degree) + " " for name, degree in degrees.items()) + extra

    def shown_by_masks(self, text: str) -> str:
        return text

    def tokens(self, texts: Sequence[str]) -> Tensor:
        ids = torch.zeros(len(texts), CONFIG.max_tokens, dtype=torch.long)
        for row, text in zip(ids, texts, strict=True):
            words = text.split(" ")
            for i, word in enumerate(words[: len(GRADED)]):
                row[i * SLOTS : i * SLOTS + min(len(word), SLOTS)] = 1 + i
            row[-1] = 10 + len(text) % 30 if len(words) > len(GRADED) and words[len(GRADED)] else 0
        return ids


def parsed(image: Image.Image) -> np.ndarray:
    """The same face for every picture: an oval of skin under hair."""
    rows, columns = np.mgrid[: image.height, : image.width] / image.height - 0.5
    mask = np.where(np.hypot(rows, 1.2 * columns) < 0.4, SKIN, 0).astype(np.uint8)
    mask[(rows < -0.2) & (mask == SKIN)] = HAIR
    return mask


def tiny_network() -> CollaborativeDiffusion:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return CollaborativeDiffusion(CONFIG).eval().requires_grad_(False)


def tiny_backend() -> CollaborativeBackend:
    return CollaborativeBackend(Generation(tiny_network(), load_autoencoder(), Tally(), SETTINGS), SIDE)
