"""All rendered training faces, each with its place among the others, from which its z is drawn."""

from __future__ import annotations

import os
from dataclasses import dataclass

import torch
from torch import Tensor

from graded import GRADED
from synth.identities import companion

from .. import data
from ..data import PICTURES, load_faces, load_fittings, load_identities, load_prompted
from .stylegan_factors import FactorCode, Facts, Places


def floats(images: Tensor) -> Tensor:
    """uint8 pictures -> the same in [-1, 1]."""
    return images.float() / 127.5 - 1


@dataclass(frozen=True, eq=False)
class CodedFaces:
    """`images` is uint8 [N, 3, 128, 128], `degrees` [N, 5] in the order of GRADED."""

    images: Tensor
    degrees: Tensor
    code: FactorCode
    places: Places

    @classmethod
    def training(cls, dim: int) -> CodedFaces:
        """The faces, their fittings, everybody's other pictures, and the faces of the prompts; the code is that of the others, which are
        drawn as faces are. What takes minutes to compute is kept beside the faces."""
        faces, fittings, people = load_faces("training"), load_fittings("training"), load_identities("training")
        prompted, _ = load_prompted("training")
        others = [companion(seed, k) for seed in range(len(people.people)) for k in range(1, PICTURES)]
        drawn = [*faces.params, *fittings.params, *others]
        params = [*drawn, *prompted.params]
        kept = data.FOLDER / f"factors_{len(params)}.pt"
        if not kept.exists():
            facts = Facts.of(drawn)
            code = FactorCode.fitted(facts, dim)
            places = Places.joined(code.places(facts), code.places(Facts.of(prompted.params)))
            torch.save({"code": vars(code), "places": vars(places)}, kept.with_suffix(".partial"))
            os.replace(kept.with_suffix(".partial"), kept)
        fields = torch.load(kept, weights_only=True)
        images = torch.cat([faces.images, fittings.images, people.images[:, 1:].flatten(0, 1), prompted.images])
        degrees = torch.tensor([[getattr(face, name) for name in GRADED] for face in params], dtype=torch.float32)
        return cls(images, degrees, FactorCode(**fields["code"]), Places(**fields["places"]))

    def __len__(self) -> int:
        return len(self.images)

    def z(self, index: Tensor, generator: torch.Generator) -> Tensor:
        """[B, D], drawn anew at each call where a face leaves something open."""
        return self.code.draw(self.places, index, generator)
