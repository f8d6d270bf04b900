"""Tokens -> clauses, each about one attribute: the grammar of the offline interpreter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from chat import doubts
from chat.lexicon import Word
from chat.tokens import Number, Token


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
    to: bool = False
    """The number is where it shall end: "down to 2"."""
    unavailable: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    guesses: tuple[str, ...] = ()
    words: int = 0
    """How many tokens it has, and `strangers` how many of them are unknown words."""
    strangers: int = 0
    addresses_person: bool = False
    definite: bool = False
    """The attribute came with an article or a possessive: "the smile" is a thing, "smile" may be a verb."""
    new: bool = False
    """It is described like something that is not there yet: "a beard", "big smile"; not "the thick beard"."""
    leading: bool = False
    """The operation stood before the attribute, so it can reach over an "and"."""
    carried: bool = False
    overdone: bool = False
    """It says "too much", which turns back, where "less" goes down."""
    refers: bool = False
    """It has a pronoun: "leave them on"."""
    begins_strangely: bool = False
    """The first word that carries any meaning is an unknown one."""
    conflict: bool = False
    """It says one thing and its opposite: "a long short beard"."""
    stray: bool = False
    """Nothing but unknown words; or, set from outside, part of a sentence that seems to be about something else."""
    describes: bool = False
    """The attribute's name is followed by an unknown word, which it may only describe: "beard oil", "glasses case"."""
    has_colour: bool = False
    acts_elsewhere: bool = False
    removes_it: bool = False
    """It takes away what was spoken of before: "take it off"."""
    echoes: bool = False
    """It asks for the same again: "and the same with the glasses"."""
    relative: int | None = None

    @property
    def keeps(self) -> bool:
        return self.operation in ("keep", "stay")

    @property
    def says_something(self) -> bool:
        return bool(self.operation) or self.points_somewhere

    @property
    def points_somewhere(self) -> bool:
        return bool(self.amount or self.quality or self.comparative or self.number)

    @property
    def only_amount(self) -> bool:
        return bool(self.amount) and self.operation in ("", "make") and not (self.quality or self.comparative or self.number)

    @property
    def only_percent(self) -> bool:
        return self.number is not None and self.number.unit == "%" and not (self.operation or self.quality or self.comparative)

    @property
    def bare(self) -> bool:
        """Nothing but the name of an attribute."""
        return bool(self.attributes) and not (self.says_something or self.direction or self.degree is not None or self.negated)

    @property
    def only_named(self) -> bool:
        """Bare, or with nothing but the verb that an "off" goes with: "get the hat (and the glasses off)"."""
        return replace(self, operation="").bare if self.operation == "make" else self.bare

    @property
    def takes_along(self) -> bool:
        """Whether its "off" is also that of a clause before: "(bangs and) glasses off"."""
        stands_behind = not self.leading or not self.attributes
        return self.operation in ("off", "stay") and self.link == "soft" and stands_behind and not self.refers

    @property
    def requests(self) -> bool:
        """Whether it says what to do, by a verb or a comparison."""
        return bool(
            self.operation not in ("", "mention")
            or self.comparative
            or self.direction
            or (self.attributes and (self.amount or self.quality or self.negated))
        )

    @property
    def doubtful(self) -> bool:
        """Whether it rather tells or asks something than requests an edit: strangers, and nothing that an edit needs."""
        if self.strangers == 0:
            return self.stray
        verb = self.operation not in ("", "make")
        certain = self.comparative or self.operation or (self.by and self.number)
        return self.stray or self.strangers >= 3 or not certain or self.begins_strangely or (not verb and self.strangers > 1)

    @property
    def has_strange_verb(self) -> bool:
        """Whether the unknown word that it begins with seems to be a verb: "move the glasses up", "set a timer for ten years"."""
        return self.begins_strangely and (self.definite or self.number is not None)

    @property
    def about_something_else(self) -> bool:
        """Whether its verb has another object than the attribute: "shave his head", "zoom in on the beard", "make the glasses red"."""
        coloured = self.has_colour and self.definite and self.operation in ("", "make", "change")
        return coloured or self.acts_elsewhere

    def takes_verb_of(self, before: Clause) -> bool:
        """Whether the clause before lends its verb: "remove the beard and the glasses", but not "remove the beard and smile"."""
        if self.attributes == before.attributes and not (self.bare and before.operation in ("remove", "off")):
            return False
        if before.keeps:
            return (before.leading or before.carried) and not (self.direction or self.comparative)
        if not (before.leading or before.carried) or before.operation not in _REACHING:
            return False
        if self.direction or self.comparative or (self.degree is not None and not self.definite and before.operation != "add"):
            return False
        if self.new and self.link != "or" and before.operation != "add":  # "no glasses, a big smile"
            return False
        in_list = before.carried and not before.definite  # "remove glasses, bangs and smile"
        return self.definite or self.attributes[0] not in ("smile", "age") or before.operation in ("more", "less") or in_list


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
    trailing = ("off", "stay", "restore", "return") if has_verb else ("off", "stay", "restore", "return", "more", "less")
    for i in range(first + 1, len(piece)):
        token = piece[i]
        opens = token.has("operation") and token.word.value not in trailing
        if opens or token.has("quality") or token.has("negation") or token.has("determiner") or token.strange:
            return i
    return len(piece)


_REACHING = ("add", "remove", "off", "more", "less", "restore", "return")
"""Operations that reach over an "and"."""
_OF_AGES = frozenset("look looks looking he she they him her them me i was were turn around like at aged".split())
"""Words beside which a number without a unit is an age."""


def _read(link: str, piece: list[Token]) -> Clause:
    attributes = [(i, t.word) for i, t in enumerate(piece) if t.has("attribute")]
    where = attributes[0][0] if attributes else len(piece)
    operations = [(i, t.word.value) for i, t in enumerate(piece) if t.has("operation")]
    negations = [i for i, t in enumerate(piece) if t.has("negation")]
    strong = [(i, value) for i, value in operations if value != "make"] or operations
    at, operation = strong[0] if strong else (len(piece), "")
    stronger = ("off", "remove", "less", "keep", "stay", "restore", "return")
    if operation in ("add", "more", "less"):
        at, operation = next(((i, value) for i, value in strong[1:] if value in stronger and value != operation), (at, operation))
    negated = tempered = False
    if attributes and not operation and any(t.has("amount", "modest") and t.text.endswith("much") for t in piece[:where]):
        operation = "less"  # "not so much beard"
    if negations:
        before = operation
        operation, negated = _negate(piece, negations[0], operations, operation, where)
        tempered = operation == "less" != before
    if operation == "remove" and attributes and any(t.has("amount", "large") for t in piece[where + 1 :]):  # "stop smiling so much"
        operation, tempered = "less", True
    absolute = [word.degree for _, word in attributes if word.degree is not None]
    directions = [word.direction for _, word in attributes if word.direction]
    amounts = [t.word.value for t in piece if t.has("amount")]
    comparatives = [t.word.direction for t in piece if t.has("comparative")]
    qualities = [t.word.value for t in piece if t.has("quality")]
    reached = [t.number for last, t in zip(piece, piece[1:], strict=False) if t.number and last.text == "to"]
    overdone_quality = next(
        (t.word.value for last, t in zip(piece, piece[1:], strict=False) if t.has("quality") and last.text in ("too", "way too")), ""
    )
    if overdone_quality:  # "too bushy"
        comparatives = [1 if overdone_quality in ("short", "thin", "light", "closed", "rimless") else -1]
        qualities = []
    numbers = reached or [t.number for t in piece if t.number]
    inferred = False
    if not attributes and numbers and (numbers[0].unit == "years" or (numbers[0].is_years and any(t.text in _OF_AGES for t in piece))):
        attributes, inferred = [(len(piece), Word("attribute", attribute="age"))], True
    if not operation and any(t.has("attribute") and _begins_with_verb(t.text) for t in piece):  # "put her hair up in a bun"
        operation = "make"
    unknown, guesses = _strangers(piece, bool(attributes))
    strangers = sum(t.strange for t in _without_reason(piece))
    return Clause(
        link=link,
        attributes=tuple(dict.fromkeys(word.attribute for _, word in attributes)),
        operation=operation,
        negated=negated,
        amount="modest" if tempered else _strongest(amounts),
        quality=qualities[0] if qualities else "",
        comparative=comparatives[-1] if comparatives else 0,
        degree=absolute[-1] if absolute else None,
        direction=directions[-1] if directions else 0,
        number=numbers[0] if numbers else None,
        by=any(t.text == "by" for t in piece),
        to=bool(reached) or any(t.number and t.text.endswith(" old") for t in piece),
        unavailable=_joined(piece, lambda token: token.has("unavailable")),
        unknown=unknown,
        guesses=guesses,
        words=len(piece),
        strangers=strangers,
        overdone=any(t.text.startswith(("too ", "way too", "not ")) for t in piece),
        refers=any(t.has("pronoun") for t in piece),
        begins_strangely=doubts.begins_strangely(piece) or (inferred and strangers > 0),
        conflict=doubts.contradicts_itself(piece) or doubts.is_only_a_span(piece),
        stray=not attributes and doubts.is_strange(piece),
        describes=any(t.has("attribute") and after.strange for t, after in zip(piece, piece[1:], strict=False)),
        has_colour=any(t.has("unavailable", "colours") or t.text in ("colour", "color") for t in piece),
        acts_elsewhere=doubts.is_about_another_thing(piece),
        removes_it=not attributes and _removes_it(piece),
        echoes=any(t.text.endswith("same") and after.text in ("with", "for", "goes") for t, after in zip(piece, piece[1:], strict=False)),
        addresses_person=any(t.text in ("him", "her", "them", "me", "us", "person") for t in piece),
        definite=0 < where < len(piece) and (piece[where - 1].has("determiner") or piece[where - 1].has("quality")),
        new=any(t.text in ("a", "an") for t in piece) or (bool(qualities) and not any(t.has("determiner") for t in piece)),
        leading=at < where,
    )


def _removes_it(piece: list[Token]) -> bool:
    """Whether a pronoun stands by a verb that takes away: "lose them", "it must go"."""
    said = [token for token in piece if not (token.has("filler") or token.has("amount"))]
    pairs = (sorted(pair, key=lambda token: token.has("pronoun")) for pair in zip(said, said[1:], strict=False))
    return any(other.has("pronoun") and verb.has("operation") and verb.word.value in ("remove", "off") for verb, other in pairs)


_VERBS = frozenset(
    "put pull tie pin slick comb sweep scrape buzz iron straighten curl wave wash wipe scrub plump pluck tweeze thin slim narrow"
    " take lose ditch fatten bronze hollow sharpen shrink reduce close shut fill bring calm tan man square rid scrub paint"
    " soften raise lift darken lighten whiten redden part widen enlarge drop lower".split()
)
"""With which the names of some looks begin."""
_NAMES = frozenset("tan drop part paint square fill man".split())
"""Those that are no verbs before a noun: "tan skin", "drop earrings"."""
_OBJECTS = frozenset("the his her their my your its that this those these him them me it up out".split())
"""What follows even one of those where it is a verb: "tan his skin"."""
_REASONS = ("so", "so that", "because", "cause", "since", "for", "like", "as", "as if", "as though", "before", "until", "till", "til")


def _begins_with_verb(name: str) -> bool:
    first, *others = name.split()
    return first in _VERBS and (first not in _NAMES or bool(_OBJECTS.intersection(others[:1])))


def _without_reason(piece: list[Token]) -> list[Token]:
    """What comes before the reason or the likeness that is added to a wish: "a few years older so that clients take me seriously"."""
    wished = [i for i, token in enumerate(piece) if token.has("attribute") or token.has("comparative")]
    ends = (i for i, token in enumerate(piece) if wished and i > wished[0] and token.text in _REASONS)
    return piece[: next(ends, len(piece))]


def _strongest(amounts: list[str]) -> str:
    """ "a bit" tempers whatever else is said ("just a little very subtle ...")."""
    return next((value for value in ("modest", "small", "most", "least", "large") if value in amounts), "")


def _negate(piece: list[Token], at: int, operations: list[tuple[int, str]], operation: str, where: int) -> tuple[str, bool]:
    """What "not" does to a clause: it forbids the edit ("don't change it"), or asks for absence ("don't smile", "I don't want glasses").

    Returns the operation, and whether it is the attribute that is negated.
    """
    after = [value for i, value in operations if i > at]
    following = next((token for token in piece[at + 1 :] if token.text not in ("be", "look", "seem", "to", "him", "her", "them")), None)
    if any(token.text in ("want", "need", "wear", "wearing", "have", "having") for token in piece[at + 1 : where]):
        return "remove", False
    if following is not None and following.text in ("like", "love"):
        return "remove", False
    if "keep" in after:
        return "remove", False
    if after:
        return "keep", False
    if following is not None and following.has("attribute") and following.word.attribute == "smile":
        if any(token.has("amount", "large") or token.has("amount", "modest") for token in piece[at:]):  # "don't smile so much"
            return "less", False
        return operation, not following.word.direction  # "don't look so grumpy" still asks for a smile
    return "keep", True


def _strangers(piece: list[Token], understood: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Unknown words of a clause, neighbours joined ("blue spoon"); adjectives count as part of them where no attribute was understood."""

    def strange(token: Token) -> bool:
        return token.strange or (not understood and (token.has("quality") or token.has("comparative")))

    real = {token.text for token in piece if token.strange}
    names = tuple(name for name in _joined(piece, strange) if real.intersection(name.split()))
    return names, tuple(guess for token in piece for guess in token.guesses)


def _joined(piece: list[Token], wanted: Callable[[Token], bool]) -> tuple[str, ...]:
    """The wanted tokens' texts, neighbours as one."""
    groups: list[list[str]] = [[]]
    for token in piece:
        if wanted(token):
            groups[-1].append(token.text)
        elif groups[-1]:
            groups.append([])
    return tuple(" ".join(group) for group in groups if group)
