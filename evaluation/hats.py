"""`python -m evaluation.hats [--count N] [--seed S]`: does the mask model tell a hat from hair of the same shape?

Masks of held-out faces that wear hats, as they are and with the hat painted as hair: what is made where the hat was? To a mask stage whose
tokens do not say which class they are, as the published one's, both are the same wherever there is no other hair.
"""

from __future__ import annotations

import torch
from torch import Tensor

from backends.collaborative.composition import Rule
from backends.collaborative.generation import Generation
from backends.collaborative.shipped import load_generation
from evaluation.held_out import held_out_parser, held_out_seeds
from faces import parsing
from faces.mask_classes import MASK_CLASSES
from synth.parameters import sample
from synth.render import render

HAT, HAIR = MASK_CLASSES.index("hat"), MASK_CLASSES.index("hair")
LEAST = 0.05
"""Share of a mask that a hat covers."""


def hatted(seeds: range, count: int) -> Tensor:
    """Masks [N, 128, 128] uint8 of the first `count` of these faces, or as many as there are, that wear a hat."""
    found: list[Tensor] = []
    for face in map(sample, seeds):
        if face.hat == "none":
            continue
        mask = torch.from_numpy(render(face, 128).mask)
        if (mask == HAT).float().mean() >= LEAST:
            found.append(mask)
        if len(found) == count:
            break
    return torch.stack(found)


@torch.inference_mode()
def seen(generation: Generation, masks: Tensor, where: Tensor) -> tuple[float, float]:
    """Of the pixels `where` [N, H, W], the shares in which the parser finds a hat and finds hair, in faces made from these masks alone."""
    pictures, _ = generation.faces([""] * len(masks), masks.numpy(), range(len(masks)), Rule("mask"))
    classes = parsing.network()(pictures.clamp(-1, 1)).argmax(1)[where]
    return (classes == HAT).float().mean().item(), (classes == HAIR).float().mean().item()


def main() -> None:
    arguments = held_out_parser("evaluation.hats", __doc__.splitlines()[0], count=40).parse_args()
    seeds = held_out_seeds(arguments)
    masks = hatted(range(seeds.start, seeds.start + 20 * len(seeds)), len(seeds))
    where, generation = masks == HAT, load_generation()
    print(f"| {len(masks)} faces, painted as | seen as a hat | seen as hair |\n|---|---|---|")
    for name, painted in (("a hat", masks), ("hair", torch.where(where, HAIR, masks).to(torch.uint8))):
        print(f"| {name} | " + " | ".join(f"{share:.0%}" for share in seen(generation, painted, where)) + " |")


if __name__ == "__main__":
    main()
