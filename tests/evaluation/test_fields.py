"""Walks that are read in batches end where the engine's own would, and are judged by what they changed."""

from types import SimpleNamespace

import pytest
import torch

from backends.stylegan.engine import StyleGANBackend
from backends.stylegan.field import Code, z_field_step
from backends.stylegan.inversion import InversionSettings
from backends.stylegan.loop import fast
from evaluation import fields
from evaluation.curvature import averages, chart, followed, table
from evaluation.lockstep import lockstep
from graded import GRADED, MAX_DEGREE
from tests.backends.stylegan.tiny import tiny_fields, tiny_generator, tiny_predictor


@pytest.fixture(autouse=True)
def single_precision(monkeypatch):
    monkeypatch.setattr(torch.cpu, "get_capabilities", dict)


@pytest.fixture(scope="module")
def faces():
    return fields.Faces(StyleGANBackend.with_fields(tiny_generator(), tiny_predictor(), tiny_fields(), patience=20, reach=0.5))


@torch.no_grad()
def test_batches_change_no_walk(faces):
    starts = faces.sampled(6, seed=1)
    cases = [(fields.row(starts, number), GRADED[number % len(GRADED)]) for number in range(6)]

    def alone(place: Code):
        return faces.backend.predictor.probabilities(faces.generator(place.w_plus).clamp(-1, 1))[0]

    def search(start, attribute):
        return torch.no_grad()(lambda ask: faces.searched(ask, faces.backend.steps, start, attribute, 1, fast)[1])

    batched = lockstep([search(*case) for case in cases], faces.at)
    for case, found in zip(cases, batched, strict=True):
        expected = search(*case)(alone)
        assert (found.position, found.status) == (expected.position, expected.status)
        assert abs(found.syntheses - expected.syntheses) <= 1, "last bits, which batches change, may decide between two readings"
        assert found.reading.confidence == pytest.approx(expected.reading.confidence, abs=1e-4)
    compared = fields.loops(faces, starts)
    assert 0 <= compared["same"] <= 1 <= compared["fast"]


def test_judging_a_change():
    change = torch.tensor([0.5, 0.0, -0.3, 2.0, 1.2])
    case = fields.judged(7, "some method", "smile", 2.5, change, 0.9)
    assert case.reached and case.identity == pytest.approx(0.1) and case.others == pytest.approx(2.0 / 4)
    assert not fields.judged(7, "some method", "smile", -2.5, change, 0.9).reached
    cases = [case, *(fields.Walked(7, "some method", name, False, 0.3, 0.0) for name in GRADED if name != "smile")]
    assert "| 100% / 0.100 / 0.50 | 0% / 0.300 / 0.00 | 20% / 0.260 / 0.10 |" in fields.table(cases)
    own = [fields.Walked(7, fields.FIELD, name, True, 0.05, 1.0) for name in GRADED]
    assert "0.100 (0.050) / 0.50 (1.00), 1 | 0 | 0.100 (0.050) / 0.50 (1.00), 1 |" in fields.matched([*cases, *own])


@torch.no_grad()
def test_one_inversion_serves_every_method():
    tiny = StyleGANBackend.with_fields(
        tiny_generator(), tiny_predictor(), tiny_fields(), InversionSettings(steps=2, tuning_steps=2), patience=20, reach=0.5
    )
    own, start = fields.inverted(tiny, 900_000)
    assert not torch.equal(own.pictures(start.w_plus), tiny.generator(start.w_plus).clamp(-1, 1)), "the generator is adjusted to it"
    assert start.z.square().mean() == pytest.approx(1, abs=1e-4), "as long as random ones"
    random = torch.randn(start.z.shape, generator=torch.Generator().manual_seed(5))
    near, far = (tiny.generator.mapping(z) - start.w for z in (start.z, random))
    assert near.norm() < far.norm() / 2
    field = tiny_fields()["smile"]
    moved = z_field_step(field, tiny.generator, 1)(start)
    torch.testing.assert_close(moved.w_plus - start.w_plus, tiny.generator.spread(moved.w - start.w))


@torch.no_grad()
def test_how_a_way_bends(faces):
    walk = followed(faces, fields.row(faces.sampled(1, seed=2), 0), "smile")
    assert walk[0] == (0, pytest.approx(1)) or walk[0][0] != 0, "the first step goes the first way"
    assert 1 < len(walk) <= 20 and all(-1 <= cosine <= 1 + 1e-6 for _, cosine in walk)
    found = {name: averages([[(0, 1.0), (1, 0.8), (1, 0.6)], [(0, 1.0), (-1, 0.1), (1, 0.9)]]) for name in GRADED}
    assert found["smile"] == {0: (1.0, 2), 1: (pytest.approx(0.8), 2)}, "a face counts once, however long it stays at a degree"
    assert "| smile | 1.000 (2) | 0.800 (2) |" in table(found)
    many = {name: {0: (1.0, 9), 1: (0.8, 9), 2: (0.2, 1)} for name in GRADED}
    assert chart(many).count("<circle") == 2 * len(GRADED), "averages over few faces are not drawn"


def test_a_walk_is_followed_until_the_last_degree_shows():
    """Two steps a degree."""

    def at(places):
        return torch.eye(MAX_DEGREE + 1)[[min(int(place.w) // 2, MAX_DEGREE) for place in places]][:, None].expand(-1, len(GRADED), -1)

    backend = SimpleNamespace(patience=40, steps=lambda name, sign, start: lambda code: code.moved(torch.ones(1, 1), 1))
    walk = followed(SimpleNamespace(backend=backend, at=at), Code(torch.zeros(1, 1), torch.zeros(1, 1, 1)), "smile")
    assert [change for change, _ in walk] == [0, 1, 1, 2, 2, 3, 3, 4, 4, 5]
