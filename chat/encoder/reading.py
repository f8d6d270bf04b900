"""A sentence and what the assistant said before it -> what the language encoder makes of it. torch is imported with the first sentence."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import weights
from backends.base import EditStep
from chat.encoder.labels import PUBLISHED, Labels
from chat.encoder.vocabulary import Vocabulary, load_published
from chat.interpretation import Move
from errors import ParleyError

if TYPE_CHECKING:
    from torch import Tensor

    from chat.encoder.network import Committee, LanguageEncoder

VOCABULARY_VARIABLE = "PARLEY_LANGUAGE_VOCABULARY"


@dataclass(frozen=True)
class Guess:
    """A head's likeliest answer; `probability` is 0..1."""

    label: str
    probability: float


@dataclass(frozen=True)
class Reading:
    """One sentence as the heads see it (chat/encoder/labels.py lists their answers).

    `reply` comes from the head of the previous move. The others mean something only where `is_request`: `direction` ("less", "more")
    for a change, which `value` (1..5 degrees) measures if `mode` is "definite"; `target` (0..5) if it is "target". `unknown` are words
    that the encoder never met.
    """

    reply: Guess
    mode: Guess
    attribute: Guess
    direction: Guess
    value: Guess
    target: Guess
    unknown: tuple[str, ...] = ()

    @property
    def is_request(self) -> bool:
        """Something is to be changed; an attribute of "same" is the one that was changed last."""
        return self.reply.label.endswith("request") and self.mode.label in ("definite", "indefinite", "target")

    @property
    def confidence(self) -> float:
        """The least certain of those answers that this reading consists of, 0..1."""
        if not self.is_request:
            return self.reply.probability
        measures = {"target": (self.target,), "definite": (self.direction, self.value), "indefinite": (self.direction,)}[self.mode.label]
        return min(guess.probability for guess in (self.reply, self.mode, self.attribute, *measures))

    def step(self, same: str | None = None, indefinite: float = 1.0) -> EditStep | None:
        """The request as an edit: `same` is the attribute changed last, `indefinite` the degrees of a change of unsaid size.

        None where there is no request, or where it is about the last change and there is none.
        """
        attribute = same if self.attribute.label == "same" else self.attribute.label
        if not self.is_request or attribute is None:
            return None
        if self.mode.label == "target":
            return EditStep(attribute, "set", float(self.target.label))
        amount = float(self.value.label) if self.mode.label == "definite" else indefinite
        return EditStep(attribute, "change", amount if self.direction.label == "more" else -amount)


class Encoder:
    """A network with its words and answers; logits are divided by `temperature`, which makes ours as sure as it is right."""

    def __init__(self, network: LanguageEncoder | Committee, vocabulary: Vocabulary, labels: Labels, temperature: float = 1.0):
        self.network, self.vocabulary, self.labels, self.temperature = network, vocabulary, labels, temperature

    def probabilities(self, texts: Sequence[str]) -> dict[str, Tensor]:
        """Per head [len(texts), answers], each row adding up to 1."""
        import torch

        encoded = [self.vocabulary.encode(text)[0] for text in texts]
        rows = [torch.tensor(numbers) for numbers in encoded]
        with torch.inference_mode():
            logits = self.network(torch.nn.utils.rnn.pad_sequence(rows, batch_first=True))
            return {name: (value / self.temperature).softmax(1) for name, value in logits.items()}

    def read(self, text: str, previous_move: Move = "start") -> Reading:
        guesses = {}
        for name, rows in self.probabilities([text]).items():
            probability, index = rows[0].max(0)
            guesses[name] = Guess(self.labels[name][int(index)], float(probability))
        return Reading(
            guesses[previous_move],
            guesses["request_mode"],
            guesses["attribute"],
            guesses["score_change_direction"],
            guesses["score_change_value"],
            guesses["target_score"],
            self.vocabulary.encode(text)[1],
        )


def load_encoder(path: Path) -> Encoder:
    """Ours (its words and answers are in the file) or the published language_encoder.pth.tar (its words are in vocab.json beside it).

    Raises ParleyError for a damaged or foreign file, and for a vocabulary that is missing or does not fit.
    """
    from chat.encoder.network import network_from

    state, metadata = weights.load(path)
    network = network_from(state)
    size = network.config.vocabulary
    if {"vocabulary", "labels"} <= metadata.keys():
        vocabulary = Vocabulary(tuple(metadata["vocabulary"]))
        labels = {name: tuple(answers) for name, answers in metadata["labels"].items()}
    else:
        vocabulary = load_published(Path(os.environ.get(VOCABULARY_VARIABLE) or path.parent / "vocab.json"), size)
        labels = PUBLISHED
    if len(vocabulary.tokens) != size or {name: len(answers) for name, answers in labels.items()} != dict(network.config.heads):
        raise ParleyError("{file} has heads or words other than a language encoder's; it was made for something else.", file=path.name)
    return Encoder(network, vocabulary, labels, metadata.get("temperature", 1.0))


@cache
def _chosen() -> Encoder:
    return load_encoder(weights.find("language"))


def read(text: str, previous_move: Move = "start") -> Reading:
    """What the encoder in use (PARLEY_LANGUAGE, else the shipped one) makes of a sentence.

    Raises ParleyError where its weights or its vocabulary are missing or damaged.
    """
    return _chosen().read(text, previous_move)
