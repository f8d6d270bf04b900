"""All hair on the straight head, and the scalp's: hair that falls or stands, hair gathered behind, bangs."""

from __future__ import annotations

import numpy as np

from synth import labels as lab
from synth.facial_hair import beard, brows
from synth.fringe import fringe
from synth.gathered import gathered
from synth.hairline import raised
from synth.head import CENTRE, Head
from synth.headwear import Shell, hat_shell, held_under
from synth.materials import GRAY_HAIR, HAIR_ALBEDO
from synth.morphs import at_rest, grown_up, morph_weights
from synth.parameters import FaceParameters
from synth.roots import LOCKS, Roots
from synth.strands import Obstacle, draw_together, grow, wind
from synth.streams import FRINGE, SCALP, stream
from synth.styles import BUZZ_UNTIL, COILY_FROM, SHORT_UNTIL, Place, is_gathered, style_of
from synth.tufts import Tuft, growth, varied

FULL_DETAIL_FROM = 300
"""Side of the rendering in pixels from which all strands are drawn; below, fewer and wider ones."""
FEWER, WIDER = 0.6, 1.35

FEWEST_IN_LOCK = 6
"""Smaller locks would be single hairs that stray over the face."""
FOREHEAD_SLOPE, FOREHEAD_BOTTOM, FOREHEAD_TOP = 0.36, 6.9, 7.80
"""The face before the tangent of this azimuth, between these heights."""


def grow_hair(head: Head, roots: Roots, params: FaceParameters, points: np.ndarray, size: int) -> list[Tuft]:
    """Everything that grows on mesh points [N,3] float32, for a rendering `size` pixels wide."""
    obstacle = Obstacle(CENTRE.astype(np.float32), head.obstacle_radius(points))
    tufts = [brows(head, roots, params, points)]
    if params.beard:
        tufts.append(beard(head, roots, params, points, obstacle))
    if not params.bald:
        resting = grown_up(at_rest(params))
        if params != resting:  # no hair of the head stirs when brows or cheeks do, or with the years
            points, _ = head.morphed(morph_weights(head, resting))
            obstacle = Obstacle(CENTRE.astype(np.float32), head.obstacle_radius(points))
        shell, full = hat_shell(head, params, points), size >= FULL_DETAIL_FROM
        tufts.append(_scalp(head, roots, params, points, obstacle, shell, full))
        if params.bangs > 0:
            tufts.append(_bangs(head, roots, params, points, obstacle, shell, full))
    return tufts


def _bearing_roots(roots: Roots, params: FaceParameters, share: float) -> np.ndarray:
    """The roots that bear hair: those above a ragged hairline."""
    length = params.hair_length
    wanted = int((9000 if length <= BUZZ_UNTIL else 7000 if length < SHORT_UNTIL else 7500) * share)
    candidates = roots.scalp_numbers[: int(wanted * 1.6)]
    return candidates[_above_hairline(roots, params, candidates)][:wanted]


def _above_hairline(roots: Roots, params: FaceParameters, numbers: np.ndarray) -> np.ndarray:
    """Which of these roots [n] a ragged hairline leaves, boolean."""
    ragged = 0.01 + (0.05 if params.hair_length >= SHORT_UNTIL else 0.08) * (roots.luck[numbers] - 0.5)
    return roots.above_hairline[numbers] + ragged > raised(params, roots.azimuth[numbers])


def _place(roots: Roots, params: FaceParameters, numbers: np.ndarray, normal: np.ndarray, random: np.random.RandomState) -> Place:
    above = roots.above_hairline[numbers] - raised(params, roots.azimuth[numbers])
    shifts, locks = random.rand(4), random.rand(LOCKS, 4)
    variety = (roots.variety[numbers] + shifts) % 1
    return Place(roots.rest[numbers], normal, above, roots.azimuth[numbers], variety, locks[roots.lock[numbers]])


def _scalp(
    head: Head, roots: Roots, params: FaceParameters, points: np.ndarray, obstacle: Obstacle, shell: Shell | None, full_detail: bool
) -> Tuft:
    """The hair of the young adult, less what the years have taken: so no other hair stirs."""
    aged, params = params, grown_up(params)
    random = stream(params.identity_seed, SCALP)
    numbers = _bearing_roots(roots, params, 1 if full_detail else FEWER)
    start, normal = roots.on(head, points, numbers)
    place = _place(roots, params, numbers, normal, random)
    width = 1.6 if params.hair_length <= BUZZ_UNTIL else 2.1
    if is_gathered(params):
        strands, lock = gathered(params, place, start, obstacle, shell is not None)
    else:
        lock = roots.lock[numbers]
        strands = _grown(params, place, lock, start, obstacle)
        if params.hair_curl >= COILY_FROM:
            width *= 1.3
    left = np.ones(len(strands), bool)
    left[: len(numbers)] = _above_hairline(roots, aged, numbers)  # what comes after them is a bun's or a tail's
    tidy = ~_on_forehead(strands) & (np.bincount(lock)[lock] >= FEWEST_IN_LOCK)
    strands, lock, left = strands[tidy], lock[tidy], left[tidy]
    if shell is not None:
        held_under(strands, shell)
    colour = _coloured(params, random, lock, len(strands))
    return _tuft(params, strands[left], colour[left], width, full_detail)


def _grown(params: FaceParameters, place: Place, lock: np.ndarray, start: np.ndarray, obstacle: Obstacle) -> np.ndarray:
    style = style_of(params, place)
    shape = growth(
        start,
        style.direction,
        style.combing,
        length=style.length,
        lift=style.lift,
        gravity=style.gravity,
        stiffness=style.stiffness,
        curl_radius=style.curl_radius,
        curl_turns=style.curl_turns,
        # Waves of neighbouring strands lie at one height, wherever the strands are rooted.
        curl_phase=6.28 * (0.3 * place.lock_variety[:, 0] + style.curl_turns * (8.4 - place.rest[:, 1])) + 0.45 * place.variety[:, 3],
        face_avoidance=style.avoidance,
        forward=style.forward,
        tip_turn=style.tip_turn,
    )
    turns = float(np.percentile(style.length * style.curl_turns, 90))
    strands = grow(shape._replace(curl_radius=np.zeros_like(shape.curl_radius)), obstacle, int(np.clip(7 * turns, 10, 44)), np.float32(1))
    if style.together > 0:
        side = (place.rest[:, 0] > params.hair_part).astype(np.int32)
        draw_together(strands, lock * 2 + side, LOCKS * 2, np.float32(style.together))
    wind(strands, shape, obstacle.centre, np.float32(0.3))
    return strands


def _on_forehead(strands: np.ndarray) -> np.ndarray:
    """Which strands [n,K,3] stray over the forehead, where only bangs may hang."""
    offset = strands - CENTRE.astype(np.float32)
    below = strands[..., 1] < np.minimum(FOREHEAD_TOP, strands[:, :1, 1] - 0.04)
    inside = (np.abs(offset[..., 0]) < FOREHEAD_SLOPE * offset[..., 2]) & below & (strands[..., 1] > FOREHEAD_BOTTOM)
    return inside.any(1)


def _bangs(
    head: Head, roots: Roots, params: FaceParameters, points: np.ndarray, obstacle: Obstacle, shell: Shell | None, full_detail: bool
) -> Tuft:
    combed = fringe(head, roots, grown_up(params), points, obstacle, shell, 1 if full_detail else FEWER)
    if shell is not None:
        held_under(combed.strands, shell)
    colour = _coloured(params, stream(params.identity_seed, FRINGE), combed.lock, len(combed.strands))
    return _tuft(params, combed.strands, colour, 2.6, full_detail)


def _coloured(params: FaceParameters, random: np.random.RandomState, lock: np.ndarray, count: int) -> np.ndarray:
    """Linear RGB [n,3]: every strand its own, alike within a lock; gray hairs among the others."""
    gray = np.clip(params.gray + 0.5 * min(1.0, 4 * params.gray) * (random.rand(count, 1) - 0.5), 0, 1)
    colour = HAIR_ALBEDO[params.hair_colour] * (1 - gray) + GRAY_HAIR * gray
    shade = 0.86 + 0.28 * (lock * 104729 % 97) / 97
    return colour * varied(random, np.full(3, 0.5), count, 0.12) * 2 * shade[:, None]


def _tuft(params: FaceParameters, strands: np.ndarray, colour: np.ndarray, width: float, full_detail: bool) -> Tuft:
    widths = np.full(len(strands), width * (1 if full_detail else WIDER), np.float32)
    shine = 0.5 if params.hair_curl < 0.5 else 0.3
    return Tuft(strands, colour.astype(np.float32), widths, lab.HAIR, shine, 0.72, casts_shadow=True)
