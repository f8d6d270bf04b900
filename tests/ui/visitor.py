"""What a visitor does with the page, by a browser."""

from __future__ import annotations

import os

import numpy as np
from PIL import Image

REQUEST = "#request textarea"
PATIENCE = int(os.environ.get("PARLEY_PATIENCE", "180")) * 1000
"""Milliseconds; a busy machine may take long to load an engine."""

IDLE = f"!document.querySelector('#status .busy') && !document.querySelector('{REQUEST}').disabled"


def upload(page, path):
    page.set_input_files("#photo input[type=file]", str(path))
    ready(page)


def ready(page):
    page.locator("#conversation .option").first.wait_for(timeout=PATIENCE)
    page.wait_for_function(IDLE, timeout=PATIENCE)


def versions(page):
    return page.locator("#history .version").count()


def current(page):
    return page.locator("#history .version[aria-current]").get_attribute("data-index")


def does(page, act, version):
    """Does something that ends in another version on show, and waits for it."""
    act()
    page.wait_for_function(
        f"document.querySelector('#history .version[aria-current]')?.dataset.index === '{version}' && {IDLE}", timeout=PATIENCE
    )


def ask(page, text, version):
    """Asks for an edit that ends in `version`; returns the answer."""
    page.locator(REQUEST).fill(text)
    does(page, lambda: page.locator(REQUEST).press("Enter"), version)
    return page.locator("#conversation .message.bot").last.inner_text()


def tab(page, name):
    page.locator("#tools button[role=tab]").filter(has_text=name).first.click()


def room(page, place):
    """Opens a tab of the whole page, by its place."""
    page.locator("#rooms > .tab-wrapper button[role=tab]").nth(place).click()


def plan(page):
    return page.locator("#plan .chip > span").all_inner_texts()


def download(page, path, press="#save"):
    with page.expect_download(timeout=PATIENCE) as caught:
        page.locator(press).click()
    caught.value.save_as(path)
    return path


def pixels(path):
    return np.asarray(Image.open(path).convert("RGB"))
