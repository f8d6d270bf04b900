"""What German does to words, undone for a dictionary: it parts verbs and puts them last, joins nouns, bends adjectives, spells umlauts."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from rapidfuzz.distance import DamerauLevenshtein

_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_ENDINGS = ("em", "en", "er", "es", "e", "n", "s")
_SHORTEST_STEM = 3
_SHORTEST_MISSPELT = 6
"""Letters of the word that another may be a slip of; there are too many short ones that are words themselves."""
_SAID_ALONE = {"", "yes", "no,", "no thanks", "ok", "perfect", "enough", "bye", "hello", "stop", "thanks", "undo", "help"}
"""What words stand for that are whole answers, or nothing: neither bent nor part of a compound."""
_IRREGULAR = {"nimm": "nehmen", "nimmt": "nehmen", "gib": "geben", "tu": "tun", "lässt": "lassen"}
_MODALS = {"soll", "sollen", "sollte", "muss", "kann", "möchte", "will", "kannst", "könntest"}
_STATEMENTS = {"mein", "meine", "meinen", "meinem", "meiner", "unser", "unsere", "um", "wie", "warum"}
"""A clause with one of these asks for nothing by its infinitive: "mein Bruder will den Bart abrasieren", "um ... abzunehmen"."""
_FOR_WHOM = {"ihm", "ihr", "ihnen", "mir", "uns"}
_BARE = dict.fromkeys(("ab", "weg", "runter"), "wegmachen") | dict.fromkeys(("auf", "dran", "drauf", "dazu"), "aufsetzen")
"""Verbs that a prefix alone may stand for: "Bart ab, Brille auf"."""
_DENIALS = {"nicht", "nichts", "nie"}
_NONE = {"kein", "keine", "keinen"}
_COURTESIES = {"bitte", "danke"}
_NO_THINGS = {"smile", "grin", "laugh", "old", "young", "make", "not", "please"}


@dataclass(frozen=True)
class German:
    """`dictionary` has lower-case phrases and their English, among them `infinitives`; `verbs` has these by prefix (or "") and stem."""

    dictionary: Mapping[str, str]
    infinitives: Collection[str]
    verbs: Mapping[tuple[str, str], str]
    spellings: Mapping[str, str]
    """How the dictionary's words may be written -> how it writes them."""

    @classmethod
    def of(cls, dictionary: Mapping[str, str], verbs: list[str]) -> German:
        """`verbs` are infinitives with a bar after a prefix that is parted from them: "ab|nehmen"; the dictionary has them without."""
        parted = [(prefix, infinitive) for prefix, _, infinitive in (verb.rpartition("|") for verb in verbs)]
        by_stem = {(prefix, _stem(infinitive)): prefix + infinitive for prefix, infinitive in parted}
        with_zu = {f"{prefix}zu{infinitive}": prefix + infinitive for prefix, infinitive in parted}
        words = dict.fromkeys(word for phrase in dictionary for word in phrase.split())
        spelt_out = {word.translate(_SPELT_OUT): word for word in reversed(words)}
        return cls(dictionary, frozenset(with_zu.values()), by_stem, with_zu | spelt_out | {word: word for word in words})

    def words(self, words: list[str]) -> list[str]:
        """The words of a request as the dictionary writes them, in the order of an English one; those that it lacks as they are."""
        if " ".join(words) in self.dictionary:
            return words
        words = [word for word, following in zip_longest(words, words[1:]) if (word, following) != (",", "dass")]
        return self._in_order([known for word in words for known in self.known(word) or self._slip_of(word) or [word]])

    def known(self, word: str) -> list[str]:
        """What a word is in the dictionary: itself, its stem, or the two parts of a compound; nothing if it is not there."""
        found = self._bent(word)
        if found:
            return [found]
        for at in range(_SHORTEST_STEM, len(word) - _SHORTEST_STEM + 1):
            first, second = self._part(word[:at]), self._part(word[at:])
            if first and second:
                return [first, second]
        return []

    def slips(self, word: str) -> bool:
        """Whether a word is none of the dictionary's, but nearly one."""
        return not self.known(word) and bool(self._slip_of(word))

    def _bent(self, word: str) -> str:
        if word in self.spellings:
            return self.spellings[word]
        stems = [word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending)]
        candidates = [self.spellings.get(form, "") for stem in stems for form in (stem, f"{stem}e") if len(stem) > _SHORTEST_STEM]
        candidates += [self.spellings.get(f"{word}{ending}", "") for ending in ("n", "en") if len(word) >= _SHORTEST_STEM]
        return next((form for form in candidates if self.dictionary.get(form, "") not in _SAID_ALONE), "")

    def _part(self, part: str) -> str:
        """A part of a compound: "Kurz-haar-", "Perle-n-ohrring"."""
        found = self._bent(part)
        return found if self.dictionary.get(found, "") not in _SAID_ALONE else ""

    def _slip_of(self, word: str) -> list[str]:
        """The only word that differs by a doubled letter, or a longer one by a missing, added or swapped letter."""
        near = {}
        for spelling, known in self.spellings.items():
            if len(spelling) < _SHORTEST_MISSPELT or spelling[0] != word[0] or abs(len(spelling) - len(word)) > 1:
                continue
            doubled = _without_doubles(spelling) == _without_doubles(word)
            replaced = len(spelling) == len(word) and sorted(spelling) != sorted(word)
            if doubled or (
                len(spelling) > _SHORTEST_MISSPELT and not replaced and DamerauLevenshtein.distance(spelling, word, score_cutoff=1) == 1
            ):
                near[self.dictionary.get(known, known)] = known
        return list(near.values()) if len(near) == 1 else []

    def _in_order(self, words: list[str]) -> list[str]:
        """Verbs rejoined with their prefixes and put before what they are about."""
        result: list[str] = []
        before: list[str] = []
        """Things that may belong to a verb to come: "Bart, Hut und Brille entfernen"; but not in "Bart, Brille entfernen"."""
        for clause, separator in self._merged(_clauses(words)):
            verb, rest = self._verb_and_rest(clause)
            if verb:
                result += [*before, *verb, *rest] if before[-1:] == [","] else [*verb, *before, *rest]
                before = []
            elif separator in ("und", "oder", ",") and self._names_a_thing(clause):
                before += [*rest, separator]
                continue
            else:
                result += [*before, *rest]
                before = []
            result += [separator] if separator else []
        return [*result, *before]

    def _merged(self, clauses: list[tuple[list[str], str]]) -> list[tuple[list[str], str]]:
        """Two clauses as one where the second has the first one's prefix: "mach den Bart und die Brille weg"."""
        merged = clauses[:1]
        for clause, separator in clauses[1:]:
            last, link = merged[-1]
            verb = last and clause and self.verbs.get((clause[-1], _infinitive_stem(last[0])))
            whole = self._parted(last) or self._parted(clause)
            if verb and not whole and link in ("und", "oder") and self._names_a_thing(last[1:]):
                merged[-1] = [*last, link, *clause], separator
            else:
                merged.append((clause, separator))
        return merged

    def _verb_and_rest(self, clause: list[str]) -> tuple[list[str], list[str]]:
        """The verb of a request as in the dictionary, after "nicht" if it is denied, and the other words; no verb if it is in its place."""
        words = [word for word in clause if word not in _COURTESIES]
        if words[-1:] == ["mehr"] and _NONE.intersection(words):
            return [], words[:-1]
        if "weder" in words:
            return [], " ".join(words).replace("weder", "kein").replace("noch", "und kein").split()
        if not words or " ".join(words) in self.dictionary or _STATEMENTS.intersection(words):
            return [], clause
        named = [word for word in words[:-1] if word not in _MODALS]
        if words[-1] in _BARE and self._names_a_thing(named):
            return [_BARE[words[-1]]], named
        verb, rest = self._parted(words) or self._last(words) or ("", clause)
        if not verb:
            return [], clause
        denied = bool(_DENIALS.intersection(rest)) or (rest[:1] == ["ohne"] and "zu" in rest)
        if denied:
            rest = [word for word in rest if word not in _DENIALS | {"ohne", "zu"}]
        rest = [word for word in rest if word not in _FOR_WHOM]
        if not any(self.dictionary.get(word, word) for word in rest):
            rest = ["s"]
        return (["nicht", verb] if denied else [verb]), rest

    def _parted(self, words: list[str]) -> tuple[str, list[str]] | None:
        """Of "nimm die Brille ab": "abnehmen"."""
        for at, word in enumerate(words[:-1]):
            verb = self.verbs.get((words[-1], _infinitive_stem(word)))
            if verb:
                return verb, words[:at] + words[at + 1 : -1]
        return None

    def _last(self, words: list[str]) -> tuple[str, list[str]] | None:
        """Of "die Brille abnehmen", "Bart so lassen"; where all the other words are known."""
        for length in (2, 1):
            last, rest = "".join(words[-length:]), words[:-length]
            if rest and last in self.infinitives and all(word in self.spellings for word in rest):
                return last, [word for word in rest if word not in _MODALS]
        return None

    def _names_a_thing(self, clause: list[str]) -> bool:
        """Whether a clause is one word, with an article or not, that can be put on or taken off."""
        named = [english for english in (self.dictionary.get(word, word) for word in clause if word not in _FOR_WHOM) if english]
        return len(named) == 1 and named[0] not in _NO_THINGS and not named[0].endswith("er") and clause[-1] in self.dictionary


def _infinitive_stem(verb: str) -> str:
    """ "nimm" -> "nehm"."""
    return _stem(_IRREGULAR.get(verb, verb))


def _stem(verb: str) -> str:
    """ "setzen", "setze", "setzt" -> "setz"."""
    return re.sub(r"(?<=..)(?:en|e|t|n)$", "", verb)


def _without_doubles(word: str) -> str:
    return re.sub(r"(.)\1", r"\1", word)


def _clauses(words: list[str]) -> list[tuple[list[str], str]]:
    """The words between punctuation, "und", "aber" and the like, each time with what follows them."""
    clauses: list[tuple[list[str], str]] = []
    clause: list[str] = []
    for word in words:
        if re.fullmatch(r"[,;:.!?]|und|oder|aber|dann|jedoch", word):
            clauses.append((clause, word))
            clause = []
        else:
            clause.append(word)
    return [*clauses, (clause, "")]
