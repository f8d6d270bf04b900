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
    network = CollaborativeDiffusion(CollaborativeConfig.from_dict(states["text"][1]["config"]))
    prior, _ = weights.load(weights.find("collaborative-prior"))
    network.text.prior.load_state_dict(prior)  # both models share one
    for name, (state, _) in states.items():
        modality = getattr(network, name)
        modality.encoder.load_state_dict(_part(state, "encoder."))
        modality.unet.load_state_dict(_part(state, "unet."))
    return network.eval().requires_grad_(False)


def load_networks() -> CollaborativeDiffusion:
    """Everything that generation and editing need. Raises ParleyError where a file is missing or damaged."""
    network = load_uni_modal()
    state, _ = weights.load(weights.find("collaborative-influence"))
    for name in UNI_MODAL:
        getattr(network, name).dynamic.load_state_dict(_part(state, f"{name}."))
    return network


def load_generation() -> Generation:
    """As `load_networks` raises."""
    return Generation(load_networks(), load_autoencoder(), conditions, Settings(), load_detailer())


def load_detailer() -> Detailer:
    """As `load_networks` raises."""
    state, metadata = weights.load(weights.find("collaborative-detail"))
    detailer = Detailer(DetailConfig.from_dict(metadata["config"]))
    detailer.load_state_dict(state)
    return detailer.eval().requires_grad_(False)


def _part(state: dict, prefix: str) -> dict:
    return {key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)}
