"""Names that visitors give to versions by word, and versions that they ask for by name."""

from __future__ import annotations

import re

from chat.interpretation import Context, Interpretation

_QUOTES = "'\"“”„‘’«»"
_NAME = rf"[{_QUOTES}]?(?P<name>[^{_QUOTES}]+?)[{_QUOTES}]?"
_POLITE = "please|ok|okay|and|now|bitte|und"
_GIVEN = re.compile(
    rf"(?:(?:{_POLITE}|lets|let's)[ ,]+)*(?:"
    r"(?:call|name|label|title) (?:this|that|it)(?: (?:one|version|look|picture|photo|face|edit|result))?(?: as)?:? "
    r"|(?:nenn|nenne|benenne) (?:das|dies|dieses|diese|es|sie)(?: (?:version|fassung|bild|foto|gesicht|ergebnis))?(?: als)?:? "
    rf"){_NAME}(?:[ ,]+(?:please|bitte))?[.!]*",
    re.IGNORECASE,
)
_IDIOMS = re.compile(r"(?:a|an|off|quits|even|done|what|whatever|how|ein|einen)\b.*|.*\?", re.IGNORECASE)
""" "Call it a day"."""
_ASKED = re.compile(
    rf"(?:(?:{_POLITE})[ ,]+)*(?:"
    r"(?:(?:go|jump|switch|return|take me|bring me|get|revert) )?back to |(?:go|jump|switch|return) to |(?:show|open|load|restore)(?: me)? "
    r"|(?:geh |gehe |spring |springe )?zurück zu(?:r|m)? |zeig(?:e)?(?: mir)? )"
    r"(?:(?:the|my|version|der|die|das|fassung) )*"
    rf"{_NAME}(?P<kind> (?:version|look|one|fassung))?(?: again| wieder)?[.!]*",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    rf"(?:(?:{_POLITE})[ ,]+)*(?:compare|show|put|vergleiche|vergleich|zeig|zeige)(?: (?:me|mir))?(?: (?:it|this|that|es|das))? "
    rf"(?:with|to|and|against|next to|beside|mit|neben) (?:(?:the|my|version|der|die|das|dem|fassung) )*{_NAME}"
    r"(?P<kind> (?:version|look|one|fassung))?[.!]*",
    re.IGNORECASE,
)


def named(text: str, context: Context) -> Interpretation | None:
    """What a sentence, as it was written, says of a version's name: this one's new name, or the number of that which has one, to be shown
    or compared with."""
    for intent, pattern in (("version", _ASKED), ("compare", _BESIDE)):
        asked = pattern.fullmatch(text.strip())
        if asked:
            plain, whole = asked["name"].casefold(), (asked["name"] + (asked["kind"] or "")).casefold()
            number = context.versions.get(whole, context.versions.get(plain))
            if number is not None:
                return Interpretation(intent, topic=str(number))
    given = _GIVEN.fullmatch(text.strip())
    if given and not _IDIOMS.fullmatch(given["name"].strip()):
        return Interpretation("name", topic=given["name"].strip(" ,.!"))
    return None
