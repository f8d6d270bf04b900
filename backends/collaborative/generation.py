"""Faces from nothing: noise under captions and masks becomes latents, and those pictures (Algorithm 2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from ..base import Progress
from .composition import PAPER, Composition, Contexts, Rule
from .detail import Detailer
from .latents import FirstStage
from .masks import UNKNOWN
from .networks import CollaborativeDiffusion
from .sampling import Guided, Heard, sample
from .tiers import Settings


class Words(Protocol):
    """How degrees become words, words token ids, and what is left of a caption without what no mask shows; conditions.py is the shipped
    networks', published.py the authors'."""

    def caption_of(self, degrees: Mapping[str, float], extra: str = "") -> str: ...

    def tokens(self, texts: Sequence[str]) -> Tensor: ...

    def shown_by_masks(self, text: str) -> str: ...


class Generation:
    """The networks that faces are made with."""

    def __init__(
        self, network: CollaborativeDiffusion, stage: FirstStage, words: Words, settings: Settings, detailer: Detailer | None = None
    ):
        self.network, self.stage, self.words, self.settings, self.detailer = network, stage, words, settings, detailer

    @property
    def device(self) -> torch.device:
        return next(self.network.parameters()).device

    @torch.no_grad()
    def contexts(self, captions: Sequence[str], masks: np.ndarray) -> Contexts:
        """Captions and masks [N, H, W] -> what the models attend to."""
        text = self.network.text.context(self.words.tokens(captions).to(self.device))
        return Contexts(text, self.network.mask.context(torch.from_numpy(masks).to(self.device)))

    def noise(self, seeds: Sequence[int]) -> Tensor:
        """Where the faces of these seeds begin, [N, C, S, S]."""
        config = self.network.config
        return self._drawn(seeds, config.latent_channels, config.latent_side, config.latent_side)

    def _drawn(self, seeds: Sequence[int], *shape: int) -> Tensor:
        """Normal noise of these seeds, [N, *shape]."""
        return torch.stack([torch.randn(shape, generator=torch.Generator().manual_seed(seed)) for seed in seeds]).to(self.device)

    @torch.no_grad()
    def faces(
        self,
        captions: Sequence[str],
        masks: np.ndarray,
        seeds: Sequence[int],
        rule: Rule = PAPER,
        *,
        progress: Progress | None = None,
    ) -> tuple[Tensor, Tensor]:
        """One face for each caption, mask [N, H, W] and seed: (pictures [N, 3, H, W] in about -1..1, influence at every step taken
        [T, N, 2, S, S]). A caption "" and a mask of UNKNOWN say nothing, nor does what the rule does not hear.
        """
        captions = [""] * len(captions) if rule.mode == "mask" else captions
        masks = np.full_like(masks, UNKNOWN) if rule.mode == "text" else masks
        denoise, wanted = self.denoiser(captions, masks, rule)
        latents, influence = sample(
            denoise,
            self.network.config,
            self.noise(seeds),
            wanted,
            steps=self.settings.steps,
            settled_below=self.settings.settled_below,
            progress=progress,
        )
        pictures = self.stage.decode(latents)
        if self.detailer is not None:
            words, grain = self.network.text.told(wanted.text)[0], self._drawn(seeds, 1, *pictures.shape[2:])
            pictures = pictures + self.detailer.drawn(pictures, torch.from_numpy(masks).to(self.device), words, grain)
        return pictures, influence

    @torch.no_grad()
    def denoiser(self, captions: Sequence[str], masks: np.ndarray, rule: Rule) -> tuple[Guided | Heard, Contexts]:
        """What predicts the noise in new faces of these captions and masks [N, H, W], and the contexts that it is to be given."""
        wanted, nothing = self.contexts(captions, masks), self.contexts([""] * len(captions), np.full_like(masks, UNKNOWN))
        guided = Guided(Composition(self.network, rule), nothing, self.settings.guidance)
        shown = [self.words.shown_by_masks(caption) for caption in captions]
        if rule.mode != "collaborative" or not rule.unseen or shown == list(captions):
            return guided, wanted
        return Heard(guided, self.network.text.context(self.words.tokens(shown).to(self.device))), wanted
