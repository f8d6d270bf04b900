"""Imports point one way, as the README promises."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COMMON = {"errors", "graded", "pictures", "prompts", "weights"}
FACES = {"faces", *COMMON}
ENGINES = {"backends", *FACES}
WORDS = {"chat", *ENGINES}
LEARNING = {"training", "synth", "precision", *WORDS}
MAY_IMPORT = {
    **dict.fromkeys(("precision", *COMMON), COMMON),
    "faces": FACES,
    "backends": ENGINES,
    "chat": WORDS,
    "ui": {"ui", "gradio", *WORDS},
    "synth": {"synth", *FACES},
    "training": LEARNING,
    "evaluation": {"evaluation", *LEARNING},
    "app": {"ui", "gradio", *WORDS},
}
"""Which parts of this project, and whether Gradio."""


def files(name: str) -> list[Path]:
    module = ROOT / f"{name}.py"
    return [module] if module.exists() else sorted((ROOT / name).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """The first name of every module that a file imports, wherever in it; relative imports stay in their package."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("name", MAY_IMPORT)
def test_imports_point_one_way(name: str) -> None:
    watched = {"gradio", "tests", *MAY_IMPORT}
    assert files(name)
    astray = {(path.name, module) for path in files(name) for module in imported(path) if module in watched - MAY_IMPORT[name]}
    assert not astray


def test_every_part_has_its_place() -> None:
    modules = {path.stem for path in ROOT.glob("*.py")} | {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert modules - {"tests"} == set(MAY_IMPORT)
