from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from backends.stylegan.field import Code, Trajectory, edited_layers, field_step, z_field_step
from tests.backends.stylegan.tiny import CONFIG, tiny_fields, tiny_generator


def walk() -> tuple[Trajectory, list[int]]:
    """w doubles with every step; and the places that were stepped from."""
    stepped = []

    def double(code: Code) -> Code:
        stepped.append(int(code.w))
        return code.moved(code.w, 1)

    return Trajectory(Code(torch.ones(1, 1), torch.ones(1, 2, 1)), double), stepped


def test_trajectory_is_walked_once_and_only_as_far_as_it_is_asked_for() -> None:
    trajectory, stepped = walk()
    assert [trajectory.at(position).w.item() for position in (3, 0, 2)] == [8, 1, 4]
    assert stepped == [1, 2, 4]


def test_places_between_two_steps_lie_on_the_line_between_them() -> None:
    trajectory, _ = walk()
    between = trajectory.at(1.25)
    assert between.w.item() == pytest.approx(2.5)
    assert between.w_plus.flatten().tolist() == pytest.approx([2.5, 1.0]), "layers beyond the first k stay"
    start = Code(between.w, between.w_plus, z=torch.ones(1, 1))
    assert start.towards(between, 0.5).z is None, "a walk in w leaves the z behind from which it started"


def test_edited_layers_never_exceed_the_layers_there_are() -> None:
    assert [edited_layers(layers) for layers in (6, 8, 10, 14, 16)] == [6, 6, 7, 8, 9]


def test_a_step_is_taken_where_the_generator_is() -> None:
    generator, field = tiny_generator().to("meta"), tiny_fields()["age"].to("meta")
    w = torch.zeros(2, CONFIG.style_dim, device="meta")
    assert field_step(field, generator, 1, 2)(Code(w, generator.spread(w))).w.device.type == "meta"


@torch.no_grad()
@pytest.mark.parametrize("alpha", [1, -1])
def test_walk_in_z(alpha: int) -> None:
    """z' = z + alpha F(z), and every layer of w_plus is M(z')."""
    generator, field = tiny_generator(), tiny_fields()["age"]
    z = torch.randn(1, CONFIG.style_dim, generator=torch.Generator().manual_seed(0))
    w = generator.mapping(z)
    code = Trajectory(Code(w, generator.spread(w), z), z_field_step(field, generator, alpha)).at(2)
    first = z + alpha * field(z)
    expected = first + alpha * field(first)
    torch.testing.assert_close(code.z, expected)
    torch.testing.assert_close(code.w_plus, generator.mapping(expected)[:, None].expand_as(code.w_plus))
    assert F.cosine_similarity(code.w, w).item() < 1
