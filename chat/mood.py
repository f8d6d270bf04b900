"""Whether a piece of a sentence wants something, or only tells or asks: "my dad wears glasses", "why do people grow beards?"."""

from __future__ import annotations

import re

_DO = r"(?:make|add|give|put|take|remove|change|see|get|try|turn|have (?:him|her|them|it))"
_ASKS_FOR_AN_EDIT = re.compile(
    r"^(?:(?:what|how) (?:if|about)\b|why (?:not|dont)\b|(?:what|how)\b.*\b(?:look|be|appear|suit)\b.*\b(?:with|without|if|at|as|when"
    r"|like|in|wearing|\d+)\b"
    r"|how (?:would|will|could|might) .*\blook\b"
    rf"|(?:is|would|are|do|does|will) (?:it|you|there|we)\b.*\b(?:possible|able|way|think you (?:can|could)|mind)\b.*\b{_DO}(?:ing)?\b"
    r"|do (?:it|that|this|something|anything|a|an|the|more|less|some|him|her|them|nothing)\b|have (?:him|her|them|it|the)\b)"
)
_QUESTION = re.compile(
    r"^(?:and |but |so |well |hm+ )?(?:who|whom|whose|where|when|why|which|how|what|is|are|was|were|am|does|did|do|dont (?:you|they|we)"
    r"|has|have) \w"
)
_SUBJECT = (
    r"(?:i|we|you|he|she|it|they|that|this|these|those|there|people|everybody|everyone|someone|nobody"
    r"|(?:my|our|your|his|her|their|the) (?:\w+ )?\w+|(?:old|young|most|some|many) \w+)"
)
_VERB = (
    r"(?:am|is|are|was|were|been|had|has|have|wears|wear|wore|took|takes|broke|bought|lost|never|always|usually|often|sometimes|once"
    r"|itch\w*|hates|likes?"
    r"|loves?|loved|hated|costs?|knows?|knew|thinks?|thought|grew|grows|looked|used|works?|makes|made|went|got|feels?|felt|remembers?"
    r"|saw|sees|says|said"
    r"|smiled|laughed|told|asked|tried|came|comes|runs|reads?|smiles (?:at|in|on|when)|laughs (?:at|in|on|when)|looks? (?:old|young"
    r"|happy|older|younger))"
)
_STATEMENT = re.compile(rf"^(?:and |but |so |well |because |hm+ )?{_SUBJECT} (?:really |just |still |also |only |even )?{_VERB}\b")
_REMARK = re.compile(
    r"^i (?:am|was|feel) |^(?:nice|cool|great|lovely|beautiful|cute|awesome|love) (?:(?:the|that|this|his|her|your|those) )?(?:\w+ )?\w+$"
    r"|^(?:people|we|kids|children|men|women) (?!(?:all )?(?:should|must|want|need|would|could))\w|^.*\bat me\b"
    r"|^would you (?:wear|like|have|prefer|want|say)\b|^(?:i am )?not (?:so |quite |too )?sure (?:about|if|whether|of) |^(?:you"
    r"|this \w+|it|that) (?:always "
    r"|really )?makes? me\b|^(?:what an?|nice|cool|great|lovely|pretty|funny)\b.* (?:you|he|she|they) (?:have|has|got|wear)"
)
_WISH = re.compile(
    r"\b(?:should|shall|must|needs?|wants?|would|could|wish|like to|love to|too|so (?!what)\w+|enough|please|not|dont|more|less"
    r"|supposed|prefer|rather|better"
    r"|want to|have to|has to|instead)\b"
)
"""Words by which a statement is a request after all: "he smiles too much"."""


_OTHER_WISH = re.compile(
    r"^(?:please |can you |could you )?(?:repeat|say|spell|translate|print|write|tell|read|sing|explain|define|count|google|search"
    r"|calculate|summari[sz]e|execute|run|send|delete all|play(?! with))\b"
)


def wants_something_else(text: str) -> bool:
    """Whether a sentence asks for what no picture can show: "write me a poem about a beard"."""
    return bool(_OTHER_WISH.match(text))


def only_tells(piece: str) -> bool:
    """Whether a piece of normalised text (between commas or full stops) is no request whatever it mentions."""
    piece = piece.strip(" ,.;:!?")
    if _REMARK.match(piece):
        return True
    if _QUESTION.match(piece):
        return not _ASKS_FOR_AN_EDIT.match(piece)
    return bool(_STATEMENT.match(piece)) and not _WISH.search(piece)


def pieces(text: str) -> list[tuple[str, str]]:
    """(link, piece) at commas, full stops and "but": `link` is "", "comma" or "hard", as the grammar's clauses have it."""
    parts = re.split(r"((?<!\d)[,.;!?\n]+|[,.;!?]+(?!\d)|(?<!everything)(?<!anything)(?<!all)(?= but )|:(?!\s*\d))", text)
    result: list[tuple[str, str]] = []
    link = ""
    for part in parts:
        if part and not part.strip(" ,.:;!?\n"):
            stronger = "comma" if set(part.strip()) == {","} else "hard"
            link = "hard" if link == "hard" else stronger if part.strip() else link
        elif part and part.strip():
            result.append((link if result else "", part.strip()))
            link = ""
    return result
