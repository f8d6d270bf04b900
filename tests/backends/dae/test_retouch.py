import pytest
import torch

from backends.dae.change_unet import FOLD
from backends.dae.retouch import LUMA, STRONGEST, Retoucher
from tests.backends.dae.test_motion import SMALL, inputs


def columns() -> tuple[torch.Tensor, ...]:
    """Face, moved face and what the retoucher is told, of one face."""
    face, *told = inputs(1)
    return face, face.roll(2, dims=3), *told


def test_untrained_it_repeats_what_diffusion_changed():
    face, moved, rebuilt, edited, *told = columns()
    drawn = Retoucher(SMALL)(face, moved, rebuilt, edited, *told)
    torch.testing.assert_close(drawn, torch.tensor(3.0).sigmoid() * (edited - rebuilt))


def test_it_minds_all_that_it_is_given():
    torch.manual_seed(1)
    network = Retoucher(SMALL)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    given = columns()
    drawn = network(*given)
    for i in range(len(given)):
        other = network(*(-column if i == k else column for k, column in enumerate(given)))
        assert not torch.allclose(other, drawn, atol=1e-4)


def test_what_is_drawn_minds_less_where_the_face_lies_and_is_smooth_in_colour():
    torch.manual_seed(1)
    network = Retoucher(SMALL)
    torch.nn.init.normal_(network.draw[2].weight)
    given = columns()

    def off(draw, by: int) -> float:
        """How differently a face is drawn that lies `by` pixels further up, its border left out."""
        here, there = draw(*given), draw(*(column.roll(-by, 2) if column.ndim == 4 else column for column in given))
        return (here.roll(-by, 2) - there)[:, :, 8:-8, 8:-8].abs().mean().item()

    assert off(network.drawn, FOLD // 2) < 0.5 * off(network, FOLD // 2)
    weights = torch.tensor(LUMA)[:, None, None]
    plain, drawn = network(*given), network.drawn(*given)
    colour, smooth = (change - (change * weights).sum(1, keepdim=True) for change in (plain, drawn))
    assert smooth.diff(dim=3).abs().mean() < 0.3 * colour.diff(dim=3).abs().mean()


def test_strengths_are_of_attribute_and_way_and_more_than_is_left_is_drawn_more_strongly():
    network = Retoucher(SMALL)
    network.strengths[0] = torch.tensor([1.0, 1.25])
    assert network.strength({"smile": 2.0}, {"smile": 1.0}) == 1.0
    assert network.strength({"smile": -2.0, "red hair": 5.0}, {"smile": 2.0}) == 1.25
    assert network.strength({"smile": 4.0}, {"smile": 2.0}) == pytest.approx(4 / 3)
    assert network.strength({"smile": -2.2}, {"smile": 2.0}) == pytest.approx(1.25 * 1.1)
    assert network.strength({"smile": -9.0}, {"smile": 1.0}) == STRONGEST
    assert network.strength({}, {"smile": 5.0}) == network.strength({"unknown": 5.0}, {}) == 1.0


def test_a_predictor_is_trusted_as_far_as_was_measured():
    network = Retoucher(SMALL)
    network.trust[0] = torch.tensor([1.25, 0.5])
    assert network.went("smile", 2.0) == 2.5 and network.went("smile", -2.0) == -1.0
    assert network.went("unknown", 2.0) == 2.0
