"""The many ways to say that something shall go -> "remove ...": "get the mascara off me", "cancel the double chin", "un-bald him"."""

from __future__ import annotations

from chat.rewriting import rewritten

_THEIRS = r"(?:the|his|her|their|my|your|its|this|that|those|these|all|any)"
_NO_NAME = (
    r"(?:but|with|then|put|make|give|add|get|keep|leave|turn|let|take|open|off|out|away|back|up|so|is|are|should|as|like|in|on|to"
    r"|years?|decades?|weight|pounds|kilos)"
)
_WHAT = rf"({_THEIRS} (?:(?!{_NO_NAME}\b)\w+ ){{1,4}}?)"
_NO_HAIR = r"(?!(?:\w+ ){0,2}(?:hair|locks|fringe|bangs)\b)"
"""Hair that is taken out of the face stays on the head."""
_RIGHT = r"(?:(?:right|straight|clean|completely|entirely|all the way|all) )*"
_OF_SOMEBODY = (
    r"(?: (?:of |from )?(?:(?:the|his|her|their|my|your) (?:face|head|neck|ears|nose|chin|skin|cheeks|jaw|(?=lips))|him|her|me|them|us)\b)?"
)
_VERBS = (
    r"(?:get|have|getting|taking|lop|hack|fade|melt|wash|wipe|scrub|rub|peel|whip|rip|tear|clean|wax|lift|whisk|yank"
    r"|airbrush|photoshop|edit|magic|wish|chase|shoo|send|clear|"
    r"smooth)"
)
_ON_THE_LIP = r"moustache|mustache|tache|tash|stache|goatee"
_WORN = r"beard|moustache|mustache|tache|stache|goatee|hat|cap|beanie|earrings|hoops|studs|necklace|pearls|chain|frown|scowl"
_REMOVALS = (
    (rf"\b(?:hide|cover|conceal|disguise|mask)(?: up)? {_THEIRS}(?: \w+){{1,2}} (?:with|under|behind|beneath) (?=an? "
     rf"|some |{_WORN}|bangs|\w+ bangs)",
     "add "),
    (r"\b(?:would|could|might|will|can) (an? (?:\w+ )?\w+) (?:hide|cover|mask|disguise|conceal)\b[^,.;!?]*", r"add \1"),
    (r"(?<!add )\b(an? (?:\w+ )?\w+) (?:would|could|might|will|can|to) (?:hide|cover|mask|disguise|conceal)\b[^,.;!?]*", r"add \1"),
    (rf"\b(?:{_VERBS}|take|pull) (it|them|those|that) {_RIGHT}(?:off|out|away|packing)(?= |[,.;!?]|$){_OF_SOMEBODY}(?: again\b)?",
     r"remove \1"),
    (rf"\b(?:{_VERBS}|take|keep) {_WHAT}{_RIGHT}out of (?:there|here|the way|sight|(?:the|this|my) (?:picture|photo|shot|frame))\b",
     r"remove \1"),
    (rf"\b{_VERBS} {_NO_HAIR}{_WHAT}{_RIGHT}(?:off|out|away)(?= |[,.;!?]|$)(?! of\b){_OF_SOMEBODY}", r"remove \1"),
    (rf"\btake {_WHAT}(?:away )?from (?:him|her|me|them)\b", r"remove \1"),
    (rf"\b(?:get|take|help) (?:him|her|me|them) out of (?={_THEIRS} )", "remove "),
    (rf"\b(remove|get rid of|lose|delete|erase|without|no|drop) ((?:\w+ ){{1,4}}?)and (?:{_THEIRS} )?"
     r"(?=(?:wrinkles|lines|furrows|creases|crows? feet)\b)",
     r"\1 \2and no "),
    (rf"\btake {_NO_HAIR}{_WHAT}{_RIGHT}(?:out|away)(?= *(?:[,.;!?]|$))", r"remove \1"),
    (rf"\b(?:relieve|rid|free|strip|divest) (?:him|her|them|me|us|it|{_THEIRS} (?:\w+ )?\w+) (?:of|from) (?={_THEIRS} )"
     rf"|\bspare (?:me|us) (?={_THEIRS} )|\b(?:scratch|strike(?: out| off)?|sack|ban) (?=(?:the|his|her|their|my|your) )", "remove "),
    (rf"({_THEIRS} (?:\w+ )?\w+) (?:goes|is a (?:no|nope)\b(?: from (?:\w+ ?){{1,2}})?|never it)(?= *(?:[.,;!?]|$))", r"\1 must go"),
    (rf"\b(?:could|can|should|may|might) ({_THEIRS} (?:\w+ )?\w+) (?:go|come (?:off|out))(?= *(?:please|now)? *(?:[.,;!?]|$))",
     r"\1 must go"),
    (rf"^(?=.*\b(?:{_ON_THE_LIP})\b)(?!.*\b(?:beard|head|hair|stubble|chin)\b)(.*?)\b(?:shave|shear|razor) (?:it|that|them)\b"
     r"(?: (?:right|clean|all))?(?: off| away)?", r"\1remove it"),
    (r"\b(?:skip|forgo|unclasp|unhook|rob (?:him|her|them) of|"
     rf"retire|release|banish|cancel|abolish|evict|expel|eject|dissolve|evaporate|obliterate|edit out|photoshop out"
     rf"|airbrush (?:out|away)|crop out|"
     rf"paint out|cut out"
     rf"|smooth away|brush away|rub out|blot out|clear away|send away|lift away|whisk away|get shot of|part with) (?={_THEIRS} )",
     "remove "),
    (rf"\b(?:replace|swap|exchange|trade|switch|change|turn)(?: out)? ({_THEIRS} (?:{_WORN}))(?: (?:on|in) \w+ \w+)? (?:for|with|by|to|"
     rf"into) "
     rf"(?!(?:\w+ ){{0,3}}(?:ones?|stubble)\b)", r"remove \1, add "),
    (r"\b(?:make|have|want) (?:(?:it|him|her|sure) )?(?:so |so that |that )?(?:he|she|i|they) (?:never|dont) (?:(?:wears?|wearing|has|"
     r"have|be) )?",
     "make him no "),
    (rf"(?:^|(?<=[,.;!] )|(?<=and )|(?<=so ))(?:out|away|off) (?:with|come|comes) (?={_THEIRS}\b)", "remove "),
    (r"(?:^|(?<=[,.;!] )|(?<=and ))in (?:with|comes?) (?=(?:the|an?|some|his|her)\b)", "add "),
    (rf"\b((?:glasses|spectacles|specs|sunglasses|shades|{_WORN}|makeup|lipstick)) (?:goes|go)(?=[,.;!?]|$)", r"\1 off"),
    (rf"^(?:{_THEIRS} )?((?:\w+ )?(?:{_WORN}|glasses|fringe|bangs)) (?:is |are |keeps? )?(?:hid(?:es?|ing)|cover(?:s|ing)|"
     r"block(?:s|ing)|obscur(?:es?|ing)) [^,.;!?]*[,.;!?]+ (?:please |so |and |can |could |would |you |we |i )*(?:remove|ditch|lose|"
     r"get rid|take|see|show|drop|lift)\b[^,.;!?]*", r"remove the \1"),
    (rf"\b({_WORN}|glasses|specs|spectacles|shades|sunglasses|makeup|lipstick)\b([^,.;!?]*[,.;!?]+) out(?=[,.!?]|$)", r"\1 off\2"),
    (r"\b(?:can|could|might|should|must|may) (?:(?:just|please|now|\w+ly) )?(?:leave|depart|go|go away|be (?:gone|evicted|"
     r"banished))(?=[,.;!?]|$)",
     "should go"),
    (r"\b(?:un|de) ?(?=(?:bald|tan|blush|frown|wrinkle|curl)\b)", "no "),
    (r"\bzero (?=(?!degrees?\b|percent\b|points?\b|out\b|to\b|on\b|of\b)[a-z])", "no "),
    (r"\b(?:dont|never) (?:really )?care for\b", "dislike"),
    (r"(?:^|(?<=[,.;!?] )|(?<=and )|(?<=please ))do (?=(?:get|give|make(?! ?up)|take|remove|put|add|lose|let|turn|trim|shave|change)\b)",
     ""),
    (r"\b(?:there is )?no need (?:to|for you to) (?:(?:do anything|worry|bother) (?:about|to|with)|change|touch|alter|edit|remove|fix"
     r"|mess with)\b", "keep"),
)  # fmt: skip


def plainly_removed(text: str) -> str:
    """Normalised text in which "remove" and "keep" stand for their many figures of speech."""
    return rewritten(text, _REMOVALS)
