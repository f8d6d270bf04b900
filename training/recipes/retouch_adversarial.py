"""The retoucher taught by a critic: strands and stubble that no distance asks for, since nobody can know where each of them lies.

A hinge loss on patches with spectral normalisation (Isola et al., CVPR 2017; Miyato et al., ICLR 2018), beside all distances of retouch.py.
What is shipped lies between the retoucher that it began as and the one that was taught (network interpolation, Wang et al., ECCVW 2018):
the first is smooth, the second has strands, and stripes where nobody wants them. The critic is kept for going on, and not shipped.
"""

from __future__ import annotations

import copy

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.utils.parametrizations import spectral_norm

from backends.dae.retouch import Retoucher

from .retouch import Retouch

WIDTHS = (48, 96, 128)
"""Channels of the critic on the grids of 1/2, 1/4 and 1/8 of the picture's side."""
CRITIC = 0.05
"""Weight of what the critic says."""
ALONE = 150
"""Batches that the critic learns from before it is heard."""
TAUGHT = 0.4
"""Share of the taught weights in those that are shipped."""
CHANGED, ELSEWHERE = 0.1, 0.05
"""Difference from the moved face, of the range of 2, from which on a patch counts fully, and what share others count."""


class PatchCritic(nn.Module):
    """A picture and the moved face [N, 3, S, S] and `asked_for` [N, 2 A] -> [N, 1, S / 8, S / 8], higher where the picture looks real."""

    def __init__(self, attributes: int):
        super().__init__()
        fine, middle, coarse = WIDTHS
        self.seen = nn.Sequential(
            nn.PixelUnshuffle(2),
            spectral_norm(nn.Conv2d(24, fine, 3, padding=1)),
            nn.LeakyReLU(0.2),
            spectral_norm(nn.Conv2d(fine, middle, 4, stride=2, padding=1)),
            nn.LeakyReLU(0.2),
            spectral_norm(nn.Conv2d(middle, coarse, 4, stride=2, padding=1)),
            nn.LeakyReLU(0.2),
        )
        self.judged = spectral_norm(nn.Conv2d(coarse, 1, 3, padding=1))
        self.asked = spectral_norm(nn.Linear(2 * attributes, coarse))

    def forward(self, picture: Tensor, begin: Tensor, asked: Tensor) -> Tensor:
        h = self.seen(torch.cat([picture, picture - begin], dim=1))
        return self.judged(h) + (h * self.asked(asked)[:, :, None, None]).sum(dim=1, keepdim=True)


class Taught(nn.Module):
    """The retoucher and its critic as they learn, and the retoucher as it began; `steps` counts batches."""

    def __init__(self, retoucher: Retoucher):
        super().__init__()
        self.retoucher, self.begun = retoucher, copy.deepcopy(retoucher).requires_grad_(False)
        self.critic = PatchCritic(len(retoucher.config.attributes))
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))

    @torch.no_grad()
    def between(self) -> Retoucher:
        """What is shipped."""
        shipped = copy.deepcopy(self.begun)
        for weight, taught in zip(shipped.parameters(), self.retoucher.parameters(), strict=True):
            weight.lerp_(taught, TAUGHT)
        return shipped


class RetouchAdversarial(Retouch):
    name = "retouch-adversarial"
    learning_rate = 4e-4
    betas = (0.5, 0.99)

    def prepare(self, device: torch.device) -> None:
        super().prepare(device)
        self.network = Taught(self.network)

    def loss(self, network: Taught, batch: tuple[Tensor, ...]) -> Tensor:
        face, wanted, asked = batch[0], batch[1], batch[6]
        begin, drawing = self.drawn(network.retoucher, batch)
        made = begin + drawing.change(begin)
        where = torch.maximum((made.detach() - begin).abs(), (wanted - begin).abs()).amax(dim=1, keepdim=True) / CHANGED
        where = F.max_pool2d(where.clamp(ELSEWHERE, 1), 8)
        loss = self.distance(made, wanted, face) + critics_loss(network.critic, made.detach(), wanted, begin, asked, where)
        if network.steps >= ALONE:
            loss = loss + CRITIC * retouchers_loss(network.critic, made, begin, asked, where)
        network.steps += 1
        return loss

    def validate(self, network: Taught) -> dict[str, float]:
        """As `Retouch.validate`; its error says nothing of what lies elsewhere than in the truth, and is left out of `loss`."""
        figures = super().validate(network.between())
        return {**figures, "loss": figures["loss"] - figures["error"]}

    def sheet(self, network: Taught) -> Image.Image:
        return super().sheet(network.between())

    def export(self, network: Taught) -> None:
        super().export(network.between())


def critics_loss(critic: PatchCritic, made: Tensor, wanted: Tensor, begin: Tensor, asked: Tensor, where: Tensor) -> Tensor:
    """Hinge; each patch counts as `where` says."""
    real, drawn = critic(torch.cat([wanted, made]), begin.repeat(2, 1, 1, 1), asked.repeat(2, 1)).float().chunk(2)
    return (where * (F.relu(1 - real) + F.relu(1 + drawn))).sum() / where.sum()


def retouchers_loss(critic: PatchCritic, made: Tensor, begin: Tensor, asked: Tensor, where: Tensor) -> Tensor:
    """The critic learns nothing from it."""
    frozen = {name: parameter.detach() for name, parameter in critic.named_parameters()}
    return -(where * functional_call(critic, frozen, (made, begin, asked)).float()).sum() / where.sum()
