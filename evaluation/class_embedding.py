"""`python -m evaluation.class_embedding [--steps N] [--count N]`: what telling a mask model the class of each token gains.

Two mask models go on from the shipped one, both told of masks by tokens alone, as the published mask stage tells them; only the tokens of
the first say which class they are. Then both, and the shipped one, are asked for hats (evaluation.hats). Nothing is exported.
"""

from __future__ import annotations

import argparse

import torch
from torch import nn
from tqdm import trange

from backends.collaborative import conditions
from backends.collaborative.generation import Generation
from backends.collaborative.networks import Modality
from backends.collaborative.shipped import load_uni_modal
from backends.collaborative.tiers import Settings
from evaluation.hats import HAIR, HAT, hatted, seen
from evaluation.held_out import FIRST_SEED
from precision import half_precision
from training.recipes.collaborative import CollaborativeMask


class TokensOnly(CollaborativeMask):
    """The mask model without what tells it of classes place by place, and without the class embedding where not `embedded`."""

    embedded = True

    def _build(self) -> Modality:
        network = super()._build()
        for parameter in (*network.encoder.at_place.parameters(), *network.encoder.expected.parameters()):
            nn.init.zeros_(parameter.requires_grad_(False))
        if not self.embedded:
            network.encoder.class_embedding = None
        return network


def trained(recipe: TokensOnly, steps: int) -> Modality:
    """Both see the same batches."""
    torch.manual_seed(0)
    generator = torch.Generator().manual_seed(0)
    network = recipe._build().train()
    optimiser = torch.optim.AdamW([p for p in network.parameters() if p.requires_grad], lr=recipe.learning_rate)
    bar = trange(steps, desc="with class embedding" if recipe.embedded else "without")
    for _ in bar:
        with half_precision("cpu"):
            loss = recipe.loss(network, recipe.batch(generator))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        bar.set_postfix(loss=f"{loss.item():.3f}")
    return network.eval().requires_grad_(False)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.class_embedding", description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=250)
    parser.add_argument("--count", type=int, default=40, help="held-out faces with hats")
    arguments = parser.parse_args()
    masks = hatted(range(FIRST_SEED, FIRST_SEED + 20 * arguments.count), arguments.count)
    where = masks == HAT
    whole = load_uni_modal()
    models = {"shipped": whole.mask}
    recipe = TokensOnly()
    recipe.prepare(torch.device("cpu"))
    for name, recipe.embedded in (("tokens with a class embedding", True), ("tokens without one", False)):
        models[name] = trained(recipe, arguments.steps)
    print(
        f"| {len(masks)} hats, {arguments.steps} steps | painted as a hat: seen as a hat | as hair | painted as hair: as a hat | as hair |"
    )
    print("|---|---|---|---|---|")
    generation = Generation(whole, recipe.autoencoder, conditions, Settings())
    for name, model in models.items():
        whole.mask = model
        shares = [seen(generation, painted, where) for painted in (masks, torch.where(where, HAIR, masks).to(torch.uint8))]
        print(f"| {name} | " + " | ".join(f"{share:.0%}" for pair in shares for share in pair) + " |")


if __name__ == "__main__":
    main()
