import torch

from graded import GRADED
from prompts import PROMPTS
from training.edited import ATTRIBUTES
from training.strands import covered, strands, with_strands

SIDE = 64
STILL = torch.zeros(1, 2, 8, 8)
HALF = torch.cat([torch.zeros(1, 3, SIDE, SIDE // 2), torch.full((1, 3, SIDE, SIDE // 2), 0.6)], dim=3)
"""Changed on the right."""
SAME = torch.zeros(1, 3, SIDE, SIDE)


def seeded() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def asking(name: str) -> torch.Tensor:
    wish = torch.zeros(1, 2 * len(ATTRIBUTES))
    wish[0, (*GRADED, *PROMPTS).index(name)] = -1.0
    return wish


def edited(name: str, wanted: torch.Tensor = HALF, way: torch.Tensor = STILL) -> tuple[torch.Tensor, ...]:
    """What is covered by an edit of a gray face, and both with strands."""
    cover = covered(SAME, wanted, asking(name), way)
    return cover, *with_strands(SAME, wanted, cover, way, seeded())


def test_strands_stay_but_where_an_edit_takes_away_what_has_them():
    cover, face, bald = edited("bald")
    left, right = slice(0, SIDE // 2 - 8), slice(SIDE // 2 + 8, SIDE)
    assert not cover[..., left].any() and (cover[..., right] == 1).all()
    torch.testing.assert_close(bald[..., left], face[..., left])
    torch.testing.assert_close(bald[..., right], HALF[..., right])
    assert face[..., right].std() > 0.01


def test_hair_in_another_colour_keeps_its_strands():
    cover, face, white = edited("white hair")
    torch.testing.assert_close(white - HALF, face)
    assert not cover.any()


def test_strands_go_along_with_skin():
    right = torch.zeros(1, 2, 8, 8)
    right[:, 0] = 1.0
    _, face, moved = edited("age", SAME, right)
    pixels = SIDE // 32
    torch.testing.assert_close(moved[..., : -2 * pixels], face[..., pixels:-pixels])


def test_strands_are_gray_and_long():
    many = strands(40, SIDE, seeded())
    assert 0.02 < many.std() < 0.25 and abs(many.mean()) < 0.01
    ways = torch.stack([many.diff(dim=axis).square().mean(dim=(1, 2, 3)) for axis in (2, 3)])
    assert (ways.amax(0) > 2 * ways.amin(0)).float().mean() > 0.3
