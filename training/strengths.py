"""`python -m training.strengths`: how strongly what the retoucher draws must be added for faces to change by what was asked, and how far
the engine's predictor can be trusted when it sees them change.

Measured on validation edits and written into the shipped retoucher, one strength and one trust for each graded attribute and direction.
Prompts stay as they are: drawn 1.2 times, 5 more of 100 show, but colours of hair and skin glare. Run it after training the retoucher,
which knows of none.
"""

from __future__ import annotations

import torch
from torch import Tensor

import weights
from backends.dae.mapping import DIRECTIONS
from backends.dae.motion import Mover, moved
from backends.dae.retouch import Retoucher
from backends.dae.shipped import load_mover, load_predictor, load_retoucher
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
def drawn(mover: Mover, retoucher: Retoucher, edits: Edited, rows: Tensor) -> tuple[Tensor, Tensor, dict[float, Tensor]]:
    """The faces of these edits, the truth, and what is made of them with each strength, [N, 3, H, W]."""
    faces, truth, made = [], [], {strength: [] for strength in STRENGTHS}
    for part in rows.split(BATCH):
        face, wanted, *told, _ = edits[part]
        begin = moved(face, mover(face, *told))
        faces.append(face)
        truth.append(wanted)
        change = retoucher.drawn(face, begin, *told)
        for strength, pictures in made.items():
            pictures.append((begin + strength * change).clamp(-1, 1))
    return torch.cat(faces), torch.cat(truth), {strength: torch.cat(pictures) for strength, pictures in made.items()}


@torch.inference_mode()
def calibrate(retoucher: Retoucher) -> None:
    """Sets its `strengths` and `trust`."""
    edits, mover, judge, predictor = load_edited("validation"), load_mover(), attributes.network(), load_predictor()
    for i, name in enumerate(GRADED):
        for j, way in enumerate(DIRECTIONS):
            kind = edits["fittings" if (name, way) == ("eyeglasses", "more") else "graded"]
            rows = torch.nonzero((1 - 2 * j) * MAX_DEGREE * kind.asked[:, i] >= LEAST_CHANGE).flatten()
            faces, truth, made = drawn(mover, retoucher, kind, rows)
            start, goal = (judge.degrees(pictures)[:, i] for pictures in (faces, truth))
            reached = {strength: judge.degrees(pictures)[:, i] for strength, pictures in made.items()}
            off = {strength: (degrees - goal).abs().mean().item() for strength, degrees in reached.items()}
            strength = gentlest(off)
            seen = predictor.described(made[strength])[1][:, i]
            retoucher.strengths[i, j] = strength
            retoucher.trust[i, j] = (reached[strength] - start).mean() / (seen - start).mean()
            listed = ", ".join(f"{figure:.2f} at {tried}" for tried, figure in off.items())
            told = f"strength {strength}, trust {retoucher.trust[i, j].item():.2f}, of {len(rows)} edits"
            print(f"{name}, {way}: {told}; degrees off: {listed}", flush=True)


def main() -> None:
    retoucher = load_retoucher()
    calibrate(retoucher)
    weights.save(export_path("retouch"), retoucher.state_dict(), {"config": retoucher.config.to_dict()}, eight_bit=True)


if __name__ == "__main__":
    main()
