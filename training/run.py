"""`python -m training.run NAME [--minutes M] [--device auto]`: trains or improves a network and ships the best weights.

`mapper --prompt "thick plastic glasses"` adds one prompt to an engine, under assets/weights/added or where PARLEY_ADDED_MAPPERS says.

Networks build on one another; from nothing the order is degrees, looks, autoencoder, semantic, dae, mappers, shared-mapper, dae-motion,
then, after stylegan-predictor and parsing, dae-predictor, retouch and retouch-adversarial, and strengths (`python -m training.strengths`).
stylegan-generator needs semantic, and stylegan-adversarial may sharpen it; stylegan-predictor, stylegan-fields and stylegan-encoder follow.
collaborative-trunk needs autoencoder; collaborative-text and collaborative-mask go on from it, then come collaborative-influence and, with
semantic, collaborative-detail. identity, parsing, landmarks, language, asking, guessing and clip-pictures need no other; clip learns the
words for what clip-pictures sees.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from errors import ParleyError

from .loop import Recipe, train


def recipe(name: str) -> Recipe:
    from .recipes.asking import Asking
    from .recipes.autoencoder import Autoencoder
    from .recipes.clip import ContrastivePretraining
    from .recipes.clip_pictures import ClipPictures
    from .recipes.collaborative import CollaborativeInfluence, CollaborativeMask, CollaborativeText, CollaborativeTrunk
    from .recipes.collaborative_detail import CollaborativeDetail
    from .recipes.dae import LatentDAE
    from .recipes.dae_motion import DAEMotion
    from .recipes.dae_predictor import DAEPredictor
    from .recipes.degrees import Degrees
    from .recipes.guessing import Guessing
    from .recipes.identity import Identity
    from .recipes.landmarks import Landmarks
    from .recipes.language import Language
    from .recipes.looks import Looks
    from .recipes.mappers import Mappers
    from .recipes.parsing import Parsing
    from .recipes.retouch import Retouch
    from .recipes.retouch_adversarial import RetouchAdversarial
    from .recipes.semantic import Semantic
    from .recipes.shared_mapper import Shared
    from .recipes.stylegan_adversarial import StyleGANAdversarial
    from .recipes.stylegan_encoder import StyleGANEncoder
    from .recipes.stylegan_fields import StyleGANFields
    from .recipes.stylegan_generator import StyleGANGenerator
    from .recipes.stylegan_predictor import StyleGANPredictor

    collaborative = (CollaborativeDetail, CollaborativeInfluence, CollaborativeMask, CollaborativeText, CollaborativeTrunk)
    recipes = (Asking, Autoencoder, ClipPictures, ContrastivePretraining, DAEMotion, DAEPredictor, Degrees, Guessing, Identity, Landmarks)
    recipes += (Language, LatentDAE, Looks, Mappers, Parsing, Retouch, RetouchAdversarial, Semantic, Shared)
    recipes += (StyleGANAdversarial, StyleGANEncoder, StyleGANFields, StyleGANGenerator, StyleGANPredictor)
    known = {cls.name: cls for cls in (*recipes, *collaborative)}
    if name not in known:
        raise SystemExit(f"No recipe is called {name!r}; there are {', '.join(sorted(known))}.")
    return known[name]()


def mapper_recipe(arguments: argparse.Namespace) -> Recipe:
    from .recipes.mapper import Mapper

    return Mapper(arguments.prompt, losses=arguments.losses, engine=arguments.engine, clip_name=arguments.clip, photos=arguments.photos)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.run", description=__doc__.splitlines()[0])
    parser.add_argument("name")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="folder of resumable state, logs and sample sheets")
    mapper = parser.add_argument_group("mapper", "a mapping network for one prompt, trained as ChatFace does; `mapper` alone takes these")
    mapper.add_argument("--prompt", help="a name of assets/prompts.json, or any words")
    mapper.add_argument("--losses", choices=("paper", "pairs", "both"), default="paper", help="pairs: from rendered counterfactuals")
    mapper.add_argument("--engine", choices=("dae", "diffae"), default="dae", help="diffae: the published diffusion autoencoder")
    mapper.add_argument("--clip", default="parley", help="the shipped model, or any that open_clip knows by name")
    mapper.add_argument("--photos", type=Path, help="folder of aligned faces to learn on in place of rendered ones")
    arguments = parser.parse_args()
    if (arguments.name == "mapper") != bool(arguments.prompt):
        parser.error("mapper, and only mapper, takes a --prompt")
    device = ("cuda" if torch.cuda.is_available() else "cpu") if arguments.device == "auto" else arguments.device
    try:
        chosen = mapper_recipe(arguments) if arguments.prompt else recipe(arguments.name)
        folder = arguments.runs / chosen.name
        train(chosen, minutes=arguments.minutes, device=torch.device(device), folder=folder, seed=arguments.seed)
    except ParleyError as error:
        raise SystemExit(str(error)) from error


if __name__ == "__main__":
    main()
