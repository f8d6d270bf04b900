"""ChatFace's measures on pictures and texts whose answer is known, and judges that are missing."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image

from evaluation.judges import Judges
from faces import clip, identity, parsing

BLACK, WHITE = (Image.new("RGB", (4, 4), colour) for colour in ("black", "white"))


@pytest.fixture
def seeing() -> Judges:
    """A CLIP that tells black from white, and the text "a" from others."""

    def seen(images):
        bright = (images.mean((1, 2, 3)) > 0).float()
        return torch.stack([1 - bright, bright, torch.zeros(len(images))], dim=1)

    def told(texts):
        return F.normalize(torch.tensor([[1.0, 0, 1] if text == "a" else [0, 1.0, 1] for text in texts]), dim=1)

    return Judges(SimpleNamespace(image_features=seen, text_features=told))


def test_direction_is_the_change_that_was_told(seeing):
    assert seeing.direction(BLACK, WHITE, "a", "b") == pytest.approx(1)
    assert seeing.direction(BLACK, WHITE, "b", "a") == pytest.approx(-1)
    assert seeing.direction(BLACK, BLACK, "a", "b") == pytest.approx(0)


def test_consistency_is_of_what_lies_outside(monkeypatch):
    found = {BLACK.tobytes(): np.zeros((4, 4), int), WHITE.tobytes(): np.eye(4, dtype=int)}
    monkeypatch.setattr(parsing, "parse", lambda picture: found[picture.tobytes()])
    judges, diagonal = Judges(parser=torch.nn.Identity()), np.eye(4, dtype=bool)
    assert judges.consistency(BLACK, WHITE, ~diagonal) == 1 and judges.consistency(BLACK, WHITE, diagonal) == 0
    assert judges.consistency(BLACK, WHITE, np.ones((4, 4), bool)) == 0.75
    assert judges.consistency(BLACK, WHITE, np.zeros((4, 4), bool)) == 1, "nothing lies outside"


def test_judges_without_weights_are_named_and_silent(monkeypatch):
    for name in ("CLIP", "IDENTITY"):
        monkeypatch.setenv(f"PARLEY_{name}", "/nowhere")
    for load in (clip.load, identity.network):
        load.cache_clear()
    judges = Judges.present("S_dir", "ID", "shown")
    for load in (clip.load, identity.network):
        load.cache_clear()
    assert judges.clip is None and "PARLEY_CLIP" in judges.reasons["S_dir"] and "PARLEY_IDENTITY" in judges.reasons["ID"]
    assert judges.direction(BLACK, WHITE, "a", "b") is None and judges.likeness(BLACK, WHITE) is None
    assert judges.consistency(BLACK, WHITE, np.ones((4, 4), bool)) is None and "SC" not in judges.reasons, "it was not asked for"
    assert 0 <= judges.shown(BLACK, "beanie") <= 1
