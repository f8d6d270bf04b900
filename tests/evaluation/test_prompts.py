"""The examination of prompts: what it asks of an engine, its measures on pictures whose answer is known, and judges that are missing."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image

import backends
from backends.base import BackendInfo, Latent
from evaluation import prompts as examination
from evaluation.judges import Judges
from prompts import PROMPTS, TEXTS
from synth.prompted import prompted
from synth.render import render

SIDE = 64
SEED = 900_000 + (PROMPTS.index("red lipstick") - 900_000) % len(PROMPTS)
NOBODY = Judges(reasons={"shown": "No classifier here."})


class Painter:
    """Paints the counterfactual and, where it is careless, the rest of the picture black."""

    def __init__(self, careless: bool = False):
        self.info = BackendInfo("painter", "Painter", "-", "-", "-", SIDE, (), prompts=("red lipstick",))
        _, before, after = prompted(SEED)
        self.original, self.wanted = (Image.fromarray(render(face, SIDE).image) for face in (before, after))
        self.careless, self.asked = careless, []

    def encode(self, image, *, generator=None, progress=None):
        assert image == self.original
        return Latent("painter", {}, {})

    def edit(self, latent, plan, *, progress=None):
        self.asked += plan.steps
        return Latent("painter", {}, {}, plan)

    def decode(self, latent, *, generator=None, progress=None):
        if not latent.plan.steps:
            return self.original
        painted = np.array(self.wanted)
        if self.careless:
            painted[~examination.changed_region(self.original, self.wanted)] = 0
        return Image.fromarray(painted)


def test_all_of_the_prompt_is_asked_for_and_measured():
    painter = Painter()
    case = examination.measure_case(painter, NOBODY, SEED)
    assert [(step.attribute, step.operation, step.amount) for step in painter.asked] == [("red lipstick", "set", 5)]
    assert case.prompt == "red lipstick" and case.shown is None and case.direction is None
    assert case.error == 0 < case.error_unedited
    assert case.outside < 0.5


def test_what_happens_elsewhere_is_measured():
    careless = examination.measure_case(Painter(careless=True), NOBODY, SEED)
    assert careless.outside > 20 and careless.error > careless.error_unedited


def test_judges_see_the_rebuilt_the_edited_and_the_wanted_picture():
    painter = Painter()
    vectors = {painter.original.tobytes(): [1.0, 0.0, 0.0], painter.wanted.tobytes(): [0.0, 1.0, 0.0]}

    def seen(images):
        pictures = ((images + 1) * 127.5).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()
        return torch.tensor([vectors[picture.tobytes()] for picture in pictures])

    def read(texts):
        assert texts == ["a person", TEXTS["red lipstick"]]
        return F.normalize(torch.tensor([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]]), dim=1)

    def looked(picture):
        return {"red lipstick": 0.9 if picture == painter.wanted else 0.1}

    judges = Judges(SimpleNamespace(image_features=seen, text_features=read), looks=looked)
    case = examination.measure_case(painter, judges, SEED)
    assert case.direction == pytest.approx(1) and case.direction_wanted == pytest.approx(1)
    assert (case.shown, case.shown_before, case.shown_wanted) == (0.9, 0.1, 0.9)


def case(**changes) -> examination.Case:
    fields = dict.fromkeys(examination.Case.__dataclass_fields__, 1.0) | {"seed": 1, "prompt": "beanie"} | changes
    return examination.Case(**fields)


def test_a_line_a_prompt_and_the_means_of_all():
    cases = [case(shown=0.9, shown_before=0.2), case(shown=0.4, shown_before=0.2), case(prompt="angry", shown=0.9, direction=0.4)]
    lines = examination.report(cases, {}).splitlines()
    assert [line.split(" | ")[:3] for line in lines[2:]] == [
        ["| angry", "1", "100% (100%, 100%)"],
        ["| beanie", "2", "50% (0%, 100%)"],
        ["| all", "3", "67% (33%, 100%)"],
    ]
    assert "0.40 (1.00)" in lines[2]


def test_columns_without_a_judge_are_empty():
    text = examination.report([case(shown=None, shown_before=None, shown_wanted=None, consistency=None)], {"shown": "No classifier here."})
    assert "| beanie | 1 |  | 1.00 (1.00) |  | 1.000 |" in text and "shown is not measured. No classifier here." in text


def test_only_the_engines_own_prompts_are_asked(monkeypatch, tmp_path, capsys):
    painter = Painter()
    monkeypatch.setattr(backends, "get", lambda name: painter)
    monkeypatch.setattr(examination.Judges, "present", lambda *columns: NOBODY)
    out = tmp_path / "prompts.json"
    monkeypatch.setattr("sys.argv", ["prompts", "--seed", str(SEED), "--count", str(len(PROMPTS)), "--out", str(out)])
    examination.main()
    assert [found["seed"] for found in json.loads(out.read_text())["cases"]] == [SEED]
    assert "| red lipstick | 1 |" in capsys.readouterr().out
    monkeypatch.setattr("sys.argv", ["prompts", "--seed", str(SEED + 1), "--count", "1", "--out", str(out)])
    with pytest.raises(SystemExit):
        examination.main()
    assert "Painter has none of these prompts" in capsys.readouterr().err
