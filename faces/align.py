"""A photo in, upright square faces out, with the exact transform that puts each one back.

Coordinates are continuous: a pixel covers [x, x + 1], so its centre is at x + 0.5, in the photo as in the crop.
"""

from __future__ import annotations

import io
import math
import os
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageCms, ImageOps

from errors import ParleyError

MAX_PIXELS = 40_000_000
TURNS = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)
"""In which a face is looked for where none is upright, as in scans and in photos that lost their EXIF."""
MIN_SIDE = 64
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP", "TIFF", "PPM")
"""Pillow's other readers are left out on purpose: some start other programs (EPS), none holds a photo."""

DETECTION_SIDES = (1024, 384, 256, 128)
"""Longest sides a photo is given before detection, until a face is surely found: MTCNN's last stage looks at 48 x 48 pixels whatever it is
given, and its stages now and then miss a face that fills the picture at one size but not at another."""
MIN_FACE = 24
"""Smallest face looked for, in pixels of the shrunk photo."""
MIN_CONFIDENCE = 0.9
SURE = 0.95

# The template: FFHQ's rule from the eyes and the mouth, slightly tighter. synth draws its faces by the same one.
EYE_REACH = 2.0
MOUTH_REACH = 1.8
ZOOM = 0.95
CENTRE_DOWN = 0.10
CLOSER = 0.65
"""Side of the landmark network's crop, in that of the template's."""
MAX_DISAGREEMENT = 0.2
"""Between MTCNN and the landmark network, in sides of the latter's crop; beyond it MTCNN is believed, which has learnt from photos."""

# The points are not quite the template's, for synth aims at the eyeballs' centres, which lie deeper than the pupils, and at the middle of
# the mouth at rest, whose corners a smile lifts and spreads. In a turned face depth shifts a point sideways in proportion to the nose.
# Fitted to rendered validation faces, whose crops are known: half of them are then cut within 1 % of their side of where they should
# be, 4 % of their size and 0.7 degrees.
EYE_PARALLAX = -0.35
MOUTH_PARALLAX = 0.33
"""In sideways offsets of the nose from the line between eyes and mouth."""
SMILE_LIFT = 0.38
RESTING_WIDTH = 0.6
"""Of the mouth, in distances from the eyes to it; a smile has lifted its corners by `SMILE_LIFT` of what it is wider."""


@dataclass(frozen=True, eq=False)
class Face:
    """A face that was found in a photo, in photo coordinates.

    `box` is (left, top, right, bottom); `landmarks` is 5 x 2: eye, eye, nose, mouth corner, mouth corner, each pair from the picture's left
    to its right; `confidence` is in [0, 1].
    """

    box: tuple[float, float, float, float]
    landmarks: np.ndarray
    confidence: float


@dataclass(frozen=True, eq=False)
class AlignedFace:
    """A square RGB crop and the 2 x 3 similarity that takes a point (x, y, 1) of the crop to the photo."""

    image: Image.Image
    transform: np.ndarray


def load_photo(source: str | os.PathLike[str] | bytes | BinaryIO | Image.Image) -> Image.Image:
    """Any picture a visitor may bring -> an upright 8-bit sRGB picture without metadata.

    The first frame of an animation is used, transparency becomes white. Raises ParleyError for a file that cannot be read, for more than
    `MAX_PIXELS`, and for a side below `MIN_SIDE`.
    """
    if isinstance(source, bytes):
        source = io.BytesIO(source)
    try:
        photo = source if isinstance(source, Image.Image) else Image.open(source, formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except (OSError, ValueError, SyntaxError) as error:
        raise ParleyError("This file is not a picture Parley can read. Please use a JPEG, PNG or WebP photo.") from error
    if photo.width * photo.height > MAX_PIXELS:
        raise _too_large()
    if min(photo.size) < MIN_SIDE:
        sentence = "This picture is too small: {width} x {height} pixels. Each side needs at least {least}."
        raise ParleyError(sentence, width=photo.width, height=photo.height, least=MIN_SIDE)
    try:
        photo.load()
        upright = ImageOps.exif_transpose(photo)
        plain = _to_srgb(upright)
    except Exception as error:  # a damaged file makes Pillow's decoders raise nearly anything
        raise ParleyError("This picture is damaged and cannot be read to its end. Please try another copy of it.") from error
    return Image.fromarray(np.asarray(plain))  # a fresh picture: no EXIF, GPS, profile or comment comes along


def _too_large() -> ParleyError:
    return ParleyError("This picture is too large. Please shrink it to {most} megapixels or less.", most=MAX_PIXELS // 1_000_000)


def _to_srgb(photo: Image.Image) -> Image.Image:
    profile = photo.info.get("icc_profile")
    if photo.mode.startswith("I") or photo.mode == "F":
        photo = _to_8_bit(photo)
    if photo.has_transparency_data:
        photo = photo.convert("RGBA")
        photo = Image.alpha_composite(Image.new("RGBA", photo.size, "white"), photo).convert("RGB")
    if profile and photo.mode in ("RGB", "CMYK", "L"):
        try:
            return ImageCms.profileToProfile(photo, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile costs the exact colours, not the photo
    return photo.convert("RGB")


def _to_8_bit(photo: Image.Image) -> Image.Image:
    """Gray pictures of more than 8 bits: full scale is 1 for fractions, else 255 or 65535, whichever holds the brightest pixel."""
    values = np.nan_to_num(np.asarray(photo, np.float64))
    brightest = values.max()
    full = 1.0 if photo.mode == "F" and brightest <= 1 else 255.0 if photo.mode == "F" and brightest <= 255 else max(65535.0, brightest)
    return Image.fromarray(np.clip(values * 255 / full + 0.5, 0, 255).astype(np.uint8))


@lru_cache(maxsize=1)
def _detector():
    """The one MTCNN (Zhang et al. 2016); its weights come with the package, and it keeps nothing about a picture."""
    from facenet_pytorch import MTCNN

    return MTCNN(keep_all=True, min_face_size=MIN_FACE, device="cpu").eval()


def find_faces(photo: Image.Image) -> tuple[Face, ...]:
    """Every face in an RGB photo, from left to right; empty when there is none."""
    longest = max(photo.size)
    best: list[Face] = []
    for side in dict.fromkeys((min(longest, DETECTION_SIDES[0]), *DETECTION_SIDES[1:])):
        best = max(best, _detect(photo, side / longest), key=_highest_confidence)
        if len(best) > 1 or _highest_confidence(best) > SURE:
            break
    refined = (replace(face, landmarks=_refined(photo, face.landmarks)) for face in best)
    return tuple(sorted(refined, key=lambda face: face.box[0] + face.box[2]))


def _highest_confidence(faces: list[Face]) -> float:
    return max((face.confidence for face in faces), default=0.0)


def _detect(photo: Image.Image, scale: float) -> list[Face]:
    """Faces with MTCNN's own landmarks, looked for in the photo at `scale` times its size."""
    size = [max(MIN_FACE, round(length * scale)) for length in photo.size]
    boxes, confidences, landmarks = _detector().detect(photo.resize(size, Image.Resampling.BICUBIC, reducing_gap=2), landmarks=True)
    if boxes is None:
        return []
    grow = np.array(photo.size) / size
    faces = []
    for box, confidence, points in zip(boxes, confidences, landmarks, strict=True):
        if confidence >= MIN_CONFIDENCE:
            left, top, right, bottom = (np.reshape(box, (2, 2)) * grow).ravel().tolist()
            faces.append(Face((left, top, right, bottom), np.asarray(points, np.float64) * grow, float(confidence)))
    return faces


def _refined(photo: Image.Image, points: np.ndarray) -> np.ndarray:
    """MTCNN's five points (5 x 2) as the landmark network sees them, or as they are where it sees something quite different."""
    from .landmarks import SIDE, locate

    transform = landmark_transform(points, SIDE)
    found = locate(cut(photo, transform, SIDE)) @ transform[:, :2].T + transform[:, 2]
    disagreement = np.hypot(*(found - points).T).mean() / (SIDE * math.hypot(*transform[:, 0]))
    return found if disagreement < MAX_DISAGREEMENT else points


def require_faces(photo: Image.Image) -> tuple[Face, ...]:
    """`find_faces`, but ParleyError where there is none."""
    faces = find_faces(photo)
    if not faces and any(find_faces(photo.transpose(turn)) for turn in TURNS):
        raise ParleyError("This picture lies on its side or upside down. Please turn it upright and try again.")
    if not faces:
        raise ParleyError("I could not find a face in this picture. Please try one with a larger, well lit face that looks this way.")
    return faces


def crop_transform(eyes: np.ndarray, mouth: np.ndarray, size: int) -> np.ndarray:
    """The template: eye centres (2 x 2, the picture's left one first) and mouth centre (2) -> 2 x 3 similarity from crop to photo."""
    centre, across = eyes.mean(0), eyes[1] - eyes[0]
    down = mouth - centre
    axis = across - np.array([-down[1], down[0]])
    half = max(math.hypot(*across) * EYE_REACH, math.hypot(*down) * MOUTH_REACH) * ZOOM
    axis *= 2 * half / size / math.hypot(*axis)
    rotation = np.array([[axis[0], -axis[1]], [axis[1], axis[0]]])
    return np.column_stack([rotation, centre + down * CENTRE_DOWN - rotation @ [size / 2, size / 2]])


def landmark_transform(points: np.ndarray, size: int) -> np.ndarray:
    """The crop in which `landmarks.locate` looks: turned as the template is, closer, and midway between eyes and mouth."""
    eyes, mouth = points[:2], points[3:].mean(0)
    turn = crop_transform(eyes, mouth, size)[:, :2] * CLOSER
    return np.column_stack([turn, (eyes.mean(0) + mouth) / 2 - turn @ [size / 2, size / 2]])


def align(photo: Image.Image, face: Face, size: int) -> AlignedFace:
    """Cuts the upright square around a face, `size` pixels wide; beyond the photo's edge its outermost pixels go on."""
    eyes, nose, corners = face.landmarks[:2], face.landmarks[2], face.landmarks[3:]
    mouth, across = corners.mean(0), eyes[1] - eyes[0]
    down = mouth - eyes.mean(0)
    sideways = (nose - (eyes.mean(0) + mouth) / 2) @ across / (across @ across) * across
    lowered = SMILE_LIFT * (math.dist(*corners) / math.hypot(*down) - RESTING_WIDTH) * down
    transform = crop_transform(eyes + EYE_PARALLAX * sideways, mouth + MOUTH_PARALLAX * sideways + lowered, size)
    return AlignedFace(cut(photo, transform, size), transform)


def cut(photo: Image.Image, transform: np.ndarray, size: int) -> Image.Image:
    """The `size` x `size` crop that `transform` (crop to photo) describes."""
    corners = transform @ np.array([[0, size, 0, size], [0, 0, size, size], [1, 1, 1, 1]])
    margin = 3  # what a bicubic kernel reaches
    left, top = np.floor(corners.min(1)).astype(int) - margin
    right, bottom = np.ceil(corners.max(1)).astype(int) + margin
    if left < 0 or top < 0 or right > photo.width or bottom > photo.height:
        # Repeated edge pixels; a mirrored edge would show the encoder a second face.
        rows, columns = np.arange(top, bottom).clip(0, photo.height - 1), np.arange(left, right).clip(0, photo.width - 1)
        region = Image.fromarray(np.asarray(photo)[rows[:, None], columns])
    else:
        region = photo.crop((left, top, right, bottom))
    return resample(region, transform - [[0, 0, left], [0, 0, top]], (size, size))


def resample(image: Image.Image, transform: np.ndarray, size: tuple[int, int]) -> Image.Image:
    """A picture of `size` (width, height) whose point p shows `image` at `transform` p: bicubic, without aliasing, 0 beyond the image."""
    # Sampling at least once per source pixel and averaging afterwards keeps fine detail from aliasing where the picture shrinks.
    fine = max(1, math.ceil(math.hypot(*transform[:, 0]) - 0.05))
    matrix = np.column_stack([transform[:, :2] / fine, transform[:, 2]])
    dense = image.transform((size[0] * fine, size[1] * fine), Image.Transform.AFFINE, tuple(matrix.ravel()), Image.Resampling.BICUBIC)
    return dense if fine == 1 else dense.resize(size, Image.Resampling.LANCZOS)
