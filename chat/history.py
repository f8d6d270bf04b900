"""What moves a session among its versions, faces and turns, and computes no edit.

Undo goes to the parent of the version on show and redo to its newest child; what is asked next branches off there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from chat.session import FaceEdit, Session, Version, whole_seed
from errors import ParleyError

NAME_LENGTH = 60
"""Longest name of a version, in characters."""


def grown(session: Session, edits: Mapping[int, FaceEdit], request: str) -> Session:
    """With a new version on show, which grew from the one that was."""
    version = Version(edits, session.cursor, request, protected=session.version.protected)
    return replace(session, versions=session.versions + (version,), cursor=len(session.versions))


def undo(session: Session) -> Session:
    """The version this one grew from; the same session where there is none."""
    return replace(session, cursor=session.version.parent) if session.can_undo else session


def redo(session: Session) -> Session:
    """The newest version that grew from this one; the same session where there is none."""
    child = session.newest_child
    return session if child is None else replace(session, cursor=child)


def reset(session: Session, request: str = "Start over") -> Session:
    """Back to the photo as it came; a version like any other, so undo brings the edits back."""
    return grown(session, {}, request) if session.version.edits else session


def jump(session: Session, number: int) -> Session:
    """Shows another version; what is asked next branches off there. Raises ParleyError where there is no such version."""
    if number not in range(len(session.versions)):
        raise ParleyError("There is no such version.")
    return replace(session, cursor=number, offer="")


def rename(session: Session, name: str, number: int | None = None) -> Session:
    """Gives a version (by default the one on show) a name of the visitor's; an empty one takes it away."""
    number = session.cursor if number is None else number
    named = replace(session.versions[number], name=" ".join(name.split())[:NAME_LENGTH])
    return replace(session, versions=(*session.versions[:number], named, *session.versions[number + 1 :]))


def rewind(session: Session, turn: int) -> Session:
    """As things stood before a turn (by its index), so that it can be said differently; every version stays in the history, and so do
    settings that were made by hand.
    """
    if turn not in range(1, len(session.turns)):
        raise ParleyError("There is no such message.")
    last = session.turns[turn - 1]
    spoken = any(later.interpretation and later.interpretation.sampling_steps for later in session.turns[turn:])
    sampling_steps = last.sampling_steps if spoken else session.sampling_steps
    then = replace(session, cursor=last.version, chosen=last.face, dialog=last.dialog, offer=last.offer, sampling_steps=sampling_steps)
    return replace(then, turns=session.turns[:turn])


def protect(session: Session, region: np.ndarray | None, request: str = "Protect a region") -> Session:
    """A new version, in which nothing changes inside `region` (see `Version.protected`; None: every part may change again)."""
    region = None if region is None or not region.any() else region
    session = grown(session, session.version.edits, request)
    protected = replace(session.version, protected=region)
    return replace(session, versions=session.versions[:-1] + (protected,))


def reseed(session: Session, seed: int) -> Session:
    """Another seed for edits to come; versions that exist stay as they are. Raises ParleyError for what is no seed (see `whole_seed`)."""
    seed = whole_seed(seed)
    return session if seed == session.seed else replace(session, seed=seed, encoded={})


def choose_face(session: Session, number: int) -> Session:
    """Turns to another face (counted from 0, left to right); edits of the others stay. Raises ParleyError where there is none."""
    if number not in range(len(session.faces)):
        raise ParleyError("There is no face number {number} in this photo; there are {count}.", number=number + 1, count=len(session.faces))
    return replace(session, chosen=number, offer="")
