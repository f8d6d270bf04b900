import pytest
import torch

from backends.dae.retouch import STRONGEST, Drawing, Retoucher, brightness, colours
from faces.mask_classes import MASK_CLASSES
from tests.backends.dae.test_motion import SMALL, inputs


def columns() -> tuple[torch.Tensor, ...]:
    """Face, its parts, moved face and what the retoucher is told, of one face."""
    face, *told = inputs(1)
    parts = torch.randn(1, len(MASK_CLASSES), *face.shape[2:], generator=torch.Generator().manual_seed(0)).softmax(1)
    return face, parts, face.roll(2, dims=3), *told


def gray(colour: torch.Tensor) -> torch.Tensor:
    return brightness(colour).expand_as(colour)


def test_untrained_it_repeats_what_diffusion_changed_in_brightness():
    face, parts, moved, rebuilt, edited, *told = columns()
    drawing = Retoucher(SMALL)(face, parts, moved, rebuilt, edited, *told)
    torch.testing.assert_close(drawing.brighter, torch.tensor(3.0).sigmoid() * brightness(edited - rebuilt))
    still = drawing._replace(softened=torch.zeros_like(drawing.softened))
    torch.testing.assert_close(brightness(moved + still.change(moved)), brightness(moved) + drawing.brighter)
    assert (drawing.recoloured < 0.5).all() and (drawing.softened < 0.1).all()


RED, GREEN = (torch.tensor(colour)[None, :, None, None].expand(-1, -1, 16, 16) for colour in ([0.6, -0.2, -0.2], [-0.3, 0.3, -0.1]))


def of_one_colour(recoloured: float, colour: torch.Tensor) -> Drawing:
    """0.25 brighter, and with a share of its colour replaced."""
    brighter, softened, share = (torch.full((1, 1, 16, 16), value) for value in (0.25, 0.0, recoloured))
    return Drawing(brighter, softened, share, recoloured * colours(colour))


def test_brightness_is_added_and_colour_replaced():
    plain, half, all_of_it = (RED + of_one_colour(share, GREEN).change(RED) for share in (0.0, 0.5, 1.0))
    for result in (plain, half, all_of_it):
        torch.testing.assert_close(brightness(result), brightness(RED) + 0.25)
    torch.testing.assert_close(colours(plain), colours(RED))
    torch.testing.assert_close(colours(half), colours(RED + GREEN) / 2)
    torch.testing.assert_close(colours(all_of_it), colours(GREEN))


def test_detail_is_taken_away_and_no_shade():
    across = torch.arange(48.0)
    shade, stripes = across / 48 - 0.5, 0.2 * (-1) ** across
    face = (shade + stripes).expand(1, 3, 48, 48)
    nothing, left = torch.zeros(1, 1, 48, 48), {}
    for softened in (0.0, 0.5, 1.0):
        change = Drawing(nothing, torch.full_like(nothing, softened), nothing, torch.zeros_like(face)).change(face)
        left[softened] = ((face + change - shade)[..., 12:-12]).abs().mean().item()
    assert left == pytest.approx({0.0: 0.2, 0.5: 0.1, 1.0: 0.0}, abs=0.01)


def test_drawn_more_strongly_it_is_brighter_and_goes_no_further_than_its_colours():
    drawing = of_one_colour(0.8, GREEN)
    once, there, beyond = (RED + drawing.change(RED, strength) for strength in (1.0, 1.25, 1.4))
    assert brightness(once).mean() < brightness(there).mean() < brightness(beyond).mean()
    torch.testing.assert_close(colours(there), colours(GREEN))
    torch.testing.assert_close(colours(beyond), colours(GREEN))


def test_without_ink_gray_pictures_stay_gray():
    torch.manual_seed(1)
    network = Retoucher(SMALL)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    face, parts, moved, rebuilt, edited, *told = columns()
    for ink in network.ink.parameters():
        torch.nn.init.zeros_(ink)
    pictures = [gray(picture) for picture in (face, moved, rebuilt, edited)]
    bare, *others = pictures
    assert colours(network(bare, parts, *others, *told).change(others[0])).abs().max() < 1e-5
    assert colours(network(face, parts, *others, *told).change(others[0])).abs().max() > 1e-3


def test_it_minds_all_that_it_is_given():
    torch.manual_seed(1)
    network = Retoucher(SMALL)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    given = columns()
    drawn = network(*given).change(given[2])
    for i in range(len(given)):
        other = network(*(-column if i == k else column for k, column in enumerate(given))).change(given[2])
        assert not torch.allclose(other, drawn, atol=1e-4)


def test_what_is_drawn_minds_less_where_the_face_lies_and_is_smooth_in_colour():
    torch.manual_seed(1)
    network = Retoucher(SMALL)
    torch.nn.init.normal_(network.draw[2].weight)
    given = columns()

    def off(draw, axis: int) -> float:
        """How differently a face is drawn that lies a pixel further up or left, its border left out."""
        here, there = draw(*given), draw(*(column.roll(-1, axis) if column.ndim == 4 else column for column in given))
        return (here.brighter.roll(-1, axis) - there.brighter)[:, :, 8:-8, 8:-8].abs().mean().item()

    for axis in (2, 3):
        assert off(network.drawn, axis) < 0.55 * off(network, axis)
    plain, smooth = network(*given), network.drawn(*given)
    assert smooth.softened.shape == smooth.brighter.shape
    for rough, even in ((plain.recoloured, smooth.recoloured), (plain.colour, smooth.colour)):
        assert even.diff(dim=3).abs().mean() < 0.3 * rough.diff(dim=3).abs().mean()


def test_strengths_are_of_attribute_and_way_and_more_than_is_left_is_drawn_more_strongly():
    network = Retoucher(SMALL)
    network.strengths[0] = torch.tensor([1.0, 1.25])
    assert network.strength({"smile": 2.0}, {"smile": 1.0}) == 1.0
    assert network.strength({"smile": -2.0, "red hair": 5.0}, {"smile": 2.0}) == 1.25
    assert network.strength({"smile": 4.0}, {"smile": 2.0}) == pytest.approx(4 / 3)
    assert network.strength({"smile": -2.2}, {"smile": 2.0}) == pytest.approx(1.25 * 1.1)
    assert network.strength({"smile": -9.0}, {"smile": 1.0}) == STRONGEST
    network.strengths[1] = torch.tensor([1.3, 1.0])
    assert network.strength({"smile": 2.0, "red hair": 0.0}, {}) == 1.0
    assert network.strength({}, {"smile": 5.0}) == network.strength({"unknown": 5.0}, {}) == 1.0


def test_a_predictor_is_trusted_as_far_as_was_measured():
    network = Retoucher(SMALL)
    network.trust[0] = torch.tensor([1.25, 0.5])
    assert network.went("smile", 2.0) == 2.5 and network.went("smile", -2.0) == -1.0
    assert network.went("unknown", 2.0) == 2.0
