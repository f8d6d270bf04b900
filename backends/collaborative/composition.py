"""How two diffusion models decide together: at every place and step by the softmax of their influence (Huang et al. 2023, eq. 6-7)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import torch
from torch import Tensor

from .networks import CollaborativeDiffusion

TRAINING_STEPS = 1000


@dataclass(frozen=True)
class Rule:
    """Who is heard, and how much.

    `collaborative` is the paper's rule; `mean` is Composable Diffusion, which hears both alike; `text` and `mask` are the models alone.
    `cosine` fades the mask's influence out towards t = 0, and `balance` (0 or more) multiplies it against the text's. `without` takes one
    kind of variation away: the influence becomes its mean over the picture, or stays as it was at the first, noisiest step. `unseen` is how
    much of the mask's influence words get back where they tell what no mask shows; our extension, for new faces.
    """

    mode: Literal["collaborative", "mean", "text", "mask"] = "collaborative"
    cosine: bool = False
    balance: float = 1.0
    without: Literal["", "spatial", "temporal"] = ""
    unseen: float = 0.0


PAPER = Rule()
HEARD = Rule(unseen=0.9)
"""As the shipped networks make new faces."""
RELEASED = Rule(cosine=True, balance=2.0)
"""What the authors' scripts do beyond the paper."""


@dataclass(frozen=True, eq=False)
class Contexts:
    """What both models are told, as tokens: text [N, L, D] and mask [N, M, D], which encoders make (text.py, masks.py)."""

    text: Tensor
    mask: Tensor

    def joined(self, other: Contexts) -> Contexts:
        """Both batches, one after the other."""
        return Contexts(torch.cat([self.text, other.text]), torch.cat([self.mask, other.mask]))

    def expanded(self, count: int) -> Contexts:
        """One pair of contexts, `count` times."""
        return Contexts(self.text.expand(count, -1, -1), self.mask.expand(count, -1, -1))

    def shifted(self, start: Contexts, end: Contexts, weight: float) -> Contexts:
        """These, and `weight` of the way from `start` to `end` on top."""
        return Contexts(self.text + weight * (end.text - start.text), self.mask + weight * (end.mask - start.mask))


def cosine_schedule(t: Tensor) -> Tensor:
    """1 at t = 1000, 0 at t = 0."""
    return (torch.cos(math.pi * (1 - t / TRAINING_STEPS)) + 1) / 2


def softmax_influence(mask_logits: Tensor, text_logits: Tensor) -> Tensor:
    """Eq. 6: two [N, 1, S, S] -> [N, 2, S, S] that sum to 1, the mask's first."""
    return torch.softmax(torch.cat([mask_logits, text_logits], dim=1).float(), dim=1)


def weighed(influence: Tensor, t: Tensor, rule: Rule) -> Tensor:
    """Influence [N, 2, S, S] at timesteps t [N] after the rule's schedule and balance; still sums to 1."""
    mask = influence[:, :1]
    if rule.cosine:
        mask = mask * cosine_schedule(t)[:, None, None, None]
    mask = rule.balance * mask / (rule.balance * mask + 1 - mask)
    return torch.cat([mask, 1 - mask], dim=1)


def composed(influence: Tensor, mask: Tensor, text: Tensor) -> Tensor:
    """Eq. 7: the sum of I_m * eps_m. As the weights sum to 1 it holds for v as well, which is affine in eps."""
    return influence[:, :1] * mask + influence[:, 1:] * text


@dataclass
class Composition:
    """Both models under a rule, as one denoiser for one run of a sampler.

    `adapted` are weights, by name, that take the place of a UNet's own, for each modality ("text", "mask").
    """

    network: CollaborativeDiffusion
    rule: Rule = PAPER
    adapted: Mapping[str, Mapping[str, Tensor]] = field(default_factory=dict)
    _first: Tensor | None = None

    def __call__(self, x: Tensor, t: Tensor, contexts: Contexts) -> tuple[Tensor, Tensor]:
        """x_t [N, C, S, S] at timesteps t [N] -> (eps or v, shaped like x_t; influence [N, 2, S, S], the mask's first)."""
        influence = self._influence(x, t, contexts)
        text, mask = self.network.text, self.network.mask
        if self.rule.mode == "text":
            return text.predict(x, t, contexts.text, self.adapted.get("text")), influence
        if self.rule.mode == "mask":
            return mask.predict(x, t, contexts.mask, self.adapted.get("mask")), influence
        predictions = (
            mask.predict(x, t, contexts.mask, self.adapted.get("mask")),
            text.predict(x, t, contexts.text, self.adapted.get("text")),
        )
        return composed(influence, *predictions), influence

    def _influence(self, x: Tensor, t: Tensor, contexts: Contexts) -> Tensor:
        """What the rule's schedule and balance leave of eq. 6, or the fixed share of a rule without influence functions."""
        if self.rule.mode != "collaborative":
            share = {"mean": 0.5, "text": 0.0, "mask": 1.0}[self.rule.mode]
            mask = x.new_full((len(x), 1, *x.shape[2:]), share)
            return torch.cat([mask, 1 - mask], dim=1)
        if self.rule.without == "temporal" and self._first is not None:
            return weighed(self._first, t, self.rule)
        text, mask = self.network.text, self.network.mask
        found = softmax_influence(mask.influence(x, t, contexts.mask), text.influence(x, t, contexts.text))
        if self.rule.without == "spatial":
            found = found.mean(dim=(2, 3), keepdim=True).expand_as(found)
        self._first = found
        return weighed(found, t, self.rule)
