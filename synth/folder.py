"""Faces as a folder of PNG files, in the layout that image data sets commonly have.

    images/000007.png           the face of seed 7
    masks/000007.png            its mask: a palette PNG whose values are the numbers of `labels.MASK_CLASSES`
    metadata.jsonl              one line per seed: file names, caption, landmarks, parameters

With pairs the files are 000007_a.png and 000007_b.png, and a line also says what changed and how one would ask for it.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path

import numpy as np
from PIL import Image

from errors import ParleyError
from faces.mask_classes import PALETTE
from synth.captions import caption, changed, request
from synth.command import in_parallel, run
from synth.parameters import FaceParameters, sample, variation
from synth.render import render

METADATA = "metadata.jsonl"
Row = dict[str, object]


def write_folder(folder: Path, first_seed: int, count: int, size: int, pairs: bool, workers: int) -> None:
    """Render the seeds that `folder` lacks; ParleyError where it holds other faces.

    The lines of metadata.jsonl are written in the order of the seeds, each after its pictures: they tell where to go on.
    """
    for name in ("images", "masks"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    seeds = range(first_seed, first_seed + count)
    done = _finished_rows(folder, seeds, size, pairs)
    rest = seeds[done:]
    if not rest:
        return
    with (folder / METADATA).open("a", encoding="utf-8") as file:
        for row in in_parallel(functools.partial(_write_seed, folder, size, pairs), rest, workers, "seed"):
            file.write(json.dumps(row) + "\n")
            file.flush()


def _finished_rows(folder: Path, seeds: range, size: int, pairs: bool) -> int:
    """How many of the seeds are written; half a line at the end, left by an interruption, is cut off."""
    path = folder / METADATA
    if not path.exists():
        return 0
    text = path.read_text(encoding="utf-8")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        path.write_text(whole, encoding="utf-8")
    rows = [json.loads(line) for line in whole.splitlines()]
    for row, seed in zip(rows, seeds, strict=False):
        params = sample(seed)
        wanted = [params.to_json(), variation(seed, params).to_json()] if pairs else [params.to_json()]
        if row.get("size") != size or [json.dumps(row[name]) for name in ("params", "edited_params") if name in row] != wanted:
            raise ParleyError(f"{folder} already holds other faces (other seeds, size, or pairs): choose another folder.")
    return len(rows)


def _write_seed(folder: Path, size: int, pairs: bool, seed: int) -> Row:
    """Render one seed, write its pictures, and return its line of metadata."""
    params = sample(seed)
    if not pairs:
        return {"seed": seed, "size": size} | _write_face(folder, f"{seed:06d}", params, size)
    edited = variation(seed, params)
    before, after = _write_face(folder, f"{seed:06d}_a", params, size), _write_face(folder, f"{seed:06d}_b", edited, size)
    return {
        "seed": seed,
        "size": size,
        "request": request(params, edited, np.random.default_rng(seed)),
        "changed": {name: [getattr(params, name), getattr(edited, name)] for name in changed(params, edited)},
        **before,
        **{f"edited_{name}": value for name, value in after.items()},
    }


def _write_face(folder: Path, stem: str, params: FaceParameters, size: int) -> Row:
    rendering = render(params, size)
    names = {"file_name": f"images/{stem}.png", "mask_file_name": f"masks/{stem}.png"}
    Image.fromarray(rendering.image).save(folder / names["file_name"])
    mask = Image.fromarray(rendering.mask)
    mask.putpalette([value for colour in PALETTE for value in colour])
    mask.save(folder / names["mask_file_name"])
    landmarks = [[round(float(x), 2), round(float(y), 2)] for x, y in rendering.landmarks]
    return {**names, "caption": caption(params), "landmarks": landmarks, "params": json.loads(params.to_json())}


def main() -> None:
    run("synth.render", "Render synthetic faces with exact labels.", _write_faces)


def _write_faces(folder: Path, first_seed: int, count: int, size: int, workers: int) -> None:
    write_folder(folder, first_seed, count, size, pairs=False, workers=workers)
