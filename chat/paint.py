"""Faces from a painted mask and words: new ones, or a photo's face edited; and who was heard where, mask or words.

For engines whose info says `accepts_layout`. Beyond the contract of every engine such a one can `generate`, and its edited latents hold
`influence`: [T, 1, 2, S, S], at every step and place the shares of mask and words, which sum to 1.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from PIL import Image

from backends.base import Backend, BackendInfo, EditPlan, Latent, Option, Progress
from chat.editing import Measure, carry_out, measure_degrees
from chat.export import SOFTWARE, marked_png
from chat.session import Session
from errors import ParleyError
from faces.align import align

SIDE = 512
"""Of a mask as it is painted, in pixels."""
GENERATED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
BALANCE = "balance"
"""The option that says whom to trust, words or mask; its default is the even one, and the others go from words to mask."""

EVEN = 0.02
WORDS_COLOUR, MASK_COLOUR = (13, 148, 136), (245, 158, 11)
MAP_SIDE = 320
MAP_OPACITY = 0.6
FRAME_MILLISECONDS, HOLD_MILLISECONDS = 140, 1200


class Faces(Protocol):
    """What `generate` returns: pictures with the seed of each, and `influence` [T, N, 2, S, S]."""

    pictures: Sequence[Image.Image]
    seeds: Sequence[int]
    influence: object


class Painter(Backend, Protocol):
    def generate(
        self,
        text: str,
        mask: np.ndarray | None,
        *,
        seeds: Sequence[int],
        options: Mapping[str, str],
        progress: Progress | None = None,
    ) -> Faces:
        """A face for each seed, from words, a mask, or both."""


@dataclass(frozen=True, eq=False)
class Influence:
    """The mask's share [T, S, S] at every step and place, 0 to 1; the rest is the words'."""

    mask: np.ndarray

    @classmethod
    def of(cls, shares: object, number: int = 0) -> Influence:
        """From an engine's [T, N, 2, S, S], of picture `number`."""
        return cls(np.asarray(shares, np.float32)[:, number, 0])

    @property
    def span(self) -> tuple[float, float]:
        """The least and the largest share: what the maps' two colours stand for."""
        return float(self.mask.min()), float(self.mask.max())

    @property
    def even(self) -> bool:
        """Whether everywhere the same was heard, as where only one of the two was given; the colours then stand for shares of 0 and 1."""
        low, high = self.span
        return high - low < EVEN

    def over(self, picture: Image.Image, step: int | None = None) -> Image.Image:
        """Colours over a picture: the mask's where it was heard most, the words' where they were; at one step, or on average."""
        low, high = (0.0, 1.0) if self.even else self.span
        shares = self.mask.mean(0) if step is None else self.mask[step]
        share = np.clip((shares - low) / (high - low), 0, 1)
        weight = Image.fromarray(np.uint8(255 * share)).resize((MAP_SIDE, MAP_SIDE), Image.Resampling.BICUBIC)
        colours = Image.composite(Image.new("RGB", weight.size, MASK_COLOUR), Image.new("RGB", weight.size, WORDS_COLOUR), weight)
        gray = picture.convert("L").convert("RGB").resize(weight.size, Image.Resampling.LANCZOS)
        return Image.blend(gray, colours, MAP_OPACITY)

    def animation(self, picture: Image.Image) -> bytes:
        """A looping GIF, one frame a step; a line at the bottom grows with the steps."""
        frames = []
        for step in range(len(self.mask)):
            frame = self.over(picture, step)
            frame.paste("white", (0, MAP_SIDE - 4, round(MAP_SIDE * (step + 1) / len(self.mask)), MAP_SIDE))
            frames.append(frame.quantize(128, Image.Quantize.MEDIANCUT))
        durations = [FRAME_MILLISECONDS] * (len(frames) - 1) + [HOLD_MILLISECONDS]
        data = io.BytesIO()
        frames[0].save(data, "GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0, comment=SOFTWARE)
        return data.getvalue()


@dataclass(frozen=True, eq=False)
class Variant:
    """A face made from nothing."""

    picture: Image.Image
    seed: int
    influence: Influence


def balances(info: BackendInfo) -> tuple[str, ...]:
    """An engine's choices from words alone to mask alone, the even one in the middle; empty where it has none."""
    option = next((option for option in info.options if option.name == BALANCE), None)
    if option is None:
        return ()
    even, *others = option.choices
    half = len(others) // 2
    return (*others[:half], even, *others[half:])


def other_options(info: BackendInfo) -> tuple[Option, ...]:
    return tuple(option for option in info.options if option.name != BALANCE)


def crop(session: Session) -> Image.Image:
    """The chosen face, as large as a mask is painted."""
    return align(session.photo, session.faces[session.chosen], SIDE).image


def parsed(session: Session) -> np.ndarray:
    """The chosen face's own mask [SIDE, SIDE]."""
    from faces.parsing import parse  # brings in torch

    return parse(crop(session))


def variants(
    backend: Painter, text: str, mask: np.ndarray | None, seeds: Sequence[int], options: Mapping[str, str], progress: Progress | None = None
) -> tuple[Variant, ...]:
    """Faces from words and a mask (None, or nothing but background: from words alone), one for each seed.

    Raises ParleyError where there are neither.
    """
    drawn = mask if mask is not None and mask.any() else None
    made = backend.generate(text.strip(), drawn, seeds=tuple(seeds), options=options, progress=progress)
    together = zip(made.pictures, made.seeds, strict=True)
    return tuple(Variant(picture, int(seed), Influence.of(made.influence, n)) for n, (picture, seed) in enumerate(together))


def variant_png(variant: Variant, told: Mapping[str, object]) -> bytes:
    """Marked as made by a network, with what made it."""
    return marked_png(variant.picture, {"software": SOFTWARE, "seed": variant.seed, **told}, GENERATED)


class _Remembering:
    """An engine that keeps the last latent that it edited."""

    def __init__(self, backend: Backend):
        self.backend, self.info, self.encode, self.decode = backend, backend.info, backend.encode, backend.decode
        self.edited: Latent | None = None

    def edit(self, latent: Latent, plan: EditPlan, *, progress: Progress | None = None) -> Latent:
        self.edited = self.backend.edit(latent, plan, progress=progress)
        return self.edited


def edited(
    session: Session,
    text: str,
    mask: np.ndarray,
    backend: Backend,
    options: Mapping[str, str],
    request: str,
    progress: Progress | None = None,
    measure: Measure = measure_degrees,
) -> tuple[Session, Influence | None]:
    """The chosen face drawn to a painted mask and words; a mask that is the face's own asks for nothing.

    Raises ParleyError where neither asks for anything.
    """
    own = np.array_equal(mask, parsed(session))
    plan = EditPlan(text=text.strip(), layout=None if own else mask, options=options)
    if plan.is_empty():
        raise ParleyError("Paint something that shall change, or say it in words.")
    remembering = _Remembering(backend)
    session = carry_out(replace(session, cursor=0), plan, remembering, request, progress, measure)
    shares = remembering.edited.tensors.get("influence")
    return session, None if shares is None else Influence.of(shares)
