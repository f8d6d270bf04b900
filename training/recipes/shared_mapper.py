"""The mapping networks that graded attributes and prompts share, learnt from counterfactual pairs: z + s * Mapping(z, what, s) should be
the changed face's z."""

from __future__ import annotations

import torch
from PIL import Image
from torch import Tensor, nn

import weights
from backends.dae.mapping import SharedMapper
from backends.dae.shipped import load_autoencoder, load_network
from graded import GRADED, MAX_DEGREE
from prompts import PROMPTS

from ..data import load_prompted
from ..loop import export_path, go_on
from ..pairs import CodedFans, Pairs, graded_pairs, prompted_pairs
from ..rebuild import edits

HIDDEN, WIDTH, MEMBERS = 384, 64, 4
Z_NOISE = 0.25
"""z varies by .4 or so. More of it keeps no prompt from being learnt by heart, which members that err differently make up for."""
SHOWN = ("blond hair", "bald", "angry", "eyes closed", "red lipstick", "dark skin", "beanie", "feminine")

Steps = tuple[Tensor, Tensor, Tensor, Tensor]
"""z before and after [N, dim], the number of what was asked for [N], and s [N]."""


class Shared:
    name = "shared-mapper"
    learning_rate = 1e-3
    batch_size = 512

    def prepare(self, device: torch.device) -> None:
        self.device = device
        self.dae, self.autoencoder = load_network().to(device), load_autoencoder().to(device)
        self.network = SharedMapper(GRADED, PROMPTS, self.dae.config.encoder.z_dim, HIDDEN, WIDTH, MEMBERS)
        self.kinds, self.held = self._steps("training", CodedFans.of(self.dae.encoder, device)), self._steps("validation")
        faces, _ = load_prompted("validation")
        self.shown = faces.batch(torch.arange(0, 20, 2)).to(device)
        go_on(self.network, self.name)

    def _steps(self, split: str, fans: CodedFans | None = None) -> dict[str, Steps]:
        graded = graded_pairs(self.dae.encoder, split, self.device, fans)
        prompted = prompted_pairs(self.dae.encoder, split, self.device, fans)
        return {"graded": steps_of_graded(self.network, graded), "prompted": steps_of_prompts(self.network, *prompted)}

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        """As many of one kind as of the other."""
        count, parts = self.batch_size // len(self.kinds), []
        for steps in self.kinds.values():
            index = torch.randint(len(steps[0]), (count,), generator=generator).to(self.device)
            parts.append([column[index] for column in steps])
        return tuple(torch.cat(columns) for columns in zip(*parts, strict=True))

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        z, target, numbers, s = batch
        if not network.training:
            return (network(z, numbers, s) - (target - z)).square().mean()
        # each learns by itself, else they would err together
        return (network.opinions(z + Z_NOISE * torch.randn_like(z), numbers, s) - (target - z)).square().mean()

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        """What share of the squared change of z each kind leaves unexplained; `loss` is their mean."""
        unexplained = {
            kind: (self.loss(network, (z, target, *told)) / (target - z).square().mean()).item()
            for kind, (z, target, *told) in self.held.items()
        }
        return {"loss": sum(unexplained.values()) / len(unexplained), **unexplained}

    @torch.inference_mode()
    def sheet(self, network: nn.Module) -> Image.Image:
        """Rows: faces; rebuilt; then each prompt of `SHOWN`."""
        return edits(self.dae, self.autoencoder, self.shown, network.step, [(name, float(MAX_DEGREE)) for name in SHOWN])

    def export(self, network: nn.Module) -> None:
        weights.save(export_path(self.name), network.state_dict(), {"config": network.config()}, eight_bit=True)


def steps_of_graded(network: SharedMapper, pairs: Pairs) -> Steps:
    return pairs.z, pairs.target, network.way_number(pairs.attribute, pairs.degrees < 0), pairs.degrees.abs() / MAX_DEGREE


def steps_of_prompts(network: SharedMapper, pairs: Tensor, numbers: Tensor) -> Steps:
    """All of a prompt is s = 1."""
    z, target = pairs.unbind(1)
    return z, target, network.prompt_number(numbers), z.new_ones(len(z))
