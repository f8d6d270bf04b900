"""Between shaded pixels and a photograph: scattering under the skin, lenses; and the mask."""

from __future__ import annotations

import cv2
import numpy as np

from synth import labels as lab
from synth.eyeglasses import Lenses

SCATTERING_CLASSES = (lab.SKIN, lab.NOSE, lab.L_EAR, lab.R_EAR, lab.NECK, lab.U_LIP, lab.L_LIP)
SCATTERING_RADII = (2.0, 1.1, 0.8)
"""Blur of red, green and blue in pixels of a 256 pixel picture."""
SCATTERED_SHARE = 0.6

LENS_BODY = 0.5
"""Light that a lens sends back by itself, times its colour and opacity."""
SEEN_THROUGH_LENSES = (lab.L_EYE, lab.R_EYE, lab.L_BROW, lab.R_BROW)
"""Classes that count more than the clear lens before them, as in CelebAMask-HQ's usual order of combination."""
SUBPIXEL_BITS = 4
NEVER_BETWEEN_STRANDS = (lab.EYE_G, lab.EAR_R, lab.NECK_L, lab.HAT)


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


def add_lenses(
    image: np.ndarray,
    labels: np.ndarray,
    depth: np.ndarray,
    outlines: list[tuple[np.ndarray, np.ndarray]],
    lenses: Lenses,
    light_from: float,
) -> None:
    """Look at image [H,W,3] and labels through both lenses, in place, where nothing nearer in depth [H,W] is in front of them.

    Outlines are pixel coordinates [n,2] and distances [n]; `light_from` is -1 to 1, where on the lenses the light is mirrored.
    """
    for outline, distance in outlines:
        left, top = np.maximum(np.floor(outline.min(0)).astype(int), 0)
        right, bottom = np.minimum(np.ceil(outline.max(0)).astype(int) + 1, len(labels))
        if right <= left or bottom <= top:
            continue
        covered = np.zeros((bottom - top, right - left), np.uint8)
        corners = np.round((outline - [left, top] - 0.5) * 2**SUBPIXEL_BITS).astype(np.int32)
        cv2.fillPoly(covered, [corners], 255, cv2.LINE_AA, SUBPIXEL_BITS)
        rows, columns = np.mgrid[top:bottom, left:right]
        plane, *_ = np.linalg.lstsq(np.c_[outline, np.ones(len(outline))], distance, rcond=None)
        behind = depth[top:bottom, left:right] > columns * plane[0] + rows * plane[1] + plane[2]
        share = covered.astype(np.float32) / 255 * behind

        middle, half = (outline.max(0) + outline.min(0)) / 2, np.ptp(outline, axis=0) / 2
        across, down = (columns - middle[0]) / half[0], (rows - middle[1]) / half[1]
        opacity = np.interp(down, [-1, 1], lenses.opacity) * share
        # A window mirrored in the upper part, slanted as panes are, and the sky fading downwards.
        pane = np.clip((0.24 - np.abs(across + 0.35 * down - 0.4 * light_from)) * 7, 0, 1) * np.clip((0.38 - np.abs(down + 0.42)) * 6, 0, 1)
        mirrored = lenses.reflection * share * (0.75 * pane + 0.25 * np.clip(-down, 0, 1))
        part = image[top:bottom, left:right]
        part *= (1 - opacity)[..., None]
        part += (opacity * LENS_BODY)[..., None] * lenses.colour + mirrored[..., None]
        classes = labels[top:bottom, left:right]
        see_through = () if lenses.dark else SEEN_THROUGH_LENSES
        classes[(share > 0.5) & ~np.isin(classes, see_through)] = lab.EYE_G


def mask(labels: np.ndarray, size: int) -> np.ndarray:
    """The labels [H,W] uint8 at `size` pixels, with the gaps between strands counted as hair."""
    width = max(1, len(labels) // 64)
    hair = cv2.morphologyEx((labels == lab.HAIR).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((width, width), np.uint8))
    filled = np.where((hair > 0) & ~np.isin(labels, NEVER_BETWEEN_STRANDS), np.uint8(lab.HAIR), labels)
    return cv2.resize(filled, (size, size), interpolation=cv2.INTER_NEAREST)
