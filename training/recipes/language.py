"""The small language encoder, learnt from sentences that are made of templates (Talk-to-Edit, Jiang et al., ICCV 2021, supplement B)."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from PIL import Image, ImageDraw
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.nn.utils.rnn import pad_sequence

import weights
from chat.encoder.corpus import Sentence, corpus, decisive_words, training_vocabulary
from chat.encoder.labels import SHIPPED
from chat.encoder.network import HEADS, Committee, EncoderConfig
from chat.encoder.reading import Encoder
from chat.encoder.vocabulary import UNKNOWN
from chat.interpretation import MOVES

from ..loop import export_path

EMBEDDING = 64
MEMBERS = ((128, 48, False, False), (96, 32, True, False), (80, 24, True, True), (112, 32, True, True))
"""Width of the states and of the heads of each member of the committee, whether its heads see the states after every word, and whether it
reads backwards too.
"""
SENTENCES, VALIDATION_SENTENCES = 320_000, 5_000
GROUPS = 3
"""Of sentences of one length, in a batch: without padding the LSTMs are twice as fast."""
UNTRAINED = -100
"""What PyTorch's cross-entropy leaves out."""
DROPOUT = 0.35
WORDS_LOST, LEAST_WORDS = 0.18, 4
"""Share of the words that training shows as unknown, so that the others must tell what is meant: only of those that do not decide the
labels, and not of shorter sentences.
"""
SMOOTHING = 0.05
WORDS = "lstm.word2vec.weight"


class Language:
    name = "language"
    learning_rate = 2.5e-3
    batch_size = 384

    def prepare(self, device: torch.device) -> None:
        self.device = device
        self.vocabulary = training_vocabulary()
        decisive = decisive_words()
        self.losable = torch.tensor([token not in decisive for token in self.vocabulary.tokens], device=device)
        self.ids, self.labels = self._tensors(list(corpus("training", SENTENCES, seed=0)))
        self.lengths = (self.ids != 0).sum(1).cpu()
        self.of_length = {length: (self.lengths == length).nonzero()[:, 0] for length in self.lengths.unique().tolist()}
        self.held = list(corpus("validation", VALIDATION_SENTENCES, seed=0))
        self.held_ids, self.held_labels = self._tensors(self.held)
        sizes = {name: len(SHIPPED[name]) for name in HEADS}
        words = len(self.vocabulary.tokens)
        configs = [EncoderConfig(words, EMBEDDING, hidden, head_hidden, sizes, *reading) for hidden, head_hidden, *reading in MEMBERS]
        self.network = Committee(configs, DROPOUT)
        if export_path(self.name).exists():  # a new machine goes on from what is shipped
            self._begin_with(*weights.load(export_path(self.name)))

    def _begin_with(self, state: dict[str, Tensor], metadata: Mapping[str, Any]) -> None:
        """What a trained network knows; words and members that are new to it begin at random."""
        known = {word: row for row, word in enumerate(metadata["vocabulary"])}
        tables = {key: value.clone() for key, value in self.network.state_dict().items() if key.endswith(WORDS)}
        for row, word in enumerate(self.vocabulary.tokens):
            if word in known:
                for key in tables.keys() & state.keys():
                    tables[key][row] = state[key][known[word]]
        self.network.load_state_dict(self.network.state_dict() | state | tables)

    def _tensors(self, sentences: Sequence[Sentence]) -> tuple[Tensor, Tensor]:
        """Words [N, T] and answers [N, heads]."""
        rows = [torch.tensor(self.vocabulary.encode(sentence.text)[0]) for sentence in sentences]
        answers = [[_answer(sentence, head) for head in HEADS] for sentence in sentences]
        return pad_sequence(rows, batch_first=True).to(self.device), torch.tensor(answers, device=self.device)

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        """The answers [N, heads], then the words in groups of sentences of one length [N / GROUPS, T]."""
        labels, groups = [], []
        for first in torch.randint(len(self.ids), (GROUPS,), generator=generator):
            length = int(self.lengths[first])
            alike = self.of_length[length]
            index = alike[torch.randint(len(alike), (self.batch_size // GROUPS,), generator=generator)].to(self.device)
            ids = self.ids[index, :length]
            if length >= LEAST_WORDS:
                lost = (torch.rand(ids.shape, generator=generator) < WORDS_LOST).to(self.device)
                ids = torch.where(lost & self.losable[ids], UNKNOWN, ids)
            labels.append(self.labels[index])
            groups.append(ids)
        return torch.cat(labels), *groups

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        labels, *groups = batch
        with torch.autocast(self.device.type, enabled=False):  # for so small an LSTM bfloat16 costs more time than it saves
            # each learns by itself, else they would err together
            opinions = [member.answers(torch.cat([member.lstm(ids) for ids in groups])) for member in network.members]
        losses = [
            cross_entropy(logits[name], labels[:, i], ignore_index=UNTRAINED, label_smoothing=SMOOTHING)
            for logits in opinions
            for i, name in enumerate(HEADS)
            if (labels[:, i] != UNTRAINED).any()
        ]
        return torch.stack(losses).mean()

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        """Right answers per head. The loss is the mean share of wrong ones: cross-entropy grows again while the answers still improve."""
        figures = {}
        logits = network(self.held_ids)
        for i, name in enumerate(HEADS):
            asked = self.held_labels[:, i] != UNTRAINED
            figures[name] = (logits[name].argmax(1) == self.held_labels[:, i])[asked].float().mean().item()
        return {"loss": 1 - sum(figures.values()) / len(figures), **figures}

    @torch.inference_mode()
    def _temperature(self, network: nn.Module) -> float:
        """What the logits are to be divided by, so that probabilities on validation sentences are as often right as they say."""
        logits = network(self.held_ids)
        answers = self.held_labels.T

        def surprise(temperature: float) -> Tensor:
            scaled = (cross_entropy(logits[name] / temperature, answers[i], ignore_index=UNTRAINED) for i, name in enumerate(HEADS))
            return torch.stack(list(scaled)).mean()

        return min((step / 10 for step in range(5, 41)), key=surprise)

    def sheet(self, network: nn.Module) -> Image.Image:
        """Validation sentences and how they are read."""
        encoder = Encoder(copy.deepcopy(network).cpu(), self.vocabulary, SHIPPED)
        image = Image.new("RGB", (1000, 820), "white")
        draw = ImageDraw.Draw(image)
        for i, sentence in enumerate(self.held[:40]):
            move = MOVES[i % len(MOVES)]
            reading = encoder.read(sentence.text, move)
            right = reading.reply.label == sentence.labels.get(move, reading.reply.label)
            draw.text((10, 10 + 20 * i), f"{move}: {sentence.text}"[:110], "black")
            understood = f"{reading.reply.label} {reading.confidence:.2f} {reading.step()}"
            draw.text((700, 10 + 20 * i), understood[:50], "black" if right else "red")
        return image

    def export(self, network: nn.Module) -> None:
        metadata = {"vocabulary": self.vocabulary.tokens, "labels": SHIPPED, "temperature": self._temperature(network)}
        weights.save(export_path(self.name), network.state_dict(), metadata, eight_bit=True)


def _answer(sentence: Sentence, head: str) -> int:
    label = sentence.labels.get(head)
    return UNTRAINED if label is None else SHIPPED[head].index(label)
