"""`python -m evaluation.prompt_conditions [--steps N]`: how should a mapping network be told which prompt it is to fulfil?

Four ways, learnt from the same rendered pairs of prompts (training/pairs.py) for as many batches: a small network for each prompt, as in
the paper; one network for all, told by an embedding of its own for each prompt (as what is shipped, which learns graded attributes
besides); the same told by CLIP's embedding of the words; and that again with every sixth prompt left out of training, since words also name
prompts that nobody trained. The table says which share of the squared change of z is left unexplained on validation faces, and for how many
of the prompts each way is the best. Nothing is exported.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from tqdm import trange

from backends.dae.mapping import MappingNetwork, SharedMapper
from backends.dae.shipped import load_network
from faces import clip
from prompts import PROMPTS
from training.pairs import CodedFans, prompted_pairs
from training.recipes.mapper import told
from training.recipes.shared_mapper import HIDDEN, WIDTH, Z_NOISE

LEARNING_RATE, BATCH = 1e-3, 256
SMALL = 32
"""Width of the hidden layers where every prompt has a network, so that all together fit into what ships."""
LEFT_OUT = 6
"""Every so manieth prompt is left out of the training of the fourth way."""


class EachItsOwn(nn.Module):
    """z [N, dim] and numbers of prompts [N] -> dz [N, dim], as all of these networks."""

    def __init__(self, dim: int):
        super().__init__()
        self.networks = nn.ModuleList([MappingNetwork(dim, SMALL) for _ in PROMPTS])

    def forward(self, z: Tensor, numbers: Tensor) -> Tensor:
        dz = torch.empty_like(z)
        for number in numbers.unique().tolist():
            dz[numbers == number] = self.networks[number](z[numbers == number])
        return dz


class ByNumber(nn.Module):
    """One member of what is shipped, for prompts alone: told by an embedding of each."""

    def __init__(self, dim: int):
        super().__init__()
        self.mapper = SharedMapper((), PROMPTS, dim, HIDDEN, WIDTH, members=1)

    def forward(self, z: Tensor, numbers: Tensor) -> Tensor:
        return self.mapper(z, numbers, z.new_ones(len(z)))


class ByWords(nn.Module):
    """The shared network, told by what CLIP makes of a prompt's words."""

    def __init__(self, dim: int):
        super().__init__()
        model = clip.load(clip.SHIPPED)
        with torch.no_grad():
            words = torch.stack([model.text_features(told(prompt)).mean(0) for prompt in PROMPTS])
        self.register_buffer("words", nn.functional.normalize(words - words.mean(0), dim=1) * words.shape[1] ** 0.5)
        self.told = nn.Linear(words.shape[1], WIDTH)
        self.network = MappingNetwork(dim, HIDDEN, WIDTH)

    def forward(self, z: Tensor, numbers: Tensor) -> Tensor:
        return self.network(torch.cat([z, self.told(self.words[numbers])], dim=1))


@dataclass(frozen=True, eq=False)
class Codes:
    """z of faces without and with a prompt [N, 2, dim], and the prompts' numbers [N]."""

    z: Tensor
    numbers: Tensor


def trained(codes: Codes, make: Callable[[], nn.Module], steps: int, seen: Tensor, description: str) -> nn.Module:
    """On pairs of the prompts `seen` [K]; every way sees the same faces if it sees the same prompts."""
    torch.manual_seed(0)
    generator = torch.Generator().manual_seed(0)
    network = make().train()
    usable = torch.nonzero(torch.isin(codes.numbers, seen)).flatten()
    optimiser = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    for _ in trange(steps, desc=description):
        index = usable[torch.randint(len(usable), (BATCH,), generator=generator)]
        z, target = codes.z[index].unbind(1)
        loss = (network(z + Z_NOISE * torch.randn_like(z), codes.numbers[index]) - (target - z)).square().mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        schedule.step()
    return network.eval()


@torch.inference_mode()
def errors(codes: Codes, network: nn.Module) -> Tensor:
    """For each prompt [P], the mean squared error of dz."""
    z, target = codes.z.unbind(1)
    error = network(z, codes.numbers) - (target - z)
    return torch.stack([error[codes.numbers == i].square().mean() for i in range(len(PROMPTS))])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.prompt_conditions", description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=2_000)
    arguments = parser.parse_args()
    encoder = load_network().encoder
    cpu = torch.device("cpu")
    pairs = Codes(*prompted_pairs(encoder, "training", cpu, CodedFans.of(encoder, cpu)))
    held = Codes(*prompted_pairs(encoder, "validation", cpu))
    dim, everything = pairs.z.shape[2], torch.arange(len(PROMPTS))
    left_out = everything % LEFT_OUT == LEFT_OUT - 1
    ways = {
        "a network for each prompt": (lambda: EachItsOwn(dim), everything),
        "one, an embedding for each": (lambda: ByNumber(dim), everything),
        "one, CLIP's embedding": (lambda: ByWords(dim), everything),
        "one, CLIP's embedding, a sixth left out": (lambda: ByWords(dim), everything[~left_out]),
    }
    networks = {name: trained(pairs, make, arguments.steps, seen, name) for name, (make, seen) in ways.items()}
    left = {name: errors(held, network) for name, network in networks.items()}
    change = errors(held, EachItsOwn(dim))  # what doing nothing leaves
    best = torch.stack(list(left.values())[:3]).argmin(0)
    print(f"| {arguments.steps} batches | weights | unexplained | of the sixth | best for |\n|---|---|---|---|---|")
    for i, (name, error) in enumerate(left.items()):
        weights = sum(parameter.numel() for parameter in networks[name].parameters()) / 1e6
        others, of_sixth = (error[chosen].sum() / change[chosen].sum() for chosen in (~left_out, left_out))
        wins = f"{(best == i).sum()} prompts" if i < 3 else ""
        print(f"| {name} | {weights:.2f} M | {others:.0%} | {of_sixth:.0%} | {wins} |")
    for i, name in enumerate(list(left)[:3]):
        print(f"\n{name} is best for: {', '.join(PROMPTS[k] for k in torch.nonzero(best == i).flatten())}")


if __name__ == "__main__":
    main()
