from __future__ import annotations

import json

import numpy as np
import pytest

from backends.base import EditPlan, EditStep, Latent


def test_plan_round_trips_through_json() -> None:
    mask = np.random.default_rng(0).random((13, 17)) > 0.5
    mask[0], mask[1] = True, False
    plan = EditPlan((EditStep("smile", "set", 3), EditStep("beard", "change", -1.5)), 20, "a thin beard", mask)
    again = EditPlan.from_json(plan.to_json())
    assert (again.steps, again.sampling_steps, again.text) == (plan.steps, 20, "a thin beard")
    assert again.mask.dtype == bool and np.array_equal(again.mask, mask)
    assert EditPlan.from_json(EditPlan().to_json()).mask is None


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (13, 17)])
def test_layouts_round_trip_through_json(shape: tuple[int, int]) -> None:
    layout = np.random.default_rng(0).integers(0, 3, shape).astype(np.uint8)
    layout[-1, -1] = 255
    again = EditPlan.from_json(EditPlan(layout=layout).to_json()).layout
    assert again.dtype == np.uint8 and np.array_equal(again, layout)
    assert not EditPlan(layout=layout).is_empty() and EditPlan.from_json(EditPlan().to_json()).layout is None


WRITTEN = json.loads(EditPlan((EditStep("smile", "set", 3),), 20, "older", np.ones((2, 3), bool), {"tier": "instant"}).to_json())


def written(**changed: object) -> str:
    return json.dumps({**WRITTEN, **changed})


@pytest.mark.parametrize(
    "changed",
    [
        {"steps": [{"attribute": {}, "operation": "set", "amount": 3}]},
        {"steps": [{"attribute": "smile", "operation": "set"}]},
        {"steps": [{"attribute": "smile", "operation": "set", "amount": "3"}]},
        {"steps": 5},
        {"text": 5},
        {"text": None},
        {"options": [1]},
        {"options": {"tier": 1}},
        {"sampling_steps": "x"},
        {"sampling_steps": 20.5},
        {"sampling_steps": 1000},
        {"sampling_steps": 0},
    ],
)
def test_what_no_plan_is_written_as_is_refused(changed: dict[str, object]) -> None:
    assert EditPlan.from_json(written()).steps
    with pytest.raises(ValueError):
        EditPlan.from_json(written(**changed))


@pytest.mark.parametrize("text", ["", "[]", "3", "null", "{}", "[" * 100_000])
def test_other_json_is_no_plan(text: str) -> None:
    with pytest.raises(ValueError):
        EditPlan.from_json(text)


@pytest.mark.parametrize(
    "layout",
    [
        {"shape": [2, 3], "runs": [[0, 10**12]]},
        {"shape": [10**6, 10**6], "runs": [[0, 10**12]]},
        {"shape": [2, 3], "runs": [[0, 2**63 - 1], [0, 2**63 - 1], [0, 8]]},
        {"shape": [2, 3], "runs": [[0, 9], [1, -3]]},
        {"shape": [2, 3], "runs": [[0, 5]]},
        {"shape": [2, 3], "runs": [[256, 6]]},
        {"shape": [2, 3], "runs": [[0, 6.0]]},
        {"shape": [2, 3], "runs": [6]},
        {"shape": [float("inf"), 3], "runs": [[0, 6]]},
        {"shape": [-2, -3], "runs": [[0, 6]]},
        {"shape": [6], "runs": [[0, 6]]},
        {"runs": [[0, 6]]},
        5,
    ],
)
def test_a_layout_takes_no_more_memory_than_its_shape(layout: object) -> None:
    assert EditPlan.from_json(written(layout={"shape": [2, 3], "runs": [[0, 4], [7, 2]]})).layout.tolist() == [[0, 0, 0], [0, 7, 7]]
    with pytest.raises(ValueError):
        EditPlan.from_json(written(layout=layout))


@pytest.mark.parametrize(
    "mask",
    [
        {"shape": [2, 3], "rows": [[3], [10**12]]},
        {"shape": [2, 3], "rows": [[3], [0, 2]]},
        {"shape": [2, 3], "rows": [[3], [0, 4, -1]]},
        {"shape": [2, 3], "rows": [[3]] * 3},
        {"shape": [2, 10**12], "rows": [[10**12], [10**12]]},
        {"shape": [float("inf"), 3], "rows": [[3], [3]]},
        {"shape": [2, 3], "rows": [3, 3]},
    ],
)
def test_a_mask_takes_no_more_memory_than_its_shape(mask: object) -> None:
    assert EditPlan.from_json(written(mask={"shape": [2, 3], "rows": [[3], [0, 2, 1]]})).mask.tolist() == [[False] * 3, [True, True, False]]
    with pytest.raises(ValueError):
        EditPlan.from_json(written(mask=mask))


@pytest.mark.parametrize("shape", [(1, 1), (5, 1), (1, 5)])
@pytest.mark.parametrize("value", [True, False])
def test_uniform_masks_round_trip(shape: tuple[int, int], value: bool) -> None:
    again = EditPlan.from_json(EditPlan(mask=np.full(shape, value)).to_json())
    assert np.array_equal(again.mask, np.full(shape, value))


def test_degrees_accumulate_in_order_and_are_clipped() -> None:
    smiles = [EditStep("smile", "change", degrees) for degrees in (2, 4, -1)]
    plan = EditPlan((*smiles, EditStep("age", "set", 0)))
    assert plan.degrees_from({"smile": 1.5, "age": 3.0, "beard": 2.0}) == {"smile": 4.0, "age": 0.0}


def test_with_steps_leaves_the_plan_as_it_was() -> None:
    plan = EditPlan()
    assert plan.with_steps(EditStep("smile", "set", 1)).steps == (EditStep("smile", "set", 1),)
    assert plan.is_empty() and not plan.with_steps(EditStep("smile", "set", 1)).is_empty()
    assert not EditPlan(text="older").is_empty()


@pytest.mark.parametrize(("operation", "amount"), [("set", -1), ("set", 5.5), ("change", -6), ("change", float("nan")), ("scale", 1)])
def test_impossible_steps_are_refused(operation: str, amount: float) -> None:
    with pytest.raises(ValueError):
        EditStep("smile", operation, amount)


def test_latent_refuses_another_engine() -> None:
    latent = Latent("dae", {}, {})
    latent.require("dae")
    with pytest.raises(ValueError, match="stylegan"):
        latent.require("stylegan")
