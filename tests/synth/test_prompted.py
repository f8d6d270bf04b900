import dataclasses

import numpy as np
import pytest

from prompts import GROUPS, PROMPTS
from synth.parameters import HELD_OUT_FROM, sample
from synth.prompted import LOOKS, PromptedShard, prompted, with_prompt
from synth.render import render


def test_every_prompt_has_a_look_and_can_be_fulfilled():
    assert tuple(LOOKS) == PROMPTS
    for seed in range(3 * len(PROMPTS)):
        name, before, after = prompted(seed)
        assert name == PROMPTS[seed % len(PROMPTS)]
        assert not LOOKS[name].shown(before) and LOOKS[name].shown(after)
        assert LOOKS[name].visible(before)
        assert with_prompt(after, name) is after


def test_a_group_excludes_itself():
    for seed in range(2 * len(PROMPTS)):
        name, _, after = prompted(seed)
        assert [other for other in PROMPTS if GROUPS[other] == GROUPS[name] and LOOKS[other].shown(after)] == [name]


@pytest.mark.parametrize("seed", [599_999, 699_999, HELD_OUT_FROM])
def test_stand_ins_come_from_the_same_split(seed, monkeypatch):
    used = []
    monkeypatch.setattr("synth.prompted.sample", lambda seed: used.append(seed) or sample(seed))
    prompted(seed)
    assert all((one < 600_000, one < HELD_OUT_FROM) == (seed < 600_000, seed < HELD_OUT_FROM) for one in used)


def test_only_the_look_changes():
    _, before, after = prompted(PROMPTS.index("red lipstick"))
    changed = {field.name for field in dataclasses.fields(before) if getattr(before, field.name) != getattr(after, field.name)}
    assert changed == {"lipstick"}
    a, b = render(before, 64), render(after, 64)
    assert np.abs(a.image.astype(int) - b.image.astype(int)).mean() < 4 and not np.array_equal(a.image, b.image)


def test_shard_holds_faces_without_and_with(tmp_path):
    shard = PromptedShard(tmp_path / "prompted_000003.npz", range(3, 5), 32, True)
    shard.write()
    assert shard.is_written()
    assert shard.faces() == [*prompted(3)[1:], *prompted(4)[1:]]
