"""What diffusion drew, drawn again for the face's own pixels, and read by eyes of the engine's own.

All of it is the first engine's, whose autoencoder this one shares: its mover (dae/motion.py) moves what an edit moves, its retoucher
(dae/retouch.py) draws frames and strands that the latents cannot hold, and leaves alone what an edit should not change; where diffusion
changed nothing, it changes nothing. Its predictor tells how far an edit came. Our extension; not in the paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from PIL import Image
from torch import Tensor

from graded import GRADED
from pictures import picture_tensor

from ..dae.motion import Mover
from ..dae.networks import SemanticEncoder
from ..dae.retouch import Retoucher, redrawn
from ..dae.semantic_predictor import SemanticPredictor
from ..dae.shipped import load_mover, load_network, load_predictor, load_retoucher


@dataclass(frozen=True, eq=False)
class Finish:
    encoder: SemanticEncoder
    mover: Mover
    retoucher: Retoucher
    predictor: SemanticPredictor

    @classmethod
    def shipped(cls) -> Finish:
        return cls(load_network().encoder, load_mover(), load_retoucher(), load_predictor())

    def told(self, changes: Mapping[str, float], degrees: Mapping[str, float]) -> dict[str, Tensor]:
        """As the retoucher's, whose strengths these are."""
        return self.retoucher.told(changes, degrees)

    @torch.no_grad()
    def drawn(self, face: Tensor, rebuilt: Tensor, edited: Tensor, asked: Tensor, strength: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The change of the face, [1, 3, S, S], the flow in it (as the mover's) and what it covers, [1, 1, S, S], from a face, itself
        rebuilt and itself edited, all [1, 3, S, S] in about -1..1, and what it was `told`."""
        code, start, end = self.encoder(torch.cat([face, rebuilt, edited])).split(1)
        return redrawn(self.mover, self.retoucher, face, rebuilt, edited, code, code + end - start, asked, strength)

    @torch.no_grad()
    def degrees(self, picture: Image.Image) -> dict[str, float]:
        """What the predictor sees."""
        return dict(zip(GRADED, self.predictor.described(picture_tensor(picture))[1][0].tolist(), strict=True))
