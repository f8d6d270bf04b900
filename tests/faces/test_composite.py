from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from faces.align import align, cut, find_faces
from faces.composite import paste_back
from faces.trace import Trace

SIZE = 64
NOTHING = np.zeros((SIZE, SIZE), np.float32)
STILL = Trace(np.zeros((SIZE, SIZE, 2), np.float32), NOTHING)
STRAIGHT = np.array([[3.0, 0, 40], [0, 3.0, 30]])
TURNED = np.array([[2.4, -1.1, 110], [1.1, 2.4, 20]])


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    """Smooth colours with fine grain, 320 x 280."""
    y, x = np.mgrid[:280, :320]
    smooth = np.stack([120 + 60 * np.sin(x / 50), 130 + 50 * np.cos(y / 40), 140 + 40 * np.sin((x + y) / 60)], -1)
    return Image.fromarray((smooth + np.random.default_rng(0).normal(0, 8, smooth.shape)).clip(0, 255).astype(np.uint8))


def disc(x: float, y: float, radius: float) -> np.ndarray:
    rows, columns = np.mgrid[:SIZE, :SIZE] + 0.5
    return ((radius - np.hypot(columns - x, rows - y)) / 2 + 0.5).clip(0, 1)[..., None]


def edit(image: Image.Image, change: np.ndarray) -> Image.Image:
    return Image.fromarray((np.asarray(image, float) + change).clip(0, 255).astype(np.uint8))


def in_crop(photo: Image.Image, transform: np.ndarray) -> np.ndarray:
    """Crop coordinates of every photo pixel, H x W x 2."""
    y, x = np.mgrid[: photo.height, : photo.width] + 0.5
    return (np.stack([x, y], -1) - transform[:, 2]) @ np.linalg.inv(transform[:, :2]).T


@pytest.mark.parametrize("transform", [STRAIGHT, TURNED])
def test_change_arrives_where_it_belongs_and_nowhere_else(photo: Image.Image, transform: np.ndarray) -> None:
    crop = cut(photo, transform, SIZE)
    result = paste_back(photo, crop, edit(crop, -40 * disc(40, 24, 8)), transform)
    difference = np.asarray(result, float) - np.asarray(photo)
    distance = np.hypot(*(in_crop(photo, transform) - [40, 24]).transpose(2, 0, 1))
    assert difference[distance < 5].mean() == pytest.approx(-40, abs=1.5)
    assert (difference[distance > 13] == 0).all()


def test_photo_keeps_its_own_detail_under_a_mild_change(photo: Image.Image) -> None:
    crop = cut(photo, STRAIGHT, SIZE)
    result = paste_back(photo, crop, edit(crop, -30 * disc(32, 32, 14)), STRAIGHT)
    inside = np.s_[110:140, 120:150]
    grain, before = (np.diff(np.asarray(image, float)[inside], axis=1).std() for image in (result, photo))
    assert grain == pytest.approx(before, rel=0.03)


def test_covered_detail_does_not_shine_through(photo: Image.Image) -> None:
    detailed = np.asarray(photo).copy()
    detailed[118:134:2, 120:150] = 255  # bright lines, finer than a crop pixel, where the lens will be
    detailed = Image.fromarray(detailed)
    crop = cut(detailed, STRAIGHT, SIZE)
    lens = disc(32, 32, 14)
    dark = Image.fromarray((np.asarray(crop) * (1 - lens) + 30 * lens).astype(np.uint8))
    result = np.asarray(paste_back(detailed, crop, dark, STRAIGHT), float)[118:134, 125:145]
    assert result.mean() == pytest.approx(30, abs=3) and result.std() < 6


def test_detail_goes_with_what_it_belonged_to(photo: Image.Image) -> None:
    """A shaved cheek keeps no bristles: lines that the edit takes away are gone from the photo, and finer ones beside them too."""
    bristly = np.asarray(photo).copy()
    rows = np.arange(112, 142)
    bristly[rows[(rows % 12) < 4], 118:154] = 60
    bristly[114:142:6, 118:154] = 60
    bristly = Image.fromarray(bristly)
    crop, smooth = cut(bristly, STRAIGHT, SIZE), cut(photo, STRAIGHT, SIZE)
    result = np.asarray(paste_back(bristly, crop, smooth, STRAIGHT), float)[120:134, 126:146]
    left, bristles = (np.diff(image, axis=0).std() for image in (result, np.asarray(bristly, float)[120:134, 126:146]))
    assert left < 0.4 * bristles


def test_an_exact_change_takes_nothing_away_twice(photo: Image.Image) -> None:
    """An engine that rebuilds softly, but knows what the face's own pixels must become where a dark lens covers bright lines."""
    lined = np.asarray(photo).copy()
    lined[110:142:8, 110:162] = lined[111:142:8, 110:162] = lined[112:142:8, 110:162] = 220
    lined = Image.fromarray(lined)
    crop = cut(lined, STRAIGHT, SIZE)
    soft, lens = crop.resize((16, 16)).resize((SIZE, SIZE)), disc(32, 32, 14)
    wanted = np.asarray(crop) * (1 - lens) + 140 * lens
    drawn = Image.fromarray((np.asarray(soft, float) + wanted - np.asarray(crop, float)).clip(0, 255).astype(np.uint8))
    spread = [np.asarray(paste_back(lined, soft, drawn, STRAIGHT, own=own), float)[112:140, 122:150].std() for own in (soft, None)]
    assert spread[0] < 8 < spread[1]


def test_detail_goes_where_the_engine_says_that_it_is_covered(photo: Image.Image) -> None:
    """White hair keeps the strands of dark hair, a hat does not, though both change as much."""
    crop = cut(photo, STRAIGHT, SIZE)
    much = edit(crop, 90 * disc(32, 32, 16))

    def grain(image: Image.Image) -> float:
        return np.diff(np.asarray(image, float)[110:142, 120:152], axis=0).std()

    strands, hat = (
        grain(paste_back(photo, crop, much, STRAIGHT, own=crop, trace=STILL._replace(covered=np.full_like(NOTHING, share))))
        for share in (0.0, 1.0)
    )
    assert strands == pytest.approx(grain(photo), rel=0.2) and hat < 0.4 * grain(photo)


def test_a_change_keeps_to_an_outline_finer_than_the_crop() -> None:
    """A dark head in front of a bright wall turns light; crops see its outline blurred."""
    rows, columns = np.mgrid[:280, :320]
    head = (np.hypot(columns - 136, rows - 126) < 40)[..., None]
    dark, light = (Image.fromarray(np.where(head, shade, np.full(3, 210)).astype(np.uint8)) for shade in (50, 150))
    before, after = (cut(picture, STRAIGHT, SIZE) for picture in (dark, light))
    followed, carried = (
        np.asarray(paste_back(dark, before, after, STRAIGHT, own=before, trace=trace), float) for trace in (STILL, None)
    )
    wall = ~head[..., 0] & (np.hypot(columns - 136, rows - 126) < 44)
    halo, without = (np.abs(result - np.asarray(light, float))[wall].mean() for result in (carried, followed))
    assert halo > 2 and without < 0.6 * halo, (halo, without)


def test_stubble_finer_than_the_crop_goes_when_somebody_is_shaved(photo: Image.Image) -> None:
    stubbly = np.asarray(photo).copy()
    stubbly[::2, ::2] = stubbly[::2, ::2] // 2
    stubbly = Image.fromarray(stubbly)
    crop = cut(stubbly, STRAIGHT, SIZE)
    cheek = edit(crop, 12 * disc(32, 48, 8))

    def grain(image: Image.Image, row: int) -> float:
        return np.diff(np.asarray(image, float)[row - 5 : row + 5, 126:134], axis=0).std()

    kept, gone = (paste_back(stubbly, crop, cheek, STRAIGHT, shaved=share) for share in (0.0, 1.0))
    chin, brow = 174, 100
    assert grain(kept, chin) == pytest.approx(grain(stubbly, chin), rel=0.1) and grain(gone, chin) < 0.4 * grain(stubbly, chin)
    assert grain(gone, brow) == grain(stubbly, brow)


def test_reconstruction_error_is_not_carried_over(photo: Image.Image) -> None:
    """The engine renders everything too dark and too red; only the edit may show."""
    wrong = edit(cut(photo, STRAIGHT, SIZE), np.array([10, -25, -25]))
    assert paste_back(photo, wrong, wrong, STRAIGHT).tobytes() == photo.tobytes()
    change = 35 * disc(32, 32, 10)
    difference = np.asarray(paste_back(photo, wrong, edit(wrong, change), STRAIGHT), float) - np.asarray(photo)
    assert difference[120:132, 130:142].mean() == pytest.approx(35, abs=1.5)


def test_sampling_noise_is_dropped(photo: Image.Image) -> None:
    crop = cut(photo, STRAIGHT, SIZE)
    noise = np.random.default_rng(1).normal(0, 1.5, (SIZE, SIZE, 3))
    assert paste_back(photo, crop, edit(crop, noise), STRAIGHT).tobytes() == photo.tobytes()


def test_change_fades_before_the_border(photo: Image.Image) -> None:
    crop = cut(photo, STRAIGHT, SIZE)
    result = paste_back(photo, crop, edit(crop, np.full((SIZE, SIZE, 3), 40)), STRAIGHT)
    difference = np.abs(np.asarray(result, float) - np.asarray(photo)).mean(2)
    inside = np.zeros(difference.shape, bool)
    inside[30 : 30 + 3 * SIZE, 40 : 40 + 3 * SIZE] = True
    assert (difference[~inside] == 0).all()
    assert difference[30:32, 40:232].max() <= 1 and difference[126, 40:42].max() <= 1
    assert difference[30 + 18 : 222 - 18, 40 + 30 : 232 - 30].mean() > 35
    assert np.abs(np.diff(difference[126, 40:90])).max() < 8, "the feather has no step"


@pytest.mark.parametrize(
    ("corner", "near"), [((-2, 29), np.s_[125, 4]), ((29, -2), np.s_[4, 125]), ((60, 29), np.s_[125, -5]), ((29, 60), np.s_[-5, 125])]
)
def test_where_the_photo_ends_a_change_reaches_its_edge(corner: tuple[int, int], near: tuple[int, int]) -> None:
    plain = Image.fromarray(np.full((250, 250, 3), 120, np.uint8))
    transform = np.array([[3.0, 0, corner[0]], [0, 3.0, corner[1]]])
    crop = cut(plain, transform, SIZE)
    result = np.asarray(paste_back(plain, crop, edit(crop, np.full((SIZE, SIZE, 3), 40)), transform), float).mean(2) - 120
    assert result[near] > 35
    assert result[125, 125] == pytest.approx(40, abs=1)
    assert (result > 20).mean() == pytest.approx(0.49, abs=0.02), "the other sides stay feathered"


def test_protected_pixels_stay(photo: Image.Image) -> None:
    crop = cut(photo, STRAIGHT, SIZE)
    protect = np.zeros((SIZE, SIZE), bool)
    protect[:, :32] = True
    result = paste_back(photo, crop, edit(crop, np.full((SIZE, SIZE, 3), 40)), STRAIGHT, protect)
    difference = np.asarray(result, float) - np.asarray(photo)
    assert (difference[:, : 40 + 3 * 30] == 0).all()
    assert difference[100:150, 150:180].mean() > 35


def test_face_smaller_than_the_crop_and_half_outside(photo: Image.Image) -> None:
    for transform in (np.array([[0.4, 0, 100], [0, 0.4, 100]]), np.array([[3.0, 0, -100], [0, 3.0, -90]])):
        crop = cut(photo, transform, SIZE)
        result = paste_back(photo, crop, edit(crop, -40 * disc(44, 44, 10)), transform)
        x, y = (transform @ [44, 44, 1]).astype(int)
        assert result.size == photo.size
        assert np.asarray(result, float)[y - 2 : y + 2, x - 2 : x + 2].mean() == pytest.approx(
            np.asarray(photo, float)[y - 2 : y + 2, x - 2 : x + 2].mean() - 40, abs=3
        )


def test_real_photo_changes_only_within_the_crop(astronaut: Image.Image) -> None:
    aligned = align(astronaut, *find_faces(astronaut), SIZE)
    before = astronaut.tobytes()
    result = paste_back(astronaut, aligned.image, edit(aligned.image, -90 * disc(32, 28, 9)), aligned.transform)
    changed = (np.asarray(result) != np.asarray(astronaut)).any(2)
    points = in_crop(astronaut, aligned.transform)[changed]
    assert 0.005 < changed.mean() < 0.05 and points.min() > 10 and points.max() < SIZE - 10
    assert astronaut.tobytes() == before


@pytest.mark.parametrize("transform", [STRAIGHT, TURNED])
def test_what_moves_takes_the_photos_own_detail_along(photo: Image.Image, transform: np.ndarray) -> None:
    crop = cut(photo, transform, SIZE)
    way = np.linalg.inv(transform[:, :2]) @ [7, 0] / SIZE
    trace = Trace((disc(32, 32, 22) > 0) * way.astype(np.float32), NOTHING)
    moved = cut(photo.transform(photo.size, Image.Transform.AFFINE, (1, 0, 7, 0, 1, 0)), transform, SIZE)
    edited = Image.composite(moved, crop, Image.fromarray((disc(32, 32, 22)[..., 0] > 0).astype(np.uint8) * 255))
    result = np.asarray(paste_back(photo, crop, edited, transform, own=crop, trace=trace), float)
    inside = np.hypot(*(in_crop(photo, transform) - [32, 32]).transpose(2, 0, 1)) < 8
    there = np.roll(np.asarray(photo, float), -7, axis=1)
    blurred = (Image.fromarray(image.astype(np.uint8)).resize((80, 70)).resize((320, 280)) for image in (result, there))
    grain = [image - np.asarray(blur, float) for image, blur in zip((result, there), blurred, strict=True)]
    assert np.corrcoef(grain[0][inside].ravel(), grain[1][inside].ravel())[0, 1] > 0.9
    still = np.hypot(*(in_crop(photo, transform) - [32, 32]).transpose(2, 0, 1)) > 30
    assert (result == np.asarray(photo))[still].all()
