"""Faces as the shipped diffusion autoencoder edits them, beside what the renderer says they should have become."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

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
from .data import Faces, load_faces, load_fans, load_fittings, load_prompted
from .pairs import asked, both_ways, fulfilled, one_way, spread

NETWORKS = ("autoencoder", "semantic", "dae", "mappers", "shared-mapper")
"""Whatever one of these changes, the edits change."""
KINDS = ("graded", "fittings", "prompted")
"""One attribute changed; the offered glasses put on or taken off; a prompt fulfilled."""
OF_FANS = 8_000
"""Graded wishes and prompts, each, that fans add to those of pairs."""
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


@dataclass(frozen=True, eq=False)
class Wishes:
    """Rows of `faces` [n] before and after each wish came true, and the wished changes."""

    faces: Faces
    before: Tensor
    after: Tensor
    changes: list[Changes]


def load_edited(split: str) -> dict[str, Edited]:
    """The `training` or `validation` edits of each kind; made first where the folder of faces lacks those of the shipped networks."""
    return {kind: _kept(kind, split) for kind in KINDS}


def _kept(kind: str, split: str) -> Edited:
    fingerprint = hashlib.sha256(b"".join(weights.find(name).read_bytes() for name in NETWORKS)).hexdigest()[:12]
    path = data.FOLDER / f"edited_{fingerprint}_{kind}_{split}.pt"
    if not path.exists():
        columns = zip(*chain.from_iterable(map(_made, _wishes(kind, split))), strict=True)
        torch.save([torch.cat(column) for column in columns], path.with_suffix(".partial"))
        os.replace(path.with_suffix(".partial"), path)
    return Edited(*torch.load(path, weights_only=True))


def _wishes(kind: str, split: str) -> list[Wishes]:
    """Those of pairs, and for training some of what fans hold."""
    if kind == "fittings":
        faces = load_fittings(split)
        return [_graded(faces, *both_ways(faces))]
    if kind == "graded":
        faces = load_faces(split)
        wishes = [_graded(faces, *both_ways(faces))]
    else:
        faces, numbers = load_prompted(split)
        wishes = [_prompted(faces, *one_way(faces), numbers)]
    if split == "training":
        faces, fans = load_fans()
        wishes.append(_some(_graded(faces, *spread(faces)) if kind == "graded" else _prompted(faces, *fulfilled(fans))))
    return wishes


def _graded(faces: Faces, before: Tensor, after: Tensor) -> Wishes:
    before, after, attribute, degrees = asked(faces, before, after)
    changes = [{GRADED[i]: change} for i, change in zip(attribute.tolist(), degrees.tolist(), strict=True)]
    return Wishes(faces, before, after, changes)


def _prompted(faces: Faces, before: Tensor, after: Tensor, numbers: Tensor) -> Wishes:
    return Wishes(faces, before, after, [{PROMPTS[number]: float(MAX_DEGREE)} for number in numbers])


def _some(wishes: Wishes) -> Wishes:
    chosen = torch.randperm(len(wishes.before), generator=torch.Generator().manual_seed(0))[:OF_FANS]
    return Wishes(wishes.faces, wishes.before[chosen], wishes.after[chosen], [wishes.changes[i] for i in chosen.tolist()])


@torch.no_grad()
def _made(wishes: Wishes) -> Iterator[tuple[Tensor, ...]]:
    from .rebuild import decoded, inverted

    network, autoencoder, mappers = load_network(), load_autoencoder(), load_mappers()
    generator = torch.Generator().manual_seed(0)
    faces = wishes.faces
    for rows in tqdm(torch.arange(len(wishes.before)).split(BATCH), desc="edits"):
        begin, end, changes = wishes.before[rows], wishes.after[rows], [wishes.changes[row] for row in rows.tolist()]
        images, wanted = faces.batch(begin), faces.batch(end)
        flip, like_photos, ideal = torch.rand(3, len(rows), generator=generator) < torch.tensor([[0.5], [LIKE_PHOTOS], [IDEAL]])
        images[flip], wanted[flip] = images[flip].flip(3), wanted[flip].flip(3)
        images, wanted, affine = _like_photos(images, wanted, like_photos, generator)
        z, z_edit = network.encoder(images), network.encoder(wanted)
        for i, change in enumerate(changes):
            if not ideal[i]:
                z_edit[i] = mappers.edit(z[i : i + 1], change)[0]
        with half_precision("cpu"):
            x_T = inverted(network, autoencoder.encode(images), z, SAMPLING_STEPS)
            both = decoded(network, x_T.repeat(2, 1, 1, 1), z.repeat(2, 1), torch.cat([z, z_edit]), SAMPLING_STEPS)
            rebuilt, edited = autoencoder.decode(both).float().chunk(2)
        pictures = (picture_bytes(picture) for picture in (images, wanted, rebuilt, edited))
        starts = (dict(zip(GRADED, degrees.tolist(), strict=True)) for degrees in faces.degrees[begin])
        told = [asked_for(ATTRIBUTES, change, start) for change, start in zip(changes, starts, strict=True)]
        after, before = ([faces.params[row] for row in chosen.tolist()] for chosen in (end, begin))
        way = ways(after, before, flip, affine)
        yield *pictures, z.half(), z_edit.half(), torch.stack(told), way.half()


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
