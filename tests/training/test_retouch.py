"""The retoucher learns in many colours; its critic: who learns from what, and which patches count."""

import torch

from backends.dae.change_unet import ChangeConfig
from backends.dae.retouch import Retoucher
from training.recipes.retouch import in_other_colours, misdrawn
from training.recipes.retouch_adversarial import TAUGHT, PatchCritic, Taught, critics_loss, retouchers_loss


def drawn() -> tuple[torch.Tensor, ...]:
    generator = torch.Generator().manual_seed(0)
    begin, made, wanted = torch.randn(3, 2, 3, 64, 64, generator=generator)
    return made.requires_grad_(True), wanted, begin, torch.randn(2, 6, generator=generator), torch.ones(2, 1, 8, 8)


def critic() -> PatchCritic:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return PatchCritic(attributes=3).eval()


def test_critic_and_retoucher_learn_from_their_own_losses_only() -> None:
    judge, (made, wanted, begin, asked, where) = critic(), drawn()
    retouchers_loss(judge, made, begin, asked, where).backward()
    assert made.grad.abs().sum() > 0 and all(parameter.grad is None for parameter in judge.parameters())
    made.grad = None
    critics_loss(judge, made.detach(), wanted, begin, asked, where).backward()
    assert made.grad is None and all(parameter.grad is not None for parameter in judge.parameters())


def test_the_critic_learns_to_tell_what_was_drawn_from_the_truth() -> None:
    judge, (made, wanted, begin, asked, where) = critic(), drawn()
    optimiser = torch.optim.Adam(judge.train().parameters(), lr=1e-3)
    losses = []
    for _ in range(30):
        losses.append(critics_loss(judge, made.detach(), wanted, begin, asked, where))
        optimiser.zero_grad()
        losses[-1].backward()
        optimiser.step()
    assert losses[-1] < 0.8 * losses[0]


def test_patches_that_do_not_count_teach_nothing() -> None:
    judge, (made, _, begin, asked, where) = critic(), drawn()
    where[:, :, :, :4] = 0
    retouchers_loss(judge, made, begin, asked, where).backward()
    strength = made.grad.abs().sum(dim=(0, 1, 2))
    assert strength[0] == 0 and strength[-1] > 0


def test_what_is_shipped_lies_between_how_it_began_and_what_was_taught() -> None:
    taught = Taught(Retoucher(ChangeConfig(("smile",), widths=(32, 32, 32), fine=4, z_dim=8, embed_channels=8)))
    begun = taught.retoucher.seen.weight.clone()
    taught.retoucher.seen.weight.data += 1
    torch.testing.assert_close(taught.between().seen.weight, begun + TAUGHT)
    torch.testing.assert_close(taught.retoucher.seen.weight, begun + 1)


def test_what_the_diffusion_changed_is_drawn_in_other_colours_and_beside_its_place() -> None:
    rebuilt = torch.zeros(4, 3, 64, 64)
    edited = rebuilt.clone()
    edited[..., 24:40, 24:40] = 0.5
    drawn = misdrawn(rebuilt, edited, torch.Generator().manual_seed(0))
    assert not drawn[..., :16, :].any() and not drawn[..., :16].any()
    inside = drawn[..., 28:36, 28:36]
    assert (inside - 0.5).abs().amax(dim=(1, 2, 3)).min() > 0.005 and (inside - 0.5).abs().max() < 0.5
    shown = drawn.abs().sum((1, 2))
    middle = (shown * torch.arange(64)).sum(1) / shown.sum(1)
    assert middle.std() > 0.2 and (middle - 31.5).abs().max() < 2


def test_all_pictures_of_an_edit_take_the_same_other_colours() -> None:
    face = torch.rand(16, 3, 8, 8, generator=torch.Generator().manual_seed(0)) - 0.5
    wanted = face.clone()
    wanted[:, :, :2] += 0.3
    seen, goal = in_other_colours((face, wanted), torch.Generator().manual_seed(1))
    as_rendered = (seen == face).flatten(1).all(1)
    assert 0 < as_rendered.sum() < 16
    torch.testing.assert_close(goal[as_rendered], wanted[as_rendered])
    torch.testing.assert_close(seen[:, :, 2:], goal[:, :, 2:])  # what the edit leaves alone stays alike
