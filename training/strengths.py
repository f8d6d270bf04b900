"""`python -m training.strengths`: how strongly what the retoucher draws must be added for faces to change by what was asked.

Measured on validation edits and written into the shipped retoucher, one strength for each graded attribute and direction. Prompts stay as
they are: drawn 1.2 times, 5 more of 100 show, but colours of hair and skin glare. Run it after training the retoucher, which knows of none.
"""

from __future__ import annotations

import torch
from torch import Tensor

import weights
from backends.dae.mapping import DIRECTIONS
from backends.dae.motion import Mover, moved
from backends.dae.retouch import Retoucher
from backends.dae.shipped import load_mover, load_retoucher
from faces import attributes
from graded import GRADED, MAX_DEGREE

from .calibrate import gentlest
from .edited import Edited, load_edited
from .loop import export_path

STRENGTHS = (1.0, 1.2, 1.4)
LEAST_CHANGE = 2
"""Degrees that an edit asks for, to count."""
BATCH = 20


@torch.inference_mode()
def drawn(mover: Mover, retoucher: Retoucher, edits: Edited, rows: Tensor) -> tuple[Tensor, dict[float, Tensor]]:
    """The truth of these edits, and what is made of them with each strength, [N, 3, H, W]."""
    truth, made = [], {strength: [] for strength in STRENGTHS}
    for part in rows.split(BATCH):
        face, wanted, *told, _ = edits[part]
        begin = moved(face, mover(face, *told))
        change = retoucher.drawn(face, begin, *told)
        truth.append(wanted)
        for strength, pictures in made.items():
            pictures.append((begin + strength * change).clamp(-1, 1))
    return torch.cat(truth), {strength: torch.cat(pictures) for strength, pictures in made.items()}


@torch.inference_mode()
def calibrated(retoucher: Retoucher) -> Tensor:
    """[attributes, 2], as `Retoucher.strengths`."""
    strengths, edits = torch.ones_like(retoucher.strengths), load_edited("validation")
    mover, judge = load_mover(), attributes.network()
    for i, name in enumerate(GRADED):
        for j, way in enumerate(DIRECTIONS):
            kind = edits["fittings" if (name, way) == ("eyeglasses", "more") else "graded"]
            rows = torch.nonzero((1 - 2 * j) * MAX_DEGREE * kind.asked[:, i] >= LEAST_CHANGE).flatten()
            truth, made = drawn(mover, retoucher, kind, rows)
            goal = judge.degrees(truth)[:, i]
            off = {strength: (judge.degrees(pictures)[:, i] - goal).abs().mean().item() for strength, pictures in made.items()}
            strengths[i, j] = gentlest(off)
            print(f"{name}, {way}: strength {strengths[i, j]:.1f} of {len(rows)} edits; degrees off:", _listed(off), flush=True)
    return strengths


def _listed(figures: dict[float, float]) -> str:
    return ", ".join(f"{figure:.2f} at {strength}" for strength, figure in figures.items())


def main() -> None:
    retoucher = load_retoucher()
    retoucher.strengths.copy_(calibrated(retoucher))
    weights.save(export_path("retouch"), retoucher.state_dict(), {"config": retoucher.config.to_dict()}, eight_bit=True)


if __name__ == "__main__":
    main()
