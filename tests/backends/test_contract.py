"""Every registered engine that can be loaded here keeps the contract."""

from __future__ import annotations

import pytest
from PIL import Image

import backends
from tests.contract import CHECKS, Case


@pytest.fixture(scope="module", params=backends.available(), ids=lambda listing: listing.name)
def case(request: pytest.FixtureRequest, face_image: Image.Image) -> Case:
    if request.param.reason:
        pytest.skip(request.param.reason)
    return Case(backends.get(request.param.name), face_image)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_contract(case: Case, check) -> None:
    check(case)
