import pytest
import torch

from backends.dae.change_unet import FOLD
from backends.dae.retouch import BARELY, LUMA, STRONGEST, Drawing, Retoucher
from tests.backends.dae.test_motion import SMALL, inputs


def columns() -> tuple[torch.Tensor, ...]:
    """Face, moved face and what the retoucher is told, of one face."""
    face, *told = inputs(1)
    return face, face.roll(2, dims=3), *told


def test_untrained_it_repeats_what_diffusion_changed():
    face, moved, rebuilt, edited, *told = columns()
    drawing = Retoucher(SMALL)(face, moved, rebuilt, edited, *told)
    torch.testing.assert_close(drawing.added, torch.tensor(3.0).sigmoid() * (edited - rebuilt))
    assert drawing.cover.max() <= BARELY
    torch.testing.assert_close(drawing.change(moved), drawing.added, atol=4 * BARELY, rtol=0)


def painted(cover: float, colour: float) -> Drawing:
    """Of one pixel, to which 0.5 is added where it is not covered."""
    return Drawing(torch.full((1, 1, 1, 1), cover), torch.full((1, 3, 1, 1), cover * colour), torch.full((1, 3, 1, 1), 0.5))


def test_what_covers_a_face_takes_the_place_of_what_was_there():
    before = torch.zeros(1, 3, 1, 1)
    assert painted(0.0, 0.9).change(before).unique().tolist() == [0.5]
    assert painted(1.0, 0.9).change(before).unique().tolist() == pytest.approx([0.9])
    assert painted(0.5, 0.9).change(before + 0.2).unique().tolist() == pytest.approx([0.5 * 0.9 - 0.5 * 0.2 + 0.5 * 0.5])


def test_drawn_more_strongly_it_covers_more_and_goes_no_further_than_its_paint():
    before = torch.full((1, 3, 1, 1), 0.6)
    halfway, there, beyond = ((before + painted(0.8, -0.4).change(before, strength)).mean().item() for strength in (1.0, 1.25, 1.4))
    assert halfway > there and there == pytest.approx(beyond) == pytest.approx(-0.4)
    assert painted(0.0, 0.9).change(before, 1.4).unique().tolist() == pytest.approx([0.7])


def test_paint_has_colours_that_are_seen_in_the_pictures():
    torch.manual_seed(1)
    network = Retoucher(SMALL)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    bright = sum(network.layers[:3])
    network.draw[2].weight.data[bright], network.draw[2].bias.data[bright] = 0, 0
    face, moved, rebuilt, edited, *told = columns()
    drawing = network(face.abs(), moved, rebuilt, edited.abs() + 0.5, *told)
    paint = drawing.paint / drawing.cover
    assert 0 < paint.min() and paint.max() < 1.5 and paint.std() > 0


def test_it_minds_all_that_it_is_given():
    torch.manual_seed(1)
    network = Retoucher(SMALL)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    given = columns()
    drawn = network(*given).change(given[1])
    for i in range(len(given)):
        other = network(*(-column if i == k else column for k, column in enumerate(given))).change(given[1])
        assert not torch.allclose(other, drawn, atol=1e-4)


def test_what_is_drawn_minds_less_where_the_face_lies_and_is_smooth_in_colour():
    torch.manual_seed(1)
    network = Retoucher(SMALL)
    torch.nn.init.normal_(network.draw[2].weight)
    given = columns()

    def off(draw, by: int) -> float:
        """How differently a face is drawn that lies `by` pixels further up, its border left out."""
        here, there = draw(*given).added, draw(*(column.roll(-by, 2) if column.ndim == 4 else column for column in given)).added
        return (here.roll(-by, 2) - there)[:, :, 8:-8, 8:-8].abs().mean().item()

    assert off(network.drawn, FOLD // 2) < 0.5 * off(network, FOLD // 2)
    weights = torch.tensor(LUMA)[:, None, None]
    plain, drawn = network(*given).added, network.drawn(*given).added
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
