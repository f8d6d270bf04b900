"""Pictures of the chosen face alone: thumbnails of versions, the way of an edit, the plan at five strengths, and an animation of it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from PIL import Image

from backends.base import Backend, Progress, Walking, trace_of
from chat.adjust import at_strength
from chat.editing import Measure, generator_of, measure_degrees
from chat.export import SOFTWARE
from chat.session import Encoded, FaceEdit, Session, Version, pasted, shaved
from errors import ParleyError
from faces.align import align, cut
from faces.trace import Trace

STRIP = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Fractions of the plan that the strip shows."""
FRAMES = 9
FRAME_MILLISECONDS, HOLD_MILLISECONDS = 90, 900


def portrait(session: Session, number: int, size: int) -> Image.Image:
    """The chosen face in a version, `size` pixels square."""
    version = session.versions[number]
    drawn = version.portraits.get((session.chosen, size))
    if drawn is None:
        edit = version.edits.get(session.chosen)
        near = _near(session, version, size)
        asked = edit is not None and not edit.plan.is_empty()
        drawn = near.pasted(edit.encoded, edit.picture, edit.shaved, edit.trace) if asked else near.crop
        version.portraits[session.chosen, size] = drawn
    return drawn


@dataclass(frozen=True, eq=False)
class _Near:
    """The chosen face in the photo, and the mask of what a version protects there."""

    crop: Image.Image
    kept: Image.Image | None

    def pasted(self, encoded: Encoded, picture: Image.Image, gone: float, trace: Trace | None) -> Image.Image:
        """As `chat.session.pasted`, on the crop."""
        enlarge = self.crop.width / picture.width
        transform = np.array([[enlarge, 0, 0], [0, enlarge, 0]], float)
        return pasted(self.crop, self.kept, encoded, picture, transform, gone, trace)


def _near(session: Session, version: Version, size: int) -> _Near:
    aligned, kept = align(session.photo, session.faces[session.chosen], size), session.kept(version)
    return _Near(aligned.image, cut(kept, aligned.transform, size) if kept else None)


@dataclass(frozen=True, eq=False)
class Place:
    """A place on the way of the edit on show."""

    picture: Image.Image
    degrees: Mapping[str, float]
    """Measured there, of every graded attribute that changes on the way."""
    cosine: float | None
    """See `backends.base.Waypoint`."""


def way(
    session: Session, backend: Backend, size: int = 256, progress: Progress | None = None, measure: Measure = measure_degrees
) -> list[Place]:
    """How the chosen face got to the version on show; empty where nothing was asked, or where the engine, which made it, cannot tell."""
    edit: FaceEdit | None = session.version.edits.get(session.chosen)
    if edit is None or edit.plan.is_empty() or not isinstance(backend, Walking):
        return []
    encoded, near = edit.encoded, _near(session, session.version, size)
    latent = backend.edit(encoded.latent, edit.plan, progress=progress)
    waypoints = backend.way(latent, generator=generator_of(session.seed), progress=progress)
    names = dict.fromkeys(name for waypoint in waypoints for name in waypoint.changing)
    places = []
    for waypoint in waypoints:
        measured = measure(waypoint.picture)
        shown = near.pasted(encoded, waypoint.picture, shaved(encoded.degrees, measured), waypoint.trace)
        places.append(Place(shown, {name: measured[name] for name in names if name in measured}, waypoint.cosine))
    return places


def strengths(
    session: Session, backend: Backend, fractions: tuple[float, ...] = STRIP, size: int = 320, progress: Progress | None = None
) -> list[Image.Image]:
    """The chosen face with the plan carried out to each fraction, from the original latent each time, by the engine that made the version
    on show.

    Raises ParleyError where the plan is empty.
    """
    edit: FaceEdit | None = session.version.edits.get(session.chosen)
    if edit is None or edit.plan.is_empty():
        raise ParleyError("Ask for a change first; then I can show it at five strengths.")
    encoded, near = edit.encoded, _near(session, session.version, size)
    pictures = []
    for done, fraction in enumerate(fractions):
        if progress:
            progress(done, len(fractions), pictures[-1] if pictures else None)
        latent = backend.edit(encoded.latent, at_strength(edit.plan, encoded.latent.degrees, fraction))
        edited = backend.decode(latent, generator=generator_of(session.seed))
        trace = trace_of(backend, latent)
        pictures.append(near.pasted(encoded, edited, fraction * edit.shaved, trace) if fraction else near.crop)
    return pictures


def animation(session: Session, backend: Backend, size: int = 320, progress: Progress | None = None) -> bytes:
    """A looping GIF of the chosen face, from the photo to the plan and back."""
    fractions = tuple(index / (FRAMES - 1) for index in range(FRAMES))
    there = strengths(session, backend, fractions, size, progress)
    frames = [frame.quantize(255, Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG) for frame in there + there[-2:0:-1]]
    durations = [FRAME_MILLISECONDS] * len(frames)
    durations[0] = durations[len(there) - 1] = HOLD_MILLISECONDS
    data = io.BytesIO()
    frames[0].save(data, "GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0, disposal=1, comment=SOFTWARE)
    return data.getvalue()
