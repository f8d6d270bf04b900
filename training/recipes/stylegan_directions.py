"""Directions of Enjoy-Your-Editing for the comparison in evaluation/fields.py: one for each face, learnt from the same ways as the fields.

They take a minute to learn and are not shipped.
"""

from __future__ import annotations

import torch

from backends.stylegan.field import SemanticField
from backends.stylegan.generator import Generator
from graded import GRADED, MAX_DEGREE

from .stylegan_faces import CodedFaces
from .stylegan_fields import HIDDEN, LAYERS, STEP, STRAY, known_ways

BATCHES, BATCH_SIZE, RATE = 600, 64, 1e-3


def directions(generator: Generator, faces: CodedFaces) -> dict[str, SemanticField]:
    """For every graded attribute a network from w to the step whose repetition gives more of it."""
    randomness = torch.Generator().manual_seed(0)
    _, deviation = generator.w_statistics()
    found = {}
    for i, name in enumerate(GRADED):
        network = SemanticField(generator.config.style_dim, HIDDEN, LAYERS)
        optimiser = torch.optim.Adam(network.parameters(), lr=RATE)
        for _ in range(BATCHES):
            steps = torch.randint(1, int(MAX_DEGREE / STEP), (BATCH_SIZE,), generator=randomness).float()
            w, further = known_ways(faces, generator, i, steps, randomness)
            near = w + STRAY * deviation * torch.randn(w.shape, generator=randomness)
            loss = ((network(near) - (further - w) / steps[:, None]) / deviation).square().mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        found[name] = network.eval().requires_grad_(False)
    return found
