"""A session -> what the components show. Pure functions; nothing here listens or computes edits."""

from __future__ import annotations

import html

from PIL import Image

from backends.base import EditStep
from chat.session import Session
from graded import LABELS, MAX_DEGREE, MEANINGS

DISPLAY_SIDE = 1280
"""Longest side of the pictures in the page; the download has all pixels."""
THUMBNAIL = 112

PRIVACY = (
    "Your photo is kept for this session only: in memory, and as temporary copies that are deleted within about an hour. "
    "It is never used for training and never sent to a language model."
)


def pair(session: Session) -> tuple[Image.Image, Image.Image]:
    """The photo and the picture on show, at the size of the page."""
    return _shrunk(session.photo), _shrunk(session.picture())


def _shrunk(picture: Image.Image) -> Image.Image:
    smaller = picture.copy()
    smaller.thumbnail((DISPLAY_SIDE, DISPLAY_SIDE), Image.Resampling.LANCZOS, reducing_gap=2)
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


def messages(session: Session, pending: str = "") -> list[dict[str, object]]:
    """The conversation for gr.Chatbot; only the last answer keeps its suggestions, and `pending` is a request not yet answered."""
    shown: list[dict[str, object]] = []
    for turn in session.turns:
        if turn.request:
            shown.append({"role": "user", "content": _plain(turn.request)})
        shown.append({"role": "assistant", "content": turn.reply})
    if pending:
        shown.append({"role": "user", "content": _plain(pending)})
    elif session.turns and session.turns[-1].options:
        shown[-1]["options"] = [{"value": option, "label": option} for option in session.turns[-1].options]
    return shown


def _plain(text: str) -> str:
    """A visitor's words as words: no HTML and no Markdown of theirs is rendered."""
    for symbol in "\\`*_[]#|~$":
        text = text.replace(symbol, f"\\{symbol}")
    return html.escape(text, quote=False)


def facts(session: Session, engine: str) -> str:
    """Bars of the measured degrees (a tick marks the photo's own) and chips of the plan, as HTML."""
    encoded = session.encoded.get((engine, session.chosen))
    if encoded is None:
        return '<div class="facts quiet">Looking at the face …</div>'
    now = session.degrees(engine)
    rows = "".join(_bar(name, encoded.degrees[name], now[name]) for name in LABELS if name in now and name in encoded.degrees)
    steps = session.plan.steps
    chips = "".join(f'<span class="chip">{html.escape(_chip(step))}</span>' for step in steps)
    plan = f'<div class="chips">{chips}</div>' if steps else ""
    last = session.turns[-1] if session.turns else None
    clock = f'<div class="clock">{last.seconds:.1f} s · drag the handle to compare</div>' if last and last.after else ""
    return f'<div class="facts"><div class="bars">{rows}</div><div class="asked">{plan}{clock}</div></div>'


def _bar(name: str, before: float, now: float) -> str:
    meaning = html.escape(MEANINGS[name][min(max(round(now), 0), MAX_DEGREE)])
    moved = f"{before:.1f} → {now:.1f}" if abs(now - before) >= 0.05 else f"{now:.1f}"
    return (
        f'<div class="bar" title="{meaning}"><span class="name">{LABELS[name]}</span>'
        f'<span class="track"><i style="width:{_percent(now)}"></i><b style="left:{_percent(before)}"></b></span>'
        f'<span class="value">{moved}</span></div>'
    )


def _percent(degree: float) -> str:
    return f"{min(max(degree, 0.0), MAX_DEGREE) / MAX_DEGREE:.0%}"


def _chip(step: EditStep) -> str:
    amount = f"{step.amount:g}" if step.operation == "set" else f"{step.amount:+g}".replace("-", "−")
    return f"{LABELS[step.attribute]} {amount}"
