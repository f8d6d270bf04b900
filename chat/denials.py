"""What sounds like a denial and is a wish, an answer or a word to the assistant: "a beard wouldn't hurt", "no make it longer"."""

from __future__ import annotations

from chat.comparatives import ANY_COMPARATIVE
from chat.rewriting import rewritten

_NOT = r"(?:wouldn'?t|would not|couldn'?t|could not|can'?t|can ?not)"
_HURT = (
    r"(?:(?:really|actually|exactly) )?(?:hurt|harm|go amiss|be (?:(?:so|too|that|half) )?(?:bad|wrong|amiss)"
    r"|be a bad (?:idea|thing|look|choice))"
)
_TRY = r"(?:to )?(be|look|see|hav|get|try|wear)(?:e|ing)? "
_WISHES = (
    (rf"^(that|it|this) {_NOT} {_HURT}[.! ]*$", r"\1 would be nice"),
    (rf"\b(?:it )?{_NOT} {_HURT} to (?=\w)", "please "),
    (rf"(?<!\bit )(?<!\bthat )(?<!\bthis )\b{_NOT} (?:{_HURT}|look (?:(?:so|too|that|half) )?bad)\b", "would be nice"),
    (rf"\b(?:(i|we|he|she|they) |^)(?:wouldn'?t|would not) (?:(?:really|actually) )?(?:mind|say no to) (?:{_TRY})?(?=\w)",
     lambda found: f"{found[1] or 'i'} would like {'to ' + found[2].replace('hav', 'have') + ' ' if found[2] else ''}"),
    (r"^wouldn'?t (it|that) be (?=nice|great|good|cool|lovely|fun|better|a (?:hoot|laugh|treat)\b)", r"\1 would be "),
    (r"\bi(?:'?m| am) not (?:against|opposed to|averse to) (?=\w)", "i would like "),
)  # fmt: skip


def said_positively(text: str) -> str:
    """Lower-case text, "wouldn't" and "doesn't" still apart in it, with "I wouldn't mind a beard" as a plain wish."""
    return rewritten(text, _WISHES)


_AMOUNT = r"(?:a (?:bit|little|tad|touch|lot)|bit|much|even|still|slightly|somewhat|way|far|lots)"
_WHOSE = r"(?:the|his|her|their|my|your|its|those|these)"
_ENDS = r"(?= (?:please|pls|now|then|instead|though|but)\b|[,.;!?]|$)"
_BEGINS = (
    r"(?:(?:make(?! ?up\b)|give|add|put|remove|delete|take|turn|let|lets|set|try|keep|leave|bring|get|lose|drop(?! earrings?\b)|swap"
    r"|replace|restore|rather|just|only|but|instead|maybe|please|dont|not|never|with|without|go (?:back|for|with)|show me)\b(?= \w)"
    rf"|(?:change|edit|shave|cut|trim|grow|show|dye|colou?r|fix) (?:{_WHOSE}|it|this|that|them|him|me)\b"
    rf"|(?:{_AMOUNT} )*(?:less|(?!longer\b){ANY_COMPARATIVE}|longer(?= (?:bangs|fringe|hair|beard|stubble)\b)|longer{_ENDS})"
    r"(?! than\b)(?=[ ,.;!?]|$)"
    rf"|(?:{_AMOUNT} )+more\b|(?:{_AMOUNT} )*too (?=\w)"
    rf"|(?:smile|laugh|grin) (?:{_AMOUNT} )*(?:more|less|{ANY_COMPARATIVE}){_ENDS}"
    r"|(?:i|he|she|we|they|you)\b(?= \w)"
    r"|(?:it|that|this) (?:is|was|looks?|should|must|needs?|too|way|far|still|just|not|never|dont|ok|fine|good|great|perfect|enough)\b"
    rf"|{_WHOSE} (?:\w+ ){{1,2}}(?:should|must|needs?|could|can|is|are|was|has|have|looks?|too|less|more|{ANY_COMPARATIVE})\b)"
)
"""How a request begins, and not the name of what "no" does away with: "no make it shorter", but "no make-up"; "no longer bangs"."""
_JUDGED = (
    r"(?:(?:(?:it|that|this|he|she) |looks )(?:(?:is|looks|so|really|just|very|way|far) )*"
    r"(?:good|great|perfect|fine|enough|nice|lovely|amazing|awesome|right|too \w+)\b|i (?:really )?(?:like|love) (?:it|that|this)\b)"
)
_ASIDES = (
    (rf"^(?:no thanks?|no thank you|no)(?= {_BEGINS})", r"\g<0>,"),
    (rf"^(stop(?: it| that)?(?: right)?(?: there| here| now)?(?: please)?) (?={_JUDGED})", r"\1, "),
    (r"^(stop(?: it| that)?(?: right)? (?:there|here|now)) (?=(?:and )?(?:make|give|add|put|remove|take|turn|let|try|change)\b)", r"\1, "),
    (r"\b(?:stop (?:looking|being|acting)|dont (?:look|be)) (?:so|too) (old|young)\b", r"look too \1"),
    (r"\bstop (?:looking|being|acting) (?=so |too )", "dont look "),
    (r"^(?:(?:so|but|and|then|well|hm+) )*why not (?!(?:just )?leave|keep|(?:give|do|try) (?:it|that)\b|him\b|her\b|me\b|\w+ing\b)"
     r"(?=\w)", "how about "),
    (rf"\bi dont (?:want|need) (?:any )?(?:more|{ANY_COMPARATIVE})(?: \w+)? than (?:that|this|now|it is)\b", "enough"),
    (r"\bi (?:dont|wouldnt|would not) mind if you (?=\w)", "please "),
    (r"^(?:no,? )*anything but (?=(?:an?|the|some)\b)", "no "),
    (r"(?:[ ,]+(?:so|and|but)|^)(?: please)? dont be (?:too )?(?:surprised|shocked|confused|alarmed|scared|worried|irritated|puzzled)\b"
     r"(?: (?:if|that|when|by|at) [^,.;]*)?", ""),
    (r"^(?:(?:but|and|hey|oh|um|wait)[ ,]+)*(?:you (?:(?:also|just|have|still) )*forgot|dont forget) to (?!add\b|put\b|give\b)", "please "),
)  # fmt: skip


def without_denials(text: str) -> str:
    """Normalised text in which only what denies something still sounds so."""
    return rewritten(text, _ASIDES)
