"""Text model + mask model + dynamic diffusers (Collaborative Diffusion, arXiv 2304.10530). Imports no torch until `load`."""

import os

from ..base import Backend, BackendInfo, Option

TIERS = ("instant", "better", "imagic")
BALANCES = ("even", "only the words", "more the words", "more the mask", "only the mask")
INFLUENCES = ("words for what masks hide", "as trained", "mask first, words last")
CANDIDATES = ("best", "closer to the photo", "closer to the request")

INFO = BackendInfo(
    name="collaborative",
    title="Collaborative diffusion",
    summary="One model reads words and one reads a drawn mask; at every place and step a third decides which of them to trust.",
    paper="Collaborative Diffusion (Huang et al., CVPR 2023, arXiv 2304.10530); Imagic (Kawar et al., CVPR 2023)",
    licence="this project's own, trained on faces that it renders",
    resolution=128,
    attributes=("bangs", "eyeglasses", "beard", "smile", "age"),
    accepts_text=True,
    accepts_mask=True,
    accepts_layout=True,
    options=(
        Option("tier", "Effort", TIERS, "Better fits the description to the photo; imagic fits the model too and offers three results."),
        Option("balance", "Words against mask", BALANCES, "Whom to trust where the two disagree."),
        Option(
            "influence",
            "Influence",
            INFLUENCES,
            "In new faces words may be heard in full where they tell what no mask shows; or as the paper has it, or with the fading that "
            "the authors' scripts add.",
        ),
        Option("candidate", "Result", CANDIDATES, "Which of imagic's three results to take."),
    ),
    weights=(
        *(f"collaborative-{name}" for name in ("prior", "text", "mask", "influence", "detail")),
        "autoencoder",
        "semantic",
        "dae",
        "dae-motion",
        "retouch",
        "dae-predictor",
        "parsing",
        "degrees",
        "identity",
    ),
)


def load() -> Backend:
    """The engine with the published weights where the environment names them, else with the shipped ones."""
    import weights

    from .engine import CollaborativeBackend

    if os.environ.get(weights.FILES["collaborative-256"].env):
        return CollaborativeBackend.published()
    return CollaborativeBackend.shipped()
