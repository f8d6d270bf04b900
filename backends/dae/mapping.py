"""ChatFace's residual mapping networks: small MLPs that turn a face's z_sem into the step that edits it."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

DIRECTIONS = ("more", "less")
LAYERS = 4


class MappingNetwork(nn.Module):
    """Four-layer MLP, z [N, dim] -> dz [N, dim]; z_edit = z + s * Mapping(z) with strength s in [0, 1] (ChatFace, eq. 5).

    The paper's size is dim = hidden = 512; the last layer starts at zero, so that an untrained network edits nothing. `conditions` counts
    further inputs that come after z.
    """

    def __init__(self, dim: int = 512, hidden: int = 512, conditions: int = 0):
        super().__init__()
        sizes = [dim + conditions] + [hidden] * (LAYERS - 1) + [dim]
        layers: list[nn.Module] = []
        for i in range(LAYERS):
            layers += [nn.Linear(sizes[i], sizes[i + 1]), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers[:-1])
        nn.init.zeros_(self.layers[-1].weight)
        nn.init.zeros_(self.layers[-1].bias)

    def forward(self, z: Tensor) -> Tensor:
        return self.layers(z)


class GradedMappers(nn.Module):
    """Two mapping networks per graded attribute, towards more and towards less of it, each scaled so that s = 1 moves by 5 degrees.

    Our extension: a network is told s as well, because degrees do not lie on a line. Halfway to sunglasses is a thick frame, not half
    a shade.

    `gains` [attributes, 2] are calibrated on validation faces: how far z must go for the picture, not only z, to change by what was asked.
    """

    def __init__(self, attributes: tuple[str, ...], dim: int, hidden: int):
        super().__init__()
        self.attributes, self.dim, self.hidden = tuple(attributes), dim, hidden
        self.networks = nn.ModuleDict({f"{name}_{way}": MappingNetwork(dim, hidden, 1) for name in attributes for way in DIRECTIONS})
        self.register_buffer("gains", torch.ones(len(attributes), len(DIRECTIONS)))

    def config(self) -> dict:
        return {"attributes": list(self.attributes), "dim": self.dim, "hidden": self.hidden}

    def step(self, z: Tensor, attribute: str, degrees: Tensor) -> Tensor:
        """dz [N, dim] for signed numbers of degrees [N], all of one sign, before calibration."""
        way = DIRECTIONS[int(degrees.sum() < 0)]
        s = degrees.abs()[:, None] / 5
        return s * self.networks[f"{attribute}_{way}"](torch.cat([z, s], dim=1))

    def edit(self, z: Tensor, changes: dict[str, float]) -> Tensor:
        """z_edit = z + sum_i s_i * Mapping_i(z) (ChatFace, eq. 12), `changes` being signed numbers of degrees."""
        z_edit = z
        for attribute, degrees in changes.items():
            gain = self.gains[self.attributes.index(attribute), int(degrees < 0)]
            z_edit = z_edit + gain * self.step(z, attribute, z.new_full((len(z),), degrees))
        return z_edit


class PromptMapper(nn.Module):
    """One mapping network for all prompts, told which by an embedding of its own for each; s = 1 is all of a prompt.

    `gains` [prompts] are calibrated as those of the graded mappers. Our extension: the paper trains a network for each prompt.
    """

    def __init__(self, prompts: tuple[str, ...], dim: int, hidden: int, width: int):
        super().__init__()
        self.prompts, self.dim, self.hidden = tuple(prompts), dim, hidden
        self.network = MappingNetwork(dim, hidden, width)
        self.embeddings = nn.Parameter(torch.randn(len(prompts), width))
        self.register_buffer("gains", torch.ones(len(prompts)))

    def config(self) -> dict:
        return {"prompts": list(self.prompts), "dim": self.dim, "hidden": self.hidden, "width": self.embeddings.shape[1]}

    def forward(self, z: Tensor, numbers: Tensor) -> Tensor:
        """dz [N, dim] of the whole change, before calibration, for z [N, dim] and numbers of prompts [N]."""
        return self.network(torch.cat([z, self.embeddings[numbers]], dim=1))

    def step(self, z: Tensor, prompt: str) -> Tensor:
        """dz [N, dim] of all of a prompt, after calibration."""
        number = self.prompts.index(prompt)
        return self.gains[number] * self(z, torch.full((len(z),), number, device=z.device))


class Mappers:
    """The shipped ways to edit z: graded attributes by their own networks, prompts by the one they share."""

    def __init__(self, graded: GradedMappers, prompted: PromptMapper):
        self.graded, self.prompted = graded, prompted

    def edit(self, z: Tensor, changes: Mapping[str, float]) -> Tensor:
        """z_edit [N, dim] by signed numbers of degrees, a prompt's from 0 to 5; every step starts from z (ChatFace, eq. 12)."""
        known = self.graded.attributes
        z_edit = self.graded.edit(z, {name: degrees for name, degrees in changes.items() if name in known})
        return z_edit + sum(degrees / 5 * self.prompted.step(z, name) for name, degrees in changes.items() if name not in known)
