"""Compiled shading: what light each visible point of the head receives and sends back, in linear RGB.

Positions called "rest" are those of the neutral head, so that paint stays where it is when the face moves. Lighting is Lambert's law with
a wrap that reaches further for red light, which is what scattering under the skin looks like, plus Blinn-Phong highlights (Blinn, 1977)
under Schlick's Fresnel term (1994).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numba
import numpy as np

from synth import labels as lab
from synth.raster import KERNEL, tiled_lookup
from synth.shadows import skin_light
from synth.surfaces import At, cloth_surface, eye_surface, mix, mix3, skin_surface, teeth_surface, tongue_surface, worn_surface

SKY_GLOSS = 0.25
SURFACE_LIFT = 0.012
"""Shadows are looked up this far above the skin, so that it does not shade itself."""


class Mesh(NamedTuple):
    """The posed head with its accessories: points, normals, rest [N,3] and traits [N,6] float32, triangles [T,3] and materials [T] int32.

    The first `skin_points` points are skin.
    """

    points: np.ndarray
    normals: np.ndarray
    rest: np.ndarray
    traits: np.ndarray
    triangles: np.ndarray
    materials: np.ndarray
    skin_points: int


# Columns of the vertex colours [N,8] float32.
(RED, GREEN, BLUE, LIT, OIL, AZIMUTH, MOTTLE, FRECKLED) = range(8)


@numba.njit(**KERNEL)
def shade_vertices(mesh, regions, view, skin, noise):
    """Slowly varying parts of the skin's look, [N,8] float32: albedo, key light received, oiliness, azimuth, mottling, freckles."""
    colours = np.zeros((mesh.points.shape[0], 8), np.float32)
    red, green, blue = skin.tone
    for i in range(mesh.points.shape[0]):
        x, y, z = mesh.points[i, 0], mesh.points[i, 1], mesh.points[i, 2]
        nx, ny, nz = mesh.normals[i, 0], mesh.normals[i, 1], mesh.normals[i, 2]
        colours[i, LIT] = skin_light(x + nx * SURFACE_LIFT, y + ny * SURFACE_LIFT, z + nz * SURFACE_LIFT, view)
        if i >= mesh.skin_points:
            colours[i, RED], colours[i, GREEN], colours[i, BLUE], colours[i, OIL] = red, green, blue, 0.5
            continue
        azimuth, height = regions[i, lab.AZIMUTH], mesh.rest[i, 1]
        broad = tiled_lookup(noise, azimuth * 0.55 + skin.pattern, height * 0.5 + skin.pattern * 3) - 0.5
        fine = tiled_lookup(noise, azimuth * 2.3 + skin.pattern * 5, height * 2.1 + skin.pattern) - 0.5
        flush = skin.redness * regions[i, lab.REDNESS] + skin.unevenness * (broad * 0.5 + fine * 0.7)
        pigment = 1.0 + skin.unevenness * (fine * 0.10 + broad * 0.07)
        blush, bag = skin.blush * regions[i, lab.BLUSH], skin.bags * regions[i, lab.EYE_BAG]
        shadow = skin.eye_shadow * regions[i, lab.EYE_SHADOW]
        colours[i, RED] = red * (1 + 0.10 * flush) * (1 - 0.02 * blush) * (1 - 0.18 * bag) * (1 - 0.45 * shadow) * pigment
        colours[i, GREEN] = green * (1 - 0.17 * flush) * (1 - 0.38 * blush) * (1 - 0.24 * bag) * (1 - 0.62 * shadow) * pigment
        colours[i, BLUE] = blue * (1 - 0.15 * flush) * (1 - 0.25 * blush) * (1 - 0.18 * bag) * (1 - 0.55 * shadow) * pigment
        colours[i, OIL], colours[i, AZIMUTH] = regions[i, lab.OILY], azimuth
        colours[i, MOTTLE], colours[i, FRECKLED] = fine, regions[i, lab.FRECKLED]
    return colours


@numba.njit(**KERNEL)
def _surface(material, at, mesh, colours, textures, skin, eyes, accessories):
    rest = mix3(at, mesh.rest)
    normal = mix3(at, mesh.normals)
    if material == lab.SKIN_MATERIAL:
        albedo = (mix(at, colours, RED), mix(at, colours, GREEN), mix(at, colours, BLUE))
        details = (mix(at, colours, OIL), mix(at, colours, AZIMUTH), mix(at, colours, MOTTLE), mix(at, colours, FRECKLED))
        return skin_surface(at, mesh.traits, rest, normal, albedo, details, textures, skin)
    if material == lab.EYE_MATERIAL:
        return eye_surface(mix3(at, mesh.points), rest, normal, mix(at, mesh.traits, lab.OPENNESS), textures.noise, eyes)
    if material == lab.TEETH_MATERIAL:
        return teeth_surface(rest, normal, mix(at, mesh.traits, lab.OPENNESS), mix(at, mesh.traits, lab.COVER))
    if material == lab.TONGUE_MATERIAL:
        return tongue_surface(rest, normal)
    if material == lab.CLOTH_MATERIAL:
        return cloth_surface(rest, normal, mix(at, mesh.traits, lab.OPENNESS), skin.cloth)
    return worn_surface(material, normal, accessories)


@numba.njit(**KERNEL)
def _barycentric(x, y, screen, a, b, c):
    x0, y0, x1, y1, x2, y2 = screen[a, 0], screen[a, 1], screen[b, 0], screen[b, 1], screen[c, 0], screen[c, 1]
    inverse_area = 1.0 / ((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0))
    wb = ((x - x0) * (y2 - y0) - (x2 - x0) * (y - y0)) * inverse_area
    wc = ((x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)) * inverse_area
    return At(a, b, c, 1.0 - wb - wc, wb, wc)


@numba.njit(**KERNEL)
def _dot(a, b):
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


@numba.njit(**KERNEL)
def _blinn(normal, view, light, shininess, normalisation):
    """Blinn-Phong highlight, with exp for the power: nearly the same lobe, and much faster."""
    x, y, z = light[0] + view[0], light[1] + view[1], light[2] + view[2]
    cosine = max(0.0, (normal[0] * x + normal[1] * y + normal[2] * z) / (math.sqrt(x * x + y * y + z * z) + 1e-9))
    return math.exp(shininess * (cosine - 1)) * normalisation


@numba.njit(**KERNEL)
def _wrap(facing, reach):
    """Lambert's cosine, reaching round the edge as light from a wide source does."""
    return max(0.0, (facing + reach) / (1.0 + reach))


@numba.njit(**KERNEL)
def _diffuse(material, normal, lit, openness, lights):
    """Irradiance (R, G, B) on a surface."""
    facing = _dot(normal, lights.key_direction)
    if material == lab.TEETH_MATERIAL:
        lit, facing = 0.6 + 0.4 * lit, 0.5 + 0.5 * max(0.0, facing)
    soft = lights.softness
    wrapped = (_wrap(facing, soft), _wrap(facing, soft), _wrap(facing, soft))
    lit += (1 - lit) * 0.5 * soft
    red_lit = lit
    if material == lab.SKIN_MATERIAL:
        wrapped = (_wrap(facing, soft + 0.20), _wrap(facing, soft + 0.10), _wrap(facing, soft + 0.06))
        red_lit = 0.3 * math.sqrt(lit) + 0.7 * lit
    upward = 0.5 + 0.5 * normal[1]
    fill = max(0.0, _dot(normal, lights.fill_direction) * 0.75 + 0.25)
    rim = max(0.0, _dot(normal, lights.rim_direction)) * openness
    # In hollows, light that bounced off skin is redder: the darker occlusion counts less for red.
    squared = openness * openness
    hollow = (openness * 0.8 + 0.2 * squared, openness * 0.5 + 0.5 * squared, openness * 0.45 + 0.55 * squared)
    received = (wrapped[0] * red_lit, wrapped[1] * lit, wrapped[2] * lit)
    red = lights.key[0] * received[0] + _around(0, upward, fill, lights) * hollow[0] + lights.rim[0] * rim
    green = lights.key[1] * received[1] + _around(1, upward, fill, lights) * hollow[1] + lights.rim[1] * rim
    blue = lights.key[2] * received[2] + _around(2, upward, fill, lights) * hollow[2] + lights.rim[2] * rim
    return red, green, blue


@numba.njit(**KERNEL)
def _around(channel, upward, fill, lights):
    return lights.sky[channel] * upward + lights.ground[channel] * (1 - upward) + lights.fill[channel] * fill


@numba.njit(**KERNEL)
def _highlights(material, normal, view, lit, gloss, shininess, openness, lights):
    """Strengths of the mirrored key light, fill light and sky."""
    facing_key, facing_fill = _dot(normal, lights.key_direction), _dot(normal, lights.fill_direction)
    if material == lab.TEETH_MATERIAL:
        lit, facing_key = 0.6 + 0.4 * lit, 0.5 + 0.5 * max(0.0, facing_key)
    glancing = 1 - max(0.0, _dot(normal, view))
    fresnel = 0.04 + 0.5 * glancing**5
    normalisation = (shininess + 8) / 25.0
    key = _blinn(normal, view, lights.key_direction, shininess, normalisation) * max(0.0, facing_key) * lit * 2.2
    fill = _blinn(normal, view, lights.fill_direction, shininess * 0.7, normalisation) * max(0.0, facing_fill) * openness * 2.0
    sky = SKY_GLOSS * (0.5 + 0.5 * normal[1]) * openness
    return gloss * fresnel * key, gloss * fresnel * fill, gloss * fresnel * sky


@numba.njit(**KERNEL)
def shade_pixels(triangle_buffer, screen, mesh, colours, camera, lights, textures, skin, eyes, accessories):
    """Shade every pixel that `rasterise` found a triangle for.

    Returns irradiance, albedo and specular light [H,W,3] float32 and labels [H,W] uint8 (0 where there is no triangle). They stay apart
    because only the irradiance is blurred by scattering.
    """
    height, width = triangle_buffer.shape
    irradiance = np.zeros((height, width, 3), np.float32)
    albedo = np.zeros((height, width, 3), np.float32)
    specular = np.zeros((height, width, 3), np.float32)
    labels = np.zeros((height, width), np.uint8)
    for y in range(height):
        for x in range(width):
            triangle = triangle_buffer[y, x]
            if triangle < 0:
                continue
            corners = mesh.triangles[triangle]
            at = _barycentric(x + 0.5, y + 0.5, screen, corners[0], corners[1], corners[2])
            material = mesh.materials[triangle]
            surface = _surface(material, at, mesh, colours, textures, skin, eyes, accessories)
            point = mix3(at, mesh.points)
            lit = max(0.0, mix(at, colours, LIT))  # a pixel on an edge may lie a hair outside of its triangle
            view = _unit(camera[0] - point[0], camera[1] - point[1], camera[2] - point[2])
            normal = _unit(surface.nx, surface.ny, surface.nz)
            if surface.label == lab.CLOTH:
                material = lab.CLOTH_MATERIAL
            light = _diffuse(material, normal, lit, surface.openness, lights)
            key, fill, sky = _highlights(material, normal, view, lit, surface.gloss, surface.shininess, surface.openness, lights)
            own = (surface.red, surface.green, surface.blue)
            for c in range(3):
                irradiance[y, x, c] = light[c]
                albedo[y, x, c] = max(0.0, own[c])
                specular[y, x, c] = key * lights.key[c] + fill * lights.fill[c] + sky * lights.sky[c]
            labels[y, x] = int(surface.label)
    return irradiance, albedo, specular, labels


@numba.njit(**KERNEL)
def _unit(x, y, z):
    length = math.sqrt(x * x + y * y + z * z) + 1e-9
    return x / length, y / length, z / length
