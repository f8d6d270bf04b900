"""What readers of degrees learn from: faces on their way to their pair's other one, and faces changed to be misread."""

import torch
from torch import nn

from training.data import Faces
from training.readers import FOOLED, REACH, faded, fooled, mixed, partly_fooled


def pairs(count: int = 400) -> Faces:
    """Black faces of degree 0 and their white partners of degree 4."""
    white = torch.arange(2 * count) % 2
    images = (255 * white).to(torch.uint8)[:, None, None, None].expand(-1, 3, 16, 16)
    return Faces(images, (), 4.0 * white[:, None].expand(-1, 5))


def test_a_face_halfway_to_another_one_has_half_of_what_that_one_has(monkeypatch) -> None:
    monkeypatch.setattr("training.readers.augment", lambda images, generator: images)
    faces = pairs()
    images, *between = faded(faces, 400, torch.Generator().manual_seed(0))
    degrees, brightness = mixed(faces.degrees, *between), (images.mean((1, 2, 3)) + 1) / 2
    torch.testing.assert_close(degrees, 4 * brightness[:, None].expand(-1, 5))
    whole = (degrees[:, 0] == 0) | (degrees[:, 0] == 4)
    assert 0.5 < whole.float().mean() < 0.7 and ((degrees[~whole] > 0) & (degrees[~whole] < 4)).all()


def test_labels_of_any_shape_are_mixed() -> None:
    labels = torch.stack([torch.zeros(5, 6), torch.ones(5, 6)])
    assert mixed(labels, torch.tensor([0]), torch.tensor([1]), torch.tensor([0.25])).unique().tolist() == [0.25]


def reader() -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return nn.Sequential(nn.Conv2d(3, 4, 4, stride=4), nn.Tanh(), nn.Flatten(), nn.LazyLinear(1)).eval()


def test_a_face_is_changed_a_little_and_smoothly_for_it_to_be_misread() -> None:
    network, images = reader(), 0.5 * torch.randn(6, 3, 32, 32, generator=torch.Generator().manual_seed(1)).clamp(-1, 1)

    def loss(seen: torch.Tensor) -> torch.Tensor:
        return (network(seen) - 1).square().mean()

    changed = fooled(loss, images, torch.Generator().manual_seed(0))
    change = changed - images
    assert not changed.requires_grad and loss(changed) > 1.01 * loss(images)
    assert change.square().mean((1, 2, 3)).sqrt().max() <= REACH and change.abs().max() > 0
    steps = (change[..., 1:] - change[..., :-1]).abs().mean()
    assert steps < 0.5 * change.abs().mean(), "neighbours change alike"


def test_only_a_share_of_the_faces_is_changed() -> None:
    network, images = reader(), torch.zeros(8, 3, 32, 32)
    changed = partly_fooled(lambda seen, truth: (network(seen) - truth).abs().mean(), images, torch.ones(8, 1), torch.Generator())
    count = round(8 * FOOLED)
    assert (changed[:count] != 0).flatten(1).any(1).all() and (changed[count:] == 0).all()
