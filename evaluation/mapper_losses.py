"""`python -m evaluation.mapper_losses --mappers FOLDER --count N --seed S --out FILE`: by which losses should a mapping network learn?

For every prompt FOLDER has mappers that learnt by ChatFace's losses, from rendered pairs, or from both, each trained with

    PARLEY_ADDED_MAPPERS=FOLDER/LOSSES python -m training.run mapper --prompt "..." --losses LOSSES

where LOSSES is paper, pairs or both. They are asked for all of their prompt on N held-out faces without it, beside the shipped network that
knows every prompt, all as diffused: mover and retoucher have learnt what the shipped one does. The columns are those of evaluation.prompts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

from tqdm import tqdm

from backends.dae import INFO
from backends.dae.added import AddedMappers, listed
from backends.dae.engine import DAEBackend
from backends.dae.shipped import load_autoencoder, load_mappers, load_network
from evaluation.held_out import held_out_parser, held_out_seeds
from evaluation.judges import Judges
from evaluation.prompts import measure_case, summarise, table
from prompts import PROMPTS

LOSSES = ("paper", "pairs", "both")
SHIPPED = "shipped"


class AsDiffused(DAEBackend):
    """The first engine without what carries a change to the face's own pixels."""

    info = replace(INFO, exact_changes=False)


def engines(mappers: Path) -> Iterator[tuple[str, AsDiffused]]:
    """The engine with the shipped mappers alone, then with those of each folder in their place."""
    networks = load_autoencoder(), load_network(), load_mappers()
    for losses in (SHIPPED, *LOSSES):
        engine = AsDiffused(*networks)
        engine.added = AddedMappers(INFO.name, engine.network.encoder, mappers / losses)
        yield losses, engine


def learnt(mappers: Path) -> list[str]:
    """The prompts that were learnt by all losses."""
    folders = [listed(INFO.name, mappers / losses) for losses in LOSSES]
    return [prompt for prompt in PROMPTS if all(prompt in folder for folder in folders)]


def faces_without(prompt: str, seeds: range) -> range:
    """As many seeds as there are, whose turn it is to be asked for this prompt."""
    first = seeds.start + (PROMPTS.index(prompt) - seeds.start) % len(PROMPTS)
    return range(first, first + len(seeds) * len(PROMPTS), len(PROMPTS))


def main() -> None:
    parser = held_out_parser("evaluation.mapper_losses", __doc__.splitlines()[0], count=8, count_help="faces for each prompt")
    parser.add_argument("--mappers", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    prompts = learnt(arguments.mappers)
    if not prompts:
        parser.error(f"{arguments.mappers} has no prompt that was learnt by all of {', '.join(LOSSES)}")
    judges, cases = Judges.present("shown", "S_dir", "SC", "ID"), {}
    for losses, engine in engines(arguments.mappers):
        for prompt in tqdm(prompts, desc=losses):
            seeds = faces_without(prompt, held_out_seeds(arguments))
            cases[prompt, losses] = [measure_case(engine, judges, seed) for seed in seeds]
    rows = {f"{prompt}, {losses}": summarise(cases[prompt, losses]) for prompt in prompts for losses in (SHIPPED, *LOSSES)}
    for losses in (SHIPPED, *LOSSES):
        rows[f"all, {losses}"] = summarise([case for prompt in prompts for case in cases[prompt, losses]])
    print("\n\n".join([table(rows), *(f"{column} is not measured. {reason}" for column, reason in judges.reasons.items())]))
    told = [{"losses": losses, **asdict(case)} for (_, losses), measured in cases.items() for case in measured]
    arguments.out.write_text(json.dumps(told, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
