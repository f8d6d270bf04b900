"""The text tower of the shipped CLIP (faces/clip.py): rendered faces and what may be said of them find each other (Radford et al. 2021).

The picture tower has learnt to see before (`clip-pictures`) and is locked (LiT, Zhai et al. 2022). All pictures are therefore seen once,
and batches are large, since only texts cost time.

Both faces of a counterfactual pair are in a batch, so that a text is told from its nearest wrong one: the same face but for one attribute.
Captions alone teach slowly, since most of what one says is true of many faces in a batch. So every face is also compared with the
texts of all prompts, and with sentences about all degrees, of which the renderer knows which are true. And since texts are to steer edits,
the change within a pair must go the way from the text before to the text after (eq. 10 of ChatFace, Yue et al. 2023). Our extensions.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from open_clip import ClipLoss
from PIL import Image
from torch import Tensor, nn

import weights
from errors import ParleyError
from graded import GRADED, MAX_DEGREE, MEANINGS
from prompts import NEUTRAL_TEXT, PROMPTS, TEXTS
from synth.captions import caption, sentence
from synth.parameters import FaceParameters, with_attribute

from ..augment import augment
from ..data import Faces, joined, load_faces, load_prompted
from ..loop import export_path
from ..sheets import grid
from ..wordings import FRAMES, worded
from .clip_pictures import begun, small
from .looks import look_table

LARGEST_SCALE = 100.0
"""Of logits, as in the paper."""
SURE = 20.0
"""Scale of the comparisons' logits. They would have no use for a caption's: texts would turn from all pictures, to look less sure."""
PROMPTED, GRADUATED, CHANGED = 3.0, 0.5, 4.0
"""Weights of the comparisons with the prompts, with the degrees, and of changes."""
FIRST_DEGREE = 1 + len(PROMPTS)
"""Where sentences about degrees begin among the texts that come after a batch's captions: "a person" is first, then come the prompts."""
VIEWS = 2
"""How often the model sees each training picture: as it is, then as other cameras took it."""
GROUPS = 4
"""Texts of like length that go through the tower together."""
RETRIEVED_FROM, GRADED_ON = 100, 50
"""Validation faces for retrieval, and for zero-shot degrees."""
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


def told(text: nn.Module, tokens: Tensor) -> Tensor:
    """Unit vectors [N, D] of tokens [N, context]. As no token sees later ones, what follows a text's end would take time for nothing."""
    ends = tokens.argmax(dim=1) + 1
    order, whole, parts = ends.argsort(), text.attn_mask, []
    for group in order.chunk(GROUPS):
        length = int(ends[group].max())
        text.attn_mask = whole[:length, :length]
        parts.append(text(tokens[group, :length]))
    text.attn_mask = whole
    return F.normalize(torch.cat(parts).float(), dim=1)[order.argsort()]


def _framed(name: str, random: np.random.Generator) -> str:
    return FRAMES[random.integers(len(FRAMES))].format(name)


def _of_degree(face: FaceParameters, name: str, degree: int, random: np.random.Generator) -> str:
    """Something about one degree of one attribute, true of the face but for that."""
    if random.random() < 0.5:
        return _framed(MEANINGS[name][degree], random)
    return sentence(with_attribute(face, name, degree), name, random)


def _prompted_changes(numbers: Tensor) -> Tensor:
    """For pairs without and with a prompt: which of the texts after a batch's captions is true before, and which after, [N, 2]."""
    return torch.stack([torch.zeros_like(numbers), 1 + numbers], dim=1)


def _graded_changes(faces: Faces) -> Tensor:
    """The same for pairs that differ in a degree."""
    before, after = faces.degrees[0::2].long(), faces.degrees[1::2].long()
    attribute = (before != after).int().argmax(dim=1)
    degrees = torch.stack([before, after], dim=2)[torch.arange(len(before)), attribute]
    return FIRST_DEGREE + (MAX_DEGREE + 1) * attribute[:, None] + degrees


def _logit(shown: Tensor, visible: Tensor) -> Tensor:
    """How likely each prompt is in this batch, as a logit [prompts]: what a face's cosine of average size should say."""
    share = ((shown * visible).sum(dim=0) + 1) / (visible.sum(dim=0) + 2)
    return torch.logit(share)


def ranked(scores: Tensor, shown: Tensor, visible: Tensor) -> float:
    """The area under the ROC curve: how often a face that shows something scores more than one that does not."""
    positive, negative = scores[(shown * visible) > 0.5], scores[((1 - shown) * visible) > 0.5]
    return (positive[:, None] > negative[None]).float().mean().item()


class ContrastivePretraining:
    name = "clip"
    learning_rate = 2e-3
    batch_size = 384

    def prepare(self, device: torch.device) -> None:
        if not export_path("clip").exists():
            raise ParleyError("There are no pictures yet that texts could be learnt for: please run `clip-pictures` first.")
        self.device = device
        graded, (prompted, numbers) = load_faces("training"), load_prompted("training")
        held, self.held_numbers = load_prompted("validation")
        faces, self.changes = joined(graded, prompted), torch.cat([_graded_changes(graded), _prompted_changes(numbers)])
        self.clip, self.merges = begun(faces)
        self.network = self.clip.model
        self.network.visual.requires_grad_(False).to(device)
        self.params, self.degrees, self.truth = faces.params, faces.degrees.long(), look_table(faces)
        self.seen = self._seen(faces, VIEWS)
        self.held = load_faces("validation")
        self.held_seen, self.prompted_seen = (self._seen(few, 1)[0].to(device) for few in (self.held, held))
        self.held_truth = look_table(held)

    @torch.inference_mode()
    def _seen(self, faces: Faces, views: int) -> Tensor:
        """Unit vectors [views, N, D]."""
        faces, generator, rows = small(faces, self.clip.side), torch.Generator().manual_seed(0), []
        self.network.eval()
        for view in range(views):
            batches = (faces.batch(part) for part in torch.arange(len(faces)).split(100))
            pictures = (augment(images, generator) if view else images for images in batches)
            rows.append(torch.cat([self.clip.image_features(images.to(self.device)).cpu() for images in pictures]))
        return torch.stack(rows)

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        """Not mirrored: captions tell left from right."""
        pairs = torch.randint(len(self.params) // 2, (self.batch_size // 2,), generator=generator)
        index = torch.cat([2 * pairs, 2 * pairs + 1])
        seen = self.seen[torch.randint(VIEWS, index.shape, generator=generator), index]
        random = np.random.default_rng(int(torch.randint(1 << 30, (1,), generator=generator)))
        texts = [worded(self.params[i], random) for i in index]
        texts += [NEUTRAL_TEXT]
        texts += [TEXTS[name] if random.random() < 0.5 else _framed(name, random) for name in PROMPTS]
        texts += [_of_degree(self.params[index[0]], name, degree, random) for name in GRADED for degree in range(MAX_DEGREE + 1)]
        found = (seen, self.clip.tokenize(texts), *(table[index] for table in self.truth), self.degrees[index], self.changes[pairs])
        return tuple(tensor.to(self.device) for tensor in found)

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        seen, tokens, shown, visible, degrees, changes = batch
        scale = network.logit_scale.exp().clamp(max=LARGEST_SCALE)
        captions, about = told(network.text, tokens).tensor_split([len(seen)])
        _, prompts, graduated = about.tensor_split([1, FIRST_DEGREE])
        cosines = seen @ prompts.T
        # A cosine counts by its difference from the batch's mean: texts then need no thresholds of their own.
        logits = SURE * (cosines - cosines.mean(dim=0, keepdim=True).detach()) + _logit(shown, visible)
        prompted = F.binary_cross_entropy_with_logits(logits, shown, weight=visible)
        readings = SURE * (seen @ graduated.T).unflatten(1, (len(GRADED), -1))
        graded = F.cross_entropy(readings.flatten(0, 1), degrees.flatten())
        before, after = seen.chunk(2)
        ways = F.cosine_similarity(after - before, about[changes[:, 1]] - about[changes[:, 0]], dim=1)
        return ClipLoss()(seen, captions, scale) + PROMPTED * prompted + GRADUATED * graded + CHANGED * (1 - ways.mean())

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        """`text` and `image`: how often a face finds its caption among 100, and a caption its face. For graded attributes: how often the
        caption with the right degree is nearest among the face's six captions that differ in that degree alone. `prompts`: mean area
        under the ROC curve of the prompts' texts; `direction`: S_dir of rendered changes.
        """
        index = torch.arange(0, min(2 * RETRIEVED_FROM, len(self.held)), 2)
        faces, images = [self.held.params[i] for i in index], self.held_seen[index]
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
        neutral, *prompts = self._told(network, [NEUTRAL_TEXT, *TEXTS.values()])
        columns = zip((self.prompted_seen @ torch.stack(prompts).T).cpu().T, *(table.T for table in self.held_truth), strict=True)
        figures["prompts"] = float(np.nanmean([ranked(*column) for column in columns]))
        changes, wanted = self.prompted_seen[1::2] - self.prompted_seen[0::2], torch.stack(prompts)[self.held_numbers] - neutral
        figures["direction"] = F.cosine_similarity(changes, wanted, dim=1).mean().item()
        figures["loss"] += 1 - figures["direction"]
        return figures

    def _degrees(self, network: nn.Module, images: Tensor, faces: list[FaceParameters], name: str) -> Tensor:
        """How many degrees off the zero-shot reading is, for each face."""
        degrees = range(MAX_DEGREE + 1)
        texts = self._told(network, [caption(with_attribute(face, name, degree)) for face in faces for degree in degrees])
        nearest = torch.einsum("nd,nkd->nk", images, texts.unflatten(0, (-1, len(degrees)))).argmax(1).cpu()
        return (nearest - torch.tensor([getattr(face, name) for face in faces])).abs()

    def _told(self, network: nn.Module, texts: list[str]) -> Tensor:
        return told(network.text, self.clip.tokenize(texts).to(self.device))

    @torch.inference_mode()
    def sheet(self, network: nn.Module) -> Image.Image:
        """Rows: the validation faces nearest to each of the `SHOWN` texts."""
        index = torch.arange(0, len(self.held), 2)
        cosines = self._told(network, list(SHOWN)) @ self.held_seen[index].T
        nearest = cosines.topk(min(8, len(index)), dim=1).indices.cpu()
        return grid([self.held.batch(index[row]) for row in nearest])

    def export(self, network: nn.Module) -> None:
        weights.save(export_path("clip"), network.state_dict(), {"merges": self.merges})
