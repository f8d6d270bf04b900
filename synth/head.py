"""The head mesh: one neutral head, the shapes it can be morphed by, and how it is subdivided.

`assets/head/head.npz` is built by `synth.build_head`. Coordinates are head units (about 12 cm): x to the person's left, y up, z forward;
the chin is near y = 6.1, the eyes at 7.28, the crown near 8.7.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse

from synth import labels as lab

ASSET = Path(__file__).parents[1] / "assets" / "head" / "head.npz"

PARTS = ("left_eye", "right_eye", "upper_teeth", "lower_teeth", "tongue")
PART_MATERIALS = (lab.EYE_MATERIAL, lab.EYE_MATERIAL, lab.TEETH_MATERIAL, lab.TEETH_MATERIAL, lab.TONGUE_MATERIAL)
LASHES = ("left_lower_lash", "left_upper_lash", "right_lower_lash", "right_upper_lash")

CENTRE = np.array([0, 7.35, 0.35])
"""Middle of the skull, from where hair sees the head as a star-shaped body."""

OBSTACLE_ROWS, OBSTACLE_COLUMNS = 48, 96
NO_HIT_RADIUS = 0.2
NECK_RADIUS = 0.74
NECK_BELOW = -0.55
"""Sine of the latitude below which shoulders are ignored: hair falls over them, not round them."""

_HAIRLINE_AZIMUTH = (0, 15, 30, 42, 52, 60, 68, 76, 84, 92, 100, 108, 125, 180)
_HAIRLINE_HEIGHT = (7.89, 7.89, 7.88, 7.83, 7.73, 7.64, 7.43, 7.22, 7.12, 7.26, 7.2, 6.95, 6.55, 6.45)


def smooth(low: float, high: float, x: np.ndarray) -> np.ndarray:
    """0 below `low`, 1 above `high`, a cubic between; `low` may be the larger, which turns it round."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def azimuth_degrees(points: np.ndarray) -> np.ndarray:
    """Angle [N] of points [N,3] round the head's vertical axis, 0 in front, positive to the person's left."""
    return np.degrees(np.arctan2(points[:, 0], points[:, 2] - 0.35))


def height_above_hairline(points: np.ndarray) -> np.ndarray:
    """Signed distance [N] of rest points [N,3] above where scalp hair begins."""
    return points[:, 1] - np.interp(np.abs(azimuth_degrees(points)), _HAIRLINE_AZIMUTH, _HAIRLINE_HEIGHT)


@dataclass(frozen=True, eq=False)
class Lash:
    """A strip of lashes: its control points, triangles [T,3] among them, and where each point lies across the strip."""

    side: int
    upper: bool
    source: np.ndarray
    triangles: np.ndarray
    across: np.ndarray


@dataclass(frozen=True, eq=False)
class Head:
    """The neutral head; C control points, N mesh points of which the first `skin_points` are skin, M morphs, T triangles."""

    control: np.ndarray
    """[C,3] float32."""
    subdivision: scipy.sparse.csr_matrix
    """[skin_points, C]: one Catmull-Clark step."""
    morphs: dict[str, int]
    deltas: np.ndarray
    """[M, 3 C] float32."""
    detail_low: np.ndarray
    detail_high: np.ndarray
    """[D] morph numbers of each detail's two ends; -1 where it has one end only."""
    detail_spread: np.ndarray
    """[D] standard deviation of each detail."""
    anchor: np.ndarray
    """Control points that stay where they are whatever the morphs do."""
    skin_triangles: np.ndarray
    triangles: np.ndarray
    """[T,3] int32, the skin's first."""
    materials: np.ndarray
    """[T] int32."""
    rest: np.ndarray
    """[N,3] float32."""
    traits: np.ndarray
    """[N,6] float32; columns as in `labels`."""
    parts: dict[str, slice]
    part_sources: dict[str, np.ndarray]
    lashes: tuple[Lash, ...]
    obstacle_triangles: np.ndarray
    obstacle_weights: np.ndarray
    """Which skin triangle, and where in it, each direction from CENTRE leaves the head through; -1 for none."""

    @property
    def skin_points(self) -> int:
        return self.subdivision.shape[0]

    def morphed(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mesh points [N,3] and control points [C,3], float32, for morph weights [M] float32."""
        control = self.control + (weights @ self.deltas).reshape(-1, 3)
        offset = (control[self.anchor].mean(0) - self.control[self.anchor].mean(0)).astype(np.float32)
        points = [self.subdivision @ control] + [control[source] for source in self.part_sources.values()]
        return np.ascontiguousarray(np.concatenate(points).astype(np.float32) - offset), (control - offset).astype(np.float32)

    def obstacle_radius(self, points: np.ndarray) -> np.ndarray:
        """Distance [48,96] float32 from CENTRE to the surface of mesh points [N,3], over sine of latitude and azimuth."""
        corners = points[self.skin_triangles[self.obstacle_triangles]]
        hits = (corners * self.obstacle_weights[:, :, None]).sum(1)
        radius = np.where(self.obstacle_triangles >= 0, np.linalg.norm(hits - CENTRE, axis=1), NO_HIT_RADIUS)
        sine = (np.arange(OBSTACLE_ROWS) + 0.5) / OBSTACLE_ROWS * 2 - 1
        limit = NECK_RADIUS / np.sqrt(1 - sine**2) * np.where(sine < NECK_BELOW, 1, np.inf)
        return np.minimum(radius.reshape(OBSTACLE_ROWS, OBSTACLE_COLUMNS), limit[:, None]).astype(np.float32)


@functools.cache
def load_head() -> Head:
    """The shipped head; read once per process."""
    with np.load(ASSET) as data:
        return _assemble({name: data[name] for name in data.files})


def _assemble(data: dict[str, np.ndarray]) -> Head:
    control = data["control"]
    shape = (len(data["subdivision_starts"]) - 1, len(control))
    subdivision = scipy.sparse.csr_matrix((data["subdivision_values"], data["subdivision_columns"], data["subdivision_starts"]), shape)
    rest, triangles = [(subdivision @ control).astype(np.float32)], [data["triangles"]]
    materials = [np.full(len(data["triangles"]), lab.SKIN_MATERIAL, np.int32)]
    parts, sources, first = {}, {}, shape[0]
    for name, material in zip(PARTS, PART_MATERIALS, strict=True):
        source, local = _compact(data[name])
        parts[name], sources[name] = slice(first, first + len(source)), source
        rest.append(control[source])
        triangles.append(local + np.int32(first))
        materials.append(np.full(len(local), material, np.int32))
        first += len(source)
    all_rest = np.concatenate(rest)
    morphs = {str(name): i for i, name in enumerate(data["morph_names"])}
    return Head(
        control=control,
        subdivision=subdivision,
        morphs=morphs,
        deltas=_ageing_in_the_face(data["deltas"].astype(np.float32).reshape(len(morphs), -1), morphs, control),
        detail_low=data["detail_low"],
        detail_high=data["detail_high"],
        detail_spread=data["detail_spread"],
        anchor=data["anchor"],
        skin_triangles=data["triangles"],
        triangles=np.concatenate(triangles),
        materials=np.concatenate(materials),
        rest=all_rest,
        traits=_traits(all_rest, shape[0], parts, data["painted"], data["openness"]),
        parts=parts,
        part_sources=sources,
        lashes=tuple(_lash(name, data) for name in LASHES),
        obstacle_triangles=data["obstacle_triangles"],
        obstacle_weights=data["obstacle_weights"],
    )


def _ageing_in_the_face(deltas: np.ndarray, morphs: dict[str, int], control: np.ndarray) -> np.ndarray:
    """The deltas [M, 3 C], with years that change the face and leave skull, neck and shoulders as the young adult's.

    Hair, clothes and camera then stay where they are. What a stage of life does to the skull, as a scale and a shift, is taken off first:
    a child's face is small in its head.
    """
    face = smooth(0.12, -0.12, height_above_hairline(control)) * smooth(5.75, 6.1, control[:, 1]) * smooth(0.1, 0.5, control[:, 2])
    skull = (height_above_hairline(control) > 0.12) & (control[:, 1] > 6.4)
    kept = deltas.reshape(len(deltas), -1, 3).copy()
    for name, i in morphs.items():
        stage = next((stage for stage in ("old", "child", "head-age-incr") if name.endswith(stage)), None)
        if stage is None:
            continue
        young = kept[morphs[name.removesuffix(stage) + "young"]] if stage in ("old", "child") else np.zeros_like(control)
        moved = kept[i] - young
        middle, drift = control[skull].mean(0), moved[skull].mean(0)
        growth = ((control[skull] - middle) * (moved[skull] - drift)).sum() / np.square(control[skull] - middle).sum()
        kept[i] = young + face[:, None] * (moved - drift - growth * (control - middle))
    return kept.reshape(deltas.shape)


def _compact(triangles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The points that triangles use, and the triangles renumbered among them."""
    used, local = np.unique(triangles, return_inverse=True)
    return used, local.reshape(triangles.shape).astype(np.int32)


def _lash(name: str, data: dict[str, np.ndarray]) -> Lash:
    source, local = _compact(data[name])
    return Lash(int(name.startswith("right")), "upper" in name, source, local, data[f"{name}_across"].astype(np.float32))


def _traits(rest: np.ndarray, skin_points: int, parts: dict[str, slice], painted: np.ndarray, openness: np.ndarray) -> np.ndarray:
    traits = np.zeros((len(rest), 6), np.float32)
    traits[:skin_points, : painted.shape[1]] = painted
    traits[:, lab.OPENNESS] = openness
    skin, ears, inside = rest[:skin_points], painted[:, lab.EARS], painted[:, lab.INSIDE_MOUTH]
    traits[:skin_points, lab.COVER] = smooth(-0.06, 0.10, height_above_hairline(skin)) * (ears < 0.3) * (inside < 0.3)
    for name, upper in (("upper_teeth", True), ("lower_teeth", False)):
        height = rest[parts[name], 1]
        share = (height - height.min()) / (height.max() - height.min())
        traits[parts[name], lab.COVER] = share if upper else 1 - share
    return traits
