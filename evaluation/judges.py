"""The networks that judge edits in ChatFace's tables, each of which may be without weights: S_dir, SC and ID (Yue et al. 2023).

S_dir    cosine of the change that CLIP sees, from one picture to its edited one, and the change between two texts
SC       segmentation consistency: share of the pixels outside an edit's region that the face parser puts into the same class as in the
         input picture
ID       cosine of who the edited and the input face are
shown    the probability that a picture shows a prompt, by the prompt classifier
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from errors import ParleyError
from faces import clip, identity, looks, parsing
from pictures import picture_tensor


@dataclass(frozen=True)
class Judges:
    """A measure is None where its network is; `reasons` tells, by column, why."""

    clip: clip.Clip | None = None
    parser: torch.nn.Module | None = None
    identity: torch.nn.Module | None = None
    looks: Callable[[Image.Image], dict[str, float]] | None = None
    reasons: dict[str, str] = field(default_factory=dict)

    @classmethod
    def present(cls, *columns: str) -> Judges:
        """Those judges of these columns whose weights are on this machine."""
        loaders = {"S_dir": clip.load, "SC": parsing.network, "ID": identity.network, "shown": looks.network}
        found: dict[str, object] = {}
        reasons: dict[str, str] = {}
        for column in columns:
            try:
                found[column] = loaders[column]()
            except ParleyError as error:
                reasons[column] = str(error)
        return cls(found.get("S_dir"), found.get("SC"), found.get("ID"), looks.shown if "shown" in found else None, reasons)

    @torch.inference_mode()
    def direction(self, before: Image.Image, after: Image.Image, said: str, wanted: str) -> float | None:
        """`said` and `wanted` are the texts of the face before and after the change."""
        if self.clip is None:
            return None
        seen = self.clip.image_features(torch.cat([picture_tensor(before), picture_tensor(after)]))
        told = self.clip.text_features([said, wanted])
        return float(F.cosine_similarity(seen[1] - seen[0], told[1] - told[0], dim=0))

    def consistency(self, original: Image.Image, edited: Image.Image, outside: np.ndarray) -> float | None:
        """`outside` is bool [H, W] at the pictures' size."""
        if self.parser is None:
            return None
        return float((parsing.parse(original) == parsing.parse(edited))[outside].mean()) if outside.any() else 1.0

    def likeness(self, original: Image.Image, edited: Image.Image) -> float | None:
        return None if self.identity is None else identity.similarity(original, edited)

    def shown(self, picture: Image.Image, prompt: str) -> float | None:
        return None if self.looks is None else self.looks(picture)[prompt]
