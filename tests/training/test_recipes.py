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
from training.pairs import PHOTOGRAPHS, Pairs, both_ways, codes_of_photographs, fittings, prompts_of, spread
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
    return Faces(torch.zeros(len(params), 3, 1, 1), params, degrees), torch.arange(float(len(params)))[:, None]


def test_pairs_go_both_ways():
    first = [sample(1), sample(2)]
    second = [with_attribute(first[0], "beard", (first[0].beard + 2) % 6), with_attribute(first[1], "age", (first[1].age + 1) % 6)]
    pairs = both_ways(*faces(first[0], second[0], first[1], second[1]))
    assert pairs.z.flatten().tolist() == [0, 2, 1, 3]
    assert pairs.target.flatten().tolist() == [1, 3, 0, 2]
    assert [GRADED[i] for i in pairs.attribute] == ["beard", "age", "beard", "age"]
    change = second[0].beard - first[0].beard
    assert pairs.degrees[0] == change and pairs.degrees[2] == -change


def test_only_the_offered_glasses_are_put_on():
    bare = with_attribute(sample(1), "eyeglasses", 0)
    pairs = both_ways(*faces(bare, with_attribute(bare, "eyeglasses", 3)))
    assert pairs.degrees.tolist() == [-3], "taking glasses off is learnt from any frame, putting them on from none of these"
    worn = fittings(*faces(*fitted(1), *fitted(2)))
    assert worn.degrees.tolist() == [2, 3] and worn.z.flatten().tolist() == [0, 2] and worn.target.flatten().tolist() == [1, 3]


def test_pairs_of_fans_differ_in_one_attribute_or_one_prompt():
    fans = [fan(seed) for seed in range(100_000, 100_012)]
    drawn, rows = faces(*(face for one in fans for face in one.faces))
    pairs = spread(drawn, rows)
    asked = list(zip((GRADED[i] for i in pairs.attribute), pairs.degrees.tolist(), strict=True))
    for before, after, wish in zip(pairs.z[:, 0].int().tolist(), pairs.target[:, 0].int().tolist(), asked, strict=True):
        first, second = drawn.params[before], drawn.params[after]
        assert before // LONG == after // LONG
        moved = [(name, getattr(second, name) - getattr(first, name)) for name in GRADED]
        assert [(name, degrees) for name, degrees in moved if degrees] == [wish]
        if not first.eyeglasses and second.eyeglasses:
            assert second.frame_seed == OFFERED_FRAME
    assert {(name, degrees > 0) for name, degrees in asked} == {(name, more) for name in GRADED for more in (True, False)}
    prompted, numbers = prompts_of(fans, rows)
    assert len(prompted) == PROMPTS_EACH * len(fans)
    for (before, after), number in zip(prompted[:, :, 0].int().tolist(), numbers.tolist(), strict=True):
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
    monkeypatch.setattr(edited, "load_faces", lambda split: faces(bare, worn, bare, smiling)[0])
    monkeypatch.setattr(edited, "load_fittings", lambda split: faces(plain, fitting)[0])
    change = float(smiling.smile - bare.smile)
    _, begin, changes = edited._wishes("graded", "training")
    assert begin.tolist() == [1, 2, 3] and changes == [{"eyeglasses": -3}, {"smile": change}, {"smile": -change}]
    _, begin, changes = edited._wishes("fittings", "training")
    assert begin.tolist() == [0, 1] and changes == [{"eyeglasses": 3}, {"eyeglasses": -3}]


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
    shown, visible = (dict(zip(PROMPTS, row[0].tolist(), strict=True)) for row in look_table(faces(face)[0]))
    assert shown["blue eyes"] and shown["red lipstick"] and not shown["green eyes"]
    assert visible["red lipstick"] and not visible["blue eyes"]


def test_everybody_is_offered_the_same_frame():
    for seed in (1, 2, 3):
        bare, glasses = fitted(seed)
        assert bare.eyeglasses == 0 and glasses.frame_seed == OFFERED_FRAME
        assert dataclasses.replace(glasses, eyeglasses=0, frame_seed=bare.frame_seed) == bare
