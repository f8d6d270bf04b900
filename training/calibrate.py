"""`python -m training.calibrate`: how far z must go for the picture to change by the degrees asked for.

The mapping networks learn where z goes; how much of that the decoder shows, eight steps and SMS included, is measured here on
validation faces, and written into the shipped mappers as one gain per attribute and direction. Run it after training the mappers
or the dae.
"""

from __future__ import annotations

import torch

import weights
from backends.dae.engine import DECODING_STEPS, INVERSION_STEPS
from backends.dae.mapping import DIRECTIONS
from backends.dae.shipped import load_autoencoder, load_mappers, load_network
from faces import attributes
from graded import GRADED, MAX_DEGREE

from .data import load_faces
from .loop import export_path
from .rebuild import decoded, inverted

GAINS = (0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0)
FACES = 40
CHANGE = 3
"""Degrees asked for, or up to the scale's end."""
GENTLE = 0.1
"""The gentlest gain is taken that is at most this many degrees worse than the best: the further z goes, the more changes besides."""


@torch.inference_mode()
def main() -> None:
    autoencoder, network, mappers, judge = load_autoencoder(), load_network(), load_mappers(), attributes.network()
    images = load_faces("validation").batch(torch.arange(0, 2 * FACES, 2))
    z = network.encoder(images)
    x_T = inverted(network, autoencoder.encode(images), z, INVERSION_STEPS)
    start = judge.degrees(autoencoder.decode(decoded(network, x_T, z, z, DECODING_STEPS)))
    for i, name in enumerate(GRADED):
        for j, way in enumerate(DIRECTIONS):
            sign = 1 - 2 * j
            target = (start[:, i] + sign * CHANGE).clamp(0, MAX_DEGREE)
            usable = (target - start[:, i]).abs() > 1
            asked = (target - start[:, i])[usable]
            step = mappers.step(z[usable], name, asked)
            errors = {}
            for gain in GAINS:
                latent = decoded(network, x_T[usable], z[usable], z[usable] + gain * step, DECODING_STEPS)
                errors[gain] = (judge.degrees(autoencoder.decode(latent))[:, i] - target[usable]).abs().mean().item()
            gain = next(gain for gain in GAINS if errors[gain] <= min(errors.values()) + GENTLE)
            mappers.gains[i, j] = gain
            print(f"{name}, {way}: gain {gain}, {errors[gain]:.2f} degrees off on average ({asked.abs().mean():.2f} asked)", flush=True)
    weights.save(export_path("mappers"), mappers.state_dict(), {"config": mappers.config()})


if __name__ == "__main__":
    main()
