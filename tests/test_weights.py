from __future__ import annotations

import hashlib
import pickle
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest
import torch

import weights
from backends.collaborative import shipped as collaborative
from backends.dae import shipped as dae
from backends.stylegan import checkpoint as stylegan
from errors import ParleyError
from faces import attributes, clip, identity, landmarks, looks, parsing

CONTENT = b"weights, as far as the Hub knows"
REVISION = "0123456789abcdef0123456789abcdef01234567"
LOADERS: dict[str, Callable[[], object]] = {
    "autoencoder": dae.load_autoencoder,
    "semantic": dae.load_network,
    "dae": dae.load_network,
    "dae-motion": dae.load_mover,
    "dae-predictor": dae.load_predictor,
    "mappers": dae.load_graded_mappers,
    "shared-mapper": dae.load_shared_mapper,
    "retouch": dae.load_retoucher,
    "degrees": attributes.network.__wrapped__,
    "identity": identity.network.__wrapped__,
    "landmarks": landmarks.network.__wrapped__,
    "looks": looks.network.__wrapped__,
    "parsing": parsing.network.__wrapped__,
    "clip": clip.load.__wrapped__,
    "collaborative-prior": collaborative.load_uni_modal,
    "collaborative-text": collaborative.load_uni_modal,
    "collaborative-mask": collaborative.load_uni_modal,
    "collaborative-influence": collaborative.load_networks,
    "collaborative-detail": collaborative.load_detailer,
    "stylegan-generator": stylegan.load_generator,
    "stylegan-predictor": stylegan.load_predictor,
    "stylegan-encoder": stylegan.load_encoder,
    "stylegan-field-smile": lambda: stylegan.load_fields(["smile"]),
}
"""What loads each shipped file."""
CONVERSATION = {"language.safetensors", "asking.safetensors", "guessing.safetensors"}
"""Shipped files whose tensors chat/ takes without a network's help."""


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(weights, "SHIPPED", tmp_path)
    return tmp_path


def test_every_weight_says_where_it_comes_from() -> None:
    for name, file in weights.FILES.items():
        assert name == file.name and file.licence and file.source
        assert re.fullmatch(r"PARLEY_[A-Z0-9_]+", file.env)
        assert file.hub is None or re.fullmatch(r"[0-9a-f]{40}", file.hub.revision)
    assert len({file.env for file in weights.FILES.values()}) == len(weights.FILES)


def test_environment_wins_over_the_shipped_file(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (shipped / "dae.safetensors").write_bytes(b"shipped")
    assert weights.find("dae") == shipped / "dae.safetensors"
    own = shipped / "own.ckpt"
    own.write_bytes(b"own")
    monkeypatch.setenv("PARLEY_DAE", str(own))
    assert weights.find("dae") == own


def test_environment_that_points_nowhere_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PARLEY_DAE", str(tmp_path / "nowhere.safetensors"))
    with pytest.raises(ParleyError, match=r"PARLEY_DAE points to .*nowhere"):
        weights.find("dae")


def test_missing_weights_say_what_to_do(shipped: Path) -> None:
    with pytest.raises(ParleyError, match=r"assets/weights/dae\.safetensors.*PARLEY_DAE"):
        weights.find("dae")
    with pytest.raises(ParleyError, match=r"konpatp/diffae.*PARLEY_DIFFAE_FFHQ256 .*non-commercial"):
        weights.find("diffae-ffhq256")
    with pytest.raises(ParleyError, match="known are autoencoder"):
        weights.find("nonsense")


class _Hub(BaseHTTPRequestHandler):
    """As much of the Hub as a download needs."""

    def do_HEAD(self) -> None:
        self.server.requests += 1
        found = self.path == f"/somebody/faces/resolve/{REVISION}/face.safetensors"
        self.send_response(200 if found else 404)
        if found:
            self.send_header("ETag", '"1234"')
            self.send_header("X-Repo-Commit", REVISION)
        else:
            self.send_header("X-Error-Code", "EntryNotFound")
        self.send_header("Content-Length", str(len(CONTENT)) if found else "0")
        self.end_headers()

    def do_GET(self) -> None:
        self.do_HEAD()
        self.wfile.write(CONTENT)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A Hub on this computer, and a weight that is on it: returns a function (sha256, filename) -> the Hub's server."""
    import huggingface_hub

    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hub)
    server.requests = 0
    threading.Thread(target=server.serve_forever, daemon=True).start()
    real = huggingface_hub.hf_hub_download

    def local(repo: str, filename: str, **options: object) -> str:
        return real(repo, filename, endpoint=f"http://127.0.0.1:{server.server_port}", cache_dir=tmp_path / "cache", **options)

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", local)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)

    def offer(sha256: str, filename: str = "face.safetensors") -> ThreadingHTTPServer:
        file = weights.HubFile("somebody/faces", filename, REVISION, sha256)
        monkeypatch.setattr(weights, "FILES", {"face": weights.WeightFile("face", "PARLEY_FACE", "MIT", "somewhere", hub=file)})
        return server

    yield offer
    server.shutdown()
    server.server_close()


def test_hub_is_asked_only_when_allowed_and_only_once(hub) -> None:
    server = hub(hashlib.sha256(CONTENT).hexdigest())
    with pytest.raises(ParleyError, match="PARLEY_FACE"):
        weights.find("face")
    assert server.requests == 0
    assert weights.find("face", download=True).read_bytes() == CONTENT
    asked = server.requests
    assert weights.find("face").read_bytes() == weights.find("face", download=True).read_bytes() == CONTENT
    assert server.requests == asked


def test_file_other_than_the_reviewed_one_is_removed(hub) -> None:
    hub("0" * 64)
    with pytest.raises(ParleyError, match="not the file that was reviewed"):
        weights.find("face", download=True)
    with pytest.raises(ParleyError, match="missing"):
        weights.find("face")


def test_download_that_fails_is_a_sentence(hub) -> None:
    hub("0" * 64, "absent.safetensors")
    with pytest.raises(ParleyError, match="could not be downloaded"):
        weights.find("face", download=True)


def test_save_and_load_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "net.safetensors"
    shared = torch.randn(4, 6)
    state = {"a": shared, "b": shared, "turned": shared.T, "count": torch.tensor(7), "learned": torch.nn.Parameter(torch.ones(2))}
    weights.save(path, state, {"config": {"width": [1, 2]}, "note": "text"})
    tensors, metadata = weights.load(path)
    assert metadata == {"config": {"width": [1, 2]}, "note": "text"}
    assert tensors.keys() == state.keys()
    assert tensors["a"].dtype == torch.float16 and tensors["count"].dtype == torch.int64
    assert torch.equal(tensors["turned"], shared.T.half()) and tensors["count"] == 7
    assert sorted(file.name for file in path.parent.iterdir()) == ["net.safetensors"]


def test_foreign_metadata_stays_text(tmp_path: Path) -> None:
    from safetensors.torch import save_file

    save_file({"a": torch.zeros(1)}, tmp_path / "a.safetensors", {"format": "pt"})
    assert weights.load(tmp_path / "a.safetensors")[1] == {"format": "pt"}


@pytest.fixture
def lightning(monkeypatch: pytest.MonkeyPatch):
    """Lightning's class, importable only while a checkpoint is written, as on the authors' computer."""
    name = "pytorch_lightning.callbacks.model_checkpoint"
    modules = {".".join(name.split(".")[: n + 1]): ModuleType(name) for n in range(3)}
    checkpoint = type("ModelCheckpoint", (), {"__module__": name})
    modules[name].ModelCheckpoint = checkpoint

    def write(path: Path, **extra: object) -> None:
        with monkeypatch.context() as patched:
            for module, value in modules.items():
                patched.setitem(sys.modules, module, value)
            state = {"ema_model.out.weight": torch.arange(6.0).reshape(2, 3)}
            torch.save({"epoch": 5, "callbacks": {checkpoint: {"monitor": None}}, "state_dict": state, **extra}, path)

    return write


def test_lightning_checkpoint_loads_without_lightning(lightning, tmp_path: Path) -> None:
    lightning(tmp_path / "last.ckpt")
    assert "pytorch_lightning" not in sys.modules
    tensors, metadata = weights.load(tmp_path / "last.ckpt")
    assert metadata == {} and list(tensors) == ["ema_model.out.weight"]
    assert torch.equal(tensors["ema_model.out.weight"], torch.arange(6.0).reshape(2, 3))


class Trap:
    """Unpickling one of these runs code."""

    sprung = False

    def __reduce__(self) -> tuple:
        return (_spring, ())


def _spring() -> None:
    Trap.sprung = True


def test_file_that_would_run_code_is_refused(lightning, tmp_path: Path) -> None:
    lightning(tmp_path / "bad.ckpt", payload=Trap())
    with pytest.raises(ParleyError, match="could run code: .*_spring"):
        weights.load(tmp_path / "bad.ckpt")
    (tmp_path / "bad.pt").write_bytes(pickle.dumps({"a": Trap()}, protocol=2))
    with pytest.raises(ParleyError):
        weights.load(tmp_path / "bad.pt")
    assert not Trap.sprung


def test_bare_and_legacy_torch_files_load(tmp_path: Path) -> None:
    for zipped in (True, False):
        torch.save({"a": torch.ones(3), "epoch": 1}, tmp_path / "a.pt", _use_new_zipfile_serialization=zipped)
        assert list(weights.load(tmp_path / "a.pt")[0]) == ["a"]


@pytest.mark.parametrize("name", ["net.safetensors", "net.ckpt"])
@pytest.mark.parametrize("keep", [0, 11, 0.5])
def test_damaged_files_are_a_sentence(tmp_path: Path, name: str, keep: float) -> None:
    path = tmp_path / name
    if path.suffix == ".ckpt":
        torch.save({"a": torch.randn(500)}, path)
    else:
        weights.save(path, {"a": torch.randn(500)}, {})
    whole = path.read_bytes()
    path.write_bytes(whole[: int(keep * len(whole)) if keep < 1 else int(keep)])
    with pytest.raises(ParleyError, match=re.escape(name)):
        weights.load(path)


def test_absent_file_and_file_without_tensors(tmp_path: Path) -> None:
    with pytest.raises(ParleyError, match="no weight file"):
        weights.load(tmp_path / "none.ckpt")
    torch.save([1, 2], tmp_path / "list.pt")
    with pytest.raises(ParleyError, match="no named tensors"):
        weights.load(tmp_path / "list.pt")


def test_importing_brings_no_torch() -> None:
    code = "import sys, weights; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=Path(weights.__file__).parent, check=True)


def test_eight_bits_keep_every_row_within_half_a_step(tmp_path):
    rows = torch.randn(64, 128) * torch.logspace(-3, 1, 64)[:, None]
    state = {"kernel": rows.view(64, 32, 2, 2), "bias": torch.randn(64), "count": torch.tensor(7)}
    weights.save(tmp_path / "small.safetensors", state, {"config": {"width": 3}}, eight_bit=True)
    loaded, metadata = weights.load(tmp_path / "small.safetensors")
    assert loaded.keys() == state.keys() and metadata == {"config": {"width": 3}}
    assert loaded["kernel"].dtype == loaded["bias"].dtype == torch.float16 and loaded["count"] == 7
    step = rows.abs().amax(dim=1, keepdim=True) / 127
    assert ((loaded["kernel"].view(64, 128).float() - rows).abs() <= 0.6 * step).all()
    assert (tmp_path / "small.safetensors").stat().st_size < 1.2 * rows.numel()


def test_no_shipped_network_is_forgotten_above() -> None:
    shipped = {file.shipped for file in weights.FILES.values() if file.shipped}
    assert {weights.FILES[name].shipped for name in LOADERS} == shipped - CONVERSATION


@pytest.mark.parametrize("name", LOADERS)
def test_another_networks_file_is_a_sentence(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Say one that a variable names by mistake."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))  # where FaceNet's weights, which take the identity network's place, may be
    state, metadata = weights.load(weights.find(name))
    weights.save(tmp_path / "misshapen.safetensors", {key: value[None] for key, value in state.items()}, metadata)
    weights.save(tmp_path / "foreign.safetensors", {"weight": torch.zeros(2)}, {})
    for file in ("misshapen", "foreign"):
        monkeypatch.setenv(weights.FILES[name].env, str(tmp_path / f"{file}.safetensors"))
        with pytest.raises(ParleyError, match="This file (of|does not look like)"):
            LOADERS[name]()
