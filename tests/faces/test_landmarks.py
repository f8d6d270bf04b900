"""Five points in a crop: shapes, mirrors, and how exact the shipped network is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageOps

import weights
from errors import ParleyError
from faces import landmarks
from faces.landmarks import SIDE, LandmarkNetwork, mirrored


def test_points_lie_between_the_maps_cells() -> None:
    network = LandmarkNetwork((8, 16)).eval()
    torch.nn.init.zeros_(network.out[-1].weight)
    torch.nn.init.zeros_(network.out[-1].bias)
    torch.testing.assert_close(network(torch.zeros(2, 3, SIDE, SIDE)), torch.zeros(2, 5, 2))


def test_points_are_x_then_y_from_the_crops_edges() -> None:
    network = LandmarkNetwork((8, 16)).eval()
    network.out = torch.nn.Identity()
    network.up = torch.nn.ModuleList([_Spike()])
    torch.testing.assert_close(network(torch.zeros(1, 3, SIDE, SIDE))[0, 0], torch.tensor([63 / 32 - 1, 1 / 32 - 1]))


class _Spike(torch.nn.Module):
    """Draws maps whose last cell of the first row is all that counts."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        maps = torch.zeros(len(x), 5, *x.shape[2:])
        maps[:, :, 0, -1] = 100
        return maps


def test_the_mirror_swaps_the_sides() -> None:
    points = torch.arange(10.0).view(1, 5, 2)
    assert mirrored(points)[0].tolist() == [[-2, 3], [0, 1], [-4, 5], [-8, 9], [-6, 7]]
    torch.testing.assert_close(mirrored(mirrored(points)), points)


def test_a_mirrored_crop_gives_mirrored_points(face_image: Image.Image) -> None:
    crop = face_image.resize((SIDE, SIDE))
    points, mirror = landmarks.locate(crop), landmarks.locate(ImageOps.mirror(crop))
    assert points.shape == (5, 2)
    assert np.abs(mirror[list(landmarks.MIRRORED)] - [SIDE, 0] - points * [-1, 1]).max() < 0.01


def test_without_weights_the_error_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "SHIPPED", tmp_path)
    landmarks.network.cache_clear()
    with pytest.raises(ParleyError, match=r"training\.run landmarks.*PARLEY_LANDMARKS"):
        landmarks.network()


def test_the_shipped_file_is_small() -> None:
    assert (weights.SHIPPED / "landmarks.safetensors").stat().st_size < 0.7e6
