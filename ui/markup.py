"""What the page says in HTML of its own: chips of the plan, versions, the check of the photo, work in progress. Pure functions.

Buttons carry `data-act` and what it is about; `ACTIONS` makes them an event of the component that shows them.
"""

from __future__ import annotations

import base64
import html
import io
import math
from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image

from backends.base import EditPlan, EditStep
from chat.portrait import Place, portrait
from chat.session import Encoded, Session, Turn
from graded import GRADED
from ui.texts import TEXTS, attribute_name, numeral, say
from ui.work import Report

THUMBNAIL = 128
"""Pixels; shown at half of that."""
CHECK = 224
PLACE = 256
GOOD, FAIR = 27.0, 22.0
"""Decibels from which a rebuilt face counts as a good or a fair match."""
NOTEWORTHY = 0.3
"""A measured change below this many degrees is not shown unless it was asked for."""

ACTIONS = """
element.addEventListener('click', event => {
  const button = event.target.closest('[data-act]');
  if (button && !button.disabled) trigger('click', {...button.dataset});
});
"""


def embedded(picture: Image.Image, side: int) -> str:
    """A picture as a data URL, at most `side` pixels wide and high."""
    smaller = picture.copy()
    smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
    data = io.BytesIO()
    smaller.save(data, "JPEG", quality=88)
    return f"data:image/jpeg;base64,{base64.b64encode(data.getvalue()).decode()}"


def step_text(step: EditStep, language: str) -> str:
    """ "Smile +2", "Eyeglasses 3" """
    amount = numeral(step.amount, "g" if step.operation == "set" else "+g", language)
    return f"{attribute_name(step.attribute, language)} {amount}"


def plan_chips(plan: EditPlan, language: str) -> str:
    """The plan of the chosen face, every step with buttons for less, more and away."""
    chips = []
    for index, step in enumerate(plan.steps):
        what = html.escape(step_text(step, language))
        buttons = "".join(
            f'<button type="button" data-act="{act}" data-index="{index}" aria-label="{html.escape(say(key, language, what=what))}"'
            f' title="{html.escape(say(key, language, what=what))}">{sign}</button>'
            for act, key, sign in (("less", "less_of_step", "−"), ("more", "more_of_step", "+"), ("remove", "remove_step", "×"))
        )
        chips.append(f'<span class="chip" role="listitem"><span>{what}</span>{buttons}</span>')
    if not chips:
        return ""
    return f'<div class="chips" role="list" aria-label="{html.escape(say("edited_mark", language))}">{"".join(chips)}</div>'


def turn_footer(turn: Turn, plan: EditPlan, likeness: float | None, language: str, removable: bool = True) -> str:
    """Under an answer: what was understood (removable while it is part of the face's `plan`, and that plan the one on show), what was
    measured, how long it took.

    It goes through the chat's sanitiser, which keeps classes and drops data attributes; so the step's number is a class.
    """
    asked = turn.interpretation.steps if turn.interpretation else ()
    chips = []
    for step in asked:
        index = next((i for i, planned in enumerate(plan.steps) if planned == step), None)
        what = say("remove_step", language, what=step_text(step, language))
        away = f'<button class="drop step-{index}" title="{what}">×</button>' if removable and index is not None else ""
        chips.append(f'<span class="chip{" gone" if index is None else ""}">{html.escape(step_text(step, language))}{away}</span>')
    wanted = {step.attribute for step in asked}
    measured = [
        f'<span class="moved">{attribute_name(name, language)} {_move(turn, name, language)}</span>'
        for name in GRADED
        if name in turn.before and name in turn.after and (name in wanted or abs(turn.after[name] - turn.before[name]) >= NOTEWORTHY)
        if not any(_move(turn, name, spoken) in turn.reply for spoken in TEXTS)  # an answer may be in another language than the page
    ]
    if turn.after and likeness is not None:
        measured.append(f'<span class="alike">{say("similar", language, likeness=likeness)}</span>')
    if turn.after:
        measured.append(f'<span class="took">{say("seconds", language, seconds=turn.seconds)}</span>')
    parts = "".join(chips) + "".join(measured)
    return f'<div class="footer">{parts}</div>' if parts else ""


def _move(turn: Turn, name: str, language: str) -> str:
    return f"{numeral(turn.before[name], '.1f', language)} → {numeral(turn.after[name], '.1f', language)}"


def zoom_buttons(language: str) -> str:
    """Buttons over the comparison; script.js turns the wheel by `data-zoom` (0: back to the whole picture)."""
    buttons = "".join(
        f'<button type="button" data-zoom="{turns}" aria-label="{what}" title="{what}">{sign}</button>'
        for turns, sign, what in (
            (-8, "−", html.escape(say("zoom_out", language))),
            (0, "1×", html.escape(say("zoom_whole", language))),
            (8, "+", html.escape(say("zoom_in", language))),
        )
    )
    help_text = f'<span class="sr" id="zoom-help">{html.escape(say("zoom_help", language))}</span>'
    return f'{help_text}<div class="zoom" role="group" aria-labelledby="zoom-help">{buttons}</div>'


def history(session: Session, language: str) -> str:
    """Every version as a thumbnail of the chosen face, oldest first; a branch says where it came from."""
    shown = []
    for number, version in enumerate(session.versions):
        plain = say("version_original", language) if number == 0 else say("version_number", language, number=number)
        name = html.escape(version.name or version.request or plain)
        branch = f'<i title="↳ {version.parent}">↳ {version.parent}</i>' if version.parent not in (None, number - 1) else ""
        current = ' aria-current="true"' if number == session.cursor else ""
        picture = embedded(portrait(session, number, THUMBNAIL), THUMBNAIL)
        shown.append(
            f'<button type="button" data-act="jump" data-index="{number}" class="version"{current} title="{name}"'
            f' aria-label="{plain}: {name}">'
            f'<img src="{picture}" alt=""><b>{number}</b>{branch}<span>{name}</span></button>'
        )
    hint = html.escape(say("history_hint", language))
    return f'<div class="versions" title="{hint}" aria-label="{html.escape(say("history", language))}">{"".join(shown)}</div>'


def way(places: Sequence[Place], language: str) -> str:
    """The places on the way of an edit, each with what was measured there, and how far the way's direction has turned by then."""
    figures = []
    for number, place in enumerate(places):
        measured = [f"{attribute_name(name, language)} {numeral(degree, '.1f', language)}" for name, degree in place.degrees.items()]
        turned = [] if place.cosine is None else [say("way_cosine", language, cosine=place.cosine)]
        lines = "".join(f"<span>{html.escape(line)}</span>" for line in (*measured, *turned))
        picture = embedded(place.picture, PLACE)
        figures.append(f'<figure><img src="{picture}" alt="{number + 1}/{len(places)}"><figcaption>{lines}</figcaption></figure>')
    curved = any(place.cosine is not None for place in places)
    key = "way_curved" if curved else "way_straight" if len(places) > 1 else "way_still"
    return f'{hint(say(key, language))}<div class="places">{"".join(figures)}</div>'


def notes(session: Session, keys: Sequence[str], language: str) -> str:
    """Above the picture: warnings about the photo, and that a region is protected."""
    kept = f'<p class="kept">{html.escape(say("protected_now", language))}</p>' if session.version.protected is not None else ""
    return warned(keys, language) + kept


def warned(keys: Sequence[str], language: str) -> str:
    return "".join(f'<p class="warning">{html.escape(say(f"warn_{key}", language))}</p>' for key in keys)


def check(session: Session, engine: str, keys: Sequence[str], language: str) -> str:
    """The aligned photo beside what the engine makes of it without any edit, with their difference and the photo's warnings."""
    encoded = session.encoded.get((engine, session.chosen))
    remarks = warned(keys, language) or f'<p class="fine">{html.escape(say("warn_none", language))}</p>'
    if encoded is None:
        return f'<div class="check"><p class="quiet">{html.escape(say("check_waiting", language))}</p>{remarks}</div>'
    figures = "".join(
        f'<figure><img src="{embedded(picture.resize((CHECK, CHECK), Image.Resampling.BICUBIC), CHECK)}" alt="{caption}">'
        f"<figcaption>{caption}</figcaption></figure>"
        for picture, caption in (
            (encoded.aligned.image, html.escape(say("check_crop", language))),
            (encoded.reconstruction, html.escape(say("check_rebuilt", language))),
        )
    )
    return (
        f'<div class="check"><div class="figures">{figures}</div><div><p><b>{html.escape(_match(encoded, language))}</b></p>{remarks}'
        f'<p class="quiet">{html.escape(say("check_hint", language))}</p></div></div>'
    )


def rebuilding_error(encoded: Encoded) -> tuple[float, float]:
    """How far the unedited rebuilt face is from the photo: mean difference of 255, and peak signal-to-noise ratio in decibels."""
    size = encoded.reconstruction.size
    own = np.asarray(encoded.aligned.image.resize(size), np.float64)
    difference = np.asarray(encoded.reconstruction, np.float64) - own
    return float(np.abs(difference).mean()), 20 * math.log10(255 / max(math.sqrt((difference**2).mean()), 1e-3))


def _match(encoded: Encoded, language: str) -> str:
    error, decibels = rebuilding_error(encoded)
    verdict = say("check_good" if decibels >= GOOD else "check_fair" if decibels >= FAIR else "check_poor", language)
    return say("check_figure", language, error=error, decibels=decibels, verdict=verdict)


def hint(text: str) -> str:
    return f'<p class="hint">{html.escape(text)}</p>'


def told(text: str) -> str:
    return f'<p class="fine" role="status">{html.escape(text)}</p>'


def working(report: Report | None, language: str, what: str = "") -> str:
    """Work in progress, in the words of `what`; `report` is None while it waits for a free place."""
    if report is None:
        return f'<div class="busy" role="status"><span>{html.escape(say("queued", language))}</span></div>'
    text = what or f"{say('working', language)} {report.step}/{report.total}"
    share = report.step / max(report.total, 1)
    preview = f'<img src="{embedded(report.preview, THUMBNAIL)}" alt="">' if report.preview else ""
    return (
        f'<div class="busy" role="status">{preview}<span>{html.escape(text)}</span>'
        f'<span class="meter"><i style="width:{share:.0%}"></i></span></div>'
    )


def engine_picker(rows: Sequence[Mapping[str, object]], chosen: str | None, language: str) -> str:
    """Every engine with what it is; those that cannot run here are greyed, with the reason."""
    options = []
    title = say("engine_none", language)
    for row in rows:
        name = str(row["name"])
        if name == chosen:
            title = str(row["title"])
        facts = [row.get("summary"), row.get("paper"), f"{say('licence', language)}: {row['licence']}" if row.get("licence") else ""]
        lines = "".join(f"<small>{html.escape(str(fact))}</small>" for fact in facts if fact)
        why = "" if row["available"] else f'<small class="why">{html.escape(str(row["reason"]))}</small>'
        options.append(
            f'<button type="button" data-act="engine" data-name="{html.escape(name)}" aria-pressed="{str(name == chosen).lower()}"'
            f"{'' if row['available'] else ' disabled'}><b>{html.escape(str(row['title']))}</b>{lines}{why}</button>"
        )
    heading = f"<span>{html.escape(say('engine', language))}</span> {html.escape(title)}"
    return f'<details class="engines"><summary>{heading}</summary><div class="menu">{"".join(options)}</div></details>'


def warning(text: str) -> str:
    """What went wrong, in a visitor's words; nothing for no text."""
    return f'<p class="warning">{html.escape(text)}</p>' if text else ""
