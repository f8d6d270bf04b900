"""Half precision for what is trained and examined; the engines themselves draw in single precision."""

from __future__ import annotations

import torch


def half_precision(device_type: str) -> torch.autocast:
    """A context that computes in bfloat16 on "cuda", and on a "cpu" that is quick at it."""
    quick = device_type == "cuda" or torch.cpu.get_capabilities().get("avx512_bf16", False)
    return torch.autocast(device_type, torch.bfloat16, enabled=quick)
