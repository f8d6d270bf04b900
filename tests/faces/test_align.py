from __future__ import annotations

import io
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps

import faces.align
import faces.landmarks
from errors import ParleyError
from faces.align import Face, align, crop_transform, cut, find_faces, load_photo, require_faces, resample
from synth.parameters import sample
from synth.render import render


def gradient(width: int = 96, height: int = 80) -> Image.Image:
    y, x = np.mgrid[:height, :width]
    return Image.fromarray(np.stack([x * 2, y * 3, x + y], -1).astype(np.uint8))


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


# Reading photos


def test_photo_comes_from_a_path_bytes_a_file_or_a_picture(tmp_path: Path) -> None:
    image = gradient()
    data = encoded(image, "PNG")
    (tmp_path / "photo.png").write_bytes(data)
    for source in (tmp_path / "photo.png", str(tmp_path / "photo.png"), data, io.BytesIO(data), image):
        assert np.array_equal(np.asarray(load_photo(source)), np.asarray(image))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_honoured_and_metadata_dropped(orientation: int) -> None:
    image = gradient()
    stored = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # how the camera turned it: the inverse of what the tag asks for
    turned = image if orientation == 1 else image.transpose(Image.Transpose(stored[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif.get_ifd(0x8825)[1] = "N"
    photo = load_photo(encoded(turned, "PNG", exif=exif))
    assert np.array_equal(np.asarray(photo), np.asarray(image))
    assert not photo.getexif() and not photo.info


def test_every_kind_of_picture_becomes_rgb() -> None:
    image = gradient()
    rgba = image.copy()
    rgba.putalpha(Image.fromarray(np.repeat(np.uint8([[0, 255]]), 48, 1).repeat(80, 0)))
    over_white = np.asarray(load_photo(encoded(rgba, "PNG")))
    assert (over_white[:, :48] == 255).all() and np.array_equal(over_white[:, 48:], np.asarray(image)[:, 48:])
    deep = Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257)
    assert np.array_equal(np.asarray(load_photo(encoded(deep, "PNG")))[..., 0], np.asarray(image.convert("L")))
    fraction = Image.fromarray(np.asarray(image.convert("L")).astype(np.float32) / 255)
    assert np.abs(np.asarray(load_photo(encoded(fraction, "TIFF")))[..., 0] - np.asarray(image.convert("L"), float)).max() <= 1
    for mode, format in (("CMYK", "JPEG"), ("L", "PNG"), ("LA", "PNG"), ("P", "PNG"), ("1", "PNG")):
        photo = load_photo(encoded(image.convert(mode), format))
        assert photo.mode == "RGB" and photo.size == image.size, mode
    cmyk = np.asarray(load_photo(encoded(image.convert("CMYK"), "JPEG", quality=95)), float)
    assert np.abs(cmyk - np.asarray(image)).mean() < 12


def test_first_frame_of_an_animation() -> None:
    frames = [Image.new("RGB", (80, 80), colour) for colour in ("red", "blue")]
    photo = load_photo(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert photo.getpixel((40, 40)) == (255, 0, 0)


def test_colour_profile_is_applied_and_a_broken_one_forgiven() -> None:
    image = gradient()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert np.abs(np.asarray(load_photo(encoded(image, "PNG", icc_profile=profile)), float) - np.asarray(image)).max() <= 2
    assert np.array_equal(np.asarray(load_photo(encoded(image, "PNG", icc_profile=b"no profile"))), np.asarray(image))


def _claims_huge() -> bytes:
    """A PNG whose header alone says 60,000 x 60,000."""
    data = bytearray(encoded(gradient(), "PNG"))
    data[16:24] = (60_000).to_bytes(4, "big") * 2
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "not a picture"),
        (b"hello, I am a text", "not a picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 99 99\n", "not a picture"),
        (encoded(gradient(), "PNG")[:150], "damaged"),
        (encoded(gradient(), "JPEG")[:800], "damaged"),
        (encoded(gradient(63, 200), "PNG"), "63 x 200"),
        (encoded(Image.new("1", (8000, 5001)), "PNG"), "too large"),
        (_claims_huge(), "too large"),
    ],
    ids=["empty", "text", "eps", "cut png", "cut jpeg", "small", "large", "bomb"],
)
def test_unusable_files_are_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(ParleyError, match=sentence):
        load_photo(data)


def test_absent_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ParleyError):
        load_photo(tmp_path / "absent.jpg")


# Geometry


def test_template_puts_an_upright_face_upright() -> None:
    eyes, mouth = np.array([[100.0, 100], [140, 100]]), np.array([120.0, 145])
    transform = crop_transform(eyes, mouth, 128)
    half = max(40 * 2.0, 45 * 1.8) * 0.95
    assert np.allclose(transform @ [64, 64, 1], [120, 104.5])
    assert np.allclose(transform @ [128, 64, 1], [120 + half, 104.5])
    assert np.allclose(transform @ [64, 128, 1], [120, 104.5 + half])


def test_template_turns_with_the_face() -> None:
    eyes, mouth = np.array([[100.0, 100], [140, 100]]), np.array([120.0, 145])
    angle = np.radians(30)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    turned = crop_transform(eyes @ rotation.T, mouth @ rotation.T, 128)
    assert np.allclose(turned, rotation @ crop_transform(eyes, mouth, 128))


def test_cut_without_scaling_is_exact() -> None:
    photo = gradient()
    crop = cut(photo, np.array([[1.0, 0, 7], [0, 1, 5]]), 64)
    assert np.array_equal(np.asarray(crop), np.asarray(photo)[5:69, 7:71])


def test_cut_beyond_the_edge_repeats_it() -> None:
    photo = gradient()
    crop = np.asarray(cut(photo, np.array([[1.0, 0, -20], [0, 1, -10]]), 64))
    assert np.array_equal(crop[10:, 20:], np.asarray(photo)[:54, :44])
    assert np.array_equal(crop[10:, :20], np.asarray(photo)[:54, :1].repeat(20, 1))


def test_shrinking_does_not_alias() -> None:
    stripes = np.zeros((600, 600, 3), np.uint8)
    stripes[:, ::2] = 255
    crop = np.asarray(cut(Image.fromarray(stripes), np.array([[5.3, 0, 20], [0, 5.3, 20]]), 100), float)
    assert np.abs(crop - 127.5)[1:-1, 1:-1].max() < 6


def test_resample_back_and_forth() -> None:
    y, x = np.mgrid[:120, :120] / 120
    smooth = Image.fromarray((np.sin(6 * x) * np.cos(5 * y) * 100).astype(np.float32))
    turn = np.array([[0.9, -0.3, 20], [0.3, 0.9, -5]])
    inverse = np.linalg.inv(turn[:, :2])
    there = resample(smooth, turn, (120, 120))
    back = np.asarray(resample(there, np.column_stack([inverse, -inverse @ turn[:, 2]]), (120, 120)))
    assert np.abs(back - np.asarray(smooth))[45:75, 45:75].max() < 0.5


def test_parallax_leaves_a_frontal_face_alone_and_moves_with_the_nose() -> None:
    points = np.array([[100.0, 100], [140, 100], [120, 122], [106.5, 145], [133.5, 145]])
    frontal = align(gradient(240, 240), Face((80, 60, 160, 180), points, 1.0), 64).transform
    assert np.allclose(frontal, crop_transform(points[:2], np.array([120.0, 145]), 64))
    points[2, 0] += 10
    turned = align(gradient(240, 240), Face((80, 60, 160, 180), points, 1.0), 64).transform
    assert (turned @ [32, 32, 1])[0] < (frontal @ [32, 32, 1])[0] and turned[1, 0] < 0


def test_a_smile_does_not_reframe() -> None:
    resting = np.array([[100.0, 100], [140, 100], [120, 127], [103.5, 155], [136.5, 155]])
    smiling = resting + [[0, 0], [0, 0], [0, 0], [-6, -5], [6, -5]]
    calm, glad = (align(gradient(240, 240), Face((80, 60, 160, 180), points, 1.0), 64).transform for points in (resting, smiling))
    uncorrected = crop_transform(smiling[:2], np.array([120.0, 150]), 64)
    assert np.abs(glad - calm).max() < 0.3 * np.abs(uncorrected - calm).max()


# Detection


def test_one_face_is_found_where_it_is(astronaut: Image.Image) -> None:
    (face,) = find_faces(astronaut)
    eye, other_eye, nose, mouth, other_mouth = face.landmarks
    assert np.linalg.norm(eye - [203, 100]) < 5 and np.linalg.norm(other_eye - [247, 104]) < 5
    assert eye[0] < nose[0] < other_eye[0] and nose[1] < mouth[1] and mouth[0] < other_mouth[0]
    left, top, right, bottom = face.box
    assert left < eye[0] and right > other_eye[0] and top < eye[1] and bottom > mouth[1] and face.confidence > 0.99


def test_several_faces_come_left_to_right_and_large_photos_agree(astronaut: Image.Image) -> None:
    pair = Image.new("RGB", (900, 512))
    pair.paste(astronaut.crop((0, 0, 450, 512)), (450, 0))
    pair.paste(ImageOps.mirror(astronaut.crop((0, 0, 450, 512))), (0, 0))
    first, second = find_faces(pair)
    assert first.box[2] < 450 < second.box[0]
    large = find_faces(pair.resize((2700, 1536)))
    assert len(large) == 2
    assert np.abs(large[1].landmarks / 3 - second.landmarks).max() < 3


@pytest.mark.parametrize("degrees", [25, -25])
def test_points_turn_with_the_photo(astronaut: Image.Image, degrees: int) -> None:
    centre = np.array([224, 120])
    (straight,), (leaning,) = find_faces(astronaut), find_faces(astronaut.rotate(degrees, Image.Resampling.BICUBIC, center=tuple(centre)))
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    expected = (straight.landmarks - centre) @ np.array([[cos, -sin], [sin, cos]]) + centre
    apart = np.linalg.norm(straight.landmarks[1] - straight.landmarks[0])
    assert np.linalg.norm(leaning.landmarks - expected, axis=1).mean() < 0.03 * apart


def test_a_small_face_in_a_large_photo(astronaut: Image.Image) -> None:
    (near,) = find_faces(astronaut)
    photo = Image.new("RGB", (3000, 2000), "gray")
    photo.paste(astronaut.resize((256, 256), Image.Resampling.LANCZOS), (2000, 700))
    (far,) = find_faces(photo)
    offsets = (far.landmarks - [2000, 700]) * 2 - near.landmarks
    assert np.linalg.norm(offsets, axis=1).mean() < 0.06 * np.linalg.norm(near.landmarks[1] - near.landmarks[0])


def test_points_of_rendered_faces_are_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    renderings = [render(replace(sample(seed), eyeglasses=0, occluded=False), 128) for seed in range(690_000, 690_008)]

    def errors() -> np.ndarray:
        """In distances between the eyes; where no face is found, none."""
        found = []
        for rendering in renderings:
            truth = rendering.landmarks + 0.5
            for face in find_faces(Image.fromarray(rendering.image))[:1]:
                found.append(np.linalg.norm(face.landmarks - truth, axis=1).mean() / np.linalg.norm(truth[1] - truth[0]))
        return np.array(found)

    refined = errors()
    monkeypatch.setattr(faces.align, "_refined", lambda photo, points: points)
    assert len(refined) >= 7 and np.median(refined) < 0.05 and np.median(refined) < 0.75 * np.median(errors())


def test_mtcnn_is_believed_where_the_network_sees_something_else(astronaut: Image.Image, monkeypatch: pytest.MonkeyPatch) -> None:
    (face,) = find_faces(astronaut)
    monkeypatch.setattr(faces.landmarks, "locate", lambda crop: np.zeros((5, 2)))
    (coarse,) = find_faces(astronaut)
    apart = np.linalg.norm(face.landmarks[1] - face.landmarks[0])
    assert 0 < np.linalg.norm(coarse.landmarks - face.landmarks, axis=1).mean() < 0.1 * apart


@pytest.mark.parametrize(
    ("by_side", "expected"),
    [
        ({1024: [0.92], 384: [0.97], 256: [0.99]}, [0.97]),
        ({1024: [], 256: [0.93], 128: [0.91]}, [0.93]),
        ({1024: [0.92, 0.91], 384: [0.97]}, [0.92, 0.91]),
    ],
    ids=["a surer one elsewhere", "never sure", "two are not given up for one"],
)
def test_an_unsure_face_is_looked_for_at_other_sizes(
    by_side: dict[int, list[float]], expected: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    def detect(photo: Image.Image, scale: float) -> list[Face]:
        return [Face((0, 0, 9, 9), np.zeros((5, 2)), confidence) for confidence in by_side.get(round(2048 * scale), [])]

    monkeypatch.setattr(faces.align, "_detect", detect)
    monkeypatch.setattr(faces.align, "_refined", lambda photo, points: points)
    assert [face.confidence for face in find_faces(Image.new("RGB", (2048, 64)))] == expected


def test_no_face_is_a_sentence() -> None:
    assert find_faces(gradient()) == ()
    with pytest.raises(ParleyError, match="could not find a face"):
        require_faces(gradient())


@pytest.mark.parametrize("turn", [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180])
def test_who_lies_on_the_side_is_told_to_turn_the_picture(turn: Image.Transpose, monkeypatch: pytest.MonkeyPatch) -> None:
    upright = gradient()
    monkeypatch.setattr(faces.align, "find_faces", lambda photo: ("a face",) if photo.tobytes() == upright.tobytes() else ())
    with pytest.raises(ParleyError, match="turn it upright"):
        require_faces(upright.transpose(turn))


def test_rotated_photo_gives_the_same_crop(astronaut: Image.Image) -> None:
    straight = align(astronaut, *find_faces(astronaut), 96).image
    leaning = astronaut.rotate(20, Image.Resampling.BICUBIC, center=(224, 120))
    turned = align(leaning, *find_faces(leaning), 96).image
    centre = slice(24, 72)
    difference = np.asarray(straight, float)[centre, centre] - np.asarray(turned, float)[centre, centre]
    assert np.abs(difference).mean() < 15


def test_rendered_face_is_already_aligned(face_image: Image.Image) -> None:
    (face,) = find_faces(face_image)
    transform = align(face_image, face, face_image.width).transform
    side = face_image.width
    assert np.abs(transform @ [side / 2, side / 2, 1] - side / 2).max() < 0.05 * side
    assert np.hypot(*transform[:, 0]) == pytest.approx(1, abs=0.12)
    assert abs(np.degrees(np.arctan2(transform[1, 0], transform[0, 0]))) < 5
