"""One visitor's conversation about one photo: an immutable value, so that a request that fails changes nothing.

The photo is encoded once per face and engine. Every version of the picture is an ordered plan per face, applied to the original latent;
versions form a tree. `editing` makes versions, `history` moves among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from PIL import Image, ImageFilter

from backends.base import BackendInfo, EditPlan, Latent
from chat.dialog import Dialog
from chat.interpret import Interpretation
from chat.seeing import Looks, looks_of
from chat.tongue import DEFAULT
from errors import ParleyError
from faces.align import AlignedFace, Face, cut
from faces.trace import Trace

MAX_SEED = 2**53
"""The largest seed: every whole number up to here survives a browser and JSON."""


@dataclass(frozen=True, eq=False)
class Encoded:
    """A face as one engine holds it: its crop, its latent, and what the engine makes of it without any edit."""

    aligned: AlignedFace
    latent: Latent
    reconstruction: Image.Image
    degrees: Mapping[str, float]
    """Measured on `before`, so that a difference to a later measurement is the edit's and not the engine's."""
    exact_changes: bool = False
    """As `backends.base.BackendInfo` says."""

    @property
    def own(self) -> Image.Image | None:
        """The face itself, where edited pictures are this face changed, and not the engine's picture of it."""
        return self.aligned.image if self.exact_changes else None

    @property
    def before(self) -> Image.Image:
        """What an edited picture is to be compared with."""
        return self.own or self.reconstruction

    @cached_property
    def looks(self) -> Looks:
        """Of the face before any edit."""
        return looks_of(self.before)

    def planned(self, plan: EditPlan) -> dict[str, float]:
        """Every attribute's degree by a plan, counted as the engine counts: from the degrees the latent begins at."""
        return {**self.latent.degrees, **plan.degrees_from(self.latent.degrees)}


def shaved(before: Mapping[str, float], after: Mapping[str, float]) -> float:
    """How much of a beard, 0 to 1, is gone by measured degrees; less than one degree is none to speak of."""
    beard = before.get("beard", 0.0)
    return max(0.0, 1 - after.get("beard", beard) / beard) if beard >= 1 else 0.0


@dataclass(frozen=True, eq=False)
class FaceEdit:
    """What was made of one face: the whole plan, the engine's picture of it, and the degrees measured there."""

    engine: str
    encoded: Encoded
    plan: EditPlan
    picture: Image.Image
    degrees: Mapping[str, float]
    trace: Trace | None = None
    """What became of the face's own pixels, where the engine tells (`backends.base.Tracing`)."""
    likeness: float | None = None
    """Cosine similarity, -1 to 1, of who the rebuilt and the edited face are; None where no identity network is at hand."""

    @cached_property
    def looks(self) -> Looks:
        """Of the picture."""
        return looks_of(self.picture)

    @property
    def shaved(self) -> float:
        return shaved(self.encoded.degrees, self.degrees)


@dataclass(frozen=True, eq=False)
class Version:
    """A node of the history: the edits per face (left to right, by number) and the version they grew from.

    `protected` is a boolean array of the photo's shape or a smaller one of the same proportions, True where the photo must stay as it is.
    `basis` is the version whose latest change this one repeats at another `strength` (1: as it was asked for).
    """

    edits: Mapping[int, FaceEdit] = field(default_factory=dict)
    parent: int | None = None
    request: str = ""
    name: str = ""
    protected: np.ndarray | None = None
    basis: int | None = None
    strength: float = 1.0
    portraits: dict[tuple[int, int], Image.Image] = field(default_factory=dict, repr=False)
    """Pictures of a face alone that were already drawn, by (face, size)."""


@dataclass(frozen=True, eq=False)
class Turn:
    """A request and what came of it; `before` and `after` are measured degrees of the chosen face, empty where nothing was edited.
    The last five are the session's afterwards (`Session.saying` fills them in): `version` its cursor, `face` the chosen one.
    """

    request: str
    reply: str
    options: tuple[str, ...] = ()
    interpretation: Interpretation | None = None
    before: Mapping[str, float] = field(default_factory=dict)
    after: Mapping[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    version: int = 0
    face: int = 0
    dialog: Dialog = field(default_factory=Dialog)
    offer: str = ""
    sampling_steps: int | None = None


@dataclass(frozen=True, eq=False)
class Session:
    """Everything about one visitor's photo. `cursor` is the version on show; `encoded` is keyed by (engine, face); `sampling_steps` is the
    sampler's T where a plan names none (None: the engine's own default), and `options` the engine's own settings.
    """

    photo: Image.Image
    faces: tuple[Face, ...]
    chosen: int = 0
    seed: int = 0
    sampling_steps: int | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    encoded: Mapping[tuple[str, int], Encoded] = field(default_factory=dict)
    versions: tuple[Version, ...] = field(default_factory=lambda: (Version(),))
    cursor: int = 0
    turns: tuple[Turn, ...] = ()
    offer: str = ""
    """A request that was proposed, in English."""
    dialog: Dialog = field(default_factory=Dialog)
    language: str = DEFAULT
    """The page's."""
    beside: tuple[int, int] | None = None
    """A version, and another that it is to be compared with as long as it is on show."""

    @property
    def spoken_language(self) -> str:
        """Of the visitor's latest words; the page's before there are any."""
        spoken = (turn.interpretation.language for turn in reversed(self.turns) if turn.interpretation)
        return next(filter(None, spoken), self.language)

    @property
    def version(self) -> Version:
        return self.versions[self.cursor]

    @property
    def plan(self) -> EditPlan:
        """Everything asked of the chosen face so far."""
        edit = self.version.edits.get(self.chosen)
        return edit.plan if edit else EditPlan()

    @property
    def compared_with(self) -> int | None:
        """The version to compare the one on show with; None where the visitor's words named none."""
        return self.beside[1] if self.beside and self.beside[0] == self.cursor else None

    @property
    def can_undo(self) -> bool:
        return self.version.parent is not None

    @property
    def can_redo(self) -> bool:
        return self.newest_child is not None

    @property
    def newest_child(self) -> int | None:
        return max((i for i, version in enumerate(self.versions) if version.parent == self.cursor), default=None)

    def degrees(self, engine: str) -> Mapping[str, float]:
        """Measured degrees of the chosen face as it is on show; empty before it is encoded."""
        edit = self.version.edits.get(self.chosen)
        if edit:
            return edit.degrees
        encoded = self.encoded.get((engine, self.chosen))
        return encoded.degrees if encoded else {}

    def looks(self, engine: BackendInfo) -> Looks:
        """Of the chosen face as it is on show; empty before it is encoded, and for an engine that knows no prompts."""
        face = self.version.edits.get(self.chosen) or self.encoded.get((engine.name, self.chosen))
        return face.looks if face and engine.prompts else {}

    def picture(self, number: int | None = None) -> Image.Image:
        """A version (by default the one on show) at the photo's full resolution, every face's edit in its place; the photo itself where
        nothing was asked.
        """
        version = self.version if number is None else self.versions[number]
        edits = [edit for edit in version.edits.values() if not edit.plan.is_empty()]
        if not edits:
            return self.photo
        kept = self.kept(version)
        picture = self.photo
        for edit in edits:
            transform = edit.encoded.aligned.transform
            picture = pasted(picture, kept, edit.encoded, edit.picture, transform, edit.shaved, edit.trace)
        return picture

    def kept(self, version: Version) -> Image.Image | None:
        """What a version protects, as a mask of the photo's size, 0 or 255; None for nothing."""
        if version.protected is None:
            return None
        levels = Image.fromarray(version.protected.astype(np.uint8) * 255).resize(self.photo.size, Image.Resampling.BILINEAR)
        return levels.point(lambda level: 255 * (level > 127))

    def saying(self, turn: Turn) -> Session:
        """With one more turn; an announcement (a turn nobody asked for) takes the place of the announcement before it."""
        announcements = not turn.request and self.turns and not self.turns[-1].request
        now = {"dialog": self.dialog, "offer": self.offer, "sampling_steps": self.sampling_steps}
        said = replace(turn, version=self.cursor, face=self.chosen, **now)
        return replace(self, turns=(self.turns[:-1] if announcements else self.turns) + (said,))


def pasted(
    photo: Image.Image,
    kept: Image.Image | None,
    encoded: Encoded,
    picture: Image.Image,
    transform: np.ndarray,
    gone: float,
    trace: Trace | None,
) -> Image.Image:
    """`photo` with the change from an encoded face to an engine's `picture` of it, and as it was where `kept`, an 8-bit mask of its size,
    is 255. `transform`, `gone` and `trace` as `faces.composite.paste_back` takes them (`gone`: its `shaved`).
    """
    from faces.composite import paste_back

    protect = _soft(cut(kept, transform, picture.width)) if kept else None
    changed = paste_back(photo, encoded.reconstruction, picture, transform, protect, shaved=gone, own=encoded.own, trace=trace)
    return Image.composite(photo, changed, kept) if kept else changed


def _soft(mask: Image.Image) -> np.ndarray:
    """A mask of the crop, grown and feathered so that an edit fades out before it reaches what is protected; 0..1."""
    return np.asarray(mask.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.GaussianBlur(1.5)), np.float32) / 255


def whole_seed(seed: object) -> int:
    """A seed as a whole number. Raises ParleyError for anything but one from 0 to `MAX_SEED`."""
    if not isinstance(seed, int | float) or not 0 <= seed <= MAX_SEED or seed != int(seed):
        raise ParleyError("A seed is a whole number from 0 to {largest}.", largest=MAX_SEED)
    return int(seed)
