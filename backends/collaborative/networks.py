"""The networks of Collaborative Diffusion (Huang et al., CVPR 2023), hosted in diffusers classes; the published ones and the shipped ones.

diffusers is imported where a network is built, so that reading a configuration costs nothing.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor, nn

from faces.mask_classes import MASK_CLASSES

from .masks import MaskEncoder
from .prior import GaussianPrior
from .text import TextEncoder

if TYPE_CHECKING:
    from diffusers import AutoencoderKL, UNet2DConditionModel


@dataclass(frozen=True)
class CollaborativeConfig:
    """Sizes of every network, and the diffusion's own conventions."""

    latent_channels: int
    latent_side: int
    unet_channels: tuple[int, ...]
    """One number per grid, the finest first; each grid has half the side of the one before."""
    unet_heads: int
    dynamic_channels: tuple[int, ...]
    dynamic_heads: int
    layers: int
    """Residual blocks per grid, in the UNets and the dynamic diffusers."""
    attend_finest: bool
    """Whether the finest grid attends to the condition too; the published networks' does not."""
    cross_attention_dim: int
    """Width of a condition's tokens, and of the text encoder."""
    vocabulary: int
    max_tokens: int
    text_layers: int
    text_heads: int
    text_head_dim: int
    class_embedding: bool
    """Whether a mask class's token says which class it is; the published ones do not."""
    prediction: Literal["eps", "v"]
    latent: Literal["kl", "patch"]
    """`kl`: a variational autoencoder of the file's own; `patch`: the first engine's PatchAutoencoder."""
    scale_factor: float = 1.0
    """Latent of the diffusion / latent of the autoencoder."""
    vae_channels: tuple[int, ...] = ()
    vae_layers: int = 2
    norm_groups: int = 32
    attend_coarser: bool = True
    """Whether the other grids attend to the condition."""
    places: int = 0
    """Channels beside x_t in which the networks see what the mask says at every place, as latent diffusion is told of masks. Both or
    neither of this and the next are 0."""
    prior_components: int = 0
    """Of the linear denoiser whose error the networks predict (prior.py); the published networks have none."""
    mask_side: int = 32
    """Side of the grid that a mask is reduced to."""
    beta_start: float = 0.0015
    beta_end: float = 0.0195
    beta_schedule: Literal["scaled_linear", "linear"] = "scaled_linear"

    @classmethod
    def published(cls, resolution: Literal[256, 512]) -> CollaborativeConfig:
        """The authors' networks: 1,056 M parameters at 256."""
        return cls(
            latent_channels=3,
            latent_side=64,
            unet_channels=(192, 384, 576, 960),
            unet_heads=32,
            dynamic_channels=(32, 64, 96, 160),
            dynamic_heads=32,
            layers=2,
            attend_finest=False,
            cross_attention_dim=640,
            vocabulary=30522,
            max_tokens=77,
            text_layers=32,
            text_heads=8,
            text_head_dim=64,
            class_embedding=False,
            prediction="eps",
            latent="kl",
            scale_factor={256: 0.058, 512: 0.141}[resolution],
            vae_channels={256: (128, 256, 512), 512: (128, 256, 512, 512)}[resolution],
        )

    @classmethod
    def shipped(cls, vocabulary: int, max_tokens: int) -> CollaborativeConfig:
        """This project's own, 7.3 M parameters: v prediction on the first engine's 8 x 8 latents, by its noise schedule."""
        return cls(
            latent_channels=64,
            latent_side=8,
            unet_channels=(80, 96),
            unet_heads=4,
            dynamic_channels=(32,),
            dynamic_heads=4,
            layers=1,
            attend_finest=True,
            attend_coarser=False,
            places=64,
            prior_components=256,
            cross_attention_dim=128,
            vocabulary=vocabulary,
            max_tokens=max_tokens,
            text_layers=2,
            text_heads=4,
            text_head_dim=32,
            class_embedding=True,
            prediction="v",
            latent="patch",
            norm_groups=8,
            beta_start=0.0001,
            beta_end=0.02,
            beta_schedule="linear",
        )

    @property
    def expected_components(self) -> int:
        """How many of the prior's leading components words let one expect something of; they travel as one more token."""
        return min(self.prior_components, self.cross_attention_dim)

    def to_dict(self) -> dict:
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, fields: dict) -> CollaborativeConfig:
        return cls(**{name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()})


def unet(config: CollaborativeConfig) -> UNet2DConditionModel:
    """One modality's denoiser: (x_t [N, C, S, S], t, condition's tokens [N, L, D]) -> eps or v, shaped like x_t."""
    return _unet(config, config.unet_channels, config.unet_heads, config.latent_channels)


def dynamic_diffuser(config: CollaborativeConfig) -> UNet2DConditionModel:
    """One modality's dynamic diffuser: the same inputs -> logit of its influence at every place, [N, 1, S, S]."""
    return _unet(config, config.dynamic_channels, config.dynamic_heads, 1)


def _unet(config: CollaborativeConfig, channels: tuple[int, ...], heads: int, outputs: int) -> UNet2DConditionModel:
    from diffusers import UNet2DConditionModel

    attends = [config.attend_coarser if level > 0 else config.attend_finest for level in range(len(channels))]
    return UNet2DConditionModel(
        sample_size=config.latent_side,
        in_channels=config.latent_channels + config.places,
        out_channels=outputs,
        block_out_channels=channels,
        layers_per_block=config.layers,
        down_block_types=["CrossAttnDownBlock2D" if attend else "DownBlock2D" for attend in attends],
        up_block_types=["CrossAttnUpBlock2D" if attend else "UpBlock2D" for attend in reversed(attends)],
        cross_attention_dim=config.cross_attention_dim,
        attention_head_dim=heads,  # the class takes the number of heads under this name
        norm_num_groups=config.norm_groups,
    )


def vae(config: CollaborativeConfig) -> AutoencoderKL:
    """The published image autoencoder; its caller applies `scale_factor`."""
    from diffusers import AutoencoderKL

    grids = len(config.vae_channels)
    return AutoencoderKL(
        down_block_types=["DownEncoderBlock2D"] * grids,
        up_block_types=["UpDecoderBlock2D"] * grids,
        block_out_channels=config.vae_channels,
        layers_per_block=config.vae_layers,
        latent_channels=config.latent_channels,
        norm_num_groups=config.norm_groups,
        scaling_factor=config.scale_factor,
    )


class Modality(nn.Module):
    """What one condition, text or mask, brings along: its encoder, its uni-modal diffusion model and its dynamic diffuser."""

    def __init__(self, encoder: nn.Module, config: CollaborativeConfig, prior: GaussianPrior | None):
        super().__init__()
        self.config = config
        self.encoder = encoder
        self.prior = prior
        self.unet = unet(config)
        self.dynamic = dynamic_diffuser(config)

    def context(self, condition: Tensor) -> Tensor:
        """Token ids [N, L] or masks [N, H, W] -> the tokens [N, L, D] that both networks are told."""
        return self.encoder(condition)

    def told(self, context: Tensor) -> tuple[Tensor, Tensor | None, Tensor | None]:
        """A context's parts: the tokens to attend to, what a mask says at every place [N, places, S, S], and which latent the condition
        lets one expect [N, C, S, S].
        """
        if self.prior is None:
            return context, None, None
        if isinstance(self.encoder, TextEncoder):
            return context[:, :-1], None, self.prior.latent(context[:, -1, : self.config.expected_components])
        count, side = len(MASK_CLASSES), self.config.latent_side
        numbers = context[:, count:].flatten(1).split([side**2 * self.config.places, side**2 * self.config.latent_channels], dim=1)
        places, moved = (part.reshape(len(part), side, side, -1).movedim(3, 1) for part in numbers)
        return context[:, :count], places, self.prior.mean + moved

    def seen(self, x: Tensor, t: Tensor, places: Tensor | None) -> Tensor:
        """What a network sees of x_t, [N, C + places, S, S]."""
        if self.prior is None:
            return x
        if places is None:
            places = x.new_zeros(len(x), self.config.places, *x.shape[2:])  # words say nothing of places
        return torch.cat([self.prior.normalised(x, t), places], dim=1)

    def predict(self, x: Tensor, t: Tensor, context: Tensor, adapted: Mapping[str, Tensor] | None = None) -> Tensor:
        """eps or v of x_t [N, C, S, S] at timesteps t [N]; `adapted` weights, by name, take the place of the UNet's own."""
        tokens, places, expected = self.told(context)
        seen, arguments = self.seen(x, t, places), {"encoder_hidden_states": tokens, "return_dict": False}
        if adapted is None:
            found = self.unet(seen, t, **arguments)[0]
        else:
            found = torch.func.functional_call(_another(self.unet), dict(adapted), (seen, t), arguments)[0]
        return found if self.prior is None else found + self.prior.v(x, t, expected)

    def influence(self, x: Tensor, t: Tensor, context: Tensor) -> Tensor:
        """Logits of how far to trust this modality, [N, 1, S, S]."""
        tokens, places, _ = self.told(context)
        return self.dynamic(self.seen(x, t, places), t, encoder_hidden_states=tokens, return_dict=False)[0]


def _another(module: nn.Module) -> nn.Module:
    """Around the same tensors: those of the module that it calls, `functional_call` swaps, and another visitor's thread may be in that."""
    return copy.deepcopy(module, {id(tensor): tensor for tensor in (*module.parameters(), *module.buffers())})


class CollaborativeDiffusion(nn.Module):
    """Both modalities; how they work together is composition.py's."""

    def __init__(self, config: CollaborativeConfig):
        super().__init__()
        self.config = config
        prior = GaussianPrior(config) if config.prior_components else None
        self.text = Modality(TextEncoder(config), config, prior)
        self.mask = Modality(MaskEncoder(config), config, prior)
