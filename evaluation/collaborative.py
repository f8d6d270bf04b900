"""`python -m evaluation.collaborative [--count N] [--seed S] [--out FOLDER]`: faces from held-out captions and masks, compared.

The text model alone, the mask model alone, both averaged (Composable Diffusion), and both weighed by the influence functions: by the
paper's rule, as the engine makes faces, and by the paper's rule with their variation over the picture or over time taken away. All start
from the same noise.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor
from tqdm import tqdm

from backends.collaborative.composition import HEARD, PAPER, Rule
from backends.collaborative.generation import Generation
from backends.collaborative.sampling import scheduler
from backends.collaborative.shipped import load_generation
from evaluation.held_out import held_out_parser, held_out_seeds
from evaluation.influence import influence_chart, influence_figures, influence_rows
from faces import attributes, clip, parsing
from faces.mask_classes import PALETTE
from graded import GRADED
from precision import half_precision
from synth.parameters import sample
from synth.render import render
from training.frechet import degree_features, frechet_distance
from training.overlap import confusion, intersection_over_union
from training.recipes.collaborative_captions import complete
from training.sheets import grid

RULES = {
    "words only": Rule("text"),
    "mask only": Rule("mask"),
    "mean of the two (Composable Diffusion)": Rule("mean"),
    "dynamic diffusers": PAPER,
    "the same, words heard for what masks hide": HEARD,
    "without spatial variation": Rule(without="spatial"),
    "without temporal variation": Rule(without="temporal"),
}
OURS = "the same, words heard for what masks hide"
BATCH = 50
SHOWN = 8
"""Faces on the sheets that compare."""
WATCHED = 100
"""Faces on which the influence is watched, at every step down to the last, which generation itself leaves out."""
SHEET, SHEET_SIDE, SHEET_COLUMNS, SHEET_QUALITY = 64, 96, 8, 72
"""Faces on the sheet of pairs, its pictures' side, its pairs in a row, and the quality of the JPEG."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Held-out faces: pictures [N, 3, 128, 128] in [-1, 1], masks [N, 128, 128] uint8, degrees [N, 5] in the order of GRADED, captions."""

    images: Tensor
    masks: Tensor
    degrees: Tensor
    captions: tuple[str, ...]

    def first(self, count: int) -> Pairs:
        return Pairs(self.images[:count], self.masks[:count], self.degrees[:count], self.captions[:count])


@dataclass(frozen=True)
class Scores:
    """How far pictures keep to masks and words, and how real they look.

    `frechet` is the distance of the degree network's features to those of the rendered faces; `pixels` the share of pixels that the parser
    finds in the mask's class, and `iou` its mean over classes; `clip` the mean cosine of picture and caption, times 100; `exact` and
    `within_one` the shares of graded attributes that the degree network reads as told, or next to it, the latter by attribute too.
    """

    frechet: float
    pixels: float
    iou: float
    clip: float
    exact: float
    within_one: float
    by_attribute: dict[str, float]


def held_out_pairs(seeds: range) -> Pairs:
    faces = [sample(seed) for seed in seeds]
    renderings = [render(face, 128) for face in tqdm(faces, desc="rendering")]
    images = torch.from_numpy(np.stack([rendering.image for rendering in renderings])).movedim(-1, 1).float() / 127.5 - 1
    masks = torch.from_numpy(np.stack([rendering.mask for rendering in renderings]))
    degrees = torch.tensor([[getattr(face, name) for name in GRADED] for face in faces])
    return Pairs(images, masks, degrees, tuple(complete(face) for face in faces))


def made(generation: Generation, pairs: Pairs, rule: Rule) -> tuple[Tensor, Tensor]:
    """(pictures [N, 3, 128, 128], influence of mask and text at every step [T, N, 2, S, S])."""
    images, influences = [], []
    for part in torch.arange(len(pairs.masks)).split(BATCH):
        captions = [pairs.captions[i] for i in part]
        with half_precision("cpu"):
            pictures, influence = generation.faces(captions, pairs.masks[part].numpy(), part.tolist(), rule)
        images.append(pictures.float().clamp(-1, 1))
        influences.append(influence.float())
    return torch.cat(images), torch.cat(influences, dim=1)


@torch.inference_mode()
def features(images: Tensor) -> Tensor:
    return torch.cat([degree_features(part) for part in images.split(BATCH)])


@torch.inference_mode()
def judge(images: Tensor, pairs: Pairs, reference: Tensor) -> Scores:
    """Against the conditions; `reference` are the features of the rendered faces."""
    found = torch.cat([parsing.network()(part).argmax(1) for part in images.split(BATCH)])
    counts = confusion(pairs.masks, found)
    read = torch.cat([attributes.network().degrees(part) for part in images.split(BATCH)]).round()
    off = (read - pairs.degrees).abs()
    return Scores(
        frechet=frechet_distance(features(images), reference),
        pixels=(counts.trace() / counts.sum()).item(),
        iou=intersection_over_union(counts).nanmean().item(),
        clip=100 * caption_cosine(images, pairs.captions),
        exact=(off == 0).float().mean().item(),
        within_one=(off <= 1).float().mean().item(),
        by_attribute=dict(zip(GRADED, (off <= 1).float().mean(0).tolist(), strict=True)),
    )


@torch.inference_mode()
def caption_cosine(images: Tensor, captions: tuple[str, ...]) -> float:
    """The mean over pictures of how CLIP sees each one and its caption agree."""
    model = clip.load()
    seen = torch.cat([model.image_features(part) for part in images.split(BATCH)])
    return (seen * model.text_features(captions)).sum(1).mean().item()


def pair_sheet(masks: Tensor, images: Tensor) -> Image.Image:
    """Masks [N, H, W], each beside the face that was made of it."""
    drawn = (torch.tensor(PALETTE) / 127.5 - 1)[masks.long()].movedim(-1, 1)
    shown = torch.stack([F.interpolate(drawn, size=SHEET_SIDE), F.interpolate(images, size=SHEET_SIDE, mode="area")], dim=1).flatten(0, 1)
    return grid(list(shown.split(2 * SHEET_COLUMNS)))


def table(rows: dict[str, Scores]) -> str:
    """A Markdown table, one row a way of sampling."""
    lines = [
        "| | Frechet | mask: pixels | mask: IoU | words: CLIP | words: exact | words: within 1 | " + " | ".join(GRADED) + " |",
        "|---" * 12 + "|",
    ]
    for name, scores in rows.items():
        cells = [f"{scores.frechet:.2f}", f"{scores.pixels:.1%}", f"{scores.iou:.3f}", f"{scores.clip:.1f}"]
        cells += [f"{scores.exact:.1%}", f"{scores.within_one:.1%}", *(f"{share:.0%}" for share in scores.by_attribute.values())]
        lines.append("| " + " | ".join([name, *cells]) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = held_out_parser("evaluation.collaborative", __doc__.splitlines()[0], count=500)
    parser.add_argument("--out", type=Path, help="folder for sheets of faces, a chart of the influence, and all figures as JSON")
    arguments = parser.parse_args()
    generation = load_generation()
    pairs = held_out_pairs(held_out_seeds(arguments))
    reference = features(pairs.images)
    rows = {"rendered faces": judge(pairs.images, pairs, reference)}
    shown = [pairs.images[:SHOWN]]
    for name, rule in tqdm(RULES.items(), desc="sampling"):
        images, _ = made(generation, pairs, rule)
        rows[name] = judge(images, pairs, reference)
        shown.append(images[:SHOWN])
        if name == OURS:
            sheet = pair_sheet(pairs.masks[:SHEET], images[:SHEET])
    watched = pairs.first(WATCHED)
    to_the_end = Generation(generation.network, generation.stage, generation.words, replace(generation.settings, settled_below=0))
    _, influence = made(to_the_end, watched, PAPER)
    figures = influence_figures(influence, watched.masks)
    print(table(rows))
    print("\nThe mask's mean influence, from the noisiest step on:")
    for place, shares in figures.items():
        print(f"  {place:<12}" + " ".join(f"{share:.2f}" for share in shares))
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
        grid(shown).save(arguments.out / "compared.png")
        sheet.save(arguments.out / "pairs.jpg", quality=SHEET_QUALITY)
        watched_faces = shown[1 + list(RULES).index("dynamic diffusers")]
        grid(influence_rows(pairs.masks[:SHOWN], watched_faces, influence[:, :SHOWN])).save(arguments.out / "influence.png")
        solver = scheduler(generation.network.config)
        solver.set_timesteps(generation.settings.steps)
        (arguments.out / "influence.svg").write_text(influence_chart(figures, solver.timesteps.tolist()))
        everything = {"scores": {name: vars(scores) for name, scores in rows.items()}, "influence": figures, "captions": pairs.captions}
        (arguments.out / "figures.json").write_text(json.dumps(everything, indent=1))


if __name__ == "__main__":
    main()
