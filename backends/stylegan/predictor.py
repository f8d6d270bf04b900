"""The fine-grained attribute predictor of Talk-to-Edit: a ResNet-50 (He et al. 2016) with one six-way head per graded attribute.

Parameter names are torchvision's for the ResNet and the authors' for the rest. Class 5 of the heads called No_Beard and Young means a full
beard and old age: they learned from flipped labels, so that their order and sense are those of `graded.GRADED`.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from graded import GRADED, MAX_DEGREE

from ..dae.semantic_predictor import expected_degrees

RESOLUTION = 128
HEADS = dict(
    zip(
        GRADED,
        ("classifier06Bangs", "classifier16Eyeglasses", "classifier25No_Beard", "classifier32Smiling", "classifier40Young"),
        strict=True,
    )
)
"""The head of each graded attribute."""
EXPANSION = 4
"""Output channels of a residual block per channel of its 3 x 3 convolution."""
_MEAN, _STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class PredictorConfig:
    """`first` channels at the entry, then `blocks` residual blocks of each of the `widths`; the default is the published network."""

    first: int = 64
    widths: tuple[int, ...] = (64, 128, 256, 512)
    blocks: tuple[int, ...] = (3, 4, 6, 3)
    stem: int = 512
    head: int = 256


class _Bottleneck(nn.Module):
    def __init__(self, in_channels: int, width: int, stride: int):
        super().__init__()
        out_channels = width * EXPANSION
        self.conv1, self.bn1 = nn.Conv2d(in_channels, width, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
        self.conv3, self.bn3 = nn.Conv2d(width, out_channels, 1, bias=False), nn.BatchNorm2d(out_channels)
        self.downsample = None
        if stride != 1 or in_channels != out_channels:
            self.downsample = nn.Sequential(nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels))

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.bn1(self.conv1(x)))
        y = F.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class _Dense(nn.Module):
    def __init__(self, in_features: int, out_features: int):
        super().__init__()
        self.fc, self.bn = nn.Linear(in_features, out_features), nn.BatchNorm1d(out_features)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.bn(self.fc(x)))


class AttributePredictor(nn.Module):
    """Faces [N, 3, H, W] in [-1, 1] -> logits [N, 5 attributes, 6 degrees]."""

    def __init__(self, config: PredictorConfig):
        super().__init__()
        self.config = config
        self.conv1, self.bn1 = nn.Conv2d(3, config.first, 7, 2, 3, bias=False), nn.BatchNorm2d(config.first)
        channels = config.first
        for i, (width, blocks) in enumerate(zip(config.widths, config.blocks, strict=True)):
            layer = []
            for block in range(blocks):
                layer.append(_Bottleneck(channels, width, 2 if i and not block else 1))
                channels = width * EXPANSION
            self.add_module(f"layer{i + 1}", nn.Sequential(*layer))
        self.stem = _Dense(channels, config.stem)
        for head in HEADS.values():
            self.add_module(head, nn.Sequential(_Dense(config.stem, config.head), nn.Linear(config.head, MAX_DEGREE + 1)))

    def _maps(self, image: Tensor) -> list[Tensor]:
        """The output of each layer of residual blocks."""
        x = F.relu(self.bn1(self.conv1(prepared(image))))
        x = F.max_pool2d(x, 3, 2, 1)
        maps = []
        for i in range(len(self.config.widths)):
            x = self.get_submodule(f"layer{i + 1}")(x)
            maps.append(x)
        return maps

    def forward(self, image: Tensor) -> Tensor:
        return self._read(self._maps(image)[-1])

    def _read(self, last: Tensor) -> Tensor:
        x = self.stem(last.mean(dim=(2, 3)))
        return torch.stack([self.get_submodule(head)(x) for head in HEADS.values()], dim=1)

    def probabilities(self, image: Tensor) -> Tensor:
        """[N, 5 attributes, 6 degrees], each attribute's summing to one."""
        return self(image).softmax(dim=2)

    def features(self, image: Tensor) -> list[Tensor]:
        """Feature maps from fine to coarse, [N, C, h, w] with unit length at every place: what makes two pictures look alike."""
        return self.described(image)[0]

    def described(self, image: Tensor) -> tuple[list[Tensor], Tensor]:
        """`features`, and the degrees to be expected, [N, 5], in one pass."""
        *maps, last = self._maps(image)
        return [F.normalize(level, dim=1) for level in maps], expected_degrees(self._read(last).softmax(dim=2))


def prepared(image: Tensor) -> Tensor:
    """Pictures in [-1, 1] as the published networks learned to see them: at most 128 pixels, a quirk of half a grey level, normalised."""
    image = ((image + 1) * 127.5 + 0.5).clamp(0, 255) / 255
    if image.shape[2] > RESOLUTION:
        image = F.interpolate(image, size=(RESOLUTION, RESOLUTION), mode="area")
    mean, std = (torch.tensor(values, device=image.device).view(1, 3, 1, 1) for values in (_MEAN, _STD))
    return (image - mean) / std
