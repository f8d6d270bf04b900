"""The shipped networks, built from their files: sizes come from each file's own metadata.

All of it raises ParleyError where a file is missing, damaged, or another network's.
"""

from __future__ import annotations

import weights

from .autoencoder import AutoencoderConfig, PatchAutoencoder
from .change_unet import ChangeConfig
from .mapping import GradedMappers, Mappers, SharedMapper
from .motion import Mover
from .networks import DAEConfig, DiffusionAutoencoder, EncoderConfig
from .retouch import Retoucher
from .semantic_predictor import SemanticPredictor


def load_autoencoder() -> PatchAutoencoder:
    return weights.network("autoencoder", lambda metadata: PatchAutoencoder(AutoencoderConfig(**metadata["config"])))


def load_network() -> DiffusionAutoencoder:
    """The UNet with its semantic encoder, which lie in two files."""
    encoder, _ = weights.load(weights.find("semantic"))
    unet, metadata = weights.load(weights.find("dae"))
    with weights.recognised("'dae'"):
        network = DiffusionAutoencoder(DAEConfig.from_dict(metadata["config"]))
    weights.fill(network, unet | {f"encoder.{key}": value for key, value in encoder.items()}, "'dae' or of 'semantic'")
    return network


def load_mover() -> Mover:
    return weights.network("dae-motion", lambda metadata: Mover(ChangeConfig.from_dict(metadata["config"])))


def load_retoucher() -> Retoucher:
    return weights.network("retouch", lambda metadata: Retoucher(ChangeConfig.from_dict(metadata["config"])))


def load_predictor() -> SemanticPredictor:
    return weights.network("dae-predictor", lambda metadata: SemanticPredictor(EncoderConfig.from_dict(metadata["config"])))


def load_mappers() -> Mappers:
    return Mappers(load_graded_mappers(), load_shared_mapper())


def load_graded_mappers() -> GradedMappers:
    return weights.network("mappers", lambda metadata: GradedMappers(**metadata["config"]))


def load_shared_mapper() -> SharedMapper:
    return weights.network("shared-mapper", lambda metadata: SharedMapper(**metadata["config"]))
