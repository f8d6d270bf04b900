"""Renders synthetic faces with exact labels.

    python -m synth.render --count N --size 128 --seed S --out DIR

writes faces S, S + 1, ... to DIR (see `synth.folder`). The very first run compiles the kernels, about 20 seconds of one core; numba keeps
the machine code on disk, so later starts take 2 seconds. A 128 pixel face takes about 0.1 s of one core.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np

from faces.mask_classes import MASK_CLASSES
from synth import labels as lab
from synth import materials, picture
from synth.accessories import looks, wear
from synth.backdrop import backdrop
from synth.camera import Camera, Pose, framed, turned
from synth.captions import caption
from synth.eyeglasses import Lenses
from synth.hair import grow_hair
from synth.hairline import covered_traits
from synth.head import Head, load_head
from synth.lighting import Lights, Scene, sample_scene, unit
from synth.morphs import grown_up, is_masculine, morph_weights, resting_mouth
from synth.occluder import occlude
from synth.parameters import FaceParameters
from synth.photograph import photograph
from synth.raster import NOTHING, blend_lashes, empty_depth, rasterise, vertex_normals
from synth.roots import load_roots
from synth.shading import Mesh, shade_pixels, shade_vertices
from synth.shadows import ShadowMap, shadow_map
from synth.strands import draw_strands, shade_strands
from synth.streams import GAZE, stream
from synth.surfaces import Eyes
from synth.tufts import Tuft

__all__ = ["MASK_CLASSES", "Rendering", "render"]

SUPERSAMPLING = 2
HAIR_AMBIENT = 1.3
"""Light scattered among strands reaches more of them than the sky does."""
EYES = ("left_eye", "right_eye")
"""The parts of the head that are eyeballs."""
LASH_COLOUR = np.full(3, 0.012, np.float32)
CLOSED_LASH_REACH = 0.06
"""Closed lids swallow their lashes, which are drawn this much (head units) nearer."""


@dataclass(frozen=True, eq=False)
class Rendering:
    """image [H,W,3] and mask [H,W] (classes of MASK_CLASSES) uint8; landmarks [5,2] float32; caption in plain words.

    Landmarks are (x, y) in pixels, where (0, 0) is the middle of the first pixel: left eye, right eye, nose tip, left and right corner of
    the mouth, left and right as seen in the picture, which is MTCNN's order.
    """

    image: np.ndarray
    mask: np.ndarray
    landmarks: np.ndarray
    caption: str


def render(params: FaceParameters, size: int = 128) -> Rendering:
    """The face, `size` pixels wide (at least 32), drawn at twice that. Equal parameters give equal pictures on one machine; across
    processors, last bits may differ."""
    if size < 32:
        raise ValueError(f"a face needs at least 32 pixels, not {size}")
    return _renderer().render(params, size)


@dataclass(frozen=True, eq=False)
class _Face:
    """A morphed head in head units: mesh and eyes are posed; lenses, control points and mesh points are still straight."""

    mesh: Mesh
    eyes: Eyes
    lenses: Lenses | None
    control: np.ndarray
    straight: np.ndarray


class _Renderer:
    """The shipped head and everything that is derived from it once."""

    def __init__(self) -> None:
        self.head, self.roots, self.regions = load_head(), load_roots(), materials.skin_regions()
        self.landmarks = _landmark_points(self.head)

    def render(self, params: FaceParameters, size: int) -> Rendering:
        head, large = self.head, size * SUPERSAMPLING
        scene, pose = sample_scene(params.light_seed), turned(params.yaw, params.pitch, params.roll)
        face = self._face(params, pose, scene)
        mesh, lights = face.mesh, scene.lights
        camera = self._camera(params, face, pose, large)

        screen, distance = camera(mesh.points)
        depth, triangles = empty_depth(large), np.full((large, large), NOTHING, np.int32)
        rasterise(screen, distance, mesh.triangles, depth, triangles)
        tufts = grow_hair(head, self.roots, params, face.straight, large)
        strands = [pose(tuft.strands) for tuft in tufts]
        view = shadow_map(
            mesh.points,
            mesh.triangles,
            [points for points, tuft in zip(strands, tufts, strict=True) if tuft.casts_shadow],
            lights.key_direction,
        )
        skin, textures = materials.skin_and_textures(params)
        colours = shade_vertices(mesh, self.regions, view, skin, textures.noise)
        irradiance, albedo, specular, labels = shade_pixels(
            triangles, screen, mesh, colours, camera.position, lights, textures, skin, face.eyes, looks(params)
        )
        image = albedo * picture.scattered(irradiance, labels) + specular
        image = np.where((triangles != NOTHING)[..., None], image, backdrop(params.background_seed, large))

        self._draw_lashes(image, depth, face, pose, camera, params)
        for tuft, points in zip(tufts, strands, strict=True):
            _draw_tuft(image, depth, labels, tuft, points, camera, lights, view)
        if face.lenses is not None:
            outlines = [camera(pose(outline.astype(np.float32))) for outline in face.lenses.outlines]
            picture.add_lenses(image, labels, depth, outlines, face.lenses, float(lights.key_direction[0]))
        if params.occluded:
            occlude(image, labels, materials.skin_tone(params), params)
        focus = float(camera(face.eyes.centres)[1].mean())
        return Rendering(
            photograph(image, depth, focus, scene.exposure, params.camera_seed, size),
            picture.mask(labels, size),
            self._landmarks(face, camera),
            caption(params),
        )

    def _camera(self, params: FaceParameters, face: _Face, pose: Pose, size: int) -> Camera:
        """The camera aims by the face as a young adult's, so that years reframe nothing."""
        young, centres = grown_up(params), face.eyes.centres
        if young != params:
            straight, _ = self.head.morphed(morph_weights(self.head, young))
            centres = [pose(straight[self.head.parts[name]]).mean(0) for name in EYES]
        left, right = centres
        return framed(right, left, pose(resting_mouth(self.head, young)), params.light_seed, size)

    def _face(self, params: FaceParameters, pose: Pose, scene: Scene) -> _Face:
        head = self.head
        straight, control = head.morphed(morph_weights(head, params))
        worn, lenses = wear(head, params, straight)
        points, rest, traits = [straight], [head.rest], [covered_traits(head, params)]
        triangles, materials_ = [head.triangles], [head.materials]
        first = len(straight)
        for piece in worn:
            bare = np.zeros((len(piece.points), head.traits.shape[1]), np.float32)
            bare[:, lab.OPENNESS] = 1
            points.append(piece.points.astype(np.float32))
            rest.append(points[-1])
            traits.append(bare)
            triangles.append(piece.triangles + np.int32(first))
            materials_.append(np.full(len(piece.triangles), piece.material, np.int32))
            first += len(piece.points)
        posed = pose(np.concatenate(points))
        all_triangles = np.concatenate(triangles)
        normals = vertex_normals(posed, all_triangles)
        centres, gaze = self._aim_eyes(params, pose, posed, normals)
        mesh = Mesh(
            posed, normals, np.concatenate(rest), np.concatenate(traits), all_triangles, np.concatenate(materials_), head.skin_points
        )
        return _Face(mesh, materials.eyes(params, centres, gaze, scene.pupil), lenses, control, straight)

    def _aim_eyes(self, params: FaceParameters, pose: Pose, points: np.ndarray, normals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Centres and gaze [2,3] of the eyes, left first; the eyeballs' normals are made those of a sphere, in place.

        The gaze turns partly back towards the camera, as people's does.
        """
        random = stream(params.expression_seed, GAZE)
        across = random.randn() * 0.10 - math.radians(params.yaw) * 0.35 * random.rand()
        up = random.randn() * 0.05
        direction = unit(pose.rotation @ np.array([math.sin(across), math.sin(up), math.cos(across)]))
        centres = np.zeros((2, 3), np.float32)
        for side, name in enumerate(EYES):
            part = self.head.parts[name]
            centres[side] = points[part].mean(0)
            normals[part] = unit(points[part] - centres[side])
        return centres, np.tile(direction.astype(np.float32), (2, 1))

    def _draw_lashes(self, image: np.ndarray, depth: np.ndarray, face: _Face, pose: Pose, camera: Camera, params: FaceParameters) -> None:
        fullness = 0.7 if is_masculine(params) else 1.0
        for lash in self.head.lashes:
            points = pose(face.control[lash.source])
            screen, distance = camera(points)
            distance = distance - np.float32(CLOSED_LASH_REACH * params.eyes_closed)
            outward = np.linalg.norm(points - face.eyes.centres[lash.side], axis=1)
            outward = ((outward - outward.min()) / np.ptp(outward)).astype(np.float32)
            strength = np.float32((0.95 if lash.upper else 0.30) * (1.6 if params.eyes_closed else fullness) + 0.3 * params.makeup)
            blend_lashes(screen, distance, lash.across, outward, lash.triangles, depth, image, LASH_COLOUR, strength)

    def _landmarks(self, face: _Face, camera: Camera) -> np.ndarray:
        pupils = []
        for side, name in ((1, "right_eye"), (0, "left_eye")):
            centre = face.eyes.centres[side]
            radius = np.linalg.norm(face.mesh.points[self.head.parts[name]] - centre, axis=1).mean()
            pupils.append(centre + radius * face.eyes.gaze[side])
        screen, _ = camera(np.concatenate([pupils, face.mesh.points[self.landmarks]]))
        return screen / np.float32(SUPERSAMPLING) - np.float32(0.5)


@functools.cache
def _renderer() -> _Renderer:
    return _Renderer()


def _draw_tuft(
    image: np.ndarray,
    depth: np.ndarray,
    labels: np.ndarray,
    tuft: Tuft,
    points: np.ndarray,
    camera: Camera,
    lights: Lights,
    view: ShadowMap,
) -> None:
    """Shade the posed strands [n,K,3] of a tuft and draw them into image, depth and labels."""
    ambient = HAIR_AMBIENT * (lights.sky * 0.6 + lights.ground * 0.4).astype(np.float32)
    jitter = np.random.RandomState(1).rand(len(points)).astype(np.float32)
    shine, root_shade = np.float32(tuft.shine), np.float32(tuft.root_shade)
    colours = shade_strands(points, tuft.albedo, lights, view, ambient, camera.position, shine, root_shade, jitter)
    screen, distance = camera(points)
    draw_strands(screen, distance, colours, tuft.width * np.float32(camera.size / 512), depth, image, labels, tuft.label)


def _landmark_points(head: Head) -> np.ndarray:
    """Mesh points of the nose tip and of the mouth's corners: the picture's left one, which is the person's right, first."""
    rest, lips = head.rest[: head.skin_points], head.traits[: head.skin_points, lab.LIPS]
    nose = np.flatnonzero((np.abs(rest[:, 0]) < 0.05) & (rest[:, 1] > 6.8) & (rest[:, 1] < 7.1))
    mouth = np.flatnonzero(lips > 0.6)
    return np.array([nose[rest[nose, 2].argmax()], mouth[rest[mouth, 0].argmin()], mouth[rest[mouth, 0].argmax()]])


if __name__ == "__main__":
    from synth.folder import main

    main()
