"""The app without a browser: it builds, its endpoints answer, and visitors share nothing."""

import concurrent.futures
import contextlib
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

import backends
from tests.chat.fakes import DrawingBackend, read_degrees
from ui.canvas import HAIR
from ui.work import Stop

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"


@contextlib.contextmanager
def _running(demo):
    _, url, _ = demo.launch(prevent_thread_lock=True, quiet=True, show_error=True, ssr_mode=False)
    try:
        yield url
    finally:
        demo.close(verbose=False)


@pytest.fixture
def drawing(monkeypatch):
    """The app as if its only engines were one that draws and one that cannot run."""
    listings = (backends.Listing("drawing", DrawingBackend.info), backends.Listing("broken", None, "its weights are missing"))
    backend = DrawingBackend()

    def get(name):
        if name != "drawing":
            raise backends.ParleyError("There is no such engine.")
        return backend

    monkeypatch.setattr(backends, "available", lambda: listings)
    monkeypatch.setattr(backends, "get", get)
    monkeypatch.setattr("faces.attributes.measure", read_degrees)
    return backend


@pytest.fixture
def url(drawing, tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "gradio"))
    from app import build_demo

    with _running(build_demo()) as url:
        yield url


@pytest.fixture
def photo(astronaut, tmp_path):
    astronaut.save(tmp_path / "astronaut.png")
    return tmp_path / "astronaut.png"


def _edit(url, photo, request, seed=0, engine="drawing"):
    return Client(url, verbose=False).predict(handle_file(str(photo)), request, engine, seed, api_name="/edit")


def _pixels(picture):
    return np.asarray(Image.open(picture["path"] if isinstance(picture, dict) else picture).convert("RGB"))


def test_building_needs_no_network_and_no_torch():
    code = "import sys, app; assert app.demo.blocks; print([m for m in ('torch', 'facenet_pytorch', 'open_clip') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_public_endpoints(url):
    api = Client(url, verbose=False).view_api(return_format="dict", print_info=False)
    assert set(api["named_endpoints"]) == {"/engines", "/edit", "/render", "/compare"} and not api["unnamed_endpoints"]
    parameters = {each["parameter_name"]: each["python_type"]["type"] for each in api["named_endpoints"]["/render"]["parameters"]}
    assert list(parameters) == ["photo", "degrees", "recipe", "engine", "seed"] and parameters["seed"] == "int"


def test_engines(url):
    rows = Client(url, verbose=False).predict(api_name="/engines")
    assert [(row["name"], row["available"]) for row in rows] == [("drawing", True), ("broken", False)]
    assert rows[0]["attributes"] and rows[0]["licence"] and rows[1]["reason"] == "its weights are missing"


def test_edit(url, photo):
    picture, recipe, reply = _edit(url, photo, "add glasses and a hat", seed=3)
    original, edited = _pixels(photo), _pixels(picture)
    assert edited.shape == original.shape
    changed = (edited != original).any(-1)
    assert 0 < changed.mean() < 0.2
    assert recipe["seed"] == 3 and recipe["faces"]["1"]["plan"]["steps"][0]["attribute"] == "eyeglasses"
    assert "hat" in reply and "yeglasses" in reply
    info = Image.open(picture["path"] if isinstance(picture, dict) else picture).info
    assert "edited" in info["Software"] and json.loads(info["parley"]) == recipe


def test_render_draws_degrees_and_repeats_recipes(url, photo):
    client = Client(url, verbose=False)
    picture, recipe, measured = client.predict(handle_file(str(photo)), {"smile": 4, "beard": 2.5}, {}, "drawing", 0, api_name="/render")
    assert measured["smile"] == 4 and measured["beard"] == 2.5
    again, repeated, _ = client.predict(handle_file(str(photo)), {}, recipe, "drawing", 0, api_name="/render")
    assert np.array_equal(_pixels(picture), _pixels(again)) and (_pixels(picture) != _pixels(photo)).any()
    assert repeated["faces"] == recipe["faces"]
    for degrees in ({"smile": 9}, {"smile": 10**400}, ["smile"]):
        with pytest.raises(AppError, match="0 to 5"):
            client.predict(handle_file(str(photo)), degrees, {}, "drawing", 0, api_name="/render")
    with pytest.raises(AppError, match="recipe"):
        client.predict(handle_file(str(photo)), {}, {"faces": "none"}, "drawing", 0, api_name="/render")
    with pytest.raises(AppError, match="whole number from 0"):
        client.predict(handle_file(str(photo)), {"smile": 4}, {}, "drawing", -1, api_name="/render")


def test_a_recipe_that_leaves_the_largest_face_alone(url, astronaut, tmp_path):
    pixels = np.asarray(astronaut)
    small = np.asarray(astronaut.resize((384, 384)))
    row = np.zeros((pixels.shape[0], 3 * pixels.shape[1], 3), np.uint8)
    row[:, : pixels.shape[1]], row[:384, 512:896], row[:384, 896:1280] = pixels, small, small
    Image.fromarray(row).save(tmp_path / "three.png")
    client, photo = Client(url, verbose=False), handle_file(str(tmp_path / "three.png"))
    _, recipe, _ = client.predict(photo, {"smile": 4}, {}, "drawing", 0, api_name="/render")
    (face,) = recipe["faces"].values()
    _, repeated, measured = client.predict(photo, {}, recipe | {"faces": {"2": face, "3": face}}, "drawing", 0, api_name="/render")
    assert set(repeated["faces"]) == {"2", "3"} and measured == {}


def test_compare_streams_an_engine_after_the_other(url, photo):
    client = Client(url, verbose=False)
    job = client.submit(handle_file(str(photo)), "add glasses and a hat", ["broken", "drawing"], 3, api_name="/compare")
    pictures, table, texts = job.result()
    assert [len(told[0]) for told in job.outputs()] == [1, 2, 3], "the photo, then what each engine made of it"
    assert [row["engine"] for row in table] == [None, "broken", "drawing"] and table[0]["seed"] == 3
    assert table[0]["asked"] == {"eyeglasses": 3} and "hat" in texts[0]
    assert pictures[1] is None and not table[1]["done"] and "no such engine" in texts[1]
    assert table[2]["degrees"]["eyeglasses"] == 3 and table[2]["verdicts"] == {"eyeglasses": "reached"}
    assert np.array_equal(_pixels(pictures[0]), _pixels(photo)) and (_pixels(pictures[2]) != _pixels(photo)).any()
    alone, rows, _ = client.predict(handle_file(str(photo)), "add glasses", [], 0, api_name="/compare")
    assert [row["title"] for row in rows] == ["Original", "Drawing"] and len(alone) == 2, "without a choice: all that can run"
    with pytest.raises(AppError, match="I can change"):
        client.predict(handle_file(str(photo)), "hello", ["drawing"], 0, api_name="/compare")


def test_edit_refuses_in_sentences(url, photo, tmp_path):
    Image.new("RGB", (200, 200), "gray").save(tmp_path / "gray.png")
    (tmp_path / "broken.png").write_bytes(b"not a picture")
    with pytest.raises(AppError, match="face"):
        _edit(url, tmp_path / "gray.png", "smile")
    with pytest.raises(AppError, match="(?i)picture"):
        _edit(url, tmp_path / "broken.png", "smile")
    with pytest.raises(AppError, match="engine"):
        _edit(url, photo, "smile", engine="dream")


def test_edit_reads_uploads_only(url, photo):
    with pytest.raises(AppError, match="upload"):
        Client(url, verbose=False).predict({"path": str(photo)}, "smile", "drawing", 0, api_name="/edit")


def test_the_readmes_client_example(url, photo, monkeypatch, tmp_path, capsys):
    code = re.search(r"<!-- client-example -->\s*```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert code, "README.md has no block marked <!-- client-example -->"
    photo.rename(tmp_path / "portrait.png")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(code[1].replace("http://127.0.0.1:7860", url), names)
    assert names["measured"]["smile"] == 3.5 and "eyeglasses" in capsys.readouterr().out
    assert np.array_equal(_pixels(names["again"]), _pixels(names["picture"]))


def test_visitors_share_nothing(url, photo, astronaut, tmp_path):
    astronaut.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(tmp_path / "mirrored.png")
    asked = [(photo, "add glasses"), (tmp_path / "mirrored.png", "make her laugh")]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        together = list(pool.map(lambda each: _edit(url, *each), asked))
    for (source, request), (picture, recipe, _) in zip(asked, together, strict=True):
        assert recipe["requests"] == [request] and len(recipe["faces"]["1"]["plan"]["steps"]) == 1
        alone, _, _ = _edit(url, source, request)
        assert np.array_equal(_pixels(picture), _pixels(alone))


def test_the_page_holds_no_visitors_data(drawing):
    import gradio as gr

    from app import build_demo

    states = [block for block in build_demo().blocks.values() if isinstance(block, gr.State)]
    fresh = (None, "", [], "en", (), HAIR, False)
    assert states and all(state.value in fresh or (isinstance(state.value, Stop) and not state.value.wanted) for state in states)


def test_uploads_are_as_large_as_the_page_says(monkeypatch):
    import app
    from ui import files

    launched = {}
    monkeypatch.setattr(app.warmup, "start", lambda: None)
    monkeypatch.setattr(app.demo, "launch", lambda **settings: launched.update(settings))
    app.main()
    assert launched["max_file_size"] == files.LIMIT


def test_after_any_failure_no_tab_looks_busy(drawing):
    from app import build_demo

    events = build_demo().fns.values()
    works = {"comparison-status": "run", "paint-status": "variants edited", "batch-status": "run"}
    works["paint-photo"] = "_open _open_example take_over"
    for place, names in works.items():
        shows = {event._id for event in events if event.name in names.split() and place in [each.elem_id for each in event.outputs]}
        cleared = [event for event in events if event.trigger_only_on_failure and place in [each.elem_id for each in event.outputs]]
        assert shows and shows == {event.trigger_after for event in cleared}


def test_a_photo_changes_when_nothing_is_at_work_that_would_bring_the_one_before_back(drawing):
    from app import build_demo

    events = list(build_demo().fns.values())
    for tab in ("comparison-photo", "paint-photo"):
        places = next(event.outputs for event in events if event.name == "take_over" and tab in [each.elem_id for each in event.outputs])
        changes = [event for event in events if places[0] in event.outputs and event.queue]
        assert {"_open", "_open_example", "take_over"} < {event.name for event in changes}
        assert {event.concurrency_id for event in changes} == {"engine"}
        at_once = {event.name for event in events if places[0] in event.outputs and not event.queue}
        assert at_once <= {"closed", "_removed"}, "what comes of one of those"


def test_edit_with_a_real_engine(photo, tmp_path, monkeypatch):
    ready = [listing for listing in backends.available() if not listing.reason]
    if not ready:
        pytest.skip("no engine can run here: " + "; ".join(f"{listing.name}: {listing.reason}" for listing in backends.available()))
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "gradio"))
    from app import build_demo

    with _running(build_demo()) as url:
        picture, recipe, reply = _edit(url, photo, "add thick glasses", engine=ready[0].name)
        again, _, _ = _edit(url, photo, "add thick glasses", engine=ready[0].name)
    changed = (_pixels(photo) != _pixels(picture)).any(-1)
    assert 0 < changed.mean() < 0.25
    assert recipe["faces"]["1"]["engine"] == ready[0].name and "eyeglasses" in reply
    assert np.array_equal(_pixels(picture), _pixels(again)), "the same seed gives the same picture"
