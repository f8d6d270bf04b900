import dataclasses

import numpy as np
import pytest

from synth import identities
from synth.identities import WHO, IdentityShard, companion
from synth.parameters import FaceParameters, sample


def test_who_stays_and_the_rest_changes():
    others = {field.name for field in dataclasses.fields(FaceParameters)} - set(WHO) - {"age"}
    varied = set()
    for seed in range(30):
        person, again = companion(seed, 0), companion(seed, 1)
        assert person == sample(seed)
        assert all(getattr(person, name) == getattr(again, name) for name in WHO)
        assert abs(person.age - again.age) <= 1
        assert again == companion(seed, 1) != companion(seed, 2)
        varied |= {name for name in others if getattr(person, name) != getattr(again, name)}
    assert varied >= others - {"occluded", "bald"}


def test_children_stay_childlike():
    children = [face for seed in range(60) for face in (companion(seed, k) for k in (1, 2)) if face.age == 0]
    assert children and all(face.beard == 0 and not face.bald and face.receding == 0 and face.gray == 0 for face in children)


@pytest.mark.parametrize("first, end", [(0, 600_000), (600_000, 700_000), (700_000, 1 << 30)])
def test_looks_are_lent_within_a_split(first, end, monkeypatch):
    used = []
    monkeypatch.setattr(identities, "sample", lambda seed: used.append(seed) or sample(seed))
    for seed in (first, end - 1):
        for k in range(4):
            companion(seed, k)
    assert len(used) == 14 and all(first <= seed < end for seed in used)


def test_shard_holds_each_persons_pictures_in_a_row(tmp_path):
    shard = IdentityShard(tmp_path / "identities_000003.npz", range(3, 5), 32, False, 2)
    assert not shard.is_written()
    shard.write()
    assert shard.is_written()
    with np.load(shard.path) as data:
        faces = [FaceParameters.from_json(str(text)) for text in data["params"]]
        assert data["image"].shape == (4, 32, 32, 3)
    assert faces == [companion(3, 0), companion(3, 1), companion(4, 0), companion(4, 1)]
