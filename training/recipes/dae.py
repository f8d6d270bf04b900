"""The shipped diffusion autoencoder's UNet: v-prediction on the patch autoencoder's latents, conditioned on the frozen encoder's z_sem."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

import weights
from backends.dae import diffusion
from backends.dae.networks import DiffusionAutoencoder
from backends.dae.shipped import load_autoencoder

from ..data import load_faces
from ..loop import export_path
from ..rebuild import decoded, inverted
from ..sheets import grid
from .shapes import SHIPPED

Z_NOISE = 0.1
"""Noise on z in training: an edited z never lies exactly where encoded ones do."""
MISMATCHED = 0.5
MISMATCHED_FROM = 200
"""From this timestep on, half of the samples are noised from the counterfactual's latent, or from a blend, and must still become
the face that z describes. An inverted x_T carries the attribute that an edit is to remove: where the two disagree, z has to win.
At lower noise, where SMS has returned to the original z, there is nothing to disagree about. Our extension; not in the papers."""


class LatentDAE:
    name = "dae"
    learning_rate = 6e-4
    batch_size = 64

    def __init__(self):
        self.network = DiffusionAutoencoder(SHIPPED)

    def prepare(self, device: torch.device) -> None:
        self.device = device
        self.faces, self.held = load_faces("training"), load_faces("validation")
        self.autoencoder = load_autoencoder().to(device)
        state, _ = weights.load(weights.find("semantic"))
        self.network.encoder.load_state_dict(state)
        self.network.encoder.requires_grad_(False)
        encoder = self.network.encoder.to(device).eval()
        with torch.inference_mode():
            parts = torch.arange(len(self.faces)).split(100)
            images = (self.faces.batch(part).to(device) for part in parts)
            codes = [torch.stack([encoder(x), encoder(x.flip(3))]) for x in images]
        self.z = torch.cat(codes, dim=1).clone()
        self.abar = diffusion.full_abar().float().to(device)

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        """(x_0, what x_t is made from, z, t)."""
        index = torch.randint(len(self.faces), (self.batch_size,), generator=generator)
        flip = torch.rand(len(index), generator=generator) < 0.5
        partner = index ^ 1
        t = torch.randint(diffusion.TRAINING_STEPS, (len(index),), generator=generator)
        blend = (1.5 * torch.rand(len(index), 1, 1, 1, generator=generator)).clamp(max=1)
        blend[(torch.rand(len(index), generator=generator) >= MISMATCHED) | (t < MISMATCHED_FROM)] = 0
        x0, other = (self._latent(rows, flip) for rows in (index, partner))
        z = self.z[flip.long().to(self.device), index.to(self.device)]
        return x0, torch.lerp(x0, other, blend.to(self.device)), z + Z_NOISE * torch.randn_like(z), t.to(self.device)

    def _latent(self, index: Tensor, flip: Tensor) -> Tensor:
        images = self.faces.batch(index)
        images[flip] = images[flip].flip(3)
        return self.autoencoder.encode(images.to(self.device))

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        x0, source, z, t = batch
        abar = self.abar[t][:, None, None, None]
        x_t = abar.sqrt() * source + (1 - abar).sqrt() * torch.randn_like(source)
        v = (abar.sqrt() * x_t - x0) / (1 - abar).sqrt()
        return F.mse_loss(network(x_t, t, z), v)

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        """The training loss at fixed noise, and PSNR (in the latents' linear pictures) after inversion and decoding at T = 20 and T = 8."""
        images = self.held.batch(torch.arange(0, 128)).to(self.device)
        x0, z = self.autoencoder.encode(images), network.encoder(images)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            t = torch.randint(diffusion.TRAINING_STEPS, (len(x0),)).to(self.device)
            loss = torch.stack([self.loss(network, (x0, x0, z, (t + k * 500) % diffusion.TRAINING_STEPS)) for k in range(2)]).mean()
        figures = {"loss": loss.item()}
        few = x0[:8]
        for T in (8, 20):
            rebuilt = decoded(network, inverted(network, few, z[:8], T), z[:8], z[:8], T)
            error = F.mse_loss(self.autoencoder.decode_linear(rebuilt), self.autoencoder.decode_linear(few))
            figures[f"psnr_T{T}"] = 10 * torch.log10(4 / error).item()
        return figures

    @torch.inference_mode()
    def sheet(self, network: nn.Module) -> Image.Image:
        """Rows: faces; rebuilt; their counterfactuals; the faces with the counterfactuals' z under SMS (what an ideal edit of z gives)."""
        index = torch.arange(0, 16, 2)
        images, changed = self.held.batch(index).to(self.device), self.held.batch(index + 1).to(self.device)
        latent, z, z_changed = self.autoencoder.encode(images), network.encoder(images), network.encoder(changed)
        x_T = inverted(network, latent, z, 20)
        rebuilt, edited = (self.autoencoder.decode(decoded(network, x_T, z, z_edit, 8)) for z_edit in (z, z_changed))
        return grid([images, rebuilt, changed, edited])

    def export(self, network: nn.Module) -> None:
        state = {key: value for key, value in network.state_dict().items() if not key.startswith("encoder.")}
        weights.save(export_path("dae"), state, {"config": network.config.to_dict()})
