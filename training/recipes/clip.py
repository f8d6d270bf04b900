"""The shipped CLIP of faces/clip.py: rendered faces and what may be said of them find each other (Radford et al. 2021).

Both faces of a counterfactual pair are in a batch, so that a text is told from its nearest wrong one: the same face but for one attribute.
Captions alone teach slowly, since most of what one says is true of many faces in a batch. So every face is also compared with the
texts of all prompts, of which the renderer knows which are true; our extension.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from open_clip import ClipLoss
from PIL import Image
from torch import Tensor, nn

import weights
from faces.clip import build, merge_count
from graded import GRADED, MAX_DEGREE
from prompts import PROMPTS, TEXTS
from synth.captions import caption
from synth.parameters import FaceParameters, with_attribute

from ..augment import augment
from ..data import joined, load_faces, load_prompted
from ..loop import export_path
from ..sheets import grid
from ..vocabulary import merges, words
from ..wordings import FRAMES, worded
from .looks import look_table

LARGEST_SCALE = 100.0
"""Of logits, as in the paper."""
PROMPTED = 3.0
"""Weight of the comparison with the prompts."""
RETRIEVED_FROM, GRADED_ON = 100, 50
"""Validation faces for retrieval, and for zero-shot degrees."""
DESCRIBED = 4_000
"""Training faces from whose descriptions the vocabulary is taken."""
SHOWN = (
    "thick plastic glasses",
    "a long bushy beard",
    "bangs covering the whole forehead",
    "laughing with the mouth wide open",
    "an elderly man",
    "a girl",
    "long curly red hair",
    "red lipstick",
)


def _framed(name: str, random: np.random.Generator) -> str:
    return FRAMES[random.integers(len(FRAMES))].format(name)


def _logit(shown: Tensor, visible: Tensor) -> Tensor:
    """How likely each prompt is in this batch, as a logit [prompts]: what a face's cosine of average size should say."""
    share = ((shown * visible).sum(dim=0) + 1) / (visible.sum(dim=0) + 2)
    return torch.logit(share)


class ContrastivePretraining:
    name = "clip"
    learning_rate = 2e-3
    batch_size = 64

    def prepare(self, device: torch.device) -> None:
        """A new machine goes on from what is shipped, with its tokens; when captions have gained words, remove that file to train anew."""
        self.device = device
        self.faces, self.held = joined(load_faces("training"), load_prompted("training")[0]), load_faces("validation")
        self.truth = look_table(self.faces)
        state, metadata = weights.load(export_path("clip")) if export_path("clip").exists() else (None, {})
        self.merges = metadata.get("merges") or merges(words(self.faces.params[:DESCRIBED]), merge_count())
        self.clip = build(self.merges)
        self.network = self.clip.model
        if state:
            self.network.load_state_dict(state)

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        """Not mirrored: captions tell left from right."""
        first = 2 * torch.randint(len(self.faces) // 2, (self.batch_size // 2,), generator=generator)
        index = torch.cat([first, first + 1])
        random = np.random.default_rng(int(torch.randint(1 << 30, (1,), generator=generator)))
        tokens = self._tokens([worded(self.faces.params[i], random) for i in index])
        prompts = self._tokens([TEXTS[name] if random.random() < 0.5 else _framed(name, random) for name in PROMPTS])
        truth = (table[index].to(self.device) for table in self.truth)
        return augment(self.faces.batch(index), generator).to(self.device), tokens, prompts, *truth

    def _tokens(self, texts: list[str]) -> Tensor:
        return self.clip.tokenize(texts).to(self.device)

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        images, tokens, prompts, shown, visible = batch
        scale = network.logit_scale.exp().clamp(max=LARGEST_SCALE)
        seen = network.encode_image(images, normalize=True)
        told, prompted = network.encode_text(torch.cat([tokens, prompts]), normalize=True).split([len(tokens), len(prompts)])
        cosines = seen @ prompted.T
        # A cosine counts by its difference from the batch's mean: texts then need no thresholds of their own.
        logits = scale * (cosines - cosines.mean(dim=0, keepdim=True).detach()) + _logit(shown, visible)
        return ClipLoss()(seen, told, scale) + PROMPTED * F.binary_cross_entropy_with_logits(logits, shown, weight=visible)

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        """`text` and `image`: how often a face finds its caption among 100, and a caption its face. For graded attributes: how often the
        caption with the right degree is nearest among the face's six captions that differ in that degree alone."""
        index = torch.arange(0, min(2 * RETRIEVED_FROM, len(self.held)), 2)
        faces = [self.held.params[i] for i in index]
        images = self._seen(network, index)
        texts = self._told(network, [caption(face) for face in faces])
        cosines, own = images @ texts.T, torch.arange(len(index), device=self.device)
        figures = {
            "loss": ClipLoss()(images, texts, network.logit_scale.exp().clamp(max=LARGEST_SCALE)).item(),
            "text": (cosines.argmax(1) == own).float().mean().item(),
            "image": (cosines.argmax(0) == own).float().mean().item(),
        }
        for name in GRADED:
            error = self._degrees(network, images[:GRADED_ON], faces[:GRADED_ON], name)
            figures[f"{name}_exact"] = (error == 0).float().mean().item()
            figures[f"{name}_within_one"] = (error <= 1).float().mean().item()
        return figures

    def _degrees(self, network: nn.Module, images: Tensor, faces: list[FaceParameters], name: str) -> Tensor:
        """How many degrees off the zero-shot reading is, for each face."""
        degrees = range(MAX_DEGREE + 1)
        texts = self._told(network, [caption(with_attribute(face, name, degree)) for face in faces for degree in degrees])
        nearest = torch.einsum("nd,nkd->nk", images, texts.unflatten(0, (-1, len(degrees)))).argmax(1).cpu()
        return (nearest - torch.tensor([getattr(face, name) for face in faces])).abs()

    def _seen(self, network: nn.Module, index: Tensor) -> Tensor:
        parts = index.split(50)
        return torch.cat([network.encode_image(self.held.batch(part).to(self.device), normalize=True) for part in parts]).float()

    def _told(self, network: nn.Module, texts: list[str]) -> Tensor:
        return torch.cat([network.encode_text(part, normalize=True) for part in self._tokens(texts).split(100)]).float()

    @torch.inference_mode()
    def sheet(self, network: nn.Module) -> Image.Image:
        """Rows: the validation faces nearest to each of the `SHOWN` texts."""
        index = torch.arange(0, len(self.held), 2)
        cosines = self._told(network, list(SHOWN)) @ self._seen(network, index).T
        nearest = cosines.topk(min(8, len(index)), dim=1).indices.cpu()
        return grid([self.held.batch(index[row]) for row in nearest])

    def export(self, network: nn.Module) -> None:
        weights.save(export_path("clip"), network.state_dict(), {"merges": self.merges})
