"""Counterfactual pairs as mapping networks see them: the codes of a face before and after a change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import torch
from torch import Tensor, nn

from graded import GRADED
from prompts import PROMPTS
from synth.fans import DEGREES_EACH, LONG, PROMPTS_EACH, Fan
from synth.offered import OFFERED_FRAME

from .augment import augment_alike
from .data import Faces, load_faces, load_fans, load_fittings, load_prompted

PHOTOGRAPHS = 3
"""Times that each pair is seen as a camera might see it, beside once as rendered: learnt from renderings alone, smiles on photos are not
understood.
"""
EYEGLASSES = GRADED.index("eyeglasses")
BATCH = 100


@dataclass(frozen=True, eq=False)
class Pairs:
    """n ordered pairs: z before and after [n, dim], attribute number [n], signed degrees between them [n]."""

    z: Tensor
    target: Tensor
    attribute: Tensor
    degrees: Tensor

    def __getitem__(self, index: Tensor) -> tuple[Tensor, ...]:
        return tuple(column[index] for column in self.columns)

    @property
    def columns(self) -> tuple[Tensor, ...]:
        return self.z, self.target, self.attribute, self.degrees

    @classmethod
    def joined(cls, parts: Sequence[Pairs], device: torch.device) -> Pairs:
        return cls(*(torch.cat(columns).to(device) for columns in zip(*(part.columns for part in parts), strict=True)))


def asked(faces: Faces, before: Tensor, after: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Of the rows [n] of faces that differ in one attribute, those of which somebody may ask the change, and what they then ask: rows
    before and after it, attribute number, signed degrees. No glasses are put on but the offered ones: for those `synth.offered` has one
    frame."""
    change = faces.degrees[after] - faces.degrees[before]
    attribute = change.abs().argmax(dim=1)
    offered = torch.tensor([face.frame_seed == OFFERED_FRAME for face in faces.params])
    kept = (attribute != EYEGLASSES) | (faces.degrees[before, EYEGLASSES] > 0) | offered[after]
    degrees = change.gather(1, attribute[:, None]).squeeze(1)
    return before[kept], after[kept], attribute[kept], degrees[kept]


def one_way(faces: Faces) -> tuple[Tensor, Tensor]:
    """Rows from the first face of each pair to its second."""
    first = torch.arange(0, len(faces), 2)
    return first, first + 1


def both_ways(faces: Faces) -> tuple[Tensor, Tensor]:
    """Rows from each face of a pair to the other."""
    before = torch.arange(len(faces))
    return before, before ^ 1


def spread(faces: Faces) -> tuple[Tensor, Tensor]:
    """Rows from each face of a fan to those that differ from it in one graded attribute."""
    first, rows = torch.arange(0, len(faces), LONG), []
    for i in range(len(GRADED)):
        own = (0, *range(1 + i * DEGREES_EACH, 1 + (i + 1) * DEGREES_EACH))
        rows += [torch.stack([first + one, first + other]) for one, other in permutations(own, 2)]
    before, after = torch.cat(rows, dim=1)
    return before, after


def fulfilled(fans: Sequence[Fan]) -> tuple[Tensor, Tensor, Tensor]:
    """Rows from a fan's first face to each that shows a prompt, and the prompts' numbers."""
    first = LONG * torch.arange(len(fans))[:, None].expand(-1, PROMPTS_EACH)
    after = first + torch.arange(LONG - PROMPTS_EACH, LONG)
    return first.flatten(), after.flatten(), torch.tensor([PROMPTS.index(name) for fan in fans for name in fan.prompted])


@torch.inference_mode()
def codes(encoder: nn.Module, faces: Faces, device: torch.device, cameras: torch.Generator | None = None, alike: int = 2) -> Tensor:
    """z [N, dim] of all faces, on the CPU: as rendered or, where a generator is given, every `alike` of them (a pair, a fan) as one camera
    sees them."""
    found = []
    for part in torch.arange(len(faces)).split(alike * max(1, BATCH // alike)):
        images = faces.batch(part)
        if cameras:
            images = torch.stack(augment_alike(images.unflatten(0, (-1, alike)).unbind(1), cameras), dim=1).flatten(0, 1)
        found.append(encoder(images.to(device)).cpu())
    return torch.cat(found)


def codes_of_photographs(encoder: nn.Module, faces: Faces, device: torch.device, alike: int = 2) -> list[Tensor]:
    """`codes` as rendered, then PHOTOGRAPHS times as cameras see the faces."""
    cameras = torch.Generator().manual_seed(0)
    return [codes(encoder, faces, device, generator, alike) for generator in (None, *[cameras] * PHOTOGRAPHS)]


@dataclass(frozen=True, eq=False)
class CodedFans:
    """The fans to learn from and their codes, `codes_of_photographs`: coded once, for they are most of what there is to code."""

    faces: Faces
    fans: Sequence[Fan]
    seen: list[Tensor]

    @classmethod
    def of(cls, encoder: nn.Module, device: torch.device) -> CodedFans:
        faces, fans = load_fans()
        return cls(faces, fans, codes_of_photographs(encoder, faces, device, LONG))


def graded_pairs(encoder: nn.Module, split: str, device: torch.device, fans: CodedFans | None = None) -> Pairs:
    """Of the five attributes, as rendered and as cameras see them; those of `fans`, too."""
    parts = []
    for faces, rows in ((load_faces(split), both_ways), (load_fittings(split), one_way)):
        parts += _between(faces, codes_of_photographs(encoder, faces, device), rows(faces))
    if fans:
        parts += _between(fans.faces, fans.seen, spread(fans.faces))
    return Pairs.joined(parts, device)


def _between(faces: Faces, seen: Sequence[Tensor], rows: tuple[Tensor, Tensor]) -> list[Pairs]:
    """For each time that the faces were seen."""
    before, after, attribute, degrees = asked(faces, *rows)
    return [Pairs(z[before], z[after], attribute, degrees) for z in seen]


def prompted_pairs(encoder: nn.Module, split: str, device: torch.device, fans: CodedFans | None = None) -> tuple[Tensor, Tensor]:
    """The same of prompts: z without and with one [n, 2, dim], and the prompts' numbers [n]."""
    faces, numbers = load_prompted(split)
    parts = [(z.unflatten(0, (-1, 2)), numbers) for z in codes_of_photographs(encoder, faces, device)]
    if fans:
        before, after, numbers = fulfilled(fans.fans)
        parts += [(torch.stack([z[before], z[after]], dim=1), numbers) for z in fans.seen]
    pairs, numbers = (torch.cat(columns).to(device) for columns in zip(*parts, strict=True))
    return pairs, numbers
