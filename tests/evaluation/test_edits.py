"""The evaluation: its region, its arithmetic, and one case on the real engine."""

import json

import numpy as np
import pytest
from PIL import Image

import backends
from backends import registry
from evaluation.edits import Case, mean_change, measure_case, summarise, table


def case(**changes) -> Case:
    fields = dict.fromkeys(Case.__dataclass_fields__, 1.0) | {"seed": 1, "attribute": "smile", "change": 3} | changes
    return Case(**fields)


def test_summary_counts_successes():
    measured = [(0.5, 2.5), (1.5, 1.2), (4.0, -0.5)]
    row = summarise([case(distance=distance, measured_change=change) for distance, change in measured])
    assert row["faces"] == 3
    assert row["success"] == pytest.approx(1 / 3)
    assert row["moved"] == pytest.approx(2 / 3)
    assert row["measured_change"] == pytest.approx((2.5 + 1.2 - 0.5) / 3)
    assert "| all | 3 | 33% | 67% | +1.1 |" in table({"all": row})
    assert json.dumps(row)


def test_where_nothing_is_left_nothing_changes():
    """A region that fills the picture has no outside."""
    before, after = Image.new("RGB", (4, 4)), Image.new("RGB", (4, 4), (30, 0, 0))
    half = np.arange(4)[:, None] < np.full((4, 4), 2)
    after.paste((60, 0, 0), (0, 2, 4, 4))
    assert mean_change(before, after) == pytest.approx(15)
    assert mean_change(before, after, half) == pytest.approx(10)
    assert mean_change(before, after, np.zeros((4, 4), bool)) == 0


@pytest.mark.parametrize("attribute, up", [("eyeglasses", True), ("beard", False)])
def test_a_case_on_the_shipped_engine(attribute, up):
    reasons = [listing.reason for listing in registry.available() if listing.name == "dae"]
    assert reasons == [""], reasons
    found = measure_case(backends.get("dae"), 650_001, attribute, up)
    assert found.change == (3 if up else -3)
    assert found.psnr_T20 > 20
    assert found.outside < 20
    assert 0 < found.error and 0 < found.error_unedited
    assert found.similarity <= 1
    assert found.encode_seconds > 0 and found.edit_seconds > 0
