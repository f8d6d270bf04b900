"""`python -m evaluation.fid [--count N] [--seed S] [--inception FILE] [--workers W]`: how near the StyleGAN2 generator's faces are to
rendered ones.

The Frechet distance between as many random faces as held-out renders, in features of the degree network, and in Inception's where its
weights are at hand. It falls with the count, so only distances of the same count can be compared; that between two halves of the renders
says what is the least to expect. 5,000 of each take a quarter of an hour on one core, most of it the renderer's, and 0.5 GB of memory.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from tqdm import tqdm

import weights
from backends.stylegan.checkpoint import load_generator
from backends.stylegan.generator import Generator
from errors import ParleyError
from evaluation.held_out import held_out_parser, held_out_seeds
from pictures import picture_bytes
from synth.command import in_parallel
from synth.parameters import sample
from synth.render import render
from training.frechet import degree_features, frechet_distance

BATCH = 16
INCEPTION = Path(torch.hub.get_dir()) / "checkpoints" / "inception_v3_google-0cc3c7bd.pth"
"""Where torchvision keeps its Inception v3."""
INCEPTION_SIDE = 299

Features = Callable[[Tensor], Tensor]
"""Pictures [N, 3, H, W] in [-1, 1] -> [N, D]."""


def inception_features(path: Path) -> Features:
    """Raises ParleyError for a file that is not torchvision's Inception v3."""
    from torchvision.models import inception_v3

    with torch.device("meta"):
        network = inception_v3(weights=None, init_weights=False)
    try:
        network.load_state_dict(weights.load(path)[0], assign=True)
    except RuntimeError as error:
        raise ParleyError(f"{path.name} is not torchvision's Inception v3.") from error
    network.fc = nn.Identity()
    network.eval()

    def features(images: Tensor) -> Tensor:
        side = (INCEPTION_SIDE, INCEPTION_SIDE)
        return network(F.interpolate(images, size=side, mode="bilinear", antialias=True, align_corners=False))

    return features


def synthesised(generator: Generator, count: int, seed: int) -> Tensor:
    """uint8 [N, 3, size, size] from random z."""
    z = torch.randn(count, generator.config.style_dim, generator=torch.Generator().manual_seed(seed))
    made = (generator(generator.spread(generator.mapping(part))) for part in tqdm(z.split(BATCH), desc="generator"))
    return torch.cat([picture_bytes(images) for images in made])


def rendered(seeds: range, side: int, workers: int) -> Tensor:
    """uint8 [N, 3, side, side], drawn in so many processes."""
    pictures = in_parallel(functools.partial(_rendering, side=side), seeds, workers, "face")
    return torch.stack([torch.from_numpy(picture).permute(2, 0, 1) for picture in pictures])


def _rendering(seed: int, side: int) -> np.ndarray:
    return render(sample(seed), side).image


def distances(made: Tensor, real: Tensor, features: Features) -> tuple[float, float]:
    """Of the made faces from the real ones, and of one half of the real ones from the other."""
    seen = [torch.cat([features(part.float() / 127.5 - 1) for part in images.split(BATCH)]) for images in (made, real)]
    return frechet_distance(*seen), frechet_distance(seen[1][::2], seen[1][1::2])


@torch.inference_mode()
def main() -> None:
    parser = held_out_parser("evaluation.fid", "Frechet distance of the StyleGAN2 generator's faces from held-out renders.", count=1000)
    parser.add_argument("--inception", type=Path, default=INCEPTION, help="torchvision's Inception v3")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes that render (default: all %(default)s cores)")
    arguments = parser.parse_args()
    named = {"degree network": degree_features}
    if arguments.inception.exists():
        named["Inception v3"] = inception_features(arguments.inception)
    else:
        print(f"Inception's weights are not at {arguments.inception}, so its features are left out.")
    generator = load_generator()
    real = rendered(held_out_seeds(arguments), generator.config.size, arguments.workers)
    made = synthesised(generator, arguments.count, seed=0)
    for name, features in named.items():
        distance, least = distances(made, real, features)
        print(f"{name}: {distance:.3f} between {len(made)} random and {len(real)} held-out faces; {least:.3f} between the latter's halves")


if __name__ == "__main__":
    main()
