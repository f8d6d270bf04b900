"""The whole app in a browser, with the engine a visitor gets, as visitors walk through it."""

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
from faces.mask_classes import MASK_CLASSES
from tests.ui import rosy, sketch
from tests.ui.visitor import IDLE, PATIENCE, REQUEST, ask, current, does, download, pixels, plan, ready, room, tab, upload, versions

ROOT = Path(__file__).parents[2]
ARGUMENTS = (
    "--headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run".split()
)
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
    rosy.install(folder)  # a second engine, to switch to
    sketch.install(folder)  # one that takes masks, should no other be there
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])]),
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

    def visit(name, width=1400, height=900, theme="light", locale="en-US"):
        context = chromium.new_context(viewport={"width": width, "height": height}, locale=locale, accept_downloads=True)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.goto(f"{url}/?__theme={theme}")
        page.wait_for_selector("#photo input[type=file]", state="attached", timeout=PATIENCE)
        pages.append((name, page))
        return page

    yield visit
    for name, page in pages:
        page.screenshot(path=folder / f"{name}.png", full_page=os.environ.get("PARLEY_SCREENSHOTS") is not None)
        page.context.close()


@pytest.fixture
def photo(astronaut, tmp_path):
    astronaut.save(tmp_path / "astronaut.png")
    return tmp_path / "astronaut.png"


def test_first_visit_on_a_phone_and_an_example(visit):
    page = visit("phone", 390, 844, theme="dark", locale="de-DE")
    page.get_by_text("Foto mit einem Gesicht").wait_for()
    assert "gelöscht" in page.locator("#welcome").inner_text(), "the privacy line, in the visitor's language"
    page.locator("#examples button.thumbnail-item").first.click()
    ready(page)
    assert page.locator("#check figure").count() == 2
    assert "Undo" not in page.locator("#undo").inner_text()
    page.locator("#conversation .option").first.click()
    page.locator("#history .version").nth(1).wait_for(timeout=PATIENCE)
    page.wait_for_function(IDLE, timeout=PATIENCE)
    assert plan(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "nothing is cut off on a phone"


def test_five_turns_with_undo_and_a_branch(visit, photo, astronaut, tmp_path):
    page = visit("conversation")
    upload(page, photo)
    assert "lasses" in ask(page, "add glasses", 1)
    glasses = pixels(download(page, tmp_path / "glasses.png"))
    ask(page, "make her laugh", 2)
    laughing = pixels(download(page, tmp_path / "laughing.png"))
    assert plan(page) == ["Eyeglasses 3", "Smile 5"]

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

    does(page, lambda: page.keyboard.press("Control+z"), 1)
    assert np.array_equal(pixels(download(page, tmp_path / "undone.png")), glasses)
    does(page, lambda: page.keyboard.press("Control+Shift+z"), 2)
    does(page, lambda: page.locator("#history .version").nth(1).click(), 1)
    ask(page, "add a beard", 3)
    assert "↳ 1" in page.locator("#history .version").nth(3).inner_text() and plan(page) == ["Eyeglasses 3", "Beard 3"]
    ask(page, "a bit older", 4)
    asked = page.locator("#conversation .message.user").all_inner_texts()
    assert asked == ["add glasses", "make her laugh", "Undo", "Redo", "add a beard", "a bit older"], "keys count as words"
    assert page.get_by_text("This is version 1, “add glasses”").is_visible(), "a click on a version is told too"

    page.locator("#conversation button[aria-label=Edit]").nth(1).click()  # "make her laugh", said differently
    page.locator("#conversation .message.user textarea, #conversation .user textarea").first.fill("add sunglasses")
    does(page, lambda: page.locator("#conversation button[aria-label=Submit]").first.click(), 5)
    assert plan(page)[-1] == "Eyeglasses 5" and "↳ 1" in page.locator("#history .version").nth(5).inner_text()
    assert page.locator("#conversation .message.user").count() == 2
    does(page, lambda: page.locator("#reset").click(), 6)
    assert np.array_equal(pixels(download(page, tmp_path / "reset.png")), original)


def test_sliders_chips_strength_and_comparison(visit, photo):
    page = visit("by-hand")
    upload(page, photo)
    tab(page, "Adjust")
    handle = page.locator("#degree-beard input[type=range]")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    page.mouse.move(box["x"] + 6, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + box["height"] / 2, steps=4)
    does(page, page.mouse.up, 1)
    assert len(plan(page)) == 1 and 3 <= float(plan(page)[0].removeprefix("Beard ")) <= 4
    ask(page, "make her laugh", 2)
    assert page.locator("#degree-smile input[type=number]").input_value() == "5"
    does(page, lambda: page.locator("#plan [data-act=less]").nth(1).click(), 3)
    assert plan(page)[1] == "Smile 4"
    does(page, lambda: page.locator("#strength label").first.click(), 4)
    assert plan(page)[1] != "Smile 4", "the latest change is now subtle"
    does(page, lambda: page.locator("#neutral-beard").click(), 5)
    assert len(plan(page)) == 1
    does(page, lambda: page.locator("#plan [data-act=remove]").first.click(), 6)
    assert plan(page) == []
    does(page, lambda: page.locator("#undo").click(), 5)

    before = page.locator("#compare img").first.get_attribute("src")
    page.locator("#against label").nth(1).click()
    page.wait_for_function(f"document.querySelector('#compare img').getAttribute('src') !== '{before}'", timeout=PATIENCE)
    tab(page, "Strength")
    page.locator("#make-strip").click()
    page.wait_for_function("document.querySelectorAll('#strip img').length >= 5", timeout=PATIENCE)
    page.locator("#make-animation").click()
    page.locator("#animation img").wait_for(timeout=PATIENCE)


def test_by_keyboard_alone(visit, photo):
    page = visit("keyboard", locale="de-DE")
    names = page.locator("#examples button.thumbnail-item")
    page.wait_for_function("document.querySelectorAll('#examples [aria-label^=Beispiel]').length === 6")
    assert [name.get_attribute("aria-label") for name in names.all()] == [f"Beispiel {number}" for number in range(1, 7)]
    page.keyboard.press("Tab")
    assert page.locator(":focus").evaluate("it => parseFloat(getComputedStyle(it).outlineWidth)") >= 2
    upload(page, photo)
    ask(page, "Brille", 1)
    ask(page, "mehr lächeln", 2)
    does(page, lambda: page.locator("#plan [data-act=more]").first.press("Enter"), 3)
    page.locator("#plan [data-act=more]:focus").wait_for()  # drawn anew
    sizes = page.locator("#history *").evaluate_all("all => all.map(it => parseFloat(getComputedStyle(it).fontSize))")
    assert min(sizes) >= 12, "large enough to read"

    answers, chat = page.locator("#conversation .message.bot"), page.locator("#conversation .bubble-wrap")
    for question in ("how old is she?", "flurble wug", "what did you change?"):
        before = answers.count()
        chat.evaluate("it => it.scrollTop = 0")
        page.locator(REQUEST).fill(question)
        page.locator(REQUEST).press("Enter")
        answers.nth(before).wait_for(timeout=PATIENCE)
        page.wait_for_function(IDLE, timeout=PATIENCE)
        page.wait_for_timeout(1500)  # it moves softly
        assert chat.evaluate("it => it.scrollHeight - it.scrollTop - it.clientHeight") < 20


def test_zoom_and_full_screen(visit, photo):
    page = visit("zoom")
    upload(page, photo)
    ask(page, "add glasses", 1)
    picture, divider = page.locator("#compare img").first, page.locator("#compare [data-testid=slider]")

    def placed():
        """Scale, and how far right and down the picture was moved."""
        page.wait_for_timeout(400)  # it moves softly
        return picture.evaluate("it => { const at = new DOMMatrix(getComputedStyle(it).transform); return [at.a, at.e, at.f] }")

    box = page.locator("#compare .slider-wrap").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    for _ in range(4):
        page.mouse.wheel(0, -120)
    assert placed()[0] > 1.15 and page.evaluate("scrollY") == 0, "the wheel zooms, and the page stays"
    zoom_out, whole, zoom_in = page.locator("#zoom button").all()
    whole.click()
    assert placed() == [1, 0, 0]
    zoom_in.click()
    scale, x, y = placed()
    assert scale > 1.4
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] - 50, middle[1] - 30, steps=3)
    page.mouse.up()
    assert placed() == pytest.approx([scale, x - 50, y - 30], abs=1)
    page.locator("#compare .slider-wrap").focus()
    page.keyboard.press("ArrowLeft")
    assert placed()[1] > x - 40, "an arrow key shows more of its side"
    page.keyboard.press("+")
    assert placed()[0] > 2
    page.keyboard.press("0")
    assert placed() == [1, 0, 0]
    before = divider.bounding_box()["x"]
    page.keyboard.press("ArrowRight")
    assert placed() == [1, 0, 0] and divider.bounding_box()["x"] > before + 10, "nothing zoomed: the divider moves"

    small = picture.bounding_box()["height"]
    page.locator("#compare button").last.click()
    assert placed() == [1, 0, 0] and picture.bounding_box()["height"] == 900 > small
    hidden = page.evaluate("!document.elementFromPoint(20, 450).closest('#compare')")
    assert not hidden, "nothing of the page shows beside the picture"
    zoom_in.click()
    assert placed()[0] > 1.4
    page.keyboard.press("Escape")
    page.wait_for_timeout(500)
    assert picture.bounding_box()["height"] == small


def test_another_engine(visit, photo):
    page = visit("engines")

    def switch(title):
        said = page.locator("#conversation .message.bot").last.inner_text()
        page.locator("#engines summary").click()
        page.locator("#engines [data-name]").filter(has_text=title).first.click()
        page.wait_for_function(
            "said => [...document.querySelectorAll('#conversation .message.bot')].at(-1).innerText !== said", arg=said, timeout=PATIENCE
        )
        page.wait_for_function(IDLE, timeout=PATIENCE)
        return page.locator("#conversation .message.bot").last.inner_text()

    def sliders():
        return page.locator(".degree input[type=range]:visible").count()

    upload(page, photo)
    first = page.locator("#engines summary").inner_text().removeprefix("Engine").strip()
    page.locator("#way > button").click()
    page.get_by_text("Ask for a change first").wait_for()
    ask(page, "add glasses", 1)
    places = page.locator("#way-places figure")
    places.nth(4).wait_for(timeout=PATIENCE)
    assert "Eyeglasses" in places.nth(4).inner_text() and places.count() == 5, "the open panel follows the versions"
    all_of_them = sliders()
    assert "Rosy cannot" in switch("Rosy") and sliders() == 1 < all_of_them and current(page) == "1"
    ask(page, "make her laugh", 2)
    assert plan(page) == ["Smile 5"]
    page.get_by_text("makes a change in one go").wait_for(timeout=PATIENCE)
    assert "Ready" in switch(first) and sliders() == all_of_them
    ask(page, "add a beard", 3)
    assert plan(page) == ["Smile 5", "Beard 3"]
    does(page, lambda: page.locator("#undo").click(), 2)
    does(page, lambda: page.locator("#undo").click(), 1)
    assert plan(page) == ["Eyeglasses 3"]


def test_engines_side_by_side(visit, astronaut, tmp_path):
    page = visit("compare")
    photo = np.asarray(astronaut)
    Image.fromarray(np.hstack([photo, photo[:, ::-1]])).save(tmp_path / "two.png")
    room(page, 1)
    page.set_input_files("#comparison-photo input[type=file]", str(tmp_path / "two.png"))
    page.locator("#entries .entry").first.wait_for(timeout=PATIENCE)
    whose = page.locator("#entries .face img").first.get_attribute("src")
    page.locator("#comparison .faces button.thumbnail-item").nth(1).click()
    page.wait_for_function("src => document.querySelector('#entries .face img').src !== src", arg=whose, timeout=PATIENCE)

    def compare(entries):
        page.locator("#comparison-go button").first.click()
        page.wait_for_function(
            f"document.querySelectorAll('#entries .entry:has(.face img, .face .warning) h3').length === {entries}"
            " && !document.querySelector('#comparison .busy')", timeout=PATIENCE,
        )  # fmt: skip
        return page.locator("#entries .entry").all_inner_texts()

    ticked = page.locator("#comparison-engines input:checked").count()
    assert ticked == page.locator("#comparison-engines input:enabled").count() >= 2, "all that can run are chosen"
    page.locator(".ready button").nth(1).click()
    page.wait_for_function("document.querySelector('#comparison-request textarea, #comparison-request input').value !== ''")
    told = compare(ticked + 1)
    page.wait_for_function("scrollY > 0")  # what came of it comes into view
    assert told[0].startswith("Original") and "asked 3.0" in told[0] and "Seed 0" in told[0]
    assert "→" in told[1] and "edited in" in told[1] and any("Rosy cannot change" in words for words in told)
    pictures = [page.locator("#entries .face img").nth(n).get_attribute("src") for n in (0, 1)]
    assert pictures[0] != pictures[1]
    page.get_by_label("Rosy").uncheck()
    assert "studied before" in compare(ticked)[1]

    page.locator("#comparison-request textarea, #comparison-request input").fill("much older")
    page.locator("#comparison-go button").first.click()
    page.locator("#comparison-halt").wait_for(timeout=PATIENCE)
    page.locator("#comparison-halt").dispatch_event("click")  # to scroll to it first takes longer than engines need on an idle machine
    page.get_by_text("Stopped.").wait_for(timeout=PATIENCE)


def test_painting_and_export(visit, tmp_path):
    hat, glasses = MASK_CLASSES.index("hat"), MASK_CLASSES.index("eye_g")
    page = visit("paint", height=1200)
    room(page, 2)
    page.locator("#paint-editor canvas").first.wait_for()
    preview = page.locator("#paint-preview img")

    def changes(act):
        """Does something that ends in another mask."""
        before = preview.get_attribute("src")
        act()
        page.wait_for_function("src => document.querySelector('#paint-preview img').getAttribute('src') !== src", arg=before)

    def mask(name):
        return np.asarray(Image.open(download(page, tmp_path / f"{name}.png", "#paint-export")))

    def stroke():
        box = page.locator("#paint-editor canvas").first.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x - 60, y - 210)
        page.mouse.down()
        page.mouse.move(x + 60, y - 190, steps=4)
        page.mouse.up()

    began = mask("began")
    assert Image.open(tmp_path / "began.png").mode == "P" and hat not in began
    page.locator("#paint-legend button").nth(hat).click()
    page.locator(f"#paint-legend button[data-index='{hat}'][aria-pressed=true]").wait_for()
    page.wait_for_function("getComputedStyle(document.querySelector('#paint-editor [aria-label=Color]')).color === 'rgb(255, 51, 153)'")
    changes(stroke)
    painted = mask("painted")
    assert 1000 < (painted == hat).sum() < 20000 and set(np.unique(painted)) == {*np.unique(began), hat}, "soft edges make no other class"
    assert np.array_equal(painted[painted != hat], began[painted != hat])
    changes(lambda: page.locator("#paint-editor button[aria-label=Undo]").click())
    assert np.array_equal(mask("undone"), began)

    page.locator("#paint-legend button").nth(glasses).click()
    page.locator(f"#paint-legend button[data-index='{glasses}'][aria-pressed=true]").wait_for()
    changes(lambda: preview.click(position={"x": preview.bounding_box()["width"] / 2, "y": 40}))  # the hair
    filled = mask("filled")
    assert (filled == glasses).sum() > 10000 and np.array_equal(filled[filled != glasses], began[filled != glasses])
    changes(lambda: page.set_input_files("input[type=file][accept='.png']", str(tmp_path / "painted.png")))
    assert np.array_equal(mask("imported"), painted)

    def faces():
        page.locator("#paint-make").click()
        page.wait_for_function("document.querySelector('#paint-status .busy')")
        page.wait_for_function("!document.querySelector('#paint-status .busy')")
        return page.locator("#paint-influence").inner_text()

    page.locator("#paint-words textarea, #paint-words input").fill("a person with a hat")
    page.locator("#paint-count input[type=range]").focus()
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
    even = faces()
    page.wait_for_function("document.querySelectorAll('#paint-faces button.thumbnail-item').length === 2")
    assert "Seed 1" in page.locator("#paint-faces").inner_text() and "%" in even
    page.locator("#paint-steps img").wait_for()
    page.locator("#paint-balance input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    assert faces() != even, "the slider says whom to trust"


def test_the_tabs_follow_the_photo_of_the_conversation(visit):
    page = visit("taken-over")
    compared, preview = page.locator("#entries .face img"), page.locator("#paint-preview img")

    def painted_on(before):
        room(page, 2)
        page.wait_for_function("src => ![undefined, src].includes(document.querySelector('#paint-preview img')?.src)", arg=before)
        return preview.evaluate("it => it.src")

    def compares(before=None):
        room(page, 1)
        page.wait_for_function("src => ![undefined, src].includes(document.querySelector('#entries .face img')?.src)", arg=before)
        return compared.first.evaluate("it => it.src")

    alone = painted_on(None)
    seen, over = [None], [alone]
    for number in (0, 1):
        room(page, 0)
        page.locator("#examples button.thumbnail-item").nth(number).click()
        ready(page)
        seen.append(compares(seen[-1]))
        over.append(painted_on(over[-1]))
        room(page, 0)
        page.locator("#another").click()
        page.locator("#welcome").wait_for()
    assert len({*seen, *over}) == 6, "the new person, not the one before"
    room(page, 1)
    compared.first.wait_for(state="hidden")
    painted_on(over[-1])  # the mask without the face


def test_two_faces_a_mask_and_a_recipe_in_a_new_visit(visit, astronaut, tmp_path):
    page = visit("mask")
    page.locator("#examples button.thumbnail-item").first.click()
    ready(page)
    page.locator("#another").click()
    page.locator("#welcome").wait_for(timeout=PATIENCE)
    photo = np.asarray(astronaut)
    Image.fromarray(np.hstack([photo, photo[:, ::-1]])).save(tmp_path / "two.png")
    upload(page, tmp_path / "two.png")
    page.locator("#faces button.thumbnail-item").nth(1).click()
    page.locator("#faces button.thumbnail-item.selected").nth(0).wait_for()
    page.wait_for_timeout(1000)
    page.wait_for_function(IDLE, timeout=PATIENCE)
    ask(page, "add sunglasses and a beard", 1)
    original = pixels(tmp_path / "two.png")
    left, right = np.hsplit((pixels(download(page, tmp_path / "free.png")) != original).any(-1), 2)
    assert right.any() and not left.any(), "only the chosen face changed"

    tab(page, "Protect")
    canvas = page.locator("#mask canvas").first
    canvas.scroll_into_view_if_needed()
    page.wait_for_timeout(1500)  # the canvas fades in
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 0.60 * box["width"], box["y"] + 0.35 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.90 * box["width"], box["y"] + 0.35 * box["height"], steps=4)
    page.mouse.up()
    page.wait_for_timeout(500)
    does(page, lambda: page.locator("#guard").click(), 2)
    tab(page, "Save")  # away from the canvas, which a browser without a graphics card draws slowly
    kept = pixels(download(page, tmp_path / "kept.png"))
    free = pixels(tmp_path / "free.png")
    restored = (free != original).any(-1) & (kept == original).all(-1)
    assert restored.mean() > 0.002 and (kept != original).any()

    recipe = download(page, tmp_path / "recipe.json", "#recipe-out")
    assert "sunglasses" in recipe.read_text()
    page.locator("#kind label").nth(1).click()
    jpeg = download(page, tmp_path / "kept.jpg")
    assert Image.open(jpeg).format == "JPEG"

    again = visit("recipe")
    upload(again, tmp_path / "two.png")
    again.locator("#faces button.thumbnail-item").nth(1).click()
    again.wait_for_timeout(1000)
    again.wait_for_function(IDLE, timeout=PATIENCE)
    tab(again, "Save")
    does(again, lambda: again.set_input_files("#recipe-in input[type=file]", str(tmp_path / "kept.png")), 1)
    assert np.array_equal(pixels(download(again, tmp_path / "again.png")), kept)


def test_stop_in_the_middle(visit, photo):
    page = visit("stop")
    upload(page, photo)
    ask(page, "add glasses", 1)
    tab(page, "Settings")
    page.locator("#steps input").click()
    page.get_by_role("option", name="50").click()
    page.locator("#settle").click()
    page.locator("#halt").click(timeout=PATIENCE)
    page.get_by_text("Stopped.").wait_for(timeout=5000)
    assert current(page) == "1" and versions(page) == 2
    assert ask(page, "make her laugh", 2), "the place is free again"


def test_a_photo_without_a_face_a_broken_file_and_strange_words(visit, photo, tmp_path):
    page = visit("no-face", theme="dark")
    Image.new("RGB", (300, 300), "gray").save(tmp_path / "gray.png")
    (tmp_path / "broken.png").write_bytes(b"not a picture")
    for name, words in (("gray.png", "could not find a face"), ("broken.png", "not a picture")):
        page.set_input_files("#photo input[type=file]", str(tmp_path / name))
        page.get_by_text(words).first.wait_for(timeout=PATIENCE)
        page.wait_for_selector("#photo input[type=file]", state="attached", timeout=PATIENCE)
        page.locator("#conversation .message.bot").filter(has_text=words).wait_for(timeout=PATIENCE)  # still there when the toast is gone
        page.locator("#examples button.thumbnail-item").first.click(trial=True)  # nothing lies over it
    upload(page, photo)
    page.locator(REQUEST).fill("<b>please</b> add a *monocle*")
    page.locator(REQUEST).press("Enter")
    page.wait_for_function(f"document.querySelectorAll('#conversation .message.bot').length === 2 && {IDLE}", timeout=PATIENCE)
    assert page.locator("#conversation .message.user b, #conversation .message.user em").count() == 0


def test_two_visitors_at_once_see_their_own_pictures(visit, photo, astronaut, tmp_path):
    astronaut.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(tmp_path / "mirrored.png")
    one, two = visit("one"), visit("two")
    for page, path in ((one, photo), (two, tmp_path / "mirrored.png")):
        page.set_input_files("#photo input[type=file]", str(path))
    for page, words in ((one, "add sunglasses"), (two, "add a beard")):
        ready(page)
        page.locator(REQUEST).fill(words)
    for page in (one, two):
        page.locator(REQUEST).press("Enter")
    for page in (one, two):
        page.locator("#history .version").nth(1).wait_for(timeout=PATIENCE)
        page.wait_for_function(IDLE, timeout=PATIENCE)
    assert plan(one) == ["Eyeglasses 5"] and plan(two) == ["Beard 3"]
    for page, path in ((one, photo), (two, tmp_path / "mirrored.png")):
        picture = pixels(download(page, tmp_path / "theirs.png"))
        assert 0 < (picture != pixels(path)).any(-1).mean() < 0.2, "an edit of one's own photo"
    first = [page.locator("#history .version img").first.get_attribute("src") for page in (one, two)]
    assert first[0] != first[1], "the thumbnails are their own too"
    assert one.locator("#conversation .message.user").all_inner_texts() == ["add sunglasses"]
