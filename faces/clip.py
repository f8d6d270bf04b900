"""Pictures and words in one space (CLIP, Radford et al. 2021): unit vectors that agree where a text says what a face shows.

Every model is an open_clip one. The shipped `parley` is a small one, described by assets/clip/parley.json and trained on rendered faces and
their captions (`python -m training.run clip-pictures`, then `clip`); it knows no words but those. Any other model that open_clip knows by
name is used where a file with its weights is on this machine. Nothing is ever downloaded.

open_clip's 49,408 tokens at the shipped width would be larger than the rest of the model, and rendered faces are described in a few
hundred words. So the shipped tokenizer is open_clip's own, but with a part of its merges only, which the weight file lists: all that the
words of captions need, which it therefore splits as ever, and the most frequent others. Words beyond that fall into smaller pieces, down
to single bytes, as rare words always do.
"""

from __future__ import annotations

import functools
import gzip
import io
import json
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import open_clip
from open_clip import CustomTextCLIP, SimpleTokenizer
from torch import Tensor, nn

import weights
from errors import ParleyError

from .networks import resized

SHIPPED = "parley"
CONFIG = Path(__file__).parents[1] / "assets" / "clip" / f"{SHIPPED}.json"


@dataclass(frozen=True, eq=False)
class Clip:
    """An open_clip model, what cuts texts into its tokens, and the pictures it expects: side, and mean and deviation of values 0 to 1."""

    model: nn.Module
    tokenize: Callable[[list[str]], Tensor]
    side: int
    mean: Sequence[float]
    deviation: Sequence[float]

    def image_features(self, images: Tensor) -> Tensor:
        """Pictures [N, 3, H, W] in [-1, 1] -> unit vectors [N, D]; gradients flow to the pictures."""
        mean, deviation = (images.new_tensor(values)[:, None, None] for values in (self.mean, self.deviation))
        return self.model.encode_image(((resized(images, self.side) + 1) / 2 - mean) / deviation, normalize=True)

    def text_features(self, texts: Sequence[str]) -> Tensor:
        """Texts -> unit vectors [N, D]; what goes beyond the context length is cut off."""
        tokens = self.tokenize(list(texts)).to(next(self.model.parameters()).device)
        return self.model.encode_text(tokens, normalize=True)


@functools.cache
def load(name: str = SHIPPED) -> Clip:
    """The shipped model, or any that open_clip knows by name; loaded once per process, without gradients of its own.

    Raises ParleyError where the name is unknown, and where the weights are not on this machine or another network's.
    """
    if name == SHIPPED:
        state, metadata = weights.load(weights.find("clip"))
        with weights.recognised(repr("clip")):
            clip = build(metadata["merges"])
        weights.fill(clip.model, state, repr("clip"))
    else:
        clip = _by_name(name)
        clip.model.eval().requires_grad_(False)
    return clip


def build(merges: Sequence[str]) -> Clip:
    """The shipped architecture, untrained, with a tokenizer of these merges; they must be `merge_count()`."""
    config = _config()
    del config["custom_text"]  # tells open_clip's factory to take the class that is taken here
    tokenize = tokenizer(merges, config["text_cfg"]["context_length"])
    return Clip(CustomTextCLIP(**config), tokenize, config["vision_cfg"]["image_size"], (0.5,) * 3, (0.5,) * 3)


def merge_count() -> int:
    """How many merges the shipped architecture has room for: the other tokens are 512 bytes, and start and end of text."""
    return _config()["text_cfg"]["vocab_size"] - 514


_MISSING = (
    "The weights of the CLIP model {name} are not on this machine. Get a checkpoint for open_clip, for instance one of LAION's on the "
    "Hugging Face Hub, and set {variable} to the file's path. Mind its licence."
)


def _config() -> dict[str, Any]:
    return json.loads(CONFIG.read_text(encoding="utf-8"))


def tokenizer(merges: Sequence[str], context_length: int) -> SimpleTokenizer:
    """open_clip's tokenizer with these merges ("a b" joins a and b) alone."""
    table = "\n".join(["merges", *merges])
    return SimpleTokenizer(io.BytesIO(gzip.compress(table.encode())), context_length=context_length)


def _by_name(name: str) -> Clip:
    config = open_clip.get_model_config(name) if name in open_clip.list_models() else None
    if config is None:
        sentence = "No CLIP model is called {name!r}. There is {shipped!r}, and what open_clip.list_models() lists."
        raise ParleyError(sentence, name=name, shipped=SHIPPED)
    text = config["text_cfg"]
    if "hf_model_name" in text or "hf_tokenizer_name" in text or "siglip" in name.lower():
        sentence = "The CLIP model {name} splits words with files of its own, which Parley does not fetch. Please choose another."
        raise ParleyError(sentence, name=name)
    variable = "PARLEY_CLIP_" + re.sub("[^A-Z0-9]+", "_", name.upper())
    path = Path(os.environ.get(variable, ""))
    if not path.is_file():
        raise ParleyError(_MISSING, name=name, variable=variable)
    try:
        model = open_clip.create_model(name, pretrained=str(path), weights_only=True, pretrained_text=False)
    except Exception as error:  # readers raise nearly anything on damaged or foreign files
        sentence = "{file}, to which {variable} points, does not hold open_clip's {name}."
        raise ParleyError(sentence, file=path.name, variable=variable, name=name) from error
    side = model.visual.image_size
    side = side if isinstance(side, int) else side[0]
    return Clip(model, open_clip.get_tokenizer(name), side, model.visual.image_mean, model.visual.image_std)
