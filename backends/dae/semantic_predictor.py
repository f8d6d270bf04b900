"""The shipped fine-grained predictor: a semantic encoder, and one head that reads every graded attribute's degree off its code."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from faces.networks import resized
from graded import GRADED, MAX_DEGREE

from .networks import EncoderConfig, SemanticEncoder

HIDDEN = 128


class SemanticPredictor(nn.Module):
    """Faces [N, 3, H, W] in [-1, 1] -> logits [N, 5 attributes, 6 degrees]; used like `stylegan.predictor.AttributePredictor`."""

    def __init__(self, config: EncoderConfig):
        super().__init__()
        self.config = config
        self.trunk = SemanticEncoder(config)
        self.head = nn.Sequential(nn.Linear(config.z_dim, HIDDEN), nn.SiLU(), nn.Linear(HIDDEN, len(GRADED) * (MAX_DEGREE + 1)))

    def forward(self, image: Tensor) -> Tensor:
        return self.read(self.trunk(resized(image, self.config.side)))

    def read(self, found: Tensor) -> Tensor:
        """Logits from the trunk's code [N, z_dim]."""
        return self.head(found).unflatten(1, (len(GRADED), MAX_DEGREE + 1))

    def probabilities(self, image: Tensor) -> Tensor:
        """[N, 5 attributes, 6 degrees], each attribute's summing to one."""
        return self(image).softmax(dim=2)

    def features(self, image: Tensor) -> list[Tensor]:
        """Feature maps from fine to coarse, [N, C, h, w] with unit length at every place: what makes two pictures look alike."""
        return self.described(image)[0]

    def described(self, image: Tensor) -> tuple[list[Tensor], Tensor]:
        """`features`, and the degrees to be expected, [N, 5], in one pass."""
        maps, found = feature_maps(self.trunk, resized(image, self.config.side))
        return maps, expected_degrees(self.read(found).softmax(dim=2))


def expected_degrees(probabilities: Tensor) -> Tensor:
    """Means of six-way distributions: [..., 6] -> [...]."""
    return probabilities @ torch.arange(MAX_DEGREE + 1, dtype=probabilities.dtype, device=probabilities.device)


def feature_maps(encoder: SemanticEncoder, image: Tensor) -> tuple[list[Tensor], Tensor]:
    """What every second of the encoder's blocks makes of a picture, with unit length at every place, and the code, [N, z_dim]."""
    h, maps = F.pixel_unshuffle(image, encoder.unshuffle), []
    for i, block in enumerate(encoder.input_blocks):
        h = block(h)
        if i % 2:
            maps.append(F.normalize(h, dim=1))
    return maps, encoder.out(encoder.middle_block(h)).flatten(1)
