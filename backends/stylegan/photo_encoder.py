"""The shipped encoder from a photo to w_plus: a semantic encoder finds a z, a mapping network like the generator's makes it a style."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from faces.networks import resized

from ..dae.networks import EncoderConfig, SemanticEncoder
from .generator import MAPPING_LR
from .layers import EqualLinear


@dataclass(frozen=True)
class PhotoEncoderConfig:
    """`layers` and `style_dim` of the w_plus; `rank` of what tells its layers apart."""

    trunk: EncoderConfig
    layers: int
    style_dim: int
    mapping_layers: int
    rank: int = 64

    @classmethod
    def from_dict(cls, fields: dict) -> PhotoEncoderConfig:
        return cls(**{**fields, "trunk": EncoderConfig.from_dict(fields["trunk"])})


class PhotoEncoder(nn.Module):
    """Photo [N, 3, H, W] in [-1, 1] -> w_plus [N, layers, style_dim].

    z is not normalised: what a photo does not tell is 0 in it, the mean.
    """

    def __init__(self, config: PhotoEncoderConfig):
        super().__init__()
        self.config = config
        found, dim = config.trunk.z_dim, config.style_dim
        self.trunk = SemanticEncoder(config.trunk)
        self.code = nn.Linear(found, dim)
        self.mapping = nn.Sequential(*(EqualLinear(dim, dim, lr_mul=MAPPING_LR, activate=True) for _ in range(config.mapping_layers)))
        self.narrow = nn.Linear(found, config.rank, bias=False)
        self.offsets = nn.Linear(config.rank, config.layers * dim, bias=False)

    def forward(self, photo: Tensor) -> Tensor:
        found = self.trunk(resized(photo, self.config.trunk.side))
        offsets = self.offsets(self.narrow(found)).unflatten(1, (self.config.layers, self.config.style_dim))
        return self.mapping(self.code(found))[:, None] + offsets
