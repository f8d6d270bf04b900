"""The README's example engine is run as it stands: installed as an entry point, listed, loaded and held to the contract."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from PIL import Image

import backends
from tests.contract import check_backend

README = Path(__file__).parents[1] / "README.md"


@pytest.mark.usefixtures("fresh_registry")
def test_example_backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, face_image: Image.Image) -> None:
    code = re.search(r"<!-- example-backend -->\s*```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert code, "README.md has no block marked <!-- example-backend -->"
    (tmp_path / "rosy.py").write_text(code[1], encoding="utf-8")
    installed = tmp_path / "rosy-1.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: rosy\nVersion: 1.0\n")
    (installed / "entry_points.txt").write_text("[parley.backends]\nrosy = rosy\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "rosy", raising=False)

    listing = {listing.name: listing for listing in backends.available()}["rosy"]
    assert listing.reason == ""
    check_backend(backends.get("rosy"), face_image)
