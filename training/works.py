"""`python -m training.works`: on what share of faces each prompt shows after the shipped engine's edit.

Measured on validation faces that do not show it before, and written into assets/prompts.json, so that the chat can suggest what succeeds.
Run it last, when the engine is as it will be shipped.
"""

from __future__ import annotations

import functools
import json

import numpy as np
import torch
from PIL import Image
from tqdm import tqdm

import backends
import prompts
from backends.base import EditPlan, EditStep, Latent
from faces import looks
from graded import MAX_DEGREE
from pictures import picture_tensor
from prompts import PROMPTS
from synth.prompted import LOOKS

from .data import load_prompted

ENGINE = "dae"
FACES = 10
"""For each prompt."""


def usable(params: list, name: str) -> list[int]:
    """Places of up to `FACES` of the faces on which a prompt could be seen and is not, spread over all of them."""
    look = LOOKS[name]
    found = [i for i, face in enumerate(params) if look.visible(face) and not look.shown(face)]
    return found[:: max(1, len(found) // FACES)][:FACES]


@torch.inference_mode()
def shares() -> dict[str, float]:
    backend, judge, (held, _) = backends.get(ENGINE), looks.network(), load_prompted("validation")
    images, params = held.images[0::2], list(held.params[0::2])

    @functools.cache
    def encoded(place: int) -> Latent:
        return backend.encode(Image.fromarray(np.ascontiguousarray(images[place].permute(1, 2, 0).numpy())))

    works = {}
    for number, name in enumerate(tqdm(PROMPTS, desc="prompts")):
        plan = EditPlan((EditStep(name, "set", MAX_DEGREE),))
        pictures = [backend.decode(backend.edit(encoded(place), plan)) for place in usable(params, name)]
        seen = torch.cat([judge(picture_tensor(picture))[:, number] for picture in pictures]) > 0
        works[name] = round(seen.float().mean().item(), 2)
        tqdm.write(f"{name}: shows on {works[name]:.0%}")
    return works


def main() -> None:
    works = shares()
    entries = json.loads(prompts.TABLE.read_text(encoding="utf-8"))
    for name, share in works.items():
        entries[name]["works"] = share
    prompts.TABLE.write_text(json.dumps(entries, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
