"""Who a rendered face is, in numbers: the shape of the head as a young adult at rest, and the few colours that stay with a person."""

from __future__ import annotations

import dataclasses

import numpy as np
import torch
from torch import Tensor

from synth.head import CENTRE, Head, load_head
from synth.morphs import at_rest, grown_up, morph_weights
from synth.parameters import CHOICES, FaceParameters

SHAPES = 32
"""Principal components of the face's shape."""
CHIN, BROW = 6.0, 7.75
"""Heights between which the front of the head is the face; above, hair covers its shape."""


def person_table(people: tuple[FaceParameters, ...]) -> Tensor:
    """What tells the people apart, [N, SHAPES + colours], each with mean 0: the same for all pictures of a person.

    Shape components are scaled by the root of their deviation: large ones count more, as they do for the eye, but not for everything.
    """
    head = load_head()
    moved = np.stack([morph_weights(head, _resting(face)) for face in people]) @ _face_moves(head)
    moved -= moved.mean(0)
    variances, axes = np.linalg.eigh(np.cov(moved, rowvar=False))
    deviations = np.sqrt(variances[-SHAPES:])
    shapes = moved @ axes[:, -SHAPES:] / np.sqrt(deviations * deviations.max())
    colours = np.array([_colours(face) for face in people], np.float32)
    shapes /= shapes.std(0).max()
    return torch.from_numpy(np.hstack([shapes, colours - colours.mean(0)]).astype(np.float32))


def _resting(face: FaceParameters) -> FaceParameters:
    return dataclasses.replace(grown_up(at_rest(face)), expression_seed=0)


def _face_moves(head: Head) -> np.ndarray:
    """The moves [M, M] of each morph in the front of the face, in coordinates that keep their lengths and angles."""
    height, depth = head.control[:, 1], head.control[:, 2]
    front = (height > CHIN) & (height < BROW) & (depth > CENTRE[2])
    moves = head.deltas.reshape(len(head.deltas), -1, 3).astype(np.float64)
    moves = (moves - moves[:, head.anchor].mean(1, keepdims=True))[:, front].reshape(len(moves), -1)  # as in Head.morphed
    values, vectors = np.linalg.eigh(moves @ moves.T)
    return (vectors * np.sqrt(values.clip(0))) @ vectors.T


def _colours(face: FaceParameters) -> list[float]:
    eyes = [1.0 if face.eye_colour == name else 0.0 for name in CHOICES["eye_colour"]]
    return [face.skin_tone / 2, 2 * face.masculinity, 2 * face.brow_thickness, *eyes]
