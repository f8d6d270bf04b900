"""The README's example engine, installed as a package of its own."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"


def install(folder: Path) -> None:
    """Makes `folder`, once it is on Python's path, an installation of the engine "rosy", which can change the smile alone."""
    code = re.search(r"<!-- example-backend -->\s*```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    (folder / "rosy.py").write_text(code[1], encoding="utf-8")
    installed = folder / "rosy-1.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: rosy\nVersion: 1.0\n")
    (installed / "entry_points.txt").write_text("[parley.backends]\nrosy = rosy\n")
