"""A miniature of the published networks, under the authors' names and with weights drawn from a rule by those names."""

from __future__ import annotations

import math
import zlib
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

GOLDEN = Path(__file__).parent / "golden"

PREFIXES = {
    "unet": ("model.text_unet.diffusion_model.", "model.seg_mask_unet.diffusion_model."),
    "dynamic": ("model.text_confidence_predictor.diffusion_model.", "model.seg_mask_confidence_predictor.diffusion_model."),
    "text": ("cond_stage_model.text_cond_stage_model.transformer.",),
    "mask": ("cond_stage_model.seg_mask_cond_stage_model.",),
    "vae": ("first_stage_model.",),
}
SIZES = {"heads": 8, "dynamic_heads": 16, "latent_side": 16}
"""What the tensors do not show."""


def formula_weight(name: str, shape: tuple[int, ...]) -> Tensor:
    """The rule that the golden figures were computed with; rounded to half precision."""
    draw = np.random.RandomState(zlib.crc32(name.encode())).standard_normal(shape)
    if "token_emb" in name or "pos_emb" in name:
        draw *= 0.5 if "token_emb" in name else 0.1
    elif len(shape) > 1:
        draw /= math.sqrt(math.prod(shape[1:]))
    else:
        draw = 1 + 0.1 * draw if name.endswith("weight") else 0.05 * draw
    return torch.from_numpy(draw.astype(np.float16)).float()


def miniature_checkpoint() -> dict[str, Tensor]:
    state = {}
    for line in (GOLDEN / "keys.txt").read_text().splitlines():
        part, key, sizes = line.split()
        for prefix in PREFIXES[part]:
            state[prefix + key] = formula_weight(prefix + key, tuple(int(size) for size in sizes.split("x")))
    return state
