"""Which part of the face a pixel shows: shapes, names, and what the shipped network finds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import weights
from errors import ParleyError
from evaluation.parsing import measure, table
from faces import parsing
from faces.mask_classes import MASK_CLASSES
from faces.parsing import ParsingNetwork
from synth import labels
from training.overlap import confusion, intersection_over_union


def test_classes_are_the_renderers() -> None:
    assert [getattr(labels, name.upper()) for name in MASK_CLASSES] == list(range(len(MASK_CLASSES)))
    assert set(parsing.SIDES) == {(labels.L_EYE, labels.R_EYE), (labels.L_BROW, labels.R_BROW), (labels.L_EAR, labels.R_EAR)}


@pytest.mark.parametrize("size", [(128, 128), (150, 90)])
def test_mask_has_the_pictures_size(size: tuple[int, int], face_image: Image.Image, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    network = ParsingNetwork((8, 8, 16, 16)).eval()
    monkeypatch.setattr(parsing, "network", lambda: network)
    mask = parsing.parse(face_image.resize(size))
    assert mask.dtype == np.uint8 and mask.shape == size[::-1]
    assert len(np.unique(mask)) > 1 and mask.max() < len(MASK_CLASSES)


def test_without_weights_the_error_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "SHIPPED", tmp_path)
    parsing.network.cache_clear()
    with pytest.raises(ParleyError, match=r"training\.run parsing.*PARLEY_PARSING"):
        parsing.network()


def test_overlap_is_counted_by_class() -> None:
    truth, found = torch.tensor([0, 0, 0, 1, 1, 5]), torch.tensor([0, 0, 1, 1, 5, 5])
    counts = confusion(truth, found)
    overlaps = intersection_over_union(counts)
    assert overlaps[[0, 1, 5]].tolist() == pytest.approx([2 / 3, 1 / 3, 1 / 2])
    assert overlaps[2].isnan()
    assert table(counts).splitlines()[-1] == "| mean | 100% | 0.500 |"


def test_shipped_network_finds_the_parts() -> None:
    parsing.network.cache_clear()
    counts = measure(range(900_000, 900_006))
    assert counts.trace() / counts.sum() > 0.85
    assert (intersection_over_union(counts)[[labels.SKIN, labels.NOSE, labels.HAIR]] > 0.6).all()
    assert (weights.SHIPPED / "parsing.safetensors").stat().st_size < 2.5e6
