"""The photo encoder of the shipped StyleGAN2: begun in closed form, then trained until its w_plus gives the picture back."""

from __future__ import annotations

import dataclasses

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

import weights
from backends.stylegan import checkpoint
from backends.stylegan.generator import Generator
from backends.stylegan.photo_encoder import PhotoEncoder, PhotoEncoderConfig

from ..augment import augment
from ..data import load_faces
from ..loop import export_path
from ..sheets import grid
from .autoencoder import gradient_difference
from .shapes import SHIPPED
from .stylegan_faces import CodedFaces, floats
from .stylegan_generator import FrozenFeatures

STAGES = ((64, 5_000, 12), (128, None, 8))
"""Side of the pictures compared, how many seen end the stage, batch size."""
FITTED_ON = 3_000
STYLE, APART, FEATURES = 0.03, 0.003, 0.3
"""Weights of the distance from the known w, of the layers' distance from each other (both in standard deviations), and of features."""


class Learning(nn.Module):
    """The encoder as it learns; `seen` counts pictures."""

    def __init__(self, encoder: PhotoEncoder):
        super().__init__()
        self.encoder = encoder
        self.register_buffer("seen", torch.zeros((), dtype=torch.int64))

    def stage(self) -> tuple[int, int]:
        return next((side, batch) for side, end, batch in STAGES if end is None or self.seen < end)


@torch.no_grad()
def begun(generator: Generator, faces: CodedFaces) -> PhotoEncoder:
    """The trunk of the shipped semantic encoder, what its code says of z by least squares, and the generator's mapping network."""
    size = generator.config
    encoder = PhotoEncoder(PhotoEncoderConfig(SHIPPED.encoder, size.layers, size.style_dim, size.mapping_layers))
    encoder.trunk.load_state_dict(weights.load(weights.find("semantic"))[0])
    for own, layer in zip(encoder.mapping, generator.style[1:], strict=True):
        own.load_state_dict(layer.state_dict())
    index = torch.arange(0, len(faces), max(1, len(faces) // FITTED_ON))
    found = torch.cat([encoder.trunk.eval()(floats(faces.images[part])) for part in index.split(50)])
    z = faces.z(index, torch.Generator().manual_seed(0))
    solution = torch.linalg.lstsq(torch.cat([found, torch.ones(len(found), 1)], dim=1), z).solution
    encoder.code.weight.copy_(solution[:-1].T)
    encoder.code.bias.copy_(solution[-1])
    nn.init.zeros_(encoder.offsets.weight)
    return encoder


class StyleGANEncoder:
    name = "stylegan-encoder"
    learning_rate = 6e-4
    batch_size = 0
    """By stage."""

    def prepare(self, device: torch.device) -> None:
        self.device = device
        generator = checkpoint.load_generator()
        self.faces = CodedFaces.training(generator.config.style_dim)
        self.generator = generator.to(device)
        _, self.deviation = generator.w_statistics()
        self.held = load_faces("validation").batch(torch.arange(0, 200, 2)).to(device)
        self.network = Learning(begun(generator, self.faces)).to(device)
        if export_path(self.name).exists():
            self._go_on(Learning(checkpoint.load_encoder().requires_grad_(True)).to(device))
        self.features = FrozenFeatures(device)

    def _go_on(self, shipped: Learning) -> None:
        """From what is shipped, where the generator is still near enough to the one it was learnt for."""
        if self.validate(shipped)["loss"] < self.validate(self.network.eval())["loss"]:
            shipped.seen.fill_(STAGES[-2][1])
            self.network = shipped

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        _, count = self.network.stage()
        index = torch.randint(len(self.faces), (count,), generator=generator)
        images = floats(self.faces.images[index])
        images[::2] = augment(images[::2], generator)
        return self.faces.z(index, generator).to(self.device), images.to(self.device)

    def loss(self, network: Learning, batch: tuple[Tensor, ...]) -> Tensor:
        z, images = batch
        side, _ = network.stage()
        network.seen += len(z)
        with torch.no_grad():
            w = self.generator.mapping(z).float()
        w_plus = network.encoder(images).float()
        mean = w_plus.mean(dim=1)
        apart = ((w_plus - mean[:, None]) / self.deviation).square().mean()
        known = ((mean - w) / self.deviation).square().mean()
        made = self.generator(w_plus, size=side).contiguous(memory_format=torch.channels_last)
        wanted = F.avg_pool2d(images, images.shape[2] // side)
        loss = F.l1_loss(made, wanted) + 0.5 * gradient_difference(made, wanted) + STYLE * known + APART * apart
        return loss + FEATURES * self.features.difference(made, images) if side == images.shape[2] else loss

    @torch.inference_mode()
    def validate(self, network: Learning) -> dict[str, float]:
        made = torch.cat([self.generator(network.encoder(part)) for part in self.held.split(25)])
        return {"loss": F.l1_loss(made, self.held).item(), "seen": int(network.seen)}

    @torch.inference_mode()
    def sheet(self, network: Learning) -> Image.Image:
        """Rows: faces; rebuilt; with one style for all layers."""
        images = self.held[:12]
        w_plus = network.encoder(images)
        return grid([images, self.generator(w_plus), self.generator(self.generator.spread(w_plus.mean(dim=1)))])

    def export(self, network: Learning) -> None:
        metadata = {"config": dataclasses.asdict(network.encoder.config)}
        weights.save(export_path(self.name), network.encoder.state_dict(), metadata, eight_bit=True)
