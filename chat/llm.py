"""The interpreter that asks a language model behind an OpenAI-compatible interface, and answers offline when that fails.

    OPENAI_API_KEY       the key; local servers such as Ollama, vLLM and llama.cpp need none
    OPENAI_BASE_URL      the server, for example http://127.0.0.1:11434/v1; unset or empty: OpenAI's own
    PARLEY_LLM_MODEL     the model's name (default: gpt-4.1-mini)

ChatFace (arXiv 2305.14742, supplement): slot filling with demonstrations gives attribute, strength S and sampling steps T; *semantic
activation* then matches the attribute, a few free words, with the engine's mappers as a multiple choice. Commands ("undo", "yes") are
understood here and need no model. Nothing is sent but the visitor's words, the degrees, the latest steps, what the assistant last asked or
proposed, and the answer that is to be polished (chat/polish.py). Whatever the server answers is checked here, and none of its words are
shown but in an answer that it polished: it can choose edits and nothing else.
"""

from __future__ import annotations

import json
import logging
import math
import os
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ValidationError

from backends.base import EditStep
from chat.composing import composed
from chat.interpretation import Context, Intent, Interpretation, Interpreter, clipped_sampling_steps, clipped_step, written_steps
from chat.normalise import LONGEST_TEXT, normalise
from chat.offline import OfflineInterpreter, question_about
from chat.polish import Polisher
from chat.prompt_words import THINGS
from chat.server import Server, Unanswered, Unreachable, within
from chat.tokens import tokenise
from chat.tongue import DEFAULT, Said
from chat.wishes import LEAST_MOVE, removed
from graded import MAX_DEGREE, MEANINGS

DEFAULT_MODEL = "gpt-4.1-mini"
TIMEOUT = 20.0
"""Seconds within which a visitor has an answer, with the model's help or without."""
REST = 60.0
"""Seconds for which a server that could not be reached is left alone."""
NOT_ANSWERED = Said("not_answered")
_MOST_SLOTS = 6
_ASSETS = Path(__file__).parent.parent / "assets" / "chat"
_log = logging.getLogger(__name__)


class Slot(BaseModel):
    attribute: str
    mapper: str
    kind: Literal["absolute", "relative"]
    direction: Literal["more", "less"]
    strength: float


class Form(BaseModel):
    intent: Intent
    answer: Literal["", "yes", "no"]
    slots: list[Slot]
    time_steps: int | None
    protected: list[str]
    restored: list[str]
    face: str
    ask_about: str


class ModelInterpreter:
    """Commands and empty lines are read offline; everything else by the model, whose `timeout` covers a retry too."""

    def __init__(self, model: str = DEFAULT_MODEL, base_url: str | None = None, api_key: str | None = None, timeout: float = TIMEOUT):
        self.offline = OfflineInterpreter()
        self.server, self._timeout = Server(model, base_url, api_key), timeout
        self._polisher = Polisher(self.server)
        self._plain = False
        """Whether the server turned out not to know about schemas."""
        self._rests_until = 0.0

    def interpret(self, text: str, context: Context) -> Interpretation:
        own = self.offline.interpret(text, context)
        if own.intent not in ("edit", "unclear", "out_of_scope") or not text.strip():
            return own
        if time.monotonic() >= self._rests_until:
            try:
                conversation = messages(text[:LONGEST_TEXT], context)
                form = within(self._timeout, lambda deadline: self._asked_twice(conversation, deadline))
                return replace(understood(form, text, context), language=own.language)
            except Unanswered as failure:
                _log.warning("the language model gave no usable answer: %s", failure)
                if isinstance(failure, Unreachable):
                    self._rests_until = time.monotonic() + REST
        return replace(own, notes=(NOT_ANSWERED, *own.notes))

    def polish(self, sentence: str, language: str = DEFAULT) -> str:
        """An answer in better words, or as it is (see chat/polish.py); a server that has just failed is not asked."""
        return sentence if time.monotonic() < self._rests_until else self._polisher.polish(sentence, language)

    def _asked_twice(self, conversation: list[dict[str, str]], deadline: float) -> Form:
        """Raises Unanswered, or what the client library or a wrong form raises."""
        import openai

        with self.server.client() as client:
            try:
                return self._asked(client, conversation, deadline, self._plain)
            except (openai.AuthenticationError, openai.PermissionDeniedError):
                raise
            except (openai.BadRequestError, openai.NotFoundError, openai.UnprocessableEntityError):
                form = self._asked(client, conversation, deadline, plain=True)
                self._plain = True  # not before it has helped: these words alone may be what the server minds
                return form
            except (openai.OpenAIError, ValidationError, ValueError) as error:
                _log.info("asking the language model again after %s", type(error).__name__)
                if deadline - time.monotonic() < 1.0:
                    raise
                time.sleep(0.2)
            return self._asked(client, conversation, deadline, self._plain)

    def _asked(self, client: object, conversation: list[dict[str, str]], deadline: float, plain: bool) -> Form:
        left = max(deadline - time.monotonic(), 0.1)
        if plain:
            conversation = [
                *conversation[:-1],
                {"role": "system", "content": "Answer with the form as JSON and nothing else."},
                conversation[-1],
            ]
            reply = client.chat.completions.create(model=self.server.model, messages=conversation, timeout=left)
            return Form.model_validate(json_within(reply.choices[0].message.content or ""))
        reply = client.chat.completions.parse(
            model=self.server.model, messages=conversation, response_format=Form, temperature=0, timeout=left
        )
        message = reply.choices[0].message
        if message.refusal or message.parsed is None:
            raise Unanswered("the model refused")
        return message.parsed


def json_within(text: str) -> object:
    """The JSON object in an answer that may have thoughts, fences or pleasantries around it. Raises ValueError."""
    start, end = text.find("{", text.rfind("</think>") + 1), text.rfind("}")
    if start < 0 or end < start:
        raise ValueError("no JSON in the answer")
    return json.loads(text[start : end + 1])


@cache
def _prompt() -> tuple[str, tuple[Mapping[str, object], ...]]:
    demonstrations = json.loads((_ASSETS / "demonstrations.json").read_text(encoding="utf-8"))
    return (_ASSETS / "prompt.md").read_text(encoding="utf-8"), tuple(demonstrations)


def messages(text: str, context: Context) -> list[dict[str, str]]:
    """What is sent: the task with the engine's mappers and the current degrees, demonstrations, and the visitor's words."""
    prompt, demonstrations = _prompt()
    mappers = "\n".join(f'  - "{name}": degrees 0 to 5: {"; ".join(MEANINGS[name])}' for name in context.attributes)
    if context.prompts:
        names = ", ".join(f'"{name}"' for name in context.prompts)
        mappers += f"\n  - looks without degrees, of which strength 1 is all and 0 is the photo's own: {names}"
    known = (*context.attributes, *(name for name in context.prompts if context.degrees.get(name)))
    degrees = ", ".join(f"{name} {context.degrees[name]:.1f}" for name in known if name in context.degrees)
    task = (
        prompt.replace("{mappers}", mappers)
        .replace("{degrees}", degrees or "not measured yet")
        .replace("{last}", written_steps(context.last) or "none")
        .replace("{move}", context.move.replace("_", " "))
        .replace("{offer}", f": “{context.offer}”" if context.offer else "")
    )
    shown = [{"role": "system", "content": task}]
    for example in demonstrations:
        if example.get("prompts", bool(context.prompts)) != bool(context.prompts):
            continue
        shown.append({"role": "user", "content": str(example["request"])})
        shown.append({"role": "assistant", "content": json.dumps(example["form"], ensure_ascii=False)})
    return [*shown, {"role": "user", "content": text}]


def understood(form: Form, text: str, context: Context) -> Interpretation:
    """A filled-in form -> an interpretation that only says what the program can do, in its own words."""
    steps: list[EditStep] = []
    restored = [name for name in form.restored if name in (*context.attributes, *context.prompts)]
    unavailable: list[str] = []
    for slot in form.slots[:_MOST_SLOTS]:
        name = activated(slot, context)
        step = _step(slot, name) if name else None
        if step is not None and name in context.prompts and step == EditStep(name, "set", 0.0):
            instead = removed(name, context.degrees)
            steps.extend(instead.steps)
            restored.extend(instead.restore)
        elif step is not None:
            steps.append(step)
        elif name is None:
            unavailable.append(_showable(slot.attribute, text))
    protected = tuple(_showable(name, text) for name in form.protected[:_MOST_SLOTS])
    found = Interpretation(
        form.intent,
        tuple(steps),
        None if form.time_steps is None else clipped_sampling_steps(form.time_steps),
        tuple(dict.fromkeys(restored)),
        tuple(dict.fromkeys(name for name in protected if name not in {step.attribute for step in steps})),
        tuple(dict.fromkeys(unavailable)),
        face=form.face if form.face in ("left", "right", "middle", "other", "all") or form.face in list("123456789") else "",
        answer=form.answer,
    )
    if form.intent == "unclear" or not (found.changes or found.protected or found.face):
        found = replace(found, steps=(), restore=(), sampling_steps=None)
        if form.ask_about in (*context.attributes, *context.prompts):
            question, options = question_about(form.ask_about)
            return replace(found, intent="unclear", questions=(question,), options=tuple(options), about=(form.ask_about,))
        if form.intent in ("edit", "yes", "no", "version", "name"):  # versions, by number or by name, are the offline interpreter's
            return replace(found, intent="out_of_scope" if unavailable else "unclear")
        return found
    return replace(found, intent="edit")


def activated(slot: Slot, context: Context) -> str | None:
    """Semantic activation: the engine's mapper for a slot, or None. What the lexicon knows of the words outweighs the model's choice."""
    text = normalise(slot.attribute).text
    tokens = composed([("", text)], replace(context, last=(), about=()))[0] if context.prompts else tokenise(text)
    known = [token.word for token in tokens if token.word]
    named = [word.attribute for word in known if word.kind == "attribute"]
    able = (*context.attributes, *context.prompts)
    impossible = any(word.kind == "unavailable" for word in known)
    if named and named[-1] in THINGS:  # "a hat", "hair"
        covered = () if impossible and slot.mapper == "none" else (slot.mapper, THINGS[named[-1]].default)
        return next((name for name in covered if name in THINGS[named[-1]].covers and name in able), None)
    if named:
        return named[-1] if named[-1] in able else None
    if impossible:
        return None
    return slot.mapper if slot.mapper in able else None


def _step(slot: Slot, name: str) -> EditStep | None:
    if not math.isfinite(slot.strength):
        return None
    degrees = min(max(slot.strength, 0.0), 1.0) * MAX_DEGREE
    if slot.kind == "absolute":
        return clipped_step(name, "set", round(degrees, 2))
    least = 1.0 if name in MEANINGS else LEAST_MOVE
    return clipped_step(name, "change", round(max(degrees, least), 2) * (1 if slot.direction == "more" else -1))


def _showable(words: str, text: str) -> str:
    """Words that the answer may repeat: the visitor's own, or words of the lexicon; never what a model made up."""
    words = " ".join(words.lower().split())[:40]
    known = [token.text for token in tokenise(normalise(words).text) if token.word and token.word.kind in ("attribute", "unavailable")]
    return words if words and words in text.lower() else " ".join(known[:2]) or "that"


def from_environment(environment: Mapping[str, str] = os.environ) -> Interpreter:
    """With a language model where the environment names one, else the offline interpreter."""
    key, base_url = environment.get("OPENAI_API_KEY", "").strip(), environment.get("OPENAI_BASE_URL", "").strip()
    if not key and not base_url:
        return OfflineInterpreter()
    return ModelInterpreter(environment.get("PARLEY_LLM_MODEL", "").strip() or DEFAULT_MODEL, base_url or None, key or None)
