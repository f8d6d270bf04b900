"""The networks of the shipped Collaborative Diffusion: a text model, a mask model, and the dynamic diffusers that weigh them.

All diffuse the patch autoencoder's latents, which are made once: a step never touches pixels. The text model and the mask model begin
with one UNet between them (`collaborative-trunk`): what a face looks like need not be learnt twice.
"""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from dataclasses import dataclass, fields

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel

import weights
from backends.collaborative.composition import composed, softmax_influence
from backends.collaborative.conditions import MAX_TOKENS, PADDING, tokens, vocabulary_size
from backends.collaborative.masks import UNKNOWN
from backends.collaborative.networks import CollaborativeConfig, CollaborativeDiffusion, Modality
from backends.collaborative.sampling import sample, scheduler
from backends.collaborative.shipped import UNI_MODAL, load_networks, load_uni_modal
from backends.dae.autoencoder import PatchAutoencoder
from backends.dae.shipped import load_autoencoder
from precision import half_precision

from ..data import Faces, load_faces, load_prompted, load_several
from ..loop import export_path
from ..sheets import grid
from .collaborative_captions import told
from .parsing import COLOURS, mirrored_mask

CAPTIONS = 8
"""Made of every face, each worded anew."""
DROPPED = 0.12
"""Share of the samples that learn without their condition."""
MIDDLE, SPREAD = -0.35, 1.1
"""Of the logit of a timestep's share of all."""
RIDGE = 60.0
"""In `fit_words`: as if every word had been seen so often without any effect."""
KNOWN = 4096
"""Noisy faces that the dynamic diffusers learn from."""
MASK_RIDGE, FITTED = 300.0, 2_500
"""In `fit_masks`: the same of cells, and how many faces are looked at, each with its mirror image."""


@dataclass(frozen=True, eq=False)
class ConditionedFaces:
    """Faces as latents [2, N, C, S, S] float16 and masks [2, N, 32, 32] uint8, the mirrored ones second, and captions [K, N, L] int16."""

    latents: Tensor
    masks: Tensor
    captions: Tensor

    def draw(self, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Faces at random, half of them mirrored: latents, masks, captions; a share of masks and captions say nothing."""
        index = torch.randint(self.latents.shape[1], (count,), generator=generator)
        flip = torch.randint(2, (count,), generator=generator)
        masks, captions = self.masks[flip, index], self.captions[torch.randint(len(self.captions), (count,), generator=generator), index]
        masks[torch.rand(count, generator=generator) < DROPPED] = UNKNOWN
        captions[torch.rand(count, generator=generator) < DROPPED] = PADDING
        return self.latents[flip, index].float(), masks, captions.long()

    def first(self, count: int) -> tuple[Tensor, Tensor, Tensor]:
        """Latents, masks and captions of every second face (its pair shows the same person), not mirrored."""
        chosen = slice(0, 2 * count, 2)
        return self.latents[0, chosen].float(), self.masks[0, chosen], self.captions[0, chosen].long()


def load_conditioned(split: str, autoencoder: PatchAutoencoder, mask_side: int) -> ConditionedFaces:
    """The `training` faces with those of the prompts and of several changes, or the `validation` faces."""
    parts = [_conditioned(load_faces(split, masks=True), autoencoder, mask_side)]
    if split == "training":
        parts += [_conditioned(load(split, masks=True)[0], autoencoder, mask_side) for load in (load_prompted, load_several)]
    return ConditionedFaces(*(torch.cat([getattr(part, field.name) for part in parts], dim=1) for field in fields(ConditionedFaces)))


@torch.inference_mode()
def _conditioned(faces: Faces, autoencoder: PatchAutoencoder, mask_side: int) -> ConditionedFaces:
    index = torch.arange(len(faces))
    random = np.random.default_rng(0)
    latents = [
        torch.cat([autoencoder.encode(faces.mirrored(part, torch.full((len(part),), flip))).half() for part in index.split(250)])
        for flip in (False, True)
    ]
    masks = [
        F.interpolate(mask[:, None].float(), size=(mask_side, mask_side), mode="nearest-exact")[:, 0].to(torch.uint8)
        for mask in (faces.masks, mirrored_mask(faces.masks))
    ]
    captions = [tokens([told(face, random) for face in faces.params]).to(torch.int16) for _ in range(CAPTIONS)]
    return ConditionedFaces(torch.stack(latents), torch.stack(masks), torch.stack(captions))


def stratified(count: int, generator: torch.Generator) -> Tensor:
    """Timesteps [count], one from each `count`th of their distribution, in any order: the loss varies less from batch to batch.

    Logit-normal, as Esser et al. 2024 draw them: at the noisiest there is little to see, at the cleanest little to do.
    """
    shares = (torch.randperm(count, generator=generator) + torch.rand(count, generator=generator)) / count
    return (1000 * torch.sigmoid(MIDDLE + SPREAD * torch.special.ndtri(shares.clamp(1e-6, 1 - 1e-6)))).long().clamp(max=999)


class _Denoising(ABC):
    """What the three recipes share: data, noise, and samples to look at."""

    name: str
    learning_rate = 1e-3
    batch_size = 64

    def prepare(self, device: torch.device) -> None:
        self.device = device
        self.config = CollaborativeConfig.shipped(vocabulary_size(), MAX_TOKENS)
        self.autoencoder = load_autoencoder()
        self.faces, self.held = (load_conditioned(split, self.autoencoder, self.config.mask_side) for split in ("training", "validation"))
        self.autoencoder = self.autoencoder.to(device)
        self.scheduler = scheduler(self.config, "DDIM")
        self.network = self._build().to(device)

    @abstractmethod
    def _build(self) -> nn.Module: ...

    @abstractmethod
    def _predicted(self, network: nn.Module, x_t: Tensor, t: Tensor, masks: Tensor, captions: Tensor) -> Tensor:
        """The v that the network makes of x_t and the conditions."""

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        """(latents, masks, captions, timesteps)."""
        batch = *self.faces.draw(self.batch_size, generator), stratified(self.batch_size, generator)
        return tuple(tensor.to(self.device) for tensor in batch)

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        return self._error(network, batch)

    def _error(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        """Mean squared, of v, for latents, masks, captions and timesteps, under fresh noise."""
        latents, masks, captions, t = batch
        noise = torch.randn_like(latents)
        x_t = self.scheduler.add_noise(latents, noise, t)
        # The fused attention's backward pass takes a third of a step in bfloat16 on CPUs; the plain one next to nothing.
        with sdpa_kernel(SDPBackend.MATH):
            predicted = self._predicted(network, x_t, t, masks, captions)
        return F.mse_loss(predicted.float(), self.scheduler.get_velocity(latents, noise, t))

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        """The denoising error at fixed noise, at all timesteps and by quarters of them, the cleanest first."""
        latents, masks, captions = (tensor.to(self.device) for tensor in self.held.first(200))
        figures = {}
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            for quarter in range(4):
                t = torch.randint(250, (len(latents),), device=self.device) + 250 * quarter
                figures[f"quarter_{quarter}"] = self._error(network, (latents, masks, captions, t)).item()
        return {"loss": sum(figures.values()) / 4, **figures}

    def _sample(self, network: nn.Module, masks: Tensor, captions: Tensor) -> Tensor:
        """Latents from fixed noise under these conditions."""
        shape = len(masks), self.config.latent_channels, self.config.latent_side, self.config.latent_side
        noise = torch.randn(shape, generator=torch.Generator().manual_seed(0)).to(self.device)

        def denoise(x: Tensor, t: Tensor, _: None) -> tuple[Tensor, Tensor]:
            return self._predicted(network, x, t, masks, captions), x[:, :1]

        return sample(denoise, self.config, noise, None)[0]

    @torch.inference_mode()
    def sheet(self, network: nn.Module) -> Image.Image:
        """Rows: validation faces; their masks; samples under what the network is told of masks and captions."""
        latents, masks, captions = (tensor.to(self.device) for tensor in self.held.first(10))
        shown = F.interpolate(COLOURS[masks.long().cpu()].movedim(-1, 1), size=128)
        rows = [self.autoencoder.decode(part).cpu() for part in (latents, *self._rows(network, masks, captions))]
        return grid([rows[0], shown, *rows[1:]])

    def _rows(self, network: nn.Module, masks: Tensor, captions: Tensor) -> list[Tensor]:
        return [self._sample(network, masks, captions)]


class CollaborativeTrunk(_Denoising):
    """Both encoders with one UNet: where the two models begin. The first half of a batch is told its captions, the second its masks."""

    name = "collaborative-trunk"

    def _build(self) -> nn.Module:
        if all(export_path(f"collaborative-{name}").exists() for name in ("prior", *UNI_MODAL)):
            begun = load_uni_modal()  # a new machine goes on from what is shipped
            begun.mask.unet = begun.text.unet
        else:
            begun = CollaborativeDiffusion(self.config)
            begun.mask.unet = begun.text.unet
            begun.text.prior.fit(self.faces.latents.flatten(0, 1).float())
            nn.init.zeros_(begun.text.unet.conv_out.weight)
            nn.init.zeros_(begun.text.unet.conv_out.bias)
            fit_words(begun.text, self.faces)
            fit_masks(begun.mask, self.faces, torch.Generator().manual_seed(0))
            weights.save(export_path("collaborative-prior"), begun.text.prior.state_dict(), {})
        network = nn.ModuleDict({"text": begun.text, "mask": begun.mask}).requires_grad_(True)
        for modality in network.values():
            del modality.dynamic
        return network

    def _predicted(self, network: nn.ModuleDict, x_t: Tensor, t: Tensor, masks: Tensor, captions: Tensor) -> Tensor:
        half, text, mask = len(x_t) // 2, network["text"], network["mask"]
        of_text = text.predict(x_t[:half], t[:half], text.context(captions[:half]))
        return torch.cat([of_text, mask.predict(x_t[half:], t[half:], mask.context(masks[half:]))])

    def export(self, network: nn.ModuleDict) -> None:
        for name in UNI_MODAL:
            _export(network[name], name, self.config)


@torch.no_grad()
def fit_words(text: Modality, faces: ConditionedFaces) -> None:
    """Sets what each word lets one expect, by ridge regression: attention would learn it long after it has learnt what faces look like."""
    table = text.encoder.expected.weight
    truth = text.prior.deviations(faces.latents[0].float())[:, : table.shape[1]]
    gram, products = RIDGE * torch.eye(len(table)), torch.zeros(table.shape)
    for captions in faces.captions:
        counts = torch.zeros(len(captions), len(table)).scatter_add_(1, captions.long(), torch.ones(captions.shape))
        counts[:, PADDING] = 0
        gram += counts.T @ counts
        products += counts.T @ truth
    table.copy_(torch.linalg.solve(gram, products))


@torch.no_grad()
def fit_masks(mask: Modality, faces: ConditionedFaces, generator: torch.Generator) -> None:
    """Adds to what a mask lets one expect all that its cells, three latent places wide, tell of what the model leaves unexplained at the
    noisiest timestep, by ridge regression: the network would learn it of fine channels last.
    """
    kernel = mask.encoder.expected.weight
    side, step = kernel.shape[-1], mask.encoder.cell
    gram, products = MASK_RIDGE * torch.eye(kernel[0].numel()), torch.zeros(kernel[0].numel(), len(kernel))
    for index in torch.randperm(faces.latents.shape[1], generator=generator)[:FITTED].split(250):
        for latents, masks in zip(faces.latents[:, index].float(), faces.masks[:, index], strict=True):
            t = torch.full((len(latents),), 999)
            x_t = torch.randn(latents.shape, generator=generator)  # no more of a face is left in it than one can neglect
            off = latents + mask.predict(x_t, t, mask.context(masks))
            cells = mask.encoder.one_hot(masks).unflatten(2, (mask.encoder.side, mask.encoder.side))
            seen = F.unfold(cells, side, stride=step, padding=step).transpose(1, 2).flatten(0, 1)
            gram += seen.T @ seen
            products += seen.T @ off.movedim(1, 3).flatten(0, 2)
    kernel += torch.linalg.solve(gram, products).T.reshape(kernel.shape)


def _export(network: Modality, modality: str, config: CollaborativeConfig) -> None:
    """Encoder and UNet; the prior has a file of its own."""
    state = {key: value for key, value in network.state_dict().items() if not key.startswith("prior.")}
    weights.save(export_path(f"collaborative-{modality}"), state, {"config": config.to_dict()}, eight_bit=True)


class _UniModal(_Denoising):
    """One modality's encoder and UNet, from where they are: the trunk's, at first."""

    modality: str
    learning_rate = 5e-4

    def _build(self) -> nn.Module:
        network = getattr(load_uni_modal(), self.modality).requires_grad_(True)
        del network.dynamic
        return network

    def export(self, network: Modality) -> None:
        _export(network, self.modality, self.config)


class CollaborativeText(_UniModal):
    name, modality = "collaborative-text", "text"

    def _predicted(self, network: Modality, x_t: Tensor, t: Tensor, masks: Tensor, captions: Tensor) -> Tensor:
        return network.predict(x_t, t, network.context(captions))


class CollaborativeMask(_UniModal):
    name, modality = "collaborative-mask", "mask"

    def _predicted(self, network: Modality, x_t: Tensor, t: Tensor, masks: Tensor, captions: Tensor) -> Tensor:
        return network.predict(x_t, t, network.context(masks))


class CollaborativeInfluence(_Denoising):
    """The dynamic diffusers, by the composed prediction's error (Algorithm 1). Both models stay as they are, so what they predict is worked
    out once for `KNOWN` noisy faces: the dynamic diffusers are far smaller, and see these many times.
    """

    name = "collaborative-influence"
    learning_rate = 1.5e-3

    def _build(self) -> nn.Module:
        shipped = export_path(self.name).exists()  # a new machine goes on from what is shipped
        begun = load_networks() if shipped else load_uni_modal()
        self.frozen = begun.to(self.device)
        dynamic = {name: copy.deepcopy(getattr(begun, name).dynamic).requires_grad_(True) for name in UNI_MODAL}
        return nn.ModuleDict(dynamic)

    def prepare(self, device: torch.device) -> None:
        super().prepare(device)
        self.predict()

    def predict(self) -> None:
        """What both models predict, into `known`."""
        generator = torch.Generator().manual_seed(0)
        parts = [self._known(generator) for _ in range(KNOWN // self.batch_size)]
        self.known = [torch.cat(column) for column in zip(*parts, strict=True)]

    @torch.no_grad()
    def _known(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        """(x_t, t, masks, captions, v as the text model, as the mask model predicts it, and as it is), at all noise alike."""
        drawn = *self.faces.draw(self.batch_size, generator), torch.randint(1000, (self.batch_size,), generator=generator)
        latents, masks, captions, t = (tensor.to(self.device) for tensor in drawn)
        noise = torch.randn_like(latents)
        x_t = self.scheduler.add_noise(latents, noise, t)
        with half_precision(self.device.type):
            text = self.frozen.text.predict(x_t, t, self.frozen.text.context(captions))
            mask = self.frozen.mask.predict(x_t, t, self.frozen.mask.context(masks))
        return x_t, t, masks, captions, text.half(), mask.half(), self.scheduler.get_velocity(latents, noise, t).half()

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        index = torch.randint(len(self.known[0]), (self.batch_size,), generator=generator)
        return tuple(column[index] for column in self.known)

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        x_t, t, masks, captions, text, mask, v = batch
        with torch.no_grad():
            contexts = {"text": self.frozen.text.context(captions), "mask": self.frozen.mask.context(masks)}
        with sdpa_kernel(SDPBackend.MATH):
            influence = self._influence(network, x_t, t, contexts)
        return F.mse_loss(composed(influence, mask.float(), text.float()), v.float())

    def _influence(self, network: nn.ModuleDict, x_t: Tensor, t: Tensor, contexts: dict[str, Tensor]) -> Tensor:
        logits = {}
        for name, dynamic in network.items():
            modality = getattr(self.frozen, name)
            attended, places, _ = modality.told(contexts[name])
            logits[name] = dynamic(modality.seen(x_t, t, places), t, attended, return_dict=False)[0]
        return softmax_influence(logits["mask"], logits["text"])

    def _predicted(self, network: nn.ModuleDict, x_t: Tensor, t: Tensor, masks: Tensor, captions: Tensor) -> Tensor:
        with torch.no_grad():
            contexts = {"text": self.frozen.text.context(captions), "mask": self.frozen.mask.context(masks)}
            text = self.frozen.text.predict(x_t, t, contexts["text"])
            mask = self.frozen.mask.predict(x_t, t, contexts["mask"])
        return composed(self._influence(network, x_t, t, contexts), mask.float(), text.float())

    def _rows(self, network: nn.Module, masks: Tensor, captions: Tensor) -> list[Tensor]:
        """From the captions alone, from the masks alone, from both."""
        no_masks, no_captions = torch.full_like(masks, UNKNOWN), torch.full_like(captions, PADDING)
        return [self._sample(network, *told) for told in ((no_masks, captions), (masks, no_captions), (masks, captions))]

    def export(self, network: nn.Module) -> None:
        weights.save(export_path(self.name), network.state_dict(), {"config": self.config.to_dict()}, eight_bit=True)
