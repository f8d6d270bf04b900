"""A photo into the generator's latent space: w_plus by optimisation, then a small adjustment of the generator for what no w_plus can say.

The adjustment (pivotal tuning, Roich et al. 2022) never touches the generator itself: it is a `Delta` of a few low-rank factors, which
`tuned` lays over a copy that shares every other tensor.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.func import functional_call

from ..base import Progress
from .generator import Generator

Features = Callable[[Tensor], list[Tensor]]
"""Pictures [N, 3, H, W] -> feature maps in which alike pictures are near."""
Delta = Mapping[str, Tensor]
"""What to add to a generator's parameters, by name: a whole tensor, or the factors `name/out` [out, r] and `name/in` [r, in * k * k]."""


@dataclass(frozen=True)
class InversionSettings:
    """Weights are of the terms of the loss; steps may be 0."""

    steps: int = 60
    learning_rate: float = 0.1
    """In standard deviations of w."""
    perceptual: float = 0.5
    prior: float = 0.002
    """Of the squared distance from the mean w, in standard deviations."""
    spread: float = 0.01
    """Of the squared distance of the layers from each other, in standard deviations: edits read one w for all of them."""
    tuning_steps: int = 30
    tuning_rate: float = 0.01
    rank: int = 4


def learning_rate(step: int, steps: int, peak: float) -> float:
    """Talk-to-Edit's schedule: a linear rise over the first 5 %, a cosine fall over the last 25 %; 0 at step 0."""
    t = step / steps
    fall = 0.5 - 0.5 * math.cos(math.pi * min(1.0, (1 - t) / 0.25))
    return peak * fall * min(1.0, t / 0.05)


class _Loss:
    """How far a picture is from the photo: mean squared difference, and differences of features."""

    def __init__(self, photo: Tensor, features: Features | None, settings: InversionSettings):
        self.photo, self.features, self.weight = photo, features, settings.perceptual
        self.wanted = [level.detach() for level in features(photo)] if features else []

    def __call__(self, picture: Tensor) -> Tensor:
        loss = (picture - self.photo).square().mean()
        if self.features:
            levels = self.features(picture)
            different = [(level - wanted).square().sum(dim=1).mean() for level, wanted in zip(levels, self.wanted, strict=True)]
            loss = loss + self.weight * sum(different) / len(different)
        return loss


@torch.enable_grad()
def invert(
    generator: Generator,
    photo: Tensor,
    settings: InversionSettings,
    *,
    features: Features | None = None,
    start: Tensor | None = None,
    progress: Progress | None = None,
) -> Tensor:
    """Photo [1, 3, size, size] in [-1, 1] -> the w_plus [1, layers, D] whose picture is near it and which is a likely one.

    Begins at `start`, an encoder's w_plus, or at the mean w. `progress` may raise Cancelled.
    """
    mean, deviation = generator.w_statistics()
    first = generator.spread(mean[None]) if start is None else start
    standard = ((first - mean) / deviation).requires_grad_(True)
    optimiser = torch.optim.Adam([standard])
    loss_of = _Loss(photo, features, settings)
    for step in range(settings.steps):
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(step + 1, settings.steps + 1, settings.learning_rate)
        apart = (standard - standard.mean(dim=1, keepdim=True)).square().mean()
        loss = loss_of(generator(mean + deviation * standard)) + settings.prior * standard.square().mean() + settings.spread * apart
        (standard.grad,) = torch.autograd.grad(loss, standard)
        optimiser.step()
        if progress:
            progress(step + 1, settings.steps)
    return (mean + deviation * standard).detach()


@torch.enable_grad()
def tune(
    generator: Generator,
    w_plus: Tensor,
    photo: Tensor,
    settings: InversionSettings,
    *,
    features: Features | None = None,
    progress: Progress | None = None,
) -> Delta:
    """The adjustment with which w_plus gives the photo more closely. The mapping network, which edits rely on, stays as it is."""
    factors = _untrained(generator, settings.rank)
    if not settings.tuning_steps:
        return {}
    for tensor in factors.values():
        tensor.requires_grad_(True)
    optimiser = torch.optim.Adam(factors.values(), lr=settings.tuning_rate)
    loss_of = _Loss(photo, features, settings)
    private = _copy(generator)
    base = dict(generator.named_parameters())
    for step in range(settings.tuning_steps):
        loss = loss_of(functional_call(private, _adjusted(base, factors), (w_plus,)))
        gradients = torch.autograd.grad(loss, list(factors.values()))
        for tensor, gradient in zip(factors.values(), gradients, strict=True):
            tensor.grad = gradient
        optimiser.step()
        if progress:
            progress(step + 1, settings.tuning_steps)
    return {name: tensor.detach() for name, tensor in factors.items()}


@torch.no_grad()
def tuned(generator: Generator, delta: Delta) -> Generator:
    """A generator with the adjustment; it shares every tensor that the adjustment leaves alone. Without any, the generator itself."""
    if not delta:
        return generator
    copy = _copy(generator)
    changed = _adjusted(dict(generator.named_parameters()), delta)
    copy.load_state_dict({name: tensor.detach() for name, tensor in changed.items()}, strict=False, assign=True)
    return copy.requires_grad_(False)


def _copy(generator: Generator) -> Generator:
    """Another module around the same tensors."""
    with torch.device("meta"):
        copy = Generator(generator.config)
    copy.load_state_dict(generator.state_dict(), assign=True)
    return copy.eval().requires_grad_(False)


def _untrained(generator: Generator, rank: int) -> dict[str, Tensor]:
    """Zero adjustments of every convolution (as factors) and every bias of the synthesis network."""
    randomness = torch.Generator().manual_seed(0)
    factors: dict[str, Tensor] = {}
    for name, module in generator.named_modules():
        weight = f"{name}.conv.weight"
        if hasattr(module, "conv"):
            _, out, *inner = module.conv.weight.shape
            factors[f"{weight}/out"] = torch.zeros(out, rank)
            factors[f"{weight}/in"] = torch.randn(rank, math.prod(inner), generator=randomness) / math.sqrt(rank)
    for name, parameter in generator.named_parameters():
        if re.fullmatch(r"(.*\.activate|to_rgb1|to_rgbs\.\d+)\.bias", name):
            factors[name] = torch.zeros_like(parameter)
    return factors


def _adjusted(base: Mapping[str, Tensor | nn.Parameter], delta: Delta) -> dict[str, Tensor]:
    changed = {}
    for name, tensor in delta.items():
        weight, _, factor = name.partition("/")
        if not factor:
            changed[name] = base[name] + tensor
        elif factor == "out":
            changed[weight] = base[weight] + (tensor @ delta[f"{weight}/in"]).view_as(base[weight])
    return changed
