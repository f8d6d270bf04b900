import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from errors import ParleyError
from faces.mask_classes import MASK_CLASSES, PALETTE
from synth.captions import caption
from synth.dataset import SEEDS_PER_SHARD, Dataset, Shard, shards, write_faces
from synth.folder import write_folder
from synth.parameters import FaceParameters, sample, variation
from synth.render import render

ROOT = Path(__file__).parents[2]


def command(module: str, folder: Path, count: int) -> subprocess.CompletedProcess:
    arguments = ["--count", str(count), "--size", "48", "--seed", "7", "--out", str(folder), "--workers", "1"]
    return subprocess.run([sys.executable, "-m", module, *arguments], cwd=ROOT, capture_output=True, text=True)


def test_shards_cover_the_seeds_once():
    parts = shards(Path("faces"), 10, 2 * SEEDS_PER_SHARD + 1, 64, pairs=False)
    assert [seed for shard in parts for seed in shard.seeds] == list(range(10, 11 + 2 * SEEDS_PER_SHARD))
    assert [shard.path.name for shard in parts] == ["faces_000010.npz", "faces_000260.npz", "faces_000510.npz"]


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


def test_command_line_writes_a_folder_and_resumes(tmp_path):
    assert command("synth.render", tmp_path, 2).returncode == 0
    first = tmp_path / "images" / "000007.png"
    written = first.stat().st_mtime_ns
    with (tmp_path / "metadata.jsonl").open("a") as file:
        file.write('{"seed": 9, "size": 48, "file_na')  # an interrupted run
    assert command("synth.render", tmp_path, 3).returncode == 0
    assert first.stat().st_mtime_ns == written, "a finished face was rendered again"
    rows = [json.loads(line) for line in (tmp_path / "metadata.jsonl").read_text().splitlines()]
    assert [row["seed"] for row in rows] == [7, 8, 9]
    rendering = render(sample(9), 48)
    with Image.open(tmp_path / rows[2]["mask_file_name"]) as mask, Image.open(tmp_path / rows[2]["file_name"]) as image:
        assert mask.mode == "P" and mask.getpalette()[: 3 * len(MASK_CLASSES)] == [value for colour in PALETTE for value in colour]
        assert (np.array(mask) == rendering.mask).mean() > 0.99
        assert np.abs(np.array(image).astype(int) - rendering.image).mean() < 0.05
    assert rows[2]["caption"] == caption(sample(9)) and FaceParameters.from_json(json.dumps(rows[2]["params"])) == sample(9)


def test_command_line_writes_pairs(tmp_path):
    assert command("synth.pairs", tmp_path, 1).returncode == 0
    (row,) = [json.loads(line) for line in (tmp_path / "metadata.jsonl").read_text().splitlines()]
    before, after = sample(7), variation(7, sample(7))
    assert row["changed"] == {"beard": [before.beard, after.beard]} and row["request"]
    data = Dataset(tmp_path)
    assert data.pairs and [example.params for example in data] == [before, after]
    assert data.request(0) == row["request"]
    with pytest.raises(ParleyError, match="choose another folder"):
        write_folder(tmp_path, 8, 1, 48, pairs=True, workers=1)


def test_reader_finds_the_same_faces_in_both_layouts(tmp_path):
    Shard(tmp_path / "shards" / "faces_000007.npz", range(7, 9), 48, pairs=True).path.parent.mkdir()
    for shard in shards(tmp_path / "shards", 7, 2, 48, pairs=True):
        shard.write()
    write_folder(tmp_path / "folder", 7, 2, 48, pairs=True, workers=1)
    packed, loose = Dataset(tmp_path / "shards"), Dataset(tmp_path / "folder")
    assert len(packed) == len(loose) == 4 and packed.pairs and loose.pairs
    for one, other in zip(packed, loose, strict=True):
        assert one.params == other.params and one.caption == other.caption
        assert one.image.shape == other.image.shape == (48, 48, 3) and one.mask.shape == (48, 48)
        assert np.abs(one.image.astype(int) - other.image).mean() < 0.05
        assert np.abs(one.landmarks - other.landmarks).max() < 0.02
    assert packed[1].params == variation(7, sample(7)) and isinstance(packed.request(0), str)
    with pytest.raises(ParleyError, match="no faces"):
        Dataset(tmp_path)


def test_command_line_refuses_nonsense(tmp_path):
    result = command("synth.render", tmp_path, 0)
    assert result.returncode == 2 and "at least 1" in result.stderr
