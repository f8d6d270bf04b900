"""`python -m training.calibrate`: how far z must go for the picture to change by what was asked for.

The mapping networks learn where z goes; how much of that the decoder shows, eight steps and SMS included, is measured here on
validation faces, and written into the shipped mappers as one gain per attribute and direction, and one per prompt. Run it after training
either of the mappers or the dae, and before the retoucher, which learns from what the gains make of faces.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from tqdm import tqdm

import weights
from backends.dae.autoencoder import PatchAutoencoder
from backends.dae.engine import SAMPLING_STEPS
from backends.dae.mapping import DIRECTIONS
from backends.dae.networks import DiffusionAutoencoder
from backends.dae.shipped import load_autoencoder, load_mappers, load_network, load_shared_mapper
from faces import attributes, looks
from graded import GRADED, MAX_DEGREE

from .data import Faces, load_faces, load_prompted
from .loop import export_path
from .rebuild import decoded, inverted
from .works import usable

GAINS = (0.75, 1.0, 1.25, 1.5, 1.75, 2.0)
"""No more than 2: at 3 the judges are better pleased, but faces break."""
FACES = 40
CHANGE = 3
"""Degrees asked for, or up to the scale's end."""
GENTLE = 0.1
"""The gentlest gain is taken that is at most this many degrees worse than the best: the further z goes, the more changes besides."""
PROMPT_GAINS = (1.0, 1.5, 2.0)
GENTLE_SHARE = 0.15
"""The same for prompts, in mean probability that the prompt shows."""


@dataclass(frozen=True, eq=False)
class Encoded:
    """Validation faces as the engine holds them."""

    autoencoder: PatchAutoencoder
    network: DiffusionAutoencoder
    z: Tensor
    x_T: Tensor

    @classmethod
    def of(cls, faces: Faces, index: Tensor) -> Encoded:
        autoencoder, network, images = load_autoencoder(), load_network(), faces.batch(index)
        z = network.encoder(images)
        return cls(autoencoder, network, z, inverted(network, autoencoder.encode(images), z, SAMPLING_STEPS))

    def pictures(self, chosen: Tensor, step: Tensor) -> Tensor:
        """The chosen faces with z moved by `step`, [N, 3, H, W]."""
        z = self.z[chosen]
        return self.autoencoder.decode(decoded(self.network, self.x_T[chosen], z, z + step, SAMPLING_STEPS))


def gentlest(errors: Mapping[float, float]) -> float:
    """Of all that were tried, smallest first, the first that is hardly worse than the best."""
    return next(tried for tried, error in errors.items() if error <= min(errors.values()) + GENTLE)


@torch.inference_mode()
def calibrate_graded() -> None:
    mappers, judge = load_mappers(), attributes.network()
    faces = Encoded.of(load_faces("validation"), torch.arange(0, 2 * FACES, 2))
    everyone = torch.arange(FACES)
    start = judge.degrees(faces.pictures(everyone, torch.zeros_like(faces.z)))
    for i, name in enumerate(GRADED):
        for j, way in enumerate(DIRECTIONS):
            sign = 1 - 2 * j
            target = (start[:, i] + sign * CHANGE).clamp(0, MAX_DEGREE)
            chosen = torch.nonzero((target - start[:, i]).abs() > 1).flatten()
            asked = (target - start[:, i])[chosen]
            step = mappers.step(faces.z[chosen], name, asked)
            errors = {}
            for gain in GAINS:
                reached = judge.degrees(faces.pictures(chosen, gain * step))[:, i]
                errors[gain] = (reached - target[chosen]).abs().mean().item()
            gain = gentlest(errors)
            mappers.graded.gains[i, j] = gain
            print(f"{name}, {way}: gain {gain}, {errors[gain]:.2f} degrees off on average ({asked.abs().mean():.2f} asked)", flush=True)
    weights.save(export_path("mappers"), mappers.graded.state_dict(), {"config": mappers.graded.config()}, eight_bit=True)


@torch.inference_mode()
def calibrate_prompts() -> None:
    mapper, judge = load_shared_mapper(), looks.network()
    held, _ = load_prompted("validation")
    index = torch.arange(0, len(held), 2)
    faces, params = Encoded.of(held, index), [held.params[i] for i in index]
    for number, name in enumerate(tqdm(mapper.prompts, desc="prompts")):
        chosen = torch.tensor(usable(params, name))
        step = mapper.step(faces.z[chosen], name, torch.full((len(chosen),), float(MAX_DEGREE)))
        shown = {gain: judge(faces.pictures(chosen, gain * step))[:, number].sigmoid() for gain in PROMPT_GAINS}
        best = max(of.mean().item() for of in shown.values())
        gain = next(gain for gain in PROMPT_GAINS if shown[gain].mean().item() >= best - GENTLE_SHARE)
        mapper.gains[number] = gain
        tqdm.write(f"{name}: gain {gain}, shows on {(shown[gain] > 0.5).float().mean():.0%}")
    weights.save(export_path("shared-mapper"), mapper.state_dict(), {"config": mapper.config()}, eight_bit=True)


if __name__ == "__main__":
    calibrate_graded()
    calibrate_prompts()
