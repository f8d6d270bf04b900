"""Mapping networks that anybody adds, one for one prompt, with `python -m training.run mapper --prompt "..."`.

They are files in one folder, beside the shipped weights or where PARLEY_ADDED_MAPPERS says. Listing them reads their headers and imports no
torch; a network is loaded when it is first asked for.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import weights
from errors import ParleyError

if TYPE_CHECKING:
    from torch import Tensor, nn

    from .mapping import MappingNetwork

_log = logging.getLogger(__name__)


def folder() -> Path:
    return Path(os.environ.get("PARLEY_ADDED_MAPPERS") or weights.SHIPPED / "added")


def path_of(engine: str, prompt: str) -> Path:
    """Where the mapper of a prompt belongs."""
    return folder() / f"{engine}-{slug(prompt)}.safetensors"


def slug(prompt: str) -> str:
    """A prompt as a file's name."""
    return re.sub(r"[^\w]+", "-", prompt.lower()).strip("-")


def listed(engine: str, where: Path | None = None) -> dict[str, Path]:
    """The prompts that were added to an engine, and the files of their mappers, in `where` (by default `folder()`). A file that cannot be
    read is left out, and logged."""
    from safetensors import SafetensorError, safe_open

    found = {}
    for path in sorted((where or folder()).glob("*.safetensors")):
        try:
            with safe_open(path, framework="np") as opened:
                metadata = {key: json.loads(value) for key, value in opened.metadata().items()}
            if metadata["engine"] == engine:
                found[metadata["prompt"]] = path
        except (SafetensorError, OSError, ValueError, AttributeError, KeyError):
            _log.warning("%s is no mapper of a prompt", path)
    return found


def fingerprint(encoder: nn.Module) -> str:
    """Of a semantic encoder: a mapper works with the codes it was trained on alone."""
    layer = encoder.out[-1]
    numbers = (layer.weight, layer.bias)
    return hashlib.sha256(b"".join(value.detach().cpu().half().numpy().tobytes() for value in numbers)).hexdigest()[:16]


def save(network: MappingNetwork, encoder: nn.Module, *, engine: str, prompt: str, text: str, gain: float) -> None:
    """`gain` is how far along Mapping(z) all of the prompt, s = 1, lies."""
    sizes = {"dim": network.layers[-1].out_features, "hidden": network.layers[0].out_features}
    told = {"engine": engine, "prompt": prompt, "text": text, "gain": gain, "encoder": fingerprint(encoder), **sizes}
    weights.save(path_of(engine, prompt), network.state_dict(), told)


class AddedMappers:
    """What was added to one engine, whose semantic encoder this is; see `listed`."""

    def __init__(self, engine: str, encoder: nn.Module, where: Path | None = None):
        self._files, self._encoder = listed(engine, where), fingerprint(encoder)
        self._networks: dict[str, tuple[MappingNetwork, float]] = {}

    def __contains__(self, prompt: str) -> bool:
        return prompt in self._files

    def step(self, z: Tensor, strengths: Mapping[str, float]) -> Tensor:
        """dz [N, dim] of prompts with strengths s in [0, 1]; zero for none of them. ParleyError for a mapper of another encoder."""
        dz = z.new_zeros(z.shape)
        for prompt, strength in strengths.items():
            network, gain = self._loaded(prompt)
            dz = dz + strength * gain * network(z)
        return dz

    def _loaded(self, prompt: str) -> tuple[MappingNetwork, float]:
        from .mapping import MappingNetwork

        if prompt not in self._networks:
            state, metadata = weights.load(self._files[prompt])
            if metadata.get("encoder") != self._encoder:
                raise ParleyError(
                    f"The mapper for {prompt!r} was trained for other weights of this engine. Train it again with "
                    f'`python -m training.run mapper --prompt "{prompt}"`, or remove {self._files[prompt].name}.'
                )
            what = f"a mapper for {prompt!r} ({self._files[prompt].name})"
            with weights.recognised(what):
                network, gain = MappingNetwork(metadata["dim"], metadata["hidden"]), metadata["gain"]
            weights.fill(network, state, what)
            self._networks[prompt] = network, gain
        return self._networks[prompt]
