"""The comparison methods, on latents whose degrees are known."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from backends import EditPlan, EditStep
from backends.stylegan.engine import StyleGANBackend
from backends.stylegan.enjoy_your_editing import EnjoyYourEditing
from backends.stylegan.field import Code, Trajectory, edited_layers, field_step
from backends.stylegan.interfacegan import InterFaceGAN
from backends.stylegan.inversion import InversionSettings
from backends.stylegan.multiclass_svm import MulticlassSVM
from backends.stylegan.svm import STEPS_PER_DEGREE, linear_svm, step_length
from errors import ParleyError
from tests.backends.stylegan.tiny import CONFIG, tiny_fields, tiny_generator, tiny_predictor

DIM, LAYERS = 8, 4


@pytest.fixture(scope="module")
def latents() -> Tensor:
    return torch.randn(3000, DIM, generator=torch.Generator().manual_seed(0)) * torch.linspace(0.2, 3, DIM)


def straight(latents: Tensor) -> tuple[Tensor, Tensor]:
    """A direction, and degrees 0..5 that grow along it by one for every 0.8."""
    direction = F.normalize(torch.linspace(-1, 2, DIM), dim=0)
    return direction, (2.5 + latents @ direction / 0.8).round().clamp(0, 5)


def code(w: Tensor) -> Code:
    return Code(w[None], w[None, None].expand(1, 2 * LAYERS, -1))


def directions(trajectory: Trajectory, steps: int) -> Tensor:
    w = torch.cat([trajectory.at(i).w for i in range(steps + 1)])
    return F.normalize(w.diff(dim=0), dim=1)


def test_svm_finds_the_boundary(latents: Tensor) -> None:
    normal = F.normalize(torch.arange(1.0, DIM + 1), dim=0)
    distance = latents @ normal - 0.7
    apart = distance.abs() > 0.05
    boundary = linear_svm(latents[apart], distance[apart] > 0, cost=1000.0)
    assert boundary.normal @ normal > 0.999
    assert boundary.offset == pytest.approx(-0.7, abs=0.05)
    assert ((boundary.distance(latents[apart]) > 0) == (distance[apart] > 0)).float().mean() > 0.995


def test_svm_bears_with_wrong_labels(latents: Tensor) -> None:
    normal = F.normalize(torch.ones(DIM), dim=0)
    even = latents / latents.std(dim=0)
    positive = even @ normal > 0
    positive[::10] = ~positive[::10]
    assert linear_svm(even, positive).normal @ normal > 0.97


def test_svm_needs_both_sides(latents: Tensor) -> None:
    with pytest.raises(ParleyError, match="both of its sides"):
        linear_svm(latents, torch.ones(len(latents), dtype=torch.bool))


def test_interfacegan_walks_straight(latents: Tensor) -> None:
    direction, degrees = straight(latents)
    method = InterFaceGAN.fitted(latents, degrees, LAYERS)
    assert F.normalize(method.direction, dim=0) @ direction > 0.98
    up, down = (Trajectory(code(latents[0]), method.step(sign)) for sign in (1, -1))
    assert (directions(up, 10) @ directions(up, 10).T).min() > 0.9999
    assert torch.allclose(up.at(3).w + down.at(3).w, 2 * latents[:1], atol=1e-5)
    assert torch.equal(up.at(3).w_plus[:, LAYERS:], code(latents[0]).w_plus[:, LAYERS:])
    assert torch.allclose(up.at(3).w_plus[:, 0], up.at(3).w)


def test_steps_are_a_share_of_a_degree(latents: Tensor) -> None:
    direction = F.normalize(torch.linspace(-1, 2, DIM), dim=0)
    assert step_length(latents, latents @ direction / 0.8, direction) == pytest.approx(0.8 / STEPS_PER_DEGREE, rel=1e-3)


def test_multiclass_svm_turns_where_the_attribute_does() -> None:
    """Degrees 0 to 2 grow along the first axis, 3 to 5 along the second; w runs round the corner."""
    generator = torch.Generator().manual_seed(1)
    degrees = torch.randint(0, 6, (4000,), generator=generator)
    latents = 0.25 * torch.randn(4000, DIM, generator=generator)
    latents[:, 0] += degrees.clamp(max=2) * 2.0
    latents[:, 1] += (degrees - 2).clamp(min=0) * 2.0
    method = MulticlassSVM.fitted(latents, degrees, LAYERS)
    corner = torch.zeros(DIM)
    seen = [method.degree(corner[None] + F.one_hot(torch.tensor(0), DIM) * 2.0 * d) for d in (0, 1, 2)]
    assert seen == [0, 1, 2]
    up = Trajectory(code(corner), method.step(1))
    first, last = up.at(1).w[0] - corner, (up.at(60).w - up.at(59).w)[0]
    assert F.normalize(first, dim=0)[0] > 0.9 and F.normalize(last, dim=0)[1] > 0.9
    assert method.degree(up.at(60).w) == 5
    down = Trajectory(code(up.at(60).w[0]), method.step(-1))
    assert method.degree(down.at(60).w) < 2


@torch.no_grad()
def test_enjoy_your_editing_keeps_its_direction_where_a_field_turns() -> None:
    generator, network = tiny_generator(), tiny_fields()["smile"]
    for layer in network.field:
        layer.Linear.weight *= 3
    z = torch.randn(2, CONFIG.style_dim, generator=torch.Generator().manual_seed(2))
    starts = [Code(w[None], generator.spread(w[None])) for w in generator.mapping(z)]
    layers = edited_layers(CONFIG.layers)
    method = EnjoyYourEditing(network, layers)
    own = [directions(Trajectory(start, method.step(1, start)), 8) for start in starts]
    assert (own[0] @ own[0].T).min() > 0.9999, "one direction for one face"
    assert own[0][0] @ own[1][0] < 0.999, "another for another"
    turning = directions(Trajectory(starts[0], field_step(network, generator, 1, layers)), 8)
    assert turning[0] @ turning[-1] < 0.999


def test_comparison_methods_run_in_the_same_engine(face_image: Image.Image) -> None:
    generator = tiny_generator()
    w = generator.mapping(torch.randn(600, CONFIG.style_dim, generator=torch.Generator().manual_seed(3)))
    method = InterFaceGAN.fitted(w, (2.5 + 2 * w[:, 0]).round().clamp(0, 5), edited_layers(CONFIG.layers))
    settings = InversionSettings(steps=1, tuning_steps=0)
    backend = StyleGANBackend(generator, tiny_predictor(), lambda attribute, sign, start: method.step(sign), ("smile",), settings)
    latent = backend.encode(face_image)
    edited = backend.edit(latent, EditPlan((EditStep("smile", "change", 0.2),)))
    (walk,) = edited.tensors["walks"]
    moved = (edited.tensors["w_plus_edit"] - latent.tensors["w_plus"])[0, 0]
    assert torch.allclose(moved.abs(), walk.end * method.direction.abs(), atol=1e-4)
