"""Comparatives, and how people put them who build them another way: "more short", "less thin", "a more light smile"."""

from __future__ import annotations

from chat.rewriting import rewritten


def _compared(adjective: str) -> str:
    ending = {"y": adjective[:-1] + "ier", "e": adjective + "r"}.get(adjective[-1], adjective + "er")
    return adjective + adjective[-1] + "er" if adjective in ("big", "thin", "fat", "slim", "red", "sad") else ending


COMPARATIVES = {
    _compared(adjective): adjective
    for adjective in (
        "old young long short thick thin big small large wide broad narrow dark light bright full heavy bushy dense strong weak soft subtle"
        " faint high low round blond fair red brown black white gray grey pale curly wavy straight frizzy bald happy cheerful friendly"
        " grumpy sad angry serious fat chubby slim skinny plump sharp pointy tiny fine loose tight manly girly"
    ).split()
}
"""Comparatives -> what they compare: "older" -> "old"."""
ANY_COMPARATIVE = rf"(?:{'|'.join(COMPARATIVES)})"
_SMALLER = {adjective: _compared(adjective) for adjective in ("short", "small", "thin", "slim", "narrow")}
_SMALLER |= dict.fromkeys(("little", "tiny"), "smaller")
_LARGER = {"short": "longer", "small": "bigger", "little": "bigger", "thin": "thicker", "slim": "thicker", "narrow": "wider"}
_LIT = r"(?:smiles?|beards?|stubble|bangs|fringe|hair|skin|eyes|eyebrows|lips|frames|glasses)"
_PLAIN = (
    (rf"\b(?<!no )more ({'|'.join(_SMALLER)})\b(?! talk)", lambda found: _SMALLER[found[1]]),
    (rf"\bless ({'|'.join(_LARGER)})\b", lambda found: _LARGER[found[1]]),
    (rf"\bmore light(?= {_LIT}\b)", "lighter"),
    (rf"\b({_LIT} (?:(?:is|be|to|must|should|a|bit|little|much|looks?) )*)more light\b", r"\1lighter"),
    (r"\bmore light\b", "other lighting"),
)


def with_comparatives(text: str) -> str:
    """Normalised text with "more short" as "shorter", which else would be more of something."""
    return rewritten(text, _PLAIN)
