"""Edits by degrees, drawn again and read: with small random networks, and a finish that says what it sees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from backends import EditPlan, EditStep
from backends.collaborative.engine import CollaborativeBackend
from backends.collaborative.finishing import Finish
from backends.collaborative.generation import Generation
from backends.collaborative.loudness import LOUDER, louder
from backends.dae.change_unet import ChangeConfig, within_scale
from backends.dae.correction import CORRECTIONS, REACH
from backends.dae.motion import Mover
from backends.dae.networks import EncoderConfig, SemanticEncoder
from backends.dae.retouch import Retoucher, brightness, detail
from backends.dae.shipped import load_autoencoder
from faces import parsing
from graded import GRADED, MAX_DEGREE
from pictures import tensor_picture
from tests.backends.collaborative.tiny import SETTINGS, SIDE, Tally, parsed, tiny_network


class Sleepy:
    """Sees only a share of what is asked for, and draws nothing."""

    def __init__(self, share: float):
        self.share, self.heard, self.seen = share, [], dict.fromkeys(GRADED, 0.0)

    def told(self, changes: Mapping[str, float], degrees: Mapping[str, float]) -> dict[str, Tensor]:
        within = within_scale(changes, degrees)
        self.heard.append(within)
        self.seen = {name: degrees[name] + self.share * within.get(name, 0.0) for name in GRADED}
        return {"asked": torch.zeros(1, 1), "strength": torch.tensor(1.0)}

    def drawn(self, face: Tensor, rebuilt: Tensor, edited: Tensor, asked: Tensor, strength: Tensor) -> tuple[Tensor, ...]:
        return edited - rebuilt, torch.full((1, 2, 32, 32), 0.5), torch.full((1, 1, SIDE, SIDE), 0.5)

    def degrees(self, picture: Image.Image) -> dict[str, float]:
        return self.seen


@pytest.fixture(autouse=True)
def known_parse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "parse", parsed)


def backend(finish: object) -> CollaborativeBackend:
    return CollaborativeBackend(Generation(tiny_network(), load_autoencoder(), Tally(), SETTINGS), SIDE, finish)


@pytest.mark.parametrize(("share", "edits"), [(1.0, 1), (0.8, 2), (0.2, 1 + CORRECTIONS)])
def test_what_is_missing_is_asked_for_again(face_image: Image.Image, share: float, edits: int) -> None:
    finish, steps = Sleepy(share), []
    engine = backend(finish)
    latent = engine.encode(face_image)
    change = 3.0 if latent.degrees["beard"] < 2 else -2.0
    plan = EditPlan((EditStep("beard", "change", change), EditStep("smile", "set", latent.degrees["smile"])))
    engine.edit(latent, plan, progress=lambda step, total, preview=None: steps.append((step, total)))
    asked = [heard["beard"] for heard in finish.heard]
    assert len(asked) == edits and asked[0] == pytest.approx(change)
    assert sorted(asked, key=abs) == asked and abs(asked[-1]) <= min(abs(change) + REACH, MAX_DEGREE) + 1e-6
    assert steps == sorted(steps) and steps[-1][0] == steps[-1][1]


def test_asking_for_what_is_there_is_not_drawn_again(face_image: Image.Image) -> None:
    finish = Sleepy(1.0)
    engine = backend(finish)
    latent = engine.encode(face_image)
    edited = engine.edit(latent, EditPlan((EditStep("smile", "change", 0),)))
    assert engine.decode(edited).tobytes() == tensor_picture(latent.tensors["face"][0]).tobytes()
    assert engine.trace(edited) is None


def test_what_may_not_change_does_not_move(face_image: Image.Image) -> None:
    engine, allowed = backend(Sleepy(1.0)), np.zeros((SIDE, SIDE), bool)
    allowed[:, :64] = True
    latent = engine.encode(face_image)
    trace = engine.trace(engine.edit(latent, EditPlan((EditStep("beard", "set", 5),), mask=allowed)))
    assert trace.motion.shape == (SIDE, SIDE, 2) and trace.covered.shape == (SIDE, SIDE)
    for done in trace:
        assert done[:, :64].any() and not done[:, 80:].any()


@pytest.fixture(scope="module")
def finish() -> Iterator[Finish]:
    """With random weights, and no predictor."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        encoder = SemanticEncoder(EncoderConfig(16, 192, 32, (1, 2), 1, (), 256, unshuffle=8, pool=4))
        yield Finish(encoder.eval(), Mover(ChangeConfig(GRADED)).eval(), Retoucher(ChangeConfig(GRADED)).eval(), None)


def test_an_untrained_retoucher_repeats_the_difference_in_brightness(finish: Finish) -> None:
    face, rebuilt, edited = (torch.rand(3, 1, 1, SIDE, SIDE) * 2 - 1).expand(-1, -1, 3, -1, -1)
    change, flow, covered = finish.drawn(face, rebuilt, edited, **finish.told({"beard": 3.0}, {}))
    assert not flow.any()
    much, little = torch.tensor([3.0, -3.0]).sigmoid()
    torch.testing.assert_close(covered, little.expand_as(covered))
    repeated = much * brightness(edited - rebuilt) - little * detail(face)
    torch.testing.assert_close(brightness(change)[..., 3:-3, 3:-3], repeated[..., 3:-3, 3:-3], atol=1e-4, rtol=0)


def test_where_regions_overlap_the_smaller_and_larger_wish_counts_more() -> None:
    mouth, face = np.zeros((8, 8), bool), np.ones((8, 8), bool)
    mouth[6:, 3:5] = True
    both = louder({"smile": mouth, "age": face}, {"smile": 3.0, "age": -1.0})
    smile, age = 3 * LOUDER["smile"][1], LOUDER["age"][0]
    assert both[0, 0] == pytest.approx(age, rel=1e-3)
    assert abs(both[7, 4] - smile) < 0.1 * abs(age - smile)
