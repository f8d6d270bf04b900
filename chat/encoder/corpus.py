"""Labelled sentences from our own templates, the way Talk-to-Edit trains its language encoder (Jiang et al., ICCV 2021, supplement B).

The templates are in assets/chat/templates. Each belongs to one split, by a checksum of its words or by its file, so no sentence of the
validation or the held-out split is made from a template that was trained on; of the pools that stand for words without end, one half is
for training. The validation templates were written after the rest, by the hands that wrote the last ones for practice.
"""

from __future__ import annotations

import random
import re
import string
import tomllib
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, product
from pathlib import Path
from typing import Any, Literal

from chat.encoder.vocabulary import Vocabulary, build, split
from chat.interpretation import MOVES
from graded import GRADED, MAX_DEGREE

Split = Literal["training", "validation", "held_out"]
FOLDER = Path(__file__).parents[2] / "assets" / "chat" / "templates"
FILES = ("shared", *GRADED, "replies", "off_topic")
ADDED: Mapping[str, Split] = {
    "practice": "training",
    "composed": "training",
    "voices": "training",
    "validation": "validation",
    "voices_validation": "validation",
}
"""Files of templates that belong to one split as a whole; their tables have the other files' names, and pools of their own."""
DIRECTIONS = {"more": "positive", "less": "negative"}

SHARES = (0.5, 0.17, 0.1, 0.18, 0.05)
"""Requests, replies, replies with a request, sentences that are none of it, and two requests in one sentence."""
TRAINING_SHARES = (0.31, 0.29, 0.10, 0.27, 0.03)
"""The same in training: what is no request has more ways to be said than all the rest."""
OPENING, CLOSING, TYPO, STRANGER = 0.15, 0.15, 0.08, 0.12
"""Probabilities that a sentence gets a word or two before or after it, a slip of the finger, and a request an unknown word."""
VARIED, SYNONYM = 0.7, 0.3
"""Probabilities that a training sentence is said in other words, and then that a word of it is."""
TRIES = 20
"""How often a training sentence is worded anew where another split may say the same."""
FAMILIAR = 0.35
"""Probability that a training sentence that is no request is about things whose names the encoder knows from requests."""

ASKING = (
    "make", "can", "like", "want", "see", "try", "opening", "closing", "idea", "result", "change", "changes", "alter", "keep",
)  # fmt: skip
"""Pools of words that do not say what is asked for."""

Pools = Mapping[str, list[str]]
"""A pool's name -> what may stand for it."""
_ALTERNATIVES = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(rf"\{{(\w+)\}}|{_ALTERNATIVES.pattern}")


@dataclass(frozen=True)
class Sentence:
    """`labels` hold the heads that the sentence teaches; `templates` are those that it was made from."""

    text: str
    labels: Mapping[str, str]
    templates: tuple[str, ...]


@cache
def _batches(name: str) -> dict:
    """A file as it is written: some of its lists of templates are lists of batches."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def _file(name: str) -> dict:
    """The same with the batches of each list joined, what was added to it after them, and every template where amended.toml has it."""
    joined = _joined(_batches(name), [_batches(added).get(name, {}) for added in ADDED])
    return _amended(joined, _batches("amended").get(name, {}), frozenset(chain.from_iterable(_lists(_batches("amended")))))


def _amended(node: Any, amended: Any, moved: frozenset[str]) -> Any:
    if isinstance(node, dict):
        return {key: value if key == "pools" else _amended(value, amended.get(key, {}), moved) for key, value in node.items()}
    return [*(template for template in node if template not in moved), *amended] if isinstance(node, list) else node


def _joined(node: Any, added: Sequence[Any]) -> Any:
    if isinstance(node, dict):
        joined = {key: _joined(value, [more[key] for more in added if key in more]) for key, value in node.items()}
        return {key: value for more in added for key, value in more.items()} | joined
    if isinstance(node, list) and isinstance(node[0], list):
        node = [template for batch in node for template in batch]
    return [*node, *chain.from_iterable(added)] if isinstance(node, list) else node


@cache
def splits() -> Mapping[str, Split]:
    """Every template and the split it belongs to: of every batch one seventh is held out, the rest is for training, as is what was added
    for practice.

    Batches are split by themselves, so that a new one moves no template from one split to another. A template that can say the same as
    an earlier one goes where that one is; an added one that can say only what another split says is left out.
    """
    found: dict[str, Split] = {}
    said: dict[tuple[str, ...], Split] = {}

    for name in FILES:
        for batch in _lists(_batches(name)):
            for rank, template in enumerate(sorted(batch, key=lambda text: zlib.crc32(text.encode()))):
                sayings = set(_sayings(template))
                earlier = {said[saying] for saying in sayings if saying in said}
                ranked: Split = "held_out" if rank % 7 == 3 else "training"
                part = next((part for part in ("held_out", "training") if part in earlier), ranked)
                found.setdefault(template, part)
                said.update((saying, part) for saying in sayings if saying not in said)

    for name, part in ADDED.items():
        for template in chain.from_iterable(_lists(_batches(name))):
            if any(said.get(saying, part) == part for saying in _sayings(template)):
                found.setdefault(template, part)
    return found


def _lists(node: Any) -> Iterator[list[str]]:
    """The lists of templates in a file, batch by batch."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in ("pools", "open"):
                yield from _lists(value)
    elif isinstance(node, list) and isinstance(node[0], list):
        yield from node
    elif isinstance(node, list):
        yield node


def _sayings(template: str) -> Iterator[tuple[str, ...]]:
    """The words of a template for every choice of its alternatives; a pool's name is a word."""
    pieces = [piece.split("|") for piece in _ALTERNATIVES.split(template)]
    return (_saying("".join(chosen)) for chosen in product(*pieces))


def _saying(text: str) -> tuple[str, ...]:
    return tuple(split(re.sub(r"\{(\w+)\}", r" \1 ", text)))


@cache
def _reserved() -> frozenset[tuple[str, ...]]:
    """What the templates say that training is not to see."""
    return frozenset(chain.from_iterable(_sayings(template) for template, part in splits().items() if part != "training"))


@cache
def _synonyms() -> Mapping[str, list[str]]:
    """A word or phrase -> what may stand for it."""
    found: dict[str, list[str]] = {}
    for group in _batches("synonyms")["groups"]:
        for phrase in group:
            found.setdefault(phrase, []).extend(other for other in group if other != phrase)
    return found


@cache
def _any_synonym() -> re.Pattern[str]:
    """The longest phrase wins."""
    return re.compile(r"\b(" + "|".join(map(re.escape, sorted(_synonyms(), key=len, reverse=True))) + r")\b(?!'t)")


def training_vocabulary() -> Vocabulary:
    """Words of the training templates, if more than one has them, of their synonyms and of the pools, but for those that stand for words
    without end."""
    templates = Counter(word for template, part in splits().items() if part == "training" for word in _words([template]))
    texts = list(_synonyms())
    for name in FILES:
        closed = {key: entries for key, entries in _file(name)["pools"].items() if key not in _file(name).get("open", ())}
        texts.extend(entry for entries in closed.values() for entry in entries)
    counts = Counter(word for text in texts for word in _words([text]))
    counts.update({word: count for word, count in templates.items() if count > 1 or word in counts})
    counts.update(str(number) for number in (*range(11), *range(15, 101, 5)))
    return build(counts)


def decisive_words() -> set[str]:
    """Words of the pools that say what a sentence is about, how much, yes or no: without one of them its labels may not be true."""
    pools = [item for name in FILES if name != "off_topic" for item in _batches(name)["pools"].items()]
    return _words(entry for name, entries in pools if name not in ASKING for entry in entries)


def _words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in split(re.sub(r"\{\w+\}|[\[\]|]", " ", text)) if not text.startswith("#")}


def corpus(part: Split, count: int, seed: int) -> Iterator[Sentence]:
    """`count` sentences; the same for the same seed."""
    author = _Author(part, random.Random(f"{part} {seed}"))
    for _ in range(count):
        yield author.sentence()


class _Author:
    """Writes sentences from the templates of one split."""

    def __init__(self, part: Split, rng: random.Random):
        self.part, self.rng = part, rng
        self.pools = _file("shared")["pools"]
        self.replies = {name: entry for name, entry in _file("replies").items() if "start" in entry}
        self.foreign = _foreign_pools(part)
        self.own = {template for template, its_part in splits().items() if its_part == part}
        self.replaceable = {template for name, frames in _file("shared").items() if name not in ("pools", "remove") for template in frames}

    def sentence(self) -> Sentence:
        writers = (self._request, self._reply, self._reply_request, self._off_topic, self._two_requests)
        sentence = self.rng.choices(writers, TRAINING_SHARES if self.part == "training" else SHARES)[0]()
        text = sentence.text
        if self.part == "training" and self.rng.random() < VARIED:
            text = self._in_other_words(text)
        if self.rng.random() < TYPO:
            text = self._with_typo(text)
        return Sentence(text, sentence.labels, sentence.templates)

    def _request(self) -> Sentence:
        request = self._bare_request(self.rng.choice(GRADED))
        return Sentence(self._framed(request.text), {move: "request" for move in MOVES} | request.labels, request.templates)

    def _bare_request(self, attribute: str) -> Sentence:
        mode = self.rng.choices(("target", "definite", "indefinite"), (4, 3, 3))[0]
        labels = {"attribute": attribute, "request_mode": mode}
        scope: list[Pools] = [_file(attribute)["pools"], self.pools]
        if mode == "target":
            frames, more = self._target(attribute, scope)
        else:
            frames, more = self._change(attribute, mode, scope)
        usable = [templates for templates in frames if not self.own.isdisjoint(templates)]
        template = self._pick(self.rng.choice(usable))
        text = self._worded(template)
        text = self._with_stranger(text) if self.rng.random() < STRANGER else text
        return Sentence(self._expanded(text, [*scope, self.foreign]), labels | more, (template,))

    def _target(self, attribute: str, scope: list[Pools]) -> tuple[list[list[str]], dict[str, str]]:
        """Lists of templates for a degree, and the labels it adds; its pools go to the front of `scope`."""
        own, shared = _file(attribute), _file("shared")
        degree = str(self.rng.randint(0, MAX_DEGREE))
        scope.insert(0, _of_degree(scope, degree))
        frames = [own["target"][degree], shared["look"], shared["number"]]
        if attribute == "age":
            frames += [own["like"]["frames"], *[own["like"]["years"]] * 2]
        elif degree == "0":
            frames.append(shared["remove"])
        return frames, {"target_score": degree}

    def _change(self, attribute: str, mode: str, scope: list[Pools]) -> tuple[list[list[str]], dict[str, str]]:
        """The same for a change."""
        own, shared = _file(attribute), _file("shared")
        direction = self.rng.choice(tuple(DIRECTIONS))
        labels = {"score_change_direction": direction}
        scope.insert(0, self._of_direction(own["pools"], direction))
        special = own[DIRECTIONS[direction]]
        if mode == "definite":
            labels["score_change_value"] = value = str(self.rng.randint(1, MAX_DEGREE))
            scope.insert(0, _of_degree(scope, value))
            return [_measured(templates, scope[0]) for templates in (special["definite"], shared["amount"], shared["extent"])], labels
        frames = [special["direction"], shared["direction"]]
        return frames + ([shared["add"]] if direction == "more" and attribute != "age" else []), labels

    def _of_direction(self, pools: Pools, direction: str) -> Pools:
        """What is "too long" should be less long, and so should what is "not short enough"."""
        raising, excess, lacking = ("increase", "little", "much") if direction == "more" else ("decrease", "much", "little")
        return {"compare": pools[direction], "raise": self.pools[raising], "excess": pools[excess], "lacking": pools[lacking]}

    def _reply(self) -> Sentence:
        name = self.rng.choice(tuple(self.replies))
        kind = self.replies[name]
        labels = {move: kind[move] for move in MOVES if kind[move]}
        labels["request_mode"] = "end" if kind.get("ends") else "none"
        scope: list[Pools] = [_file("replies")["pools"], self.pools, self.foreign]  # the last for what amended.toml moved from there
        templates = kind["templates"]
        if "direction" in kind:
            labels |= {"attribute": "same", "score_change_direction": kind["direction"], "request_mode": "indefinite"}
            if self.rng.random() < 0.6:
                value = self.rng.randint(1, MAX_DEGREE)
                labels |= {"request_mode": "definite", "score_change_value": str(value)}
                scope.insert(0, _of_degree(scope, str(value)))
                templates = kind[self.rng.choice([measure for measure in ("amount", "extent") if measure in scope[0]])]
        template = self._pick(templates)
        return Sentence(self._expanded(self._worded(template), scope), labels, (template,))

    def _reply_request(self) -> Sentence:
        kind = self.rng.choice(("yes_request", "no_request"))
        template = self._pick(_file("replies")[kind]["templates"])
        opening = self._expanded(self._worded(template), [_file("replies")["pools"], self.pools])
        request = self._bare_request(self.rng.choice(GRADED))
        labels = {"start": "request", "suggestion": kind, "whether_enough": kind, "whats_next": "request"} | request.labels
        return Sentence(opening + request.text, labels, (template, *request.templates))

    def _off_topic(self) -> Sentence:
        """A sentence about anything, or a request in the usual frames for something that cannot be edited."""
        pools, frames = self.foreign, _file("shared")
        if self.part == "training" and self.rng.random() < FAMILIAR:
            pools = pools | {"thing": pools["familiar"], "part": pools["familiar"]}
        scope: list[Pools] = [pools, self.pools, _file("replies")["pools"]]  # the last for what amended.toml moved from there
        templates = _file("off_topic")["templates"]
        if self.rng.random() < 0.5:
            direction = self.rng.choice(("more", "less"))
            degree = str(self.rng.randint(1, MAX_DEGREE - 1))
            scope.insert(0, _of_degree(scope, degree) | self._of_direction(pools, direction))
            templates = frames[self.rng.choice([name for name in frames if name != "pools"])]
        template = self._pick(templates)
        return Sentence(self._framed(self._expanded(self._worded(template), scope)), self._nothing(), (template,))

    def _two_requests(self) -> Sentence:
        """What the encoder has no way to express, so it should keep silent."""
        first, second = (self._bare_request(attribute) for attribute in self.rng.sample(GRADED, 2))
        link = self.rng.choice((" and ", ", and ", ", ", " but ", " then ", " and also "))
        return Sentence(first.text + link + second.text, self._nothing(), first.templates + second.templates)

    @staticmethod
    def _nothing() -> dict[str, str]:
        return {move: "none" for move in MOVES} | {"request_mode": "none"}

    def _pick(self, templates: list[str]) -> str:
        return self.rng.choice([template for template in templates if template in self.own])

    def _worded(self, template: str) -> str:
        """A template for training with its alternatives chosen, if possible so that no template of another split can say the same."""
        if self.part != "training":
            return template
        for _ in range(TRIES):
            text = _ALTERNATIVES.sub(lambda found: self.rng.choice(found[1].split("|")), template)
            if _saying(text) not in _reserved():
                break
        return text

    def _expanded(self, text: str, scope: list[Pools]) -> str:
        def filled(slot: re.Match[str]) -> str:
            if slot[1] is None:
                return self.rng.choice(slot[2].split("|"))
            return self.rng.choice(next(pools[slot[1]] for pools in scope if slot[1] in pools))

        while _SLOT.search(text):
            text = _SLOT.sub(filled, text)
        text = re.sub(r"#(\d+)-(\d+)", lambda span: str(self.rng.randint(int(span[1]), int(span[2]))), text)
        return " ".join(text.split()) + (" " if text.endswith(" ") else "")

    def _with_stranger(self, template: str) -> str:
        """A template with a word that says nothing more; in a frame for any attribute it may take the place of one of the frame's words."""
        stranger = self.rng.choice(("{thing}", "{adjective}", "{verb}"))
        parts = re.findall(r"\[[^\]]*\]|\S+", template)
        plain = [i for i, part in enumerate(parts) if part.isalpha()]
        if plain and self.rng.random() < 0.6 and template in self.replaceable:
            parts[self.rng.choice(plain)] = stranger
        else:
            parts.insert(self.rng.randrange(len(parts)), stranger)
        return " ".join(parts)

    def _framed(self, text: str) -> str:
        opening = self.rng.choice(self.pools["opening"]) + " " if self.rng.random() < OPENING else ""
        return opening + text + (" " + self.rng.choice(self.pools["closing"]) if self.rng.random() < CLOSING else "")

    def _in_other_words(self, text: str) -> str:
        synonyms = _synonyms()
        return _any_synonym().sub(lambda found: self.rng.choice(synonyms[found[0]]) if self.rng.random() < SYNONYM else found[0], text)

    def _with_typo(self, text: str) -> str:
        """One slip in one word of at least five letters, never in its first: a letter lost, doubled, replaced, or swapped with the next."""
        words = text.split(" ")
        long = [i for i, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
        if not long:
            return text
        at = self.rng.choice(long)
        word, i = words[at], self.rng.randrange(1, len(words[at]) - 1)
        letter = self.rng.choice(string.ascii_lowercase)
        rests = (word[i + 1 :], word[i] + word[i:], letter + word[i + 1 :], word[i + 1] + word[i] + word[i + 2 :])
        words[at] = word[:i] + self.rng.choice(rests)
        return " ".join(words)


def _foreign_pools(part: Split) -> dict[str, list[str]]:
    """Pools of what cannot be edited; of those that stand for words without end, one half is for training."""
    own = _file("off_topic")
    half = slice(0, None, 2) if part == "training" else slice(1, None, 2)
    return {name: entries[half] if name in own["open"] else entries for name, entries in own["pools"].items()}


def _of_degree(scope: list[Pools], degree: str) -> Pools:
    """The pools of one degree under their plain names: "look_3" as "look"."""
    pools = {key: entries for pools in reversed(scope) for key, entries in pools.items()}
    return {key.removesuffix(f"_{degree}"): entries for key, entries in pools.items() if key.endswith(f"_{degree}")}


def _measured(templates: list[str], pools: Pools) -> list[str]:
    """Those whose measures ("{span}", "{amount}", "{extent}") exist for a degree."""
    missing = [f"{{{name}}}" for name in ("amount", "extent", "span") if name not in pools]
    return [template for template in templates if not any(slot in template for slot in missing)]
