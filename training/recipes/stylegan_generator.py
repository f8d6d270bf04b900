"""The shipped StyleGAN2: supervised, for the renderer knows the z of every face (stylegan_factors.py); small pictures first."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

import weights
from backends.dae.networks import SemanticEncoder
from backends.dae.semantic_predictor import feature_maps
from backends.stylegan import checkpoint
from backends.stylegan.generator import MAPPING_LR, Generator, GeneratorConfig

from ..data import load_faces
from ..loop import export_path
from ..sheets import grid
from .autoencoder import gradient_difference
from .shapes import SHIPPED
from .stylegan_faces import CodedFaces, floats
from .stylegan_factors import Facts

CONFIG = GeneratorConfig(128, (192, 192, 128, 64, 48, 24), style_dim=256, mapping_layers=4)
STAGES = ((8, 8_000, 32), (16, 20_000, 24), (32, 45_000, 12), (64, 65_000, 8), (128, None, 8))
"""Side in pixels, how many pictures seen end the stage, batch size."""
FEATURES, TEXTURE = 0.5, 2.0
"""Weights of the losses on features, and on how much there is to see, whatever it is: what cannot be known, like strands of hair, else
comes out smooth."""
GOING_ON_RATE = 4e-3
"""For a generator that has been through all stages."""
PATCH = 8
"""Side in pixels within which texture may lie elsewhere."""


def learning_mapping(generator: Generator, multiplier: float) -> None:
    """Rescales the mapping network's stored numbers, not what it computes: supervised, it may learn as fast as everything else."""
    for layer in generator.style[1:]:
        for stored in (layer.weight, layer.bias):
            stored.data *= layer.lr_mul / multiplier
        layer.lr_mul = multiplier


class FrozenFeatures:
    """Maps of the shipped semantic encoder, from fine to coarse: what it takes to tell faces apart."""

    def __init__(self, device: torch.device):
        self.network = SemanticEncoder(SHIPPED.encoder)
        self.network.load_state_dict(weights.load(weights.find("semantic"))[0])
        self.network.to(device, memory_format=torch.channels_last).eval().requires_grad_(False)

    def difference(self, images: Tensor, wanted: Tensor) -> Tensor:
        with torch.no_grad():
            targets, _ = feature_maps(self.network, wanted)
        made, _ = feature_maps(self.network, images)
        return feature_difference(made, targets)


def feature_difference(made: Sequence[Tensor], wanted: Sequence[Tensor]) -> Tensor:
    """Mean squared distance of maps [N, C, h, w] of unit length, averaged over the levels."""
    return torch.stack([(a - b).square().sum(dim=1).mean() for a, b in zip(made, wanted, strict=True)]).mean()


def texture_difference(made: Tensor, wanted: Tensor) -> Tensor:
    """How much pictures [N, C, H, W] differ in how strongly pixels differ from their neighbours, fine and coarse, on average over each
    patch."""
    loss = made.new_zeros(())
    for scale in (1, 2):
        one, other = (F.avg_pool2d(images, scale) for images in (made, wanted))
        for axis in (2, 3):
            seen, sought = (F.avg_pool2d(images.diff(dim=axis).abs(), PATCH // scale, ceil_mode=True) for images in (one, other))
            loss = loss + F.l1_loss(seen, sought) / scale
    return loss


class Supervised(nn.Module):
    """The generator as it learns; `seen` counts pictures."""

    def __init__(self):
        super().__init__()
        self.generator = Generator(CONFIG)
        learning_mapping(self.generator, 1.0)
        self.register_buffer("seen", torch.zeros((), dtype=torch.int64))

    def to(self, device: torch.device, memory_format: torch.memory_format) -> Supervised:
        """Five-dimensional kernels, as StyleGAN2 stores them, know no memory format."""
        return super().to(device)

    def forward(self, z: Tensor, size: int) -> Tensor:
        return self.generator(self.generator.spread(self.generator.mapping(z)), size=size)

    def go_on_from(self, generator: Generator) -> None:
        """Another's numbers; they belong to the last stage."""
        learning_mapping(generator, 1.0)
        self.generator.load_state_dict(generator.state_dict())
        self.seen.fill_(STAGES[-2][1])

    def stage(self) -> tuple[int, int]:
        """Side and batch size."""
        return next((side, batch) for side, end, batch in STAGES if end is None or self.seen < end)


@torch.no_grad()
def show_first_what_shows(generator: Generator, z: Tensor, pictures: Tensor) -> None:
    """Turns and stretches the first layer's view of z [N, D] by how much of small `pictures` [N, P] each of its directions explains."""
    explained = torch.linalg.lstsq(z, pictures - pictures.mean(dim=0)).solution
    turned, importance, _ = torch.linalg.svd(explained)
    gain = (importance / importance.median()).sqrt().clamp(0.5, 3)
    first = generator.style[1]
    first.weight.copy_(gain[:, None] * turned.T * math.sqrt(len(gain)))


class StyleGANGenerator:
    name = "stylegan-generator"
    learning_rate = 8e-3
    batch_size = 0
    """By stage."""

    def __init__(self):
        self.network = Supervised()

    def prepare(self, device: torch.device) -> None:
        self.device = device
        self.faces = CodedFaces.training(CONFIG.style_dim)
        if export_path(self.name).exists():  # a new machine goes on from what is shipped
            self.network.go_on_from(checkpoint.generator(weights.load(export_path(self.name))[0]))
            self.learning_rate = GOING_ON_RATE
        else:
            first = torch.arange(0, len(self.faces), 4)
            small = torch.cat([self._pictures(part, 16).flatten(1) for part in first.split(500)])
            show_first_what_shows(self.network.generator, self.faces.z(first, torch.Generator().manual_seed(0)), small)
        held, shown = load_faces("validation"), torch.arange(0, 200, 2)
        self.held = held.batch(shown).to(device)
        places = self.faces.code.places(Facts.of([held.params[i] for i in shown]))
        self.held_z = self.faces.code.draw(places, torch.arange(len(shown)), torch.Generator().manual_seed(0)).to(device)
        self.features = FrozenFeatures(device)

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        side, count = self.network.stage()
        index = torch.randint(len(self.faces), (count,), generator=generator)
        return self.faces.z(index, generator).to(self.device), self._pictures(index, side).to(self.device)

    def _pictures(self, index: Tensor, side: int) -> Tensor:
        return F.avg_pool2d(floats(self.faces.images[index]), CONFIG.size // side)

    def loss(self, network: Supervised, batch: tuple[Tensor, ...]) -> Tensor:
        z, wanted = batch
        network.seen += len(z)
        side = wanted.shape[2]
        made = network(z, side).contiguous(memory_format=torch.channels_last)
        coarse = F.l1_loss(F.avg_pool2d(made, 4), F.avg_pool2d(wanted, 4))
        loss = F.l1_loss(made, wanted) + 0.5 * gradient_difference(made, wanted) + 0.5 * coarse
        if side < CONFIG.size:
            return loss
        return loss + FEATURES * self.features.difference(made, wanted) + TEXTURE * texture_difference(made.float(), wanted)

    @torch.inference_mode()
    def validate(self, network: Supervised) -> dict[str, float]:
        side, _ = network.stage()
        made = torch.cat([network(z, side) for z in self.held_z.split(25)])
        wanted = F.avg_pool2d(self.held, CONFIG.size // side)
        figures = {"l1": F.l1_loss(made, wanted).item(), "texture": texture_difference(made, wanted).item()}
        return {"loss": figures["l1"] + 0.5 * figures["texture"] + 1 / side, **figures, "side": side, "seen": int(network.seen)}

    @torch.inference_mode()
    def sheet(self, network: Supervised) -> Image.Image:
        """Rows: held-out faces; the same, from their z; random faces."""
        side, _ = network.stage()
        z = torch.randn(36, CONFIG.style_dim, generator=torch.Generator().manual_seed(1)).to(self.device)
        made = network(torch.cat([self.held_z[:12], z]), side)
        return grid([F.avg_pool2d(self.held[:12], CONFIG.size // side), *made.split(12)])

    @torch.inference_mode()
    def export(self, network: Supervised) -> None:
        generator = checkpoint.generator({key: value.clone() for key, value in network.generator.state_dict().items()})
        for layer in generator.style[1:]:
            layer.lr_mul = 1.0
        learning_mapping(generator, MAPPING_LR)
        weights.save(export_path(self.name), generator.state_dict(), {})
