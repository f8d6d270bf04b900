"""Which prompts of assets/prompts.json a face shows: blond hair, a cap, red lipstick ...

Trained on rendered faces alone (`python -m training.run looks`).
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import torch
from PIL import Image
from torch import Tensor, nn

from pictures import picture_tensor
from prompts import PROMPTS

from .networks import resized, shipped, trunk


class LookNetwork(nn.Module):
    """Aligned faces [N, 3, 128, 128] in [-1, 1] -> logits [N, prompts] of "the face shows it".

    The last grid is reduced by weights for every place: where something is found says what it is. The trunk is the degree network's, so
    that training can begin with what that one has learnt.
    """

    def __init__(self, prompts: Sequence[str] = PROMPTS, widths: Sequence[int] = (64, 128, 192)):
        super().__init__()
        self.prompts, self.widths = tuple(prompts), tuple(widths)
        coarse = self.widths[-1]
        self.layers = nn.Sequential(*trunk(widths))
        self.heads = nn.Sequential(
            nn.Conv2d(coarse, 2 * coarse, 8, groups=coarse), nn.Flatten(), nn.SiLU(), nn.Linear(2 * coarse, len(self.prompts))
        )

    def forward(self, images: Tensor) -> Tensor:
        return self.heads(self.layers(images))


@functools.cache
def network() -> LookNetwork:
    """The shipped network, loaded once per process."""
    return shipped("looks", lambda metadata: LookNetwork(metadata["prompts"], metadata["widths"]))


@torch.inference_mode()
def shown(image: Image.Image) -> dict[str, float]:
    """Probability of each prompt that an aligned RGB face of any size shows it."""
    model = network()
    return dict(zip(model.prompts, model(resized(picture_tensor(image)))[0].sigmoid().tolist(), strict=True))
