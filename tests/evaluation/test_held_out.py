"""The examinations' common command line refuses faces that were trained or tuned on."""

import importlib

import pytest

from evaluation.held_out import FIRST_SEED, held_out_parser, held_out_seeds

MODULES = ("edits", "prompts", "renderer", "degrees", "sheet", "identity", "parsing", "stable_manipulation")


@pytest.mark.parametrize("module", MODULES)
def test_training_faces_are_refused(module, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", [module, "--seed", "5"])
    with pytest.raises(SystemExit):
        importlib.import_module(f"evaluation.{module}").main()
    assert "held-out" in capsys.readouterr().err


def test_count_and_seed_make_the_faces():
    parser = held_out_parser("evaluation.some", "Some.", count=3)
    assert held_out_seeds(parser.parse_args([])) == range(FIRST_SEED, FIRST_SEED + 3)
    assert held_out_seeds(parser.parse_args(["--count", "2", "--seed", "700000"])) == range(700_000, 700_002)
