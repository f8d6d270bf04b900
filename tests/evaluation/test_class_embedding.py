"""The comparison of mask models that are told of classes by tokens alone."""

import pytest
import torch

from evaluation.class_embedding import TokensOnly
from faces.mask_classes import MASK_CLASSES


@pytest.mark.parametrize("embedded", [False, True])
def test_tokens_alone_do_not_say_whether_a_shape_is_hat_or_hair_unless_their_class_is_embedded(embedded: bool):
    recipe = TokensOnly()
    recipe.embedded = embedded
    network = recipe._build()
    hat = torch.full((1, 32, 32), MASK_CLASSES.index("skin"), dtype=torch.uint8)
    hat[:, :12] = MASK_CLASSES.index("hat")
    hair = torch.where(hat == MASK_CLASSES.index("hat"), MASK_CLASSES.index("hair"), hat)
    with torch.no_grad():
        (tokens, places, _), (others, other_places, _) = (network.told(network.context(mask)) for mask in (hat, hair))
    nearest = torch.cdist(tokens[0], others[0]).amin(1)
    assert (nearest.max() < 1e-4) == (not embedded), "attention does not mind the order of tokens"
    assert torch.equal(places, other_places)
