"""The recipe of the landmark network: its crops and its points belong together, and what is trained is what is shipped."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image, ImageDraw

import weights
from faces import landmarks
from graded import GRADED
from synth.parameters import sample
from training.data import RESOLUTION, Faces
from training.recipes import landmarks as recipe_module
from training.recipes.landmarks import Landmarks

COLOURS = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (0, 255, 255))


def dotted(split: str) -> Faces:
    """Black pictures whose points are dots of a colour each."""
    generator = torch.Generator().manual_seed(0)
    points = torch.tensor([[48.0, 60], [80, 60], [64, 78], [52, 96], [76, 96]]) + torch.rand(48, 5, 2, generator=generator) * 6
    images = []
    for five in points.tolist():
        image = Image.new("RGB", (RESOLUTION, RESOLUTION))
        draw = ImageDraw.Draw(image)
        for (x, y), colour in zip(five, COLOURS, strict=True):
            draw.ellipse((x - 4, y - 4, x + 3, y + 3), fill=colour)
        images.append(torch.from_numpy(np.array(image)).permute(2, 0, 1))
    return Faces(torch.stack(images), (sample(0),) * 48, torch.zeros(48, len(GRADED)), landmarks=points)


def test_points_lie_on_what_the_crops_show(monkeypatch):
    monkeypatch.setattr(recipe_module, "load_faces", dotted)
    monkeypatch.setattr(recipe_module, "photographed", lambda crops, generator: crops)
    monkeypatch.setattr(recipe_module, "COARSE", 0.0)
    recipe = Landmarks()
    recipe.prepare(torch.device("cpu"))
    crops, points = recipe.batch(torch.Generator().manual_seed(1))
    assert crops.shape == (32, 3, landmarks.SIDE, landmarks.SIDE)
    pixels = ((points + 1) / 2 * landmarks.SIDE).long()
    assert (pixels[:, 1] - pixels[:, 0]).float().norm(dim=1).std() > 1, "crops stray"
    seen = torch.stack([crop[:, five[:, 1], five[:, 0]].T for crop, five in zip(crops, pixels, strict=True)])
    expected = torch.tensor(COLOURS) / 127.5 - 1
    mirror = seen[:, 0, 0] < 0
    expected = torch.where(mirror[:, None, None], expected[list(landmarks.MIRRORED)], expected)
    assert 4 < mirror.sum() < 28
    assert (seen - expected).abs().max() < 0.5


def test_a_step_of_training_and_what_is_shipped(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "SHIPPED", tmp_path)
    monkeypatch.setattr(recipe_module, "load_faces", dotted)
    recipe = Landmarks()
    recipe.batch_size = 4
    recipe.prepare(torch.device("cpu"))
    recipe.loss(recipe.network, recipe.batch(torch.Generator().manual_seed(0))).backward()
    assert all(parameter.grad is not None for parameter in recipe.network.parameters())
    network = recipe.network.eval()
    figures = recipe.validate(network)
    assert 0 < figures["median"] < 2 and np.isfinite(figures["loss"])
    assert recipe.sheet(network).size == (8 * 3 * landmarks.SIDE, 3 * 3 * landmarks.SIDE)
    recipe.export(network)
    landmarks.network.cache_clear()
    crops = torch.rand(1, 3, landmarks.SIDE, landmarks.SIDE) * 2 - 1
    torch.testing.assert_close(landmarks.network()(crops), network(crops), rtol=0.02, atol=0.02)
    landmarks.network.cache_clear()
