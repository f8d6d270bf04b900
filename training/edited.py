"""Faces as the shipped diffusion autoencoder edits them, beside what the renderer says they should have become."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from tqdm import tqdm

import weights
from backends.dae.change_unet import asked_for
from backends.dae.engine import SAMPLING_STEPS
from backends.dae.shipped import load_autoencoder, load_mappers, load_network
from graded import GRADED, MAX_DEGREE
from pictures import picture_bytes
from precision import half_precision
from prompts import PROMPTS
from synth.motion import motion
from synth.parameters import FaceParameters

from . import data
from .augment import photographed, placed, placements
from .data import Faces, load_faces, load_fittings, load_prompted
from .pairs import EYEGLASSES

NETWORKS = ("autoencoder", "semantic", "dae", "mappers", "shared-mapper")
"""Whatever one of these changes, the edits change."""
KINDS = ("graded", "fittings", "prompted")
"""One attribute changed; the offered glasses put on or taken off; a prompt fulfilled."""
LIKE_PHOTOS = 0.5
"""Share of the pairs changed as photos differ from renderings."""
IDEAL = 0.2
"""Share of the edits whose z is the wanted face's own, and not the mapping networks'."""
BATCH = 16
WAYS = 32
"""Side of the grid on which motion is known."""
MISREAD = 0.3
"""Degrees by which the degree a face sets out from is read wrongly; it is to arrive all the same."""
ATTRIBUTES = (*GRADED, *PROMPTS)

Changes = Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Edited:
    """N edits: pictures uint8 [N, 3, 128, 128] of the face, of the truth, of D(z) and of D(z_edit); z and z_edit [N, dim]; what was asked
    for, [N, 2 A], of ATTRIBUTES; and the `synth.motion` [N, 2, WAYS, WAYS] from truth to face."""

    face: Tensor
    wanted: Tensor
    rebuilt: Tensor
    edited: Tensor
    z: Tensor
    z_edit: Tensor
    asked: Tensor
    way: Tensor

    def __len__(self) -> int:
        return len(self.z)

    def __getitem__(self, index: Tensor) -> tuple[Tensor, ...]:
        """The rows' columns, pictures as floats in [-1, 1]."""
        pictures = (self.face, self.wanted, self.rebuilt, self.edited)
        others = (self.z, self.z_edit, self.asked, self.way)
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
    """Faces, the row at which each wish begins (it ends at its pair's other row), and the wished changes."""
    if kind == "prompted":
        faces, numbers = load_prompted(split)
        return faces, torch.arange(0, len(faces), 2), [{PROMPTS[number]: float(MAX_DEGREE)} for number in numbers]
    faces = load_fittings(split) if kind == "fittings" else load_faces(split)
    begin = torch.arange(len(faces))
    difference = faces.degrees[begin ^ 1] - faces.degrees[begin]
    attribute = difference.abs().argmax(dim=1)
    if kind == "graded":  # nobody asks for a frame of any kind
        known = (attribute != EYEGLASSES) | (faces.degrees[begin, EYEGLASSES] > 0)
        begin, difference, attribute = begin[known], difference[known], attribute[known]
    return faces, begin, [{GRADED[i]: row[i].item()} for row, i in zip(difference, attribute.tolist(), strict=True)]


@torch.no_grad()
def _made(faces: Faces, begin: Tensor, changes: list[Changes], description: str) -> Iterator[tuple[Tensor, ...]]:
    from .rebuild import decoded, inverted

    network, autoencoder, mappers = load_network(), load_autoencoder(), load_mappers()
    generator = torch.Generator().manual_seed(0)
    for rows in tqdm(torch.arange(len(begin)).split(BATCH), desc=description):
        images, wanted = faces.batch(begin[rows]), faces.batch(begin[rows] ^ 1)
        flip, like_photos, ideal = torch.rand(3, len(rows), generator=generator) < torch.tensor([[0.5], [LIKE_PHOTOS], [IDEAL]])
        images[flip], wanted[flip] = images[flip].flip(3), wanted[flip].flip(3)
        images, wanted, affine = _like_photos(images, wanted, like_photos, generator)
        z, z_edit = network.encoder(images), network.encoder(wanted)
        for i, row in enumerate(rows.tolist()):
            if not ideal[i]:
                z_edit[i] = mappers.edit(z[i : i + 1], changes[row])[0]
        with half_precision("cpu"):
            x_T = inverted(network, autoencoder.encode(images), z, SAMPLING_STEPS)
            both = decoded(network, x_T.repeat(2, 1, 1, 1), z.repeat(2, 1), torch.cat([z, z_edit]), SAMPLING_STEPS)
            rebuilt, edited = autoencoder.decode(both).float().chunk(2)
        pictures = (picture_bytes(picture) for picture in (images, wanted, rebuilt, edited))
        starts = (dict(zip(GRADED, degrees.tolist(), strict=True)) for degrees in faces.degrees[begin[rows]])
        asked = [asked_for(ATTRIBUTES, changes[row], start) for row, start in zip(rows.tolist(), starts, strict=True)]
        after, before = ([faces.params[row] for row in chosen.tolist()] for chosen in (begin[rows] ^ 1, begin[rows]))
        way = ways(after, before, flip, affine)
        yield *pictures, z.half(), z_edit.half(), torch.stack(asked), way.half()


def _like_photos(images: Tensor, wanted: Tensor, chosen: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Pairs of which the chosen ones are as one camera sees them, and the `placements` of all."""
    affine = torch.eye(2, 3).repeat(len(images), 1, 1)
    affine[chosen] = placements(int(chosen.sum()), generator)
    # Side by side they have one mean, about which contrast turns.
    pairs = torch.cat([placed(images, affine), placed(wanted, affine)], dim=3)
    pairs[chosen] = photographed(pairs[chosen], generator)
    return *pairs.chunk(2, dim=3), affine


def ways(after: Sequence[FaceParameters], before: Sequence[FaceParameters], flip: Tensor, affine: Tensor) -> Tensor:
    """[N, 2, WAYS, WAYS]: the motion of pairs that were mirrored, then placed."""
    way = torch.stack([torch.from_numpy(motion(b, a, WAYS)).permute(2, 0, 1) for a, b in zip(after, before, strict=True)])
    way[flip] = way[flip].flip(3) * torch.tensor([-1.0, 1.0])[:, None, None]
    # A place p shows what lay at A p; what lay the way further lies inv(A) of the way from p.
    return torch.einsum("nij,njhw->nihw", torch.linalg.inv(affine[:, :, :2]), placed(way, affine))


def misread(asked: Tensor) -> Tensor:
    """The same goals from degrees read a little wrongly."""
    changes, degrees = asked.chunk(2, dim=1)
    slip = MISREAD / MAX_DEGREE * torch.randn_like(degrees)
    return torch.cat([changes - slip * (changes != 0), degrees + slip], dim=1)
