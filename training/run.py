"""`python -m training.run NAME [--minutes M] [--device auto]`: trains or improves a network and ships the best weights.

Networks build on one another; from nothing the order is degrees, autoencoder, semantic, dae, mappers. identity, parsing and clip need no
other. collaborative-trunk needs autoencoder; collaborative-text and collaborative-mask go on from it, then comes
collaborative-influence.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from .loop import Recipe, train


def recipe(name: str) -> Recipe:
    from .recipes.autoencoder import Autoencoder
    from .recipes.clip import ContrastivePretraining
    from .recipes.collaborative import CollaborativeInfluence, CollaborativeMask, CollaborativeText, CollaborativeTrunk
    from .recipes.dae import LatentDAE
    from .recipes.degrees import Degrees
    from .recipes.identity import Identity
    from .recipes.language import Language
    from .recipes.mappers import Mappers
    from .recipes.parsing import Parsing
    from .recipes.semantic import Semantic
    from .recipes.stylegan_encoder import StyleGANEncoder
    from .recipes.stylegan_fields import StyleGANFields
    from .recipes.stylegan_generator import StyleGANGenerator
    from .recipes.stylegan_predictor import StyleGANPredictor

    collaborative = (CollaborativeInfluence, CollaborativeMask, CollaborativeText, CollaborativeTrunk)
    recipes = (Autoencoder, ContrastivePretraining, Degrees, Identity, Language, LatentDAE, Mappers, Parsing, Semantic)
    recipes += (StyleGANEncoder, StyleGANFields, StyleGANGenerator, StyleGANPredictor)
    known = {cls.name: cls for cls in (*recipes, *collaborative)}
    if name not in known:
        raise SystemExit(f"No recipe is called {name!r}; there are {', '.join(sorted(known))}.")
    return known[name]()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.run", description=__doc__.splitlines()[0])
    parser.add_argument("name")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="folder of resumable state, logs and sample sheets")
    arguments = parser.parse_args()
    device = ("cuda" if torch.cuda.is_available() else "cpu") if arguments.device == "auto" else arguments.device
    train(
        recipe(arguments.name),
        minutes=arguments.minutes,
        device=torch.device(device),
        folder=arguments.runs / arguments.name,
        seed=arguments.seed,
    )


if __name__ == "__main__":
    main()
