"""ChatFace's own training: one mapping network for one prompt, from words alone (Yue et al. 2023, eq. 5 to 11).

z_edit = z + Mapping(z) is decoded in T = 8 steps, and the picture is asked three things: is little else changed (eq. 8), is it
the same person (eq. 9), and did CLIP see the picture change as the words do (eq. 10)? Gradients flow through all eight steps.

Departures. Both norms of eq. 8 are per element, so that their sum does not depend on the sizes of pictures and codes. The optimiser is
this project's AdamW instead of Ranger at a rate of 0.2. SMS is used where the engine uses it unasked, since a mapper belongs to the way its
steps are decoded. A text is put in several ways (Radford et al. 2021, section 3.1.4), and CLIP sees the pictures through one more camera,
the same before and after the change, so that a change must look right and not only to one view (as in StyleGAN-NADA, Gal et al. 2022).

`pairs` is our extension: for a prompt of assets/prompts.json the renderer knows the changed face, so that z + Mapping(z) is drawn to its
code. It needs no decoding.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch
import torch.nn.functional as F
from PIL import Image, ImageOps
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

import backends.dae
import backends.diffae
import weights
from backends.dae import added, diffusion
from backends.dae.checkpoint import published_network
from backends.dae.engine import MANIPULATIONS, SAMPLING_STEPS, ImageCode
from backends.dae.mapping import MappingNetwork
from backends.dae.networks import DiffusionAutoencoder
from backends.dae.published import Pixels
from backends.dae.shipped import load_autoencoder, load_network
from errors import ParleyError
from faces import clip, identity, looks
from faces.networks import resized
from pictures import picture_tensor
from prompts import NEUTRAL_TEXT, PROMPTS, TEXTS

from ..augment import augment
from ..data import Faces, load_faces, load_prompted
from ..pairs import codes
from ..rebuild import decoded, inverted
from ..sheets import grid
from ..vocabulary import unread
from ..wordings import FRAMES
from .mappers import Z_NOISE

_log = logging.getLogger(__name__)

ENGINES = {info.name: info for info in (backends.dae.INFO, backends.diffae.INFO)}
PRESERVATION, IDENTITY, DIRECTION = 0.2, 0.5, 2.0
"""Weights of eq. 11."""
PAIRS = 1.0
"""Weight of the pairs' error, as a share of what doing nothing scores, where both losses are used."""
SMALLEST_CHANGE = 0.05
"""A picture that moves less than this in CLIP's space has no direction yet; the unit vectors of two faces are about 1 apart."""
POOL, HELD = 256, 16
"""Faces that are edited in training, and in validation."""
PAIRED = 256
"""Pairs in a batch; they cost next to nothing."""
GAINS = (0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 4.0)
GENTLE = 0.1
"""The gentlest gain is taken that the judge likes at most this much less than the best: the further z goes, the more changes besides.
Eq. 10 asks for a direction, not for a length, and so overshoots."""


def told(prompt: str) -> list[str]:
    """What CLIP is told of a face after the change, first of all as one would say it."""
    first = TEXTS.get(prompt) or (prompt if "person" in prompt.split() else f"a person with {prompt}")
    return [first, *(frame.format(prompt) for frame in FRAMES)]


@dataclass(frozen=True, eq=False)
class Pool:
    """Faces to edit: pictures and how they are rebuilt, [N, 3, S, S], their z and x_T, and whom the identity network sees, [N, D]."""

    images: Tensor
    rebuilt: Tensor
    z: Tensor
    x_T: Tensor
    known: Tensor

    def __len__(self) -> int:
        return len(self.z)

    def __getitem__(self, index: Tensor | slice) -> Pool:
        return Pool(self.images[index], self.rebuilt[index], self.z[index], self.x_T[index], self.known[index])


class Mapper:
    learning_rate = 2e-3
    batch_size = 4
    warm_up_steps = 10
    """Each costs a second or more, and there may be few."""

    def __init__(
        self, prompt: str, *, losses: str = "paper", engine: str = "dae", clip_name: str = clip.SHIPPED, photos: Path | None = None
    ):
        """`photos` is a folder of aligned faces to train on in place of rendered ones. ParleyError where there can be no pairs."""
        if losses != "paper" and prompt not in PROMPTS:
            raise ParleyError(f"Pairs can be rendered for the prompts of assets/prompts.json only; {prompt!r} needs the paper's losses.")
        self.name = f"mapper-{engine}-{added.slug(prompt)}-{losses}"
        self.prompt, self.losses, self.engine, self.clip_name, self.photos = prompt, losses, engine, clip_name, photos

    def prepare(self, device: torch.device) -> None:
        self.device = device
        self.autoencoder, self.dae = _networks(self.engine, device)
        self.stability = MANIPULATIONS[ENGINES[self.engine].options[0].choices[0]]
        self.clip = clip.load(self.clip_name)
        self.clip.model.to(device)
        if self.clip_name == clip.SHIPPED and (strange := unread(self.prompt)):
            _log.warning("The shipped CLIP has read descriptions of rendered faces alone, and never of %s.", ", ".join(strange))
        self.recognise, self.judge = identity.network().to(device), _classifier(self.prompt, device)
        with torch.no_grad():
            wanted, neutral = (self.clip.text_features(texts).mean(0) for texts in (told(self.prompt), [NEUTRAL_TEXT]))
        self.direction = F.normalize(wanted - neutral, dim=0)
        pictures = self._photographed() if self.photos else self._rendered()
        pool = self._pool(pictures)
        self.pool, self.held = pool[HELD:], pool[:HELD]
        if self.losses != "paper":
            self.pairs, self.held_pairs = self._pairs("training", mirrored=True), self._pairs("validation", mirrored=False)
        self.network = MappingNetwork(pool.z.shape[1], pool.z.shape[1])

    def _rendered(self) -> Tensor:
        """Validation faces, then training faces."""
        held, training = load_faces("validation"), load_faces("training")
        step = max(1, len(training) // POOL // 2) * 2
        return torch.cat([held.batch(torch.arange(0, 2 * HELD, 2)), training.batch(torch.arange(0, len(training), step)[:POOL])])

    def _photographed(self) -> Tensor:
        paths = sorted(path for path in self.photos.iterdir() if path.suffix.lower() in (".png", ".jpg", ".jpeg", ".webp"))
        if len(paths) <= HELD:
            raise ParleyError(f"{self.photos} holds {len(paths)} pictures; a mapper needs more than {HELD} aligned faces.")
        side = ENGINES[self.engine].resolution
        opened = (Image.open(path).convert("RGB") for path in paths[: HELD + POOL])
        return torch.cat([picture_tensor(ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS)) for image in opened])

    @torch.no_grad()
    def _pool(self, pictures: Tensor) -> Pool:
        parts = []
        for images in resized(pictures, ENGINES[self.engine].resolution).split(self.batch_size):
            images = images.to(self.device)
            z = self.dae.encoder(images)
            x_T = inverted(self.dae, self.autoencoder.encode(images), z, SAMPLING_STEPS)
            rebuilt = self.autoencoder.decode(decoded(self.dae, x_T, z, z, SAMPLING_STEPS))
            parts.append((images, rebuilt, z, x_T, self.recognise(rebuilt)))
        return Pool(*(torch.cat(columns) for columns in zip(*parts, strict=True)))

    def _pairs(self, split: str, mirrored: bool) -> tuple[Tensor, Tensor]:
        """z of faces without and with the prompt, [n, dim] each."""
        faces, numbers = load_prompted(split)
        chosen = (numbers == PROMPTS.index(self.prompt)).nonzero().flatten()
        rows = torch.stack([2 * chosen, 2 * chosen + 1], dim=1).flatten()
        images = resized(faces.images[rows].float(), ENGINES[self.engine].resolution)
        own = Faces(images, tuple(faces.params[i] for i in rows), faces.degrees[rows])
        z = codes(self.dae.encoder, own, self.device)
        if mirrored:
            z = torch.cat([z, codes(self.dae.encoder, replace(own, images=images.flip(3)), self.device)])
        return z[0::2].to(self.device), z[1::2].to(self.device)

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        """Numbers of faces of the pool, and of pairs where these are learnt from."""
        faces = torch.randint(len(self.pool), (self.batch_size,), generator=generator)
        pairs = [] if self.losses == "paper" else [torch.randint(len(self.pairs[0]), (PAIRED,), generator=generator)]
        return tuple(index.to(self.device) for index in (faces, *pairs))

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        if self.losses == "paper":
            return self._papers_loss(network, self.pool[batch[0]])
        z, target = (column[batch[1]] for column in self.pairs)
        noisy = z + Z_NOISE * torch.randn_like(z) if network.training else z
        error = (network(noisy) - (target - z)).abs().mean() / (target - z).abs().mean()
        return error if self.losses == "pairs" else self._papers_loss(network, self.pool[batch[0]]) + PAIRS * error

    def _papers_loss(self, network: nn.Module, faces: Pool) -> Tensor:
        preservation, likeness, direction = self._terms(network(faces.z), faces)
        return PRESERVATION * preservation + IDENTITY * likeness + DIRECTION * direction

    def _terms(self, dz: Tensor, faces: Pool) -> tuple[Tensor, Tensor, Tensor]:
        """Losses of eq. 8, 9 and 10."""
        picture = self._decoded(faces.x_T, faces.z, faces.z + dz)
        size = torch.linalg.vector_norm(dz, dim=1) / dz.shape[1] ** 0.5
        preservation = (picture - faces.images).abs().mean() + size.mean()
        likeness = 1 - F.cosine_similarity(self.recognise(picture), faces.known, dim=1).mean()
        return preservation, likeness, 1 - self._cosine(picture, faces)

    def _cosine(self, picture: Tensor, faces: Pool) -> Tensor:
        """Of how CLIP sees the picture change and how the words do; in training through one more camera."""
        views = [faces.rebuilt, picture.float()]
        if torch.is_grad_enabled():
            seed = int(torch.randint(1 << 30, ()))
            views = [augment(view, torch.Generator().manual_seed(seed)) for view in views]
        before, after = (self.clip.image_features(view) for view in views)
        return F.cosine_similarity(after - before, self.direction[None], dim=1, eps=SMALLEST_CHANGE).mean()

    def _decoded(self, x_T: Tensor, z: Tensor, z_edit: Tensor) -> Tensor:
        """Pictures [N, 3, S, S] with gradients to z_edit. On pixels, every step is computed again on the way back: eight would not fit."""
        config, schedule = self.dae.config, diffusion.Schedule.ddim(SAMPLING_STEPS)
        z_t = diffusion.stable_manipulation(z_edit, z, schedule.T, self.stability)
        denoise = diffusion.denoiser(self.dae, schedule, z_t, prediction=config.prediction, clip_denoised=config.clip_denoised)
        frugal = isinstance(self.autoencoder, Pixels) and torch.is_grad_enabled()
        step = (lambda x, i: checkpoint(denoise, x, i, use_reentrant=False)) if frugal else denoise
        return self.autoencoder.decode(diffusion.decode(step, x_T, schedule))

    @torch.no_grad()
    def validate(self, network: nn.Module) -> dict[str, float]:
        """`cosine` is S_dir on faces of no training, `likeness` the cosine of who they are, `pairs` the error of held pairs, where there
        are any, against doing nothing."""
        terms = self._terms(network(self.held.z), self.held)
        figures = {"changed": terms[0].item(), "likeness": 1 - terms[1].item(), "cosine": 1 - terms[2].item()}
        loss = PRESERVATION * terms[0] + IDENTITY * terms[1] + DIRECTION * terms[2]
        if self.losses != "paper":
            z, target = self.held_pairs
            error, nothing = (z + network(z) - target).abs().mean(), (z - target).abs().mean()
            loss = error / nothing if self.losses == "pairs" else loss + PAIRS * error / nothing
            figures["pairs"] = (error / nothing).item()
        return {"loss": loss.item(), **figures}

    @torch.no_grad()
    def gain(self, network: nn.Module) -> float:
        """How far along Mapping(z) the prompt is all there.

        The prompt classifier judges, by how probably the prompt shows; where it does not know the prompt, CLIP does, by S_dir.
        """
        faces, dz, scores = self.held, network(self.held.z), {}
        for gain in GAINS:
            picture = self._decoded(faces.x_T, faces.z, faces.z + gain * dz)
            scores[gain] = (self.judge(picture) if self.judge else self._cosine(picture, faces)).item()
        return next(gain for gain in GAINS if scores[gain] >= max(scores.values()) - GENTLE)

    @torch.no_grad()
    def sheet(self, network: nn.Module) -> Image.Image:
        """Rows: faces; then strengths 0, 0.5 and 1."""
        few = self.held[:8]
        dz = self.gain(network) * network(few.z)
        return grid([few.images, *(self._decoded(few.x_T, few.z, few.z + s * dz) for s in (0, 0.5, 1))])

    def export(self, network: nn.Module) -> None:
        """Where the app finds it: it has the prompt from its next start on."""
        added.save(network, self.dae.encoder, engine=self.engine, prompt=self.prompt, text=told(self.prompt)[0], gain=self.gain(network))


def _networks(engine: str, device: torch.device) -> tuple[ImageCode, DiffusionAutoencoder]:
    if engine == backends.dae.INFO.name:
        return load_autoencoder().to(device), load_network().to(device)
    state, _ = weights.load(weights.find("diffae-ffhq256"))
    return Pixels(), published_network(state).to(device)


def _classifier(prompt: str, device: torch.device) -> Callable[[Tensor], Tensor] | None:
    """Pictures [N, 3, S, S] -> the mean probability that the prompt shows; None where no classifier knows it."""
    try:
        network = looks.network().to(device)
    except ParleyError:
        return None
    if prompt not in network.prompts:
        return None
    number = network.prompts.index(prompt)
    return lambda images: network(resized(images))[:, number].sigmoid().mean()
