"""The published `256_codiff_mask_text.ckpt` (or 512) becomes our networks: its keys renamed, its sizes read from the tensors.

This one file holds everything that generation and editing need; the uni-modal files beside it are for training.
"""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Mapping

import torch
from torch import Tensor

import weights
from weights import count, under

from .latents import KLStage
from .networks import CollaborativeConfig, CollaborativeDiffusion

State = Mapping[str, Tensor]

HEADS = 32
"""Attention heads of every published UNet; the number cannot be seen in the tensors."""
LATENT_SIDE = 64
TEXT_HEAD_DIM = 64

_PREFIXES = {
    "text.unet.": "model.text_unet.diffusion_model.",
    "mask.unet.": "model.seg_mask_unet.diffusion_model.",
    "text.dynamic.": "model.text_confidence_predictor.diffusion_model.",
    "mask.dynamic.": "model.seg_mask_confidence_predictor.diffusion_model.",
}
_ENCODERS = {
    "text.encoder.": "cond_stage_model.text_cond_stage_model.transformer.",
    "mask.encoder.": "cond_stage_model.seg_mask_cond_stage_model.",
}
_FIRST_STAGE = "first_stage_model."
_UNUSED = (
    "cond_stage_model.text_cond_stage_model.transformer.to_logits.",
    *("betas", "alphas_cumprod", "sqrt_", "log_one_minus_", "posterior_", "logvar"),
)
"""A language head that nothing calls, and the noise schedule's buffers."""

_RESNET = {
    "in_layers.0": "norm1",
    "in_layers.2": "conv1",
    "emb_layers.1": "time_emb_proj",
    "out_layers.0": "norm2",
    "out_layers.3": "conv2",
    "skip_connection": "conv_shortcut",
}
_UNET_ENDS = {
    "time_embed.0": "time_embedding.linear_1",
    "time_embed.2": "time_embedding.linear_2",
    "input_blocks.0.0": "conv_in",
    "middle_block.0": "mid_block.resnets.0",
    "middle_block.1": "mid_block.attentions.0",
    "middle_block.2": "mid_block.resnets.1",
    "out.0": "conv_norm_out",
    "out.2": "conv_out",
}
_VAE_MIDDLE = {
    "block_1": "resnets.0",
    "block_2": "resnets.1",
    "attn_1.norm": "attentions.0.group_norm",
    "attn_1.q": "attentions.0.to_q",
    "attn_1.k": "attentions.0.to_k",
    "attn_1.v": "attentions.0.to_v",
    "attn_1.proj_out": "attentions.0.to_out.0",
}


def _start_replaced(key: str, table: Mapping[str, str]) -> str:
    for old, new in table.items():
        if key == old or key.startswith(f"{old}."):
            return new + key.removeprefix(old)
    return key


def unet_key(key: str, layers: int) -> str:
    """A key of the authors' UNet -> the same parameter's in diffusers; `layers` residual blocks per grid."""
    block = re.match(r"(input|output)_blocks\.(\d+)\.(\d)\.(.*)", key)
    if block and (block[1], block[2]) != ("input", "0"):
        way, number, part, rest = block[1], int(block[2]) - (block[1] == "input"), int(block[3]), block[4]
        level, place = divmod(number, layers + 1)
        grid = f"{'down' if way == 'input' else 'up'}_blocks.{level}"
        if rest.startswith(("op.", "conv.")):
            return f"{grid}.{'down' if way == 'input' else 'up'}samplers.0.conv.{rest.partition('.')[2]}"
        if part == 1:
            return f"{grid}.attentions.{place}.{rest}"
        return f"{grid}.resnets.{place}.{_start_replaced(rest, _RESNET)}"
    renamed = _start_replaced(key, _UNET_ENDS)
    resnet = re.match(r"(mid_block\.resnets\.\d\.)(.*)", renamed)
    return resnet[1] + _start_replaced(resnet[2], _RESNET) if resnet else renamed


def vae_key(key: str, grids: int) -> str:
    """A key of the authors' image autoencoder -> the same parameter's in diffusers; the decoder's grids are numbered from the other end."""
    block = re.match(r"(encoder|decoder)\.(down|up)\.(\d+)\.(.*)", key)
    if block:
        half, way, level, rest = block.groups()
        number = int(level) if way == "down" else grids - 1 - int(level)
        rest = re.sub(r"^block\.", "resnets.", rest).replace("nin_shortcut", "conv_shortcut")
        return f"{half}.{way}_blocks.{number}.{re.sub(r'^(down|up)sample', rf'{way}samplers.0', rest)}"
    middle = re.match(r"(encoder|decoder)\.mid\.(.*)", key)
    if middle:
        return f"{middle[1]}.mid_block.{_start_replaced(middle[2], _VAE_MIDDLE)}"
    return key.replace("norm_out", "conv_norm_out")


def _unet_sizes(state: State) -> tuple[tuple[int, ...], int]:
    """(channels of each grid, residual blocks per grid)."""
    grids = 1 + sum(key.endswith("op.weight") for key in state)
    layers = (count(state, r"input_blocks\.(\d+)\.") - grids) // grids
    first = (f"input_blocks.{1 + level * (layers + 1)}.0.in_layers.2.weight" for level in range(grids))
    return tuple(state[key].shape[0] for key in first), layers


def published_config(
    state: State, *, heads: int = HEADS, dynamic_heads: int = HEADS, latent_side: int = LATENT_SIDE
) -> CollaborativeConfig:
    """Sizes of the published networks from their shapes. Raises KeyError or ValueError where the tensors are not theirs.

    The autoencoder of 512 px has a grid more than that of 256; the scale of the latents, which the file does not hold, follows from it.
    """
    unet, dynamic = (under(state, _PREFIXES[part]) for part in ("text.unet.", "text.dynamic."))
    text, mask = (under(state, prefix) for prefix in _ENCODERS.values())
    first = under(state, _FIRST_STAGE)
    channels, layers = _unet_sizes(unet)
    context = next(value.shape[1] for key, value in unet.items() if key.endswith("attn2.to_k.weight"))
    vae_grids = count(first, r"encoder\.down\.(\d+)\.")
    vocabulary, _ = text["token_emb.weight"].shape
    return CollaborativeConfig(
        latent_channels=first["post_quant_conv.weight"].shape[0],
        latent_side=latent_side,
        unet_channels=channels,
        unet_heads=heads,
        dynamic_channels=_unet_sizes(dynamic)[0],
        dynamic_heads=dynamic_heads,
        layers=layers,
        attend_finest="input_blocks.1.1.norm.weight" in unet,
        cross_attention_dim=context,
        vocabulary=vocabulary,
        max_tokens=text["pos_emb.emb.weight"].shape[0],
        text_layers=count(text, r"attn_layers\.layers\.(\d+)\.") // 2,
        text_heads=text["attn_layers.layers.0.1.to_q.weight"].shape[0] // TEXT_HEAD_DIM,
        text_head_dim=TEXT_HEAD_DIM,
        class_embedding=False,
        prediction="eps",
        latent="kl",
        scale_factor=CollaborativeConfig.published(512 if vae_grids == 4 else 256).scale_factor,
        vae_channels=tuple(first[f"encoder.down.{grid}.block.0.conv1.weight"].shape[0] for grid in range(vae_grids)),
        vae_layers=count(first, r"encoder\.down\.0\.block\.(\d+)\."),
        mask_side=math.isqrt(mask["linear.weight"].shape[1]),
    )


def renamed(state: State, config: CollaborativeConfig) -> tuple[dict[str, Tensor], dict[str, Tensor], list[str]]:
    """(tensors of CollaborativeDiffusion, tensors of KLStage, keys that belong to neither)."""
    networks: dict[str, Tensor] = {}
    first: dict[str, Tensor] = {}
    unexpected: list[str] = []
    for key, value in state.items():
        unet = next((ours for ours, theirs in _PREFIXES.items() if key.startswith(theirs)), None)
        encoder = next((ours for ours, theirs in _ENCODERS.items() if key.startswith(theirs)), None)
        if key.startswith(_UNUSED):
            continue
        if unet:
            networks[unet + unet_key(key.removeprefix(_PREFIXES[unet]), config.layers)] = value
        elif encoder:
            networks[encoder + key.removeprefix(_ENCODERS[encoder])] = value
        elif key.startswith(_FIRST_STAGE):
            name = f"vae.{vae_key(key.removeprefix(_FIRST_STAGE), len(config.vae_channels))}"
            # Attention's projections are 1 x 1 convolutions there and linear layers here.
            first[name] = value.flatten(1) if ".attentions." in name and value.dim() == 4 else value
        else:
            unexpected.append(key)
    return networks, first, unexpected


def published(state: State, config: CollaborativeConfig | None = None) -> tuple[CollaborativeDiffusion, KLStage]:
    """The networks in evaluation mode. Raises ParleyError where a tensor is missing or has another size; what is not known is logged."""
    with weights.recognised("Collaborative Diffusion (256_codiff_mask_text.ckpt)"):
        config = config or published_config(state)
    networks, first, unexpected = renamed(state, config)
    with torch.device("meta"):
        model, stage = CollaborativeDiffusion(config), KLStage(config)
    for part, tensors in ((model, networks), (stage, first)):
        unexpected += weights.fill(part, tensors, "Collaborative Diffusion", spare=True)
    if unexpected:
        logging.getLogger(__name__).warning("%d unknown tensors are left out: %s, ...", len(unexpected), min(unexpected))
    return model, stage


def load_published() -> tuple[CollaborativeDiffusion, KLStage]:
    """From the file that the environment names; memory-mapped, so that only what is used is read."""
    return published(weights.load(weights.find("collaborative-256"))[0])
