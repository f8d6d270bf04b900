"""The retoucher: what a face's pixels do when its code is edited, learnt from rendered counterfactuals of the engine's own edits."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

import weights
from backends.dae.change_unet import ChangeConfig
from backends.dae.motion import moved
from backends.dae.retouch import Drawing, Retoucher, brightness, colours
from backends.dae.shipped import load_mover, load_predictor
from faces import parsing

from ..augment import augment_alike, coloured, placed, placements
from ..edited import ATTRIBUTES, load_edited, misread
from ..loop import export_path, go_on
from ..sheets import grid
from ..strands import covered, covers, with_strands
from .autoencoder import gradient_difference
from .stylegan_generator import feature_difference, texture_difference

FOCUS = 4.0
"""How much more an error counts where face and counterfactual differ most."""
CLEARLY = 0.3
"""Of the range of 2: from this difference on it counts as much as it can."""
GRADIENTS, FEATURES, TEXTURE, COLOURS = 0.5, 0.2, 3.0, 8.0
"""Weights of the losses on differences of neighbouring pixels, on features, on how much there is to see, whatever it is (distances alone
would blur all that cannot be known), and on colours, for which no strand matters: eyes forgive a blur sooner than teal hair."""
BLOCKS = 4
"""Side in pixels of the blocks whose mean colours are compared."""
DEGREES = 0.8
"""Weight of how far the engine's predictor sees the five attributes from what they should be, in degrees: who is unsure how far to go is
nearer to the truth halfway, and the face has then hardly changed. It sees both pictures through one camera, another each time, lest single
pixels please it."""
USUAL, LITTLE = 0.06, 0.01
"""Mean difference, of the range of 2, between a face and its usual counterfactual, which weighs 1; one that differs by next to nothing
(lips, a thin frame) weighs USUAL / LITTLE, and new hair little."""
Z_NOISE = 0.1
OF_EACH_KIND = {"graded": 4, "fittings": 1, "prompted": 5}
"""A batch. Glasses put on are few of the pairs and the first thing that people ask for; prompts are 61, and each is seen rarely."""
COVERING_OFTEN = 3.0
"""How many times as often as others of their kind edits are drawn that put something over a face or take it off: they are the hardest to
draw and the first to be seen."""
IN_OTHER_COLOURS, STRANDED = 0.5, 0.5
"""Shares of a batch."""
MISCOLOURED, MISPLACED = 0.15, 0.5
"""How far what D(z_edit) shows may be off, in colours, of the range of 2, and in place, of the `placements` of inexact crops: codes that no
rendering has are drawn in colours that it has not, and beside the face. What colour skin has and where lips are, the face tells."""
COVER = 2.0
"""Weight of where detail is to be taken away: told no more than the result, the network cancels the details that it knows."""
LEFT = 0.2
"""Weight, for which weights are best, of how much is left of strands that should be gone."""
EXAMINED, STRANDS_EXAMINED = 80, 20
"""Validation edits of each kind."""


class Retouch:
    name = "retouch"
    learning_rate = 5e-4
    batch_size = sum(OF_EACH_KIND.values())
    ema_decay = 0.99

    def prepare(self, device: torch.device) -> None:
        self.device = device
        self.edits, self.held = load_edited("training"), load_edited("validation")
        self.often = {kind: torch.where(covers(edits.asked), COVERING_OFTEN, 1.0) for kind, edits in self.edits.items()}
        self.mover = load_mover().to(device)
        self.predictor = load_predictor().to(device).requires_grad_(False)
        self.network = Retoucher(ChangeConfig(ATTRIBUTES))
        go_on(self.network, Retouch.name)

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        drawn = {kind: torch.multinomial(self.often[kind], count, True, generator=generator) for kind, count in OF_EACH_KIND.items()}
        parts = [self.edits[kind][rows] for kind, rows in drawn.items()]
        face, wanted, rebuilt, edited, *codes, asked, way = (torch.cat(columns) for columns in zip(*parts, strict=True))
        face, wanted, rebuilt, edited = in_other_colours((face, wanted, rebuilt, edited), generator)
        edited, cover = misdrawn(rebuilt, edited, generator), covered(face, wanted, asked, way)
        stranded = with_strands(face, wanted, cover, way, generator)
        chosen = torch.rand(len(face), 1, 1, 1, generator=generator) < STRANDED
        face, wanted = (torch.where(chosen, *both) for both in zip(stranded, (face, wanted), strict=True))
        return tuple(column.to(self.device) for column in (face, wanted, rebuilt, edited, *codes, asked, cover))

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        face, wanted = batch[:2]
        begin, drawing = self.drawn(network, batch)
        return self.distance(begin + drawing.change(begin), wanted, face) + COVER * F.mse_loss(drawing.softened, batch[-1])

    def drawn(self, network: nn.Module, batch: tuple[Tensor, ...]) -> tuple[Tensor, Drawing]:
        """The batch's faces as moved, and what is drawn on them."""
        face, _, rebuilt, edited, z, z_edit, asked, _ = batch
        z, z_edit = (code + Z_NOISE * torch.randn_like(code) for code in (z, z_edit))
        told = (rebuilt, edited, z, z_edit, misread(asked))
        with torch.no_grad():
            begin = moved(face, self.mover(face, *told))
        return begin, network(face, parsing.likely(face), begin, *told)

    def distance(self, made: Tensor, wanted: Tensor, face: Tensor) -> Tensor:
        """Of what was made from the truth, the more the less a face was to change."""
        seen, sought = augment_alike((made, wanted), torch.default_generator)
        with torch.no_grad():
            wanted_features, wanted_degrees = self.predictor.described(sought)
        features, degrees = self.predictor.described(seen)
        error, gradients, texture, hues = _differences(made, wanted, face)
        seen = FEATURES * feature_difference(features, wanted_features) + DEGREES * (degrees - wanted_degrees).abs().mean()
        return error + GRADIENTS * gradients + TEXTURE * texture + COLOURS * hues + seen

    @torch.inference_mode()
    def validate(self, network: nn.Module) -> dict[str, float]:
        """`loss`, the sum of the weighted `error`, that of the texture, the colours, the features and in degrees; `left`, the share of the
        mean difference between face and counterfactual that is left when the change is retouched, `left_moved` when the face is moved only,
        and `left_diffused` when the change is the difference of the decodes; `strands`, the share of those to go that is left."""
        sums = dict.fromkeys(("error", "texture", "colours", "features", "degrees", "left", "left_moved", "left_diffused", "undone"), 0.0)
        batches = [(kind, rows) for kind in self.held for rows in self._examined(kind, EXAMINED).split(20)]
        for kind, rows in batches:
            face, wanted, *told, _ = (column.to(self.device) for column in self.held[kind][rows])
            begin, made = self._retouched(network, face, told)
            error, _, texture, hues = _differences(made, wanted, face)
            sums["error"] += error.item() / len(batches)
            sums["texture"] += texture.item() / len(batches)
            sums["colours"] += hues.item() / len(batches)
            (features, degrees), (wanted_features, wanted_degrees) = map(self.predictor.described, (made, wanted))
            sums["features"] += feature_difference(features, wanted_features).item() / len(batches)
            sums["degrees"] += (degrees - wanted_degrees).abs().mean().item() / len(batches)
            sums["left"] += (made - wanted).abs().mean().item()
            sums["left_moved"] += (begin - wanted).abs().mean().item()
            rebuilt, edited = told[:2]
            sums["left_diffused"] += (face + edited - rebuilt - wanted).abs().mean().item()
            sums["undone"] += (face - wanted).abs().mean().item()
        undone = sums.pop("undone")
        left = {name: sums.pop(name) / undone for name in ("left", "left_moved", "left_diffused")}
        weighed = {"error": 1.0, "texture": TEXTURE, "colours": COLOURS, "features": FEATURES, "degrees": DEGREES}
        strands = self._strands(network)
        loss = sum(weight * sums[name] for name, weight in weighed.items()) + LEFT * strands
        return {"loss": loss, **sums, **left, "strands": strands}

    def _retouched(self, network: nn.Module, face: Tensor, told: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        """Faces as moved, and the same retouched."""
        begin = moved(face, self.mover(face, *told))
        return begin, begin + network(face, parsing.likely(face), begin, *told).change(begin)

    def _strands(self, network: nn.Module) -> float:
        """How much of strands that should go is left, 0 to about 1."""
        generator, there, all_of_it = torch.Generator().manual_seed(0), 0.0, 0.0
        for kind in self.held:
            face, wanted, *told, way = self.held[kind][self._examined(kind, STRANDS_EXAMINED)]
            cover = covered(face, wanted, told[-1], way)
            stranded, _ = with_strands(face, wanted, cover, way, generator)
            gone = (cover * brightness(moved(stranded - face, way))).to(self.device)
            told = [column.to(self.device) for column in told]
            (_, plain), (_, haired) = (self._retouched(network, picture.to(self.device), told) for picture in (face, stranded))
            there += (gone.abs() * brightness(haired - plain).square()).sum().item()
            all_of_it += (gone.abs() * gone.square()).sum().item()
        return (there / all_of_it) ** 0.5

    def _examined(self, kind: str, count: int) -> Tensor:
        return torch.linspace(0, len(self.held[kind]) - 1, min(count, len(self.held[kind]))).long()

    @torch.inference_mode()
    def sheet(self, network: nn.Module) -> Image.Image:
        """Rows, for each kind of edits: faces; D(z_edit); the faces as moved; the same retouched; the truth."""
        rows = []
        for kind, edits in self.held.items():
            face, wanted, *told, _ = (column.to(self.device) for column in edits[self._examined(kind, 12)])
            rows += [face, told[1], *self._retouched(network, face, told), wanted]
        return grid(rows)

    def export(self, network: nn.Module) -> None:
        weights.save(export_path(Retouch.name), network.state_dict(), {"config": network.config.to_dict()}, eight_bit=True)


def in_other_colours(pictures: Sequence[Tensor], generator: torch.Generator) -> Sequence[Tensor]:
    """A share of the rows of `pictures`, each [N, 3, S, S], in other colours, the same in all of them: lips and hair on photos have
    colours that no rendering has."""
    together = torch.cat(tuple(pictures), dim=3)
    changed = torch.rand(len(together), generator=generator) < IN_OTHER_COLOURS
    together[changed] = coloured(together[changed], generator).clamp(-1, 1)
    return together.chunk(len(pictures), dim=3)


def misdrawn(rebuilt: Tensor, edited: Tensor, generator: torch.Generator) -> Tensor:
    """D(z_edit) with what differs from D(z) a little off in colour and place, in each picture in another way."""
    difference = placed(edited - rebuilt, placements(len(edited), generator, MISPLACED))
    far = torch.rand(len(edited), 1, 1, 1, generator=generator)
    cast = MISCOLOURED * far * torch.randn(len(edited), 3, 1, 1, generator=generator)
    changed = difference.abs().amax(dim=1, keepdim=True) / CLEARLY
    return (rebuilt + difference + changed.clamp(max=1) * cast).clamp(-1, 1)


def _differences(made: Tensor, wanted: Tensor, face: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Of pixels, of neighbouring pixels, of texture, and of colours where their brightness is left out; an edit weighs the more the less
    it changes."""
    change = (wanted - face).abs()
    weight = USUAL / (change.mean(dim=(1, 2, 3), keepdim=True) + LITTLE)
    focus = 1 + FOCUS * (change.amax(dim=1, keepdim=True) / CLEARLY).clamp(max=1)
    made, wanted = weight * made, weight * wanted
    off = colours(F.avg_pool2d(made - wanted, BLOCKS)).abs().mean()
    return (focus * (made - wanted).abs()).mean(), gradient_difference(made, wanted), texture_difference(made, wanted), off
