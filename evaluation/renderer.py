"""`python -m evaluation.renderer [--count N] [--seed S] [--detection-only]`: does the renderer show what its labels say, and nothing else?

Prints the share of faces on which each promise holds, measured on held-out faces (seeds from 700,000 on).
"""

from __future__ import annotations

import functools
import math
import multiprocessing
import multiprocessing.pool
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image
from tqdm import tqdm

from evaluation.held_out import held_out_parser, held_out_seeds
from faces.align import align, find_faces
from graded import GRADED
from synth import labels as lab
from synth.parameters import FaceParameters, sample, with_attribute
from synth.render import Rendering, render

SIZE = 128
DETECTED_FROM = 0.95
BEARD_CHANGE = 12
"""A pixel whose mean channel differs by more than this (of 255) from the clean-shaven face shows beard."""
TEETH_BRIGHTNESS = 0.55
"""Pixels of the mouth's inside at least this bright, relative to the face's nose, are teeth."""
REGION_MARGIN = 9
"""Pixels by which an attribute's region reaches beyond its parts: shadows, shine, light scattered in the skin, the camera's softness."""
HEAD = (lab.SKIN, lab.NOSE, lab.EYE_G, lab.L_EYE, lab.R_EYE, lab.L_BROW, lab.R_BROW, lab.L_EAR, lab.R_EAR, lab.MOUTH, lab.U_LIP, lab.L_LIP)
PARTS = {
    "bangs": (lab.HAIR,),
    "eyeglasses": (lab.EYE_G,),
    "beard": (lab.U_LIP, lab.L_LIP, lab.MOUTH, lab.NECK),
    "smile": HEAD,
    "age": (*HEAD, lab.NECK),
}
"""Classes whose pixels, in either picture, an attribute may change; below, the rows that it may change at all."""


@dataclass(frozen=True)
class Frontiers:
    """Rows of the eyes and of the nose's tip, and the distance between the eyes, in pixels."""

    eyes: float
    nose: float
    distance: float

    @classmethod
    def of(cls, rendering: Rendering) -> Frontiers:
        points = rendering.landmarks
        return cls(float(points[:2, 1].mean()), float(points[2, 1]), float(np.hypot(*(points[1] - points[0]))))


def workers() -> multiprocessing.pool.Pool:
    return multiprocessing.get_context("spawn").Pool(os.cpu_count(), functools.partial(cv2.setNumThreads, 1))


def change(a: Rendering, b: Rendering) -> np.ndarray:
    """Mean absolute difference over the channels, [H, W], of 255."""
    return np.abs(a.image.astype(np.float32) - b.image.astype(np.float32)).mean(2)


def region(attribute: str, a: Rendering, b: Rendering) -> np.ndarray:
    """Where the attribute may change the picture, [H, W] boolean."""
    rows, lines = np.arange(SIZE)[:, None], Frontiers.of(a)
    parts = np.isin(a.mask, PARTS[attribute]) | np.isin(b.mask, PARTS[attribute])
    if attribute == "bangs":
        parts &= rows < lines.nose
    elif attribute == "beard":
        parts |= (np.isin(a.mask, HEAD) | (change(a, b) > BEARD_CHANGE)) & (rows > lines.nose - 0.35 * lines.distance)
    kernel = np.ones((2 * REGION_MARGIN + 1,) * 2, np.uint8)
    return cv2.dilate(parts.astype(np.uint8), kernel) > 0


def forehead_hair(rendering: Rendering) -> int:
    """Pixels of hair between the brows and where the hairline is on average."""
    lines, middle = Frontiers.of(rendering), rendering.landmarks[:2, 0].mean()
    top, bottom = lines.eyes - 1.25 * lines.distance, lines.eyes - 0.25 * lines.distance
    left, right = middle - 0.75 * lines.distance, middle + 0.75 * lines.distance
    window = rendering.mask[max(round(top), 0) : round(bottom), max(round(left), 0) : round(right)]
    return int((window == lab.HAIR).sum())


def mouth_width(rendering: Rendering) -> float:
    return float(np.hypot(*(rendering.landmarks[4] - rendering.landmarks[3])))


def teeth(rendering: Rendering) -> int:
    brightness = rendering.image.mean(2)
    nose = brightness[rendering.mask == lab.NOSE].mean()
    return int(((rendering.mask == lab.MOUTH) & (brightness > TEETH_BRIGHTNESS * nose)).sum())


def examine(seed: int) -> dict[str, object]:
    """All promises about the graded attributes on one face: name -> kept (bool) or a number."""
    found: dict[str, object] = {}
    for attribute in GRADED:
        face = plain(seed, attribute)
        sweep = [render(with_attribute(face, attribute, degree), SIZE) for degree in range(6)]
        outside = [change(a, b)[~region(attribute, a, b)].mean() for a, b in zip(sweep, sweep[1:], strict=False)]
        found[f"{attribute}: mean change outside its region"] = float(np.mean(outside))
        if attribute == "bangs":
            found["bangs: forehead hair rises with every degree"] = rising([forehead_hair(one) for one in sweep])
        elif attribute == "eyeglasses":
            worn = [bool((one.mask == lab.EYE_G).any()) for one in sweep]
            found["eyeglasses: in the mask exactly when worn"] = worn == [False] + [True] * 5
        elif attribute == "beard":
            hairy = [int((change(sweep[0], one) > BEARD_CHANGE).sum()) for one in sweep]
            found["beard: pixels rise with every degree"] = rising(hairy)
        elif attribute == "smile":
            found["smile: mouth widens with every degree to 3"] = rising([mouth_width(one) for one in sweep[:4]])
            found["smile: teeth rise with every degree from 1 to 4"] = rising([teeth(one) for one in sweep[1:5]])
    return found


def plain(seed: int, attribute: str) -> FaceParameters:
    """The face with what would hide the attribute taken off: a beard hides the mouth."""
    face = sample(seed)
    return with_attribute(face, "beard", 0) if attribute == "smile" else face


def rising(values: list[float]) -> bool:
    return bool((np.diff(values) > 0).all())


def without_sunglasses(first: int, count: int) -> Iterator[int]:
    """`count` seeds from `first` on whose faces wear none."""
    seed = first
    while count:
        if sample(seed).eyeglasses < 4:
            yield seed
            count -= 1
        seed += 1


def draw(seed: int) -> Rendering:
    return render(sample(seed), SIZE)


def detection(renderings: list[Rendering]) -> Mapping[str, float]:
    """What MTCNN finds, and how far landmarks (in distances between the eyes) and the aligned crop lie from the renderer's."""
    single, errors = [], []
    for rendering in tqdm(renderings, unit="face", desc="detection"):
        photo = Image.fromarray(rendering.image)
        faces = find_faces(photo)
        single.append(len(faces) == 1 and faces[0].confidence > DETECTED_FROM)
        if faces:
            offsets = faces[0].landmarks - (rendering.landmarks + 0.5)
            landmarks = np.hypot(*offsets.T).mean() / Frontiers.of(rendering).distance
            errors.append((landmarks, *misalignment(align(photo, faces[0], SIZE).transform)))
    names = ("landmark error", "crop's middle off (pixels)", "crop's side off (share)", "crop turned (degrees)")
    medians = {f"{name}, median": value for name, value in zip(names, np.median(errors, 0).tolist(), strict=True)}
    return {"MTCNN finds exactly one face": float(np.mean(single)), **medians}


def misalignment(transform: np.ndarray) -> tuple[float, float, float]:
    """How far a crop's middle (pixels), side (share) and turn (degrees) are from leaving a rendered picture as it is."""
    shift = np.hypot(*(transform @ [SIZE / 2, SIZE / 2, 1] - SIZE / 2))
    return float(shift), abs(float(np.hypot(*transform[:, 0])) - 1), abs(math.degrees(math.atan2(transform[1, 0], transform[0, 0])))


def main() -> None:
    count_help = "faces for the sweeps; five times as many for detection"
    parser = held_out_parser("evaluation.renderer", __doc__.splitlines()[0], count=100, count_help=count_help)
    parser.add_argument("--detection-only", action="store_true", help="only what is found, and how exactly it is aligned")
    arguments = parser.parse_args()
    draw(arguments.seed)  # compiles the kernels before the clock runs
    with workers() as pool:
        pool.map(draw, range(arguments.seed, arguments.seed + 4))
        started = time.perf_counter()
        renderings = pool.map(draw, without_sunglasses(arguments.seed, 5 * arguments.count))
        print(f"{len(renderings) / (time.perf_counter() - started):.1f} faces a second at {SIZE} px on {os.cpu_count()} cores")
        for name, value in detection(renderings).items():
            print(f"{name}: {value:.3f}")
        if arguments.detection_only:
            return
        rows = list(tqdm(pool.imap(examine, held_out_seeds(arguments)), total=arguments.count, unit="face", desc="sweeps"))
    for name in rows[0]:
        values = [row[name] for row in rows]
        print(f"{name}: {np.mean(values):.3f}" + ("" if isinstance(values[0], bool) else f" of 255, worst face {max(values):.2f}"))


if __name__ == "__main__":
    main()
