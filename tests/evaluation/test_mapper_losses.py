"""The ablation of a mapper's losses: which prompts it compares, on which faces, and what it calls rebuilt."""

import pytest
from torch import nn

from backends.dae import added
from backends.dae.mapping import MappingNetwork
from evaluation.edits import unedited
from evaluation.mapper_losses import LOSSES, AsDiffused, faces_without, learnt
from prompts import PROMPTS


@pytest.fixture
def mappers(tmp_path, monkeypatch):
    """Red lipstick learnt by all losses, blond hair by the paper's alone."""
    encoder = nn.Module()
    encoder.out = nn.Sequential(nn.Linear(4, 4))
    for losses in LOSSES:
        monkeypatch.setenv("PARLEY_ADDED_MAPPERS", str(tmp_path / losses))
        for prompt in ("blond hair", "red lipstick") if losses == "paper" else ("red lipstick",):
            added.save(MappingNetwork(4, 8), encoder, engine="dae", prompt=prompt, text=prompt, gain=1.0)
    return tmp_path


def test_only_what_all_losses_have_learnt_is_compared(mappers):
    assert learnt(mappers) == ["red lipstick"]
    assert learnt(mappers / "nowhere") == []


def test_each_prompt_is_asked_of_faces_that_lack_it():
    for start in (900_000, 900_017):
        seeds = faces_without("red lipstick", range(start, start + 3))
        assert [PROMPTS[seed % len(PROMPTS)] for seed in seeds] == ["red lipstick"] * 3
        assert start <= seeds[0] < start + len(PROMPTS)


def test_what_is_diffused_is_compared_with_what_is_rebuilt():
    class Engine:
        info = AsDiffused.info

    assert unedited(Engine(), "the face", "rebuilt") == "rebuilt"
