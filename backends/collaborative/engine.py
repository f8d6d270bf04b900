"""The engine: encode by inversion, edit by sampling under another caption and mask from the photo's own noise, decode what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

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
from ..dae.shipped import load_autoencoder
from . import BALANCES, CANDIDATES, INFLUENCES, INFO, TIERS, editing
from .checkpoint import load_published
from .composition import PAPER, RELEASED, Composition, Contexts, Rule
from .judging import Wish, agreement
from .latents import FirstStage
from .mask_edits import edited_mask
from .masks import UNKNOWN
from .networks import CollaborativeDiffusion
from .published import PublishedWords
from .sampling import Guided, sample
from .tiers import Editor, Memo, Photo, Settings, Work

BACKGROUND = MASK_CLASSES.index("background")
PUBLISHED_SETTINGS = Settings(
    text_guidance=1.0, settled_below=0, embedding_steps=200, embedding_rate=1e-3, tuning_steps=200, tuning_rate=1e-4, batch=1
)
"""The authors' models never learnt to hear nothing, so there is nothing to guide away from."""
ABOUT_AS_WELL = 0.03
"""Agreements that differ by no more than this count as equal."""
LOUDER = 0.5
"""Guidance for every degree asked for, above 1, which is none."""
RULES = {
    "even": {},
    "only the words": {"mode": "text"},
    "more the words": {"balance": 0.4},
    "more the mask": {"balance": 2.5},
    "only the mask": {"mode": "mask"},
}
"""What every balance does; the factors are for the rule as trained, and multiply the released scripts' own."""


class Words(Protocol):
    """How degrees become words, and words token ids; conditions.py is the shipped networks', published.py the authors'."""

    def caption_of(self, degrees: Mapping[str, float], extra: str = "") -> str: ...

    def tokens(self, texts: Sequence[str]) -> Tensor: ...

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

    def __init__(self, network: CollaborativeDiffusion, stage: FirstStage, words: Words, side: int, settings: Settings | None = None):
        """`side` is that of the pictures that `stage` makes of the network's latents."""
        self.network, self.stage, self.words = network, stage, words
        self.editor = Editor(network, settings or Settings())
        self.info = replace(INFO, resolution=side)

    @classmethod
    def shipped(cls) -> CollaborativeBackend:
        from . import conditions
        from .shipped import load_networks

        return cls(load_networks(), load_autoencoder(), conditions, INFO.resolution)

    @classmethod
    def published(cls) -> CollaborativeBackend:
        """With the authors' weights and BERT's vocabulary that the environment names; on a GPU where there is one."""
        network, stage = load_published()
        device = "cuda" if torch.cuda.is_available() else "cpu"
        side = network.config.latent_side * 2 ** (len(network.config.vae_channels) - 1)
        backend = cls(network.to(device), stage.to(device), PublishedWords(weights.find("bert-vocabulary")), side, PUBLISHED_SETTINGS)
        backend.info = replace(backend.info, licence=weights.FILES["collaborative-256"].licence)
        return backend

    @property
    def device(self) -> torch.device:
        return next(self.network.parameters()).device

    @torch.no_grad()
    def contexts(self, captions: Sequence[str], masks: np.ndarray) -> Contexts:
        """Captions and masks [N, H, W] -> what the models attend to."""
        text = self.network.text.context(self.words.tokens(captions).to(self.device))
        return Contexts(text, self.network.mask.context(torch.from_numpy(masks).to(self.device)))

    @torch.no_grad()
    def encode(self, image: Image.Image, *, generator: torch.Generator | None = None, progress: Progress | None = None) -> Latent:
        """An aligned face -> its latent z [1, C, S, S], its parsed mask [H, W], its measured degrees, and its way into noise."""
        side = self.info.resolution
        picture = image.convert("RGB").resize((side, side), Image.Resampling.LANCZOS)
        z = self.stage.encode(picture_tensor(picture).to(self.device)).cpu()
        tensors = {"z": z, "z_edit": z, "mask": parsing.parse(picture), "memo": Memo()}
        latent = Latent(self.info.name, tensors, attributes.measure(picture))
        self.editor.anchored(self._photo(latent), "instant", PAPER, Work(progress, self.editor.settings.steps))
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
        config, number, side = self.network.config, len(seeds), self.info.resolution
        shape = (config.latent_channels, config.latent_side, config.latent_side)
        noise = torch.stack([torch.randn(shape, generator=torch.Generator().manual_seed(seed)) for seed in seeds])
        drawn = np.full((side, side), UNKNOWN, np.uint8) if mask is None else self._layout(mask)
        masks = np.repeat(drawn[None], number, axis=0)
        guidance = self.editor.settings.text_guidance if text else 1.0
        denoise = Guided(Composition(self.network, rule), self.contexts([""] * number, masks), guidance)
        wanted = self.contexts([text] * number, masks)
        latents, influence = sample(
            denoise,
            config,
            noise.to(self.device),
            wanted,
            sampler=sampler,
            steps=steps,
            settled_below=self.editor.settings.settled_below,
            progress=progress,
        )
        return Generated(tuple(tensor_picture(picture) for picture in self.stage.decode(latents)), seeds, influence.cpu())

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
        region = np.zeros(source.shape, bool)
        for name, degree in degrees.items():
            mask, changed = edited_mask(mask, name, latent.degrees[name], degree)
            region |= changed
        if plan.layout is not None:
            mask = self._layout(plan.layout)
            region |= editing.widened(mask != source, self.info.resolution // 32)
        if plan.text:
            region |= (source != BACKGROUND) | (mask != BACKGROUND)
        if plan.mask is not None:
            region &= plan.mask
        return Wish(self.words.caption_of({**latent.degrees, **degrees}, plan.text), mask, region, degrees, plan.text)

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
        photo, tier, rule = self._photo(latent), plan.options.get("tier", TIERS[0]), _rule(plan)
        target = self.contexts([wish.caption], wish.mask[None])
        grid = editing.on_grid(wish.region, self.network.config.latent_side).to(self.device)
        work = self.editor.work(photo, tier, rule, progress)
        z_edit, influence = (found.cpu() for found in self.editor.edited(photo, target, grid, tier, rule, ways, work))
        before, tried = self._picture(latent, latent.tensors["z"], None), []
        for i, way in enumerate(ways):
            picture = self._picture(latent, z_edit[i : i + 1], region)
            judged = identity.similarity(before, picture), agreement(picture, wish)
            tried.append(Candidate(*way, *judged, z_edit[i : i + 1], influence[:, i : i + 1]))
        return tried

    def _gentlest(self, latent: Latent, plan: EditPlan, wish: Wish, region: Tensor, progress: Progress | None) -> Candidate:
        """By degrees, guidance grows with what is asked, so that more asked is more seen; for words and drawn masks several are tried,
        and the least that shows the request about as well as any is taken.
        """
        guidances = self.editor.settings.guidances
        if wish.degrees and not wish.words and plan.layout is None:
            guidances = (1 + LOUDER * max(abs(degree - latent.degrees[name]) for name, degree in wish.degrees.items()),)
        tried = self._tried(latent, plan, wish, region, [(1.0, guidance) for guidance in guidances], progress)
        best = max(candidate.agreement for candidate in tried)
        return next(candidate for candidate in tried if candidate.agreement >= best - ABOUT_AS_WELL)

    def _candidates(self, latent: Latent, plan: EditPlan, wish: Wish, region: Tensor, progress: Progress | None) -> dict[str, Candidate]:
        """The alpha that keeps the person and shows the request best, with its two neighbours."""
        settings = self.editor.settings
        tried = self._tried(latent, plan, wish, region, [(alpha, settings.imagic_guidance) for alpha in settings.alphas], progress)
        best = max(range(1, len(tried) - 1), key=lambda i: tried[i].identity * tried[i].agreement)
        return dict(zip(CANDIDATES, (tried[best], tried[best - 1], tried[best + 1]), strict=True))

    @torch.no_grad()
    def _picture(self, latent: Latent, z: Tensor, region: Tensor | None) -> Image.Image:
        """The rebuilt photo, and in the region what `z` shows."""
        rebuilt = latent.tensors["memo"].get("rebuilt", lambda: self.stage.decode(latent.tensors["z"].to(self.device))[0].cpu())
        if region is None:
            return tensor_picture(rebuilt)
        return tensor_picture(torch.lerp(rebuilt, self.stage.decode(z.to(self.device))[0].cpu(), region[0]))


def _rule(plan: EditPlan) -> Rule:
    rule = RELEASED if plan.options.get("influence") == INFLUENCES[1] else PAPER
    changes = RULES[plan.options.get("balance", BALANCES[0])]
    return replace(rule, **changes | ({"balance": rule.balance * changes["balance"]} if "balance" in changes else {}))
