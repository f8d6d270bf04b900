"""The detailer of new faces: rendered faces from what the third engine's diffusion expects of them, noised to where sampling settles.

Distances alone would blur what nobody can know, so texture counts by how much of it there is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

import weights
from backends.collaborative import conditions
from backends.collaborative.composition import HEARD, Rule
from backends.collaborative.detail import DetailConfig, Detailer
from backends.collaborative.generation import Generation
from backends.collaborative.masks import UNKNOWN
from backends.collaborative.sampling import clean_and_noise, scheduler
from backends.collaborative.shipped import load_networks
from backends.collaborative.tiers import Settings
from backends.dae.shipped import load_autoencoder
from precision import half_precision
from synth.parameters import FaceParameters

from ..data import Faces, load_faces
from ..loop import export_path, go_on
from ..sheets import grid
from .autoencoder import gradient_difference
from .collaborative_captions import told
from .parsing import mirrored_mask
from .stylegan_generator import FrozenFeatures, texture_difference

KNOWN = {"training": 6_000, "validation": 100}
"""Faces whose expectation is worked out, once."""
AT_ONCE = 20
"""By one rule; few enough for the validation faces to know all rules."""
SHOWN = 10
"""Faces of each rule on the sheet."""
SETTLED = (500, 750)
"""Timesteps around the one at which sampling settles."""
RULES = (HEARD, HEARD, HEARD, Rule("mask"), Rule("text"))
"""By which the expectations are composed, in turn."""
WEIGHTS = {"error": 1.0, "gradients": 1.0, "texture": 1.5, "features": 0.5}
"""Of the distance of the pixels, of neighbouring pixels' differences, of how much texture there is on each patch, and of features."""


class CollaborativeDetail:
    name = "collaborative-detail"
    learning_rate = 1e-3
    ema_decay = 0.995
    batch_size = 10

    def prepare(self, device: torch.device) -> None:
        self.device = device
        self.generation = Generation(load_networks(), load_autoencoder(), conditions, Settings())
        self.features = FrozenFeatures(device)
        self.known, self.held = (self._expected(load_faces(split, masks=True), KNOWN[split]) for split in KNOWN)
        self.network = Detailer(DetailConfig(self.generation.network.config.cross_attention_dim))
        go_on(self.network, self.name)

    @torch.no_grad()
    def _expected(self, faces: Faces, count: int) -> tuple[Tensor, ...]:
        """(what sampling would settle for, masks, words' tokens, faces), half of them mirrored; all but the masks are float16."""
        generator = torch.Generator().manual_seed(0)
        index = torch.randperm(len(faces), generator=generator)[:count]
        flip = torch.rand(count, generator=generator) < 0.5
        words = [_words(faces.params[i], generator) for i in index]
        parts = []
        for turn, part in enumerate(torch.arange(count).split(AT_ONCE)):
            rule = RULES[turn % len(RULES)]
            images, masks = faces.mirrored(index[part], flip[part]), faces.masks[index[part]]
            masks[flip[part]] = mirrored_mask(masks[flip[part]])
            captions = [words[i] if rule.mode != "mask" else "" for i in part]
            if rule.mode == "text":
                masks = torch.full_like(masks, UNKNOWN)
            soft, tokens = self._settled(images, captions, masks, rule, generator)
            parts.append((soft.half(), masks, tokens.half(), images.half()))
        return tuple(torch.cat(column).to(self.device) for column in zip(*parts, strict=True))

    def _settled(
        self, images: Tensor, captions: Sequence[str], masks: Tensor, rule: Rule, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        """What is expected of noisy faces, as pictures, and the tokens of their words."""
        generation, config = self.generation, self.generation.network.config
        latents, solver = generation.stage.encode(images), scheduler(config, "DDIM")
        t = torch.randint(*SETTLED, (len(images),), generator=generator)
        x = solver.add_noise(latents, torch.randn(latents.shape, generator=generator), t)
        denoise, contexts = generation.denoiser(captions, masks.numpy(), rule)
        with half_precision("cpu"):
            prediction, _ = denoise(x, t, contexts)
        abar = solver.alphas_cumprod[t][:, None, None, None]
        expected, _ = clean_and_noise(x, prediction.float(), abar, config.prediction)
        return generation.stage.decode(expected), generation.network.text.told(contexts.text)[0]

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        index = torch.randint(len(self.known[0]), (self.batch_size,), generator=generator)
        return tuple(column[index] for column in self.known)

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        soft, masks, words, wanted = (column if column.dtype == torch.uint8 else column.float() for column in batch)
        made = soft + network(soft, masks, words, torch.randn_like(soft[:, :1])).float()
        return _weighed(self._distances(made, wanted))

    def _distances(self, made: Tensor, wanted: Tensor) -> dict[str, Tensor]:
        """By the names of WEIGHTS."""
        return {
            "error": F.l1_loss(made, wanted),
            "gradients": gradient_difference(made, wanted),
            "texture": texture_difference(made, wanted),
            "features": self.features.difference(made, wanted),
        }

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        """`loss`, the sum of the weighted `error`, that of neighbouring pixels (`gradients`), of `texture` and of `features`; and each of
        these of the soft pictures."""
        sums: dict[str, float] = {}
        batches = list(torch.arange(len(self.held[0])).split(20))
        for rows in batches:
            soft, masks, words, wanted = (column[rows] for column in self.held)
            soft, wanted = soft.float(), wanted.float()
            made = soft + network(soft, masks, words.float(), _grain(soft))
            for suffix, picture in (("", made), ("_soft", soft)):
                for name, value in self._distances(picture, wanted).items():
                    sums[name + suffix] = sums.get(name + suffix, 0.0) + value.item() / len(batches)
        return {"loss": _weighed(sums), **sums}

    @torch.inference_mode()
    def sheet(self, network: nn.Module) -> Image.Image:
        """Rows: soft pictures, the same with detail, the rendered faces; then those that were told words or masks only."""
        rows = []
        for first in range(0, len(self.held[0]), AT_ONCE):
            soft, masks, words, wanted = (column[first : first + SHOWN] for column in self.held)
            soft = soft.float()
            rows += [soft, soft + network.drawn(soft, masks, words.float(), _grain(soft)), wanted.float()]
        return grid(rows)

    def export(self, network: Detailer) -> None:
        weights.save(export_path(self.name), network.state_dict(), {"config": network.config.to_dict()}, eight_bit=True)


def _weighed(distances: Mapping[str, Any]) -> Any:
    """The sum of what WEIGHTS names."""
    return sum(weight * distances[name] for name, weight in WEIGHTS.items())


def _words(face: FaceParameters, generator: torch.Generator) -> str:
    """A true caption, worded by chance."""
    return told(face, np.random.default_rng(int(torch.randint(2**31, (), generator=generator))))


def _grain(soft: Tensor) -> Tensor:
    """Noise for pictures that are looked at, always the same."""
    return torch.randn(soft[:, :1].shape, generator=torch.Generator().manual_seed(0)).to(soft.device)
