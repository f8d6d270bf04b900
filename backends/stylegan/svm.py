"""A linear support vector machine, for the comparison methods that move latents across its boundary."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from errors import ParleyError

ITERATIONS = 200
STEPS_PER_DEGREE = 4
"""How many steps of a comparison method lead one degree on."""


@dataclass(frozen=True, eq=False)
class Boundary:
    """The hyperplane normal . w + offset = 0; `normal` [D] has unit length and points to the positive side."""

    normal: Tensor
    offset: float

    def distance(self, w: Tensor) -> Tensor:
        """Signed distances of w [N, D] from the hyperplane, [N]."""
        return w @ self.normal + self.offset


def linear_svm(w: Tensor, positive: Tensor, cost: float = 1.0) -> Boundary:
    """Fits 1/2 |v|^2 + cost * mean(max(0, 1 - y (v . w + b))^2), the squared hinge loss, on w [N, D] with labels `positive` [N].

    Solved in the primal and in double precision, with w standardised; both classes weigh the same however many members they have. Raises
    ParleyError where a class is empty.
    """
    if positive.all() or not positive.any():
        raise ParleyError("A boundary needs latents on both of its sides; all of these are on one.")
    mean, deviation = w.double().mean(dim=0), w.double().std(dim=0)
    standard = (w.double() - mean) / deviation
    sign = positive.double() * 2 - 1
    balance = torch.where(positive, 0.5 / positive.double().mean(), 0.5 / (~positive).double().mean())
    parameters = torch.zeros(w.shape[1] + 1, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([parameters], max_iter=ITERATIONS, tolerance_grad=1e-9, line_search_fn="strong_wolfe")

    def objective() -> Tensor:
        optimiser.zero_grad()
        margin = sign * (standard @ parameters[:-1] + parameters[-1])
        loss = 0.5 * parameters[:-1].square().sum() / len(w) + cost * (balance * (1 - margin).clamp(min=0).square()).mean()
        loss.backward()
        return loss

    with torch.enable_grad():
        optimiser.step(objective)
    v = parameters.detach()[:-1] / deviation
    offset = parameters.detach()[-1] - v @ mean
    length = v.norm()
    return Boundary((v / length).float(), (offset / length).item())


def step_length(w: Tensor, degrees: Tensor, normal: Tensor) -> float:
    """How far along the normal one degree lies on average (least squares over w [N, D] and their degrees [N]), divided into steps."""
    along, centred = w @ normal, degrees.float() - degrees.float().mean()
    return (centred @ (along - along.mean()) / centred.square().sum()).abs().item() / STEPS_PER_DEGREE
