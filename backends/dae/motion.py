"""Where an edit moves what a face shows: a mouth that smiles keeps its lips, and a head that grows up its skin; neither is to be drawn.

Learnt from the renderer, whose faces are one mesh, so that the motion between a face and its counterfactual is known exactly. Our
extension; not in the papers.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from faces.trace import Trace

from .change_unet import FOLD, ChangeConfig, ChangeUNet

FLOW_UNIT = 1 / 32
"""Of the picture's side: how far a flow of 1 reaches."""


class Mover(nn.Module):
    """Untrained, it moves nothing."""

    def __init__(self, config: ChangeConfig):
        super().__init__()
        self.config = config
        self.trunk = ChangeUNet(12 * FOLD**2, config)
        self.flow = nn.Conv2d(config.widths[0], 2, 3, padding=1)
        nn.init.zeros_(self.flow.weight)
        nn.init.zeros_(self.flow.bias)

    def forward(self, face: Tensor, rebuilt: Tensor, edited: Tensor, z: Tensor, z_edit: Tensor, asked: Tensor) -> Tensor:
        """The face, D(z) and D(z_edit) [N, 3, S, S] in [-1, 1], z and z_edit [N, z_dim], `asked_for` [N, 2 A] -> flow
        [N, 2, S / FOLD, S / FOLD]: for each place of the edited face the way (x, y) to where that skin was, in FLOW_UNIT."""
        seen = torch.cat([face, rebuilt, edited, 4 * (edited - rebuilt)], dim=1)
        return self.flow(self.trunk(F.pixel_unshuffle(seen, FOLD), z, z_edit, asked))


def moved(picture: Tensor, flow: Tensor) -> Tensor:
    """[N, C, S, S]: at every place what lies `flow` [N, 2, s, s] (x, y, in FLOW_UNIT) from it."""
    n, _, height, width = picture.shape
    flow = F.interpolate(flow.float(), size=(height, width), mode="bilinear", align_corners=False)
    here = F.affine_grid(torch.eye(2, 3, device=picture.device).expand(n, -1, -1), [n, 1, height, width], align_corners=False)
    there = here + 2 * FLOW_UNIT * flow.permute(0, 2, 3, 1)
    return F.grid_sample(picture.float(), there, padding_mode="border", align_corners=False).to(picture.dtype)


def as_trace(flow: Tensor, covered: Tensor) -> Trace:
    """Of one flow [1, 2, s, s] and what is covered [1, 1, S, S]."""
    way = F.interpolate(FLOW_UNIT * flow.float(), size=covered.shape[2:], mode="bilinear", align_corners=False)
    return Trace(way[0].permute(1, 2, 0).cpu().numpy(), covered[0, 0].cpu().numpy())
