"""Masks as pictures that people look at and paint: coloured, read back from what was painted, filled, saved and loaded.

A mask is [H, W] uint8, numbers of `mask_classes.MASK_CLASSES`; its picture has the colours of `mask_classes.PALETTE`.
"""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw

from errors import ParleyError

from .mask_classes import MASK_CLASSES, PALETTE

COLOURS = np.array(PALETTE, np.uint8)
EXACT = 24.0
"""Up to this distance from a colour of the palette (0..255 per channel) a pixel has that colour; the nearest two lie 51 apart."""
SOFT_EDGE = 12
"""Widest seam of mixed colours that is looked at, in pixels."""
MAX_SIDE = 4096
OPACITY = 0.45
"""Of a mask over a photo."""


def coloured(mask: np.ndarray) -> Image.Image:
    return Image.fromarray(COLOURS[mask])


def snapped(picture: Image.Image) -> np.ndarray:
    """A painted picture of any colours -> its mask; transparent pixels count as black, which is the background.

    A brush has soft edges, and half skin, half hair looks like a lip. So a mixed colour becomes the nearest among those of the classes
    that it lies between; only where no class is near it, the nearest of all.
    """
    pixels = np.asarray(Image.alpha_composite(Image.new("RGBA", picture.size, "black"), picture.convert("RGBA")).convert("RGB"), np.float32)
    palette = COLOURS.astype(np.float32)
    distance = (pixels**2).sum(2)[..., None] - 2 * pixels @ palette.T + (palette**2).sum(1)
    nearest = distance.argmin(2).astype(np.uint8)
    mask = np.where(distance.min(2) <= EXACT**2, nearest, len(PALETTE)).astype(np.int16)  # one more than the last class: not yet known
    for _ in range(SOFT_EDGE):
        rows, columns = np.nonzero(mask == len(PALETTE))
        if not len(rows):
            break
        mask[rows, columns] = _between(mask, distance[rows, columns], rows, columns)
    return np.where(mask == len(PALETTE), nearest, mask).astype(np.uint8)


def _between(mask: np.ndarray, distance: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """For each of N unknown pixels, with its distance [N, 19] to every colour, the nearest class among its eight neighbours'; unknown
    where these are unknown too.
    """
    unknown = len(PALETTE)
    around = np.pad(mask, 1, constant_values=unknown)
    distance = np.column_stack([distance, np.full(len(distance), np.inf)])
    steps = [(down, across) for down in (0, 1, 2) for across in (0, 1, 2) if (down, across) != (1, 1)]
    neighbours = np.stack([around[rows + down, columns + across] for down, across in steps], axis=1)
    best = np.take_along_axis(distance, neighbours, axis=1).argmin(1)
    return neighbours[np.arange(len(rows)), best]


def filled(mask: np.ndarray, x: int, y: int, number: int) -> np.ndarray:
    """The connected region of one class around column x and row y given another class. Raises ParleyError outside the mask."""
    height, width = mask.shape
    if not (0 <= x < width and 0 <= y < height):
        raise ParleyError("There is nothing to fill here.")
    picture = Image.fromarray(mask).copy()  # one that may be written to
    ImageDraw.floodfill(picture, (x, y), number)
    return np.array(picture)


def png(mask: np.ndarray) -> bytes:
    """A palette PNG: the pixels' values are the classes, their colours the palette's."""
    picture = Image.fromarray(mask, "P")
    picture.putpalette(COLOURS.ravel().tolist())
    data = io.BytesIO()
    picture.save(data, "PNG", optimize=True)
    return data.getvalue()


def read_png(data: bytes, side: int) -> np.ndarray:
    """A mask [side, side] out of a PNG: one of classes (palette or gray), or a painted one in the palette's colours.

    Raises ParleyError for what is neither.
    """
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as opened:
            if max(opened.size) > MAX_SIDE:
                raise ParleyError("This mask is too large: at most {most} pixels a side, please.", most=MAX_SIDE)
            opened.load()
            picture = opened.copy()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ParleyError("This file is no PNG that I can read. A mask is a PNG with one colour for each part of the face.") from error
    if picture.width != picture.height:
        raise ParleyError("A mask is square; this one has {width} x {height} pixels.", width=picture.width, height=picture.height)
    return np.asarray(Image.fromarray(_classes(picture)).resize((side, side), Image.Resampling.NEAREST))


def _classes(picture: Image.Image) -> np.ndarray:
    ours = picture.mode == "P" and picture.getpalette("RGB")[: COLOURS.size] == COLOURS.ravel().tolist()
    if ours or picture.mode == "L":
        numbers = np.asarray(picture)
        if numbers.max() < len(MASK_CLASSES):
            return numbers
        sentence = "This mask holds the number {number}; its classes go from 0 to {last}."
        raise ParleyError(sentence, number=numbers.max(), last=len(MASK_CLASSES) - 1)
    return snapped(picture)


def over(mask: np.ndarray, photo: Image.Image) -> Image.Image:
    """The mask's colours over a picture; the background stays as it is."""
    size = (mask.shape[1], mask.shape[0])
    weights = Image.fromarray(np.uint8(255 * OPACITY * (mask > 0)))
    return Image.composite(coloured(mask), photo.convert("RGB").resize(size, Image.Resampling.LANCZOS), weights)
