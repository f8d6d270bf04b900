"""The three tiers of an edit: instant; better, which fits the embedding to the photo first; and imagic, which fits the networks as well.

What is fitted is fitted to the photo under its own description, not under the target's as in Imagic: so it is the photo's alone, and
serves every later edit. For the same reason an edit moves the fitted embedding by the difference of the two descriptions, not towards
the target's own embedding, which would undo the fit.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import torch
from torch import Tensor

from ..base import Progress
from . import editing, imagic
from .composition import Composition, Contexts, Rule
from .networks import CollaborativeDiffusion
from .sampling import Levels

T = TypeVar("T")

MODALITIES = ("text", "mask")
TIER_STAGES = {"instant": 0, "better": 1, "imagic": 2}
"""How many stages of fitting each tier has."""


@dataclass(frozen=True)
class Settings:
    steps: int = 20
    """Of inversion, of an edit, and of new faces."""
    guidances: tuple[float, ...] = (1.0, 2.0, 4.0, 7.0)
    """How much an edit exaggerates the difference between the photo and the wish, where no degrees are asked for; all are tried."""
    guidance: float = 2.0
    """Of generation, away from saying nothing."""
    settled_below: int = 700
    """The timestep under which generation takes what is expected; detail beyond that is more than the shipped networks know."""
    embedding_steps: int = 60
    embedding_rate: float = 3e-3
    tuning_steps: int = 80
    tuning_rate: float = 3e-4
    batch: int = 4
    alphas: tuple[float, ...] = (0.6, 0.8, 1.0, 1.2, 1.5)
    """Imagic's places between the photo (0) and the request (1); all are tried, at `imagic_guidance`."""
    imagic_guidance: float = 3.0


class Memo:
    """What was worked out about one photo, so that its next edit does not work it out again. A latent and all its edits share one."""

    def __init__(self) -> None:
        self._known: dict[Hashable, object] = {}

    def __contains__(self, key: Hashable) -> bool:
        return key in self._known

    def get(self, key: Hashable, find: Callable[[], T]) -> T:
        if key not in self._known:
            self._known[key] = find()
        return self._known[key]


@dataclass(frozen=True, eq=False)
class Photo:
    """A photo's latent [1, C, S, S], what it shows as contexts, and its memo."""

    z: Tensor
    source: Contexts
    memo: Memo


@dataclass(frozen=True, eq=False)
class Fit:
    """The model as it was fitted to a photo: its contexts, and the low-rank factors of each modality's UNet."""

    contexts: Contexts
    factors: Mapping[str, imagic.Factors] = field(default_factory=dict)


class Work:
    """Reports several pieces of work, one after the other, as one."""

    def __init__(self, progress: Progress | None, total: int):
        self.progress, self.total, self.done = progress, total, 0

    def finish(self) -> None:
        """What is left was not needed."""
        if self.progress and self.done < self.total:
            self.progress(self.total, self.total)

    def part(self, steps: int) -> Progress | None:
        """For the next piece."""
        start, self.done = self.done, self.done + steps
        return self.progress and (lambda step, _, preview=None: self.progress(start + step, self.total, preview))


class Editor:
    """Edits latents; `levels` are the noise levels that photos are taken to and brought back from."""

    def __init__(self, network: CollaborativeDiffusion, settings: Settings):
        self.network, self.settings = network, settings
        self.levels = Levels(network.config, settings.steps)

    def work(self, photo: Photo, tier: str, rule: Rule, progress: Progress | None, edits: int = 1) -> Work:
        """What at most so many edits will take that is not yet in the photo's memo."""
        settings, memo = self.settings, photo.memo
        total = settings.steps * (edits + (("anchors", tier, rule) not in memo))
        for stage, steps in (("embedding", settings.embedding_steps), ("factors", settings.tuning_steps))[: TIER_STAGES[tier]]:
            total += 0 if stage in memo else steps * len(MODALITIES)
        return Work(progress, total)

    def anchored(self, photo: Photo, tier: str, rule: Rule, work: Work) -> editing.Anchors:
        """The photo's way into noise by the model as the tier fits it."""
        fit = self._fit(photo, tier, work)

        def find() -> editing.Anchors:
            return editing.anchors(self._denoiser(fit, rule), self.levels, photo.z, fit.contexts, work.part(self.settings.steps))

        return photo.memo.get(("anchors", tier, rule), find)

    def edited(
        self, photo: Photo, target: Contexts, region: Tensor, tier: str, rule: Rule, ways: Sequence[tuple[float, Tensor]], work: Work
    ) -> tuple[Tensor, Tensor]:
        """(latents [N, C, S, S], influence [T, N, 2, S, S]), one for every way to go: an alpha and a guidance [1, 1, S, S].

        By alpha the fitted contexts (0) go towards the target's (1), by what the target differs from the photo's own description.
        """
        anchored, fit = self.anchored(photo, tier, rule, work), self._fit(photo, tier, work)
        targets = [fit.contexts.shifted(photo.source, target, alpha) for alpha, _ in ways]
        joined = targets[0]
        for other in targets[1:]:
            joined = joined.joined(other)
        return editing.edit(
            self._denoiser(fit, rule),
            self.levels,
            anchored,
            fit.contexts,
            joined,
            region,
            guidance=torch.cat([guidance for _, guidance in ways]).to(photo.z),
            progress=work.part(self.settings.steps),
        )

    def _denoiser(self, fit: Fit, rule: Rule) -> Composition:
        weights = {name: imagic.adapted(getattr(self.network, name).unet, factors) for name, factors in fit.factors.items()}
        return Composition(self.network, rule, weights)

    def _fit(self, photo: Photo, tier: str, work: Work) -> Fit:
        if TIER_STAGES[tier] == 0:
            return Fit(photo.source)
        contexts = photo.memo.get("embedding", lambda: self._fitted_contexts(photo, work))
        if TIER_STAGES[tier] == 1:
            return Fit(contexts)
        return Fit(contexts, photo.memo.get("factors", lambda: self._fitted_factors(photo, contexts, work)))

    def _fitted_contexts(self, photo: Photo, work: Work) -> Contexts:
        """Algorithm 3, the first stage."""
        return Contexts(*(self._fitted_context(photo, name, work) for name in MODALITIES))

    def _fitted_context(self, photo: Photo, name: str, work: Work) -> Tensor:
        context, modality = getattr(photo.source, name).clone(), getattr(self.network, name)

        def predict(x: Tensor, t: Tensor) -> Tensor:
            return modality.predict(x, t, context.expand(len(x), -1, -1))

        settings = self.settings
        self._run(predict, [context], photo, settings.embedding_steps, settings.embedding_rate, work)
        return context

    def _fitted_factors(self, photo: Photo, contexts: Contexts, work: Work) -> dict[str, imagic.Factors]:
        """Algorithm 3, the second stage."""
        return {name: self._fitted_factor(photo, name, getattr(contexts, name), work) for name in MODALITIES}

    def _fitted_factor(self, photo: Photo, name: str, context: Tensor, work: Work) -> imagic.Factors:
        modality = getattr(self.network, name)
        factors = imagic.low_rank(modality.unet, torch.Generator().manual_seed(0))

        def predict(x: Tensor, t: Tensor) -> Tensor:
            return modality.predict(x, t, context.expand(len(x), -1, -1), imagic.adapted(modality.unet, factors))

        settings = self.settings
        parameters = [factor for pair in factors.values() for factor in pair]
        self._run(predict, parameters, photo, settings.tuning_steps, settings.tuning_rate, work)
        return factors

    def _run(
        self, predict: Callable[[Tensor, Tensor], Tensor], parameters: list[Tensor], photo: Photo, steps: int, rate: float, work: Work
    ) -> None:
        draw = imagic.drawing(photo.z, self.settings.batch, torch.Generator().manual_seed(0))
        config = self.network.config
        imagic.fit(predict, parameters, photo.z, config, draw, steps=steps, learning_rate=rate, progress=work.part(steps))
