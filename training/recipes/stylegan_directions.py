"""What evaluation/fields.py compares the semantic fields with, learnt from the same ways: directions of Enjoy-Your-Editing, one for each
face, and fields in Z. They take a minute to learn and are not shipped.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from backends.stylegan.field import SemanticField
from backends.stylegan.generator import Generator
from graded import GRADED, MAX_DEGREE

from .stylegan_faces import CodedFaces
from .stylegan_fields import CHORD, HIDDEN, LAYERS, STEP, STRAY, known_codes, known_ways

BATCHES, BATCH_SIZE, RATE = 600, 64, 1e-3


def directions(generator: Generator, faces: CodedFaces) -> dict[str, SemanticField]:
    """For every graded attribute a network from w to the step whose repetition gives more of it."""
    _, deviation = generator.w_statistics()

    def ways(attribute: int, randomness: torch.Generator) -> tuple[Tensor, Tensor]:
        steps = torch.randint(1, int(MAX_DEGREE / STEP), (BATCH_SIZE,), generator=randomness).float()
        w, further = known_ways(faces, generator, attribute, steps, randomness)
        return w, (further - w) / steps[:, None]

    return _learnt(ways, deviation)


def fields_in_z(faces: CodedFaces) -> dict[str, SemanticField]:
    """For every graded attribute a field that is read at z and moves z (`backends.stylegan.field.z_field_step`)."""
    steps = torch.full((BATCH_SIZE,), float(CHORD))

    def ways(attribute: int, randomness: torch.Generator) -> tuple[Tensor, Tensor]:
        z, further = known_codes(faces, attribute, steps, randomness)
        return z, (further - z) / CHORD

    return _learnt(ways, torch.ones(faces.code.dim))


def _learnt(ways: Callable[[int, torch.Generator], tuple[Tensor, Tensor]], deviation: Tensor) -> dict[str, SemanticField]:
    """A network for each attribute, from latents [B, D] to their known steps [B, D]; `deviation` [D] is that of the latents."""
    randomness = torch.Generator().manual_seed(0)
    found = {}
    for i, name in enumerate(GRADED):
        network = SemanticField(len(deviation), HIDDEN, LAYERS)
        optimiser = torch.optim.Adam(network.parameters(), lr=RATE)
        for _ in range(BATCHES):
            latents, known = ways(i, randomness)
            near = latents + STRAY * deviation * torch.randn(latents.shape, generator=randomness)
            loss = ((network(near) - known) / deviation).square().mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        found[name] = network.eval().requires_grad_(False)
    return found
