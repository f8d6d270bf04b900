"""The shipped diffusion autoencoder: a UNet that predicts v on the patch autoencoder's latents, and its semantic encoder.

The encoder starts from the `semantic` recipe's, and goes on telling the renderer's parameters while it learns what the diffusion
wants to know: left to the diffusion alone z would turn into a picture, and left to the parameters alone it would say too little.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

import weights
from backends.dae import diffusion
from backends.dae.engine import DECODING_STEPS, INVERSION_STEPS
from backends.dae.networks import DiffusionAutoencoder
from backends.dae.shipped import load_autoencoder

from ..data import load_faces
from ..loop import export_path
from ..rebuild import decoded, inverted
from ..sheets import grid
from ..targets import mirror, target_table
from .shapes import SHIPPED

Z_NOISE = 0.1
"""Noise on z in training: an edited z never lies exactly where encoded ones do."""
TELLING = 0.3
"""Weight of the regression on the renderer's parameters."""
MISMATCHED = 0.6
MISMATCHED_FROM = 200
"""From this timestep on, this share of the samples is noised from the counterfactual's latent, or from a blend, and must still become
the face that z describes. An inverted x_T carries the attribute that an edit is to remove: where the two disagree, z has to win.
At lower noise, where SMS has returned to the original z, there is nothing to disagree about. Our extension; not in the papers."""
TRAVELLERS = 16
"""How many of a batch are trained on the way that an edit really goes: the counterfactual inverted under its own z, then decoded under SMS
towards the face's z up to a random step, from where the prediction must be the face. Random noise does not teach this: an inverted
x_T is noise in which the picture still lies, and the UNet would rather follow it than z. Our extension; not in the papers."""
FOCUS = 6.0
"""How much more an error counts where face and counterfactual differ most: glasses are few of a picture's pixels and all of the edit."""
HEAD_FITTED_ON = 3_000


class Trainee(nn.Module):
    """The network and, for training only, a linear head that reads the renderer's parameters off z."""

    def __init__(self, outputs: int):
        super().__init__()
        self.dae = DiffusionAutoencoder(SHIPPED)
        self.head = nn.Linear(SHIPPED.unet.z_dim, outputs)


class LatentDAE:
    name = "dae"
    learning_rate = 5e-4
    batch_size = 64

    def prepare(self, device: torch.device) -> None:
        self.device = device
        self.faces, self.held = load_faces("training"), load_faces("validation")
        self.names, self.truth = target_table(self.faces)
        self.autoencoder = load_autoencoder().to(device)
        self.abar = diffusion.full_abar().float().to(device)
        self.network = Trainee(len(self.names)).to(device)
        state, _ = weights.load(weights.find("semantic"))
        self.network.dae.encoder.load_state_dict(state)
        if export_path("dae").exists():  # a new machine goes on from what is shipped
            unet, _ = weights.load(export_path("dae"))
            self.network.dae.load_state_dict(unet | {f"encoder.{key}": value for key, value in state.items()})
        self._fit_head()

    @torch.no_grad()
    def _fit_head(self) -> None:
        """Least squares, so that the regression does not begin by undoing the encoder's warm start."""
        index = torch.arange(0, len(self.faces), max(1, len(self.faces) // HEAD_FITTED_ON))
        z = torch.cat([self.network.dae.encoder(self.faces.batch(part).to(self.device)) for part in index.split(100)])
        inputs = torch.cat([z, torch.ones(len(z), 1, device=self.device)], dim=1)
        solution = torch.linalg.lstsq(inputs, self.truth[index].to(self.device)).solution
        self.network.head.weight.copy_(solution[:-1].T)
        self.network.head.bias.copy_(solution[-1])

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        """(pictures, their counterfactuals, how much of the counterfactual is in x_t [N, 1, 1, 1], t, the renderer's parameters)."""
        index, flip, images = self.faces.draw(self.batch_size, generator)
        partners, truth = self.faces.mirrored(index ^ 1, flip), mirror(self.truth[index], self.names, flip)
        t = torch.randint(diffusion.TRAINING_STEPS, (len(index),), generator=generator)
        blend = (1.5 * torch.rand(len(index), 1, 1, 1, generator=generator)).clamp(max=1)
        blend[(torch.rand(len(index), generator=generator) >= MISMATCHED) | (t < MISMATCHED_FROM)] = 0
        return tuple(tensor.to(self.device) for tensor in (images, partners, blend, t, truth))

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        images, partners, blend, t, truth = batch
        z = network.dae.encoder(images)
        x0, other = self.autoencoder.encode(images), self.autoencoder.encode(partners)
        noisy_z = z + Z_NOISE * torch.randn_like(z)
        x_t = self._noised(torch.lerp(x0, other, blend), t)
        few = slice(TRAVELLERS)
        travelled, t[few], z_t = self._travelled(network.dae, partners[few], other[few], noisy_z[few])
        x_t, noisy_z = torch.cat([travelled, x_t[TRAVELLERS:]]), torch.cat([z_t, noisy_z[TRAVELLERS:]])
        blend[few] = 1
        difference = (x0 - other).square().mean(dim=1, keepdim=True)
        focus = 1 + FOCUS * blend * difference / (difference.amax(dim=(2, 3), keepdim=True) + 1e-6)
        return (focus * self._error(network.dae, x_t, x0, noisy_z, t)).mean() + TELLING * F.mse_loss(network.head(z), truth)

    def _noised(self, x0: Tensor, t: Tensor) -> Tensor:
        abar = self.abar[t][:, None, None, None]
        return abar.sqrt() * x0 + (1 - abar).sqrt() * torch.randn_like(x0)

    def _error(self, dae: DiffusionAutoencoder, x_t: Tensor, x0: Tensor, z: Tensor, t: Tensor) -> Tensor:
        """Squared error [N, C, H, W] of the predicted v, which leads from x_t to x_0."""
        abar = self.abar[t][:, None, None, None]
        v = (abar.sqrt() * x_t - x0) / (1 - abar).sqrt()
        return (dae(x_t, t, z) - v).square()

    def _travelled(self, dae: DiffusionAutoencoder, images: Tensor, latent: Tensor, z_edit: Tensor) -> tuple[Tensor, int, Tensor]:
        """Where an edit of these faces is after a random number of steps: x_t, t and the z of that step."""
        schedule = diffusion.Schedule.ddim(DECODING_STEPS)
        with torch.no_grad():
            z = dae.encoder(images)
        z_t = diffusion.stable_manipulation(z_edit, z, schedule.T)
        x = inverted(dae, latent, z, schedule.T)
        step = int(torch.randint(1, schedule.T, ()))  # not the last one, where x_t is all but the picture
        x = decoded(dae, x, z, z_edit.detach(), schedule.T, down_to=step + 1)
        return x.clone(), schedule.timesteps[step], z_t[step]

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        """`matched`, the denoising error at fixed noise; `left`, the share of a pair's squared difference that an ideal edit of z leaves;
        and PSNR of rebuilt latents."""
        index = torch.arange(0, 128)
        images, partners = self.held.batch(index).to(self.device), self.held.batch(index ^ 1).to(self.device)
        x0, other, z = self.autoencoder.encode(images), self.autoencoder.encode(partners), network.dae.encoder(images)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            t = torch.randint(diffusion.TRAINING_STEPS, (len(x0),)).to(self.device)
            matched = self._error(network.dae, self._noised(x0, t), x0, z, t).mean()
        difference = (x0 - other).square().mean(dim=1, keepdim=True)
        edited = decoded(network.dae, inverted(network.dae, other, z[index ^ 1], INVERSION_STEPS), z[index ^ 1], z, DECODING_STEPS)
        left = (difference * (edited - x0).square()).mean() / (difference * (other - x0).square()).mean()
        figures = {"loss": (matched + left).item(), "matched": matched.item(), "left": left.item()}
        few = x0[:8]
        for T in (8, 20):
            rebuilt = decoded(network.dae, inverted(network.dae, few, z[:8], T), z[:8], z[:8], T)
            error = F.mse_loss(self.autoencoder.decode_linear(rebuilt), self.autoencoder.decode_linear(few))
            figures[f"psnr_T{T}"] = 10 * torch.log10(4 / error).item()
        return figures

    @torch.inference_mode()
    def sheet(self, network: nn.Module) -> Image.Image:
        """Rows: faces; rebuilt; their counterfactuals; the faces with the counterfactuals' z under SMS (what an ideal edit of z gives)."""
        index, encoder = torch.arange(0, 16, 2), network.dae.encoder
        images, changed = self.held.batch(index).to(self.device), self.held.batch(index + 1).to(self.device)
        latent, z, z_changed = self.autoencoder.encode(images), encoder(images), encoder(changed)
        x_T = inverted(network.dae, latent, z, 20)
        rebuilt, edited = (self.autoencoder.decode(decoded(network.dae, x_T, z, z_edit, 8)) for z_edit in (z, z_changed))
        return grid([images, rebuilt, changed, edited])

    def export(self, network: nn.Module) -> None:
        state = network.dae.state_dict()
        encoder = {key.removeprefix("encoder."): value for key, value in state.items() if key.startswith("encoder.")}
        unet = {key: value for key, value in state.items() if not key.startswith("encoder.")}
        weights.save(export_path("semantic"), encoder, {})
        weights.save(export_path("dae"), unet, {"config": network.dae.config.to_dict()})
