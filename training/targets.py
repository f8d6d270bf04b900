"""What a semantic code must tell of a face: the renderer's own parameters, as numbers of about unit size."""

from __future__ import annotations

import torch
from torch import Tensor

from graded import GRADED
from synth.eyeglasses import frame_look, rim_shape
from synth.lighting import sample_scene
from synth.parameters import CHOICES, FaceParameters

from .data import Faces

MIRRORED = ("yaw", "roll", "light from the side")
"""Targets that change sign in the mirror."""
SHAPES = ("weight", "double_chin", "cheekbones", "nose_size", "nose_point", "lip_size", "brow_thickness")
FLAGS = ("bald", "mouth_open", "eyes_closed")


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
            "hair volume": 2 * face.hair_volume - 1,
            "gray": 2 * face.gray - 0.5,
            "makeup": 2 * face.makeup - 1,
            "blush": 2 * face.blush - 0.5,
            "receding": 2 * face.receding - 0.5,
            "yaw": face.yaw / 15,
            "pitch": face.pitch / 7,
            "roll": face.roll / 3,
        }
    )
    found.update({name: 2 * getattr(face, name) for name in SHAPES})
    found.update({name: 2.0 * getattr(face, name) - 1 for name in FLAGS})
    for name, values in CHOICES.items():
        found.update({f"{name} {value}": 1.0 if getattr(face, name) == value else -1.0 for value in values})
    rim, (red, green, blue) = rim_shape(face), frame_look(face)[0]
    frame = {"rim width": (rim.half_width - 0.25) / 0.025, "rim height": (rim.half_height - 0.2) / 0.035}
    frame |= {"rim squareness": 3 * (0.7 - rim.exponent)}
    frame |= {"frame red": 4 * red - 0.5, "frame green": 4 * green - 0.5, "frame blue": 4 * blue - 0.5}
    found.update({name: value if face.eyeglasses else 0.0 for name, value in frame.items()})
    side, up, _ = sample_scene(face.light_seed).lights.key_direction
    found.update({"light from the side": 2 * side, "light from above": 3 * (up - 0.5)})
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


def exact_degrees(told: Tensor, truth: Tensor, names: list[str]) -> dict[str, float]:
    """How often targets [N, K], by the names of their columns, tell the exact degree of each graded attribute."""
    found = {}
    for name in GRADED:
        steps = [names.index(f"{name} at least {k}") for k in range(1, 6)]
        same = (told[:, steps] > 0).sum(1) == (truth[:, steps] > 0).sum(1)
        found[f"{name}_exact"] = same.float().mean().item()
    return found
