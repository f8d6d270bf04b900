"""Fitting the model to one photo, first the embedding, then the network (Imagic, Kawar et al. 2023; Collaborative Diffusion, Algorithm 3).

The network is fitted through low-rank factors of its attention's projections (LoRA, Hu et al. 2022), not through all of its weights:
a photo's share is then small, and nothing of the network itself is touched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..base import Progress
from .composition import TRAINING_STEPS
from .networks import CollaborativeConfig
from .sampling import alphas_cumprod

RANK = 8

Factors = Mapping[str, tuple[Tensor, Tensor]]
"""By the name of a weight [out, in]: what is added to it, as [out, RANK] @ [RANK, in]."""

_ATTENTION = re.compile(r"\.attn[12]\.to_(q|k|v|out\.0)\.weight$")


def low_rank(unet: nn.Module, generator: torch.Generator) -> dict[str, tuple[Tensor, Tensor]]:
    """Factors for all of attention's projections that add nothing yet."""
    factors = {}
    for name, weight in unet.named_parameters():
        if _ATTENTION.search(name):
            down = torch.randn(RANK, weight.shape[1], generator=generator).to(weight) / weight.shape[1] ** 0.5
            factors[name] = (torch.zeros(weight.shape[0], RANK).to(weight), down)
    return factors


def adapted(unet: nn.Module, factors: Factors) -> dict[str, Tensor]:
    """The weights that the factors lead to, by name."""
    weights = dict(unet.named_parameters())
    return {name: weights[name] + up @ down for name, (up, down) in factors.items()}


def fit(
    predict: Callable[[Tensor, Tensor], Tensor],
    parameters: Sequence[Tensor],
    z0: Tensor,
    config: CollaborativeConfig,
    draw: Callable[[int], tuple[Tensor, Tensor]],
    *,
    steps: int,
    learning_rate: float,
    progress: Progress | None = None,
) -> list[float]:
    """Adam on the parameters, in place, so that `predict(x_t, t)` denoises z0 [1, C, S, S] as well as it can; the loss before every step.

    `draw(step)` gives the timesteps [N] and the noise [N, C, S, S] of a step.
    """
    abar = alphas_cumprod(config).to(z0)
    optimiser = torch.optim.Adam([parameter.requires_grad_(True) for parameter in parameters], lr=learning_rate)
    losses = []
    for step in range(steps):
        t, noise = draw(step)
        level = abar[t][:, None, None, None]
        x_t = level.sqrt() * z0 + (1 - level).sqrt() * noise
        truth = noise if config.prediction == "eps" else level.sqrt() * noise - (1 - level).sqrt() * z0
        with torch.enable_grad():
            loss = F.mse_loss(predict(x_t, t), truth)
            optimiser.zero_grad()
            loss.backward()
        optimiser.step()
        losses.append(loss.item())
        if progress:
            progress(step + 1, steps)
    for parameter in parameters:
        parameter.requires_grad_(False)
    return losses


def drawing(z0: Tensor, batch: int, generator: torch.Generator) -> Callable[[int], tuple[Tensor, Tensor]]:
    """Timesteps and noise by chance, `batch` of them a step."""

    def draw(step: int) -> tuple[Tensor, Tensor]:
        t = torch.randint(TRAINING_STEPS, (batch,), generator=generator)
        return t.to(z0.device), torch.randn((batch, *z0.shape[1:]), generator=generator).to(z0)

    return draw
