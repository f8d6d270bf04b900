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
from backends.dae.engine import SAMPLING_STEPS, STABILITY
from backends.dae.networks import DiffusionAutoencoder
from backends.dae.shipped import load_autoencoder

from ..augment import augment_alike
from ..data import Faces, joined, load_faces, load_prompted
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
TRAVELLERS, STOPS = 16, 3
"""How many of a batch are trained on the way that an edit really goes, each at so many places: the counterfactual inverted under its own
z, then decoded towards the face's z, from where the prediction must be the face. Random noise does not teach this: an inverted x_T is
noise in which the picture still lies, and the UNet would rather follow it than z. Our extension; not in the papers."""
FOCUS = 6.0
"""How much more an error counts where face and counterfactual differ most: glasses are few of a picture's pixels and all of the edit."""
LIKE_PHOTOS = 0.5
"""This share of the faces is changed as photos differ from renderings, counterfactuals in the same way."""
HEAD_FITTED_ON = 3_000


class Trainee(nn.Module):
    """The network and, for training only, a linear head that reads the renderer's parameters off z."""

    def __init__(self, outputs: int):
        super().__init__()
        self.dae = DiffusionAutoencoder(SHIPPED)
        self.head = nn.Linear(SHIPPED.unet.z_dim, outputs)


class LatentDAE:
    name = "dae"
    learning_rate = 3e-4
    batch_size = 44

    def prepare(self, device: torch.device) -> None:
        self.device = device
        self.faces = joined(load_faces("training"), load_prompted("training")[0])
        self.held, self.held_prompted = load_faces("validation"), load_prompted("validation")[0]
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
        like_photos = torch.rand(len(index), generator=generator) < LIKE_PHOTOS
        images[like_photos], partners[like_photos] = augment_alike((images[like_photos], partners[like_photos]), generator)
        t = torch.randint(diffusion.TRAINING_STEPS, (len(index),), generator=generator)
        blend = (1.5 * torch.rand(len(index), 1, 1, 1, generator=generator)).clamp(max=1)
        blend[(torch.rand(len(index), generator=generator) >= MISMATCHED) | (t < MISMATCHED_FROM)] = 0
        return tuple(tensor.to(self.device) for tensor in (images, partners, blend, t, truth))

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        images, partners, blend, t, truth = batch
        z = network.dae.encoder(images)
        x0, other = self.autoencoder.encode(images), self.autoencoder.encode(partners)
        noisy_z = z + Z_NOISE * torch.randn_like(z)
        few, rest = slice(TRAVELLERS), slice(TRAVELLERS, None)
        travelled, times, z_t = self._travelled(network.dae, partners[few], other[few], noisy_z[few])
        x_t = torch.cat([travelled, self._noised(torch.lerp(x0, other, blend), t)[rest]])
        z_t, t = torch.cat([z_t, noisy_z[rest]]), torch.cat([times, t[rest]])
        wanted, unwanted = (torch.cat([latent[few].repeat(STOPS, 1, 1, 1), latent[rest]]) for latent in (x0, other))
        blend = torch.cat([torch.ones_like(blend[few]).repeat(STOPS, 1, 1, 1), blend[rest]])
        difference = (wanted - unwanted).square().mean(dim=1, keepdim=True)
        focus = 1 + FOCUS * blend * difference / (difference.amax(dim=(2, 3), keepdim=True) + 1e-6)
        return (focus * self._error(network.dae, x_t, wanted, z_t, t)).mean() + TELLING * F.mse_loss(network.head(z), truth)

    def _noised(self, x0: Tensor, t: Tensor) -> Tensor:
        abar = self.abar[t][:, None, None, None]
        return abar.sqrt() * x0 + (1 - abar).sqrt() * torch.randn_like(x0)

    def _error(self, dae: DiffusionAutoencoder, x_t: Tensor, x0: Tensor, z: Tensor, t: Tensor) -> Tensor:
        """Squared error [N, C, H, W] of the predicted v, which leads from x_t to x_0."""
        abar = self.abar[t][:, None, None, None]
        v = (abar.sqrt() * x_t - x0) / (1 - abar).sqrt()
        return (dae(x_t, t, z) - v).square()

    def _travelled(self, dae: DiffusionAutoencoder, images: Tensor, latent: Tensor, z_edit: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Where an edit of these N faces is at `STOPS` random steps: x_t [STOPS * N, C, H, W], t and z_t of those steps."""
        schedule = diffusion.Schedule.ddim(SAMPLING_STEPS)
        with torch.no_grad():
            z = dae.encoder(images)
        z_t = diffusion.stable_manipulation(z_edit, z, schedule.T, STABILITY)
        x = inverted(dae, latent, z, schedule.T)
        stops = 1 + torch.randperm(schedule.T - 1)[:STOPS].sort(descending=True).values  # not step 0, where x_t is all but the picture
        found, above = [], schedule.T
        for step in stops.tolist():
            x = decoded(dae, x, z, z_edit.detach(), schedule.T, down_to=step + 1, begin_at=above)
            found.append(x)
            above = step + 1
        times = torch.tensor([schedule.timesteps[step] for step in stops.tolist()], device=x.device).repeat_interleave(len(x))
        return torch.cat(found), times, torch.cat([z_t[step] for step in stops.tolist()])

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        """`matched`, the denoising error at fixed noise; `left`, the share of a pair's squared difference that an ideal edit of z leaves;
        and PSNR of rebuilt latents."""
        index = torch.arange(0, 128)
        faces, prompted = self._examined(network.dae, self.held, index), self._examined(network.dae, self.held_prompted, index)
        left, left_prompted = (self._left(network.dae, *of) for of in (faces, prompted))
        x0, _, z = faces
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            t = torch.randint(diffusion.TRAINING_STEPS, (len(x0),)).to(self.device)
            matched = self._error(network.dae, self._noised(x0, t), x0, z, t).mean().item()
        figures = {"loss": matched + left + left_prompted, "matched": matched, "left": left, "left_prompted": left_prompted}
        few = x0[:8]
        for T in (8, 20):
            rebuilt = decoded(network.dae, inverted(network.dae, few, z[:8], T), z[:8], z[:8], T)
            error = F.mse_loss(self.autoencoder.decode_linear(rebuilt), self.autoencoder.decode_linear(few))
            figures[f"psnr_T{T}"] = 10 * torch.log10(4 / error).item()
        return figures

    def _examined(self, dae: DiffusionAutoencoder, faces: Faces, index: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Latents x_0 of faces and of their counterfactuals, and the faces' z."""
        images, partners = faces.batch(index).to(self.device), faces.batch(index ^ 1).to(self.device)
        return self.autoencoder.encode(images), self.autoencoder.encode(partners), dae.encoder(images)

    def _left(self, dae: DiffusionAutoencoder, x0: Tensor, other: Tensor, z: Tensor) -> float:
        """The share of the pairs' squared difference that is left where it lies when each face is made from its counterfactual."""
        z_other = z[torch.arange(len(z)) ^ 1]
        difference = (x0 - other).square().mean(dim=1, keepdim=True)
        edited = decoded(dae, inverted(dae, other, z_other, SAMPLING_STEPS), z_other, z, SAMPLING_STEPS)
        return ((difference * (edited - x0).square()).mean() / (difference * (other - x0).square()).mean()).item()

    @torch.inference_mode()
    def sheet(self, network: nn.Module) -> Image.Image:
        """Rows, for graded attributes and then for prompts: faces; rebuilt; their counterfactuals; the faces with the counterfactuals' z
        (what an ideal edit of z gives)."""
        return grid([*self._rows(network.dae, self.held), *self._rows(network.dae, self.held_prompted)])

    def _rows(self, dae: DiffusionAutoencoder, faces: Faces) -> list[Tensor]:
        index, encoder = torch.arange(0, 24, 2), dae.encoder
        images, changed = faces.batch(index).to(self.device), faces.batch(index + 1).to(self.device)
        latent, z, z_changed = self.autoencoder.encode(images), encoder(images), encoder(changed)
        x_T = inverted(dae, latent, z, SAMPLING_STEPS)
        rebuilt, edited = (self.autoencoder.decode(decoded(dae, x_T, z, z_edit, SAMPLING_STEPS)) for z_edit in (z, z_changed))
        return [images, rebuilt, changed, edited]

    def export(self, network: nn.Module) -> None:
        state = network.dae.state_dict()
        encoder = {key.removeprefix("encoder."): value for key, value in state.items() if key.startswith("encoder.")}
        unet = {key: value for key, value in state.items() if not key.startswith("encoder.")}
        weights.save(export_path("semantic"), encoder, {})
        weights.save(export_path("dae"), unet, {"config": network.dae.config.to_dict()}, eight_bit=True)
