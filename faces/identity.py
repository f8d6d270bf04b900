"""Who a face is: a unit vector that stays near itself when the same person smiles, turns, ages a little or puts on glasses.

The shipped network was trained on rendered identities alone (`python -m training.run identity`): it compares renderings and, more
crudely, photos. Where the weights of facenet-pytorch's InceptionResnetV1 are on the machine, that network, which has seen millions of
photos, takes its place. Nothing is ever downloaded.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

import weights
from errors import ParleyError
from pictures import picture_tensor

from .networks import resized, shipped, trunk

EMBEDDING = 128
FACENET_FILES = ("20180402-114759-vggface2.pt", "20180408-102900-casia-webface.pt")
"""The names under which facenet-pytorch keeps its weights, better one first."""
FACENET_SIDE = 160
FACENET_WINDOW = (0.20, 0.16, 0.79, 0.94)
"""Left, top, right and bottom, as shares of an aligned face, of the box that MTCNN draws around it, measured on rendered
faces: FaceNet was trained on such boxes, stretched to a square."""


class IdentityNetwork(nn.Module):
    """Aligned faces [N, 3, 128, 128] in [-1, 1] -> unit embeddings [N, embedding].

    The last grid is reduced by one weight per channel and place (the global depthwise convolution of MobileFaceNet, Chen et al. 2018):
    a face is aligned, so where something is found says what it is.
    """

    def __init__(self, widths: Sequence[int] = (32, 64, 128), embedding: int = EMBEDDING):
        super().__init__()
        self.widths, self.embedding = tuple(widths), embedding
        coarse = self.widths[-1]
        self.layers = nn.Sequential(
            *trunk(widths),
            nn.Conv2d(coarse, 2 * coarse, 8, groups=coarse),
            nn.Flatten(),
            nn.Linear(2 * coarse, embedding),
        )

    def forward(self, images: Tensor) -> Tensor:
        return F.normalize(self.layers(resized(images)), dim=1)


class FaceNet(nn.Module):
    """facenet-pytorch's InceptionResnetV1 behind the same interface: aligned faces [N, 3, H, W] in [-1, 1] -> unit embeddings [N, 512].

    Raises ParleyError where the state dict is not that network's.
    """

    def __init__(self, state: dict[str, Tensor]):
        from facenet_pytorch import InceptionResnetV1

        super().__init__()
        self.network = InceptionResnetV1()
        known = {key: value for key, value in state.items() if not key.startswith("logits.")}  # the classifier over the training people
        try:
            self.network.load_state_dict(known)
        except RuntimeError as error:
            raise ParleyError("The weights given for FaceNet are not those of facenet-pytorch's InceptionResnetV1.") from error

    def forward(self, images: Tensor) -> Tensor:
        height, width = images.shape[-2:]
        left, top, right, bottom = FACENET_WINDOW
        window = images[..., round(top * height) : round(bottom * height), round(left * width) : round(right * width)]
        return self.network(resized(window, FACENET_SIDE) * (127.5 / 128))


def facenet_path() -> Path | None:
    """The local file of FaceNet's weights: PARLEY_FACENET's, or the one that facenet-pytorch itself once downloaded; None without one."""
    if os.environ.get(weights.FILES["facenet"].env):
        return weights.find("facenet")
    caches = os.environ.get("XDG_CACHE_HOME", "~/.cache")
    folder = Path(os.environ.get("TORCH_HOME", f"{caches}/torch")).expanduser() / "checkpoints"
    return next((folder / name for name in FACENET_FILES if (folder / name).is_file()), None)


@functools.cache
def network() -> nn.Module:
    """FaceNet where its weights are, else the shipped network; loaded once per process.

    Takes aligned faces [N, 3, H, W] in [-1, 1] and gives unit embeddings; gradients flow to the pictures, not to the weights.
    """
    path = facenet_path()
    if not path:
        return shipped("identity", lambda metadata: IdentityNetwork(metadata["widths"], metadata["embedding"]))
    model = FaceNet(weights.load(path)[0])
    return model.eval().requires_grad_(False).to(memory_format=torch.channels_last)


@torch.inference_mode()
def embed(image: Image.Image) -> Tensor:
    """Unit embedding [D] of an aligned RGB face of any size."""
    return network()(picture_tensor(image))[0]


def similarity(a: Image.Image, b: Image.Image) -> float:
    """Cosine similarity, -1 to 1, of who two aligned faces are."""
    return float(embed(a) @ embed(b))
