from __future__ import annotations

import subprocess
import sys
from functools import partial
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest

import backends
from backends import BackendInfo, ParleyError, UnknownBackend, registry

pytestmark = pytest.mark.usefixtures("fresh_registry")


class Echo:
    def __init__(self, info: BackendInfo):
        self.info = info

    def encode(self, image, *, generator=None, progress=None): ...

    def edit(self, latent, plan, *, progress=None): ...

    def decode(self, latent, *, generator=None, progress=None): ...


def engine(name: str, weights: tuple[str, ...] = ()) -> SimpleNamespace:
    info = BackendInfo(name, name.title(), "says it back", "none", "MIT", 64, ("smile",), weights)
    return SimpleNamespace(INFO=info, load=lambda: Echo(info))


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch):
    """Installs engines as entry points; an exception stands for a module that raises it on import."""

    def install(**engines: object) -> None:
        def load(value: object) -> object:
            if isinstance(value, Exception):
                raise value
            return value

        points = [SimpleNamespace(name=name, value=f"{name}_package", load=partial(load, value)) for name, value in engines.items()]
        monkeypatch.setattr(metadata, "entry_points", lambda group: points if group == "parley.backends" else [])

    return install


def listed() -> dict[str, registry.Listing]:
    return {listing.name: listing for listing in backends.available()}


def test_listing_imports_no_torch() -> None:
    code = "import sys, backends; assert 'dae' in [l.name for l in backends.available()]; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=True)


def test_built_in_engines_are_importable_and_come_first(install) -> None:
    install(echo=engine("echo"))
    names = [listing.name for listing in backends.available()]
    assert "dae" in names and names[-1] == "echo"
    assert all(listing.info for listing in backends.available())


def test_entry_point_is_loaded_once(install) -> None:
    install(echo=engine("echo"))
    assert listed()["echo"].reason == ""
    backend = backends.get("echo")
    assert backend.info.name == "echo"
    assert backends.get("echo") is backend


def test_module_that_raises_is_listed_with_the_reason(install, caplog) -> None:
    install(broken=RuntimeError("no such thing"), echo=engine("echo"))
    assert listed()["broken"].info is None
    assert "no such thing" in listed()["broken"].reason
    assert listed()["echo"].reason == ""
    assert [record.message for record in caplog.records] == ["engine broken_package cannot be listed"], "once, however often it is listed"
    with pytest.raises(ParleyError, match="no such thing"):
        backends.get("broken")


@pytest.mark.parametrize("declared", [{}, {"INFO": "echo", "load": print}, {"INFO": engine("echo").INFO, "load": None}])
def test_declaration_without_info_or_load_is_refused(install, declared: dict[str, object]) -> None:
    install(odd=SimpleNamespace(**declared))
    assert listed()["odd"].info is None and listed()["odd"].reason


def test_built_in_wins_a_duplicate_name(install) -> None:
    install(dae=engine("dae"))
    assert listed()["dae"].info.resolution == 128
    second = listed()["dae (dae_package)"]
    assert "already belongs to backends.dae" in second.reason
    with pytest.raises(ParleyError, match="already belongs"):
        backends.get("dae (dae_package)")


def test_missing_weights_are_the_reason(install) -> None:
    install(echo=engine("echo", weights=("diffae-ffhq256",)))
    assert "PARLEY_DIFFAE_FFHQ256" in listed()["echo"].reason
    with pytest.raises(ParleyError, match="PARLEY_DIFFAE_FFHQ256"):
        backends.get("echo")


def test_failed_load_is_a_sentence_and_can_be_repeated(install) -> None:
    fragile = engine("fragile")
    works, fragile.load = fragile.load, lambda: 1 // 0
    install(fragile=fragile)
    with pytest.raises(ParleyError, match="ZeroDivisionError"):
        backends.get("fragile")
    assert "ZeroDivisionError" in listed()["fragile"].reason
    fragile.load = works
    assert backends.get("fragile").info.name == "fragile"
    assert listed()["fragile"].reason == ""


def test_load_must_return_a_backend(install) -> None:
    hollow = engine("hollow")
    hollow.load = lambda: object()
    install(hollow=hollow)
    with pytest.raises(ParleyError, match="must return a Backend"):
        backends.get("hollow")


def test_unknown_name_is_answered_with_the_nearest(install) -> None:
    install(echo=engine("echo"))
    with pytest.raises(UnknownBackend, match="Did you mean 'echo'"):
        backends.get("ecko")
    with pytest.raises(UnknownBackend, match="dae, .*echo"):
        backends.get("something else entirely")


def test_the_first_that_can_run_or_why_none_can() -> None:
    rosy = backends.Listing("rosy", engine("rosy").INFO, "Its weights are missing.")
    broken = backends.Listing("broken", None, "It cannot be imported.")
    assert backends.first((broken, backends.Listing("echo", None), rosy)) == "echo"
    with pytest.raises(ParleyError) as caught:
        backends.first((rosy, broken))
    assert str(caught.value) == "No engine can run here yet. Rosy: Its weights are missing. broken: It cannot be imported."
