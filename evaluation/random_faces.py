"""`python -m evaluation.random_faces [--count N] [--seed S] --out FILE`: what the StyleGAN2 generator makes of z ~ N(0, I)."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import torch
from PIL import Image

from backends.stylegan.checkpoint import load_generator
from backends.stylegan.generator import Generator
from pictures import tensor_picture


@torch.inference_mode()
def sheet(generator: Generator, count: int, seed: int) -> Image.Image:
    """As nearly square as `count` allows, row by row."""
    z = torch.randn(count, generator.config.style_dim, generator=torch.Generator().manual_seed(seed))
    side, columns = generator.config.size, math.ceil(math.sqrt(count))
    canvas = Image.new("RGB", (columns * side, math.ceil(count / columns) * side))
    for i, one in enumerate(z):
        synthesised = generator(generator.spread(generator.mapping(one[None])))
        canvas.paste(tensor_picture(synthesised[0]), (i % columns * side, i // columns * side))
    return canvas


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.random_faces", description="Faces that the StyleGAN2 generator makes up.")
    parser.add_argument("--count", type=int, default=64)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    sheet(load_generator(), arguments.count, arguments.seed).save(arguments.out, quality=78)


if __name__ == "__main__":
    main()
