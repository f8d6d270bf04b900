"""The face parser of faces/parsing.py, from rendered masks."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

import weights
from faces.mask_classes import MASK_CLASSES, PALETTE
from faces.parsing import SIDES, ParsingNetwork

from ..augment import photographed, placed, placements
from ..data import load_faces
from ..loop import export_path, go_on
from ..overlap import confusion, intersection_over_union
from ..sheets import grid

COLOURS = torch.tensor(PALETTE) / 127.5 - 1


def mirrored_mask(masks: Tensor) -> Tensor:
    """Masks [..., H, W] as the mirror shows them: the person's left becomes right."""
    swapped = torch.arange(len(MASK_CLASSES))
    for left, right in SIDES:
        swapped[left], swapped[right] = right, left
    return swapped.to(masks.device)[masks.long()].flip(-1).to(masks.dtype)


def dice(logits: Tensor, masks: Tensor) -> Tensor:
    """1 - the soft Dice overlap (Milletari et al. 2016), averaged over the classes that the batch shows: small parts count like large."""
    share = logits.softmax(1).transpose(0, 1).flatten(1)
    truth = F.one_hot(masks, len(MASK_CLASSES)).movedim(-1, 0).flatten(1).to(share.dtype)
    shown = truth.sum(1) > 0
    overlap = (2 * (share * truth).sum(1) + 1) / (share.sum(1) + truth.sum(1) + 1)
    return 1 - overlap[shown].mean()


class Parsing:
    name = "parsing"
    learning_rate = 1e-3
    batch_size = 16

    def __init__(self):
        self.network = ParsingNetwork()

    def prepare(self, device: torch.device) -> None:
        self.device = device
        self.faces, self.held = load_faces("training", masks=True), load_faces("validation", masks=True)
        go_on(self.network, "parsing")

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        index, flip, images = self.faces.draw(self.batch_size, generator)
        masks = self.faces.masks[index]
        masks[flip] = mirrored_mask(masks[flip])
        affine = placements(len(index), generator)
        images = photographed(placed(images, affine), generator)
        masks = placed(masks[:, None].float(), affine, "nearest")[:, 0].long()
        return images.to(self.device), masks.to(self.device)

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        images, masks = batch
        logits = network(images).float()
        return F.cross_entropy(logits, masks) + dice(logits, masks)

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        """On every second validation face (its pair shows the same person); `loss` falls as the mean IoU rises."""
        parts = torch.arange(0, len(self.held), 2).split(50)
        counts = sum(confusion(self.held.masks[part], self._predicted(network, part)) for part in parts)
        overlaps = intersection_over_union(counts)
        return {"loss": 1 - overlaps.nanmean().item(), "pixels": (counts.trace() / counts.sum()).item()}

    def _predicted(self, network: nn.Module, index: Tensor) -> Tensor:
        return network(self.held.batch(index).to(self.device)).argmax(1).cpu()

    @torch.inference_mode()
    def sheet(self, network: nn.Module) -> Image.Image:
        """Rows: faces, their masks, what the network sees."""
        index = torch.arange(0, 16, 2)
        masks = [self.held.masks[index].long(), self._predicted(network, index)]
        return grid([self.held.batch(index)] + [COLOURS[mask].movedim(-1, 1) for mask in masks])

    def export(self, network: nn.Module) -> None:
        metadata = {"widths": list(network.widths), "classes": list(MASK_CLASSES)}
        weights.save(export_path("parsing"), network.state_dict(), metadata, eight_bit=True)
