"""Compiled materials: the colour, normal and gloss of one visible point of skin, eye, tooth, tongue, frame or jewel.

Lengths are head units (about 12 cm) on the neutral head: x to the person's left, y up, z forward; the eyes are at y = 7.28.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numba
import numpy as np

from synth import labels as lab
from synth.clothes import Cloth, cloth_colour, neckline
from synth.raster import KERNEL, clamped_lookup, smoothstep, tiled_lookup

PAINT_AZIMUTH = 3.2
"""Radians spanned by the width of the wrinkle and beard maps, centred on the face."""
PAINT_BOTTOM, PAINT_HEIGHT = 5.6, 2.8

LIP_STRENGTH = 0.85
WRINKLE_SLOPE, WRINKLE_SHADE = 2.8, 0.20
BOTTOM_LIP_TOP = 6.628
LIMBUS_SOFTNESS = (0.95, 1.06)
EYE_HEIGHT, EYE_OFFSET = 7.284, 0.308


class At(NamedTuple):
    """A point inside the triangle a, b, c by its barycentric weights."""

    a: int
    b: int
    c: int
    wa: float
    wb: float
    wc: float


class Surface(NamedTuple):
    """Albedo, normal (any length), strength and sharpness of the highlight, share of sky seen, and mask class; all floats."""

    red: float
    green: float
    blue: float
    nx: float
    ny: float
    nz: float
    gloss: float
    shininess: float
    openness: float
    label: float


class Textures(NamedTuple):
    """Maps [512,512] float32: noise in [0, 1] that tiles, wrinkle depth over the paint area; and beard tint [256,256] over the same."""

    noise: np.ndarray
    wrinkles: np.ndarray
    beard: np.ndarray


class Skin(NamedTuple):
    """Colours are linear RGB triples; strengths are about 0..1; heights are head units."""

    tone: tuple[float, float, float]
    lips: tuple[float, float, float]
    scalp_hair: tuple[float, float, float]
    stubble: tuple[float, float, float]
    cloth: Cloth
    oil: float
    redness: float
    freckles: float
    pores: float
    crepe: float
    unevenness: float
    age_spots: float
    bags: float
    blush: float
    eye_shadow: float
    lip_gloss: float
    scalp_tint: float
    pattern: float
    """Where in the noise this skin's pattern begins."""


class Eyes(NamedTuple):
    """centres and gaze (unit) [2,3] float32, the person's left eye first; iris colour linear RGB; angular radii in radians."""

    centres: np.ndarray
    gaze: np.ndarray
    iris: tuple[float, float, float]
    iris_radius: float
    pupil_radius: float
    white: float
    """Brightness of the whites."""


class Accessories(NamedTuple):
    """Looks of things of one colour, by material from FRAME_MATERIAL on: linear RGB [5,3], gloss, sharpness and mask class [5] float64."""

    colour: np.ndarray
    gloss: np.ndarray
    shininess: np.ndarray
    label: np.ndarray


@numba.njit(**KERNEL)
def mix(at, table, column):
    return at.wa * table[at.a, column] + at.wb * table[at.b, column] + at.wc * table[at.c, column]


@numba.njit(**KERNEL)
def mix3(at, table):
    return mix(at, table, 0), mix(at, table, 1), mix(at, table, 2)


@numba.njit(**KERNEL)
def _tinted(colour, target, amount):
    """`colour` moved towards `target` by `amount` in [0, 1]."""
    red, green, blue = colour
    return red + (target[0] - red) * amount, green + (target[1] - green) * amount, blue + (target[2] - blue) * amount


@numba.njit(**KERNEL)
def _scaled(colour, red, green, blue):
    return colour[0] * red, colour[1] * green, colour[2] * blue


@numba.njit(**KERNEL)
def skin_surface(at, traits, rest, normal, albedo, details, textures, skin):
    """Skin from the inside of the mouth to the shirt; `details` are oiliness, azimuth, mottling and freckling at this point."""
    x, y, z = rest
    oily, azimuth, mottle, freckled = details
    noise = textures.noise
    lips, inside, ear = mix(at, traits, lab.LIPS), mix(at, traits, lab.INSIDE_MOUTH), mix(at, traits, lab.EARS)
    openness = mix(at, traits, lab.OPENNESS)
    grain = tiled_lookup(noise, azimuth * 7.0 + skin.pattern, y * 6.3) - 0.5
    albedo = _spotted(albedo, azimuth, y, freckled, grain, noise, skin)

    u, v = azimuth / PAINT_AZIMUTH + 0.5, (y - PAINT_BOTTOM) / PAINT_HEIGHT
    nx, ny, nz = normal
    depth = clamped_lookup(textures.wrinkles, u, v)
    if depth > 0.003:
        step = 0.005
        nx += (clamped_lookup(textures.wrinkles, u + step, v) - depth) * WRINKLE_SLOPE
        ny += (clamped_lookup(textures.wrinkles, u, v + step) - depth) * WRINKLE_SLOPE
        dark = 1.0 - WRINKLE_SHADE * min(1.2, depth)
        albedo = _scaled(albedo, dark * (1 + 0.08 * depth), dark, dark)
    if skin.crepe > 0 and lips < 0.5 and inside < 0.3:
        crease, slope_x, slope_y = _fine_creases(azimuth, y, noise, skin.pattern)
        dark = 1.0 - 0.16 * skin.crepe * crease
        albedo = _scaled(albedo, dark, dark * (1 - 0.03 * skin.crepe * crease), dark * (1 - 0.03 * skin.crepe * crease))
        nx, ny = nx + slope_x * skin.crepe, ny + slope_y * skin.crepe
    pore = tiled_lookup(noise, azimuth * 9.0, y * 8.3)
    nx += (pore - tiled_lookup(noise, azimuth * 9.0 + 0.008, y * 8.3)) * skin.pores
    ny += (pore - tiled_lookup(noise, azimuth * 9.0, y * 8.3 + 0.008)) * skin.pores

    beard = clamped_lookup(textures.beard, u, v)
    if beard > 0 and lips < 0.3 and inside < 0.3:
        albedo = _tinted(albedo, skin.stubble, min(0.85, max(0.0, beard * (0.85 + 0.6 * (pore - 0.5)))))
    covered = mix(at, traits, lab.COVER)
    if covered > 0.1:
        albedo = _tinted(albedo, skin.scalp_hair, skin.scalp_tint * smoothstep(0.15, 0.8, covered))

    gloss, shininess = skin.oil * oily * max(0.3, 1.0 + 0.5 * grain + 0.6 * (pore - 0.5)), 15.0
    lip = smoothstep(0.25, 0.75, lips) * (1.0 if inside < 0.6 else 0.6)
    if lip > 0:
        albedo = _tinted(albedo, skin.lips, lip * LIP_STRENGTH)
        creased = 1 + 0.25 * (tiled_lookup(noise, x * 9.0, y * 1.2) - 0.5) * lip
        albedo = _scaled(albedo, creased, creased, creased)
        gloss, shininess = gloss + lip * (0.12 + 0.75 * skin.lip_gloss), 18.0 + lip * 14
    if inside > 0.5:
        albedo = _inside_mouth(albedo, inside, y, z)
    label = _skin_label(lips, inside, ear, x, y, z)

    if y < neckline(skin.cloth, x, z):
        albedo, gloss, label = cloth_colour(skin.cloth, x, y, z, mottle + grain), 0.02, 1.0 * lab.CLOTH
    return Surface(albedo[0], albedo[1], albedo[2], nx, ny, nz, gloss, shininess, openness, label)


@numba.njit(**KERNEL)
def _fine_creases(azimuth, y, noise, pattern):
    """A net of fine lines, 0..1, and its slopes: across the forehead, down the cheeks. Lines run where smooth noise crosses its middle."""
    step = 0.006
    if y > 7.42:
        u, v = azimuth * 0.9 + pattern, y * 3.4 + pattern
        value = tiled_lookup(noise, u, v)
        slope_x, slope_y = 0.0, _crease(tiled_lookup(noise, u, v + step)) - _crease(value)
    else:
        u, v = azimuth * 2.6 + pattern, y * 1.1 + pattern
        value = tiled_lookup(noise, u, v)
        slope_x, slope_y = _crease(tiled_lookup(noise, u + step, v)) - _crease(value), 0.0
    return _crease(value), slope_x * 0.5, slope_y * 0.5


@numba.njit(**KERNEL)
def _crease(value):
    return max(0.0, 1.0 - abs(value - 0.5) * 7.0)


@numba.njit(**KERNEL)
def _spotted(albedo, azimuth, y, freckled, grain, noise, skin):
    if skin.freckles > 0:
        spot = smoothstep(0.62, 0.75, tiled_lookup(noise, azimuth * 9.0 + 0.3, y * 8.5 + 0.7)) * skin.freckles * freckled
        albedo = _scaled(albedo, 1 - 0.22 * spot, 1 - 0.36 * spot, 1 - 0.42 * spot)
    if skin.age_spots > 0:
        spot = smoothstep(0.86, 0.95, tiled_lookup(noise, azimuth * 3.3 + 0.13 + skin.pattern, y * 3.1)) * skin.age_spots
        albedo = _scaled(albedo, 1 - 0.20 * spot, 1 - 0.29 * spot, 1 - 0.34 * spot)
    rough = 1.0 + grain * (0.04 + 0.45 * skin.pores)
    return _scaled(albedo, rough, rough, rough)


@numba.njit(**KERNEL)
def _inside_mouth(albedo, inside, y, z):
    """Red flesh that darkens with depth, and more so at the palate."""
    light = 1 - 0.85 * smoothstep(1.50, 1.25, z)
    albedo = _tinted(albedo, (0.28 * light, 0.06 * light, 0.06 * light), smoothstep(0.45, 0.9, inside))
    return _scaled(albedo, 0.25, 0.25, 0.25) if y > 6.85 else albedo


@numba.njit(**KERNEL)
def _skin_label(lips, inside, ear, x, y, z):
    """Mask class, as a float, of a point of the neutral head."""
    if lips > 0.5:
        return 1.0 * (lab.MOUTH if inside > 0.7 else lab.U_LIP if y > BOTTOM_LIP_TOP else lab.L_LIP)
    if inside > 0.5:
        return 1.0 * lab.MOUTH
    if ear > 0.5:
        return 1.0 * (lab.L_EAR if x > 0 else lab.R_EAR)
    if (y < 6.16 and (z < 1.28 or y < 6.05)) or (y < 6.55 and z < 0.75):
        return 1.0 * lab.NECK
    aside = abs(x)
    if z > 1.40 and 6.83 < y < 7.22 and aside < 0.07 + 0.13 * smoothstep(7.15, 6.9, y):
        return 1.0 * lab.NOSE
    if z > 1.0 and 0.075 < aside < 0.53 and _on_brow(aside, y):
        return 1.0 * (lab.L_BROW if x > 0 else lab.R_BROW)
    return 1.0 * lab.SKIN


@numba.njit(**KERNEL)
def _on_brow(aside, y):
    if aside < 0.2:
        middle = 7.478 + 0.027 * (aside - 0.08) / 0.12
    elif aside < 0.34:
        middle = 7.505 + 0.02 * (aside - 0.2) / 0.14
    elif aside < 0.44:
        middle = 7.525 - 0.013 * (aside - 0.34) / 0.10
    else:
        middle = 7.512 - 0.037 * (aside - 0.44) / 0.08
    half_width = 0.030 * min(1.0, (aside - 0.07) / 0.03) if aside < 0.25 else 0.031 * max(0.1, 1.0 - (aside - 0.25) / 0.30)
    return abs(y - middle) < half_width


@numba.njit(**KERNEL)
def eye_surface(point, rest, normal, openness, noise, eyes):
    """Eyeball: white, veined towards the back, with iris, limbal ring, pupil, a corneal bulge and the lids' shade."""
    side = 0 if rest[0] > 0 else 1
    centre, gaze = eyes.centres[side], eyes.gaze[side]
    x, y, z = point[0] - centre[0], point[1] - centre[1], point[2] - centre[2]
    length = math.sqrt(x * x + y * y + z * z) + 1e-9
    x, y, z = x / length, y / length, z / length
    angle = math.acos(min(1.0, max(-1.0, x * gaze[0] + y * gaze[1] + z * gaze[2])))
    white = eyes.white
    albedo = (0.40 * white, 0.355 * white, 0.335 * white)
    if angle > eyes.iris_radius:
        red = smoothstep(eyes.iris_radius, 1.2, angle)
        albedo = _scaled(albedo, 1 - 0.12 * red, 1 - 0.38 * red, 1 - 0.42 * red)
    around = math.atan2(y * gaze[2] - z * gaze[1], z * gaze[0] - x * gaze[2])
    fibres = tiled_lookup(noise, around * 1.6, angle * 0.9)
    outward = angle / eyes.iris_radius
    brightness = (0.70 + 0.8 * fibres) * (1 - 0.70 * smoothstep(0.80, 1.0, outward)) * (1.0 + 0.35 * smoothstep(0.80, 0.45, outward))
    brightness *= smoothstep(eyes.pupil_radius * 0.9, eyes.pupil_radius * 1.1, angle)
    iris = 1 - smoothstep(eyes.iris_radius * LIMBUS_SOFTNESS[0], eyes.iris_radius * LIMBUS_SOFTNESS[1], angle)
    albedo = _tinted(albedo, _scaled(eyes.iris, brightness, brightness, brightness), iris)
    above, aside = rest[1] - EYE_HEIGHT, abs(abs(rest[0]) - EYE_OFFSET)
    shade = 1 - 0.62 * smoothstep(0.0, 0.075, above) - 0.15 * smoothstep(-0.02, -0.06, above)
    shade *= 1 - 0.55 * smoothstep(0.075, 0.125, aside)
    openness *= shade
    shade = math.sqrt(shade)
    albedo = _scaled(albedo, shade, shade, shade)
    bulge = 0.35 * iris
    nx, ny, nz = normal[0] + (x - gaze[0]) * bulge, normal[1] + (y - gaze[1]) * bulge, normal[2] + (z - gaze[2]) * bulge
    label = 1.0 * (lab.L_EYE if side == 0 else lab.R_EYE)
    return Surface(albedo[0], albedo[1], albedo[2], nx, ny, nz, 0.7, 350.0, openness, label)


@numba.njit(**KERNEL)
def teeth_surface(rest, normal, openness, gum):
    """Teeth with gaps between them, gums above or below, darker towards the back and the corners; lit evenly (openness 1)."""
    across = rest[0] * 9.5
    gap = abs(across - math.floor(across) - 0.5)
    light = (1 - 0.40 * smoothstep(0.36, 0.5, gap)) * openness
    light *= (1 - 0.85 * smoothstep(1.46, 1.2, rest[2])) * (1 - 0.50 * smoothstep(0.11, 0.25, abs(rest[0])))
    albedo = _scaled(_tinted((0.47, 0.43, 0.36), (0.45, 0.16, 0.15), smoothstep(0.55, 0.8, gum)), light, light, light)
    return Surface(albedo[0], albedo[1], albedo[2], normal[0], normal[1], normal[2], 0.5, 40.0, 1.0, 1.0 * lab.MOUTH)


@numba.njit(**KERNEL)
def tongue_surface(rest, normal):
    light = 1 - 0.75 * smoothstep(1.35, 1.0, rest[2])
    return Surface(0.36 * light, 0.10 * light, 0.09 * light, normal[0], normal[1], normal[2], 0.3, 20.0, 0.5, 1.0 * lab.MOUTH)


@numba.njit(**KERNEL)
def worn_surface(material, normal, accessories):
    k = material - lab.FRAME_MATERIAL
    red, green, blue = accessories.colour[k, 0], accessories.colour[k, 1], accessories.colour[k, 2]
    gloss, shininess, label = accessories.gloss[k], accessories.shininess[k], accessories.label[k]
    return Surface(red, green, blue, normal[0], normal[1], normal[2], gloss, shininess, 1.0, label)


@numba.njit(**KERNEL)
def cloth_surface(rest, normal, openness, cloth):
    red, green, blue = cloth_colour(cloth, rest[0], rest[1], rest[2], 0.0)
    return Surface(red, green, blue, normal[0], normal[1], normal[2], 0.02, 16.0, openness, 1.0 * lab.CLOTH)
