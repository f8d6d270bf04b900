"""Talk-to-Edit's language encoder (Jiang et al., ICCV 2021, supplement B): word embedding, two-layer LSTM, one small head per question.

Names of tensors are the published ones; sizes are read from a checkpoint's shapes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence

from errors import ParleyError

LAYERS = 2
HEADS = (
    "start",
    "suggestion",
    "whether_enough",
    "whats_next",
    "attribute",
    "score_change_direction",
    "score_change_value",
    "target_score",
    "request_mode",
)
"""In the published order."""


@dataclass(frozen=True)
class EncoderConfig:
    """`heads` maps a head's name to its number of answers."""

    vocabulary: int
    embedding: int
    hidden: int
    head_hidden: int
    heads: Mapping[str, int]


class _WordLSTM(nn.Module):
    def __init__(self, config: EncoderConfig, dropout: float):
        super().__init__()
        self.word2vec = nn.Embedding(config.vocabulary, config.embedding)
        self.dropout = nn.Dropout(dropout)
        self.rnn = nn.LSTM(config.embedding, config.hidden, LAYERS, batch_first=True, dropout=dropout)

    def forward(self, ids: Tensor) -> Tensor:
        """[N, T] -> [N, hidden]: the upper layer's state at each row's last word."""
        ends = (ids[:, :-1] != 0) & (ids[:, 1:] == 0)
        lengths = torch.where(ends.any(1), ends.int().argmax(1) + 1 if ends.shape[1] else 0, ids.shape[1])
        words = self.dropout(self.word2vec(ids))
        packed = pack_padded_sequence(words, lengths.cpu(), batch_first=True, enforce_sorted=False)
        _, (states, _) = self.rnn(packed)
        return self.dropout(states[-1])


class _FullyConnected(nn.Module):
    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.fc = nn.Linear(inputs, outputs)
        self.bn = nn.BatchNorm1d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        return self.bn(self.fc(x)).relu()


class LanguageEncoder(nn.Module):
    """ids [N, T] (int64, padded with 0 at the end) -> logits [N, answers] per head.

    `dropout` matters in training only, between the embedding, the LSTM's layers and the heads; the authors use none.
    """

    def __init__(self, config: EncoderConfig, dropout: float = 0.0):
        super().__init__()
        self.config = config
        self.lstm = _WordLSTM(config, dropout)
        for name in HEADS:
            head = nn.Sequential(_FullyConnected(config.hidden, config.head_hidden), nn.Linear(config.head_hidden, config.heads[name]))
            self.add_module(name, head)

    def forward(self, ids: Tensor) -> dict[str, Tensor]:
        hidden = self.lstm(ids)
        return {name: self.get_submodule(name)(hidden) for name in HEADS}


def infer_config(state: Mapping[str, Tensor]) -> EncoderConfig:
    """Sizes from shapes alone. Raises KeyError or ValueError where the tensors are another network's."""
    vocabulary, embedding = state["lstm.word2vec.weight"].shape
    _, hidden = state["lstm.rnn.weight_hh_l0"].shape
    head_hidden, _ = state["start.0.fc.weight"].shape
    return EncoderConfig(vocabulary, embedding, hidden, head_hidden, {name: len(state[f"{name}.1.weight"]) for name in HEADS})


def network_from(state: Mapping[str, Tensor]) -> LanguageEncoder:
    """The network of a checkpoint, in evaluation mode. Raises ParleyError for tensors that are not a language encoder's."""
    try:
        config = infer_config(state)
        with torch.device("meta"):
            network = LanguageEncoder(config)
        network.load_state_dict(dict(state), assign=True)
    except (KeyError, ValueError, RuntimeError) as error:
        raise ParleyError("This file is not a language encoder's: it lacks tensors, or their shapes do not fit together.") from error
    return network.float().eval().requires_grad_(False)
