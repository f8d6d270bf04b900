"""The shipped networks, built from their files: sizes come from each file's own metadata."""

from __future__ import annotations

import torch

import weights

from ..stylegan.semantic_predictor import SemanticPredictor, trunk_config
from .autoencoder import AutoencoderConfig, PatchAutoencoder
from .change_unet import ChangeConfig
from .mapping import GradedMappers, Mappers, PromptMapper
from .motion import Mover
from .networks import DAEConfig, DiffusionAutoencoder
from .retouch import Retoucher


def _frozen(network: torch.nn.Module, state: dict[str, torch.Tensor]):
    network.load_state_dict(state)
    return network.eval().requires_grad_(False)


def load_autoencoder() -> PatchAutoencoder:
    state, metadata = weights.load(weights.find("autoencoder"))
    return _frozen(PatchAutoencoder(AutoencoderConfig(**metadata["config"])), state)


def load_network() -> DiffusionAutoencoder:
    """The UNet with its semantic encoder, which lie in two files."""
    encoder, _ = weights.load(weights.find("semantic"))
    unet, metadata = weights.load(weights.find("dae"))
    network = DiffusionAutoencoder(DAEConfig.from_dict(metadata["config"]))
    return _frozen(network, unet | {f"encoder.{key}": value for key, value in encoder.items()})


def load_mover() -> Mover:
    state, metadata = weights.load(weights.find("dae-motion"))
    return _frozen(Mover(ChangeConfig.from_dict(metadata["config"])), state)


def load_retoucher() -> Retoucher:
    state, metadata = weights.load(weights.find("retouch"))
    return _frozen(Retoucher(ChangeConfig.from_dict(metadata["config"])), state)


def load_predictor() -> SemanticPredictor:
    state, metadata = weights.load(weights.find("dae-predictor"))
    return _frozen(SemanticPredictor(trunk_config(metadata["config"])), state)


def load_mappers() -> Mappers:
    return Mappers(load_graded_mappers(), load_prompt_mapper())


def load_graded_mappers() -> GradedMappers:
    state, metadata = weights.load(weights.find("mappers"))
    return _frozen(GradedMappers(**metadata["config"]), state)


def load_prompt_mapper() -> PromptMapper:
    state, metadata = weights.load(weights.find("prompts"))
    return _frozen(PromptMapper(**metadata["config"]), state)
