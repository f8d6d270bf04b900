import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from errors import ParleyError
from synth.dataset import SEEDS_PER_SHARD, Shard, shards, write_faces
from synth.parameters import FaceParameters, sample, variation
from synth.render import render

ROOT = Path(__file__).parents[2]


def test_shards_cover_the_seeds_once():
    parts = shards(Path("faces"), 10, 2 * SEEDS_PER_SHARD + 1, 64, pairs=False)
    assert [seed for shard in parts for seed in shard.seeds] == list(range(10, 11 + 2 * SEEDS_PER_SHARD))
    assert [shard.path.name for shard in parts] == ["faces_000010.npz", "faces_000260.npz", "faces_000510.npz"]


def test_command_line_writes_faces_and_resumes(tmp_path):
    command = [sys.executable, "-m", "synth.render", "--count", "2", "--size", "64", "--seed", "7", "--out", str(tmp_path), "--pairs"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (path,) = tmp_path.iterdir()
    written = path.stat()
    with np.load(path) as data:
        faces = [FaceParameters.from_json(text) for text in data["params"]]
        assert faces == [sample(7), variation(7, sample(7)), sample(8), variation(8, sample(8))]
        assert data["image"].shape == (4, 64, 64, 3) and data["mask"].shape == (4, 64, 64)
        assert np.abs(data["image"][1].astype(int) - render(faces[1], 64).image).mean() < 0.01
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    assert path.stat().st_mtime_ns == written.st_mtime_ns, "a finished shard was rendered again"


def test_a_part_is_completed_and_a_stranger_refused(tmp_path):
    path = tmp_path / "faces_000000.npz"
    part, whole = (Shard(path, range(count), 32, pairs=False) for count in (1, 2))
    assert not part.is_written()
    part.write()
    assert part.is_written() and not whole.is_written()
    whole.write()
    assert part.is_written() and whole.is_written()
    assert [file.name for file in tmp_path.iterdir()] == [path.name], "a temporary file was left behind"
    for other in (Shard(path, range(2), 64, pairs=False), Shard(path, range(2), 32, pairs=True)):
        with pytest.raises(ParleyError, match="choose another folder"):
            other.is_written()
    with pytest.raises(ParleyError):
        write_faces(tmp_path, 0, 2, 64, pairs=False, workers=1)


def test_command_line_refuses_nonsense(tmp_path):
    command = [sys.executable, "-m", "synth.render", "--count", "0", "--out", str(tmp_path)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 2 and "at least 1" in result.stderr
