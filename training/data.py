"""Rendered faces as tensors: the training and validation sets that every recipe reads."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from graded import GRADED
from prompts import PROMPTS
from synth.fans import Fan
from synth.parameters import FaceParameters

FOLDER = Path(os.environ.get("PARLEY_FACES", "runs/faces"))
"""Shards written by `python -m synth.dataset`; faces come in pairs, a face and the same face with one graded attribute changed."""

TRAINING_COUNT, VALIDATION_COUNT = 6_000, 250
"""Pairs to render where the folder lacks them."""
TRAINING_IDENTITIES, VALIDATION_IDENTITIES, PICTURES = 1_200, 100, 4
"""People to render, and pictures of each."""
TRAINING_FITTINGS, VALIDATION_FITTINGS = 1_000, 125
"""Faces to render without glasses and with the offered ones (`synth.offered`)."""
TRAINING_PROMPTED, VALIDATION_PROMPTED, PROMPTED_FROM = 88 * len(PROMPTS), 4 * len(PROMPTS), 20_000
"""Faces to render without and with a prompt fulfilled (`synth.prompted`), and the seed, within its split, of the first."""
TRAINING_SEVERAL, VALIDATION_SEVERAL, SEVERAL_FROM = 4_500, 60, 50_000
"""Faces to render without and with several changes made (`synth.several`), and the seed of the first for training."""
TRAINING_FANS, FANS_FROM = 1_900, 100_000
"""Faces to render with one change or another made (`synth.fans`), and the seed of the first."""
RESOLUTION = 128


@dataclass(frozen=True, eq=False)
class Faces:
    """`images` is uint8 [2 N, 3, 128, 128]; rows 2 i and 2 i + 1 are one pair. `degrees` is [2 N, 5] in the order of GRADED.

    `masks` is uint8 [2 N, 128, 128], by number of `faces.mask_classes.MASK_CLASSES`; None where they were not asked for.
    `landmarks` is float [2 N, 5, 2], (x, y) in pixels from the pictures' top left corner, in the order of `synth.render.Rendering`.
    """

    images: Tensor
    params: tuple[FaceParameters, ...]
    degrees: Tensor
    masks: Tensor | None = None
    landmarks: Tensor | None = None

    def __len__(self) -> int:
        return len(self.images)

    def batch(self, index: Tensor) -> Tensor:
        """[B, 3, 128, 128] float in [-1, 1]."""
        return self.images[index].float() / 127.5 - 1

    def draw(self, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Faces at random, half of them mirrored: (index [B], whether mirrored [B], pictures [B, 3, 128, 128])."""
        index = torch.randint(len(self), (count,), generator=generator)
        flip = torch.rand(count, generator=generator) < 0.5
        return index, flip, self.mirrored(index, flip)

    def mirrored(self, index: Tensor, flip: Tensor) -> Tensor:
        """The pictures of a batch, those with `flip` mirrored."""
        images = self.batch(index)
        images[flip] = images[flip].flip(3)
        return images


def joined(*sets: Faces) -> Faces:
    """All of them, without masks and landmarks."""
    params = tuple(params for faces in sets for params in faces.params)
    return Faces(torch.cat([faces.images for faces in sets]), params, torch.cat([faces.degrees for faces in sets]))


@dataclass(frozen=True, eq=False)
class Identities:
    """`images` is uint8 [N, K, 3, 128, 128]: K pictures of each of N people; `people` are the parameters of the first pictures."""

    images: Tensor
    people: tuple[FaceParameters, ...]


def load_faces(split: str, *, masks: bool = False) -> Faces:
    """The `training` or `validation` faces, rendered first where the folder lacks them."""
    from synth import dataset

    first, count = {"training": (0, TRAINING_COUNT), "validation": (600_000, VALIDATION_COUNT)}[split]
    dataset.write_faces(FOLDER, first, count, RESOLUTION, pairs=True, workers=os.cpu_count() or 1)
    return _read([shard.path for shard in dataset.shards(FOLDER, first, count, RESOLUTION, pairs=True)], masks)


def load_fittings(split: str) -> Faces:
    """The `training` or `validation` faces without glasses, each followed by itself with the offered frame; rendered where missing."""
    from synth.offered import fitting_shards, write_fittings

    first, count = {"training": (0, TRAINING_FITTINGS), "validation": (600_000, VALIDATION_FITTINGS)}[split]
    write_fittings(FOLDER, first, count, RESOLUTION, workers=os.cpu_count() or 1)
    return _read([shard.path for shard in fitting_shards(FOLDER, first, count, RESOLUTION)], masks=False)


def load_prompted(split: str, *, masks: bool = False) -> tuple[Faces, Tensor]:
    """The `training` or `validation` faces without a prompt, each followed by itself with it, and the number of each pair's prompt, [N];
    rendered where missing."""
    from synth.prompted import prompted_shards, write_prompted

    first, count = {"training": (0, TRAINING_PROMPTED), "validation": (600_000, VALIDATION_PROMPTED)}[split]
    first += PROMPTED_FROM
    write_prompted(FOLDER, first, count, RESOLUTION, workers=os.cpu_count() or 1)
    faces = _read([shard.path for shard in prompted_shards(FOLDER, first, count, RESOLUTION)], masks)
    return faces, torch.arange(first, first + count) % len(PROMPTS)


def load_several(split: str, *, masks: bool = False) -> tuple[Faces, list[dict[str, float]]]:
    """The `training` or `validation` faces, each followed by itself with several changes made, and those of each pair as
    `synth.several` says; rendered where missing."""
    from synth.several import several, several_shards, write_several

    first, count = {"training": (SEVERAL_FROM, TRAINING_SEVERAL), "validation": (600_000, VALIDATION_SEVERAL)}[split]
    write_several(FOLDER, first, count, RESOLUTION, workers=os.cpu_count() or 1)
    faces = _read([shard.path for shard in several_shards(FOLDER, first, count, RESOLUTION)], masks)
    return faces, [several(seed)[2] for seed in range(first, first + count)]


def load_fans() -> tuple[Faces, list[Fan]]:
    """Training faces, each followed by the rest of its fan, and the fans; rendered where missing."""
    from synth.fans import fan, fan_shards, write_fans

    write_fans(FOLDER, FANS_FROM, TRAINING_FANS, RESOLUTION, workers=os.cpu_count() or 1)
    faces = _read([shard.path for shard in fan_shards(FOLDER, FANS_FROM, TRAINING_FANS, RESOLUTION)], masks=False)
    return faces, [fan(seed) for seed in range(FANS_FROM, FANS_FROM + TRAINING_FANS)]


def _read(paths: list[Path], masks: bool) -> Faces:
    images, labels, landmarks, params = [], [], [], []
    for path in paths:
        with np.load(path) as data:
            images.append(_channels_first(data["image"]))
            landmarks.append(torch.from_numpy(data["landmarks"]) + 0.5)
            params += [FaceParameters.from_json(str(text)) for text in data["params"]]
            if masks:
                labels.append(torch.from_numpy(data["mask"]))
    degrees = torch.tensor([[getattr(face, name) for name in GRADED] for face in params], dtype=torch.float32)
    return Faces(torch.cat(images), tuple(params), degrees, torch.cat(labels) if masks else None, torch.cat(landmarks))


def load_identities(split: str) -> Identities:
    """The `training` or `validation` people, rendered first where the folder lacks them."""
    from synth.identities import identity_shards, write_identities

    first, count = {"training": (0, TRAINING_IDENTITIES), "validation": (600_000, VALIDATION_IDENTITIES)}[split]
    write_identities(FOLDER, first, count, RESOLUTION, PICTURES, workers=os.cpu_count() or 1)
    images, people = [], []
    for shard in identity_shards(FOLDER, first, count, RESOLUTION, PICTURES):
        with np.load(shard.path) as data:
            images.append(_channels_first(data["image"]))
            people += [FaceParameters.from_json(str(text)) for text in data["params"][::PICTURES]]
    return Identities(torch.cat(images).unflatten(0, (-1, PICTURES)), tuple(people))


def _channels_first(pixels: np.ndarray) -> Tensor:
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous()
