"""A sentence -> tokens -> clauses, each about one attribute: the grammar of the offline interpreter."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rapidfuzz.distance import DamerauLevenshtein

from chat import lexicon
from chat.lexicon import Word


@dataclass(frozen=True)
class Number:
    """`unit` is "", "%" or "years"; `signed` when it was written with + or -."""

    value: float
    unit: str = ""
    signed: bool = False


@dataclass(frozen=True)
class Token:
    """A phrase and what it means; `word` and `number` are both None for an unknown word. `guesses` are known words that it resembles too
    little to be taken for.
    """

    text: str
    word: Word | None = None
    number: Number | None = None
    guesses: tuple[str, ...] = ()

    def has(self, kind: str, value: str | None = None) -> bool:
        return self.word is not None and self.word.kind == kind and (value is None or self.word.value == value)


@dataclass(frozen=True)
class Clause:
    """One request, still incomplete: `link` is how it hangs on the one before ("" for the first), `attributes` what it is about."""

    link: str = ""
    attributes: tuple[str, ...] = ()
    operation: str = ""
    negated: bool = False
    amount: str = ""
    quality: str = ""
    comparative: int = 0
    degree: float | None = None
    direction: int = 0
    number: Number | None = None
    by: bool = False
    unknown: tuple[str, ...] = ()
    guesses: tuple[str, ...] = ()
    addresses_person: bool = False
    definite: bool = False
    """The attribute came with an article or a possessive: "the smile" is a thing, "smile" may be a verb."""
    leading: bool = False
    """The operation stood before the attribute, so it can reach over an "and"."""
    carried: bool = False
    relative: int | None = None

    @property
    def keeps(self) -> bool:
        return self.operation in ("keep", "stay")

    @property
    def says_something(self) -> bool:
        return bool(self.operation or self.amount or self.quality or self.comparative or self.number)

    @property
    def only_amount(self) -> bool:
        return bool(self.amount) and self.operation in ("", "make") and not (self.quality or self.comparative or self.number)

    def takes_verb_of(self, before: Clause) -> bool:
        """Whether the clause before lends its verb: "remove the beard and the glasses", but not "remove the beard and smile"."""
        if before.keeps:
            return before.leading or before.carried
        if not (before.leading or before.carried) or before.operation not in ("add", "remove", "more", "less", "restore"):
            return False
        if self.direction or (self.degree is not None and not self.definite and before.operation != "add"):
            return False
        return self.definite or self.attributes[0] not in ("smile", "age") or before.operation in ("more", "less")


_SPLIT = re.compile(
    r"[+-]?\d+(?:[.,]\d+)?(?:\s*/\s*5|\s*(?:%|percent\b)|\s*-?\s*(?:years?|yrs?)\b(?: old\b)?)?|[^\W\d_]+|[,;:.!?\n]|=",
)


def tokenise(text: str) -> list[Token]:
    """Normalised text -> the longest known phrases, numbers, and unknown words."""
    raw = _SPLIT.findall(text)
    tokens: list[Token] = []
    at = 0
    while at < len(raw):
        piece = raw[at]
        if piece[-1].isdigit() or piece[0].isdigit() or piece[0] in "+-":
            tokens.append(Token(piece, number=_number(piece)))
            at += 1
            continue
        if piece in ",;.!?:\n=":
            if piece not in ":=":
                tokens.append(Token(piece, Word("link", "comma" if piece == "," else "hard")))
            at += 1
            continue
        for length in range(min(lexicon.LONGEST, len(raw) - at), 0, -1):
            phrase = " ".join(raw[at : at + length])
            if phrase in lexicon.PHRASES:
                tokens.append(Token(phrase, lexicon.PHRASES[phrase]))
                break
        else:
            length = 1
            tokens.append(_spelled_number(raw, at) or _corrected(piece))
        at += length
    return _with_units(tokens)


def _number(piece: str) -> Number:
    value = float(re.match(r"[+-]?\d+(?:[.,]\d+)?", piece).group().replace(",", "."))
    unit = "years" if "y" in piece else "%" if re.search(r"%|percent", piece) else ""
    return Number(value, unit, piece[0] in "+-")


def _spelled_number(raw: list[str], at: int) -> Token | None:
    if raw[at] in ("decade", "decades"):
        return Token(raw[at], number=Number(10.0, "years"))
    value = lexicon.NUMBERS.get(raw[at])
    return None if value is None else Token(raw[at], number=Number(float(value)))


def _with_units(tokens: list[Token]) -> list[Token]:
    """ "ten years (old)" and "two decades" as one number each."""
    result: list[Token] = []
    for token in tokens:
        last = result[-1] if result else None
        if last and last.number and last.number.unit == "" and token.text in ("year", "years", "yrs"):
            result[-1] = replace(last, number=replace(last.number, unit="years"))
        elif last and last.number and last.number.unit == "" and token.text in ("decade", "decades"):
            result[-1] = replace(last, number=replace(last.number, unit="years", value=last.number.value * 10))
        elif last and last.number and last.number.unit == "years" and token.text == "old":
            continue
        else:
            result.append(token)
    return result


_MEANINGFUL = ("attribute", "operation", "comparative", "amount", "quality")
_SINGLE = sorted(phrase for phrase, word in lexicon.PHRASES.items() if " " not in phrase and len(phrase) >= 4 and word.kind in _MEANINGFUL)


def _corrected(word: str) -> Token:
    """A misspelt word as the known word that it is closest to, or as unknown.

    A slip is one edit in a word of five letters or more, two in eight or more; common words that happen to be that close to a known one
    (false friends: "bread", "grasses") and ties between different meanings are not corrected.
    """
    if word in lexicon.FALSE_FRIENDS or len(word) < 3:
        return Token(word)
    near = sorted((DamerauLevenshtein.distance(word, known, score_cutoff=2), known) for known in _SINGLE)
    near = [(distance, known) for distance, known in near if _is_slip(word, known, distance)]
    if not near:
        return Token(word)
    best = [known for distance, known in near if distance == near[0][0]]
    best = [known for known in best if lexicon.PHRASES[known].kind == "attribute"] or best  # "yonger" is no "longer"
    if len(word) >= 5 and len({lexicon.PHRASES[known] for known in best}) == 1:
        return Token(best[0], lexicon.PHRASES[best[0]])
    return Token(word, guesses=tuple(known for known in best if lexicon.PHRASES[known].kind == "attribute"))


def _is_slip(word: str, known: str, distance: int) -> bool:
    """Words that are no attribute are held to more likeness: what they resemble by chance is far commoner."""
    if lexicon.PHRASES[known].kind == "attribute":
        return distance <= (2 if len(word) >= 8 else 1)
    return distance <= 1 and len(known) >= 6 and word[0] == known[0]


def split_clauses(tokens: list[Token]) -> list[Clause]:
    """Cuts at "and", "but", commas and where a second attribute begins, then reads each piece."""
    pieces: list[tuple[str, list[Token]]] = [("", [])]
    for token in tokens:
        if token.has("link"):
            pieces.append((_link(pieces[-1], token), []))
            continue
        link, piece = pieces[-1]
        if token.text in ("just", "only") and not piece:
            pieces[-1] = ("hard" if link else "", [token])
            continue
        known = [t.word.attribute for t in piece if t.has("attribute")]
        if token.has("attribute") and known and token.word.attribute not in known:
            cut = _boundary(piece)
            pieces[-1] = (link, piece[:cut])
            pieces.append(("soft", piece[cut:] + [token]))
        elif token.has("operation", "ignore") or (known and token.has("operation", "keep")):
            pieces.append(("hard", [token]))
        else:
            piece.append(token)
    return [_read(link, piece) for link, piece in pieces if piece]


def _link(last: tuple[str, list[Token]], token: Token) -> str:
    """Two links in a row (", but") are one, the stronger of them."""
    order = ("", "or", "soft", "comma", "hard")
    return token.word.value if last[1] or order.index(token.word.value) > order.index(last[0]) else last[0]


def _boundary(piece: list[Token]) -> int:
    """Where, after the first attribute of `piece`, the words begin that belong to the next one."""
    first = max(i for i, token in enumerate(piece) if token.has("attribute"))
    has_verb = any(token.has("operation") for token in piece[:first])
    trailing = ("off", "stay", "restore") if has_verb else ("off", "stay", "restore", "more", "less")
    for i in range(first + 1, len(piece)):
        token = piece[i]
        opens = token.has("operation") and token.word.value not in trailing
        if opens or token.has("quality") or token.has("negation") or token.has("determiner") or (token.word is None and not token.number):
            return i
    return len(piece)


def _read(link: str, piece: list[Token]) -> Clause:
    attributes = [(i, t.word) for i, t in enumerate(piece) if t.has("attribute")]
    where = attributes[0][0] if attributes else len(piece)
    operations = [(i, t.word.value) for i, t in enumerate(piece) if t.has("operation")]
    negations = [i for i, t in enumerate(piece) if t.has("negation")]
    strong = [(i, value) for i, value in operations if value != "make"] or operations
    at, operation = strong[0] if strong else (len(piece), "")
    stronger = ("off", "remove", "less", "keep", "stay", "restore")
    if operation in ("add", "more"):
        at, operation = next(((i, value) for i, value in strong[1:] if value in stronger), (at, operation))
    negated = False
    if negations:
        operation, negated = _negate(piece, negations[0], operations, operation, where)
    absolute = [word.degree for _, word in attributes if word.degree is not None]
    directions = [word.direction for _, word in attributes if word.direction]
    amounts = [t.word.value for t in piece if t.has("amount")]
    comparatives = [t.word.direction for t in piece if t.has("comparative")]
    qualities = [t.word.value for t in piece if t.has("quality")]
    numbers = [t.number for t in piece if t.number]
    looks = any(t.text in ("look", "looks", "looking") for t in piece)
    if not attributes and numbers and (numbers[0].unit == "years" or (looks and numbers[0].value >= 10)):
        attributes = [(len(piece), Word("attribute", attribute="age"))]
    unknown, guesses = _strangers(piece, bool(attributes))
    return Clause(
        link=link,
        attributes=tuple(dict.fromkeys(word.attribute for _, word in attributes)),
        operation=operation,
        negated=negated,
        amount=_strongest(amounts),
        quality=qualities[0] if qualities else "",
        comparative=comparatives[-1] if comparatives else 0,
        degree=absolute[-1] if absolute else None,
        direction=directions[-1] if directions else 0,
        number=numbers[0] if numbers else None,
        by=any(t.text == "by" for t in piece),
        unknown=unknown,
        guesses=guesses,
        addresses_person=any(t.text in ("him", "her", "them", "me", "us", "person") for t in piece),
        definite=0 < where < len(piece) and (piece[where - 1].has("determiner") or piece[where - 1].has("quality")),
        leading=at < where,
    )


def _strongest(amounts: list[str]) -> str:
    """ "a bit" tempers whatever else is said ("just a little very subtle ...")."""
    return next((value for value in ("modest", "small", "most", "least", "large") if value in amounts), "")


def _negate(piece: list[Token], at: int, operations: list[tuple[int, str]], operation: str, where: int) -> tuple[str, bool]:
    """What "not" does to a clause: it forbids the edit ("don't change it"), or asks for absence ("don't smile", "I don't want glasses").

    Returns the operation, and whether it is the attribute that is negated.
    """
    after = [value for i, value in operations if i > at]
    following = piece[at + 1] if at + 1 < len(piece) else None
    if any(token.text in ("want", "need", "wear", "wearing") for token in piece[at + 1 : where]):
        return "remove", False
    if "keep" in after:
        return "remove", False
    if after:
        return "keep", False
    if following is not None and following.has("attribute") and following.word.attribute == "smile":
        return operation, True
    return "keep", False


def _strangers(piece: list[Token], understood: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Unknown words of a clause, neighbours joined ("blue hat"); adjectives count as part of them where no attribute was understood."""
    groups: list[list[str]] = [[]]
    for token in piece:
        stranger = token.word is None and token.number is None
        if stranger or (not understood and (token.has("quality") or token.has("comparative"))):
            groups[-1].append(token.text)
        elif groups[-1]:
            groups.append([])
    real = {token.text for token in piece if token.word is None and token.number is None}
    names = tuple(" ".join(group) for group in groups if real.intersection(group))
    return names, tuple(guess for token in piece for guess in token.guesses)
