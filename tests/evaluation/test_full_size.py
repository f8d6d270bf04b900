"""The examination of whole photos: its measures on pictures whose answer is known."""

import numpy as np
import pytest
from PIL import Image, ImageFilter

from evaluation.full_size import Case, measured, report


def of(pixels: np.ndarray) -> Image.Image:
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


@pytest.fixture(scope="module")
def pictures() -> tuple[Image.Image, Image.Image, Image.Image]:
    """A photo, its counterfactual with other hair, and that as a soft network draws it, which spoils a corner besides."""
    grain = np.random.default_rng(0).normal(0, 20, (64, 64, 1))
    photo, hair = np.full((64, 64, 3), 100.0), np.zeros((64, 64, 1))
    hair[:24] = 1
    wanted = photo + hair * (80 + grain)
    soft = np.asarray(of(wanted).filter(ImageFilter.GaussianBlur(3)), float)
    made = hair * soft + (1 - hair) * photo
    made[-8:, -8:] += 60
    return of(photo), of(wanted), of(made)


def test_the_truth_is_without_error_and_sharp(pictures) -> None:
    photo, wanted, _ = pictures
    case = measured(7, "white hair", photo, wanted, wanted)
    assert case == Case(7, "white hair", 0, case.undone, 0, 1) and case.undone > 50


def test_softness_and_what_is_spoilt_elsewhere_are_seen(pictures) -> None:
    photo, wanted, made = pictures
    case = measured(7, "white hair", photo, made, wanted)
    assert case.sharpness < 0.5 and 0 < case.error < 0.5 * case.undone and case.outside > 1
    undone = measured(7, "white hair", photo, photo, wanted)
    assert undone.error == undone.undone and undone.outside == 0 and undone.sharpness < 0.2


def test_a_row_for_each_group_that_was_asked_for(pictures) -> None:
    cases = [Case(1, "white hair", 10, 60, 1, 0.5), Case(2, "black hair", 20, 40, 2, 0.7), Case(3, "beanie", 30, 90, 3, 0.9)]
    rows = report(cases).splitlines()[2:]
    assert len(rows) == 3 and rows[0].endswith("| 2 | 15.0 (50.0) | 1.50 | 0.60 |") and rows[2] == "| all | 3 | 20.0 (63.3) | 2.00 | 0.70 |"
