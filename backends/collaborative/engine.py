"""The engine: encode by inversion, edit by sampling under another caption and mask from the photo's own noise, decode what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from PIL import Image
from torch import Tensor

import weights
from errors import ParleyError
from faces import attributes, identity, parsing
from faces.mask_classes import MASK_CLASSES
from faces.trace import Trace
from pictures import picture_tensor, tensor_picture

from ..base import EditPlan, Latent, Progress
from ..dae.change_unet import within_scale
from ..dae.correction import CORRECTIONS, corrected
from ..dae.motion import as_trace
from . import BALANCES, CANDIDATES, INFLUENCES, INFO, TIERS, editing
from .checkpoint import load_published
from .composition import HEARD, PAPER, RELEASED, Rule
from .finishing import Finish
from .generation import Generation
from .judging import Wish, agreement
from .loudness import louder
from .mask_edits import edited_mask
from .masks import UNKNOWN
from .published import PublishedWords
from .tiers import Editor, Memo, Photo, Settings, Work

BACKGROUND = MASK_CLASSES.index("background")
PUBLISHED_SETTINGS = Settings(
    guidance=1.0, settled_below=0, embedding_steps=200, embedding_rate=1e-3, tuning_steps=200, tuning_rate=1e-4, batch=1
)
"""The authors' models never learnt to hear nothing, so there is nothing to guide away from."""
ABOUT_AS_WELL = 0.03
"""Agreements that differ by no more than this count as equal."""
WORDS_TOO = 0.3
"""The mask's balance in edits: the influence functions learnt who knows more about a face, which is nearly always the mask, and would
hardly follow a change of words alone."""
AS_LOUD = 2.0
"""The guidance under which a wish is as loud as it says."""
RULES = {
    "even": {},
    "only the words": {"mode": "text"},
    "more the words": {"balance": 0.4},
    "more the mask": {"balance": 2.5},
    "only the mask": {"mode": "mask"},
}
"""What every balance does; the factors are for the rule as trained, and multiply the released scripts' own."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """What one way to make an edit led to, and how it was judged."""

    identity: float
    agreement: float
    z: Tensor
    influence: Tensor


@dataclass(frozen=True, eq=False)
class Generated:
    """Faces from nothing: pictures with the seed of each, and the influence of mask and text at every step, [T, N, 2, S, S]."""

    pictures: tuple[Image.Image, ...]
    seeds: tuple[int, ...]
    influence: Tensor


class CollaborativeBackend:
    """Nothing in its edits is random: they start from the photo's own noise, and fitting draws from a fixed seed.

    Our extension: with a `finish`, an edit by degrees is drawn again for the face's own pixels, read, and asked again for what it missed.
    """

    def __init__(self, generation: Generation, side: int, finish: Finish | None = None):
        """`side` is that of the pictures that the generation's stage makes of the network's latents."""
        self.generation = generation
        self.network, self.stage, self.words = generation.network, generation.stage, generation.words
        self.contexts, self.device = generation.contexts, generation.device
        self.editor, self.finish = Editor(generation.network, generation.settings), finish
        self.info = replace(INFO, resolution=side, exact_changes=finish is not None)

    @classmethod
    def shipped(cls) -> CollaborativeBackend:
        from .shipped import load_generation

        return cls(load_generation(), INFO.resolution, Finish.shipped())

    @classmethod
    def published(cls) -> CollaborativeBackend:
        """With the authors' weights and BERT's vocabulary that the environment names; on a GPU where there is one."""
        network, stage = load_published()
        device = "cuda" if torch.cuda.is_available() else "cpu"
        side = network.config.latent_side * 2 ** (len(network.config.vae_channels) - 1)
        words = PublishedWords(weights.find("bert-vocabulary"))
        backend = cls(Generation(network.to(device), stage.to(device), words, PUBLISHED_SETTINGS), side)
        backend.info = replace(backend.info, licence=weights.FILES["collaborative-256"].licence)
        return backend

    @torch.no_grad()
    def encode(self, image: Image.Image, *, generator: torch.Generator | None = None, progress: Progress | None = None) -> Latent:
        """An aligned face -> itself [1, 3, H, W], its latent z [1, C, S, S], its parsed mask [H, W], its measured degrees, and its way into
        noise."""
        side = self.info.resolution
        picture = image.convert("RGB").resize((side, side), Image.Resampling.LANCZOS)
        face = picture_tensor(picture)
        z = self.stage.encode(face.to(self.device)).cpu()
        tensors = {"face": face, "z": z, "z_edit": z, "mask": parsing.parse(picture), "memo": Memo()}
        latent = Latent(self.info.name, tensors, attributes.measure(picture))
        self.editor.anchored(self._photo(latent), "instant", _rule(EditPlan(), WORDS_TOO), Work(progress, self.editor.settings.steps))
        return latent

    def edit(self, latent: Latent, plan: EditPlan, *, progress: Progress | None = None) -> Latent:
        """Samples under the plan's caption and mask. The edited latent's `tensors` also hold the influence at every step
        [T, 1, 2, S, S], the mask that was aimed at [H, W], how much of the edit shows where [1, 1, H, W], and what a retoucher is told.
        """
        latent.require(self.info.name)
        self.info.require(plan)
        tensors = {name: latent.tensors[name] for name in ("face", "z", "mask", "memo")}
        if plan.is_empty():
            return replace(latent, tensors=tensors | {"z_edit": tensors["z"]}, plan=plan)
        wish = self._wish(latent, plan)
        tensors |= {"target_mask": wish.mask, "region": editing.feathered(wish.region, self.info.resolution // 20)}
        edited = replace(latent, tensors=tensors, plan=plan)
        if _tier(plan) == "imagic":
            key = ("candidates", replace(plan, options={**plan.options, "candidate": CANDIDATES[0]}).to_json())
            found = tensors["memo"].get(key, lambda: self._candidates(edited, wish, progress))
            return self._with(edited, found[plan.options.get("candidate", CANDIDATES[0])])
        if self.finish and _by_degrees(plan) and any(wish.changes(latent.degrees).values()):
            return self._corrected(edited, wish, progress)
        return self._with(edited, self._gentlest(edited, wish, progress))

    @torch.no_grad()
    def decode(self, latent: Latent, *, generator: torch.Generator | None = None, progress: Progress | None = None) -> Image.Image:
        """The photo as the autoencoder rebuilds it; edited, the photo itself with the edit in its region."""
        latent.require(self.info.name)
        if progress:
            progress(0, 1)
        picture = self._picture(latent)
        if progress:
            progress(1, 1)
        return picture

    @torch.no_grad()
    def generate(
        self,
        text: str,
        mask: np.ndarray | None,
        *,
        seeds: Sequence[int],
        options: Mapping[str, str] | None = None,
        progress: Progress | None = None,
    ) -> Generated:
        """Faces from words, a mask [H, W], or both (Algorithm 2), one for each seed, under options as a plan has them.

        Where words or mask are not given, the other's model alone is heard. Raises ParleyError where neither are.
        """
        if not text and mask is None:
            raise ParleyError("Please describe a face in words, draw its mask, or both.")
        chosen = EditPlan(options=options or {})
        self.info.require(chosen)
        rule = _rule(chosen)
        if not text or mask is None:
            rule = replace(rule, mode="text" if text else "mask")
        side = self.info.resolution
        drawn = np.full((side, side), UNKNOWN, np.uint8) if mask is None else self._layout(mask)
        masks = np.repeat(drawn[None], len(seeds), axis=0)
        pictures, influence = self.generation.faces([text] * len(seeds), masks, seeds, rule, progress=progress)
        return Generated(tuple(tensor_picture(picture) for picture in pictures), tuple(seeds), influence.cpu())

    def _photo(self, latent: Latent) -> Photo:
        memo, mask = latent.tensors["memo"], latent.tensors["mask"]
        source = memo.get("source", lambda: self.contexts([self.words.caption_of(latent.degrees)], mask[None]))
        return Photo(latent.tensors["z"].to(self.device), source, memo)

    def _wish(self, latent: Latent, plan: EditPlan) -> Wish:
        """Steps change mask and caption; a drawn mask and a visitor's own words are taken as they are."""
        source = mask = latent.tensors["mask"]
        degrees = plan.degrees_from(latent.degrees)
        regions, region = {}, np.zeros(source.shape, bool)
        for name, degree in degrees.items():
            mask, regions[name] = edited_mask(mask, name, latent.degrees[name], degree)
            region |= regions[name]
        if plan.layout is not None:
            mask = self._layout(plan.layout)
            region |= editing.widened(mask != source, self.info.resolution // 32)
        if plan.text:
            region |= (source != BACKGROUND) | (mask != BACKGROUND)
        if plan.mask is not None:
            region &= plan.mask
        return Wish(self.words.caption_of({**latent.degrees, **degrees}, plan.text), mask, region, regions, degrees, plan.text)

    def _layout(self, mask: np.ndarray) -> np.ndarray:
        """A drawn mask at this engine's resolution. Raises ParleyError where it holds a number that is no class."""
        mask = np.asarray(mask)
        known = (mask < len(MASK_CLASSES)) | (mask == UNKNOWN)
        if mask.ndim != 2 or not known.all():
            raise ParleyError(f"A drawn mask holds one number from 0 to {len(MASK_CLASSES) - 1} for every pixel; this one does not.")
        side = self.info.resolution
        return np.array(Image.fromarray(mask.astype(np.uint8)).resize((side, side), Image.Resampling.NEAREST))

    def _made(
        self, latent: Latent, wish: Wish, ways: Sequence[tuple[float, float]], asked: Mapping[str, float], work: Work
    ) -> list[tuple[Tensor, Tensor]]:
        """The edit by every way, an alpha and a guidance, for the degrees that are asked for: its z and the influence at every step."""
        photo, plan, side = self._photo(latent), latent.plan, self.network.config.latent_side
        target = self.contexts([wish.caption], wish.mask[None])
        grid, loud = editing.on_grid(wish.region, side).to(self.device), torch.ones(1, 1, side, side)
        if asked:
            loud = editing.mean_on_grid(louder(wish.regions, asked), wish.region, side)
        guided = [(alpha, 1 + (guidance - 1) * loud) for alpha, guidance in ways]
        z_edit, influence = self.editor.edited(photo, target, grid, _tier(plan), _rule(plan, WORDS_TOO), guided, work)
        return list(zip(z_edit.cpu().split(1), influence.cpu().split(1, dim=1), strict=True))

    def _tried(self, latent: Latent, wish: Wish, ways: Sequence[tuple[float, float]], progress: Progress | None) -> list[Candidate]:
        """The edit by every way, and what came of it."""
        work = self.editor.work(self._photo(latent), _tier(latent.plan), _rule(latent.plan, WORDS_TOO), progress)
        asked = wish.changes(latent.degrees) if _by_degrees(latent.plan) else {}
        if self.finish:
            before, measure = tensor_picture(latent.tensors["face"][0]), self.finish.degrees
        else:
            before, measure = self._picture(self._unedited(latent)), attributes.measure
        tried = []
        for z, influence in self._made(latent, wish, ways, asked, work):
            one = Candidate(0.0, 0.0, z, influence)
            picture = self._picture(self._with(latent, one))
            tried.append(replace(one, identity=identity.similarity(before, picture), agreement=agreement(picture, wish, measure)))
        return tried

    def _corrected(self, latent: Latent, wish: Wish, progress: Progress | None) -> Latent:
        """By degrees: the wish says how loud it is, so that more asked is more seen, and all of it is asked for again, louder or less loud,
        where the predictor sees it fall short or go too far on average."""
        work = self.editor.work(self._photo(latent), _tier(latent.plan), _rule(latent.plan, WORDS_TOO), progress, 1 + CORRECTIONS)
        changes = wish.changes(latent.degrees)
        whole = float(np.mean([abs(change) for change in changes.values() if change]))

        def moved(degrees: float) -> Latent:
            sought = {name: change * degrees / whole for name, change in changes.items()}
            asked = within_scale(sought, latent.degrees)
            ((z, influence),) = self._made(latent, wish, [(1.0, AS_LOUD)], asked, work)
            told = self.finish.told(sought, latent.degrees)
            return replace(latent, tensors={**latent.tensors, "z_edit": z, "influence": influence, **told})

        def came(edited: Latent) -> float:
            seen = self.finish.degrees(self._picture(edited))
            return float(np.mean([np.sign(change) * (seen[name] - latent.degrees[name]) for name, change in changes.items() if change]))

        edited = corrected(moved, came, whole, whole)
        work.finish()
        return edited

    def _gentlest(self, latent: Latent, wish: Wish, progress: Progress | None) -> Candidate:
        """For words and drawn masks several guidances are tried, and the least that shows the request about as well as any is taken."""
        guidances = (AS_LOUD,) if _by_degrees(latent.plan) else self.editor.settings.guidances
        tried = self._tried(latent, wish, [(1.0, guidance) for guidance in guidances], progress)
        best = max(candidate.agreement for candidate in tried)
        return next(candidate for candidate in tried if candidate.agreement >= best - ABOUT_AS_WELL)

    def _candidates(self, latent: Latent, wish: Wish, progress: Progress | None) -> dict[str, Candidate]:
        """The alpha that keeps the person and shows the request best, with its two neighbours."""
        settings = self.editor.settings
        guidance = AS_LOUD if _by_degrees(latent.plan) else settings.imagic_guidance
        tried = self._tried(latent, wish, [(alpha, guidance) for alpha in settings.alphas], progress)
        best = max(range(1, len(tried) - 1), key=lambda i: tried[i].identity * tried[i].agreement)
        return dict(zip(CANDIDATES, (tried[best], tried[best - 1], tried[best + 1]), strict=True))

    def _with(self, latent: Latent, chosen: Candidate) -> Latent:
        """The latent as this candidate edits it."""
        tensors = {**latent.tensors, "z_edit": chosen.z, "influence": chosen.influence}
        changes = {name: degree - latent.degrees[name] for name, degree in latent.plan.degrees_from(latent.degrees).items()}
        if self.finish and _by_degrees(latent.plan) and any(changes.values()):
            tensors |= self.finish.told(changes, latent.degrees)
        return replace(latent, tensors=tensors)

    @staticmethod
    def _unedited(latent: Latent) -> Latent:
        edits = ("region", "asked", "strength")
        return replace(latent, tensors={name: tensor for name, tensor in latent.tensors.items() if name not in edits})

    def trace(self, latent: Latent) -> Trace | None:
        """As `Tracing.trace`."""
        latent.require(self.info.name)
        return self._drawn(latent)[1]

    def _picture(self, latent: Latent) -> Image.Image:
        return tensor_picture(self._drawn(latent)[0])

    @torch.no_grad()
    def _drawn(self, latent: Latent) -> tuple[Tensor, Trace | None]:
        """The rebuilt photo; of an edit the photo itself with the edit's change in its region, moved and retouched if it was asked for by
        degrees, [3, H, W]; and what it did with the face's own pixels, where a finish knows."""
        tensors = latent.tensors
        rebuilt = tensors["memo"].get("rebuilt", lambda: self.stage.decode(tensors["z"].to(self.device)).cpu())
        if "region" not in tensors:
            return rebuilt[0], None
        edited = torch.lerp(rebuilt, self.stage.decode(tensors["z_edit"].to(self.device)).cpu(), tensors["region"])
        if not self.finish:
            return edited[0], None
        if "asked" not in tensors:
            return (tensors["face"] + edited - rebuilt)[0], None
        change, flow, covered = self.finish.drawn(tensors["face"], rebuilt, edited, tensors["asked"], tensors["strength"])
        trace = as_trace(flow, covered)
        if latent.plan.mask is not None:
            region = tensors["region"][0, 0].numpy()
            change, trace = change * tensors["region"], Trace(trace.motion * region[:, :, None], trace.covered * region)
        return (tensors["face"] + change)[0], trace


def _by_degrees(plan: EditPlan) -> bool:
    """Whether a plan asks for degrees and nothing else."""
    return bool(plan.steps) and not plan.text and plan.layout is None


def _tier(plan: EditPlan) -> str:
    return plan.options.get("tier", TIERS[0])


def _rule(plan: EditPlan, balance: float = 1.0) -> Rule:
    rule = dict(zip(INFLUENCES, (HEARD, PAPER, RELEASED), strict=True))[plan.options.get("influence", INFLUENCES[0])]
    changes = RULES[plan.options.get("balance", BALANCES[0])]
    return replace(rule, **{**changes, "balance": rule.balance * changes.get("balance", 1.0) * balance})
