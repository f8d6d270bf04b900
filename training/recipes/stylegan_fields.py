"""The semantic fields of the shipped StyleGAN2, one for each graded attribute.

Talk-to-Edit's losses (eq. 6 to 9): the predictor must see more of the attribute and as much of the others as before, and frozen features
must stay near; features of the semantic encoder stand in for an identity network. The discriminator's loss has no counterpart here, for
the generator is trained without one. Beyond the paper, the field is also told where to go: the renderer's choices have a z, so the w of the
same face with a little more of the attribute is known.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

import weights
from backends.stylegan import checkpoint
from backends.stylegan.field import Code, SemanticField, Step, Trajectory, edited_layers, field_step
from backends.stylegan.generator import Generator
from graded import GRADED, MAX_DEGREE

from ..loop import export_path
from ..sheets import grid
from .stylegan_faces import CodedFaces
from .stylegan_generator import FrozenFeatures

HIDDEN, LAYERS = 128, 4
STEP = 0.25
"""Degrees that one step is worth."""
CHORD = 5
"""Steps whose mean is the known step: along a single one w stands still or leaps, for the generator learned whole degrees."""
STRAY = 0.3
"""How far from a known w a field is read, in w's own deviation: photos lie beside the way that rendered faces take."""
PICTURES, LOOKED_STEPS = 6, 4
"""How many faces of one attribute a batch draws and looks at, and after how many steps: a degree, as the predictor can see that."""
LOOKED_AT = 0.1
"""Share of the batches that are; the others are latents alone."""
PREDICTOR, IDENTITY = 0.05, 0.5
"""Weights of the paper's losses beside the share of the known step that the field leaves unexplained."""


def known_codes(faces: CodedFaces, attribute: int, steps: Tensor, randomness: torch.Generator) -> tuple[Tensor, Tensor]:
    """Faces with degrees of an attribute from which it can grow, as z [B, D]; and the same, each as many `steps` [B] further on."""
    index = torch.randint(len(faces), steps.shape, generator=randomness)
    degrees, luck = torch.rand(2, len(steps), generator=randomness)
    degrees = degrees * (MAX_DEGREE - STEP * steps)
    normals = faces.code.normals(faces.places, index, randomness)
    noise = torch.randn(len(steps), faces.code.dim - normals.shape[1], generator=randomness)
    found = []
    for at in (degrees, degrees + STEP * steps):
        normals[:, attribute] = faces.code.degree(attribute, at, luck)
        found.append(faces.code.z(normals, noise))
    return found[0], found[1]


@torch.no_grad()
def known_ways(
    faces: CodedFaces, generator: Generator, attribute: int, steps: Tensor, randomness: torch.Generator
) -> tuple[Tensor, Tensor]:
    """The same as w [B, D]."""
    codes = known_codes(faces, attribute, steps, randomness)
    w, further = (generator.mapping(z.to(generator.input.input.device)).float() for z in codes)
    return w, further


class StyleGANFields:
    name = "stylegan-fields"
    learning_rate = 1e-3
    batch_size = 64
    """Latents of each attribute."""

    def prepare(self, device: torch.device) -> None:
        self.device = device
        self.generator, self.predictor = checkpoint.load_generator().to(device), checkpoint.load_predictor().to(device)
        dim = self.generator.config.style_dim
        self.network = nn.ModuleDict({name: SemanticField(dim, HIDDEN, LAYERS) for name in GRADED})
        self.faces = CodedFaces.training(dim)
        _, self.deviation = self.generator.w_statistics()
        self.features = FrozenFeatures(device)
        randomness = torch.Generator().manual_seed(1)
        self.held = self._ways(randomness)
        if export_path(self.name).exists():
            shipped = nn.ModuleDict(checkpoint.load_fields(GRADED)).to(device).requires_grad_(True)
            if self.validate(shipped)["loss"] < 1:  # the generator is still near enough to the one they were learnt for
                self.network = shipped

    def batch(self, generator: torch.Generator) -> tuple[Tensor, ...]:
        """For every attribute w and w some steps further on, [5, B, D] each; and the number of the attribute to look at, -1 for none."""
        chosen, luck = torch.randint(len(GRADED), (), generator=generator), torch.rand((), generator=generator)
        return *self._ways(generator), chosen if luck < LOOKED_AT else torch.tensor(-1)

    def _ways(self, randomness: torch.Generator) -> tuple[Tensor, Tensor]:
        steps = torch.full((self.batch_size,), float(CHORD))
        ways = [known_ways(self.faces, self.generator, i, steps, randomness) for i in range(len(GRADED))]
        return torch.stack([w for w, _ in ways]), torch.stack([further for _, further in ways])

    def _step(self, network: nn.ModuleDict, name: str, sign: int = 1) -> Step:
        return field_step(network[name], self.generator, sign, edited_layers(self.generator.config.layers))

    def _unexplained(self, network: nn.ModuleDict, name: str, w: Tensor, further: Tensor, stray: float) -> Tensor:
        """Share of the known step that the field's misses, read near w."""
        near = Code(w + stray * self.deviation * torch.randn_like(w), self.generator.spread(w))
        known = (further - w) / CHORD
        missed = self._step(network, name)(near).w - near.w - known
        return (missed / self.deviation).square().mean() / (known / self.deviation).square().mean()

    def loss(self, network: nn.ModuleDict, batch: tuple[Tensor, ...]) -> Tensor:
        w, further, looked = batch
        known = sum(self._unexplained(network, name, w[i], further[i], STRAY) for i, name in enumerate(GRADED)) / len(GRADED)
        return known if looked < 0 else known + self._seen(network, int(looked), w[looked, :PICTURES])

    def _seen(self, network: nn.ModuleDict, attribute: int, w: Tensor) -> Tensor:
        """Talk-to-Edit's losses on pictures after some steps, against those before."""
        code = Code(w, self.generator.spread(w))
        with torch.no_grad():
            before = self.generator(code.w_plus)
            wanted = self.predictor(before).argmax(dim=2)
        wanted[:, attribute] = (wanted[:, attribute] + round(STEP * LOOKED_STEPS)).clamp(max=MAX_DEGREE)
        step = self._step(network, GRADED[attribute])
        for _ in range(LOOKED_STEPS):
            code = step(code)
        after = self.generator(code.w_plus).contiguous(memory_format=torch.channels_last)
        seen = F.cross_entropy(self.predictor(after).float().flatten(0, 1), wanted.flatten())
        return PREDICTOR * seen + IDENTITY * self.features.difference(after, before)

    @torch.inference_mode()
    def validate(self, network: nn.ModuleDict) -> dict[str, float]:
        figures = {
            f"{name}_unexplained": self._unexplained(network, name, self.held[0][i], self.held[1][i], stray=0.0).item()
            for i, name in enumerate(GRADED)
        }
        return {"loss": sum(figures.values()) / len(figures), **figures}

    @torch.inference_mode()
    def sheet(self, network: nn.ModuleDict) -> Image.Image:
        """Rows: random faces; then for each attribute four degrees more and four less."""
        z = torch.randn(12, self.generator.config.style_dim, generator=torch.Generator().manual_seed(1)).to(self.device)
        w = self.generator.mapping(z)
        start = Code(w, self.generator.spread(w))
        ends = [Trajectory(start, self._step(network, name, sign)).at(4 / STEP) for name in GRADED for sign in (1, -1)]
        return grid([self.generator(code.w_plus) for code in (start, *ends)])

    def export(self, network: nn.ModuleDict) -> None:
        weights.save(export_path(self.name), network.state_dict(), {})
