"""From a photo to an edited picture: a face is found, encoded once for each engine, and edited by a whole plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

import numpy as np
from PIL import Image

from backends.base import Backend, EditPlan, Progress, trace_of
from chat.history import grown
from chat.session import Encoded, FaceEdit, Session, whole_seed
from chat.tongue import DEFAULT
from errors import ParleyError
from faces.align import Face, align, cut, load_photo, require_faces


class Measure(Protocol):
    def __call__(self, image: Image.Image) -> Mapping[str, float]:
        """An aligned face -> degree (0..5) per graded attribute."""


def measure_degrees(image: Image.Image) -> Mapping[str, float]:
    from faces.attributes import measure  # brings in torch, so not before the first face

    return measure(image)


def compare_identity(before: Image.Image, after: Image.Image) -> float | None:
    """How much two aligned faces are the same person (see `FaceEdit.likeness`)."""
    from faces.identity import similarity

    try:
        return similarity(before, after)
    except ParleyError:  # its weights are not here
        return None


def open_photo(source: object, seed: int = 0, language: str = DEFAULT) -> Session:
    """A photo (path, bytes or PIL picture) -> a fresh session about its largest face; `language` is the page's.

    Raises ParleyError where the file is no picture or shows no face, and for what is no seed (see `whole_seed`).
    """
    seed = whole_seed(seed)
    photo = load_photo(source)
    faces = require_faces(photo)
    largest = max(range(len(faces)), key=lambda i: _area(faces[i]))
    return Session(photo, faces, chosen=largest, seed=seed, language=language)


def _area(face: Face) -> float:
    left, top, right, bottom = face.box
    return (right - left) * (bottom - top)


def prepare(session: Session, backend: Backend, progress: Progress | None = None, measure: Measure = measure_degrees) -> Session:
    """Encodes the chosen face, unless this engine already has."""
    key = (backend.info.name, session.chosen)
    if key in session.encoded:
        return session
    aligned = align(session.photo, session.faces[session.chosen], backend.info.resolution)
    latent = backend.encode(aligned.image, generator=generator_of(session.seed), progress=progress)
    reconstruction = backend.decode(latent, generator=generator_of(session.seed))
    encoded = Encoded(aligned, latent, reconstruction, {}, backend.info.exact_changes)
    degrees = measure(encoded.before)
    latent = replace(latent, degrees={**degrees, **latent.degrees})  # an engine may know those of its own attributes only
    return replace(session, encoded={**session.encoded, key: replace(encoded, latent=latent, degrees=degrees)})


def generator_of(seed: int) -> object:
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

    What another engine made and this one cannot make is left out.

    Raises ParleyError (or `Cancelled` out of `progress`) with the session that was passed in still as good as before.
    """
    own = {option.name for option in backend.info.options}
    plan = replace(
        _taken_over(session, plan, backend),
        sampling_steps=plan.sampling_steps or session.sampling_steps,
        options={name: value for name, value in {**session.options, **plan.options}.items() if name in own},
    )
    backend.info.require(plan)  # before a long encoding, and whether or not the engine looks itself
    session = prepare(session, backend, progress, measure)
    encoded = session.encoded[backend.info.name, session.chosen]
    plan = replace(plan, mask=_may_change(session, encoded, backend))
    if plan.sampling_steps and not encoded.exact_changes:  # rebuilt in as many steps, so that nothing but the edit differs
        nothing = EditPlan(sampling_steps=plan.sampling_steps, options=plan.options)
        rebuilt = backend.decode(backend.edit(encoded.latent, nothing), generator=generator_of(session.seed))
        encoded = replace(encoded, reconstruction=rebuilt)
    latent = backend.edit(encoded.latent, plan, progress=progress)
    edited = encoded.before
    if not plan.is_empty():
        edited = backend.decode(latent, generator=generator_of(session.seed), progress=progress)
    likeness = compare_identity(encoded.before, edited)
    edit = FaceEdit(backend.info.name, encoded, plan, edited, measure(edited), trace_of(backend, latent), likeness)
    return grown(session, {**session.version.edits, session.chosen: edit}, request)


def _taken_over(session: Session, plan: EditPlan, backend: Backend) -> EditPlan:
    """The plan without what, in the version on show, only its own engine can make."""
    edit, info = session.version.edits.get(session.chosen), backend.info
    if edit is None or edit.engine == info.name:
        return plan
    able = {*info.attributes, *info.prompts}
    return replace(
        plan,
        steps=tuple(step for step in plan.steps if step.attribute in able or step not in edit.plan.steps),
        text=plan.text if info.accepts_text or plan.text != edit.plan.text else "",
        layout=plan.layout if info.accepts_layout or plan.layout is not edit.plan.layout else None,
    )


def _may_change(session: Session, encoded: Encoded, backend: Backend) -> np.ndarray | None:
    """The plan's mask, for an engine that uses one and a session that protects something."""
    kept = session.kept(session.version)
    if kept is None or not backend.info.accepts_mask:
        return None
    return np.asarray(cut(kept, encoded.aligned.transform, backend.info.resolution)) < 128
