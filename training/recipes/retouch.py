"""The retoucher: what a face's pixels do when its code is edited, learnt from rendered counterfactuals of the engine's own edits.

Distances alone would have it blur whatever it is not sure of, so a critic tells its pictures from true ones, patch by patch (Isola et al.,
CVPR 2017). The critic is kept for going on, and not shipped.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn
from torch.func import functional_call

import weights
from backends.dae.retouch import Retoucher, RetoucherConfig

from ..edited import load_edited
from ..loop import export_path
from ..sheets import grid
from .autoencoder import gradient_difference
from .stylegan_generator import FrozenFeatures

FOCUS = 4.0
"""How much more an error counts where face and counterfactual differ most."""
CLEARLY = 0.3
"""Of the range of 2: from this difference on it counts as much as it can."""
GRADIENTS, FEATURES = 1.0, 0.2
"""Weights of the losses on differences of neighbouring pixels and on features."""
CRITIC_SHARE = 0.7
"""How strong the critic's pull on a picture is beside that of the truth (adaptive weighting, Esser et al., CVPR 2021)."""
CRITIC_WIDTHS = (32, 64, 128)
Z_NOISE = 0.1
OF_EACH_KIND = {"graded": 4, "fittings": 2, "prompted": 3, "several": 1}
"""A batch. Glasses put on are few of the pairs and the first thing that people ask for."""
SHARPNESS = 0.1
"""What it costs in validation to be without any edges; a blur has less of an error than a strand in the wrong place."""
EXAMINED = 80
"""Validation edits of each kind."""


class Critic(nn.Module):
    """Pictures and the faces that they were made of [N, 3, S, S] -> [N, 1, S/8, S/8], higher for patches that look true."""

    def __init__(self):
        super().__init__()
        layers: list[nn.Module] = []
        for before, after in zip((6, *CRITIC_WIDTHS), CRITIC_WIDTHS, strict=False):
            layers += [nn.Conv2d(before, after, 4, stride=2, padding=1), nn.GroupNorm(8, after), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers, nn.Conv2d(CRITIC_WIDTHS[-1], 1, 3, padding=1))

    def forward(self, pictures: Tensor, faces: Tensor) -> Tensor:
        return self.layers(torch.cat([pictures, faces], dim=1))


class Rivals(nn.Module):
    def __init__(self):
        super().__init__()
        self.retoucher, self.critic = Retoucher(RetoucherConfig()), Critic()


class Retouch:
    name = "retouch"
    learning_rate = 5e-4
    batch_size = sum(OF_EACH_KIND.values())
    ema_decay = 0.99

    def prepare(self, device: torch.device) -> None:
        self.device = device
        self.edits, self.held = load_edited("training"), load_edited("validation")
        self.features = FrozenFeatures(device)
        self.network = Rivals()
        if export_path(self.name).exists():  # a new machine goes on from what is shipped
            self.network.retoucher.load_state_dict(weights.load(export_path(self.name))[0])

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        parts = [
            self.edits[kind][torch.randint(len(self.edits[kind]), (count,), generator=generator)] for kind, count in OF_EACH_KIND.items()
        ]
        return tuple(torch.cat(columns).to(self.device) for columns in zip(*parts, strict=True))

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        face, wanted, rebuilt, edited, z, z_edit = batch
        z, z_edit = (code + Z_NOISE * torch.randn_like(code) for code in (z, z_edit))
        made = face + network.retoucher(face, rebuilt, edited, z, z_edit)
        seen = made.detach().requires_grad_(True)
        differences = GRADIENTS * gradient_difference(seen, wanted) + FEATURES * self.features.difference(seen, wanted)
        distance = self._error(seen, wanted, face) + differences
        frozen = {name: parameter.detach() for name, parameter in network.critic.named_parameters()}
        (towards_truth,) = torch.autograd.grad(distance, seen)
        (towards_praise,) = torch.autograd.grad(-functional_call(network.critic, frozen, (seen, face)).mean(), seen)
        towards_praise *= CRITIC_SHARE * towards_truth.norm() / (towards_praise.norm() + 1e-12)
        pull = (made * (towards_truth + towards_praise)).sum()
        hinge = F.relu(1 - network.critic(wanted, face)).mean() + F.relu(1 + network.critic(made.detach(), face)).mean()
        return distance.detach() + pull - pull.detach() + hinge

    def _error(self, made: Tensor, wanted: Tensor, face: Tensor) -> Tensor:
        focus = 1 + FOCUS * ((wanted - face).abs().amax(dim=1, keepdim=True) / CLEARLY).clamp(max=1)
        return (focus * (made - wanted).abs()).mean()

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        """`error`, weighted; `left` and `left_diffused`, the share of the mean difference between face and counterfactual that is left when
        the change is retouched, and when it is the difference of the decodes; `sharpness` where something changes, 1 for the truth's; and
        `loss`, the error and what is missing in sharpness."""
        sums = dict.fromkeys(("error", "left", "left_diffused", "undone", "edges", "true_edges"), 0.0)
        batches = [(kind, rows) for kind in self.held for rows in self._examined(kind, EXAMINED).split(20)]
        for kind, rows in batches:
            face, wanted, rebuilt, edited, z, z_edit = (column.to(self.device) for column in self.held[kind][rows])
            made = face + network.retoucher(face, rebuilt, edited, z, z_edit)
            sums["error"] += self._error(made, wanted, face).item() / len(batches)
            changed = (wanted - face).abs().amax(dim=1, keepdim=True)[..., 1:] > CLEARLY
            for name, picture in (("edges", made), ("true_edges", wanted)):
                sums[name] += (picture.diff(dim=3).abs() * changed).sum().item()
            sums["left"] += (made - wanted).abs().mean().item()
            sums["left_diffused"] += (face + edited - rebuilt - wanted).abs().mean().item()
            sums["undone"] += (face - wanted).abs().mean().item()
        sharpness = sums["edges"] / sums["true_edges"]
        left = {name: sums[name] / sums["undone"] for name in ("left", "left_diffused")}
        return {"loss": sums["error"] + SHARPNESS * abs(1 - sharpness), "error": sums["error"], "sharpness": sharpness, **left}

    def _examined(self, kind: str, count: int) -> Tensor:
        return torch.linspace(0, len(self.held[kind]) - 1, min(count, len(self.held[kind]))).long()

    @torch.inference_mode()
    def sheet(self, network: nn.Module) -> Image.Image:
        """Rows, for each kind of edits: faces; D(z_edit); the faces with the retouched change; the truth."""
        rows = []
        for kind, edits in self.held.items():
            face, wanted, rebuilt, edited, z, z_edit = (column.to(self.device) for column in edits[self._examined(kind, 12)])
            rows += [face, edited, face + network.retoucher(face, rebuilt, edited, z, z_edit), wanted]
        return grid(rows)

    def export(self, network: nn.Module) -> None:
        retoucher = network.retoucher
        weights.save(export_path(self.name), retoucher.state_dict(), {"config": retoucher.config.to_dict()}, eight_bit=True)
