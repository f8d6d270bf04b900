"""What the mask says at a place reaches the networks at that place, and words shift what is expected."""

import torch

from backends.collaborative.masks import UNKNOWN
from backends.collaborative.networks import CollaborativeConfig, CollaborativeDiffusion


def test_a_change_of_the_mask_is_seen_where_it_is():
    torch.manual_seed(0)
    config = CollaborativeConfig.shipped(vocabulary=10, max_tokens=5)
    network = CollaborativeDiffusion(config).requires_grad_(False)
    x, t = torch.randn(1, config.latent_channels, 8, 8), torch.tensor([500])
    masks = torch.randint(19, (1, 128, 128)).to(torch.uint8)
    changed = masks.clone()
    changed[:, 80:96, 48:64] = 13
    tokens, places, _ = network.mask.told(network.mask.context(masks))
    other_tokens, other, _ = network.mask.told(network.mask.context(changed))
    assert (places != other).any(dim=1)[0].nonzero().tolist() == [[5, 3]]
    assert tokens.shape == (1, 19, config.cross_attention_dim) and not torch.equal(tokens, other_tokens)
    seen = network.mask.seen(x, t, places)
    assert torch.equal(seen[:, config.latent_channels :], places)

    _, nothing, _ = network.mask.told(network.mask.context(torch.full_like(masks, UNKNOWN)))
    assert torch.equal(nothing, nothing[:, :, :1, :1].expand_as(nothing)), "no mask says the same everywhere"


def test_words_say_which_latent_to_expect():
    torch.manual_seed(0)
    config = CollaborativeConfig.shipped(vocabulary=10, max_tokens=5)
    text = CollaborativeDiffusion(config).requires_grad_(False).text
    text.prior.fit(torch.randn(300, config.latent_channels, 8, 8))
    x, t = torch.randn(1, config.latent_channels, 8, 8), torch.tensor([999])
    silent = text.context(torch.tensor([[2, 3, 4, 5, 6]]))
    tokens, places, expected = text.told(silent)
    assert tokens.shape == (1, 5, config.cross_attention_dim) and places is None
    assert torch.equal(expected[0], text.prior.mean), "the mean, where words say nothing"
    assert not text.seen(x, t, None)[:, config.latent_channels :].any()

    told = silent.clone()
    told[:, -1, 3] = 2.0
    change = text.predict(x, t, silent) - text.predict(x, t, told)  # v is about -x_0 at the noisiest step
    wanted = text.prior.latent(torch.eye(config.prior_components)[3:4] * 2) - text.prior.mean
    torch.testing.assert_close(change, wanted, atol=0.02, rtol=0.02)
    torch.testing.assert_close(text.told(told)[2] - text.prior.mean, wanted)
    components = config.expected_components
    found = text.prior.deviations(text.prior.latent(told[:, -1, :components]))[:, :components]
    torch.testing.assert_close(found, told[:, -1, :components], atol=1e-4, rtol=0)
