"""What is behind a person: studios, rooms, streets, leaves and skies, each a small picture that is blurred and enlarged."""

from __future__ import annotations

import cv2
import numpy as np

from synth.colours import linear
from synth.streams import BACKDROP, stream

SIDE = 96
"""Of the small picture, pixels."""

WALLS = linear(
    [[232, 230, 226], [206, 204, 200], [150, 150, 152], [92, 94, 98], [52, 54, 60], [216, 204, 184], [176, 188, 198], [120, 136, 150]]
    + [[150, 160, 140], [190, 160, 140], [110, 84, 70], [70, 82, 104], [128, 92, 92], [62, 78, 70]]
)
LEAVES = linear([[74, 98, 54], [100, 124, 70], [52, 74, 44], [136, 152, 96], [88, 106, 76], [44, 58, 40]])
LAMPS = linear([[255, 226, 170], [255, 200, 120], [255, 244, 226], [210, 230, 255], [255, 170, 110], [190, 230, 190]])
BRICKS = linear([[150, 130, 116], [120, 106, 100], [96, 98, 104], [178, 168, 156], [134, 104, 90], [84, 84, 92]])
SKIES = linear([[110, 150, 200], [150, 180, 214], [176, 188, 202], [210, 200, 196], [92, 120, 170]])
WOODS = linear([[120, 86, 60], [88, 62, 44], [160, 126, 92], [206, 198, 188]])
THINGS = linear(
    [[150, 60, 50], [50, 76, 110], [196, 170, 110], [64, 98, 80], [210, 204, 196], [60, 54, 56], [160, 120, 140], [180, 110, 60]]
)


def backdrop(background_seed: int, size: int) -> np.ndarray:
    """Linear RGB [size,size,3] float32."""
    random = stream(background_seed, BACKDROP)
    draw, softest, sharpest = SCENES[random.choice(len(SCENES), p=SCENE_ODDS)]
    picture = draw(random) * random.uniform(0.75, 1.1)
    picture = cv2.GaussianBlur(picture.astype(np.float32), (0, 0), random.uniform(sharpest, softest))
    return cv2.resize(picture, (size, size), interpolation=cv2.INTER_CUBIC).clip(0, 1)


def _one_of(random: np.random.RandomState, colours: np.ndarray) -> np.ndarray:
    return colours[random.randint(len(colours))] * random.uniform(0.85, 1.12)


def _ramp(first: np.ndarray, second: np.ndarray, along: np.ndarray) -> np.ndarray:
    """From colour to colour as `along` [H,W] goes from 0 to 1."""
    return first + (second - first) * np.clip(along, 0, 1)[..., None]


def _grid() -> tuple[np.ndarray, np.ndarray]:
    """Column and row of each pixel, 0 to 1."""
    rows, columns = np.mgrid[0:SIDE, 0:SIDE] / (SIDE - 1)
    return columns, rows


def _clouds(random: np.random.RandomState, octaves: tuple[int, ...]) -> np.ndarray:
    """Smooth noise [SIDE,SIDE], 0 to 1."""
    total = sum(cv2.resize(random.rand(cells, cells), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC) / cells**0.7 for cells in octaves)
    return (total - total.min()) / np.ptp(total)


def _box(picture: np.ndarray, left: float, top: float, right: float, bottom: float, colour: np.ndarray) -> None:
    corners = [int(round(value * SIDE)) for value in (left, top, right, bottom)]
    cv2.rectangle(picture, corners[:2], corners[2:], colour.tolist(), -1)


def _studio(random: np.random.RandomState) -> np.ndarray:
    """One colour, lit from somewhere."""
    columns, rows = _grid()
    colour, centre = _one_of(random, WALLS), random.uniform(0.1, 0.9, 2)
    far = np.hypot(columns - centre[0], rows - centre[1])
    return _ramp(colour * random.uniform(1.0, 1.25), colour * random.uniform(0.35, 0.9), far / random.uniform(0.8, 1.4))


def _gradient(random: np.random.RandomState) -> np.ndarray:
    columns, rows = _grid()
    angle, first = random.rand() * 6.28, _one_of(random, WALLS)
    second = first * 0.4 + _one_of(random, WALLS) * 0.6
    return _ramp(first, second, 0.5 + (columns - 0.5) * np.cos(angle) + (rows - 0.5) * np.sin(angle))


def _lights(random: np.random.RandomState) -> np.ndarray:
    """Lamps far out of focus are discs."""
    columns, rows = _grid()
    picture = _ramp(_one_of(random, BRICKS) * 0.25, _one_of(random, WALLS) * 0.15, rows + 0.3 * (columns - 0.5))
    radius = random.uniform(2.5, 8)
    for _ in range(random.randint(8, 30)):
        centre = [int(value) for value in random.randint(0, SIDE, 2)]
        disc = np.zeros((SIDE, SIDE), np.float32)
        cv2.circle(disc, centre, int(round(radius * random.uniform(0.7, 1.3))), random.uniform(0.08, 0.5), -1)
        picture = picture + disc[..., None] * _one_of(random, LAMPS)
    return picture


def _shelves(random: np.random.RandomState) -> np.ndarray:
    wall, wood = _one_of(random, WALLS) * 0.6, _one_of(random, WOODS)
    picture = np.tile(wall, (SIDE, SIDE, 1))
    height = random.uniform(0.2, 0.34)
    shelf = random.uniform(0, 0.2)
    while shelf < 1.1:
        left = random.uniform(-0.05, 0.15)
        while left < 1:
            width = random.uniform(0.02, 0.07)
            if random.rand() < 0.85:
                top = shelf - height * random.uniform(0.5, 0.85)
                _box(picture, left, top, left + width, shelf, _one_of(random, THINGS) * random.uniform(0.4, 0.9))
            left += width
        _box(picture, 0, shelf, 1, shelf + 0.025, wood)
        shelf += height
    return picture


def _room(random: np.random.RandomState) -> np.ndarray:
    """A wall with a bright window, and pictures or furniture on it."""
    columns, _ = _grid()
    wall = _one_of(random, WALLS)
    picture = _ramp(wall * 0.9, wall * 0.5, columns if random.rand() < 0.5 else 1 - columns).copy()
    for _ in range(random.randint(1, 4)):
        left, top = random.uniform(-0.1, 0.9), random.uniform(0.05, 0.6)
        width, height = random.uniform(0.08, 0.3), random.uniform(0.1, 0.3)
        _box(picture, left - 0.015, top - 0.015, left + width + 0.015, top + height + 0.015, _one_of(random, WOODS) * 0.7)
        _box(picture, left, top, left + width, top + height, _one_of(random, THINGS))
    if random.rand() < 0.6:
        left, top, width, height = random.choice([-0.05, 0.02, 0.62, 0.7]), random.uniform(-0.1, 0.15), random.uniform(0.25, 0.4), 0.55
        _box(picture, left - 0.03, top - 0.03, left + width + 0.03, top + height + 0.03, _one_of(random, WOODS))
        _box(picture, left, top, left + width, top + height, _one_of(random, SKIES) * 1.5)
        _box(picture, left + width / 2 - 0.012, top, left + width / 2 + 0.012, top + height, _one_of(random, WOODS))
    _box(picture, 0, random.uniform(0.75, 0.95), 1, 1, _one_of(random, WOODS) * 0.6)
    return picture


def _foliage(random: np.random.RandomState) -> np.ndarray:
    first, second, third = (_one_of(random, LEAVES) for _ in range(3))
    picture = _ramp(_ramp(first, second, _clouds(random, (4, 9, 20))), third, 1.4 * _clouds(random, (6, 14, 40)) - 0.5)
    gleam = np.clip(_clouds(random, (8, 18)) - random.uniform(0.6, 0.8), 0, 1) * random.uniform(1, 3)
    return picture + gleam[..., None] * linear([236, 240, 210])


def _sky(random: np.random.RandomState) -> np.ndarray:
    """Above a horizon that may lie below the picture."""
    columns, rows = _grid()
    top = _one_of(random, SKIES)
    picture = _ramp(top, top * 0.4 + linear([226, 226, 222]) * 0.6, rows * 1.2)
    picture = _ramp(picture, linear([240, 240, 238]), (_clouds(random, (3, 6, 12)) - random.uniform(0.4, 0.8)) * 1.6)
    horizon = random.uniform(0.5, 1.3)
    land = _one_of(random, LEAVES if random.rand() < 0.6 else BRICKS) * 0.8
    return np.where((rows > horizon + 0.06 * _clouds(random, (5, 11)))[..., None], land, picture)


def _street(random: np.random.RandomState) -> np.ndarray:
    """House fronts with rows of windows."""
    picture = np.tile(_one_of(random, SKIES), (SIDE, SIDE, 1))
    left = -0.1
    while left < 1:
        width, top, front = random.uniform(0.18, 0.4), random.uniform(-0.2, 0.35), _one_of(random, BRICKS)
        _box(picture, left, top, left + width, 1, front)
        pane = _one_of(random, LAMPS) * 0.7 if random.rand() < 0.3 else front * random.uniform(0.3, 0.6)
        for row in np.arange(top + 0.06, 0.85, 0.16):
            for column in np.arange(left + 0.03, left + width - 0.05, 0.1):
                _box(picture, column, row, column + 0.05, row + 0.09, pane)
        left += width
    _box(picture, 0, random.uniform(0.8, 0.95), 1, 1, _one_of(random, WALLS) * 0.5)
    return picture


SCENES = (
    (_studio, 3.0, 1.0),
    (_gradient, 3.0, 1.0),
    (_lights, 1.6, 0.6),
    (_shelves, 4.0, 1.2),
    (_room, 4.0, 1.2),
    (_foliage, 3.5, 1.2),
    (_sky, 3.0, 1.0),
    (_street, 4.0, 1.5),
)
"""With the most and the least blur, in pixels of the small picture."""
SCENE_ODDS = (0.22, 0.10, 0.10, 0.10, 0.16, 0.14, 0.08, 0.10)
