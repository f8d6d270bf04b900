"""Every shipped engine keeps the contract, and every other registered one that can be loaded here."""

from __future__ import annotations

from importlib import import_module

import pytest
from PIL import Image

import backends
import weights
from tests.contract import CHECKS, Case

SHIPPED = ("dae", "stylegan", "collaborative")
"""Engines whose weights are in this repository: where these cannot be loaded, something is wrong with it."""


@pytest.fixture(scope="module", params=backends.available(), ids=lambda listing: listing.name)
def case(request: pytest.FixtureRequest, face_image: Image.Image) -> Case:
    if request.param.reason and request.param.name not in SHIPPED:
        pytest.skip(request.param.reason)
    return Case(backends.get(request.param.name), face_image)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_contract(case: Case, check) -> None:
    check(case)


@pytest.mark.parametrize("name", SHIPPED)
def test_an_engine_names_every_file_that_it_loads(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise it would be listed as usable without the file, and fail."""
    module, find, asked = import_module(f"backends.{name}"), weights.find, set()

    def noting(name: str, **options: bool):
        asked.add(name)
        return find(name, **options)

    monkeypatch.setattr(weights, "find", noting)
    module.load()
    assert asked and asked <= set(module.INFO.weights)
