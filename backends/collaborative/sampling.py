"""Noise becomes latents, and latents noise: samplers of diffusers by name, and the deterministic DDIM that edits are made with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from errors import ParleyError

from ..base import Progress
from .composition import TRAINING_STEPS, Composition, Contexts
from .networks import CollaborativeConfig

if TYPE_CHECKING:
    from diffusers import SchedulerMixin

SAMPLERS = ("DPM-Solver++", "DDIM", "UniPC")


def scheduler(config: CollaborativeConfig, name: str) -> SchedulerMixin:
    """A fresh sampler on the diffusion's own noise schedule. Raises ParleyError for a name that is not in SAMPLERS."""
    from diffusers import DDIMScheduler, DPMSolverMultistepScheduler, UniPCMultistepScheduler

    shared = {
        "num_train_timesteps": TRAINING_STEPS,
        "beta_start": config.beta_start,
        "beta_end": config.beta_end,
        "beta_schedule": config.beta_schedule,
        "prediction_type": {"eps": "epsilon", "v": "v_prediction"}[config.prediction],
        "timestep_spacing": "leading",
        "steps_offset": 1,
    }
    if name == "DDIM":
        return DDIMScheduler(**shared, clip_sample=False, set_alpha_to_one=False)
    if name == "DPM-Solver++":
        return DPMSolverMultistepScheduler(**shared)
    if name == "UniPC":
        return UniPCMultistepScheduler(**shared)
    raise ParleyError(f"No sampler is called {name!r}; there are {', '.join(SAMPLERS)}.")


def alphas_cumprod(config: CollaborativeConfig) -> Tensor:
    """abar_t for t = 0..999, float32 [1000] of sums in float64."""
    if config.beta_schedule == "linear":
        betas = torch.linspace(config.beta_start, config.beta_end, TRAINING_STEPS, dtype=torch.float64)
    else:
        betas = torch.linspace(config.beta_start**0.5, config.beta_end**0.5, TRAINING_STEPS, dtype=torch.float64).square()
    return torch.cumprod(1 - betas, dim=0).float()


@dataclass(frozen=True, eq=False)
class Guided:
    """Classifier-free guidance: the prediction under the contexts, pushed by `scale` (a number, or one a sample, [N, 1, 1, 1]) away from
    that under the `null` contexts.

    A scale of 1 is the prediction itself, and costs half.
    """

    denoise: Composition
    null: Contexts
    scale: float | Tensor = 1.0

    def __call__(self, x: Tensor, t: Tensor, contexts: Contexts) -> tuple[Tensor, Tensor]:
        if isinstance(self.scale, float) and self.scale == 1:
            return self.denoise(x, t, contexts)
        count = len(x)
        prediction, influence = self.denoise(torch.cat([x, x]), torch.cat([t, t]), contexts.joined(self.null))
        return torch.lerp(prediction[count:], prediction[:count], self.scale), influence[:count]


@dataclass(frozen=True, eq=False)
class Heard:
    """A composition in which the mask's influence leaves alone what words tell and no mask can show, a beard or an age.

    It is the difference that the caption makes to the text model, from `shown` on, its context without the phrases that tell of such
    things.
    By eq. 7 the caption is heard with the text's influence; for this part of it, the mask's is added.
    """

    guided: Guided
    shown: Tensor

    def __call__(self, x: Tensor, t: Tensor, contexts: Contexts) -> tuple[Tensor, Tensor]:
        prediction, influence = self.guided(x, t, contexts)
        composition, count = self.guided.denoise, len(x)
        said = torch.cat([contexts.text, self.shown])
        whole, shown = composition.network.text.predict(torch.cat([x, x]), torch.cat([t, t]), said).split(count)
        return prediction + self.guided.scale * composition.rule.unseen * influence[:, :1] * (whole - shown), influence


def clean_and_noise(x: Tensor, prediction: Tensor, abar: Tensor, kind: str) -> tuple[Tensor, Tensor]:
    """(x_0, eps) as an eps or v prediction has them; abar broadcasts against x_t."""
    if kind == "v":
        return abar.sqrt() * x - (1 - abar).sqrt() * prediction, abar.sqrt() * prediction + (1 - abar).sqrt() * x
    return (x - (1 - abar).sqrt() * prediction) / abar.sqrt(), prediction


@torch.no_grad()
def sample(
    denoise: Composition | Guided | Heard,
    config: CollaborativeConfig,
    x_T: Tensor,
    contexts: Contexts,
    *,
    sampler: str = "DPM-Solver++",
    steps: int = 20,
    eta: float = 0.0,
    noise: Callable[[int], Tensor] | None = None,
    settled_below: int = 0,
    progress: Progress | None = None,
) -> tuple[Tensor, Tensor]:
    """Algorithm 2: x_T [N, C, S, S] -> (latents [N, C, S, S], influence at every step taken [T, N, 2, S, S]).

    DDIM with eta > 0 adds fresh noise, `noise(step)` shaped like x_T; every other way is deterministic. The released scripts take DDIM, 50
    steps and eta = 1. At the first timestep under `settled_below` the latent that is expected there is taken as it is: of what a network
    has not learnt yet it gives the mean, where more steps would give grain.
    """
    solver = scheduler(config, sampler)
    solver.set_timesteps(steps)
    x, influences = x_T, []
    if progress:
        progress(0, steps)
    for step, t in enumerate(solver.timesteps):
        prediction, influence = denoise(x, t.expand(len(x)).to(x.device), contexts)
        influences.append(influence)
        if t < settled_below:
            x, _ = clean_and_noise(x, prediction, solver.alphas_cumprod[t].to(x), config.prediction)
            break
        fresh = {"eta": eta, "variance_noise": noise(step)} if sampler == "DDIM" and eta else {}
        x = solver.step(prediction, t, x, **fresh).prev_sample
        if progress:
            progress(step + 1, steps)
    if progress:
        progress(steps, steps)
    return x, torch.stack(influences)


class Levels:
    """T + 1 noise levels from the clean latent (0) to the noisiest (T), and deterministic DDIM between any two of them.

    The published grid: timesteps 1, 1 + c, 1 + 2c, ... with c = 1000 // T, and timestep 0 for the clean end.
    """

    def __init__(self, config: CollaborativeConfig, steps: int):
        self.prediction = config.prediction
        self.timesteps = torch.cat([torch.zeros(1, dtype=torch.long), 1 + TRAINING_STEPS // steps * torch.arange(steps)])
        self.abar = alphas_cumprod(config)[self.timesteps]

    @property
    def steps(self) -> int:
        return len(self.timesteps) - 1

    def moved(self, x: Tensor, prediction: Tensor, start: Tensor, end: Tensor) -> Tensor:
        """x [N, C, S, S] at levels `start` [N], with what a network predicts there, taken to levels `end` [N]."""
        now, then = (self.abar[level].to(x)[:, None, None, None] for level in (start, end))
        x0, eps = clean_and_noise(x, prediction, now, self.prediction)
        return then.sqrt() * x0 + (1 - then).sqrt() * eps


@torch.no_grad()
def invert(denoise: Composition, levels: Levels, z0: Tensor, contexts: Contexts, progress: Progress | None = None) -> Tensor:
    """The way of one latent [1, C, S, S] into noise: x at every level, [T + 1, C, S, S], the clean one first."""
    way = [z0]
    if progress:
        progress(0, levels.steps)
    for level in range(levels.steps):
        here, next_ = torch.tensor([level]), torch.tensor([level + 1])
        prediction, _ = denoise(way[-1], levels.timesteps[here].to(z0.device), contexts)
        way.append(levels.moved(way[-1], prediction, here, next_))
        if progress:
            progress(level + 1, levels.steps)
    return torch.cat(way)
