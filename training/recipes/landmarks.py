"""The landmark network of faces/landmarks.py, on crops as inexact as MTCNN's points are."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

import weights
from faces.align import landmark_transform
from faces.landmarks import SIDE, LandmarkNetwork, mirrored

from ..augment import photographed, placed, placements
from ..data import RESOLUTION, Faces, load_faces
from ..loop import export_path, go_on
from ..sheets import grid

INEXACT = 2.5
"""How far crops stray, in what other networks are trained for."""
COARSE = 0.25
"""Share of crops that lose their detail, as small faces have."""
DOT = torch.tensor([-1.0, 1.0, -1.0])


def frames(faces: Faces) -> Tensor:
    """Affine maps [N, 2, 3] for `placed`, which crop each picture as its true points ask for."""
    transforms = torch.from_numpy(np.stack([landmark_transform(points, 2) for points in faces.landmarks.double().numpy()])).float()
    scale = 2 / RESOLUTION
    turn, shift = transforms[:, :, :2] * scale, transforms @ torch.ones(3) * scale - 1
    return torch.cat([turn, shift[:, :, None]], 2)


def within(affine: Tensor, points: Tensor) -> Tensor:
    """Points [N, 5, 2] of pictures, in the crops that `affine` describes; all edges lie at -1 and 1."""
    return torch.linalg.solve(affine[:, :, :2], (points - affine[:, None, :, 2]).mT).mT


class Landmarks:
    name = "landmarks"
    learning_rate = 2e-3
    batch_size = 32

    def __init__(self):
        self.network = LandmarkNetwork()

    def prepare(self, device: torch.device) -> None:
        self.device = device
        self.faces, self.held = load_faces("training"), load_faces("validation")
        self.frames, self.held_frames = frames(self.faces), frames(self.held)
        go_on(self.network, "landmarks")

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        index = torch.randint(len(self.faces), (self.batch_size,), generator=generator)
        crops, points = _crops(self.faces, self.frames, index, generator)
        coarse = F.interpolate(F.avg_pool2d(crops, 4), scale_factor=4, mode="bilinear", align_corners=False)
        crops = torch.where((torch.rand(len(index), generator=generator) < COARSE)[:, None, None, None], coarse, crops)
        crops = photographed(crops, generator)
        flip = torch.rand(len(index), generator=generator) < 0.5
        crops[flip], points[flip] = crops[flip].flip(3), mirrored(points[flip])
        return crops.to(self.device), points.to(self.device)

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        crops, points = batch
        return (network(crops) - points).norm(dim=2).mean()

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        """On every second validation face (its pair shows the same person), in distances between the eyes."""
        errors = []
        for index in torch.arange(0, len(self.held), 2).split(50):
            crops, points = _crops(self.held, self.held_frames, index, torch.Generator().manual_seed(int(index[0])))
            offsets = (network(crops.to(self.device)).cpu() - points).norm(dim=2).mean(1)
            errors.append(offsets / (points[:, 1] - points[:, 0]).norm(dim=1))
        return {"loss": torch.cat(errors).mean().item(), "median": torch.cat(errors).median().item()}

    @torch.inference_mode()
    def sheet(self, network: nn.Module) -> Image.Image:
        """Rows: crops, with a dot on each found point."""
        crops, _ = _crops(self.held, self.held_frames, torch.arange(0, 48, 2), torch.Generator().manual_seed(0))
        pixels = ((network(crops.to(self.device)).cpu() + 1) / 2 * SIDE).long().clamp(0, SIDE - 1)
        for crop, points in zip(crops, pixels, strict=True):
            crop[:, points[:, 1], points[:, 0]] = DOT[:, None]
        return grid(list(F.interpolate(crops, scale_factor=3).split(8)))

    def export(self, network: nn.Module) -> None:
        weights.save(export_path("landmarks"), network.state_dict(), {"widths": list(network.widths)})


def _crops(faces: Faces, exact: Tensor, index: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Inexact crops [B, 3, 64, 64] and the true points [B, 5, 2] in them."""
    inexact = placements(len(index), generator, INEXACT)
    turn, shift = exact[index, :, :2], exact[index, :, 2:]
    affine = torch.cat([turn @ inexact[:, :, :2], turn @ inexact[:, :, 2:] + shift], 2)
    crops = F.avg_pool2d(placed(faces.batch(index), affine), RESOLUTION // SIDE)
    return crops, within(affine, faces.landmarks[index] * 2 / RESOLUTION - 1)
