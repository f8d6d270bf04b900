"""The logistic regression that tells requests from what only mentions a look, learnt from what writers of many kinds wrote."""

from __future__ import annotations

import random
import re
from itertools import islice

import torch
from PIL import Image, ImageDraw
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

import weights
from chat.asking import BUCKETS, features
from chat.encoder.corpus import corpus
from chat.normalise import normalise
from prompts import PROMPTS

from ..loop import export_path
from ..tables import SENTENCES, wished

PLAIN = 2_000
"""Requests from the templates of the language encoder, too: writers hardly ever write the plainest ("add a beard")."""
_GLASSES = re.compile(r"\b(?:eye|sun)?glasses\b|\bspec(?:s|tacles)\b|\bshades\b")
SMALL = 5e-5
"""Weight of the sum of squared weights."""


class Asked(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.zeros(BUCKETS)), nn.Parameter(torch.zeros(()))

    def forward(self, numbers: Tensor, starts: Tensor) -> Tensor:
        """Features of all sentences, one after the other, and where each sentence begins [N] -> logits [N]."""
        return nn.functional.embedding_bag(numbers, self.weight[:, None], starts, mode="sum")[:, 0] + self.bias


class Asking:
    name = "asking"
    learning_rate = 0.02
    batch_size = 2_048

    def prepare(self, device: torch.device) -> None:
        self.device, self.network = device, Asked()
        self.sentences, self.held = read_sentences("training") + plain_requests(PLAIN), read_sentences("validation")
        self.found, self.held_found = ([features(normalise(text).text) for text, _ in part] for part in (self.sentences, self.held))

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        rows = torch.randint(len(self.sentences), (self.batch_size,), generator=generator).tolist()
        return *self._joined([self.found[row] for row in rows]), torch.tensor([self.sentences[row][1] for row in rows], device=self.device)

    def _joined(self, found: list[list[int]]) -> tuple[Tensor, Tensor]:
        lengths = torch.tensor([0, *map(len, found[:-1])])
        numbers = torch.tensor([number for one in found for number in one])
        return numbers.to(self.device), lengths.cumsum(0).to(self.device)

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        numbers, starts, asked = batch
        return binary_cross_entropy_with_logits(network(numbers, starts), asked) + SMALL * network.weight.square().sum()

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        """`loss`, `right` answers at even odds, and `area` under the receiver's operating curve."""
        logits = network(*self._joined(self.held_found))
        asked = torch.tensor([asked for _, asked in self.held], device=self.device)
        area = (logits[asked == 1][:, None] > logits[asked == 0]).float().mean()
        right = ((logits > 0) == (asked == 1)).float().mean()
        return {"loss": binary_cross_entropy_with_logits(logits, asked).item(), "right": right.item(), "area": area.item()}

    @torch.inference_mode()
    def sheet(self, network: nn.Module) -> Image.Image:
        """Validation sentences and how likely each is a request."""
        image = Image.new("RGB", (1000, 820), "white")
        draw = ImageDraw.Draw(image)
        rows = random.Random(0).sample(range(len(self.held)), min(40, len(self.held)))
        likely = network(*self._joined([self.held_found[row] for row in rows])).sigmoid().tolist()
        for i, (row, probability) in enumerate(zip(rows, likely, strict=True)):
            text, asked = self.held[row]
            draw.text((10, 10 + 20 * i), f"{probability:.2f}  {text}"[:150], "black" if (probability > 0.5) == bool(asked) else "red")
        return image

    def export(self, network: nn.Module) -> None:
        weights.save(export_path(self.name), network.state_dict(), {})


def plain_requests(count: int) -> list[tuple[str, float]]:
    """Requests from the language encoder's templates; in those for eyeglasses a prompt's name takes their place."""
    rng = random.Random(0)
    requests = (sentence for sentence in corpus("training", 4 * count, seed=0) if sentence.labels["start"] == "request")
    return [(_GLASSES.sub(lambda _: rng.choice(tuple(PROMPTS)), sentence.text), 1.0) for sentence in islice(requests, count)]


def read_sentences(split: str) -> list[tuple[str, float]]:
    return [(one.sentence, float(one.wishes is not None)) for one in wished(SENTENCES) if one.split == split]
