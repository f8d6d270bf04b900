"""What leaves the app, and recipes that come back."""

import io
import json
import math

import numpy as np
import pytest
from PIL import Image

from backends.base import EditPlan
from chat import export
from chat.editing import open_photo
from chat.history import choose_face, protect
from chat.interpret import OfflineInterpreter
from chat.talk import respond
from errors import ParleyError
from tests.chat.fakes import START, DrawingBackend, read_degrees


def say(session, text, backend=None):
    return respond(session, text, OfflineInterpreter(), backend or DrawingBackend(), None, read_degrees)[0]


def repeat(session, data, backend=None):
    engine = backend or DrawingBackend()
    return export.apply_recipe(session, export.read_recipe(data), lambda name: engine, None, read_degrees)


def pixels(picture):
    return np.asarray(Image.open(io.BytesIO(picture)) if isinstance(picture, bytes) else picture)


@pytest.fixture(scope="module")
def edited(astronaut):
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Camera maker", "Camera model"
    exif.get_ifd(0x8825)[1] = "N"
    file = io.BytesIO()
    astronaut.save(file, "JPEG", exif=exif, quality=95)
    assert b"Camera" in file.getvalue()
    return say(open_photo(file.getvalue(), seed=7), "add glasses & a <beard>")


def test_a_png_is_full_size_marked_and_without_the_photos_metadata(edited):
    exported = export.png(edited)
    picture = Image.open(io.BytesIO(exported))
    assert picture.size == edited.photo.size and np.array_equal(np.asarray(picture), np.asarray(edited.picture()))
    assert "edited" in picture.info["Software"]
    assert b"Camera" not in exported and not picture.getexif()
    assert export.SOURCE_TYPE in picture.info["XML:com.adobe.xmp"]
    recipe = json.loads(picture.info["parley"])
    assert recipe["seed"] == 7 and recipe["requests"] == ["add glasses & a <beard>"]
    assert EditPlan.from_json(json.dumps(recipe["faces"]["1"]["plan"])).degrees_from(START) == {"eyeglasses": 3, "beard": 3}


def test_a_jpeg_too(edited):
    exported = export.jpeg(edited)
    picture = Image.open(io.BytesIO(exported))
    assert picture.format == "JPEG" and picture.size == edited.photo.size
    assert b"Camera" not in exported and dict(picture.getexif()) == {0x0131: export.SOFTWARE}
    assert export.SOURCE_TYPE.encode() in picture.info["xmp"]
    assert export.read_recipe(exported) == export.recipe(edited)
    assert np.abs(np.asarray(picture, float) - np.asarray(edited.picture(), float)).mean() < 2


def test_only_an_edited_picture_says_it_was_edited_by_a_model(astronaut):
    assert export.SOURCE_TYPE not in Image.open(io.BytesIO(export.png(open_photo(astronaut)))).info["XML:com.adobe.xmp"]


@pytest.mark.parametrize("save", [export.png, export.jpeg, export.recipe_json])
def test_a_recipe_repeats_the_picture_in_a_new_session(edited, astronaut, save):
    fresh = open_photo(edited.photo)
    again = repeat(fresh, save(edited))
    assert np.array_equal(np.asarray(again.picture()), np.asarray(edited.picture()))
    assert again.seed == 7 and len(again.versions) == 2 and again.version.parent == 0
    assert not fresh.version.edits


def test_a_recipe_of_one_face_goes_to_the_chosen_face_of_another_photo(edited, astronaut):
    photo = np.asarray(astronaut)
    two = choose_face(open_photo(Image.fromarray(np.hstack([photo, photo[:, ::-1]]))), 1)
    again = repeat(two, export.png(edited))
    left, right = np.hsplit((np.asarray(again.picture()) != np.asarray(two.photo)).any(-1), 2)
    assert right.any() and not left.any()


def test_a_recipe_of_two_faces_needs_two(edited, astronaut):
    photo = np.asarray(astronaut)
    two = open_photo(Image.fromarray(np.hstack([photo, photo[:, ::-1]])))
    backend = DrawingBackend()
    both = say(choose_face(say(choose_face(two, 0), "add glasses", backend), 1), "make her laugh", backend)
    again = repeat(two, export.png(both))
    assert np.array_equal(np.asarray(again.picture()), np.asarray(both.picture())) and len(again.versions) == 2
    with pytest.raises(ParleyError, match="number 2"):
        repeat(open_photo(astronaut), export.png(both))


@pytest.mark.parametrize(("field", "value"), [("text", "an old man"), ("layout", {"shape": [2, 2], "runs": [[0, 4]]})])
def test_a_recipe_that_the_engine_cannot_carry_out_is_refused_and_takes_no_time(edited, astronaut, field, value):
    recipe, backend = export.recipe(edited), DrawingBackend()
    recipe["faces"]["1"]["plan"] |= {"steps": [], field: value}
    with pytest.raises(ParleyError, match="Drawing cannot"):
        repeat(open_photo(astronaut), json.dumps(recipe).encode(), backend)
    assert backend.encoded == 0


def test_a_protected_region_comes_back_with_its_photo_only(edited, astronaut):
    region = np.zeros((128, 128), bool)
    region[:40] = True
    kept = protect(edited, region)
    again = repeat(open_photo(edited.photo), export.png(kept))
    assert np.array_equal(np.asarray(again.picture()), np.asarray(kept.picture()))
    assert np.array_equal(again.version.protected, region)
    assert repeat(open_photo(astronaut.resize((600, 600))), export.jpeg(kept)).version.protected is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nonsense",
        b"[]",
        b'{"faces": {}}',
        b'{"seed": 1, "faces": {"one": {}}}',
        b'{"seed": 0, "faces": {"1": {"engine": "x", "plan": {"steps": [{"attribute": "smile", "operation": "set", "amount": 99}]}}}}',
        b'{"seed": 0, "faces": {}, "protected": {"shape": [Infinity, 1], "bits": "", "photo": [1, 1]}}',
        b"[" * 100_000,
        b"\x89PNG\r\n\x1a\nbroken",
        b"[" * 100_000,
        b'{"seed": 1, "faces": ' + b'{"1":' * 100_000,
    ],
)
def test_other_files_are_no_recipes(data):
    with pytest.raises(ParleyError, match="recipe"):
        export.read_recipe(data)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", 5),
        ("options", [1]),
        ("sampling_steps", 1000),
        ("steps", [{"attribute": {}, "operation": "set", "amount": 3}]),
        ("layout", {"shape": [math.inf, 3], "runs": [[0, 3]]}),
        ("layout", {"shape": [4, 4], "runs": [[0, 10**13]]}),
        ("mask", {"shape": [1, 4], "rows": [[10**13]]}),
        ("text", "\ud800"),
    ],
)
def test_a_plan_that_none_was_saved_as_is_no_recipe(edited, field, value):
    recipe = export.recipe(edited)
    recipe["faces"]["1"]["plan"][field] = value
    with pytest.raises(ParleyError, match="recipe"):
        export.read_recipe(json.dumps(recipe).encode())


def test_a_recipe_of_more_faces_than_a_photo_has_is_refused_before_it_is_read(edited, monkeypatch):
    recipe = export.recipe(edited)
    face = recipe["faces"]["1"]
    of_so_many = {count: json.dumps(recipe | {"faces": {str(i + 1): face for i in range(count)}}).encode() for count in (100, 101)}
    assert len(export.read_recipe(of_so_many[100])["faces"]) == 100
    monkeypatch.setattr(export.EditPlan, "from_json", lambda text: pytest.fail("this takes as long as there are faces"))
    with pytest.raises(ParleyError, match="recipe"):
        export.read_recipe(of_so_many[101])


def in_a_file(told):
    return json.dumps(told).encode()


def in_a_picture(told):
    return export.marked_png(Image.new("RGB", (8, 8)), told, "")


@pytest.mark.parametrize("written", [in_a_file, in_a_picture])
def test_a_recipe_is_read_up_to_a_length(edited, written):
    told = export.recipe(edited)
    assert export.read_recipe(written(told | {"requests": ["a" * 1_000_000]}))["faces"]
    with pytest.raises(ParleyError, match="recipe"):
        export.read_recipe(written(told | {"requests": ["a" * export.RECIPE_LIMIT]}))


@pytest.mark.parametrize("engine", [5, None, ["drawing"]])
def test_an_engine_has_a_name(edited, engine):
    recipe = export.recipe(edited)
    recipe["faces"]["1"]["engine"] = engine
    with pytest.raises(ParleyError, match="recipe"):
        export.read_recipe(json.dumps(recipe).encode())


@pytest.mark.parametrize("requests", [3, "add glasses", ["\ud800"], ["add glasses", 3], {"add glasses": ""}])
def test_requests_are_a_list_of_texts(edited, requests):
    with pytest.raises(ParleyError, match="recipe"):
        export.read_recipe(json.dumps(export.recipe(edited) | {"requests": requests}).encode())


@pytest.mark.parametrize("seed", [-1, 2**53 + 1, 0.5, "7", None])
def test_a_seed_is_a_whole_number(edited, seed):
    with pytest.raises(ParleyError, match="whole number from 0"):
        export.read_recipe(json.dumps(export.recipe(edited) | {"seed": seed}).encode())


@pytest.mark.parametrize("shape", [[10**9, 10**9], [math.inf, 3], [5], "55"])
def test_a_bomb_of_a_mask_is_no_recipe(edited, shape):
    recipe = export.recipe(edited)
    recipe["protected"] = {"photo": [1, 1], "shape": shape, "bits": "abcde"}
    with pytest.raises(ParleyError, match="recipe"):
        export.read_recipe(json.dumps(recipe).encode())


def test_a_picture_without_a_recipe(astronaut):
    file = io.BytesIO()
    astronaut.save(file, "PNG")
    with pytest.raises(ParleyError, match="recipe"):
        export.read_recipe(file.getvalue())
    with pytest.raises(ParleyError, match="no change"):
        export.read_recipe(export.png(open_photo(astronaut)))
