"""A weight's name becomes a local file, a file becomes tensors, and tensors fill a network.

Nothing here unpickles freely, and torch is imported when first needed.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from errors import ParleyError, Sentence

if TYPE_CHECKING:
    from torch import Tensor, nn

Network = TypeVar("Network", bound="nn.Module")

SHIPPED = Path(__file__).parent / "assets" / "weights"


@dataclass(frozen=True)
class HubFile:
    """A file on the Hugging Face Hub; `revision` is a full 40-digit commit, so that what was reviewed is what is loaded."""

    repo: str
    filename: str
    revision: str
    sha256: str


@dataclass(frozen=True)
class WeightFile:
    """Where a network's weights may be: `env` names a variable with a path; `shipped` is relative to assets/weights."""

    name: str
    env: str
    licence: str
    source: str
    """Where a person gets the file, as the end of a sentence; a `Sentence` where it has values."""
    shipped: str | None = None
    hub: HubFile | None = None


def _own(name: str) -> WeightFile:
    return WeightFile(
        name,
        f"PARLEY_{name.upper().replace('-', '_')}",
        "this project's own, trained on faces that it renders",
        Sentence("from this project's repository, or train it with `python -m training.run {network}`", network=name),
        shipped=f"{name}.safetensors",
    )


_DIFFAE_LICENCE = (
    "the authors' code is MIT; nothing is said about the weights; FFHQ, which they learned from, is CC BY-NC-SA 4.0 (non-commercial)"
)
# A mirror on the Hub has both files as safetensors; no commit of it has been verified, so none is pinned and a person fetches them.
_DIFFAE_SOURCE = (
    "by the links of konpatp/diffae on GitHub ({folder}/last.ckpt) or from alexkrz/diffae-ffhq256 on the Hugging Face Hub ({mirrored})"
)

_TALK_TO_EDIT = {
    "generator": ("stylegan2_128.pt", "stylegan2_1024.pth"),
    "predictor": ("predictor_128.pth.tar", "predictor_1024.pth.tar"),
    "field-bangs": ("128_field/Bangs.pth", "1024_field/Bangs.pth"),
    "field-eyeglasses": ("128_field/Eyeglasses.pth", "1024_field/Eyeglasses.pth"),
    "field-beard": ("128_field/No_Beard.pth", "1024_field/No_Beard.pth"),
    "field-smile": ("128_field/Smiling.pth", "1024_field/Smiling.pth"),
    "field-age": ("128_field/Young.pth", "1024_field/Young.pth"),
}


def _talk_to_edit(name: str, small: str, large: str) -> WeightFile:
    shipped = "stylegan-fields" if name.startswith("field-") else f"stylegan-{name}"
    return WeightFile(
        f"stylegan-{name}",
        f"PARLEY_STYLEGAN_{name.upper().replace('-', '_')}",
        "the shipped file is this project's own; the authors state none for theirs, and what those learned from (CelebA or FFHQ, and "
        "CelebA-Dialog) is for non-commercial research",
        Sentence(
            "from this project's repository, or train it with `python -m training.run {network}`, or the authors' by the links of "
            "yumingj/Talk-to-Edit on GitHub ({small} or {large}): seven files for one size of picture, named by "
            "PARLEY_STYLEGAN_GENERATOR, _PREDICTOR, _FIELD_BANGS, _FIELD_EYEGLASSES, _FIELD_BEARD, _FIELD_SMILE and _FIELD_AGE",
            network=shipped,
            small=small,
            large=large,
        ),
        shipped=f"{shipped}.safetensors",
    )


_ENCODERS = {
    "e4e": "omertov/encoder4editing on GitHub (e4e_ffhq_encode.pt)",
    "psp": "eladrich/pixel2style2pixel on GitHub (psp_ffhq_encode.pt)",
}


def _encoder(name: str, source: str) -> WeightFile:
    licence = "the authors' code is MIT; FFHQ, which it learned from, is CC BY-NC-SA 4.0 (non-commercial)"
    return WeightFile(f"stylegan-{name}", f"PARLEY_STYLEGAN_{name.upper()}", licence, f"by the links of {source}")


FILES: Mapping[str, WeightFile] = {
    file.name: file
    for file in (
        _own("autoencoder"),
        _own("dae"),
        _own("dae-motion"),
        _own("dae-predictor"),
        _own("mappers"),
        _own("retouch"),
        _own("shared-mapper"),
        _own("degrees"),
        _own("landmarks"),
        _own("looks"),
        _own("semantic"),
        replace(_own("language"), licence="this project's own, trained on sentences that it makes from its own templates"),
        replace(_own("asking"), licence="this project's own, trained on sentences that were written for it"),
        replace(_own("guessing"), licence="this project's own, trained on sentences that were written for it"),
        _own("identity"),
        _own("parsing"),
        _own("clip"),
        WeightFile(
            "collaborative-256",
            "PARLEY_COLLABORATIVE_256",
            "S-Lab License 1.0 (non-commercial use only) for the authors' code; nothing is said about the weights",
            "by the links of ziqihuangg/Collaborative-Diffusion on GitHub (256_codiff_mask_text.ckpt, 4.5 GB)",
        ),
        WeightFile(
            "bert-vocabulary",
            "PARLEY_BERT_VOCABULARY",
            "Apache 2.0",
            "from google-bert/bert-base-uncased on the Hugging Face Hub (vocab.txt); the published collaborative engine reads words by it",
        ),
        replace(
            _own("collaborative-prior"), source="from this project's repository, or fit it by `python -m training.run collaborative-trunk`"
        ),
        _own("collaborative-text"),
        _own("collaborative-mask"),
        _own("collaborative-influence"),
        _own("collaborative-detail"),
        WeightFile(
            "facenet",
            "PARLEY_FACENET",
            "facenet-pytorch is MIT; the photos it learned from (VGGFace2 or CASIA-WebFace) were collected for research",
            "from the releases of timesler/facenet-pytorch on GitHub (20180402-114759-vggface2.pt)",
        ),
        *(_talk_to_edit(name, *files) for name, files in _TALK_TO_EDIT.items()),
        _own("stylegan-encoder"),
        *(_encoder(name, source) for name, source in _ENCODERS.items()),
        WeightFile(
            "diffae-ffhq256",
            "PARLEY_DIFFAE_FFHQ256",
            _DIFFAE_LICENCE,
            Sentence(_DIFFAE_SOURCE, folder="ffhq256_autoenc", mirrored="ffhq256_autoenc_ema.safetensors"),
        ),
        WeightFile(
            "diffae-ffhq256-classifier",
            "PARLEY_DIFFAE_FFHQ256_CLASSIFIER",
            _DIFFAE_LICENCE,
            Sentence(_DIFFAE_SOURCE, folder="ffhq256_autoenc_cls", mirrored="ffhq256_autoenc_cls.safetensors"),
        ),
    )
}


_MISSING = (
    "The weights {name!r} are missing. Get them {source}; then put it at assets/weights/{place}, or set {variable} to the file's path. "
    "Licence: {licence}."
)
_MISSING_PUBLISHED = (
    "The weights {name!r} are missing. Get them {source}; then set {variable} to the file's path. Licence: {licence}."
)


def find(name: str, *, download: bool = False) -> Path:
    """The local file of a weight: the env variable's path, the shipped file, the Hub's cache, or, if `download`, the Hub itself.

    Raises ParleyError, with what to get and where to put it, when there is none.
    """
    if name not in FILES:
        raise ParleyError("No weights are called {name!r}; known are {known}.", name=name, known=", ".join(FILES))
    file = FILES[name]
    chosen = os.environ.get(file.env)
    if chosen:
        if not Path(chosen).is_file():
            raise ParleyError("{variable} points to {path}, but there is no such file.", variable=file.env, path=chosen)
        return Path(chosen)
    if file.shipped and (SHIPPED / file.shipped).is_file():
        return SHIPPED / file.shipped
    found = file.hub and _from_hub(file.hub, download)
    if found:
        return found
    raise ParleyError(
        _MISSING if file.shipped else _MISSING_PUBLISHED,
        name=name,
        source=file.source,
        place=file.shipped,
        variable=file.env,
        licence=file.licence,
    )


def _from_hub(file: HubFile, download: bool) -> Path | None:
    """None when the file is not cached and `download` is off. A pinned commit that is cached needs no network at all."""
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import LocalEntryNotFoundError
    from huggingface_hub.utils import httpx

    try:
        return Path(hf_hub_download(file.repo, file.filename, revision=file.revision, local_files_only=True))
    except LocalEntryNotFoundError:
        if not download:
            return None
    try:
        path = Path(hf_hub_download(file.repo, file.filename, revision=file.revision))
    except (OSError, httpx.HTTPError) as error:
        sentence = "{file} could not be downloaded from {repo} on the Hugging Face Hub. Is this computer online?"
        raise ParleyError(sentence, file=file.filename, repo=file.repo) from error
    with path.open("rb") as opened:
        if hashlib.file_digest(opened, "sha256").hexdigest() != file.sha256:
            path.unlink()
            sentence = "{file} from the Hub's {repo} is not the file that was reviewed; it was removed."
            raise ParleyError(sentence, file=file.filename, repo=file.repo)
    return path


def load(path: str | os.PathLike[str], *, part: str = "state_dict") -> tuple[dict[str, Tensor], dict]:
    """Tensors by name (on the CPU) and the file's metadata.

    Reads safetensors (metadata values are decoded from JSON where they are JSON) and torch files; a checkpoint that holds more than tensors
    gives its `part`, memory-mapped, without metadata. Raises ParleyError for a damaged file, and for one that would have to run code to be
    read.
    """
    path = Path(path)
    if not path.is_file():
        raise ParleyError("There is no weight file {path}.", path=path)
    try:
        return _load_safetensors(path) if path.suffix == ".safetensors" else (_load_torch(path, part), {})
    except ParleyError:
        raise
    except Exception as error:  # the two readers raise nearly anything on damaged bytes
        raise ParleyError("The weight file {file} is damaged or not a weight file. Please get it again.", file=path.name) from error


def _load_safetensors(path: Path) -> tuple[dict[str, Tensor], dict]:
    from safetensors import safe_open

    with safe_open(path, framework="pt") as opened:
        metadata = {key: _decoded(value) for key, value in (opened.metadata() or {}).items()}
        stored = {key: opened.get_tensor(key) for key in opened.keys()}  # noqa: SIM118 (not a dict)
    return {key: _widened(key, value, stored) for key, value in stored.items() if not key.endswith(_LARGEST)}, metadata


def _widened(key: str, value: Tensor, stored: Mapping[str, Tensor]) -> Tensor:
    """A tensor that `save` has rounded to eight bits, in half precision again; any other as it is."""
    largest = stored.get(key + _LARGEST)
    return value if largest is None else (value.float() * largest.float() / 127).half()


def _decoded(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


class _Ignored:
    """Stands in for what a checkpoint holds beside its tensors; nothing of it is used."""

    def __init__(self, *contents: object) -> None: ...

    def __setstate__(self, state: object) -> None: ...


_IGNORED = (
    "pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint",
    "argparse.Namespace",
    "numpy.dtype",
    "numpy.core.multiarray.scalar",
    "numpy._core.multiarray.scalar",
)


def _load_torch(path: Path, part: str) -> dict[str, Tensor]:
    import torch

    try:
        with torch.serialization.safe_globals([(_Ignored, name) for name in _IGNORED]):
            content = torch.load(path, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(path))
    except pickle.UnpicklingError as error:
        names = ", ".join(torch.serialization.get_unsafe_globals_in_checkpoint(path))
        sentence = "{file} holds objects that Parley will not load, because reading them could run code: {names}."
        raise ParleyError(sentence, file=path.name, names=names) from error
    if not isinstance(content, dict):
        raise ParleyError("{file} holds no named tensors.", file=path.name)
    state = content.get(part, content)
    return {key: value for key, value in state.items() if isinstance(value, torch.Tensor)}


_LARGEST = ".largest"
"""Ends the name of the tensor that holds the largest magnitude of each row of an eight-bit one."""
WORTH_ROUNDING = 4_096
"""Smaller tensors stay in half precision."""


def save(path: str | os.PathLike[str], state: Mapping[str, Tensor], metadata: Mapping[str, object], *, eight_bit: bool = False) -> None:
    """Writes safetensors with floating-point tensors in half precision; metadata values become JSON. A reader never sees half a file.

    With `eight_bit`, matrices and kernels become whole numbers of 127ths of their row's largest magnitude; `load` undoes it.
    """
    import torch
    from safetensors.torch import save_file

    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    halved: dict[str, Tensor] = {}
    for key, value in state.items():
        dtype = torch.float16 if value.is_floating_point() else value.dtype
        if eight_bit and value.is_floating_point() and value.ndim > 1 and value.numel() >= WORTH_ROUNDING:
            rows = value.detach().float().cpu()
            largest = rows.abs().amax(dim=tuple(range(1, rows.ndim)), keepdim=True).half().clamp(min=1e-6)
            halved[key + _LARGEST], dtype = largest, torch.int8
            value = (rows / largest.float() * 127).round().clamp(-127, 127)
        halved[key] = value.detach().to("cpu", dtype, copy=True).contiguous()
    partial = path.with_suffix(".partial")
    save_file(halved, partial, {key: json.dumps(value) for key, value in metadata.items()})
    partial.replace(path)


def fill(network: nn.Module, state: Mapping[str, Tensor], what: str, *, spare: bool = False) -> list[str]:
    """Puts a checkpoint's tensors into a network, which is then in evaluation mode, in single precision, and learns no more.

    With `spare` the checkpoint may hold more than the network has; the names of the rest come back. Raises ParleyError for tensors that are
    missing, unknown or of another shape than the network's; `what` says whose file it is.
    """
    expected = network.state_dict()
    unknown = state.keys() - expected.keys()
    faults = {
        "missing": expected.keys() - state.keys(),
        "unknown": set() if spare else unknown,
        "misshapen": {key for key in expected.keys() & state.keys() if expected[key].shape != state[key].shape},
    }
    if any(faults.values()):
        found = ", ".join(f"{len(keys)} {word} ({min(keys)}, ...)" for word, keys in faults.items() if keys)
        raise ParleyError("This file of {network} is incomplete or another network's: {found}.", network=what, found=found)
    network.load_state_dict({key: state[key] for key in expected}, assign=True)
    network.float().eval().requires_grad_(False)
    return sorted(unknown)


@contextmanager
def recognised(what: str) -> Iterator[None]:
    """Around what reads a network's sizes from a file: what it does not find there becomes a ParleyError. `what` as in `fill`."""
    try:
        yield
    except (KeyError, ValueError, IndexError, TypeError, StopIteration) as error:
        raise ParleyError("This file does not look like the weights of {network}.", network=what) from error


def network(name: str, build: Callable[[dict], Network]) -> Network:
    """The network whose weights have this name, as `fill` leaves it; `build` makes it from the file's metadata.

    Raises ParleyError where the file is missing, damaged, or another network's.
    """
    state, metadata = load(find(name))
    with recognised(repr(name)):
        built = build(metadata)
    fill(built, state, repr(name))
    return built


def under(state: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """The tensors whose names begin with the prefix, named without it."""
    return {key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)}


def count(state: Mapping[str, Tensor], pattern: str) -> int:
    """One more than the highest number that `pattern` captures in a name. Raises ValueError where it matches none."""
    return 1 + max(int(match[1]) for match in (re.match(pattern, key) for key in state) if match)
