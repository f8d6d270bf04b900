"""What the distance is taken between, and in which features."""

import pytest
import torch

from backends.stylegan.generator import Generator, GeneratorConfig
from errors import ParleyError
from evaluation import fid


def test_faces_are_nearer_to_faces_than_noise_is():
    config = GeneratorConfig(128, (8, 8, 8, 8, 8, 8), style_dim=16, mapping_layers=2)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        generator = Generator(config).eval()
    with torch.inference_mode():
        made, real = fid.synthesised(generator, 6, seed=0), fid.rendered(range(900_000, 900_006), 128, workers=1)
        distance, least = fid.distances(made, real, fid.degree_features)
    assert made.shape == real.shape == (6, 3, 128, 128) and made.dtype == torch.uint8
    assert distance > least > 0


def test_another_file_is_no_inception(tmp_path):
    torch.save({"weight": torch.zeros(1)}, tmp_path / "other.pth")
    with pytest.raises(ParleyError, match="not torchvision's Inception"):
        fid.inception_features(tmp_path / "other.pth")
