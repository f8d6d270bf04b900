"""From shaded pixels to a photograph: scattering under the skin, backdrop, lenses, tone curve, grain; and the mask."""

from __future__ import annotations

import math

import cv2
import numpy as np

from synth import labels as lab
from synth.accessories import LENS_TINT, SUNGLASSES_FROM
from synth.materials import linear
from synth.parameters import FaceParameters
from synth.streams import BACKDROP, PHOTO, stream

SCATTERING_CLASSES = (lab.SKIN, lab.NOSE, lab.L_EAR, lab.R_EAR, lab.NECK, lab.U_LIP, lab.L_LIP)
SCATTERING_RADII = (3.2, 1.6, 1.1)
"""Blur of red, green and blue in pixels of a 256 pixel picture."""
SCATTERED_SHARE = 0.8

BLOBS_CHANCE, BLUR_CHANCE = 0.6, 0.35
LENS_GLARE, LENS_BODY = 0.10, 0.02

_LEVELS = np.linspace(0, 1, 4096)
_TO_SRGB = (255 * np.where(_LEVELS <= 0.0031308, 12.92 * _LEVELS, 1.055 * _LEVELS ** (1 / 2.4) - 0.055)).astype(np.float32)


def scattered(irradiance: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Irradiance [H,W,3] float32 with skin's blurred, red most: the screen-space method of Jimenez et al. (2009), at half resolution."""
    size = len(labels)
    half = size // 2
    skin = np.isin(labels, SCATTERING_CLASSES).astype(np.float32)
    light = cv2.resize(irradiance * skin[..., None], (half, half), interpolation=cv2.INTER_AREA)
    share = cv2.resize(skin, (half, half), interpolation=cv2.INTER_AREA)
    result = irradiance.copy()
    for channel, radius in enumerate(SCATTERING_RADII):
        sigma = radius * half / 256
        # Dividing by the blurred share keeps light from leaking in from beyond the skin's edge.
        blurred = cv2.GaussianBlur(light[..., channel], (0, 0), sigma) / np.maximum(cv2.GaussianBlur(share, (0, 0), sigma), 1e-3)
        blurred = cv2.resize(blurred, (size, size), interpolation=cv2.INTER_LINEAR)
        mixed = blurred * SCATTERED_SHARE + irradiance[..., channel] * (1 - SCATTERED_SHARE)
        result[..., channel] = np.where(skin > 0, mixed, irradiance[..., channel])
    return result


def backdrop(background_seed: int, size: int) -> np.ndarray:
    """A colour gradient, often with a few blurred blobs on it: linear RGB [size,size,3] float32."""
    random = stream(background_seed, BACKDROP)
    first, second = linear(random.randint(20, 235, 3)), linear(random.randint(20, 235, 3))
    grayness = random.uniform(0.55, 1)
    first, second = _muted(first, grayness), _muted(second, grayness)
    cells, angle = 24, random.rand() * 6.28
    rows, columns = np.mgrid[0:cells, 0:cells] / cells - 0.5
    t = np.clip(0.5 + columns * math.cos(angle) + rows * math.sin(angle), 0, 1)[..., None]
    picture = (first * (1 - t) + second * t).astype(np.float32)
    if random.rand() < BLOBS_CHANCE:
        picture = cv2.resize(picture, (64, 64))
        for _ in range(random.randint(3, 16)):
            centre = [int(value) for value in random.randint(0, 64, 2)]
            axes = (int(random.randint(2, 20)), int(random.randint(2, 20)))
            tilt = float(random.rand() * 180)
            colour = _muted(linear(random.randint(10, 250, 3)), grayness) * 0.8
            cv2.ellipse(picture, centre, axes, tilt, 0, 360, colour.tolist(), -1)
        picture = cv2.GaussianBlur(picture, (0, 0), random.uniform(1.5, 7))
    return cv2.resize(picture, (size, size), interpolation=cv2.INTER_CUBIC).clip(0, 1)


def _muted(colour: np.ndarray, grayness: float) -> np.ndarray:
    return colour * (1 - grayness) + colour.mean() * grayness


def add_lens(image: np.ndarray, labels: np.ndarray, outline: np.ndarray, eyeglasses: int) -> np.ndarray:
    """The image [H,W,3] float32 seen through a lens with this outline [n,2] in pixels, with a streak of glare; dark lenses are labelled."""
    size = len(labels)
    covered = np.zeros((size, size), np.uint8)
    subpixel_bits = 4
    cv2.fillPoly(covered, [np.round(outline * 2**subpixel_bits).astype(np.int32)], 255, cv2.LINE_AA, subpixel_bits)
    share = covered.astype(np.float32) / 255
    tint = LENS_TINT[eyeglasses]
    rows, columns = np.linspace(0, 1, size)[:, None], np.linspace(0, 1, size)[None]
    middle = (outline[:, 0].mean() + outline[:, 1].mean() * 0.6) / size
    glare = np.clip(1 - np.abs(columns + rows * 0.6 - middle + 0.02) / 0.03, 0, 1) * LENS_GLARE
    if eyeglasses >= SUNGLASSES_FROM:
        labels[share > 0.5] = lab.EYE_G
    return image * (1 - share[..., None] * tint) + (share * tint * LENS_BODY + share * glare)[..., None].astype(np.float32)


def photograph(image: np.ndarray, exposure: float, params: FaceParameters, size: int) -> np.ndarray:
    """Linear light [H,W,3] float32 averaged down to `size` pixels and developed: sRGB uint8 with a soft shoulder, grain, at times blur."""
    small = cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA) * np.float32(exposure)
    toned = small * (1 + small / 6.0) / (1 + small * 0.62) * 1.08
    developed = _TO_SRGB[np.clip(toned * 4095 + 0.5, 0, 4095).astype(np.uint16)]
    random = stream(params.camera_seed, PHOTO)
    strength = random.uniform(0.5, 2.5)
    developed = developed + (random.standard_normal((size, size)).astype(np.float32) * np.float32(strength))[..., None]
    if random.rand() < BLUR_CHANCE:
        developed = cv2.GaussianBlur(developed, (0, 0), 0.45 * size / 128)
    return np.clip(developed + 0.5, 0, 255).astype(np.uint8)


def mask(labels: np.ndarray, size: int) -> np.ndarray:
    """The labels [H,W] uint8 at `size` pixels, with the gaps between strands counted as hair."""
    width = max(1, len(labels) // 64)
    hair = cv2.morphologyEx((labels == lab.HAIR).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((width, width), np.uint8))
    filled = np.where((hair > 0) & (labels != lab.EYE_G) & (labels != lab.EAR_R), np.uint8(lab.HAIR), labels)
    return cv2.resize(filled, (size, size), interpolation=cv2.INTER_NEAREST)
