"""From linear light to a photograph as cameras and networks pass it on: focus, exposure, tone curve, noise, sharpening, compression."""

from __future__ import annotations

import cv2
import numpy as np

from synth.head import smooth
from synth.streams import PHOTO, stream

IN_FOCUS, OUT_OF_FOCUS = 0.75, 2.0
"""Distances behind the eyes, in head units, between which things blur."""
WIDEST_BLUR = 2.6
"""Pixels of a 256 pixel picture."""
LOW_RESOLUTION_CHANCE = 0.15

_LEVELS = np.linspace(0, 1, 4096)
_TO_SRGB = (255 * np.where(_LEVELS <= 0.0031308, 12.92 * _LEVELS, 1.055 * _LEVELS ** (1 / 2.4) - 0.055)).astype(np.float32)


def photograph(image: np.ndarray, depth: np.ndarray, focus: float, exposure: float, camera_seed: int, size: int) -> np.ndarray:
    """Linear light [H,W,3] and distances [H,W] float32, in focus at distance `focus`, as sRGB uint8 [size,size,3].

    All chances are drawn before anything is done, and noise does not look at the picture: faces that differ in one thing differ there.
    """
    random = stream(camera_seed, PHOTO)
    aperture, stops, warmth, tint = random.rand(), random.uniform(-0.25, 0.2), random.uniform(-0.06, 0.06), random.uniform(-0.02, 0.02)
    vignette, contrast, colourfulness = random.uniform(0, 0.28), random.uniform(0.0, 0.12), random.uniform(0.88, 1.10)
    low_resolution = random.uniform(0.65, 0.85) if random.rand() < LOW_RESOLUTION_CHANCE else 1.0
    grain, sharpening, quality = 0.6 + 2.6 * random.rand() ** 2, random.uniform(0.0, 0.5), int(random.randint(78, 98))
    noise = random.standard_normal((size, size, 1)).astype(np.float32) + 0.35 * random.standard_normal((size, size, 3)).astype(np.float32)

    focused = _defocused(image, depth - focus, aperture * WIDEST_BLUR * len(image) / 256)
    light = cv2.resize(focused, (size, size), interpolation=cv2.INTER_AREA)
    balance = np.array([1 + warmth, 1 + tint, 1 - warmth], np.float32) * np.float32(exposure * 2**stops)
    developed = _developed(light * balance * _falloff(size, vignette), contrast, colourfulness)
    if low_resolution < 1:
        small = cv2.resize(developed, None, fx=low_resolution, fy=low_resolution, interpolation=cv2.INTER_AREA)
        developed = cv2.resize(small, (size, size), interpolation=cv2.INTER_CUBIC)
    developed = developed + noise * np.float32(grain) * (1.15 - developed.mean(2, keepdims=True) / 400)
    developed += np.float32(sharpening) * (developed - cv2.GaussianBlur(developed, (0, 0), 1.0))
    return _compressed(np.clip(developed + 0.5, 0, 255).astype(np.uint8), quality)


def _defocused(image: np.ndarray, behind: np.ndarray, sigma: float) -> np.ndarray:
    """The image with what lies behind the face blurred; the face does not leak into it."""
    if sigma < 0.5:
        return image
    half = (len(image) // 2, len(image) // 2)
    far = smooth(IN_FOCUS, OUT_OF_FOCUS, behind).astype(np.float32)
    weight = cv2.resize(far, half, interpolation=cv2.INTER_AREA)
    light = cv2.resize(image * far[..., None], half, interpolation=cv2.INTER_AREA)
    spread = cv2.GaussianBlur(weight, (0, 0), sigma / 2)
    blurred = cv2.GaussianBlur(light, (0, 0), sigma / 2) / np.maximum(spread, 1e-3)[..., None]
    blurred = cv2.resize(blurred, image.shape[:2], interpolation=cv2.INTER_LINEAR)
    return image + (blurred - image) * far[..., None]


def _falloff(size: int, vignette: float) -> np.ndarray:
    """Share [size,size,1] of the light that a lens passes on: less in the corners."""
    offset = np.linspace(-1, 1, size, dtype=np.float32)
    return 1 - np.float32(vignette / 2) * (offset[:, None] ** 2 + offset[None] ** 2)[..., None]


def _developed(light: np.ndarray, contrast: float, colourfulness: float) -> np.ndarray:
    """Display values 0..255, float32: highlights roll off, middle tones part."""
    toned = light * (1 + light / 6.0) / (1 + light * 0.62) * 1.08
    display = _TO_SRGB[np.clip(toned * 4095 + 0.5, 0, 4095).astype(np.uint16)]
    share = display / 255
    display = 255 * (share + np.float32(contrast * 4) * share * (1 - share) * (share - 0.5))
    gray = display @ np.array([0.299, 0.587, 0.114], np.float32)
    return gray[..., None] + (display - gray[..., None]) * np.float32(colourfulness)


def _compressed(picture: np.ndarray, quality: int) -> np.ndarray:
    """Through JPEG and back."""
    _, stream_of_bytes = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.ascontiguousarray(cv2.imdecode(stream_of_bytes, cv2.IMREAD_COLOR)[..., ::-1])
