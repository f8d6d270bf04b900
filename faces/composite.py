"""An edited face goes back into its photo as a change, so that the photo keeps its own detail and everything else stays as it was.

The engine rebuilds the crop (`reconstructed`) and draws it edited (`edited`), both at its own small size and with its own small errors.
What both have in common says nothing about the edit; only their difference is carried to the photo:

    result = photo + w * (edited - reconstructed)

with w in [0, 1] zero at the crop's border and wherever the difference is no more than sampling noise. One exception: where the edit covers
what was there (a dark lens over an eye) or takes it away (a shaved beard), its fine detail must not stay behind. There the detail that
the photo has and the reconstruction lacks is faded out, while its smooth part, the reconstruction's error in colour and shade, is still
corrected:

    result = photo + w * (edited - reconstructed - c * detail),    detail = photo - reconstructed - smooth(photo - reconstructed)

with c in [0, 1] growing with the size of the change, and with the share of its texture that the crop loses by it. Stubble is finer than a
crop shows, so that nothing there tells that it went: where the lower face of somebody who was shaved changes at all, c grows with w.

Where the engine tells what became of the face's own pixels (`faces.trace`), the photo's are moved first, sharp as they are, and only what
the edit changed beside that is added to them; c is what the engine says was covered, so that hair in another colour keeps its strands. A
change that goes along with brightness (dark hair turns white, the light wall behind it stays) goes on doing so below the crop's pixels,
lest it spread beyond the outline:

    result = photo + w * (change + (1 - c) * a * brightness of detail - c * detail)

with a [S, S, 3] from the least squares fit change = a * brightness + b nearby (guided filter: He, Sun and Tang, "Guided Image Filtering",
2010, eq. 5).
"""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from errors import ParleyError
from pictures import LUMA

from . import parsing
from .align import cut, resample
from .mask_classes import MASK_CLASSES
from .trace import Trace

# Levels of 255, measured as the change's root mean square in a small neighbourhood.
NOISE = (4.0, 10.0)
"""Changes below the first are sampling noise and dropped; from the second on they enter in full."""
COVER = (50.0, 110.0)
"""From the first on a change begins to cover what was there, at the second it does entirely."""
MOVED = (6.0, 20.0)
"""From the first on a change may take detail away, from the second on it may take all."""
BARE_TEXTURE = 2.0
"""Texture of plain skin, in levels: it keeps small differences from telling anything."""
ALONG_NOISE = 300.0
"""Variance of brightness, in squared levels, at which half of the fit is believed: outlines have more, strands less."""
# Share of the texture that is gone.
TAKEN = (0.1, 0.45)
"""From the first on the photo's detail fades, at the second it is gone."""
SHAVED = tuple(MASK_CLASSES.index(name) for name in ("skin", "nose", "neck"))
ALONG = (-1.0, 0.5)
"""Between which the fit's slope is taken: at -1 a difference in brightness is gone."""
# Fractions of the crop's side.
BEARDED = (0.47, 0.56)
"""Rows between which beards begin: the template has the eyes at 0.47, the tip of the nose at 0.65 and the mouth at 0.73."""
NOISE_REACH = 1 / 64
COVER_REACH = 1 / 32
"""Wider, because a covering thing is, and may happen to have the shade of what it covers here and there: a dark lens over a dark pupil."""
SMOOTH = 1 / 20
FINE, TEXTURE_REACH = 1 / 40, 1 / 24
"""Texture is what a blur of the first takes off, measured over the second."""
ALONG_REACH = 1 / 50
"""Over which a change is fitted to brightness."""
BORDER = 0.09
"""Depth of the feather; hair and beard reach far out, so the window is a rounded square rather than an ellipse."""
EDGE = 0.02
"""How far beyond the crop a change goes on as it is at its border, on a side at which the photo ends within as much: next to nothing is
left there to blend with."""


def paste_back(
    photo: Image.Image,
    reconstructed: Image.Image,
    edited: Image.Image,
    transform: np.ndarray,
    protect: np.ndarray | None = None,
    shaved: float = 0.0,
    own: Image.Image | None = None,
    trace: Trace | None = None,
) -> Image.Image:
    """The photo with the change from `reconstructed` to `edited` in it; pixels that the change does not reach are bit-identical.

    `photo` is RGB of any size; `reconstructed` and `edited` are RGB squares of one size, S x S; `transform` is the 2 x 3 similarity from
    crop to photo that `align` gave; `protect` is S x S in [0, 1] (or boolean), 1 where the photo must stay as it is; `shaved` is how much
    of a beard was taken off, 0 to 1; where `edited` is not the engine's picture of the face but the face's own, changed, `own` is the face
    before, and `trace`, for S x S, is what the edit did with its pixels.
    """
    size, margin = edited.width, math.ceil(EDGE * edited.width)
    rebuilt, after = _wider(reconstructed, margin), _wider(edited, margin)
    before, change = rebuilt, after - (rebuilt if own is None else _wider(own, margin))
    weight = _ramp(_strength(change, size * NOISE_REACH), NOISE) * _window(size, margin, _ending(photo, transform, size))
    if protect is not None:
        weight = weight * (1 - _wider(protect, margin))
    if not weight.any():
        return photo.copy()

    transform = np.column_stack([transform[:, :2], transform[:, 2] - transform[:, :2] @ [margin, margin]])
    own_crop = np.asarray(cut(photo, transform, size + 2 * margin), np.float32)
    if own is not None:
        before, after = own_crop, own_crop + change
    box, to_crop = _region(photo, transform, weight)
    extent = (box[2] - box[0], box[3] - box[1])
    region = np.asarray(photo.crop(box), np.float32)
    skin = region
    if trace is not None:
        motion = _wider(trace.motion, margin)
        own_crop = before = _pulled(own_crop, size * motion)
        change = after - before
        ways = [_carry(size * motion[..., axis], to_crop, extent) for axis in (0, 1)]
        skin = _pulled(region, np.stack(ways, 2) @ transform[:, :2].T)
    weight = _carry(weight, to_crop, extent).clip(0, 1)
    covered = _covered(before, after) if trace is None else _wider(trace.covered, margin)
    smooth = before + _blur(own_crop - before, size * SMOOTH)
    if shaved:
        bare = shaved * _wider(_bearded(reconstructed), margin) * _ramp(_strength(change, size * COVER_REACH), NOISE)
        covered = np.maximum(covered, bare)
        if own is not None:  # whatever bristles are left go with the detail that was never rebuilt
            bare = bare[..., None]
            smooth = smooth + bare * (rebuilt + _blur(own_crop - rebuilt, size * SMOOTH) - smooth)
            change = change + bare * (_blur(change, size * FINE) - change)
    cover = _carry(covered, to_crop, extent).clip(0, 1)
    if trace is not None:
        slopes = (1 - covered)[..., None] * _along(before, change, size)
        bright = _brightness(skin) - _carry(_brightness(smooth), to_crop, extent)

    pixels = np.array(photo)
    for channel in range(3):
        detail = skin[..., channel] - _carry(smooth[..., channel], to_crop, extent)
        changed = _carry(change[..., channel], to_crop, extent)
        if trace is not None:
            changed = changed + _carry(slopes[..., channel], to_crop, extent) * bright
        edited_pixels = skin[..., channel] + changed - cover * detail
        result = region[..., channel] + weight * (edited_pixels - region[..., channel])
        pixels[box[1] : box[3], box[0] : box[2], channel] = np.rint(result).clip(0, 255)
    return Image.fromarray(pixels)


def _region(photo: Image.Image, transform: np.ndarray, weight: np.ndarray) -> tuple[tuple[int, int, int, int], np.ndarray]:
    """The photo's box (left, top, right, bottom) around all that `weight` reaches, and the 2 x 3 transform from that box to the crop."""
    rows, columns = np.flatnonzero(weight.any(1)), np.flatnonzero(weight.any(0))
    reach = 3  # the bicubic kernel's
    x0, x1, y0, y1 = columns[0] - reach, columns[-1] + 1 + reach, rows[0] - reach, rows[-1] + 1 + reach
    corners = transform @ np.array([[x0, x1, x0, x1], [y0, y0, y1, y1], [1, 1, 1, 1]])
    limits = np.array([photo.size, photo.size])
    low, high = np.vstack([np.floor(corners.min(1)), np.ceil(corners.max(1))]).clip(0, limits).astype(int)
    inverse = np.linalg.inv(transform[:, :2])
    return (low[0], low[1], high[0], high[1]), np.column_stack([inverse, inverse @ (low - transform[:, 2])])


def _pulled(picture: np.ndarray, way: np.ndarray) -> np.ndarray:
    """[H, W, 3]: at every place what lies `way` [H, W, 2] pixels (x, y) from it."""
    height, width = way.shape[:2]
    here = np.stack(np.meshgrid(np.arange(width), np.arange(height)), 2)
    there = torch.from_numpy(((2 * (here + way) + 1) / (width, height) - 1).astype(np.float32))
    pixels = torch.from_numpy(picture).permute(2, 0, 1)[None]
    pulled = F.grid_sample(pixels, there[None], mode="bicubic", padding_mode="border", align_corners=False)
    return pulled[0].permute(1, 2, 0).numpy().clip(0, 255)


def _carry(field: np.ndarray, to_crop: np.ndarray, extent: tuple[int, int]) -> np.ndarray:
    """An S x S field of the crop, drawn over a region of the photo."""
    return np.asarray(resample(Image.fromarray(field.astype(np.float32)), to_crop, extent))


def _covered(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """How far [S, S] the crop's own detail is hidden by the change, or taken away with what it belonged to."""
    size = len(before)
    strength = _strength(after - before, size * COVER_REACH)
    left = (_texture(after) + BARE_TEXTURE) / (_texture(before) + BARE_TEXTURE)
    return np.maximum(_ramp(strength, COVER), _ramp((1 - left) * _ramp(strength, MOVED), TAKEN))


def _along(before: np.ndarray, change: np.ndarray, size: int) -> np.ndarray:
    """By how much [S, S, 3] the change grows with the brightness of what it changes."""
    bright, reach = _brightness(before)[..., None], size * ALONG_REACH
    mean = _blur(bright, reach)
    together = _blur(bright * change, reach) - mean * _blur(change, reach)
    return (together / (_blur(bright**2, reach) - mean**2 + ALONG_NOISE)).clip(*ALONG)


def _brightness(picture: np.ndarray) -> np.ndarray:
    """[H, W, 3] -> [H, W]"""
    return picture @ np.array(LUMA, np.float32)


def _texture(crop: np.ndarray) -> np.ndarray:
    """Root mean square [S, S] of the fine structure of a crop [S, S, 3], in levels."""
    size = len(crop)
    fine = crop - _blur(crop, size * FINE)
    return np.sqrt(_blur((fine**2).mean(2), size * TEXTURE_REACH))


def _strength(change: np.ndarray, sigma: float) -> np.ndarray:
    return np.sqrt(_blur((change**2).max(2), sigma))


def _ramp(values: np.ndarray, between: tuple[float, float]) -> np.ndarray:
    """0 below, 1 above, smooth in between."""
    t = ((values - between[0]) / (between[1] - between[0])).clip(0, 1)
    return t * t * (3 - 2 * t)


def _wider(field: Image.Image | np.ndarray, margin: int) -> np.ndarray:
    """[S, S, ...] with as many pixels more on every side, like those at its border."""
    pixels = np.asarray(field, np.float32)
    return np.pad(pixels, [(margin, margin), (margin, margin), (0, 0)][: pixels.ndim], mode="edge")


def _ending(photo: Image.Image, transform: np.ndarray, size: int) -> np.ndarray:
    """Whether the photo ends at the crop's [[left, right], [top, bottom]]."""
    along, near = np.array([0.25, 0.5, 0.75]) * size, EDGE * size * math.sqrt(abs(np.linalg.det(transform[:, :2])))
    ending = np.zeros((2, 2), bool)
    for axis, end in np.ndindex(2, 2):
        side = np.full((2, 3), float(end * size))
        side[1 - axis] = along
        places = transform[:, :2] @ side + transform[:, 2:]
        ending[axis, end] = not ((places > near) & (places < np.array(photo.size)[:, None] - near)).all(0).any()
    return ending


def _window(size: int, margin: int, ending: np.ndarray) -> np.ndarray:
    """A soft rounded square over a crop and a margin, 0 outside the crop and, but for where the photo is `ending`, at its border."""
    place = (np.arange(-margin, size + margin) + 0.5) / size * 2 - 1
    columns, rows = (np.where(np.where(place < 0, *ends), np.abs(place).clip(max=1 - 2 * BORDER), np.abs(place)) for ends in ending)
    return _ramp(1 - (rows[:, None] ** 5 + columns**5) ** 0.2, (1 / size, 2 * BORDER))


def _bearded(face: Image.Image) -> np.ndarray:
    """Where beards grow, [S, S] in [0, 1]: the lower face, as far as the parser's weights are there to tell up to its outline and lips."""
    rows = _ramp((np.arange(face.height)[:, None] + 0.5) / face.height, BEARDED)
    try:
        skin = np.isin(parsing.parse(face), SHAVED).astype(np.float32)
    except ParleyError:
        return rows
    return rows * (2 * _blur(skin, face.height * NOISE_REACH) - 1).clip(0)


def _blur(field: np.ndarray, sigma: float) -> np.ndarray:
    """Gaussian blur of the first two axes, `sigma` in pixels; near the border over the pixels that exist."""
    reach = math.ceil(3 * sigma)

    def kernel(length: int) -> np.ndarray:
        offset = np.subtract.outer(np.arange(length), np.arange(length))
        weights = np.exp(-(offset**2) / (2 * sigma**2)) * (np.abs(offset) <= reach)
        return (weights / weights.sum(1, keepdims=True)).astype(np.float32)

    return np.einsum("yi,xj,ij...->yx...", kernel(field.shape[0]), kernel(field.shape[1]), field, optimize=True)
