"""The study of SMS: what it asks of an engine, its measures on pictures whose answer is known, and judges that are missing."""

from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

import backends
from backends.base import BackendInfo, Latent, Option
from backends.dae.engine import DAEBackend
from evaluation import stable_manipulation as study
from evaluation.edits import turn, wish
from evaluation.judges import Judges
from graded import GRADED

SEED = 650_001
NOBODY = Judges(reasons={"S_dir": "No CLIP here."})


class Painter:
    """With SMS the wish comes true; without it all the rest turns black as well."""

    info = BackendInfo("painter", "Painter", "-", "-", "-", 128, GRADED, options=(Option("manipulation", "-", ("stable (SMS)", "direct")),))

    def __init__(self):
        self.asked = wish(SEED, *turn(SEED), 128)
        self.plans = []

    def encode(self, image, *, generator=None, progress=None):
        return Latent("painter", {}, dict.fromkeys(GRADED, 2.0))

    def edit(self, latent, plan, *, progress=None):
        self.plans.append(plan)
        return Latent("painter", {}, latent.degrees, plan)

    def decode(self, latent, *, generator=None, progress=None):
        if not latent.plan.steps:
            return self.asked.original
        wanted = np.array(self.asked.wanted)
        if latent.plan.options.get("manipulation") == "direct":
            wanted[~self.asked.region()] = 0
        return Image.fromarray(wanted)


@pytest.fixture
def painted(monkeypatch):
    painter = Painter()
    read = {True: 2.0, False: float(painter.asked.target)}
    monkeypatch.setattr(study.attributes, "measure", lambda image: dict.fromkeys(GRADED, read[image == painter.asked.original]))
    results, pictures = study.study(painter, NOBODY, SEED)
    return painter, results, pictures


def test_every_setting_is_asked_for_and_shown(painted):
    painter, results, pictures = painted
    edits = [(plan.sampling_steps, plan.options.get("manipulation")) for plan in painter.plans if plan.steps]
    assert edits == [(8, "direct"), *((T, "stable (SMS)") for T in (4, 8, 12, 16, 20))]
    assert all(plan.steps == painter.asked.plan.steps for plan in painter.plans if plan.steps)
    assert [(result.T, result.stable) for result in results] == list(study.SETTINGS)
    assert len(pictures) == 3 + len(study.SETTINGS) and pictures[0] == painter.asked.original


def test_what_happens_outside_the_region_is_measured(painted):
    _, (direct, *stable), _ = painted
    assert all(result.unchanged > 0.99 and result.lost < 1 for result in stable)
    assert direct.unchanged < 0.2 and direct.lost > 20
    assert all(result.confirmed for result in stable) and direct.consistency is None and direct.likeness is None


def test_tables_tell_what_is_missing(painted):
    _, results, _ = painted
    text = study.report(results, NOBODY.reasons)
    assert "S_dir is not measured. No CLIP here." in text
    rows = [line for line in text.splitlines() if line.startswith("| 8 | off")]
    assert len(rows) == 1 and rows[0].startswith("| 8 | off |  | 100% |")
    assert [line.split(" | ")[0] for line in text.splitlines() if "| on |" in line] == ["| 8", "| 4", "| 8", "| 12", "| 16", "| 20"]


def test_the_sheet_has_a_row_a_face(painted):
    _, _, pictures = painted
    picture = study.sheet([pictures, pictures], 128)
    assert picture.size == (128 * len(pictures), study.HEADER + 256)
    assert picture.crop((0, study.HEADER, 128, study.HEADER + 128)) == pictures[0]


def test_an_engine_without_the_strategy_is_refused(monkeypatch, capsys, tmp_path):
    plain = SimpleNamespace(info=BackendInfo("plain", "Plain engine", "-", "-", "-", 128, GRADED))
    monkeypatch.setattr(backends, "get", lambda name: plain)
    monkeypatch.setattr("sys.argv", ["study", "--out", str(tmp_path / "study.json"), "--count", "1"])
    with pytest.raises(SystemExit):
        study.main()
    assert "Plain engine has no stable manipulation" in capsys.readouterr().err


def test_on_the_shipped_engine_sms_changes_less_elsewhere():
    diffusion = DAEBackend.shipped()
    diffusion.retoucher = diffusion.predictor = None  # as the study's command does
    results, _ = study.study(diffusion, Judges(), SEED)
    direct, stable = (next(one for one in results if (one.T, one.stable) == (8, on)) for on in (False, True))
    assert stable.lost < direct.lost and stable.unchanged > direct.unchanged
