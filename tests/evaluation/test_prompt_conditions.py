"""The comparison of ways to tell a mapping network its prompt."""

from types import SimpleNamespace

import torch
from torch import nn

from evaluation.prompt_conditions import ByWords, EachItsOwn, errors, trained
from prompts import PROMPTS
from training.recipes.prompts import Prompts

DIM = 6


def recipe() -> SimpleNamespace:
    """Every prompt moves z its own way, the same for every face."""
    generator = torch.Generator().manual_seed(0)
    way = torch.randn(len(PROMPTS), DIM, generator=generator)

    def pairs(count: int) -> tuple[torch.Tensor, torch.Tensor]:
        numbers = torch.arange(count * len(PROMPTS)) % len(PROMPTS)
        z = torch.randn(len(numbers), DIM, generator=generator)
        return torch.stack([z, z + way[numbers]], dim=1), numbers

    (known, numbers), (held_pairs, held_numbers) = pairs(4), pairs(1)
    held = {"held_pairs": held_pairs, "held_numbers": held_numbers}
    found = SimpleNamespace(pairs=known, numbers=numbers, **held, learning_rate=3e-3, batch_size=64)
    found.loss = lambda network, batch: Prompts.loss(found, network, batch)
    return found


def test_every_prompt_is_asked_of_its_own_network():
    network = EachItsOwn(DIM)
    for number, own in enumerate(network.networks):
        nn.init.constant_(own.layers[-1].bias, number)
    numbers = torch.tensor([3, 0, 3, 5])
    torch.testing.assert_close(network(torch.randn(4, DIM), numbers), numbers[:, None].expand(-1, DIM).float())


def test_what_is_left_is_all_before_training_and_less_where_a_prompt_was_trained():
    from_pairs, half = recipe(), torch.arange(len(PROMPTS)) % 2 == 0
    change = from_pairs.held_pairs.diff(dim=1).square().mean((1, 2))
    nothing = errors(from_pairs, EachItsOwn(DIM))
    torch.testing.assert_close(nothing, change)  # the held pairs have each prompt once, in order
    left = errors(from_pairs, trained(from_pairs, lambda: EachItsOwn(DIM), 150, torch.nonzero(half).flatten(), ""))
    assert left[half].sum() < 0.5 * nothing[half].sum() and torch.equal(left[~half], nothing[~half])


def test_words_tell_prompts_apart():
    network = ByWords(DIM)
    near = network.words @ network.words.T / network.words.shape[1]
    assert near.fill_diagonal_(-1).max() < 0.999
