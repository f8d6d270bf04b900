"""The shipped StyleGAN2 sharpened by a discriminator, after its supervised start (stylegan_generator.py).

StyleGAN2's losses: non-saturating, with lazy R1 and path length regularisation (Karras et al., CVPR 2020). What the supervised start knew
is held on to: the mapping network stays as it is, so that the fields and the encoder, which were learnt in its w, still fit; and a face
whose z is known must still look like itself from afar. The discriminator is kept for going on, and not shipped.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn
from torch.func import functional_call

import weights
from backends.stylegan import checkpoint
from backends.stylegan.discriminator import Discriminator
from backends.stylegan.generator import Generator

from ..data import load_faces
from ..frechet import degree_features, frechet_distance
from ..loop import export_path
from ..sheets import grid
from .stylegan_faces import CodedFaces, floats
from .stylegan_generator import FrozenFeatures

DISCRIMINATOR = (192, 192, 128, 64, 48, 24)
"""Channels at 4, 8, ... 128 pixels."""
R1, R1_EVERY = 1.0, 16
"""Weight of the squared gradient on real faces (gamma / 2), and how many batches lie between two that pay for all of them."""
PATH, PATH_EVERY, PATH_DECAY = 2.0, 8, 0.01
"""Weight of the path length regularisation, how often it is paid, and how fast the mean length follows."""
KEPT, FEATURES, AFAR = 2.0, 0.5, 4
"""Weights of the distance from the known face, `AFAR` times smaller, and of its features: what the discriminator may not change."""


class Rivals(nn.Module):
    """The generator and its discriminator as they learn; `steps` counts batches."""

    def __init__(self, generator: Generator):
        super().__init__()
        self.generator = generator.requires_grad_(True)
        self.generator.style.requires_grad_(False)
        self.discriminator = Discriminator(DISCRIMINATOR)
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))
        self.register_buffer("path_length", torch.zeros(()))

    def to(self, device: torch.device, memory_format: torch.memory_format) -> Rivals:
        """Five-dimensional kernels, as StyleGAN2 stores them, know no memory format."""
        return super().to(device)

    def styles(self, z: Tensor) -> Tensor:
        return self.generator.spread(self.generator.mapping(z))


def generators_loss(rivals: Rivals, made: Tensor) -> Tensor:
    """Non-saturating; the discriminator learns nothing from it."""
    frozen = {name: parameter.detach() for name, parameter in rivals.discriminator.named_parameters()}
    return F.softplus(-functional_call(rivals.discriminator, frozen, (made,))).mean()


def discriminators_loss(rivals: Rivals, made: Tensor, real: Tensor) -> Tensor:
    return F.softplus(rivals.discriminator(made.detach())).mean() + F.softplus(-rivals.discriminator(real)).mean()


def r1(rivals: Rivals, real: Tensor) -> Tensor:
    """The mean squared gradient of the discriminator on real faces (Mescheder et al., ICML 2018)."""
    real = real.detach().requires_grad_(True)
    (gradient,) = torch.autograd.grad(rivals.discriminator(real).sum(), real, create_graph=True)
    return gradient.square().sum(dim=(1, 2, 3)).mean()


def path_penalty(rivals: Rivals, z: Tensor) -> Tensor:
    """How much the length by which a step in w moves the picture differs from its running mean."""
    w_plus = rivals.styles(z).detach().requires_grad_(True)
    made = rivals.generator(w_plus)
    noise = torch.randn_like(made) / math.sqrt(made.shape[2] * made.shape[3])
    (gradient,) = torch.autograd.grad((made * noise).sum(), w_plus, create_graph=True)
    lengths = gradient.square().sum(dim=2).mean(dim=1).sqrt()
    with torch.no_grad():
        first = rivals.path_length == 0
        rivals.path_length.lerp_(lengths.mean(), 1.0 if first else PATH_DECAY)
    return (lengths - rivals.path_length).square().mean()


class StyleGANAdversarial:
    name = "stylegan-adversarial"
    learning_rate = 2e-3
    betas = (0.0, 0.99)
    batch_size = 8

    def __init__(self):
        self.network = Rivals(checkpoint.load_generator())

    def prepare(self, device: torch.device) -> None:
        self.device = device
        self.faces = CodedFaces.training(self.network.generator.config.style_dim)
        held = load_faces("validation")
        self.held_features = torch.cat([degree_features(held.batch(part)) for part in torch.arange(len(held)).split(25)])
        self.features = FrozenFeatures(device)
        self.start = math.nan
        self.start = self.validate(self.network.to(device, torch.contiguous_format))["loss"]

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        index = torch.randint(len(self.faces), (self.batch_size,), generator=generator)
        return self.faces.z(index, generator).to(self.device), floats(self.faces.images[index]).to(self.device)

    def loss(self, network: Rivals, batch: tuple[Tensor, ...]) -> Tensor:
        z, real = batch
        made = network.generator(network.styles(z)).contiguous(memory_format=torch.channels_last)
        loss = generators_loss(network, made) + discriminators_loss(network, made, real)
        loss = loss + KEPT * F.l1_loss(F.avg_pool2d(made, AFAR), F.avg_pool2d(real, AFAR))
        loss = loss + FEATURES * self.features.difference(made, real)
        with torch.autocast(self.device.type, enabled=False):  # gradients of gradients need the precision
            if network.steps % R1_EVERY == 0:
                loss = loss + R1 * R1_EVERY * r1(network, real)
            if network.steps % PATH_EVERY == 0:
                loss = loss + PATH * PATH_EVERY * path_penalty(network, z[: self.batch_size // 2])
        network.steps += 1
        return loss

    @torch.inference_mode()
    def validate(self, network: Rivals) -> dict[str, float]:
        """The Frechet distance of as many random faces as there are validation faces; `start` is what it was before."""
        z = self._random(len(self.held_features), seed=2)
        seen = [degree_features(network.generator(network.styles(part)).clamp(-1, 1).float().cpu()) for part in z.split(25)]
        figures = {"loss": frechet_distance(torch.cat(seen), self.held_features), "path_length": network.path_length.item()}
        return {**figures, "start": self.start}

    @torch.inference_mode()
    def sheet(self, network: Rivals) -> Image.Image:
        """Random faces."""
        made = network.generator(network.styles(self._random(64, seed=0)))
        return grid(list(made.split(8)))

    def _random(self, count: int, seed: int) -> Tensor:
        return torch.randn(count, self.network.generator.config.style_dim, generator=torch.Generator().manual_seed(seed)).to(self.device)

    def export(self, network: Rivals) -> None:
        weights.save(export_path("stylegan-generator"), network.generator.state_dict(), {})
