"""Compiled loops over hair strands: grow them over the head, shade them, draw them.

A strand is a polyline of K points; a tuft of n strands is an array [n,K,3] float32 in head units.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numba
import numpy as np

from synth.raster import KERNEL
from synth.shadows import hair_light

NO_LABEL = -1
TURN = 2 * math.pi

DEPTH_TOLERANCE = 0.004
SKIN_CLEARANCE = 0.006
TURN_FROM = 0.55
"""Share of a strand's length from which its tip turns."""
DEEPEST_PUSH = 0.15
"""A point further inside the head than this is in a hollow that the radial map cannot describe; leave it alone."""


class Growth(NamedTuple):
    """How each of n strands grows; all float32, arrays [n] or [n,3]."""

    roots: np.ndarray
    directions: np.ndarray
    combing: np.ndarray
    length: np.ndarray
    lift: np.ndarray
    """Distance kept from the head, in head units."""
    gravity: np.ndarray
    """0: gravity only acts towards the tip; 1: from the root on."""
    stiffness: np.ndarray
    """Share of the last step's direction that the next step keeps."""
    curl_radius: np.ndarray
    curl_turns: np.ndarray
    """Turns per head unit."""
    curl_phase: np.ndarray
    face_avoidance: np.ndarray
    """0: may hang over the face; 1: falls beside it."""
    forward: np.ndarray
    """How far before the middle of the head hair hangs beside the neck, in head units; negative behind it."""
    tip_turn: np.ndarray
    """How much the tips turn away from the head; negative towards it."""


class Obstacle(NamedTuple):
    """The head as a star: `radius` [H,W] float32 over azimuth (W) and sine of latitude (H), seen from `centre` [3]."""

    centre: np.ndarray
    radius: np.ndarray

    def towards(self, azimuth: np.ndarray, sine: np.ndarray) -> np.ndarray:
        """The radius in directions given by azimuth in radians and sine of latitude, arrays of one shape."""
        height, width = self.radius.shape
        column = (azimuth / TURN + 0.5) * width - 0.5
        row = np.clip((sine * 0.5 + 0.5) * height - 0.5, 0, height - 1.001)
        left, top = np.floor(column).astype(int), row.astype(int)
        across, down = column - left, row - top
        left, right = left % width, (left + 1) % width
        above = self.radius[top, left] * (1 - across) + self.radius[top, right] * across
        below = self.radius[top + 1, left] * (1 - across) + self.radius[top + 1, right] * across
        return above * (1 - down) + below * down


@numba.njit(**KERNEL)
def _radius_towards(obstacle, x, y, z, distance):
    height, width = obstacle.radius.shape
    u = (math.atan2(x, z) * (1 / TURN) + 0.5) * width - 0.5
    v = (y / distance * 0.5 + 0.5) * height - 0.5
    column, row = int(math.floor(u)), int(math.floor(v))
    fu, fv = u - column, v - row
    top, bottom = min(max(row, 0), height - 1), min(max(row + 1, 0), height - 1)
    left = column if column >= 0 else column + width
    right = column + 1 if column + 1 < width else column + 1 - width
    above = obstacle.radius[top, left] * (1 - fu) + obstacle.radius[top, right] * fu
    below = obstacle.radius[bottom, left] * (1 - fu) + obstacle.radius[bottom, right] * fu
    return above * (1 - fv) + below * fv


@numba.njit(**KERNEL)
def _steer_round_face(dx, dz, x, y, z, avoidance, forward):
    """Turn a step (dx, dz) at (x, y, z), relative to the head's centre but for y, out of the face and past the neck."""
    side = 1.0 if x >= 0 else -1.0
    overlap = avoidance * z * 1.35 - abs(x)
    if z > 0 and y < 7.85 and overlap > 0:
        wanted = overlap * 1.2
        if dx * side < wanted:
            dx += (side * wanted - dx) * 0.75
        dz -= 0.3 * wanted
    if y < 6.9:
        dz += min(0.25, max(-0.25, 0.5 * (forward - z)))
        if abs(x) < 0.62:
            dx += side * 0.25
    return dx, dz


@numba.njit(**KERNEL)
def _integrate(strand, i, growth, obstacle):
    """Walk strand i from its root: each step keeps part of the last direction, follows the comb near the root and falls near the tip."""
    count = strand.shape[0]
    centre = obstacle.centre
    px, py, pz = growth.roots[i, 0], growth.roots[i, 1], growth.roots[i, 2]
    dx, dy, dz = growth.directions[i, 0], growth.directions[i, 1], growth.directions[i, 2]
    strand[0, 0], strand[0, 1], strand[0, 2] = px, py, pz
    step = growth.length[i] / (count - 1)
    keep, gravity, avoidance = growth.stiffness[i], growth.gravity[i], growth.face_avoidance[i]
    for k in range(1, count):
        t = k / (count - 1.0)
        fall = (1 - keep) * (gravity + (1 - gravity) * t * min(1.0, growth.length[i])) * 1.4
        comb = (1 - keep) * (1 - t) * (1 - t * 0.5) * (1 - gravity * 0.5)
        dx = dx * keep + growth.combing[i, 0] * comb
        dy = dy * keep + growth.combing[i, 1] * comb - fall
        dz = dz * keep + growth.combing[i, 2] * comb
        if avoidance > 0:
            dx, dz = _steer_round_face(dx, dz, px - centre[0], py, pz - centre[2], avoidance, growth.forward[i])
        if t > TURN_FROM and growth.tip_turn[i] != 0.0:
            turn = growth.tip_turn[i] * (t - TURN_FROM) / math.sqrt((px - centre[0]) ** 2 + (pz - centre[2]) ** 2 + 0.01)
            dx, dz = dx + turn * (px - centre[0]), dz + turn * (pz - centre[2])
        norm = 1.0 / (math.sqrt(dx * dx + dy * dy + dz * dz) + 1e-9)
        dx, dy, dz = dx * norm, dy * norm, dz * norm
        px, py, pz = px + dx * step, py + dy * step, pz + dz * step
        x, y, z = px - centre[0], py - centre[1], pz - centre[2]
        distance = math.sqrt(x * x + y * y + z * z) + 1e-9
        surface = _radius_towards(obstacle, x, y, z, distance) + growth.lift[i] * min(1.0, k * step * 6.0) + SKIN_CLEARANCE
        if distance < surface and surface - distance < DEEPEST_PUSH:
            ux, uy, uz = x / distance, y / distance, z / distance
            inward = min(0.0, dx * ux + dy * uy + dz * uz)
            dx, dy, dz = dx - inward * ux, dy - inward * uy, dz - inward * uz
            push = surface / distance
            px, py, pz = centre[0] + x * push, centre[1] + y * push, centre[2] + z * push
        strand[k, 0], strand[k, 1], strand[k, 2] = px, py, pz


@numba.njit(**KERNEL)
def _curl(strand, i, growth, centre, onset):
    """Wind strand i round its own course; the helix opens over the first `onset` of its length and keeps out of the head."""
    count = strand.shape[0]
    for k in range(1, count):
        t = k / (count - 1.0)
        angle = growth.curl_phase[i] + growth.curl_turns[i] * growth.length[i] * t * TURN
        tx, ty, tz = strand[k, 0] - strand[k - 1, 0], strand[k, 1] - strand[k - 1, 1], strand[k, 2] - strand[k - 1, 2]
        norm = math.sqrt(tx * tx + ty * ty + tz * tz) + 1e-9
        tx, ty, tz = tx / norm, ty / norm, tz / norm
        ux, uy, uz = strand[k, 0] - centre[0], strand[k, 1] - centre[1], strand[k, 2] - centre[2]
        along = ux * tx + uy * ty + uz * tz
        ux, uy, uz = ux - along * tx, uy - along * ty, uz - along * tz
        norm = math.sqrt(ux * ux + uy * uy + uz * uz) + 1e-9
        ux, uy, uz = ux / norm, uy / norm, uz / norm
        bx, by, bz = ty * uz - tz * uy, tz * ux - tx * uz, tx * uy - ty * ux
        radius = growth.curl_radius[i] * min(1.0, t / onset)
        outward, sideways = math.cos(angle) * radius, math.sin(angle) * radius
        outward = abs(outward) * 0.6 + outward * 0.4
        strand[k, 0] += outward * ux + sideways * bx
        strand[k, 1] += outward * uy + sideways * by
        strand[k, 2] += outward * uz + sideways * bz


@numba.njit(**KERNEL)
def grow(growth, obstacle, points_per_strand, curl_onset):
    """Strands [n,K,3] float32 for a `Growth` round an `Obstacle`; curls open over the first `curl_onset` (0..1] of the length."""
    count = growth.roots.shape[0]
    strands = np.zeros((count, points_per_strand, 3), np.float32)
    for i in range(count):
        _integrate(strands[i], i, growth, obstacle)
        if growth.curl_radius[i] > 0:
            _curl(strands[i], i, growth, obstacle.centre, curl_onset)
    return strands


@numba.njit(**KERNEL)
def wind(strands, growth, centre, curl_onset):
    """Curl strands [n,K,3] in place that have not been curled yet, as `grow` does."""
    for i in range(strands.shape[0]):
        if growth.curl_radius[i] > 0:
            _curl(strands[i], i, growth, centre, curl_onset)


@numba.njit(**KERNEL)
def draw_together(strands, locks, lock_count, strength):
    """Move strands [n,K,3], in place, towards the mean course of those of the same lock [n] int32, more towards the tips.

    `strength` in [0, 1] is the share of the way at the tips.
    """
    count, points, _ = strands.shape
    course = np.zeros((lock_count, points, 3), np.float32)
    members = np.zeros(lock_count, np.float32)
    for i in range(count):
        members[locks[i]] += 1
        for k in range(points):
            for c in range(3):
                course[locks[i], k, c] += strands[i, k, c]
    for i in range(count):
        for k in range(points):
            t = k / (points - 1.0)
            share = strength * min(1.0, 1.6 * t)
            for c in range(3):
                strands[i, k, c] += share * (course[locks[i], k, c] / members[locks[i]] - strands[i, k, c])


@numba.njit(**KERNEL)
def shade_strands(strands, albedo, lights, shadow_map, ambient, camera, shine, root_shade, jitter):
    """Linear RGB [n,K,3] float32 of strands with colours albedo [n,3].

    Kajiya and Kay, "Rendering fur with three dimensional textures" (1989), with two shifted highlights after Marschner et al., "Light
    scattering from human hair fibers" (2003): a white one tilted to the root, a coloured one tilted to the tip. `shine` scales both,
    `root_shade` darkens the first half, `jitter` [n] in [0, 1] varies the tilts, `ambient` [3] is added where the sky is seen.
    """
    count, points, _ = strands.shape
    out = np.zeros(strands.shape, np.float32)
    light, rim = lights.key_direction, lights.rim_direction
    for i in range(count):
        white_tilt, coloured_tilt = 0.12 + 0.10 * (jitter[i] - 0.5), -0.18 + 0.10 * (jitter[i] - 0.5)
        for k in range(points):
            before, after = max(0, k - 1), min(points - 1, k + 1)
            tx = strands[i, after, 0] - strands[i, before, 0]
            ty = strands[i, after, 1] - strands[i, before, 1]
            tz = strands[i, after, 2] - strands[i, before, 2]
            norm = 1.0 / (math.sqrt(tx * tx + ty * ty + tz * tz) + 1e-9)
            tx, ty, tz = tx * norm, ty * norm, tz * norm
            x, y, z = strands[i, k, 0], strands[i, k, 1], strands[i, k, 2]
            vx, vy, vz = camera[0] - x, camera[1] - y, camera[2] - z
            norm = 1.0 / math.sqrt(vx * vx + vy * vy + vz * vz)
            cos_light = tx * light[0] + ty * light[1] + tz * light[2]
            cos_view = (tx * vx + ty * vy + tz * vz) * norm
            sin_light = math.sqrt(max(0.0, 1 - cos_light * cos_light))
            sin_view = math.sqrt(max(0.0, 1 - cos_view * cos_view))
            lit = hair_light(x, y, z, shadow_map)
            diffuse = 0.2 + 0.8 * sin_light
            cosine = sin_light * sin_view - cos_light * cos_view
            sine = -(sin_light * cos_view + cos_light * sin_view)
            white = max(0.0, cosine * math.cos(white_tilt) - sine * math.sin(white_tilt)) ** 64 * shine * 0.20
            coloured = max(0.0, cosine * math.cos(coloured_tilt) - sine * math.sin(coloured_tilt)) ** 16 * shine * 0.55
            shade = root_shade + (1 - root_shade) * min(1.0, k / (points - 1.0) * 2.0)
            cos_rim = tx * rim[0] + ty * rim[1] + tz * rim[2]
            edge = max(0.0, 1 - cos_rim * cos_rim) ** 3
            for c in range(3):
                own = albedo[i, c]
                body = own * (diffuse * lights.key[c] * lit + ambient[c] * (0.42 + 0.58 * lit)) * shade
                highlight = (white * 0.5 + coloured * own * 2.2) * lights.key[c] * lit
                out[i, k, c] = body + highlight + own * lights.rim[c] * edge * 0.5
    return out


@numba.njit(**KERNEL)
def draw_strands(screen, depth, colours, width, depth_buffer, image, labels, label):
    """Draw strands as lines that taper over their last two fifths.

    screen [n,K,2], depth [n,K], colours [n,K,3], width [n] (pixels; below 1 it is an opacity) are float32; depth_buffer [H,W] and image
    [H,W,3] float32 and labels [H,W] uint8 are updated in place, labels only if `label` is not NO_LABEL.
    """
    rows, columns = depth_buffer.shape
    count, points = depth.shape
    for i in range(count):
        for k in range(1, points):
            x0, y0 = screen[i, k - 1, 0], screen[i, k - 1, 1]
            dx, dy = screen[i, k, 0] - x0, screen[i, k, 1] - y0
            steps = int(max(abs(dx), abs(dy))) + 1
            taper = 1.0 if k < points * 0.6 else 1.0 - 0.8 * (k - points * 0.6) / (points * 0.4)
            thickness = width[i] * taper
            pixels = int(thickness) if thickness >= 1 else 1
            opacity = 1.0 if thickness >= 1 else thickness
            steep = not abs(dx) > abs(dy)
            for s in range(steps):
                t = (s + 0.5) / steps
                z = depth[i, k - 1] * (1 - t) + depth[i, k] * t
                column, row = int(math.floor(x0 + dx * t)), int(math.floor(y0 + dy * t))
                for j in range(pixels):
                    x = column + j - pixels // 2 if steep else column
                    y = row if steep else row + j - pixels // 2
                    if x < 0 or y < 0 or x >= columns or y >= rows or z >= depth_buffer[y, x] + DEPTH_TOLERANCE:
                        continue
                    for c in range(3):
                        colour = colours[i, k - 1, c] * (1 - t) + colours[i, k, c] * t
                        image[y, x, c] += (colour - image[y, x, c]) * opacity
                    if opacity >= 1.0:
                        depth_buffer[y, x] = z
                    if label >= 0:
                        labels[y, x] = label
