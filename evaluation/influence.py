"""Where and when the mask is heard, and where and when the words: the influence functions of Collaborative Diffusion, measured."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from evaluation.chart import Line, line_chart
from faces.mask_classes import MASK_CLASSES, PALETTE

CHEEK_FROM, CONTOUR_FROM = 0.98, 0.05
"""Shares of a cell's pixels: of skin on a cheek, and on the border of two classes on a contour (a straight one crosses 1 in 16)."""
COLOURS = {"contours": "#c2410c", "everywhere": "#475569", "cheeks": "#0f766e"}
SHOWN_STEPS = 6


def places(masks: Tensor, side: int) -> tuple[Tensor, Tensor]:
    """(contours, cheeks) [N, side, side] bool: cells crossed by borders of classes, and cells of nothing but skin."""
    edge = torch.zeros(masks.shape)
    edge[:, 1:] += masks[:, 1:] != masks[:, :-1]
    edge[:, :, 1:] += masks[:, :, 1:] != masks[:, :, :-1]
    skin = (masks == MASK_CLASSES.index("skin")).float()
    edges, skins = (F.avg_pool2d(share[:, None], masks.shape[1] // side)[:, 0] for share in (edge.clamp(max=1), skin))
    return edges > CONTOUR_FROM, skins > CHEEK_FROM


def influence_figures(influence: Tensor, masks: Tensor) -> dict[str, list[float]]:
    """The mask's mean influence at every step, the noisiest first: everywhere, on contours, on cheeks."""
    contours, cheeks = places(masks, influence.shape[-1])
    of_mask = influence[:, :, 0]
    return {
        "everywhere": of_mask.mean(dim=(1, 2, 3)).tolist(),
        "contours": of_mask[:, contours].mean(dim=1).tolist(),
        "cheeks": of_mask[:, cheeks].mean(dim=1).tolist(),
    }


def influence_rows(masks: Tensor, images: Tensor, influence: Tensor) -> list[Tensor]:
    """Rows of pictures: masks, what was made of them, and the mask's influence at six steps; white where only the mask is heard."""
    colours = torch.tensor(PALETTE) / 127.5 - 1
    rows = [colours[masks.long()].movedim(-1, 1), images]
    for step in torch.linspace(0, len(influence) - 1, SHOWN_STEPS).round().int():
        shown = F.interpolate(influence[step, :, :1], size=images.shape[2], mode="bilinear") * 2 - 1
        rows.append(shown.expand(-1, 3, -1, -1))
    return rows


def influence_chart(figures: dict[str, list[float]], timesteps: list[int]) -> str:
    """An SVG of `influence_figures` over noise, from the first step at the left to the last."""
    noisiest, cleanest = max(timesteps), min(timesteps)
    lines = [Line(name, COLOURS[name], list(zip(timesteps, shares, strict=True))) for name, shares in figures.items()]
    return line_chart(lines, "timestep, the noisiest first", "influence of the mask", (noisiest, cleanest), (0, 1))
