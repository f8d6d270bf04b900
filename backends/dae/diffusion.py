"""DDIM (Song et al. 2021) as Diffusion Autoencoders use it: deterministic decoding, inversion, and SMS's step-dependent z.

Paper symbols: abar is alpha_bar, T the number of steps taken, t an original timestep 0..999, i the spaced index 0..T-1 (T-1 is
the noisiest).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from ..base import Progress

TRAINING_STEPS = 1000

Denoiser = Callable[[Tensor, int], tuple[Tensor, Tensor]]
"""(x, spaced index i) -> (predicted x_0, predicted eps)."""


def full_abar() -> Tensor:
    """alpha_bar_t for t = 0..999 under the linear schedule beta = 1e-4 .. 2e-2, float64."""
    betas = torch.linspace(1e-4, 2e-2, TRAINING_STEPS, dtype=torch.float64)
    return torch.cumprod(1 - betas, dim=0)


@dataclass(frozen=True, eq=False)
class Schedule:
    """T evenly strided timesteps: t_i = i * stride, with alpha_bar at, before and after each (float32, [T])."""

    timesteps: tuple[int, ...]
    abar: Tensor
    abar_prev: Tensor
    abar_next: Tensor

    @property
    def T(self) -> int:
        return len(self.timesteps)

    @classmethod
    def ddim(cls, T: int) -> Schedule:
        """Raises ValueError unless some whole stride visits exactly T timesteps (2..36, 38, 39, 40, 42, ... 100, 125, 250, 500, 1000)."""
        stride = next((s for s in range(1, TRAINING_STEPS) if len(range(0, TRAINING_STEPS, s)) == T), None)
        if stride is None or T < 2:
            raise ValueError(f"no whole stride visits exactly {T} of {TRAINING_STEPS} timesteps; try 8, 20, 50 or 100")
        timesteps = tuple(range(0, TRAINING_STEPS, stride))
        abar = full_abar()[list(timesteps)]
        one, zero = torch.ones(1, dtype=abar.dtype), torch.zeros(1, dtype=abar.dtype)
        prev, following = torch.cat([one, abar[:-1]]), torch.cat([abar[1:], zero])
        return cls(timesteps, abar.float(), prev.float(), following.float())


def denoiser(network, schedule: Schedule, z: Tensor, *, prediction: str, clip_denoised: bool) -> Denoiser:
    """Turns a network that predicts eps or v into one that gives (x_0, eps); `z` is [N, d], or [T, N, d] to use z[i] at spaced index i.

    With clipping, eps is derived anew from the clipped x_0, as upstream does in decoding and inversion alike.
    """
    per_step = z if z.ndim == 3 else z.expand(schedule.T, *z.shape)

    def denoise(x: Tensor, i: int) -> tuple[Tensor, Tensor]:
        abar = schedule.abar[i].to(x.device)
        t = torch.full((len(x),), schedule.timesteps[i], device=x.device)
        output = network(x, t, per_step[i])
        if prediction == "v":
            x0 = abar.sqrt() * x - (1 - abar).sqrt() * output
        else:
            x0 = x / abar.sqrt() - (1 / abar - 1).sqrt() * output
        if clip_denoised:
            x0 = x0.clamp(-1, 1)
        eps = (x / abar.sqrt() - x0) / (1 / abar - 1).sqrt()
        return x0, eps

    return denoise


def invert(denoise: Denoiser, x0: Tensor, schedule: Schedule, progress: Progress | None = None) -> Tensor:
    """DDIM inversion: the x_T from which decoding leads back to x0 (Diffusion Autoencoders, eq. 8). Shapes [N, C, H, W].

    The last step has abar_next = 0, so x_T is the last predicted eps; decoding treats it as if at abar of the last timestep. That
    mismatch is the published convention.
    """
    x = x0
    for i in range(schedule.T):
        predicted, eps = denoise(x, i)
        x = schedule.abar_next[i].sqrt() * predicted + (1 - schedule.abar_next[i]).sqrt() * eps
        if progress:
            progress(i + 1, schedule.T)
    return x


def decode(
    denoise: Denoiser,
    x_T: Tensor,
    schedule: Schedule,
    progress: Progress | None = None,
    *,
    begin_at: int | None = None,
    down_to: int = 0,
) -> Tensor:
    """Deterministic DDIM generation (eta = 0) from x_T; the last step returns the predicted x_0 exactly. Shapes [N, C, H, W].

    With `down_to` above 0 it stops where the step of that spaced index is done, from where `begin_at` = `down_to` goes on.
    """
    x = x_T
    for i in reversed(range(down_to, schedule.T if begin_at is None else begin_at)):
        predicted, eps = denoise(x, i)
        x = schedule.abar_prev[i].sqrt() * predicted + (1 - schedule.abar_prev[i]).sqrt() * eps
        if progress:
            progress(schedule.T - i, schedule.T)
    return x


def stable_manipulation(z_edit: Tensor, z: Tensor, T: int, stability: float = 1.0) -> Tensor:
    """ChatFace's Stable Manipulation Strategy (eq. 6): z_t = Lerp(z_edit, z; v), v = t/T, for generation steps t = 0..T-1.

    z [N, d] -> [T, N, d] ordered by spaced index, so that the first, noisiest step (index T-1) uses z_edit and late ones return to z.
    `stability` scales v: 1 is the paper's, 0 keeps z_edit throughout.
    """
    v = stability * torch.arange(T - 1, -1, -1, dtype=z.dtype, device=z.device)[:, None, None] / T
    return torch.lerp(z_edit.expand(T, *z.shape), z.expand(T, *z.shape), v)
