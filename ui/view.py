"""A session -> what the components show. Pure functions; nothing here listens or computes edits."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from PIL import Image

from chat.adjust import planned
from chat.session import Session, Turn
from graded import GRADED, MAX_DEGREE
from ui.markup import turn_footer
from ui.texts import degree_words, say

DISPLAY_SIDE = 1280
"""Longest side of the pictures in the page; the download has all pixels."""
THUMBNAIL = 112
MASK_SIDE = 560
"""Longest side of the picture that is painted on."""


def pair(session: Session, against: Literal["original", "previous"] = "original") -> tuple[Image.Image, Image.Image]:
    """What to compare with, a version that was named or else one of those, and the picture on show, at the size of the page."""
    usual = (session.version.parent or 0) if against == "previous" else 0
    other = session.compared_with
    return tuple(shrunk(session.picture(number), DISPLAY_SIDE) for number in (usual if other is None else other, session.cursor))


def shrunk(picture: Image.Image, side: int) -> Image.Image:
    smaller = picture.copy()
    smaller.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2)
    return smaller


def beside_the_face(session: Session) -> float:
    """Where the comparison's handle starts, in percent of the width: left of the chosen face, so that its edit is in full view."""
    left, _, right, _ = session.faces[session.chosen].box
    return min(max(100 * (left - 0.45 * (right - left)) / session.photo.width, 3.0), 97.0)


def face_gallery(session: Session) -> list[tuple[Image.Image, str]]:
    """Numbered thumbnails of the faces, left to right."""
    thumbnails = []
    for number, face in enumerate(session.faces):
        left, top, right, bottom = face.box
        centre_x, centre_y, half = (left + right) / 2, (top + bottom) / 2, max(right - left, bottom - top) * 0.65
        crop = session.photo.crop(tuple(round(v) for v in (centre_x - half, centre_y - half, centre_x + half, centre_y + half)))
        thumbnails.append((crop.resize((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS), str(number + 1)))
    return thumbnails


def messages(session: Session, language: str = "en", pending: Sequence[str] = ()) -> list[dict[str, object]]:
    """The conversation for gr.Chatbot; only the last answer keeps its suggestions, and `pending` are requests not yet answered."""
    shown: list[dict[str, object]] = []
    for turn in session.turns:
        if turn.request:
            shown.append({"role": "user", "content": plain(turn.request)})
        shown.append({"role": "assistant", "content": _answer(turn, session, language)})
    shown += [{"role": "user", "content": plain(request)} for request in pending]
    if not pending and session.turns and session.turns[-1].options:
        shown[-1]["options"] = [{"value": option, "label": option} for option in session.turns[-1].options]
    return shown


def _answer(turn: Turn, session: Session, language: str) -> str:
    edit = session.versions[turn.version].edits.get(turn.face)
    plan = replace(session, chosen=turn.face).plan
    footer = turn_footer(turn, plan, edit.likeness if edit else None, language, removable=turn.face == session.chosen)
    return f"{turn.reply}\n\n{footer}" if footer else turn.reply


def plain(text: str) -> str:
    """A visitor's words as words: no HTML and no Markdown of theirs is rendered."""
    for symbol in "\\`*_[]#|~$":
        text = text.replace(symbol, f"\\{symbol}")
    return html.escape(text, quote=False)


def sliders(session: Session, engine: str, language: str) -> dict[str, tuple[float, str]]:
    """Per attribute the planned degree, and in words what it looks like and what was measured; empty before the face is encoded."""
    encoded = session.encoded.get((engine, session.chosen))
    if encoded is None:
        return {}
    now, degrees = session.degrees(engine), planned(session, engine)
    shown = {}
    for name in GRADED:
        if name in degrees:
            degree = min(max(degrees[name], 0.0), float(MAX_DEGREE))
            told = degree_words(name, degree, language)
            if name in now and name in encoded.degrees:
                told += " · " + say("measured", language, before=encoded.degrees[name], after=now[name])
            shown[name] = (round(degree, 1), told)
    return shown


def strip(pictures: list[Image.Image]) -> list[tuple[Image.Image, str]]:
    """The plan at growing strength, each with its share."""
    last = len(pictures) - 1
    return [(picture, f"{index / last:.0%}") for index, picture in enumerate(pictures)]
