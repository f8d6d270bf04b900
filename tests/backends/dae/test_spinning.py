"""Cycle spinning, where the right answer is known."""

from __future__ import annotations

import torch

from backends.dae.spinning import shifted, spun


def test_a_shift_moves_down_and_right_and_repeats_the_border():
    picture = torch.arange(12, dtype=torch.uint8).reshape(1, 3, 4)
    assert shifted(picture, (1, 0)).tolist() == [[[0, 1, 2, 3], [0, 1, 2, 3], [4, 5, 6, 7]]]
    assert shifted(picture, (0, -1)).tolist() == [[[1, 2, 3, 3], [5, 6, 7, 7], [9, 10, 11, 11]]]


def test_a_pattern_in_step_with_the_blocks_averages_out_and_the_picture_stays():
    pattern = torch.tensor([1.0, 1.0, -1.0, -1.0]).repeat(8)
    picture, mask = torch.randn(2, 3, 32, 32), torch.ones(2, 32, 32, dtype=torch.uint8)
    drawn = spun(lambda picture, mask: picture * mask[:, None] + pattern, (picture, mask), ((0, 0), (2, 2)))
    torch.testing.assert_close(drawn[..., 2:-2, 2:-2], picture[..., 2:-2, 2:-2])
