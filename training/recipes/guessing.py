"""The network that guesses which looks a sentence is about, learnt from what writers of many kinds wrote."""

from __future__ import annotations

import random
from itertools import islice

import torch
from PIL import Image, ImageDraw
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

import weights
from chat.encoder.corpus import corpus
from chat.guessing import BUCKETS, OFFERED, WISHES, features
from chat.normalise import normalise
from chat.prompt_words import THINGS, VOCABULARY
from prompts import PROMPTS

from ..loop import export_path
from ..tables import SENTENCES, Wished, wished

WIDTH = 64
FORGOTTEN = 0.3
"""Share of a sentence's features that a batch is without."""
PLAIN = 4_600
"""Of the grammar's phrases; it has many times as many."""
BESIDE = 4_000
"""Sentences that are about no look, from the templates of the language encoder."""
RARELY = -4.0
"""The logit of a wish that nothing is known of."""


class Guessed(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Parameter(0.05 * torch.randn(BUCKETS, WIDTH))
        self.weight = nn.Parameter(torch.randn(len(WISHES), WIDTH) / WIDTH**0.5)
        self.bias = nn.Parameter(torch.full((len(WISHES),), RARELY))

    def forward(self, numbers: Tensor, starts: Tensor) -> Tensor:
        """Features of all sentences, one after the other, and where each sentence begins [N] -> logits [N, wishes]."""
        lengths = torch.diff(starts, append=torch.tensor([len(numbers)], device=starts.device))
        code = nn.functional.embedding_bag(numbers, self.embedding, starts, mode="sum") / lengths.sqrt()[:, None]
        return code @ self.weight.T + self.bias


class Guessing:
    name = "guessing"
    learning_rate = 0.01
    batch_size = 256
    ema_decay = 0.98

    def prepare(self, device: torch.device) -> None:
        self.device, self.network = device, Guessed()
        table = wished(SENTENCES)
        self.sentences = [one for one in table if one.split == "training"] + random.Random(0).sample(dictionary(), PLAIN)
        self.sentences += beside_the_point(BESIDE)
        self.held = [one for one in table if one.split == "validation"]
        self.found, self.held_found = ([features(normalise(one.sentence).text) for one in part] for part in (self.sentences, self.held))
        self.wanted, self.held_wanted = (torch.stack([_wanted(one) for one in part]) for part in (self.sentences, self.held))

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        rows = torch.randint(len(self.sentences), (self.batch_size,), generator=generator)
        kept = []
        for row in rows.tolist():
            found = torch.tensor(self.found[row])
            known = found[torch.rand(len(found), generator=generator) >= FORGOTTEN]
            kept.append((known if len(known) else found).tolist())
        return *self._joined(kept), self.wanted[rows].to(self.device)

    def _joined(self, found: list[list[int]]) -> tuple[Tensor, Tensor]:
        lengths = torch.tensor([0, *map(len, found[:-1])])
        numbers = torch.tensor([number for one in found for number in one])
        return numbers.to(self.device), lengths.cumsum(0).to(self.device)

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        numbers, starts, wanted = batch
        return len(WISHES) * binary_cross_entropy_with_logits(network(numbers, starts), wanted)

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        """`loss`; and of the sentences that want something, on what share the likeliest wish is wanted (`first`), and one of the likeliest
        OFFERED (`offered`)."""
        logits, wanted = network(*self._joined(self.held_found)).cpu(), self.held_wanted
        asking = wanted.any(dim=1)
        hits = wanted[asking].gather(1, logits[asking].topk(OFFERED).indices)
        loss = len(WISHES) * binary_cross_entropy_with_logits(logits, wanted)
        return {"loss": loss.item(), "first": hits[:, 0].mean().item(), "offered": hits.amax(dim=1).mean().item()}

    @torch.inference_mode()
    def sheet(self, network: nn.Module) -> Image.Image:
        """Validation sentences and what they are most likely about."""
        image = Image.new("RGB", (1000, 820), "white")
        draw = ImageDraw.Draw(image)
        rows = random.Random(0).sample(range(len(self.held)), min(40, len(self.held)))
        likely, wishes = network(*self._joined([self.held_found[row] for row in rows])).sigmoid().max(dim=1)
        for i, (row, probability, wish) in enumerate(zip(rows, likely.tolist(), wishes.tolist(), strict=True)):
            right = self.held_wanted[row, wish] > 0 or (probability < 0.5 and not self.held_wanted[row].any())
            text = f"{probability:.2f}  {WISHES[wish]}  {self.held[row].sentence}"
            draw.text((10, 10 + 20 * i), text[:150], "black" if right else "red")
        return image

    def export(self, network: nn.Module) -> None:
        weights.save(export_path(self.name), network.state_dict(), {"wishes": WISHES}, eight_bit=True)


def _wanted(sentence: Wished) -> Tensor:
    row = torch.zeros(len(WISHES))
    row[[WISHES.index(wish) for wish in sentence.wishes or ()]] = 1.0
    return row


def beside_the_point(count: int) -> list[Wished]:
    """Chat, answers, and requests for what no engine can do."""
    idle = (sentence.text for sentence in corpus("training", 4 * count, seed=0) if sentence.labels["start"] == "none")
    return [Wished("training", text, None) for text in islice(idle, count)]


def dictionary() -> list[Wished]:
    """The grammar's own phrases for prompts, as sentences: who writes hardly uses the plainest."""
    named = [(phrase, word) for phrase, word in VOCABULARY.items() if word.attribute in PROMPTS and word.degree != 0]
    looks = [(f"{look} {name}", word) for name, thing in THINGS.items() for look, word in thing.looks.items()]
    return [Wished("training", phrase, (f"{word.attribute}+",)) for phrase, word in (*named, *looks)]
