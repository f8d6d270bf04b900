"""The columns of a comparison as HTML: the photo and what is asked, then one engine each. Pure functions."""

from __future__ import annotations

import html
from collections.abc import Mapping

from chat.compare import Attempt, Stage, Task
from chat.portrait import portrait
from chat.session import Session
from graded import GRADED, MAX_DEGREE
from ui.markup import embedded
from ui.texts import attribute_name, numeral, say
from ui.trouble import sentence_of
from ui.work import Report

PORTRAIT = 320
"""Side of the faces, in pixels."""


def original(session: Session, task: Task | None, language: str) -> str:
    """The chosen face as it came; once the request is understood, what is asked of it, and the seed."""
    facts = []
    if task:
        facts = [_asked(name, task.before, {}, target, language) for name, target in task.targets.items()]
        facts.append(_quiet(f"{say('seed', language)} {task.session.seed}"))
        if task.notes:
            facts.append(f'<p class="warning">{html.escape(task.notes)}</p>')
    return _column(say("original", language), _face(session), facts)


def waiting(title: str, language: str) -> str:
    return _column(title, _blank(), [_quiet(say("entry_waiting", language))])


def working(title: str, stage: Stage, report: Report, language: str) -> str:
    """An engine at work: how far it is, and its own preview where it has one."""
    share = report.step / max(report.total, 1)
    seen = f'<img src="{embedded(report.preview, PORTRAIT)}" alt="">' if report.preview else _blank()
    words = say(f"stage_{stage}", language)
    return _column(
        title,
        seen,
        [
            f'<div class="busy" role="status"><span>{html.escape(words)} {report.step}/{report.total}</span>'
            f'<span class="meter"><i style="width:{share:.0%}"></i></span></div>'
        ],
    )


def stopped(title: str, language: str) -> str:
    return _column(title, _blank(), [_quiet(say("entry_stopped", language))])


def done(attempt: Attempt, targets: Mapping[str, float], language: str) -> str:
    """What an engine made of the request, and how well; or why it could not."""
    edit = attempt.edit
    if attempt.error:
        return _column(attempt.title, f'<p class="warning">{html.escape(sentence_of(attempt.error, language))}</p>', [])
    facts = [_asked(name, edit.encoded.degrees, edit.degrees, target, language) for name, target in targets.items()]
    figures = [say("similar", language, likeness=edit.likeness)] if edit.likeness is not None else []
    figures += [
        say("encode_seconds", language, seconds=attempt.encode_seconds)
        if attempt.encode_seconds is not None
        else say("encoded_before", language),
        say("edit_seconds", language, seconds=attempt.edit_seconds),
    ]
    facts.append(_quiet(" · ".join(figures)))
    facts += [f'<p class="warning">{html.escape(words)}</p>' for words in shortfalls(attempt, language)]
    return _column(attempt.title, _face(attempt.session), facts)


def shortfalls(attempt: Attempt, language: str) -> list[str]:
    """What an edit fell short in, and what it moved besides, in sentences."""
    told = [
        say(f"verdict_{verdict}", language, name=attribute_name(name, language))
        for name, verdict in attempt.verdicts.items()
        if verdict != "reached"
    ]
    moved = ", ".join(f"{attribute_name(name, language)} {numeral(by, '+.1f', language)}" for name, by in attempt.side_effects.items())
    return told + ([say("moved_besides", language, moves=moved)] if moved else [])


def _column(title: str, face: str, facts: list[str]) -> str:
    return f'<article class="entry"><div class="face">{face}</div><h3>{html.escape(title)}</h3>{"".join(facts)}</article>'


def _face(session: Session) -> str:
    return f'<img src="{embedded(portrait(session, session.cursor, PORTRAIT), PORTRAIT)}" alt="">'


def _blank() -> str:
    return '<span class="blank"></span>'


def _quiet(text: str) -> str:
    return f'<p class="quiet">{html.escape(text)}</p>'


def _asked(name: str, before: Mapping[str, float], after: Mapping[str, float], target: float, language: str) -> str:
    """What was asked of an attribute and what was measured; of a prompt, which nothing measures, what was asked alone."""
    if name in GRADED:
        return _degree(name, before[name], after.get(name), target, language)
    return _quiet(f"{attribute_name(name, language)}: {say('asked', language, target=target)}")


def _degree(name: str, before: float, after: float | None, target: float, language: str) -> str:
    """One asked attribute: a scale from 0 to 5 with where it began, how far it came and what was asked."""
    now = before if after is None else after
    low, high = sorted((before, now))
    moved = " → ".join(numeral(degree, ".1f", language) for degree in (before, after) if degree is not None)
    scale = f'<i style="left:{_percent(low)};width:{_percent(max(high - low, 0.08))}"></i><b style="left:{_percent(target)}"></b>'
    return (
        f'<div class="reached"><span>{html.escape(attribute_name(name, language))}</span><b>{moved}</b>'
        f"<small>{html.escape(say('asked', language, target=target))}</small>"
        f'<span class="scale" aria-hidden="true">{scale}</span></div>'
    )


def _percent(degrees: float) -> str:
    return f"{100 * min(max(degrees, 0.0), MAX_DEGREE) / MAX_DEGREE:.1f}%"
