"""One visitor's conversation about one photo: an immutable value, so that a request that fails changes nothing.

The photo is encoded once per face and engine. Every version of the picture is an ordered plan per face, applied to the original latent;
versions form a tree, in which undo goes to the parent and redo to the newest child.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from PIL import Image

from backends.base import Backend, EditPlan, Latent, Progress
from chat.interpret import Interpretation
from errors import ParleyError
from faces.align import AlignedFace, Face, align, load_photo, require_faces


class Measure(Protocol):
    def __call__(self, image: Image.Image) -> Mapping[str, float]:
        """An aligned face -> degree (0..5) per graded attribute."""


def measure_degrees(image: Image.Image) -> Mapping[str, float]:
    from faces.attributes import measure  # brings in torch, so not before the first face

    return measure(image)


@dataclass(frozen=True, eq=False)
class Encoded:
    """A face as one engine holds it: its crop, its latent, and what the engine makes of it without any edit."""

    aligned: AlignedFace
    latent: Latent
    reconstruction: Image.Image
    degrees: Mapping[str, float]
    """Measured on the reconstruction, so that a difference to a later measurement is the edit's and not the engine's."""


@dataclass(frozen=True, eq=False)
class FaceEdit:
    """What was made of one face: the whole plan, the engine's picture of it, and the degrees measured there."""

    engine: str
    plan: EditPlan
    picture: Image.Image
    degrees: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Version:
    """A node of the history: the edits per face (left to right, by number) and the version they grew from."""

    edits: Mapping[int, FaceEdit] = field(default_factory=dict)
    parent: int | None = None
    request: str = ""


@dataclass(frozen=True, eq=False)
class Turn:
    """A request and what came of it; `before` and `after` are measured degrees of the chosen face, empty where nothing was edited."""

    request: str
    reply: str
    options: tuple[str, ...] = ()
    interpretation: Interpretation | None = None
    before: Mapping[str, float] = field(default_factory=dict)
    after: Mapping[str, float] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True, eq=False)
class Session:
    """Everything about one visitor's photo. `cursor` is the version on show; `encoded` is keyed by (engine, face)."""

    photo: Image.Image
    faces: tuple[Face, ...]
    chosen: int = 0
    seed: int = 0
    encoded: Mapping[tuple[str, int], Encoded] = field(default_factory=dict)
    versions: tuple[Version, ...] = (Version(),)
    cursor: int = 0
    turns: tuple[Turn, ...] = ()
    offer: str = ""

    @property
    def version(self) -> Version:
        return self.versions[self.cursor]

    @property
    def plan(self) -> EditPlan:
        """Everything asked of the chosen face so far."""
        edit = self.version.edits.get(self.chosen)
        return edit.plan if edit else EditPlan()

    @property
    def can_undo(self) -> bool:
        return self.version.parent is not None

    @property
    def can_redo(self) -> bool:
        return self._newest_child() is not None

    def _newest_child(self) -> int | None:
        return max((i for i, version in enumerate(self.versions) if version.parent == self.cursor), default=None)

    def degrees(self, engine: str) -> Mapping[str, float]:
        """Measured degrees of the chosen face as it is on show; empty before it is encoded."""
        edit = self.version.edits.get(self.chosen)
        if edit:
            return edit.degrees
        encoded = self.encoded.get((engine, self.chosen))
        return encoded.degrees if encoded else {}

    def picture(self) -> Image.Image:
        """The photo at its full resolution with every face's edit in its place; the photo itself where nothing was asked."""
        picture = self.photo
        for number, edit in self.version.edits.items():
            if not edit.plan.is_empty():
                from faces.composite import paste_back

                encoded = self.encoded[edit.engine, number]
                picture = paste_back(picture, encoded.reconstruction, edit.picture, encoded.aligned.transform)
        return picture

    def saying(self, turn: Turn) -> Session:
        """With one more turn; an announcement (a turn nobody asked for) takes the place of the announcement before it."""
        announcements = not turn.request and self.turns and not self.turns[-1].request
        return replace(self, turns=(self.turns[:-1] if announcements else self.turns) + (turn,))


def open_photo(source: object, seed: int = 0) -> Session:
    """A photo (path, bytes or PIL picture) -> a fresh session about its largest face.

    Raises ParleyError where the file is no picture or shows no face.
    """
    photo = load_photo(source)
    faces = require_faces(photo)
    largest = max(range(len(faces)), key=lambda i: _area(faces[i]))
    return Session(photo, faces, chosen=largest, seed=seed)


def _area(face: Face) -> float:
    left, top, right, bottom = face.box
    return (right - left) * (bottom - top)


def choose_face(session: Session, number: int) -> Session:
    """Turns to another face (counted from 0, left to right); edits of the others stay. Raises ParleyError where there is none."""
    if number not in range(len(session.faces)):
        raise ParleyError(f"There is no face number {number + 1} in this photo; there are {len(session.faces)}.")
    return replace(session, chosen=number, offer="")


def prepare(session: Session, backend: Backend, progress: Progress | None = None, measure: Measure = measure_degrees) -> Session:
    """Encodes the chosen face, unless this engine already has."""
    key = (backend.info.name, session.chosen)
    if key in session.encoded:
        return session
    aligned = align(session.photo, session.faces[session.chosen], backend.info.resolution)
    latent = backend.encode(aligned.image, generator=_generator(session.seed), progress=progress)
    reconstruction = backend.decode(latent, generator=_generator(session.seed))
    return replace(session, encoded={**session.encoded, key: Encoded(aligned, latent, reconstruction, measure(reconstruction))})


def _generator(seed: int) -> object:
    """The same seed draws the same noise for a reconstruction and its edits, so noise cancels in their difference."""
    import torch

    return torch.Generator().manual_seed(seed)


def carry_out(
    session: Session,
    plan: EditPlan,
    backend: Backend,
    request: str = "",
    progress: Progress | None = None,
    measure: Measure = measure_degrees,
) -> Session:
    """A new version, in which the chosen face is edited by the whole `plan`; always from its original latent.

    Raises ParleyError (or `Cancelled` out of `progress`) with the session that was passed in still as good as before.
    """
    session = prepare(session, backend, progress, measure)
    encoded = session.encoded[backend.info.name, session.chosen]
    edited = backend.decode(backend.edit(encoded.latent, plan, progress=progress), generator=_generator(session.seed))
    edit = FaceEdit(backend.info.name, plan, edited, measure(edited))
    return _grown(session, {**session.version.edits, session.chosen: edit}, request)


def _grown(session: Session, edits: Mapping[int, FaceEdit], request: str) -> Session:
    version = Version(edits, session.cursor, request)
    return replace(session, versions=session.versions + (version,), cursor=len(session.versions))


def undo(session: Session) -> Session:
    """The version this one grew from; the same session where there is none."""
    return replace(session, cursor=session.version.parent) if session.can_undo else session


def redo(session: Session) -> Session:
    """The newest version that grew from this one; the same session where there is none."""
    child = session._newest_child()
    return session if child is None else replace(session, cursor=child)


def reset(session: Session, request: str = "Start over") -> Session:
    """Back to the photo as it came; a version like any other, so undo brings the edits back."""
    return _grown(session, {}, request) if session.version.edits else session
