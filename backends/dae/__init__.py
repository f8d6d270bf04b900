"""Diffusion autoencoder + mapping networks + Stable Manipulation Strategy (ChatFace, arXiv 2305.14742). Imports no torch until `load`."""

from prompts import PROMPTS

from ..base import Backend, BackendInfo, Option
from .added import listed

INFO = BackendInfo(
    name="dae",
    title="Diffusion autoencoder + SMS",
    summary="Inverts the face into noise and a code, moves the code until the degree is right, and draws what changed. Keeps the person.",
    paper="ChatFace (Yue et al. 2023, arXiv 2305.14742); Diffusion Autoencoders (Preechakul et al., CVPR 2022)",
    licence="this project's own, trained on faces that it renders",
    resolution=128,
    attributes=("bangs", "eyeglasses", "beard", "smile", "age"),
    prompts=tuple(dict.fromkeys(PROMPTS) | listed("dae")),
    sampling_steps=(8, 10, 20, 50),
    exact_changes=True,
    options=(Option("manipulation", "Manipulation", ("direct", "stable (SMS)"), "ChatFace's SMS edits less and keeps more."),),
    weights=("autoencoder", "semantic", "dae", "mappers", "shared-mapper", "dae-motion", "retouch", "dae-predictor", "degrees", "parsing"),
)


def load() -> Backend:
    """The engine with the shipped weights."""
    from .engine import DAEBackend

    return DAEBackend.shipped()
