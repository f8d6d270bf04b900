"""`python -m evaluation.identity [--count N] [--seed S]`: is it the same person? Verification on held-out rendered identities.

Pairs of pictures of one person (genuine) and of two people (impostors) are told apart by the cosine of their embeddings. Look-alikes are
impostors of the same gender presentation and nearly the same skin tone. Prints the equal error rate (EER), the share of genuine pairs
accepted where 1 % of the impostors are (TAR at FAR 1 %), and the accuracy: the mean of genuine pairs accepted and impostors rejected at a
threshold that was chosen on validation identities.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from evaluation.held_out import held_out_parser, held_out_seeds
from faces import identity
from synth.identities import companion
from synth.parameters import VALIDATION_SEEDS, FaceParameters
from synth.render import render
from training.augment import augment
from training.verification import accepted_at, accuracy, embedded, equal_error, lookalikes, scores

PICTURES = 4
VALIDATION_COUNT = 100


def pictures(seeds: range) -> tuple[Tensor, list[FaceParameters]]:
    """Renders people: [N, PICTURES, 3, 128, 128] in [-1, 1], and the parameters of each one's first picture."""
    images = [[render(companion(seed, k)).image for k in range(PICTURES)] for seed in tqdm(seeds, unit="person")]
    people = [companion(seed, 0) for seed in seeds]
    return torch.from_numpy(np.array(images)).movedim(-1, 2).float() / 127.5 - 1, people


def rows(network: nn.Module, validation: range, held_out: range) -> dict[str, tuple[float, float, float]]:
    """Accuracy, EER and TAR at FAR 1 % on held-out people, by the kind of pair."""
    images, people = pictures(validation)
    _, threshold = equal_error(*scores(embedded(network, images), np.ones((len(people),) * 2, bool)))
    images, people = pictures(held_out)
    plain = embedded(network, images)
    changed = embedded(network, augment(images.flatten(0, 1), torch.Generator().manual_seed(0)).view_as(images))
    everybody = np.ones((len(people),) * 2, bool)
    found = {}
    for name, embeddings, impostors in (
        ("as rendered", plain, everybody),
        ("look-alikes", plain, lookalikes(people)),
        ("changed like photos", changed, everybody),
    ):
        genuine, impostor = scores(embeddings, impostors)
        found[name] = accuracy(genuine, impostor, threshold), equal_error(genuine, impostor)[0], accepted_at(genuine, impostor, 0.01)
    return found


def table(found: dict[str, tuple[float, float, float]]) -> str:
    lines = ["| pairs | accuracy | EER | TAR at FAR 1 % |", "|---|---|---|---|"]
    lines += [f"| {name} | " + " | ".join(f"{value:.1%}" for value in values) + " |" for name, values in found.items()]
    return "\n".join(lines)


def main() -> None:
    parser = held_out_parser("evaluation.identity", __doc__.splitlines()[0], count=200, count_help="people, four pictures each")
    arguments = parser.parse_args()
    network = identity.network()
    validation = VALIDATION_SEEDS[:VALIDATION_COUNT]
    print(f"{type(network).__name__}, threshold from {VALIDATION_COUNT} validation people")
    print(table(rows(network, validation, held_out_seeds(arguments))))


if __name__ == "__main__":
    main()
