"""Faces as the shipped diffusion autoencoder edits them, beside what the renderer says they should have become."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from tqdm import tqdm

import weights
from backends.dae.engine import SAMPLING_STEPS
from backends.dae.retouch import asked_for
from backends.dae.shipped import load_autoencoder, load_mappers, load_network
from graded import GRADED, MAX_DEGREE
from pictures import picture_bytes
from prompts import PROMPTS

from . import data
from .augment import augment_alike
from .data import Faces, load_faces, load_fittings, load_prompted, load_several
from .recipes.mappers import EYEGLASSES

NETWORKS = ("autoencoder", "semantic", "dae", "mappers", "prompts")
"""Whatever one of these changes, the edits change."""
KINDS = ("graded", "fittings", "prompted", "several")
"""One attribute changed; the offered glasses put on; a prompt fulfilled; several changes at once."""
LIKE_PHOTOS = 0.5
"""Share of the pairs changed as photos differ from renderings."""
IDEAL = 0.2
"""Share of the edits whose z is the wanted face's own, and not the mapping networks'."""
BATCH = 16
ATTRIBUTES = (*GRADED, *PROMPTS)

Changes = Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Edited:
    """N edits: pictures uint8 [N, 3, 128, 128] of the face, of the truth, of D(z) and of D(z_edit); z and z_edit [N, dim]; what was asked
    for, [N, 2 A], of ATTRIBUTES."""

    face: Tensor
    wanted: Tensor
    rebuilt: Tensor
    edited: Tensor
    z: Tensor
    z_edit: Tensor
    asked: Tensor

    def __len__(self) -> int:
        return len(self.z)

    def __getitem__(self, index: Tensor) -> tuple[Tensor, ...]:
        """The rows' columns, pictures as floats in [-1, 1]."""
        pictures = (self.face, self.wanted, self.rebuilt, self.edited)
        others = (self.z, self.z_edit, self.asked)
        return (*(column[index].float() / 127.5 - 1 for column in pictures), *(column[index].float() for column in others))


def load_edited(split: str) -> dict[str, Edited]:
    """The `training` or `validation` edits of each kind; made first where the folder of faces lacks those of the shipped networks."""
    return {kind: _kept(kind, split) for kind in KINDS}


def _kept(kind: str, split: str) -> Edited:
    fingerprint = hashlib.sha256(b"".join(weights.find(name).read_bytes() for name in NETWORKS)).hexdigest()[:12]
    path = data.FOLDER / f"edited_{fingerprint}_{kind}_{split}.pt"
    if not path.exists():
        columns = zip(*_made(*_wishes(kind, split), description=f"{kind}, {split}"), strict=True)
        torch.save([torch.cat(column) for column in columns], path.with_suffix(".partial"))
        os.replace(path.with_suffix(".partial"), path)
    return Edited(*torch.load(path, weights_only=True))


def _wishes(kind: str, split: str) -> tuple[Faces, Tensor, list[Changes]]:
    """Faces, the row at which each wish begins (it ends at its pair's other row), and the wished changes; none for an ideal z."""
    if kind == "several":
        faces, changes = load_several(split)
        return faces, torch.arange(0, len(faces), 2), changes
    if kind == "prompted":
        faces, numbers = load_prompted(split)
        return faces, torch.arange(0, len(faces), 2), [{PROMPTS[number]: float(MAX_DEGREE)} for number in numbers]
    if kind == "fittings":
        faces = load_fittings(split)
        return faces, torch.arange(0, len(faces), 2), [{"eyeglasses": degree.item()} for degree in faces.degrees[1::2, EYEGLASSES]]
    faces = load_faces(split)
    begin = torch.arange(0, len(faces), 2) + torch.arange(len(faces) // 2) // len(GRADED) % 2  # pairs take turns over the directions
    difference = faces.degrees[begin ^ 1] - faces.degrees[begin]
    attribute = difference.abs().argmax(dim=1)
    random_frame = (attribute == EYEGLASSES) & (faces.degrees[begin, EYEGLASSES] == 0)
    changes = [
        {} if unknown else {GRADED[i]: row[i].item()} for row, i, unknown in zip(difference, attribute.tolist(), random_frame, strict=True)
    ]
    return faces, begin, changes


@torch.no_grad()
def _made(faces: Faces, begin: Tensor, changes: list[Changes], description: str) -> Iterator[tuple[Tensor, ...]]:
    from .rebuild import decoded, inverted

    network, autoencoder, mappers = load_network(), load_autoencoder(), load_mappers()
    generator = torch.Generator().manual_seed(0)
    half = torch.cpu.get_capabilities().get("avx512_bf16", False)
    for rows in tqdm(torch.arange(len(begin)).split(BATCH), desc=description):
        images, wanted = faces.batch(begin[rows]), faces.batch(begin[rows] ^ 1)
        flip, like_photos, ideal = torch.rand(3, len(rows), generator=generator) < torch.tensor([[0.5], [LIKE_PHOTOS], [IDEAL]])
        images[flip], wanted[flip] = images[flip].flip(3), wanted[flip].flip(3)
        images[like_photos], wanted[like_photos] = augment_alike(images[like_photos], wanted[like_photos], generator)
        z, z_edit = network.encoder(images), network.encoder(wanted)
        for i, row in enumerate(rows.tolist()):
            if changes[row] and not ideal[i]:
                z_edit[i] = mappers.edit(z[i : i + 1], changes[row])[0]
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            x_T = inverted(network, autoencoder.encode(images), z, SAMPLING_STEPS)
            both = decoded(network, x_T.repeat(2, 1, 1, 1), z.repeat(2, 1), torch.cat([z, z_edit]), SAMPLING_STEPS)
            rebuilt, edited = autoencoder.decode(both).float().chunk(2)
        pictures = (picture_bytes(picture) for picture in (images, wanted, rebuilt, edited))
        starts = (dict(zip(GRADED, degrees.tolist(), strict=True)) for degrees in faces.degrees[begin[rows]])
        asked = [asked_for(ATTRIBUTES, changes[row], start) for row, start in zip(rows.tolist(), starts, strict=True)]
        yield *pictures, z.half(), z_edit.half(), torch.stack(asked)
