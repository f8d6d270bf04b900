"""Faces from captions and masks, with small random networks."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from backends.collaborative.composition import Rule
from backends.collaborative.generation import Generation
from backends.dae.shipped import load_autoencoder
from tests.backends.collaborative.tiny import HAIR, SETTINGS, SIDE, SKIN, Tally, tiny_network


@pytest.fixture(scope="module")
def generation() -> Generation:
    return Generation(tiny_network(), load_autoencoder(), Tally(), SETTINGS)


@pytest.fixture(scope="module")
def masks() -> np.ndarray:
    masks = np.full((2, SIDE, SIDE), SKIN, np.uint8)
    masks[1, :64] = HAIR
    return masks


@pytest.mark.parametrize("mode", ["text", "mask", "mean", "collaborative"])
def test_what_a_rule_does_not_hear_changes_nothing(generation: Generation, masks: np.ndarray, mode: str):
    def face(caption: str, mask: np.ndarray) -> torch.Tensor:
        return generation.faces([caption], mask[None], (1,), Rule(mode))[0]

    once = face("aaa", masks[0])
    assert torch.equal(face("aaa", masks[1]), once) == (mode == "text")
    assert torch.equal(face("bbb bb b", masks[0]), once) == (mode == "mask")


def test_every_face_has_its_own_words_mask_and_seed(generation: Generation, masks: np.ndarray):
    together, influence = generation.faces(["aaa", "b"], masks, (1, 2))
    alone, _ = generation.faces(["b"], masks[1:], (2,))
    torch.testing.assert_close(together[1:], alone, atol=1e-4, rtol=0)
    assert influence.shape[:3] == (SETTINGS.steps, 2, 2)


def test_adapted_weights_stay_out_of_the_shared_network():
    """`functional_call` swaps the tensors of what it calls, and two visitors may be in one network."""
    modality = tiny_network().mask
    kernel = modality.unet.conv_in.weight
    seen = []
    modality.unet.conv_in.register_forward_hook(lambda module, given, made: seen.append((module.weight, modality.unet.conv_in.weight)))
    x, context = torch.randn(1, 64, 8, 8), modality.context(torch.full((1, SIDE, SIDE), SKIN, dtype=torch.uint8))
    plain = modality.predict(x, torch.tensor([500]), context)
    adapted = modality.predict(x, torch.tensor([500]), context, {"conv_in.weight": 2 * kernel})
    assert not torch.allclose(plain, adapted)
    (_, before), (used, meanwhile) = seen
    assert before is kernel and meanwhile is kernel and torch.equal(used, 2 * kernel)
