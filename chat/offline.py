"""The interpreter that needs no network: commands, a grammar over clauses, and a language encoder where the grammar has nothing to say.

Which of them speaks: a sentence that is a command is one. Else the grammar reads it, clause by clause, and what it understands stands,
unless the sentence hardly sounds like a request at all (chat/asking.py); where unknown words make the grammar doubt that something is
asked for, that and the encoder decide. Where it found no attribute and no refusal, the encoder is asked for all of it. Below measured
confidences neither is believed, and the visitor is asked; what was probably meant is then among the answers (chat/guessing.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from backends.base import EditPlan, EditStep
from chat.asking import only_mentions
from chat.clauses import Clause, split_clauses
from chat.commands import command, commands, corrections, listed_commands, take_answer, take_forgotten, without_small_talk
from chat.composing import composed, in_plain_english
from chat.contradictions import alternatives, choice, contradictions, in_one_mood, without_superseded
from chat.ellipsis import with_ellipsis
from chat.guessing import guessed, hardly_meant, without_passing_age
from chat.interpretation import Context, Interpretation, clipped_step
from chat.learnt import second_opinion, sounds_like_a_request
from chat.mood import only_tells, pieces, takes_up, tells_a_story, wants_something_else
from chat.naming import named
from chat.normalise import (
    Words,
    looks_like_code,
    names_only_a_person,
    normalise,
    take_face,
    take_sampling_steps,
    with_strengths_as_percent,
)
from chat.prompt_words import MOODS, THINGS, label, thing_of
from chat.steps import LARGE, SMALL, step_for
from chat.tokens import Token, tokenise
from chat.tongue import CHOICES, DEFAULT, OFFERS, Said, ask_how
from chat.wishes import MOVES, Wish, is_prompted, rival_wishes, wish, without_replaced
from chat.wishes import question_about as question_about_prompt
from graded import GRADED, MAX_DEGREE
from prompts import rivals

NOTHING_SAID = Said("nothing_said")
NOTHING_YET = Said("nothing_yet")
TAKE_BACK = Said("take_back")
WHAT_ABOUT_THEM = Said("what_about_them")
LAUGH = Said("laugh")
WHICH = Said("which")
UNSURE = Said("unsure")
FOREIGN = Said("foreign")


class OfflineInterpreter:
    """A lexicon, a careful spelling check and a few rules of English; the same sentence always means the same."""

    def interpret(self, text: str, context: Context) -> Interpretation:
        words = normalise(text, context.language)
        return replace(self._understood(text, words, context), language=words.language)

    def _understood(self, text: str, words: Words, context: Context) -> Interpretation:
        naming = named(text, context)
        if naming:
            return naming
        if not words.text and words.smileys == "laugh":  # as likely about the picture as for it
            return Interpretation("unclear", questions=(LAUGH,), options=(OFFERS["smile"][0],))
        if context.prompts and words.text in MOODS and not any(letter.isalpha() for letter in text):
            return Interpretation("unclear", questions=(Said("feeling", (words.text,)),), options=(label(words.text),), about=(words.text,))
        found = self._read(words.text, context)
        if found.changes and looks_like_code(text):
            return Interpretation("unclear", questions=(NOTHING_SAID,), confidence=0.0)
        if words.smileys and found.intent == "unclear" and not found.unknown:
            found = self._read(f"{words.text} {words.smileys}".strip(), context)
        if found.intent == "unclear" and words.text and not (found.about or found.options or found.unavailable):
            found = _taken_over(second_opinion(words.text, context), context) or found
        if found.intent in ("unclear", "out_of_scope") and words.text:
            found = guessed(words.text, found, context)
        if found.intent == "edit":
            found = without_passing_age(words.text, found)
        foreign = words.language != DEFAULT or not text.isascii()
        if foreign and found.intent == "unclear" and found.unknown:
            found = replace(found, notes=(FOREIGN,))
        return found

    def _read(self, text: str, context: Context) -> Interpretation:
        if not text:
            return Interpretation("unclear", questions=(NOTHING_SAID,), confidence=0.0)
        intent = command(text) or commands(text)
        if intent == "describe":
            return _described(text, context)
        if intent:
            return _commanded(intent, context)
        forgotten = take_forgotten(text)
        if forgotten:
            return _overlooked(forgotten, context)
        answer, rest = take_answer(text)
        if answer:
            return self._answered(answer, rest, text, context)
        shorter = without_small_talk(text)
        intent = listed_commands(text) or command(shorter)
        if intent:
            return _commanded(intent, context)
        parts = corrections(shorter)
        if len(parts) > 1:
            return _corrected(parts, context)
        return _request(parts[0], context)

    def _answered(self, answer: str, rest: str, text: str, context: Context) -> Interpretation:
        """ "Yes, but a short one", "no, make him laugh", "yes, that's all"."""
        offered = _offered(context) if answer == "yes" else ()
        if offered and _only_tempers(rest):
            return replace(_request(f"{normalise(context.offer).text} a bit", replace(context, offer="")), answer=answer)
        found = self._read(rest, replace(context, offer="", last=offered or context.last))
        if found.intent in ("yes", "no"):
            return _commanded(found.intent, context)
        if answer == "yes" and found.intent in ("thanks", "enough"):
            return _commanded(answer, context)
        if found.intent == "unclear" and not found.questions and not found.unknown:
            return _commanded(answer, context)
        mentioned = {step.attribute for step in found.steps}
        too = re.search(r"\b(?:and|also|too|as well|plus)\b", text)
        if found.intent == "edit" and offered and too and not mentioned.intersection(step.attribute for step in offered):
            found = replace(found, steps=offered + found.steps)
        return replace(found, answer=answer)


def _commanded(command: str, context: Context) -> Interpretation:
    intent, _, topic = command.partition(" ")
    if intent == "yes":
        return Interpretation("yes", _offered(context), answer="yes")
    if intent == "no":
        again = context.move == "whether_enough"
        return Interpretation("no", tuple(_repeated(context.last, 1, "small")) if again else (), answer="no")
    if intent == "reverse":
        return _reversed(context)
    if intent == "dislike":
        return Interpretation("unclear", questions=(TAKE_BACK,), options=("Undo",)) if context.last else Interpretation("unclear")
    return Interpretation(intent, topic=topic)


def _taken_over(opinion: Interpretation | None, context: Context) -> Interpretation | None:
    """The encoder's bare yes or no means what it means here: the offer, or more of the last change."""
    bare = opinion is not None and opinion.intent in ("yes", "no")
    return replace(_commanded(opinion.intent, context), confidence=opinion.confidence) if bare else opinion


def _described(text: str, context: Context) -> Interpretation:
    names = dict.fromkeys(token.word.attribute for tokens in _tokens([("", text)], context) for token in tokens if token.has("attribute"))
    return Interpretation("describe", about=tuple(name for name in names if name in context.attributes or is_prompted(name)))


def _reversed(context: Context) -> Interpretation:
    """ "The other way round": as far from where it began, on the other side."""
    steps = tuple(clipped_step(s.attribute, "change", -2 * s.amount) for s in context.last if s.operation == "change")
    return Interpretation("edit", steps) if steps else Interpretation("unclear", questions=(NOTHING_SAID,))


def _offered(context: Context) -> tuple[EditStep, ...]:
    return _request(normalise(context.offer).text, replace(context, offer="")).steps if context.offer else ()


def _overlooked(what: str, context: Context) -> Interpretation:
    """ "You forgot the glasses": they are put on, but whatever is there already may have been meant to go."""
    found = _request(f"add {what}", context)
    there = [step.attribute for step in found.steps if context.degrees.get(step.attribute, 0.0) >= 1]
    if not there:
        return found
    question, options = question_about(there[0])
    return Interpretation("unclear", questions=(question,), options=tuple(options), about=tuple(there))


def _only_tempers(rest: str) -> bool:
    """Whether nothing else is said of a proposal than that little of it will do: "(yes,) but only a little", "(yes,) but less"."""
    clauses = split_clauses(tokenise(rest))
    if len(clauses) != 1 or clauses[0].attributes or clauses[0].unknown:
        return False
    return clauses[0].operation == "less" or (clauses[0].only_amount and clauses[0].amount in ("small", "modest", "least"))


def _corrected(parts: Sequence[str], context: Context) -> Interpretation:
    """The last part, and of the others what it leaves untouched: a correction is about the same attribute, or else about the last one."""
    result = _request(parts[0], context)
    for words in parts[1:]:
        part = _request(words, replace(context, last=result.steps or context.last))
        again = {step.attribute for step in part.steps} | set(part.restore)
        again |= {rival for name in again for rival in rivals(name)}
        earlier = tuple(step for step in result.steps if step.attribute not in again)
        if len(earlier) == len(result.steps):
            earlier = earlier[:-1]
        result = replace(part, steps=earlier + part.steps)
    return result


@dataclass
class _Reading:
    """What the clauses of one sentence came to."""

    steps: list[EditStep] = field(default_factory=list)
    restore: list[str] = field(default_factory=list)
    protected: list[str] = field(default_factory=list)
    unavailable: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    asked: list[tuple[Said, ...]] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    open: dict[str, Wish] = field(default_factory=dict)
    """Things and prompts that shall change, with what to ask unless the sentence says into what."""
    mentioned: list[str] = field(default_factory=list)
    about: list[str] = field(default_factory=list)

    def ask(self, questions: tuple[Said, ...], options: Sequence[str], *about: str) -> None:
        self.asked.append(questions)
        self.options.extend(options)
        self.about.extend(about)

    @property
    def asked_in_doubt(self) -> bool:
        """Whether a question stands for all that was not understood."""
        return bool(self.asked) and (bool(self.mentioned) or any(UNSURE in questions for questions in self.asked))

    def ask_about(self, name: str, *before: Said) -> None:
        """`before` are sentences to begin with."""
        question, options = question_about(name)
        self.ask((*before, question), options, name)

    def ask_whether(self, name: str) -> None:
        """Whether anything shall be done about what was only mentioned."""
        self.ask_about(name, *(() if is_prompted(name) and name not in THINGS else (Said("shall_i_change", (name,)),)))


def _request(said: str, context: Context) -> Interpretation:
    text = said
    tells = all(only_tells(piece) for _, piece in pieces(text))
    if context.prompts:
        text = in_plain_english(text)
    text, sampling_steps = take_sampling_steps(with_strengths_as_percent(text))
    text, face = take_face(text)
    if tells:  # "that was fast", "all of us wear glasses"
        sampling_steps, face = None, ""
    if names_only_a_person(text):
        return Interpretation("unclear", questions=(WHAT_ABOUT_THEM,))
    parts = pieces(text)
    tokens = _tokens(parts, context)
    elsewhere = wants_something_else(text)
    telling = elsewhere or tells_a_story(text) or only_mentions(said)
    read = _clauses(parts, tokens, telling)
    clauses = with_ellipsis(read, context)
    sure = any(clause.requests and not clause.doubtful for clause in clauses)
    asking = not sure and any(clause.stray or clause.doubtful or clause.operation == "mention" for clause in clauses)
    reading = _Reading()
    if re.match(r"(?:and |do )?(?:the )?same (?:thing )?(?:with|for|to|on)\b", text):
        names = [name for clause in clauses for name in clause.attributes]
        return Interpretation("edit", tuple(replace(step, attribute=name) for name in names for step in context.last[-1:]))
    heard = (asking or any(clause.doubtful for clause in clauses)) and sounds_like_a_request(said, tokens, clauses)
    for clause in clauses:
        _take(replace(clause, stray=not heard) if asking else clause, context, reading, heard)
    for name, found in reading.open.items():  # "swap the cap for a beanie" leaves nothing open
        if not {thing_of(step.attribute) for step in reading.steps} & {name, thing_of(name)}:
            reading.ask(found.questions, found.options, name)
    opposed = contradictions(reading.steps, text)
    opposed += [s.attribute for s in reading.steps if s.attribute in reading.protected and s.operation == "set" and s.amount == 0]
    opposed += alternatives(clauses)
    either = choice(clauses)
    if either:
        opposed = []
        reading.steps = [step for step in reading.steps if not {step.attribute, thing_of(step.attribute)}.intersection(either)]
        reading.asked, reading.options, reading.about = [], [], []
        reading.ask((WHICH,), [_offer(name) for name in either])
    for name in opposed:
        reading.steps = [step for step in reading.steps if step.attribute != name]
        reading.ask_about(name)
    reading.steps, given_up = in_one_mood(without_replaced(without_superseded(reading.steps)))
    reading.restore.extend(name for name in given_up if context.degrees.get(name, 0.0) > 0)
    rivalling = rival_wishes(reading.steps, text)
    if rivalling:
        reading.steps = [step for step in reading.steps if step.attribute not in rivalling]
        reading.ask((WHICH,), [_offer(name) for name in rivalling], *rivalling)
    mentioned = [name for name in reading.mentioned if not is_prompted(name) or context.degrees.get(name, 0.0) < MAX_DEGREE]
    if mentioned and not (reading.steps or reading.asked or reading.restore or elsewhere):
        reading.ask_whether(mentioned[0])
    changed = {*(step.attribute for step in reading.steps), *reading.restore}
    if (
        len(changed) == 1
        and any(clause.attributes for clause in read)
        and any(clause.unknown for clause in read)
        and hardly_meant(said, *changed)
    ):
        reading = _Reading()
        reading.ask_whether(*changed)
    return _concluded(reading, clauses, sampling_steps, face)


def _tokens(parts: Sequence[tuple[str, str]], context: Context) -> list[list[Token]]:
    """The tokens of every piece of a text; prompts among them where the engine can make any."""
    return composed(parts, context) if context.prompts else [tokenise(piece) for _, piece in parts]


def _clauses(parts: Sequence[tuple[str, str]], tokens: Sequence[list[Token]], telling: bool) -> list[Clause]:
    """The clauses of a text's pieces; in those of a piece that only tells something, or in all if `telling`, the operation is "mention",
    unless another takes up what is told ("show both").
    """
    clauses: list[Clause] = []
    taken = not telling and any(takes_up(piece) for _, piece in parts)
    for (link, piece), of_piece in zip(parts, tokens, strict=True):
        own = split_clauses(of_piece)
        if own and clauses and own[0].link in ("", "soft"):
            own[0] = replace(own[0], link="hard" if re.match(r"(?:just|only)\b", piece) else link)
        if telling or only_tells(piece):
            own = [replace(clause, operation=(clause.operation or "add") if taken else "mention") for clause in own]
        clauses.extend(own)
    return clauses


def _take(clause: Clause, context: Context, reading: _Reading, heard: bool) -> None:
    if clause.keeps:
        if clause.negated:  # "cheerful, not furious"
            reading.restore.extend(name for name in clause.attributes if name in MOODS and context.degrees.get(name, 0.0) > 0)
        reading.protected.extend(clause.attributes + clause.unavailable or clause.unknown or ("the rest",))
        return
    if clause.operation == "ignore":
        return
    if clause.operation == "mention":
        reading.mentioned.extend(clause.attributes)
        reading.unknown.extend(clause.unknown)
        return
    reading.unavailable.extend(clause.unavailable)
    if clause.attributes and (clause.conflict or (clause.doubtful and not heard)):
        reading.ask_about(clause.attributes[0], *((UNSURE,) if clause.doubtful else ()))
        return
    reading.unknown.extend(clause.unknown)
    if clause.about_something_else:
        return
    for name in clause.attributes:
        if is_prompted(name):
            _take_prompt(clause, name, context, reading)
        elif name not in context.attributes:
            reading.unavailable.append(name)
        elif clause.operation in ("restore", "return"):
            reading.restore.append(name)
        else:
            if _adds_nothing(clause, name, reading.steps):
                continue
            degrees = {**context.degrees, **_planned(reading.steps, context)}
            step = step_for(clause, name, degrees.get(name))
            if step is None:
                reading.ask_about(name)
            else:
                reading.steps.append(step)
    if not clause.attributes and clause.operation in ("more", "less") and clause.relative is not None and not clause.unknown:
        if not context.last:
            reading.ask((NOTHING_YET,), ())
        reading.steps.extend(_repeated(context.last, clause.relative, clause.amount, turning=clause.overdone))


def _take_prompt(clause: Clause, name: str, context: Context, reading: _Reading) -> None:
    found = wish(clause, name, context.prompts, {**context.degrees, **_planned(reading.steps, context)})
    reading.restore.extend(found.restore)
    if found.unavailable:
        reading.unavailable.append(found.unavailable)
    if found.questions and clause.operation == "change":
        reading.open[name] = found
    elif found.questions:
        reading.ask(found.questions, found.options, name)
    if not _adds_nothing(clause, name, reading.steps):
        reading.steps.extend(found.steps)


def _adds_nothing(clause: Clause, name: str, steps: list[EditStep]) -> bool:
    """ "Smile, but don't laugh" bounds the smile that was just asked for; "close the mouth, but still smiling" only names it again."""
    if not any(step.attribute == name for step in steps):
        return False
    limits = clause.negated or clause.operation == "remove" or (clause.overdone and clause.amount == "small")
    bounds = limits and clause.degree is not None and clause.degree > 0
    return bounds or clause.bare


def _concluded(reading: _Reading, clauses: list[Clause], sampling_steps: int | None, face: str) -> Interpretation:
    changed = {step.attribute for step in reading.steps}
    protected = tuple(name for name in dict.fromkeys(reading.protected) if name not in changed.union(reading.restore))
    found = Interpretation(
        "edit",
        tuple(reading.steps),
        sampling_steps,
        tuple(name for name in dict.fromkeys(reading.restore) if name not in changed),
        protected,
        tuple(dict.fromkeys(reading.unavailable)),
        () if reading.asked_in_doubt else tuple(dict.fromkeys(reading.unknown)),
        face,
        about=tuple(dict.fromkeys(reading.about)),
        questions=tuple(said for questions in dict.fromkeys(reading.asked) for said in questions),
        options=tuple(dict.fromkeys(reading.options)),
        confidence=_confidence(clauses),
    )
    if found.changes or protected:
        return found
    if face and not any(clause.attributes or clause.unavailable for clause in clauses):
        return replace(found, unknown=())
    guesses = tuple(dict.fromkeys(guess for clause in clauses for guess in clause.guesses))[:3]
    if guesses and not reading.asked:
        return replace(found, intent="unclear", questions=(Said("did_you_mean", guesses),), options=guesses)
    told = bool(clauses) and all(clause.operation == "mention" for clause in clauses)
    return replace(found, intent="out_of_scope" if (found.unavailable or told) and not found.questions else "unclear")


def _confidence(clauses: list[Clause]) -> float:
    """The share of words that are known."""
    words = sum(clause.words for clause in clauses)
    return 1.0 - sum(clause.strangers for clause in clauses) / words if words else 0.0


def question_about(name: str) -> tuple[Said, Sequence[str]]:
    """What to ask where it is open how an attribute shall change, and the answers to it."""
    if is_prompted(name):
        return question_about_prompt(name)
    return ask_how(name), CHOICES[name]


def _offer(name: str) -> str:
    """What to say to have an attribute, a prompt or a thing."""
    return OFFERS[name][0] if name in OFFERS else label(name)


def _planned(steps: list[EditStep], context: Context) -> dict[str, float]:
    """Degrees after `steps`, so that two changes of one attribute in one line build on each other."""
    starts = dict.fromkeys(GRADED, 0.0) | {name: degree for name, degree in context.degrees.items() if not is_prompted(name)}
    known = [EditStep(name, "set", degree) for name, degree in context.degrees.items() if is_prompted(name)]
    return EditPlan((*known, *steps)).degrees_from(starts)


def _repeated(last: tuple[EditStep, ...], sign: int, amount: str, turning: bool = True) -> Iterator[EditStep]:
    """ "More" or "less" of the latest change, in its own direction; but "less" of a smile that just got smaller is an even smaller one,
    unless it was too much (`turning`).
    """
    for step in last:
        down = (step.operation == "change" and step.amount < 0) or (step.operation == "set" and step.amount == 0)
        if sign < 0 and not turning and step.attribute != "age":
            down = False
        far = MOVES[amount] if is_prompted(step.attribute) else LARGE if amount in ("large", "most") else SMALL
        yield EditStep(step.attribute, "change", (-1 if down else 1) * sign * far)
