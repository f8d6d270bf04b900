"""Mapping networks of the five graded attributes, learnt from counterfactual pairs: z + s * Mapping(z) should be the changed face's z."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from PIL import Image
from torch import Tensor, nn

import weights
from backends.dae.engine import SAMPLING_STEPS
from backends.dae.mapping import GradedMappers
from backends.dae.shipped import load_autoencoder, load_network
from graded import GRADED

from ..augment import augment_alike
from ..data import Faces, load_faces, load_fittings
from ..loop import export_path, go_on
from ..rebuild import decoded, inverted
from ..sheets import grid

HIDDEN = 128
Z_NOISE = 0.2
PHOTOGRAPHS = 3
"""Times that each pair is seen as a camera might see it, beside once as rendered: learnt from renderings alone, smiles on photos are not
understood.
"""
EYEGLASSES = GRADED.index("eyeglasses")


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


def both_ways(faces: Faces, z: Tensor) -> Pairs:
    """Each face to its counterfactual and back; but no glasses put on, for those `synth.offered` has one frame."""
    before, after = torch.cat([z[0::2], z[1::2]]), torch.cat([z[1::2], z[0::2]])
    start = torch.cat([faces.degrees[0::2], faces.degrees[1::2]])
    change = torch.cat([faces.degrees[1::2], faces.degrees[0::2]]) - start
    attribute = change.abs().argmax(dim=1)
    kept = (attribute != EYEGLASSES) | (start[:, EYEGLASSES] > 0)
    return Pairs(before[kept], after[kept], attribute[kept], change.gather(1, attribute[:, None]).squeeze(1)[kept])


def fittings(faces: Faces, z: Tensor) -> Pairs:
    """Each bare face to itself with the offered glasses."""
    degrees = faces.degrees[1::2, EYEGLASSES]
    return Pairs(z[0::2], z[1::2], torch.full((len(degrees),), EYEGLASSES), degrees)


@torch.inference_mode()
def codes(encoder: nn.Module, faces: Faces, device: torch.device, cameras: torch.Generator | None = None) -> Tensor:
    """z [N, dim] of all faces, on the CPU: as rendered or, where a generator is given, as some camera sees both faces of a pair."""
    found = []
    for part in torch.arange(len(faces)).split(100):
        images = faces.batch(part)
        if cameras:
            images = torch.stack(augment_alike(images[0::2], images[1::2], cameras), dim=1).flatten(0, 1)
        found.append(encoder(images.to(device)).cpu())
    return torch.cat(found)


def codes_of_photographs(encoder: nn.Module, faces: Faces, device: torch.device) -> list[Tensor]:
    """`codes` as rendered, then PHOTOGRAPHS times as cameras see the pairs."""
    cameras = torch.Generator().manual_seed(0)
    return [codes(encoder, faces, device, generator) for generator in (None, *[cameras] * PHOTOGRAPHS)]


class Mappers:
    name = "mappers"
    learning_rate = 1e-3
    batch_size = 256

    def prepare(self, device: torch.device) -> None:
        self.device = device
        self.dae, self.autoencoder = load_network().to(device), load_autoencoder().to(device)
        self.held = load_faces("validation")
        self.pairs, self.held_pairs = self._pairs("training", load_faces("training")), self._pairs("validation", self.held)
        self.network = GradedMappers(GRADED, self.pairs.z.shape[1], HIDDEN)
        go_on(self.network, self.name)

    def _pairs(self, split: str, faces: Faces) -> Pairs:
        encoder, worn = self.dae.encoder, load_fittings(split)
        parts = [both_ways(faces, z) for z in codes_of_photographs(encoder, faces, self.device)]
        parts += [fittings(worn, z) for z in codes_of_photographs(encoder, worn, self.device)]
        return Pairs(*(torch.cat(columns).to(self.device) for columns in zip(*(part.columns for part in parts), strict=True)))

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        return self.pairs[torch.randint(len(self.pairs.z), (self.batch_size,), generator=generator).to(self.device)]

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        z, target, attribute, degrees = batch
        noisy = z + Z_NOISE * torch.randn_like(z) if network.training else z
        errors = []
        for i, name in enumerate(GRADED):
            for sign in (1, -1):
                chosen = (attribute == i) & (degrees * sign > 0)
                if chosen.any():
                    predicted = network.step(noisy[chosen], name, degrees[chosen])
                    errors.append((predicted - (target - z)[chosen]).square().mean(dim=1))
        return torch.cat(errors).mean()

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        nothing = (self.held_pairs.target - self.held_pairs.z).square().mean()
        loss = self.loss(network, self.held_pairs.columns)
        return {"loss": loss.item(), "unexplained": (loss / nothing).item()}

    @torch.inference_mode()
    def sheet(self, network: nn.Module) -> Image.Image:
        """Rows: faces; rebuilt; then for each attribute 4 degrees more and 4 degrees less."""
        images = self.held.batch(torch.arange(0, 20, 2)).to(self.device)
        z = self.dae.encoder(images)
        x_T = inverted(self.dae, self.autoencoder.encode(images), z, SAMPLING_STEPS)
        edits = [z] + [network.edit(z, {name: degrees}) for name in GRADED for degrees in (4.0, -4.0)]
        return grid([images] + [self.autoencoder.decode(decoded(self.dae, x_T, z, z_edit, SAMPLING_STEPS)) for z_edit in edits])

    def export(self, network: nn.Module) -> None:
        """Uncalibrated: `python -m training.calibrate` comes next."""
        weights.save(export_path("mappers"), network.state_dict(), {"config": network.config()})
