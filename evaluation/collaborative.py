"""`python -m evaluation.collaborative [--count N] [--seed S] [--out FOLDER]`: faces from held-out captions and masks, compared.

The text model alone, the mask model alone, both averaged (Composable Diffusion), and both weighed by the influence functions, with their
variation over the picture or over time taken away as ablations. All start from the same noise.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from tqdm import tqdm

from backends.collaborative.composition import Composition, Contexts, Rule
from backends.collaborative.conditions import tokens
from backends.collaborative.masks import UNKNOWN
from backends.collaborative.networks import CollaborativeDiffusion
from backends.collaborative.sampling import Guided
from backends.collaborative.sampling import sample as sampled
from backends.collaborative.shipped import load_networks
from backends.dae.autoencoder import PatchAutoencoder
from backends.dae.shipped import load_autoencoder
from evaluation.held_out import held_out_parser, held_out_seeds
from evaluation.parsing import confusion, intersection_over_union
from faces import attributes, parsing
from faces.mask_classes import MASK_CLASSES, PALETTE
from graded import GRADED
from synth.parameters import sample
from synth.render import render
from training.recipes.collaborative_captions import complete
from training.sheets import grid

RULES = {
    "text only": Rule("text"),
    "mask only": Rule("mask"),
    "Composable (mean)": Rule("mean"),
    "ours": Rule(),
    "ours, no spatial variation": Rule(without="spatial"),
    "ours, no temporal variation": Rule(without="temporal"),
}
STEPS = 20
BATCH = 50
SHOWN = 8
"""Faces on the sheets."""
CHEEK_FROM, CONTOUR_FROM = 0.98, 0.05
"""Shares of a cell's pixels: of skin on a cheek, and on the border of two classes on a contour (a straight one crosses 1 in 16)."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Held-out faces: pictures [N, 3, 128, 128] in [-1, 1], masks [N, 128, 128] uint8, degrees [N, 5] in the order of GRADED, captions."""

    images: Tensor
    masks: Tensor
    degrees: Tensor
    captions: tuple[str, ...]


@dataclass(frozen=True)
class Scores:
    """Share of pixels that the parser finds in the mask's class, and its mean IoU; shares of graded attributes that the degree network
    reads exactly as told, or within one degree, overall and by attribute; Fréchet distance of its features to those of the rendered faces.
    """

    pixels: float
    iou: float
    exact: float
    within_one: float
    frechet: float
    by_attribute: dict[str, float]


def held_out_pairs(seeds: range) -> Pairs:
    faces = [sample(seed) for seed in seeds]
    renderings = [render(face, 128) for face in tqdm(faces, desc="rendering")]
    images = torch.from_numpy(np.stack([rendering.image for rendering in renderings])).movedim(-1, 1).float() / 127.5 - 1
    masks = torch.from_numpy(np.stack([rendering.mask for rendering in renderings]))
    degrees = torch.tensor([[getattr(face, name) for name in GRADED] for face in faces])
    return Pairs(images, masks, degrees, tuple(complete(face) for face in faces))


@torch.inference_mode()
def generate(
    network: CollaborativeDiffusion, autoencoder: PatchAutoencoder, pairs: Pairs, rule: Rule, guidance: float
) -> tuple[Tensor, Tensor]:
    """(pictures [N, 3, 128, 128], influence of text and mask at every step [T, N, 2, S, S])."""
    config, images, influences = network.config, [], []
    noise = torch.randn(len(pairs.masks), config.latent_channels, *[config.latent_side] * 2, generator=torch.Generator().manual_seed(0))
    for part in torch.arange(len(noise)).split(BATCH):
        contexts = _contexts(network, [pairs.captions[i] for i in part], pairs.masks[part])
        nothing = _contexts(network, [""] * len(part), torch.full_like(pairs.masks[part], UNKNOWN))
        latents, influence = sampled(Guided(Composition(network, rule), nothing, guidance), config, noise[part], contexts, steps=STEPS)
        images.append(autoencoder.decode(latents).clamp(-1, 1))
        influences.append(influence)
    return torch.cat(images), torch.cat(influences, dim=1)


def _contexts(network: CollaborativeDiffusion, captions: list[str], masks: Tensor) -> Contexts:
    return Contexts(network.text.context(tokens(captions)), network.mask.context(masks))


@torch.inference_mode()
def judge(images: Tensor, pairs: Pairs, reference: Tensor) -> Scores:
    """Against the conditions; `reference` are the features of the rendered faces."""
    found = torch.cat([parsing.network()(part).argmax(1) for part in images.split(BATCH)])
    counts = confusion(pairs.masks, found)
    read = torch.cat([attributes.network().degrees(part) for part in images.split(BATCH)]).round()
    off = (read - pairs.degrees).abs()
    return Scores(
        pixels=(counts.trace() / counts.sum()).item(),
        iou=intersection_over_union(counts).nanmean().item(),
        exact=(off == 0).float().mean().item(),
        within_one=(off <= 1).float().mean().item(),
        frechet=frechet_distance(features(images), reference),
        by_attribute=dict(zip(GRADED, (off <= 1).float().mean(0).tolist(), strict=True)),
    )


@torch.inference_mode()
def features(images: Tensor) -> Tensor:
    """What the degree network sees, averaged over its 4 x 4 places: [N, coarse] float64."""
    seen = torch.cat([attributes.network().features(part) for part in images.split(BATCH)])
    return seen.unflatten(1, (-1, 16)).mean(2).double()


def frechet_distance(a: Tensor, b: Tensor) -> float:
    """Between the normal distributions of two sets of features (Heusel et al. 2017, as in FID)."""
    covariances = torch.cov(a.T), torch.cov(b.T)
    # The trace of the root of a product of two positive matrices is the sum of the roots of its eigenvalues, which are real.
    root = torch.linalg.eigvals(covariances[0] @ covariances[1]).real.clamp(min=0).sqrt().sum()
    return ((a.mean(0) - b.mean(0)).square().sum() + covariances[0].trace() + covariances[1].trace() - 2 * root).item()


def places(masks: Tensor, side: int) -> tuple[Tensor, Tensor]:
    """(contours, cheeks) [N, side, side] bool: cells crossed by borders of classes, and cells of nothing but skin."""
    edge = torch.zeros(masks.shape)
    edge[:, 1:] += masks[:, 1:] != masks[:, :-1]
    edge[:, :, 1:] += masks[:, :, 1:] != masks[:, :, :-1]
    skin = (masks == MASK_CLASSES.index("skin")).float()
    edges, skins = (F.avg_pool2d(share[:, None], masks.shape[1] // side)[:, 0] for share in (edge.clamp(max=1), skin))
    return edges > CONTOUR_FROM, skins > CHEEK_FROM


def influence_figures(influence: Tensor, masks: Tensor) -> dict[str, list[float]]:
    """The mask's mean influence at every step, the noisiest first: everywhere, on contours, on cheeks."""
    contours, cheeks = places(masks, influence.shape[-1])
    of_mask = influence[:, :, 0]
    return {
        "everywhere": of_mask.mean(dim=(1, 2, 3)).tolist(),
        "contours": of_mask[:, contours].mean(dim=1).tolist(),
        "cheeks": of_mask[:, cheeks].mean(dim=1).tolist(),
    }


def influence_sheet(pairs: Pairs, images: Tensor, influence: Tensor) -> list[Tensor]:
    """Rows of pictures: masks, what was made of them, and the mask's influence at six steps; white where only the mask is heard."""
    colours = torch.tensor(PALETTE) / 127.5 - 1
    rows = [colours[pairs.masks[:SHOWN].long()].movedim(-1, 1), images[:SHOWN]]
    for step in torch.linspace(0, len(influence) - 1, 6).round().int():
        shown = F.interpolate(influence[step, :SHOWN, :1], size=128, mode="bilinear") * 2 - 1
        rows.append(shown.expand(-1, 3, -1, -1))
    return rows


def table(rows: dict[str, Scores]) -> str:
    """A Markdown table, one row a way of sampling."""
    lines = ["| | Fréchet | mask: pixels | mask: IoU | text: exact | text: within 1 | " + " | ".join(GRADED) + " |", "|---" * 11 + "|"]
    for name, scores in rows.items():
        cells = [f"{scores.frechet:.2f}", f"{scores.pixels:.1%}", f"{scores.iou:.3f}", f"{scores.exact:.1%}", f"{scores.within_one:.1%}"]
        lines.append("| " + " | ".join([name, *cells, *(f"{share:.0%}" for share in scores.by_attribute.values())]) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = held_out_parser("evaluation.collaborative", __doc__.splitlines()[0], count=500)
    parser.add_argument("--guidance", type=float, default=1.0, help="classifier-free guidance; 1 is none, as in the paper")
    parser.add_argument("--out", type=Path, help="folder for sheets of samples and influence, and all figures as JSON")
    arguments = parser.parse_args()
    network, autoencoder = load_networks(), load_autoencoder()
    pairs = held_out_pairs(held_out_seeds(arguments))
    reference = features(pairs.images)
    rows = {"rendered": judge(pairs.images, pairs, reference)}
    shown = [pairs.images[:SHOWN]]
    for name, rule in tqdm(RULES.items(), desc="sampling"):
        images, influence = generate(network, autoencoder, pairs, rule, arguments.guidance)
        rows[name] = judge(images, pairs, reference)
        shown.append(images[:SHOWN])
        if name == "ours":
            figures, maps = influence_figures(influence, pairs.masks), influence_sheet(pairs, images, influence)
    print(table(rows))
    print("\nThe mask's mean influence, from the noisiest step on:")
    for place, shares in figures.items():
        print(f"  {place:<12}" + " ".join(f"{share:.2f}" for share in shares))
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
        grid(shown).save(arguments.out / "samples.png")
        grid(maps).save(arguments.out / "influence.png")
        everything = {"scores": {name: vars(scores) for name, scores in rows.items()}, "influence": figures}
        (arguments.out / "figures.json").write_text(json.dumps(everything, indent=1))


if __name__ == "__main__":
    main()
