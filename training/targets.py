"""What a semantic code must tell of a face: the renderer's own parameters, as numbers of about unit size."""

from __future__ import annotations

import torch
from torch import Tensor

from graded import GRADED
from synth.accessories import rim_shape
from synth.lighting import sample_scene
from synth.materials import accessories
from synth.parameters import EYE_COLOURS, HAIR_COLOURS, FaceParameters

from .data import Faces

MIRRORED = ("yaw", "roll", "light from the side")
"""Targets that change sign in the mirror."""


def targets(face: FaceParameters) -> dict[str, float]:
    """What the code must tell, each about unit size: degrees as numbers and as ordinal steps, shape, colours, pose."""
    found: dict[str, float] = {}
    for name in GRADED:
        degree = getattr(face, name)
        found[name] = (degree - 2.5) / 1.7
        found.update({f"{name} at least {k}": 1.0 if degree >= k else -1.0 for k in range(1, 6)})
    found.update(
        {
            "masculinity": 2 * face.masculinity - 1,
            "skin tone": (face.skin_tone - 3.5) / 2,
            "hair length": (face.hair_length - 0.9) / 0.8,
            "hair curl": 2 * face.hair_curl - 1,
            "gray": 2 * face.gray - 0.5,
            "bald": 2.0 * face.bald - 1,
            "makeup": 2 * face.makeup - 1,
            "earrings": 2.0 * face.earrings - 1,
            "weight": 2 * face.weight,
            "yaw": face.yaw / 15,
            "pitch": face.pitch / 7,
            "roll": face.roll / 3,
        }
    )
    width, height, exponent = rim_shape(face)
    red, green, blue = accessories(face).frame
    frame = {"rim width": (width - 0.265) / 0.01, "rim height": (height - 0.19) / 0.02, "rim squareness": 3 * (0.7 - exponent)}
    frame |= {"frame red": 4 * red - 0.5, "frame green": 4 * green - 0.5, "frame blue": 4 * blue - 0.5}
    found.update({name: value if face.eyeglasses else 0.0 for name, value in frame.items()})
    side, up, _ = sample_scene(face.light_seed).lights.key_direction
    found.update({"light from the side": 2 * side, "light from above": 3 * (up - 0.5)})
    found.update({f"hair {colour}": 1.0 if face.hair_colour == colour else -1.0 for colour in HAIR_COLOURS})
    found.update({f"eyes {colour}": 1.0 if face.eye_colour == colour else -1.0 for colour in EYE_COLOURS})
    found.update({f"ancestry {i}": 2 * share - 0.6 for i, share in enumerate(face.ancestry)})
    return found


def mirror(truth: Tensor, names: list[str], flip: Tensor) -> Tensor:
    """Targets [B, K] of a batch in which the pictures with `flip` are mirrored."""
    truth = truth.clone()
    for name in MIRRORED:
        truth[flip, names.index(name)] *= -1
    return truth


def target_table(faces: Faces) -> tuple[list[str], Tensor]:
    """Names [K] and values [N, K] of all faces' targets."""
    rows = [targets(face) for face in faces.params]
    return list(rows[0]), torch.tensor([[float(value) for value in row.values()] for row in rows])
