"""How far an engine's edits went: what the judge sees beside what its predictor does."""

from types import SimpleNamespace

import pytest
import torch

from backends.base import Latent
from faces import attributes
from graded import GRADED, MAX_DEGREE
from pictures import tensor_picture
from training.strengths import LEAST_CHANGE, arrived, asked_most

BEARD = GRADED.index("beard")


def test_edits_that_ask_for_little_or_the_other_way_do_not_count() -> None:
    asked = torch.zeros(4, 2 * len(GRADED))
    asked[:, BEARD] = torch.tensor([3.0, -2.0, LEAST_CHANGE - 1, 0.0]) / MAX_DEGREE
    edits = SimpleNamespace(asked=asked)
    assert asked_most(edits, BEARD, 0).tolist() == [0] and asked_most(edits, BEARD, 1).tolist() == [1]


def test_judge_and_predictor_see_what_the_engine_made_of_each_wish() -> None:
    faces = torch.randint(256, (2, 3, 128, 128), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    asked = torch.zeros(2, 2 * len(GRADED))
    asked[:, BEARD] = torch.tensor([0.6, 0.4])
    made, plans = tensor_picture(torch.full((3, 128, 128), -0.2)), []
    engine = SimpleNamespace(
        encode=lambda picture: Latent("dae", {}, {"beard": 1.0}),
        edit=lambda latent, plan: plans.append(plan),
        decode=lambda edited: made,
        predictor=SimpleNamespace(described=lambda picture: (None, torch.full((1, len(GRADED)), 2.5))),
    )
    went, seen = arrived(engine, SimpleNamespace(face=faces, asked=asked), torch.tensor([1, 0]), BEARD)
    assert [(step.attribute, step.operation, round(step.amount, 4)) for plan in plans for step in plan.steps] == [
        ("beard", "change", 2),
        ("beard", "change", 3),
    ]
    assert seen.tolist() == [1.5, 1.5]
    assert went.tolist() == pytest.approx([attributes.measure(made)["beard"] - 1] * 2, abs=1e-3)
