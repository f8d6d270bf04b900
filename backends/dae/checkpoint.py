"""The published diffusion autoencoders: whatever form their weights come in becomes our network, its sizes read from the tensors."""

from __future__ import annotations

import re

import torch
from torch import Tensor

import weights

from .networks import DAEConfig, DiffusionAutoencoder, EncoderConfig, UNetConfig

ATTENTION_RESOLUTION = 16
"""Every published network attends at 16 x 16; the picture's size is not in the weights and follows from this."""


def canonical(state: dict) -> dict[str, Tensor]:
    """The averaged network's tensors under bare names.

    Accepts a Lightning checkpoint or its `state_dict` (networks under `model.` and `ema_model.`; the average is the one to use),
    and bare names.
    """
    state = state.get("state_dict", state)
    averaged = weights.under(state, "ema_model.")
    return averaged or {key: value for key, value in state.items() if isinstance(value, Tensor)}


def _levels(state: dict[str, Tensor], prefix: str, count: int, num_res_blocks: int) -> tuple[tuple[int, ...], list[int]]:
    """(output channels of each level, levels with attention) of a stack of input blocks."""
    channels, attending = [], []
    for level in range(count):
        first = f"{prefix}input_blocks.{1 + level * (num_res_blocks + 1)}"
        channels.append(state[f"{first}.0.in_layers.2.weight"].shape[0])
        if f"{first}.1.qkv.weight" in state:
            attending.append(level)
    return tuple(channels), attending


def infer_config(state: dict[str, Tensor]) -> DAEConfig:
    """Sizes of a published network, from shapes alone. Raises KeyError where it is not one."""
    model_channels, in_channels = state["input_blocks.0.0.weight"].shape[:2]
    z_dim = state["encoder.out.3.weight"].shape[0]
    outputs = weights.count(state, r"output_blocks\.(\d+)\.")
    # A block that also upsamples ends in a second residual block: one fewer of these than there are levels.
    ups = {m[1] for m in (re.match(r"output_blocks\.(\d+)\.[12]\.in_layers", key) for key in state) if m}
    num_res_blocks = outputs // (len(ups) + 1) - 1
    encoder_blocks = weights.count(state, r"encoder\.input_blocks\.(\d+)\.")
    channels, attending = _levels(state, "", len(ups) + 1, num_res_blocks)
    encoder_channels, _ = _levels(state, "encoder.", encoder_blocks // (num_res_blocks + 1), num_res_blocks)
    resolution = ATTENTION_RESOLUTION * 2 ** attending[0]
    encoder_model_channels = state["encoder.input_blocks.0.0.weight"].shape[0]
    return DAEConfig(
        EncoderConfig(
            resolution,
            in_channels,
            encoder_model_channels,
            tuple(c // encoder_model_channels for c in encoder_channels),
            num_res_blocks,
            (ATTENTION_RESOLUTION,),
            z_dim,
        ),
        UNetConfig(
            resolution,
            in_channels,
            model_channels,
            tuple(c // model_channels for c in channels),
            num_res_blocks,
            (ATTENTION_RESOLUTION,),
            state["time_embed.time_embed.0.weight"].shape[0],
            z_dim,
        ),
    )


def published_network(state: dict) -> DiffusionAutoencoder:
    """The network in evaluation mode. Raises ParleyError for weights that are not a published diffusion autoencoder's."""
    tensors = canonical(state)
    with weights.recognised("a diffusion autoencoder (ffhq256_autoenc or a sibling)"):
        config = infer_config(tensors)
    with torch.device("meta"):
        network = DiffusionAutoencoder(config)
    weights.fill(network, tensors, "a diffusion autoencoder")
    return network
