"""The rule by which the golden figures of the full-size networks drew their weights, from each tensor's own name."""

from __future__ import annotations

import math
import zlib

import numpy as np
import torch
from torch import Tensor, nn


def filled(kind: str, network: nn.Module) -> nn.Module:
    state = network.state_dict()
    for key, value in state.items():
        if not key.endswith(("kernel", "num_batches_tracked")):
            state[key] = _scaled(kind, key, _normal(f"{kind}/{key}", value.shape), f"{key.rpartition('.')[0]}.running_mean" in state)
    network.load_state_dict(state)
    return network.eval().requires_grad_(False)


def _normal(name: str, shape: torch.Size) -> Tensor:
    numbers = np.random.RandomState(zlib.crc32(name.encode())).standard_normal(tuple(shape))
    return torch.from_numpy(numbers.astype(np.float32))


def _scaled(kind: str, key: str, r: Tensor, batch_norm: bool) -> Tensor:
    last = key.rpartition(".")[2]
    if batch_norm:
        return {"weight": 1 + 0.1 * r, "bias": 0.1 * r, "running_mean": 0.1 * r, "running_var": (0.2 * r).exp()}[last]
    if kind in ("generator", "discriminator"):
        if key.startswith("style."):
            return r * (100 if last == "weight" else 20)
        if key.endswith("modulation.bias"):
            return 1 + 0.3 * r
        return r * (0.1 if key.endswith("noise.weight") else 0.2 if last == "bias" else 1)
    if last == "bias":
        return 0.1 * r
    return r * math.sqrt({"field": 1.9, "predictor": 0.7}[kind] / math.prod(r.shape[1:]))
