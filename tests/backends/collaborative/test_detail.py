"""The detailer of new faces, with random weights."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from backends.collaborative.composition import Rule
from backends.collaborative.detail import DetailConfig, Detailer
from backends.collaborative.generation import Generation
from backends.collaborative.masks import UNKNOWN
from backends.dae.shipped import load_autoencoder
from tests.backends.collaborative.tiny import HAIR, SETTINGS, SIDE, SKIN, Tally, tiny_network


@pytest.fixture
def detailer() -> Detailer:
    torch.manual_seed(0)
    detailer = Detailer(DetailConfig(told=tiny_network().config.cross_attention_dim)).eval().requires_grad_(False)
    nn.init.normal_(detailer.draw[2].weight)
    return detailer


def told(count: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Pictures, masks, words and noise."""
    masks = torch.full((count, SIDE, SIDE), SKIN, dtype=torch.uint8)
    words = torch.randn(count, 5, tiny_network().config.cross_attention_dim)
    return torch.randn(count, 3, SIDE, SIDE), masks, words, torch.randn(count, 1, SIDE, SIDE)


def test_untrained_it_adds_nothing():
    given = told(1)
    assert not Detailer(DetailConfig(told=given[2].shape[2]))(*given).any()


def test_every_face_is_drawn_by_itself_from_its_picture_mask_words_and_noise(detailer: Detailer):
    given = told(2)
    given[1][1, : SIDE // 2] = HAIR
    both = detailer(*given)
    torch.testing.assert_close(both[1:], detailer(*(column[1:] for column in given)), atol=1e-5, rtol=1e-4)
    for i in range(len(given)):
        assert not torch.allclose(detailer(*(column.flip(0) if i == k else column for k, column in enumerate(given))), both)


def test_a_mask_that_says_nothing_is_a_class_of_its_own(detailer: Detailer):
    soft, masks, words, noise = told(1)
    silent = detailer(soft, torch.full_like(masks, UNKNOWN), words, noise)
    assert silent.isfinite().all() and not torch.allclose(silent, detailer(soft, masks, words, noise))


def test_new_faces_get_their_detail(detailer: Detailer):
    """Also where a rule hears no mask: then the detailer does not see it either."""
    masks = np.full((1, SIDE, SIDE), SKIN, np.uint8)
    plain = Generation(tiny_network(), load_autoencoder(), Tally(), SETTINGS)
    detailed = Generation(plain.network, plain.stage, plain.words, SETTINGS, detailer)
    for rule, seen in ((Rule(), masks), (Rule("text"), np.full_like(masks, UNKNOWN))):
        soft, _ = plain.faces(["aaa"], masks, (1,), rule)
        drawn, _ = detailed.faces(["aaa"], masks, (1,), rule)
        words = plain.network.text.told(plain.contexts(["aaa"], seen).text)[0]
        grain = torch.randn(1, 1, SIDE, SIDE, generator=torch.Generator().manual_seed(1))
        torch.testing.assert_close(drawn, soft + detailer.drawn(soft, torch.from_numpy(seen), words, grain))
