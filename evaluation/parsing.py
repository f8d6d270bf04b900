"""`python -m evaluation.parsing [--count N] [--seed S]`: how well the face parser finds the parts of held-out rendered faces."""

from __future__ import annotations

import torch
from PIL import Image
from torch import Tensor
from tqdm import tqdm

from evaluation.held_out import held_out_parser, held_out_seeds
from faces.mask_classes import MASK_CLASSES
from faces.parsing import parse
from synth.parameters import sample
from synth.render import render
from training.overlap import confusion, intersection_over_union


def measure(seeds: range) -> Tensor:
    """The confusion matrix over these faces."""
    counts = torch.zeros(len(MASK_CLASSES), len(MASK_CLASSES), dtype=torch.long)
    for seed in tqdm(seeds, unit="face"):
        rendering = render(sample(seed))
        found = parse(Image.fromarray(rendering.image))
        counts += confusion(torch.from_numpy(rendering.mask), torch.from_numpy(found))
    return counts


def table(counts: Tensor) -> str:
    """Markdown: IoU per class and its share of the pixels; the last row is the mean over the classes that occur."""
    overlaps, shares = intersection_over_union(counts), counts.sum(1) / counts.sum()
    lines = ["| class | pixels | IoU |", "|---|---|---|"]
    for name, share, overlap in zip(MASK_CLASSES, shares.tolist(), overlaps.tolist(), strict=True):
        lines.append(f"| {name} | {share:.2%} | {'-' if share == 0 else f'{overlap:.3f}'} |")
    lines.append(f"| mean | 100% | {overlaps[shares > 0].mean():.3f} |")
    return "\n".join(lines)


def main() -> None:
    arguments = held_out_parser("evaluation.parsing", __doc__.splitlines()[0], count=300).parse_args()
    print(table(measure(held_out_seeds(arguments))))


if __name__ == "__main__":
    main()
