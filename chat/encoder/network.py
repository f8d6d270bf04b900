"""Talk-to-Edit's language encoder (Jiang et al., ICCV 2021, supplement B): word embedding, two-layer LSTM, one small head per question.

Names of tensors are the published ones; sizes are read from a checkpoint's shapes. Ours is a committee of four such networks that err on
different sentences: the heads of the first see the state after the last word, those of the others also the mean and the maximum of all
states, and the last two read backwards too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

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
    """`heads` maps a head's name to its number of answers; `pooled` shows them the states after every word, `both_ways` also those of a
    second LSTM, `hidden` wide as well, that reads from the last word to the first.
    """

    vocabulary: int
    embedding: int
    hidden: int
    head_hidden: int
    heads: Mapping[str, int]
    pooled: bool = False
    both_ways: bool = False

    @property
    def summary(self) -> int:
        """How many numbers the heads read."""
        return self.hidden * (1 + self.both_ways) * (3 if self.pooled else 1)


class _WordLSTM(nn.Module):
    def __init__(self, config: EncoderConfig, dropout: float):
        super().__init__()
        self.pooled, self.directions = config.pooled, 1 + config.both_ways
        self.word2vec = nn.Embedding(config.vocabulary, config.embedding)
        self.dropout = nn.Dropout(dropout)
        self.rnn = nn.LSTM(config.embedding, config.hidden, LAYERS, batch_first=True, dropout=dropout, bidirectional=config.both_ways)

    def forward(self, ids: Tensor) -> Tensor:
        """[N, T] -> [N, summary]: the upper layer's state after the last word read; where pooled, then the states' mean and maximum."""
        ends = (ids[:, :-1] != 0) & (ids[:, 1:] == 0)
        lengths = torch.where(ends.any(1), ends.int().argmax(1) + 1 if ends.shape[1] else 0, ids.shape[1])
        words = self.dropout(self.word2vec(ids))
        if (lengths == ids.shape[1]).all():  # twice as fast as packed
            outputs, (states, _) = self.rnn(words)
        else:
            packed, (states, _) = self.rnn(pack_padded_sequence(words, lengths.cpu(), batch_first=True, enforce_sorted=False))
            outputs, _ = pad_packed_sequence(packed, batch_first=True)
        last = torch.cat(tuple(states[-self.directions :]), dim=1)
        if not self.pooled:
            return self.dropout(last)
        beyond = (torch.arange(outputs.shape[1], device=ids.device) >= lengths[:, None])[..., None]
        mean, maximum = outputs.sum(1) / lengths[:, None], outputs.masked_fill(beyond, -1).amax(1)
        return self.dropout(torch.cat([last, mean, maximum], dim=1))


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
            head = nn.Sequential(_FullyConnected(config.summary, config.head_hidden), nn.Linear(config.head_hidden, config.heads[name]))
            self.add_module(name, head)

    def forward(self, ids: Tensor) -> dict[str, Tensor]:
        return self.answers(self.lstm(ids))

    def answers(self, summaries: Tensor) -> dict[str, Tensor]:
        """[N, summary] -> logits per head."""
        return {name: self.get_submodule(name)(summaries) for name in HEADS}


class Committee(nn.Module):
    """Networks with the same words and answers, whose logits are averaged."""

    def __init__(self, configs: Sequence[EncoderConfig], dropout: float = 0.0):
        super().__init__()
        self.config = configs[0]
        self.members = nn.ModuleList(LanguageEncoder(config, dropout) for config in configs)

    def forward(self, ids: Tensor) -> dict[str, Tensor]:
        opinions = [member(ids) for member in self.members]
        return {name: torch.stack([logits[name].log_softmax(1) for logits in opinions]).mean(0) for name in HEADS}


def _infer_config(state: Mapping[str, Tensor]) -> EncoderConfig:
    """Sizes from shapes alone. Raises KeyError or ValueError where the tensors are another network's."""
    vocabulary, embedding = state["lstm.word2vec.weight"].shape
    _, hidden = state["lstm.rnn.weight_hh_l0"].shape
    head_hidden, summary = state["start.0.fc.weight"].shape
    heads = {name: len(state[f"{name}.1.weight"]) for name in HEADS}
    both_ways = "lstm.rnn.weight_hh_l0_reverse" in state
    return EncoderConfig(vocabulary, embedding, hidden, head_hidden, heads, summary == 3 * hidden * (1 + both_ways), both_ways)


def _member_states(state: Mapping[str, Tensor]) -> list[dict[str, Tensor]]:
    """The tensors of each member of a committee, under the names that they have in a network alone."""
    members: dict[str, dict[str, Tensor]] = {}
    for key, value in state.items():
        _, number, name = key.split(".", 2)
        members.setdefault(number, {})[name] = value
    return [members[number] for number in sorted(members, key=int)]


def network_from(state: Mapping[str, Tensor]) -> LanguageEncoder | Committee:
    """The network of a checkpoint, in evaluation mode. Raises ParleyError for tensors that are not a language encoder's."""
    try:
        with torch.device("meta"):
            if "lstm.word2vec.weight" in state:
                network = LanguageEncoder(_infer_config(state))
            else:
                network = Committee([_infer_config(member) for member in _member_states(state)])
        network.load_state_dict(dict(state), assign=True)
    except (IndexError, KeyError, ValueError, RuntimeError) as error:
        raise ParleyError("This file is not a language encoder's: it lacks tensors, or their shapes do not fit together.") from error
    return network.float().eval().requires_grad_(False)
