"""The whole app in a browser, with the engine a visitor gets: upload, ask, ask again, undo, download."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import backends
from faces.align import align, require_faces

ROOT = Path(__file__).parents[2]
ARGUMENTS = (
    "--headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run".split()
)
REQUEST = "#request textarea"
PATIENCE = 180_000
"""Milliseconds; a busy machine may take long to load an engine."""

pytestmark = pytest.mark.browser


def _missing(reason):
    if os.environ.get("PARLEY_REQUIRE_BROWSER") == "1":
        pytest.fail(f"PARLEY_REQUIRE_BROWSER is set, but {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="module")
def chromium():
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        _missing("there is no chromium on this machine")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("playwright is not installed")
    if all(listing.reason for listing in backends.available()):
        _missing("no engine can run here: " + "; ".join(listing.reason for listing in backends.available()))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def url(chromium, tmp_path_factory):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("app")
    environment = {
        **os.environ,
        "GRADIO_SERVER_PORT": str(port),
        "GRADIO_SERVER_NAME": "127.0.0.1",
        "GRADIO_TEMP_DIR": str(folder / "files"),
    }
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            address = f"http://127.0.0.1:{port}"
            for _ in range(240):
                if process.poll() is not None:
                    break
                try:
                    urllib.request.urlopen(address, timeout=2).close()
                    break
                except OSError:
                    time.sleep(0.5)
            else:
                pytest.fail("the app did not start: " + (folder / "log").read_text())
            assert process.poll() is None, (folder / "log").read_text()
            yield address
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.fixture
def visit(chromium, url, tmp_path):
    """Opens the page as a new visitor; what it looked like at the end is kept in PARLEY_SCREENSHOTS."""
    folder = Path(os.environ.get("PARLEY_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    pages = []

    def visit(name, width=1400, height=900, theme="light"):
        page = chromium.new_context(viewport={"width": width, "height": height}, accept_downloads=True).new_page()
        page.goto(f"{url}/?__theme={theme}")
        page.wait_for_selector("#photo input[type=file]", state="attached", timeout=PATIENCE)
        pages.append((name, page))
        return page

    yield visit
    for name, page in pages:
        page.screenshot(path=folder / f"{name}.png", full_page=True)
        page.context.close()


def upload(page, path):
    page.set_input_files("#photo input[type=file]", str(path))
    page.get_by_text("Ready:").wait_for(timeout=PATIENCE)


def answered(page, count):
    """Waits until `count` requests are answered and the text box is free again; returns the last answer."""
    page.wait_for_function(
        f"document.querySelectorAll('#conversation .message.user').length === {count}"
        f" && document.querySelectorAll('#conversation .message.bot').length === {count + 1}"
        f" && !document.querySelector('{REQUEST}').disabled",
        timeout=PATIENCE,
    )
    return page.locator("#conversation .message.bot").last.inner_text()


def ask(page, text, count):
    page.locator(REQUEST).fill(text)
    page.locator(REQUEST).press("Enter")
    return answered(page, count)


def button(page, name):
    return page.locator("#actions").get_by_role("button", name=name, exact=True)


def download(page, path):
    with page.expect_download(timeout=PATIENCE) as caught:
        button(page, "Download").click()
    caught.value.save_as(path)
    return np.asarray(Image.open(path))


@pytest.fixture
def photo(astronaut, tmp_path):
    astronaut.save(tmp_path / "astronaut.png")
    return tmp_path / "astronaut.png"


def test_glasses_a_laugh_and_undo(visit, photo, astronaut, tmp_path):
    page = visit("astronaut")
    upload(page, photo)
    reply = ask(page, "add glasses", 1)
    assert "Eyeglasses 3" in reply
    glasses = download(page, tmp_path / "glasses.png")
    reply = ask(page, "make her laugh", 2)
    assert "Smile 5" in reply
    laughing = download(page, tmp_path / "laughing.png")
    time.sleep(1)  # the comparison fades in
    page.screenshot(path=Path(os.environ.get("PARLEY_SCREENSHOTS") or tmp_path) / "astronaut-laughing.png")

    original = np.asarray(astronaut)
    aligned = align(astronaut, require_faces(astronaut)[0], 128)
    corners = aligned.transform @ np.array([[0, 128, 0, 128], [0, 0, 128, 128], [1, 1, 1, 1]])
    (left, top), (right, bottom) = np.floor(corners.min(1)).astype(int), np.ceil(corners.max(1)).astype(int)
    outside = np.ones(original.shape[:2], bool)
    outside[max(top, 0) : bottom, max(left, 0) : right] = False
    for edited in (glasses, laughing):
        changed = (edited != original).any(-1)
        assert not changed[outside].any(), "pixels outside the face are identical"
        assert changed[~outside].mean() > 0.01, "the face changed"
    assert (glasses != laughing).any()

    button(page, "Undo").click()
    assert "laugh" in answered(page, 3)
    assert np.array_equal(download(page, tmp_path / "undone.png"), glasses)
    button(page, "Start over").click()
    answered(page, 4)
    assert np.array_equal(download(page, tmp_path / "reset.png"), original)


def test_suggestions_can_be_clicked_and_strange_words_are_harmless(visit, photo):
    page = visit("words", 390, 844)
    upload(page, photo)
    reply = ask(page, "<b>please</b> add a *monocle*", 1)
    assert "monocle" in reply
    assert page.locator("#conversation .message.user b, #conversation .message.user em").count() == 0
    page.locator("#conversation .option").first.click()
    assert "Measured" in answered(page, 2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "nothing is cut off on a phone"


def test_example_new_photo_and_choosing_a_face(visit, astronaut, tmp_path):
    page = visit("faces")
    page.locator("#examples button.thumbnail-item").first.click()
    page.get_by_text("Ready:").wait_for(timeout=PATIENCE)
    button(page, "New photo").click()
    page.locator("#welcome").wait_for(timeout=PATIENCE)
    photo = np.asarray(astronaut)
    Image.fromarray(np.hstack([photo, photo[:, ::-1]])).save(tmp_path / "two.png")
    upload(page, tmp_path / "two.png")
    page.locator("#faces button.thumbnail-item").nth(1).click()
    page.get_by_text("work on number 2").wait_for(timeout=PATIENCE)
    ask(page, "add glasses", 1)
    left, right = np.hsplit((download(page, tmp_path / "glasses.png") != np.asarray(Image.open(tmp_path / "two.png"))).any(-1), 2)
    assert right.any() and not left.any()


def test_a_photo_without_a_face_and_a_broken_file(visit, photo, tmp_path):
    page = visit("no-face", theme="dark")
    Image.new("RGB", (300, 300), "gray").save(tmp_path / "gray.png")
    (tmp_path / "broken.png").write_bytes(b"not a picture")
    for name, words in (("gray.png", "could not find a face"), ("broken.png", "not a picture")):
        page.set_input_files("#photo input[type=file]", str(tmp_path / name))
        page.get_by_text(words).first.wait_for(timeout=PATIENCE)
        page.wait_for_selector("#photo input[type=file]", state="attached", timeout=PATIENCE)
    upload(page, photo)


def test_two_visitors_see_their_own_conversation(visit, photo):
    one, two = visit("one"), visit("two")
    upload(one, photo)
    ask(one, "add glasses", 1)
    assert two.locator("#welcome").is_visible() and two.locator("#conversation .message").count() == 0
    upload(two, photo)
    assert button(two, "Undo").is_disabled()
    assert button(one, "Undo").is_enabled()
