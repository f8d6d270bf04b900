"""The command line that the examinations on rendered faces share: how many faces, and from which seed on."""

from __future__ import annotations

import argparse

from synth.parameters import HELD_OUT_FROM

FIRST_SEED = 900_000


def held_out_parser(
    module: str, description: str, count: int, seed: int = FIRST_SEED, count_help: str | None = None
) -> argparse.ArgumentParser:
    """With --count and --seed; `held_out_seeds` are then the faces. Faces that were trained or tuned on are refused."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=description)
    parser.add_argument("--count", type=int, default=count, help=count_help)
    parser.add_argument("--seed", type=_held_out, default=seed)
    return parser


def _held_out(text: str) -> int:
    seed = int(text)
    if seed < HELD_OUT_FROM:
        raise argparse.ArgumentTypeError(f"held-out faces begin at seed {HELD_OUT_FROM}")
    return seed


def held_out_seeds(arguments: argparse.Namespace) -> range:
    return range(arguments.seed, arguments.seed + arguments.count)
