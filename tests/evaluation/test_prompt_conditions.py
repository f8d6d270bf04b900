"""The comparison of ways to tell a mapping network its prompt."""

import torch
from torch import nn

from evaluation.prompt_conditions import ByWords, Codes, EachItsOwn, errors, trained
from prompts import PROMPTS

DIM = 6


def codes() -> tuple[Codes, Codes]:
    """To learn from and to be measured on: every prompt moves z its own way, the same for every face."""
    generator = torch.Generator().manual_seed(0)
    way = torch.randn(len(PROMPTS), DIM, generator=generator)

    def pairs(count: int) -> Codes:
        numbers = torch.arange(count * len(PROMPTS)) % len(PROMPTS)
        z = torch.randn(len(numbers), DIM, generator=generator)
        return Codes(torch.stack([z, z + way[numbers]], dim=1), numbers)

    return pairs(4), pairs(1)


def test_every_prompt_is_asked_of_its_own_network():
    network = EachItsOwn(DIM)
    for number, own in enumerate(network.networks):
        nn.init.constant_(own.layers[-1].bias, number)
    numbers = torch.tensor([3, 0, 3, 5])
    torch.testing.assert_close(network(torch.randn(4, DIM), numbers), numbers[:, None].expand(-1, DIM).float())


def test_what_is_left_is_all_before_training_and_less_where_a_prompt_was_trained():
    (pairs, held), half = codes(), torch.arange(len(PROMPTS)) % 2 == 0
    change = held.z.diff(dim=1).square().mean((1, 2))
    nothing = errors(held, EachItsOwn(DIM))
    torch.testing.assert_close(nothing, change)  # the held pairs have each prompt once, in order
    left = errors(held, trained(pairs, lambda: EachItsOwn(DIM), 400, torch.nonzero(half).flatten(), ""))
    assert left[half].sum() < 0.5 * nothing[half].sum() and torch.equal(left[~half], nothing[~half])


def test_words_tell_prompts_apart():
    network = ByWords(DIM)
    near = network.words @ network.words.T / network.words.shape[1]
    assert near.fill_diagonal_(-1).max() < 0.999
