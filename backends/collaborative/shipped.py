"""The shipped networks, built from their files: the text model, the mask model, their prior, and the dynamic diffusers."""

from __future__ import annotations

import weights

from ..dae.shipped import load_autoencoder
from . import conditions
from .detail import DetailConfig, Detailer
from .generation import Generation
from .networks import CollaborativeConfig, CollaborativeDiffusion
from .tiers import Settings

UNI_MODAL = ("text", "mask")


def load_uni_modal() -> CollaborativeDiffusion:
    """Both uni-modal models, with dynamic diffusers that have learnt nothing yet: what those are trained on."""
    states = {name: weights.load(weights.find(f"collaborative-{name}")) for name in UNI_MODAL}
    with weights.recognised("'collaborative-text'"):
        network = CollaborativeDiffusion(CollaborativeConfig.from_dict(states["text"][1]["config"]))
    prior, _ = weights.load(weights.find("collaborative-prior"))
    weights.fill(network.text.prior, prior, "'collaborative-prior'")  # both models share one
    for name, (state, _) in states.items():
        modality = getattr(network, name)
        for part in ("encoder", "unet"):
            weights.fill(getattr(modality, part), weights.under(state, f"{part}."), f"'collaborative-{name}'")
    return network.eval().requires_grad_(False)


def load_networks() -> CollaborativeDiffusion:
    """Everything that generation and editing need. Raises ParleyError where a file is missing, damaged, or another network's."""
    network = load_uni_modal()
    state, _ = weights.load(weights.find("collaborative-influence"))
    for name in UNI_MODAL:
        weights.fill(getattr(network, name).dynamic, weights.under(state, f"{name}."), "'collaborative-influence'")
    return network


def load_generation() -> Generation:
    """As `load_networks` raises."""
    return Generation(load_networks(), load_autoencoder(), conditions, Settings(), load_detailer())


def load_detailer() -> Detailer:
    """As `load_networks` raises."""
    return weights.network("collaborative-detail", lambda metadata: Detailer(DetailConfig.from_dict(metadata["config"])))
