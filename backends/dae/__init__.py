"""Diffusion autoencoder + mapping networks + Stable Manipulation Strategy (ChatFace, arXiv 2305.14742). Imports no torch until `load`."""

from ..base import Backend, BackendInfo, Option

INFO = BackendInfo(
    name="dae",
    title="Diffusion autoencoder + SMS",
    summary="Inverts the face into noise and a semantic code, moves the code, and denoises again. Keeps the person; edits are soft.",
    paper="ChatFace (Yue et al. 2023, arXiv 2305.14742); Diffusion Autoencoders (Preechakul et al., CVPR 2022)",
    licence="this project's own, trained on faces that it renders",
    resolution=128,
    attributes=("bangs", "eyeglasses", "beard", "smile", "age"),
    sampling_steps=(8, 10, 20, 50),
    options=(Option("manipulation", "Manipulation", ("stable (SMS)", "direct"), "Direct edits are stronger and keep less detail."),),
    weights=("autoencoder", "semantic", "dae", "mappers", "degrees"),
)


def load() -> Backend:
    """The engine with the shipped weights."""
    from .engine import DAEBackend

    return DAEBackend.shipped()
