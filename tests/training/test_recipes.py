"""What the recipes learn from: augmentation, targets and counterfactual pairs."""

import dataclasses

import torch

from backends.dae.mapping import SharedMapper
from graded import GRADED
from prompts import PROMPTS
from synth.fans import LONG, PROMPTS_EACH, fan
from synth.offered import OFFERED_FRAME, fitted
from synth.parameters import sample, with_attribute
from training import edited
from training.augment import augment, placed
from training.data import Faces
from training.pairs import PHOTOGRAPHS, Pairs, asked, both_ways, codes_of_photographs, fulfilled, one_way, spread
from training.recipes.looks import look_table
from training.recipes.shared_mapper import steps_of_graded, steps_of_prompts
from training.targets import targets


def test_augmentation_changes_colours_and_keeps_the_range():
    images = torch.rand(4, 3, 32, 32, generator=torch.Generator().manual_seed(0)) * 2 - 1
    changed = augment(images, torch.Generator().manual_seed(1))
    assert changed.shape == images.shape
    assert changed.abs().max() <= 1
    assert not torch.allclose(changed, images, atol=0.05)
    assert torch.equal(changed, augment(images, torch.Generator().manual_seed(1)))


def test_targets_tell_degrees_apart():
    face = with_attribute(sample(3), "smile", 2)
    more = targets(with_attribute(face, "smile", 4))
    assert {name for name, value in targets(face).items() if value != more[name]} == {"smile", "smile at least 3", "smile at least 4"}
    assert all(abs(value) <= 5 for seed in range(50) for value in targets(sample(seed)).values())


def faces(*params):
    degrees = torch.tensor([[getattr(face, name) for name in GRADED] for face in params], dtype=torch.float32)
    return Faces(torch.zeros(len(params), 3, 1, 1), params, degrees)


def wishes(drawn, rows):
    """(row before, row after, (attribute, degrees)) of each."""
    before, after, attribute, degrees = (column.tolist() for column in asked(drawn, *rows(drawn)))
    return list(zip(before, after, zip((GRADED[i] for i in attribute), degrees, strict=True), strict=True))


def test_pairs_go_both_ways():
    first = [sample(1), sample(2)]
    second = [with_attribute(first[0], "beard", (first[0].beard + 2) % 6), with_attribute(first[1], "age", (first[1].age + 1) % 6)]
    beard, age = second[0].beard - first[0].beard, second[1].age - first[1].age
    found = wishes(faces(first[0], second[0], first[1], second[1]), both_ways)
    assert found == [(0, 1, ("beard", beard)), (1, 0, ("beard", -beard)), (2, 3, ("age", age)), (3, 2, ("age", -age))]


def test_only_the_offered_glasses_are_put_on():
    bare = with_attribute(sample(1), "eyeglasses", 0)
    worn = faces(bare, with_attribute(bare, "eyeglasses", 3))
    assert wishes(worn, both_ways) == [(1, 0, ("eyeglasses", -3))], "glasses come off from any frame, and none of these is put on"
    offered = faces(*fitted(1), *fitted(2))
    assert wishes(offered, one_way) == [(0, 1, ("eyeglasses", 2)), (2, 3, ("eyeglasses", 3))]


def test_pairs_of_fans_differ_in_one_attribute_or_one_prompt():
    fans = [fan(seed) for seed in range(100_000, 100_012)]
    drawn = faces(*(face for one in fans for face in one.faces))
    found = wishes(drawn, spread)
    for before, after, wish in found:
        first, second = drawn.params[before], drawn.params[after]
        assert before // LONG == after // LONG
        moved = [(name, getattr(second, name) - getattr(first, name)) for name in GRADED]
        assert [(name, degrees) for name, degrees in moved if degrees] == [wish]
        if not first.eyeglasses and second.eyeglasses:
            assert second.frame_seed == OFFERED_FRAME
    assert {(name, degrees > 0) for *_, (name, degrees) in found} == {(name, more) for name in GRADED for more in (True, False)}
    rows = list(zip(*(column.tolist() for column in fulfilled(fans)), strict=True))
    assert len(rows) == PROMPTS_EACH * len(fans)
    for before, after, number in rows:
        assert drawn.params[after] == fans[after // LONG].prompted[PROMPTS[number]] and drawn.params[before] == fans[after // LONG].face


@torch.inference_mode()
def test_the_shared_mapper_is_told_ways_and_prompts_apart_and_how_far():
    network = SharedMapper(GRADED, PROMPTS, dim=2, hidden=4, width=3, members=2)
    for member in network.networks:
        torch.nn.init.normal_(member.layers[-1].weight)
    z = torch.randn(3, 2)
    pairs = Pairs(z, z + 1, torch.tensor([0, 2, len(GRADED) - 1]), torch.tensor([2.0, -5.0, -1.0]))
    _, target, ways, s = steps_of_graded(network, pairs)
    assert ways.tolist() == [0, 5, 2 * len(GRADED) - 1] and torch.allclose(s, torch.tensor([0.4, 1.0, 0.2])) and torch.equal(target, z + 1)
    before, after, numbers, whole = steps_of_prompts(network, torch.stack([z, z - 1], dim=1), torch.tensor([0, 1, len(PROMPTS) - 1]))
    assert numbers.tolist() == [2 * len(GRADED), 2 * len(GRADED) + 1, network.embeddings.shape[1] - 1] and whole.tolist() == [1.0] * 3
    assert torch.equal(before, z) and torch.equal(after, z - 1)
    assert network.step(z, PROMPTS[1], torch.full((3,), 2.5)).equal(0.5 * network(z, numbers[1:2].expand(3), whole))
    assert network.step(z, GRADED[2], torch.full((3,), -5.0)).equal(network(z, ways[1:2].expand(3), torch.ones(3)))


def test_photographs_show_both_faces_of_a_pair_through_one_camera():
    pictures = torch.randint(256, (2, 3, 32, 32), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    pairs = Faces(pictures.repeat_interleave(2, dim=0), (sample(1),) * 4, torch.zeros(4, len(GRADED)))
    rendered, *photographed = codes_of_photographs(torch.nn.Flatten(), pairs, torch.device("cpu"))
    torch.testing.assert_close(rendered.view(4, 3, 32, 32), pairs.batch(torch.arange(4)))
    assert len(photographed) == PHOTOGRAPHS
    for z, other in zip(photographed, [rendered, *photographed], strict=False):
        assert not torch.allclose(z, other, atol=0.05)
        texture = (z - z.mean(1, keepdim=True)).view(2, 2, -1)  # each face has its own grain
        assert torch.corrcoef(texture[0])[0, 1] > 0.9 > torch.corrcoef(texture[:, 0])[0, 1]


def test_wished_edits_go_both_ways_and_ask_for_no_frame_but_the_offered_one(monkeypatch):
    bare, (plain, fitting) = with_attribute(sample(1), "eyeglasses", 0), fitted(2)
    worn, smiling = with_attribute(bare, "eyeglasses", 3), with_attribute(bare, "smile", (bare.smile + 2) % 6)
    monkeypatch.setattr(edited, "load_faces", lambda split: faces(bare, worn, bare, smiling))
    monkeypatch.setattr(edited, "load_fittings", lambda split: faces(plain, fitting))
    change = float(smiling.smile - bare.smile)
    (pairs,) = edited._wishes("graded", "validation")
    assert pairs.before.tolist() == [1, 2, 3] and pairs.after.tolist() == [0, 3, 2]
    assert pairs.changes == [{"eyeglasses": -3}, {"smile": change}, {"smile": -change}]
    (pairs,) = edited._wishes("fittings", "validation")
    assert pairs.before.tolist() == [0, 1] and pairs.changes == [{"eyeglasses": 3}, {"eyeglasses": -3}]


def test_fans_add_wishes_of_both_kinds_to_learn_from(monkeypatch):
    fans = [fan(seed) for seed in range(100_000, 100_003)]
    drawn = faces(*(face for one in fans for face in one.faces))
    monkeypatch.setattr(edited, "load_fans", lambda: (drawn, fans))
    monkeypatch.setattr(edited, "load_faces", lambda split: faces(sample(1), with_attribute(sample(1), "age", (sample(1).age + 1) % 6)))
    monkeypatch.setattr(edited, "load_prompted", lambda split: (faces(sample(1), sample(1)), torch.tensor([3])))
    monkeypatch.setattr(edited, "OF_FANS", 12)
    for kind in ("graded", "prompted"):
        _, added = edited._wishes(kind, "training")
        rows = list(zip(added.before.tolist(), added.after.tolist(), added.changes, strict=True))
        assert len(rows) == len({row[:2] for row in rows}) == 12
        for before, after, change in rows:
            ((name, amount),) = change.items()
            if kind == "graded":
                assert getattr(drawn.params[after], name) - getattr(drawn.params[before], name) == amount
            else:
                assert drawn.params[after] == fans[after // LONG].prompted[name] and amount == 5


def test_motion_is_mirrored_and_placed_as_pictures_are():
    after = with_attribute(sample(1), "smile", 5)
    before = with_attribute(after, "smile", 0)
    half = torch.tensor([[[0.5, 0, 0.1], [0, 0.5, -0.2]]])
    plain = edited.ways([after], [before], torch.tensor([False]), torch.eye(2, 3)[None])
    mirrored = edited.ways([after], [before], torch.tensor([True]), torch.eye(2, 3)[None])
    torch.testing.assert_close(mirrored[:, 0].flip(2), -plain[:, 0])
    torch.testing.assert_close(mirrored[:, 1].flip(2), plain[:, 1])
    closer = edited.ways([after], [before], torch.tensor([False]), half)
    torch.testing.assert_close(closer, 2 * placed(plain, half))


def test_looks_are_told_of_what_can_be_seen():
    face = dataclasses.replace(sample(1), eye_colour="blue", eyeglasses=5, lipstick="red", smile=0)
    shown, visible = (dict(zip(PROMPTS, row[0].tolist(), strict=True)) for row in look_table(faces(face)))
    assert shown["blue eyes"] and shown["red lipstick"] and not shown["green eyes"]
    assert visible["red lipstick"] and not visible["blue eyes"]


def test_everybody_is_offered_the_same_frame():
    for seed in (1, 2, 3):
        bare, glasses = fitted(seed)
        assert bare.eyeglasses == 0 and glasses.frame_seed == OFFERED_FRAME
        assert dataclasses.replace(glasses, eyeglasses=0, frame_seed=bare.frame_seed) == bare
