"""StyleGAN2 + semantic field + degree loop (Talk-to-Edit, arXiv 2109.04425). Imports no torch until `load`."""

from graded import GRADED

from ..base import Backend, BackendInfo

INFO = BackendInfo(
    name="stylegan",
    title="StyleGAN2 + semantic field",
    summary="Finds the face in a generator's latent space and walks a learned field, in small steps, until the asked degree shows.",
    paper="Talk-to-Edit (Jiang et al., ICCV 2021, arXiv 2109.04425); StyleGAN2 (Karras et al., CVPR 2020)",
    licence="this project's own, trained on faces that it renders; the authors' weights load too: non-commercial research",
    resolution=128,
    attributes=GRADED,
    weights=("stylegan-generator", "stylegan-predictor", *(f"stylegan-field-{name}" for name in GRADED), "stylegan-encoder"),
)


def load() -> Backend:
    """The engine with the shipped weights, or with the published ones that the environment names; decodes at its generator's resolution."""
    from .engine import StyleGANBackend

    return StyleGANBackend.from_files()
