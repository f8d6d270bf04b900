"""What tests of several packages share: faces to work on, and a computer without network or settings of its own."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from PIL import Image

from backends import registry
from weights import FILES

EXAMPLES = Path(__file__).parents[1] / "assets" / "examples"


@pytest.fixture(scope="session")
def astronaut() -> Image.Image:
    """A real photo, 512 x 512, one face."""
    from skimage import data

    return Image.fromarray(data.astronaut())


@pytest.fixture(scope="session")
def face_image() -> Image.Image:
    """A rendered face, aligned."""
    return Image.open(sorted(EXAMPLES.glob("*.png"))[0]).convert("RGB")


@pytest.fixture
def fresh_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Engines that a test loads are forgotten after it."""
    monkeypatch.setattr(registry, "_loaded", {})
    monkeypatch.setattr(registry, "_failures", {})
    monkeypatch.setattr(registry, "_warned", set())


@pytest.fixture(autouse=True)
def offline(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing leaves this computer, and the weights are the shipped ones whatever its environment says."""
    for file in FILES.values():
        monkeypatch.delenv(file.env, raising=False)
    connect = socket.socket.connect

    def refuse(self: socket.socket, address: object) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(f"tests do not use the network: {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", refuse)
