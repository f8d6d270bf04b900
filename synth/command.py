"""What the renderer's commands share: their options, and work spread over processes with a progress bar."""

from __future__ import annotations

import argparse
import functools
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import cv2
from tqdm import tqdm

from errors import ParleyError
from synth.parameters import sample
from synth.render import render

Job, Result = TypeVar("Job"), TypeVar("Result")


def run(program: str, description: str, write: Callable[[Path, int, int, int, int], None]) -> None:
    """Read the command line and call `write` with folder, first seed, number of seeds, size in pixels and number of processes."""
    parser = argparse.ArgumentParser(prog=f"python -m {program}", description=description)
    parser.add_argument("--count", type=int, required=True, help="how many seeds")
    parser.add_argument("--size", type=int, default=128, help="side of the pictures in pixels (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="first seed (default: %(default)s); 600000 on validate, 700000 on evaluate")
    parser.add_argument("--out", type=Path, required=True, help="folder to write; what it already holds is kept, and rendering goes on")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes (default: all %(default)s cores)")
    arguments = parser.parse_args()
    if arguments.count < 1 or arguments.seed < 0 or arguments.workers < 1 or not 32 <= arguments.size <= 1024:
        parser.error("--count and --workers must be at least 1, --seed at least 0, --size from 32 to 1024")
    try:
        write(arguments.out, arguments.seed, arguments.count, arguments.size, arguments.workers)
    except ParleyError as error:
        parser.error(str(error))


def in_parallel(work: Callable[[Job], Result], jobs: Sequence[Job], workers: int, unit: str) -> Iterator[Result]:
    """What `work` makes of each job, in order, while a bar counts them in the given unit."""
    render(sample(0), 32)  # compiles the kernels once, into the cache that the workers read
    with multiprocessing.get_context("spawn").Pool(min(workers, len(jobs)), functools.partial(cv2.setNumThreads, 1)) as pool:
        yield from tqdm(pool.imap(work, jobs), total=len(jobs), unit=unit)
