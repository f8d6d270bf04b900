"""Mapping networks of the five graded attributes, learnt from counterfactual pairs: z + s * Mapping(z) should be the changed face's z.

Calibration follows training: edits decoded on validation faces are measured, and each gain is set so that the picture changes by
the degrees asked for.
"""

from __future__ import annotations

import torch
from PIL import Image
from torch import Tensor, nn

import weights
from backends.dae import diffusion
from backends.dae.engine import DECODING_STEPS, INVERSION_STEPS
from backends.dae.mapping import DIRECTIONS, GradedMappers
from backends.dae.shipped import load_autoencoder, load_network
from faces import attributes
from graded import GRADED

from ..data import Faces, load_faces
from ..loop import export_path
from ..sheets import grid

HIDDEN = 128
Z_NOISE = 0.2
GAINS = (0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5)
CALIBRATED_ON = 24


class Pairs:
    """All ordered pairs of one split: z before, z after, attribute index, signed degrees between them."""

    def __init__(self, faces: Faces, z: Tensor):
        before, after = z[0::2], z[1::2]
        change = faces.degrees[1::2] - faces.degrees[0::2]
        attribute = change.abs().argmax(dim=1)
        degrees = change.gather(1, attribute[:, None]).squeeze(1)
        self.z = torch.cat([before, after])
        self.target = torch.cat([after, before])
        self.attribute = torch.cat([attribute, attribute])
        self.degrees = torch.cat([degrees, -degrees])


class Mappers:
    name = "mappers"
    learning_rate = 1e-3
    batch_size = 256

    def prepare(self, device: torch.device) -> None:
        self.device = device
        self.dae, self.autoencoder = load_network().to(device), load_autoencoder().to(device)
        self.held = load_faces("validation")
        self.pairs, self.held_pairs = self._pairs(load_faces("training")), self._pairs(self.held)
        self.network = GradedMappers(GRADED, self.pairs.z.shape[1], HIDDEN)

    @torch.inference_mode()
    def _pairs(self, faces: Faces) -> Pairs:
        z = torch.cat([self.dae.encoder(faces.batch(part).to(self.device)) for part in torch.arange(len(faces)).split(100)])
        return Pairs(faces, z.clone())

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        index = torch.randint(len(self.pairs.z), (self.batch_size,), generator=generator).to(self.device)
        return self.pairs.z[index], self.pairs.target[index], self.pairs.attribute[index], self.pairs.degrees[index]

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        z, target, attribute, degrees = batch
        noisy = z + Z_NOISE * torch.randn_like(z) if network.training else z
        errors = []
        for i, name in enumerate(GRADED):
            for way, sign in zip(DIRECTIONS, (1, -1), strict=True):
                chosen = (attribute == i) & (degrees * sign > 0)
                strength = degrees[chosen].abs()[:, None] / 5
                predicted = strength * network.networks[f"{name}_{way}"](noisy[chosen])
                errors.append((predicted - (target - z)[chosen]).square().mean(dim=1))
        return torch.cat(errors).mean()

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        pairs = self.held_pairs
        everything = (pairs.z, pairs.target, pairs.attribute, pairs.degrees)
        nothing = (pairs.target - pairs.z).square().mean()
        loss = self.loss(network, everything)
        return {"loss": loss.item(), "unexplained": (loss / nothing).item()}

    @torch.inference_mode()
    def _edited(self, x_T: Tensor, z: Tensor, z_edit: Tensor) -> Tensor:
        schedule = diffusion.Schedule.ddim(DECODING_STEPS)
        config = self.dae.config
        z_t = diffusion.stable_manipulation(z_edit, z, schedule.T)
        denoise = diffusion.denoiser(self.dae, schedule, z_t, prediction=config.prediction, clip_denoised=config.clip_denoised)
        return self.autoencoder.decode(diffusion.decode(denoise, x_T, schedule))

    @torch.inference_mode()
    def _inverted(self, images: Tensor) -> tuple[Tensor, Tensor]:
        schedule = diffusion.Schedule.ddim(INVERSION_STEPS)
        config, z = self.dae.config, self.dae.encoder(images)
        denoise = diffusion.denoiser(self.dae, schedule, z, prediction=config.prediction, clip_denoised=config.clip_denoised)
        return diffusion.invert(denoise, self.autoencoder.encode(images), schedule), z

    @torch.inference_mode()
    def calibrate(self, network: GradedMappers) -> None:
        """Sets each gain to the candidate whose measured result comes closest to a change of 3 degrees, or to the scale's end."""
        judge = attributes.network().to(self.device)
        images = self.held.batch(torch.arange(0, 2 * CALIBRATED_ON, 2)).to(self.device)
        x_T, z = self._inverted(images)
        start = judge.degrees(self._edited(x_T, z, z))
        for i, name in enumerate(GRADED):
            for j, sign in enumerate((1, -1)):
                target = (start[:, i] + sign * 3).clamp(0, 5)
                asked = target - start[:, i]
                step = torch.stack([network.step(z[k : k + 1], name, sign * asked[k].abs().item())[0] for k in range(len(z))])
                usable = asked.abs() > 1
                errors = []
                for gain in GAINS:
                    reached = judge.degrees(self._edited(x_T, z, z + gain * step))[:, i]
                    errors.append((reached - target)[usable].abs().mean())
                network.gains[i, j] = GAINS[int(torch.stack(errors).argmin())]

    @torch.inference_mode()
    def sheet(self, network: nn.Module) -> Image.Image:
        """First row: faces. Then for each attribute: +4 degrees, -4 degrees."""
        images = self.held.batch(torch.arange(0, 20, 2)).to(self.device)
        x_T, z = self._inverted(images)
        rows = [images, self._edited(x_T, z, z)]
        rows += [self._edited(x_T, z, network.edit(z, {name: degrees})) for name in GRADED for degrees in (4.0, -4.0)]
        return grid(rows)

    def export(self, network: nn.Module) -> None:
        self.calibrate(network)
        weights.save(export_path("mappers"), network.state_dict(), {"config": network.config()})
