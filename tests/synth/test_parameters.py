import dataclasses
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from synth.parameters import GRADED, HELD_OUT_FROM, TRAINING_SEEDS, VALIDATION_SEEDS, FaceParameters, sample, variation, with_attribute


def changed_fields(a: FaceParameters, b: FaceParameters) -> set[str]:
    return {field.name for field in dataclasses.fields(a) if getattr(a, field.name) != getattr(b, field.name)}


def test_sample_is_deterministic_and_seeds_differ():
    assert sample(5) == sample(5)
    assert len({sample(seed) for seed in range(50)}) == 50


def test_json_round_trip():
    for seed in range(20):
        assert FaceParameters.from_json(sample(seed).to_json()) == sample(seed)


def test_with_attribute_changes_only_that_field():
    for seed in range(20):
        params = dataclasses.replace(sample(seed), bald=False)
        for name in GRADED:
            for degree in range(6):
                edited = with_attribute(params, name, degree)
                assert getattr(edited, name) == degree
                assert changed_fields(params, edited) <= {name}


def test_bangs_give_a_bald_head_hair():
    bald = dataclasses.replace(sample(1), bald=True, bangs=0)
    assert not with_attribute(bald, "bangs", 3).bald
    assert with_attribute(bald, "bangs", 0).bald


def test_bad_degrees_and_names_are_refused():
    with pytest.raises(ValueError, match="smile"):
        with_attribute(sample(0), "smile", 6)
    with pytest.raises(ValueError, match="not a graded attribute"):
        with_attribute(sample(0), "hat", 1)
    with pytest.raises(ValueError, match="hair_colour must be one of"):
        dataclasses.replace(sample(0), hair_colour="blue")


def test_variation_changes_one_attribute_and_takes_turns():
    attributes, steps = Counter(), Counter()
    for seed in range(100):
        params = dataclasses.replace(sample(seed), bald=False)
        (name,) = changed_fields(params, variation(seed, params))
        attributes[name] += 1
        steps[(getattr(variation(seed, params), name) - getattr(params, name)) % 6] += 1
    assert attributes == dict.fromkeys(GRADED, 20)
    assert steps == dict.fromkeys(range(1, 6), 20)


def test_sampled_values_are_in_range_and_every_degree_occurs():
    faces = [sample(seed) for seed in range(400)]
    for name in GRADED:
        assert {getattr(face, name) for face in faces} == set(range(6))
    for face in faces:
        assert 0 <= face.skin_tone <= 7 and 0 <= face.gray <= 1 and -1 <= face.weight <= 1
        assert abs(face.yaw) <= 35 and abs(face.pitch) <= 14
        assert sum(face.ancestry) == pytest.approx(1)
        assert not (face.bald and face.bangs)


def test_seed_ranges_do_not_overlap():
    assert TRAINING_SEEDS.stop <= VALIDATION_SEEDS.start < VALIDATION_SEEDS.stop <= HELD_OUT_FROM


def test_parameters_and_captions_need_no_compiler():
    check = "import sys, synth.parameters, synth.captions; sys.exit(bool({'numba', 'cv2', 'scipy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", check], cwd=Path(__file__).parents[2]).returncode == 0
