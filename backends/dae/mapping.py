"""ChatFace's residual mapping networks: small MLPs that turn a face's z_sem into the step that edits it."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from graded import MAX_DEGREE

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
    """

    def __init__(self, attributes: tuple[str, ...], dim: int, hidden: int):
        super().__init__()
        self.attributes, self.dim, self.hidden = tuple(attributes), dim, hidden
        self.networks = nn.ModuleDict({f"{name}_{way}": MappingNetwork(dim, hidden, 1) for name in attributes for way in DIRECTIONS})

    def config(self) -> dict:
        return {"attributes": list(self.attributes), "dim": self.dim, "hidden": self.hidden}

    def step(self, z: Tensor, attribute: str, degrees: Tensor) -> Tensor:
        """dz [N, dim] for signed numbers of degrees [N], all of one sign."""
        way = DIRECTIONS[int(degrees.sum() < 0)]
        s = degrees.abs()[:, None] / MAX_DEGREE
        return s * self.networks[f"{attribute}_{way}"](torch.cat([z, s], dim=1))


class SharedMapper(nn.Module):
    """A committee of mapping networks, each for all that can be asked for: what, it is told by an embedding of its own for each way of a
    graded attribute and for each prompt, how far by s.

    Our extension: the paper trains a network for each prompt. What is shared is learnt from fewer pairs, and the members err differently.
    """

    def __init__(self, attributes: tuple[str, ...], prompts: tuple[str, ...], dim: int, hidden: int, width: int, members: int):
        super().__init__()
        self.attributes, self.prompts, self.dim, self.hidden = tuple(attributes), tuple(prompts), dim, hidden
        self.networks = nn.ModuleList([MappingNetwork(dim, hidden, width + 1) for _ in range(members)])
        self.embeddings = nn.Parameter(torch.randn(members, len(DIRECTIONS) * len(attributes) + len(prompts), width))

    def config(self) -> dict:
        members, _, width = self.embeddings.shape
        sizes = {"dim": self.dim, "hidden": self.hidden, "width": width, "members": members}
        return {"attributes": list(self.attributes), "prompts": list(self.prompts), **sizes}

    def forward(self, z: Tensor, numbers: Tensor, s: Tensor) -> Tensor:
        """dz [N, dim] for z [N, dim], `way_number` or `prompt_number` [N], and s [N] in [0, 1]."""
        return self.opinions(z, numbers, s).mean(0)

    def opinions(self, z: Tensor, numbers: Tensor, s: Tensor) -> Tensor:
        """What each member says, [members, N, dim]."""
        s, told = s[:, None], self.embeddings[:, numbers]
        return torch.stack([s * network(torch.cat([z, what, s], dim=1)) for network, what in zip(self.networks, told, strict=True)])

    def way_number(self, attribute: Tensor, less: Tensor) -> Tensor:
        """Of the ways of attributes by their numbers, towards less of them or more."""
        return len(DIRECTIONS) * attribute + less.long()

    def prompt_number(self, prompt: Tensor) -> Tensor:
        """Of prompts by their numbers."""
        return len(DIRECTIONS) * len(self.attributes) + prompt

    def step(self, z: Tensor, name: str, degrees: Tensor) -> Tensor:
        """dz [N, dim] for signed numbers of degrees [N], all of one sign; half of a prompt is half of its step, for pairs
        show whole ones alone."""
        if name in self.attributes:
            number = self.way_number(torch.tensor(self.attributes.index(name)), degrees.sum() < 0)
            return self(z, number.expand(len(z)), degrees.abs() / MAX_DEGREE)
        number = self.prompt_number(torch.tensor(self.prompts.index(name)))
        return degrees[:, None] / MAX_DEGREE * self(z, number.expand(len(z)), torch.ones_like(degrees))


class Mappers:
    """The shipped ways to edit z: for graded attributes halfway between their own networks and the shared one, which err differently; for
    prompts the shared one."""

    def __init__(self, graded: GradedMappers, shared: SharedMapper):
        self.graded, self.shared = graded, shared

    def step(self, z: Tensor, name: str, degrees: Tensor) -> Tensor:
        """dz [N, dim] for signed numbers of degrees [N], all of one sign; a prompt's from 0 to 5."""
        shared = self.shared.step(z, name, degrees)
        return (shared + self.graded.step(z, name, degrees)) / 2 if name in self.graded.attributes else shared

    def edit(self, z: Tensor, changes: Mapping[str, float]) -> Tensor:
        """z_edit = z + sum_i s_i * Mapping_i(z) [N, dim] (ChatFace, eq. 12), `changes` being signed numbers of degrees."""
        return z + sum(self.step(z, name, z.new_full((len(z),), degrees)) for name, degrees in changes.items())
