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
from pictures import picture_tensor, tensor_picture

from ..base import EditPlan, Latent, Progress
from . import BALANCES, CANDIDATES, INFLUENCES, INFO, TIERS, editing
from .checkpoint import load_published
from .composition import PAPER, RELEASED, Rule
from .generation import Generation
from .judging import Wish, agreement
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
LOUDER = {"bangs": (0.25, 0.2), "eyeglasses": (0.4, 0.5), "beard": (0.9, 0.8), "smile": (0.6, 0.4), "age": (1.6, 1.6)}
"""Guidance for every degree less and every degree more, above 1, which is none: on validation faces this much shows the degree without
hair turning black or skin white. What a mask says needs less of it than what words alone say."""
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
    """One way to make an edit: how far it went from photo (0) to request (1), how much that was exaggerated, and how it was judged."""

    alpha: float
    guidance: float
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
    """Nothing in its edits is random: they start from the photo's own noise, and fitting draws from a fixed seed."""

    def __init__(self, generation: Generation, side: int):
        """`side` is that of the pictures that the generation's stage makes of the network's latents."""
        self.generation = generation
        self.network, self.stage, self.words = generation.network, generation.stage, generation.words
        self.contexts, self.device = generation.contexts, generation.device
        self.editor = Editor(generation.network, generation.settings)
        self.info = replace(INFO, resolution=side)

    @classmethod
    def shipped(cls) -> CollaborativeBackend:
        from .shipped import load_generation

        return cls(load_generation(), INFO.resolution)

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
        """An aligned face -> its latent z [1, C, S, S], its parsed mask [H, W], its measured degrees, and its way into noise."""
        side = self.info.resolution
        picture = image.convert("RGB").resize((side, side), Image.Resampling.LANCZOS)
        z = self.stage.encode(picture_tensor(picture).to(self.device)).cpu()
        tensors = {"z": z, "z_edit": z, "mask": parsing.parse(picture), "memo": Memo()}
        latent = Latent(self.info.name, tensors, attributes.measure(picture))
        self.editor.anchored(self._photo(latent), "instant", _rule(EditPlan(), WORDS_TOO), Work(progress, self.editor.settings.steps))
        return latent

    def edit(self, latent: Latent, plan: EditPlan, *, progress: Progress | None = None) -> Latent:
        """Samples under the plan's caption and mask. The edited latent's `tensors` also hold the influence at every step
        [T, 1, 2, S, S], the mask that was aimed at [H, W], and how much of the edit shows where [1, 1, H, W].
        """
        latent.require(self.info.name)
        self.info.require(plan)
        tensors = {name: latent.tensors[name] for name in ("z", "mask", "memo")}
        if plan.is_empty():
            return replace(latent, tensors=tensors | {"z_edit": tensors["z"]}, plan=plan)
        wish = self._wish(latent, plan)
        region = editing.feathered(wish.region, self.info.resolution // 20)
        tensors |= {"target_mask": wish.mask, "region": region}
        if plan.options.get("tier", TIERS[0]) == "imagic":
            key = ("candidates", replace(plan, options={**plan.options, "candidate": CANDIDATES[0]}).to_json())
            found = tensors["memo"].get(key, lambda: self._candidates(latent, plan, wish, region, progress))
            chosen = found[plan.options.get("candidate", CANDIDATES[0])]
            tensors |= {"z_edit": chosen.z, "influence": chosen.influence, "candidates": found}
        else:
            chosen = self._gentlest(latent, plan, wish, region, progress)
            tensors |= {"z_edit": chosen.z, "influence": chosen.influence}
        return replace(latent, tensors=tensors, plan=plan)

    @torch.no_grad()
    def decode(self, latent: Latent, *, generator: torch.Generator | None = None, progress: Progress | None = None) -> Image.Image:
        """The photo as the autoencoder rebuilds it, and in the edit's region the edit."""
        latent.require(self.info.name)
        if progress:
            progress(0, 1)
        picture = self._picture(latent, latent.tensors["z_edit"], latent.tensors.get("region"))
        if progress:
            progress(1, 1)
        return picture

    @torch.no_grad()
    def generate(
        self,
        text: str,
        mask: np.ndarray | None,
        count: int = 1,
        generator: torch.Generator | None = None,
        *,
        seeds: Sequence[int] = (),
        sampler: str = "DPM-Solver++",
        steps: int = 20,
        rule: Rule = PAPER,
        options: Mapping[str, str] | None = None,
        progress: Progress | None = None,
    ) -> Generated:
        """Faces from words, a mask [H, W], or both (Algorithm 2); where one of them is not given, the other's model alone is heard.

        `seeds` make known faces again; without them `count` new ones are drawn. `options` as a plan has them take the rule's place. Raises
        ParleyError where neither words nor mask are given.
        """
        if not text and mask is None:
            raise ParleyError("Please describe a face in words, draw its mask, or both.")
        if options:
            chosen = EditPlan(options=options)
            self.info.require(chosen)
            rule = _rule(chosen)
        seeds = tuple(seeds) or tuple(torch.randint(2**31, (count,), generator=generator or torch.Generator().manual_seed(0)).tolist())
        if not text or mask is None:
            rule = replace(rule, mode="text" if text else "mask")
        side = self.info.resolution
        drawn = np.full((side, side), UNKNOWN, np.uint8) if mask is None else self._layout(mask)
        masks = np.repeat(drawn[None], len(seeds), axis=0)
        pictures, influence = self.generation.faces(
            [text] * len(seeds), masks, seeds, rule, sampler=sampler, steps=steps, progress=progress
        )
        return Generated(tuple(tensor_picture(picture) for picture in pictures), seeds, influence.cpu())

    def candidates(self, latent: Latent) -> dict[str, tuple[Candidate, Image.Image]]:
        """Imagic's three results by name, with their pictures; empty for an edit of another tier."""
        found: Mapping[str, Candidate] = latent.tensors.get("candidates", {})
        return {name: (one, self._picture(latent, one.z, latent.tensors["region"])) for name, one in found.items()}

    def _photo(self, latent: Latent) -> Photo:
        memo, mask = latent.tensors["memo"], latent.tensors["mask"]
        source = memo.get("source", lambda: self.contexts([self.words.caption_of(latent.degrees)], mask[None]))
        return Photo(latent.tensors["z"].to(self.device), source, memo)

    def _wish(self, latent: Latent, plan: EditPlan) -> Wish:
        """Steps change mask and caption; a drawn mask and a visitor's own words are taken as they are."""
        source = mask = latent.tensors["mask"]
        degrees = plan.degrees_from(latent.degrees)
        region, louder, counted = np.zeros(source.shape, bool), np.zeros(source.shape), np.full(source.shape, 1e-6)
        for name, degree in degrees.items():
            mask, changed = edited_mask(mask, name, latent.degrees[name], degree)
            region |= changed
            # Where regions overlap, what asks for more in a smaller one counts more.
            change = degree - latent.degrees[name]
            share = abs(change) / max(changed.mean(), 1e-6) * changed
            louder += LOUDER[name][change > 0] * abs(change) * share
            counted += share
        if plan.layout is not None:
            mask = self._layout(plan.layout)
            region |= editing.widened(mask != source, self.info.resolution // 32)
        if plan.text:
            region |= (source != BACKGROUND) | (mask != BACKGROUND)
        if plan.mask is not None:
            region &= plan.mask
        louder = louder / counted if _by_degrees(plan) else np.ones(source.shape)
        return Wish(self.words.caption_of({**latent.degrees, **degrees}, plan.text), mask, region, degrees, plan.text, louder)

    def _layout(self, mask: np.ndarray) -> np.ndarray:
        """A drawn mask at this engine's resolution. Raises ParleyError where it holds a number that is no class."""
        mask = np.asarray(mask)
        known = (mask < len(MASK_CLASSES)) | (mask == UNKNOWN)
        if mask.ndim != 2 or not known.all():
            raise ParleyError(f"A drawn mask holds one number from 0 to {len(MASK_CLASSES) - 1} for every pixel; this one does not.")
        side = self.info.resolution
        return np.array(Image.fromarray(mask.astype(np.uint8)).resize((side, side), Image.Resampling.NEAREST))

    def _tried(
        self, latent: Latent, plan: EditPlan, wish: Wish, region: Tensor, ways: Sequence[tuple[float, float]], progress: Progress | None
    ) -> list[Candidate]:
        """The edit by every way, an alpha and a guidance, and what came of it."""
        photo, tier, rule = self._photo(latent), plan.options.get("tier", TIERS[0]), _rule(plan, WORDS_TOO)
        target = self.contexts([wish.caption], wish.mask[None])
        side = self.network.config.latent_side
        grid, louder = editing.on_grid(wish.region, side).to(self.device), editing.mean_on_grid(wish.louder, wish.region, side)
        work = self.editor.work(photo, tier, rule, progress)
        guided = [(alpha, 1 + (guidance - 1) * louder) for alpha, guidance in ways]
        z_edit, influence = (found.cpu() for found in self.editor.edited(photo, target, grid, tier, rule, guided, work))
        before, tried = self._picture(latent, latent.tensors["z"], None), []
        for i, way in enumerate(ways):
            picture = self._picture(latent, z_edit[i : i + 1], region)
            judged = identity.similarity(before, picture), agreement(picture, wish)
            tried.append(Candidate(*way, *judged, z_edit[i : i + 1], influence[:, i : i + 1]))
        return tried

    def _gentlest(self, latent: Latent, plan: EditPlan, wish: Wish, region: Tensor, progress: Progress | None) -> Candidate:
        """By degrees, the wish says how loud it is, so that more asked is more seen; for words and drawn masks several guidances are tried,
        and the least that shows the request about as well as any is taken.
        """
        guidances = (AS_LOUD,) if _by_degrees(plan) else self.editor.settings.guidances
        tried = self._tried(latent, plan, wish, region, [(1.0, guidance) for guidance in guidances], progress)
        best = max(candidate.agreement for candidate in tried)
        return next(candidate for candidate in tried if candidate.agreement >= best - ABOUT_AS_WELL)

    def _candidates(self, latent: Latent, plan: EditPlan, wish: Wish, region: Tensor, progress: Progress | None) -> dict[str, Candidate]:
        """The alpha that keeps the person and shows the request best, with its two neighbours."""
        settings = self.editor.settings
        guidance = AS_LOUD if _by_degrees(plan) else settings.imagic_guidance
        tried = self._tried(latent, plan, wish, region, [(alpha, guidance) for alpha in settings.alphas], progress)
        best = max(range(1, len(tried) - 1), key=lambda i: tried[i].identity * tried[i].agreement)
        return dict(zip(CANDIDATES, (tried[best], tried[best - 1], tried[best + 1]), strict=True))

    @torch.no_grad()
    def _picture(self, latent: Latent, z: Tensor, region: Tensor | None) -> Image.Image:
        """The rebuilt photo, and in the region what `z` shows."""
        rebuilt = latent.tensors["memo"].get("rebuilt", lambda: self.stage.decode(latent.tensors["z"].to(self.device))[0].cpu())
        if region is None:
            return tensor_picture(rebuilt)
        return tensor_picture(torch.lerp(rebuilt, self.stage.decode(z.to(self.device))[0].cpu(), region[0]))


def _by_degrees(plan: EditPlan) -> bool:
    """Whether a plan asks for degrees and nothing else."""
    return bool(plan.steps) and not plan.text and plan.layout is None


def _rule(plan: EditPlan, balance: float = 1.0) -> Rule:
    rule = RELEASED if plan.options.get("influence") == INFLUENCES[1] else PAPER
    changes = RULES[plan.options.get("balance", BALANCES[0])]
    return replace(rule, **{**changes, "balance": rule.balance * changes.get("balance", 1.0) * balance})
