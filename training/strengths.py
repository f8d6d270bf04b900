"""`python -m training.strengths`: how strongly what the retoucher draws must be added for faces to change by what was asked, and how far
the engine's predictor can be trusted when it sees them change.

Measured on validation edits and written into the shipped retoucher, one strength and one trust for each graded attribute and direction.
Trust is measured on what the engine ends at: it asks again until its predictor is content, and so ends at edits that this one reads too
kindly. Prompts stay as they are: drawn 1.2 times, 5 more of 100 show, but colours of hair and skin glare. Run it after training the
retoucher, which knows of none.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

import weights
from backends.base import EditPlan, EditStep
from backends.dae.engine import DAEBackend
from backends.dae.mapping import DIRECTIONS
from backends.dae.motion import Mover, moved
from backends.dae.retouch import Retoucher
from faces import attributes, parsing
from graded import GRADED, MAX_DEGREE
from pictures import picture_tensor, tensor_picture

from .edited import Edited, load_edited
from .loop import export_path

STRENGTHS = (1.0, 1.2, 1.4)
LEAST_CHANGE = 2
"""Degrees that an edit asks for, to count."""
FACES = 30
"""On which trust is measured."""
BATCH = 20
GENTLE = 0.1
"""The gentlest strength is taken that is at most this many degrees worse than the best."""


def gentlest(errors: Mapping[float, float]) -> float:
    """Of all that were tried, smallest first, the first that is hardly worse than the best."""
    return next(tried for tried, error in errors.items() if error <= min(errors.values()) + GENTLE)


@torch.inference_mode()
def drawn(mover: Mover, retoucher: Retoucher, edits: Edited, rows: Tensor) -> tuple[Tensor, dict[float, Tensor]]:
    """The truth of these edits, and what is made of their faces with each strength, [N, 3, H, W]."""
    truth, made = [], {strength: [] for strength in STRENGTHS}
    for part in rows.split(BATCH):
        face, wanted, *told, _ = edits[part]
        begin = moved(face, mover(face, *told))
        truth.append(wanted)
        drawing = retoucher.drawn(face, parsing.likely(face), begin, *told)
        for strength, pictures in made.items():
            pictures.append((begin + drawing.change(begin, strength)).clamp(-1, 1))
    return torch.cat(truth), {strength: torch.cat(pictures) for strength, pictures in made.items()}


def asked_most(edits: Edited, attribute: int, way: int) -> Tensor:
    """Rows of the edits that ask for much of an attribute, in a direction."""
    return torch.nonzero((1 - 2 * way) * MAX_DEGREE * edits.asked[:, attribute] >= LEAST_CHANGE).flatten()


@torch.inference_mode()
def arrived(engine: DAEBackend, edits: Edited, rows: Tensor, attribute: int) -> tuple[Tensor, Tensor]:
    """How many degrees the engine's edits of these rows went, as the judge and as its predictor see it, [N] each."""
    name, went, seen = GRADED[attribute], [], []
    for face, asked in zip(edits.face[rows], edits.asked[rows], strict=True):
        latent = engine.encode(tensor_picture(face.float() / 127.5 - 1))
        plan = EditPlan((EditStep(name, "change", MAX_DEGREE * asked[attribute].item()),))
        picture = picture_tensor(engine.decode(engine.edit(latent, plan)))
        went.append(attributes.network().degrees(picture)[0, attribute] - latent.degrees[name])
        seen.append(engine.predictor.described(picture)[1][0, attribute] - latent.degrees[name])
    return torch.stack(went), torch.stack(seen)


@torch.inference_mode()
def calibrate(engine: DAEBackend) -> None:
    """Sets the `strengths` and the `trust` of its retoucher."""
    edits, judge, retoucher = load_edited("validation"), attributes.network(), engine.retoucher
    retoucher.trust.fill_(1)
    for i, name in enumerate(GRADED):
        for j, way in enumerate(DIRECTIONS):
            kind = edits["fittings" if (name, way) == ("eyeglasses", "more") else "graded"]
            rows = asked_most(kind, i, j)
            truth, made = drawn(engine.mover, retoucher, kind, rows)
            goal = judge.degrees(truth)[:, i]
            off = {strength: (judge.degrees(pictures)[:, i] - goal).abs().mean().item() for strength, pictures in made.items()}
            retoucher.strengths[i, j] = strength = gentlest(off)
            listed = ", ".join(f"{figure:.2f} at {tried}" for tried, figure in off.items())
            went, seen = arrived(engine, kind, rows[:: max(1, len(rows) // FACES)][:FACES], i)
            trust = (went.mean() / seen.mean()).item()
            print(f"{name}, {way}: strength {strength}, trust {trust:.2f}; degrees off, of {len(rows)} edits: {listed}", flush=True)
            retoucher.trust[i, j] = trust


def main() -> None:
    engine = DAEBackend.shipped()
    calibrate(engine)
    retoucher = engine.retoucher
    weights.save(export_path("retouch"), retoucher.state_dict(), {"config": retoucher.config.to_dict()}, eight_bit=True)


if __name__ == "__main__":
    main()
