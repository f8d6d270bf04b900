"""The published diffusion autoencoder + linear directions (Preechakul et al., CVPR 2022), for who has the weights. Imports no torch until
`load`.
"""

from graded import GRADED

from .base import Backend, BackendInfo, Option
from .dae.added import listed
from .dae.celeba import PROMPT_DIRECTIONS

INFO = BackendInfo(
    name="diffae",
    title="DiffAE, published weights",
    summary="The authors' FFHQ network at 256 pixels: z moves along the directions of a linear classifier. Wants a GPU.",
    paper="Diffusion Autoencoders (Preechakul et al., CVPR 2022); decoded as ChatFace does (Yue et al. 2023, arXiv 2305.14742)",
    licence="MIT for the authors' code, nothing is said about their weights; FFHQ is CC BY-NC-SA 4.0 (non-commercial)",
    resolution=256,
    attributes=GRADED,
    prompts=tuple(PROMPT_DIRECTIONS | listed("diffae")),
    sampling_steps=(8, 10, 20, 50),
    options=(Option("manipulation", "Manipulation", ("stable (SMS)", "direct"), "Direct edits are stronger and keep less detail."),),
    weights=("diffae-ffhq256", "diffae-ffhq256-classifier", "degrees"),
)


def load() -> Backend:
    """The engine with the weights that the environment names, on a GPU where there is one."""
    from .dae.published import PublishedBackend

    return PublishedBackend.from_files()
