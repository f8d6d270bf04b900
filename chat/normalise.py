"""A visitor's raw text -> plain lower-case words, with what smileys, sampling steps and "the man on the left" say taken out of them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from backends.base import MAX_SAMPLING_STEPS, MIN_SAMPLING_STEPS
from chat import lexicon
from chat.comparatives import with_comparatives
from chat.complaints import wish_in
from chat.denials import said_positively, without_denials
from chat.interpretation import clipped_sampling_steps
from chat.languages import language_of, to_english
from chat.phrasing import in_plain_english
from chat.removals import plainly_removed
from chat.tongue import DEFAULT

LONGEST_TEXT = 2000
_TYPED = {
    "luv": "love", "wud": "would", "cud": "could", "shud": "should", "teh": "the", "hte": "the", "dat": "that", "dis": "this", "ur": "your",
    "thru": "through", "bcuz": "because", "coz": "because", "tho": "though", "abit": "a bit", "alot": "a lot", "lil": "little",
    "nae": "no", "gie": "give", "aff": "off", "oot": "out", "doon": "down", "oan": "on", "dae": "do", "broon": "brown",
    "ye": "you", "yer": "your", "jist": "just", "dinnae": "dont", "cannae": "can not", "em": "them", "w": "with",
    "bout": "about", "abt": "about",
    "sumthing": "something", "sth": "something", "rly": "really", "wat": "what", "wut": "what", "rlly": "really",
    "moar": "more", "moer": "more", "outta": "out of", "5 oclock": "five oclock", "5 o clock": "five oclock",
}  # fmt: skip
"""How little words are typed in a hurry -> how they are spelt."""
_SOMEBODYS = re.compile(
    r"(?:\b(make|turn|tie|pull|put|straighten|curl|perm|dye|colou?r|cut|chop|crop|trim|shave|thin|thicken|pluck|remove"
    r"|lose|grow|fix|want|like) "
    r"(?:off )?(?:my|our|your)|\b(?:the|this|that)) (?:\w+ ){0,2}?(?!(?:it|he|she|that|this|what|who|there|here|let)')[a-z]+'s "
    r"(?=(?:\w+ ){0,2}?(?:hair|locks|mane|curls|beard|moustache|goatee|whiskers|fringe|bangs|hairline|eyebrows|brows|stubble)\b)"
)
""""That boy's" hair is the hair; my brother's may be only spoken of."""
_CLEAR = 20
"""T for "clear" or "high quality", as in ChatFace's demonstrations."""


@dataclass(frozen=True)
class Words:
    """`text` are English words without apostrophes and hyphens; `smileys` the word that the first smiling face stands for."""

    text: str
    smileys: str = ""
    language: str = DEFAULT


def normalise(text: str, language: str = DEFAULT) -> Words:
    """`language` is that of words which could be of several."""
    text = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).lower().replace("\ufe0f", "")
    language = language_of(text, language)
    smileys = []
    for symbol, word in lexicon.SMILEYS.items():
        if symbol in text:
            smileys.append(word)
            text = text.replace(symbol, " ")
    for symbol, word in lexicon.THINGS.items():
        text = text.replace(symbol, f" {word} ")
    text = re.sub(r"[\u2018\u2019\u02bc`´]", "'", text)
    text = re.sub(r"\bw/(o\b)?(?! ?\d)", lambda found: "without" if found[1] else "with ", text)
    text = said_positively(to_english(text, language))
    text = re.sub(
        r"\b(he|she|it|they|(?:the|his|her|this|that) \w+) (?:is|are|does|do|was|were|did)(?:n['o]?t| not)\b(?! need| have to)",
        r"\1 never",
        text,
    )
    text = re.sub(
        r"\b(do|does|is|are|should|will|was|did|would)(n[o']?t|nt')\b|\bdo(es)? not\b|\bdont't\b|\bshould not\b|\bis not\b", "dont", text
    )
    text = re.sub(r"\b(i|we|he|she|they|you|that|it)'?d (?=like|love|be|look|suit|rather|prefer)", r"\1 would ", text)
    text = re.sub(r"\bcan(no|')?t\b", "can not", text)
    text = _SOMEBODYS.sub(lambda found: f"{found[1] or ''} the ", text)
    text = re.sub(r"(?<=[a-z])'(s|re|ve|ll|d)\b", "", re.sub(r"\bi'm\b", "i am", text))
    text = re.sub(r"\b(that|what|it|he|she|let|who|there)s\b", r"\1", text)
    text = re.sub(r"\bim\b", "i am", text)
    text = re.sub(r"(?<=[a-z])-(?=[a-z])|'|\"", " ", text.replace("o'clock", "oclock").replace("&", " and "))
    text = re.sub(r"(?<=[a-z]) +\+ +(?=[a-z])", " and ", text)
    text = re.sub(r"(?<=[a-z]) +[-\u2013\u2014]+ +(?=[a-z])", ", ", text)
    text = re.sub(r"([a-z])\1{3,}", r"\1\1", text)
    text = re.sub(r"\s*([,.;!?])(?:\s*\1)+", r"\1", text)
    text = re.sub(rf"\b(?:{'|'.join(_TYPED)})\b", lambda found: _TYPED[found[0]], text)
    text = in_plain_english(plainly_removed(with_comparatives(without_denials(wish_in(text)))))
    return Words(" ".join(text.split()), smileys[0] if smileys else "", language)


_CODE = re.compile(r"</\s*[a-z]|<(?:!|script|img|svg|iframe|style|system|div|a)\b|[{\[]\s*[\"'{]|\$\{|[\"']\s*:\s*[\"'{\[]", re.IGNORECASE)


def looks_like_code(text: str) -> bool:
    """Whether a visitor's raw text is markup or JSON, which nobody says to a portrait."""
    return bool(_CODE.search(text))


_SAMPLING = (
    (r"\b(?:t|steps)\s*=\s*(\d{1,4})\b", None),
    (r"\b(?:(?:use|with|take|in|at|do) )?(\d{1,4}) (?:sampling|diffusion|denoising|time) ?steps?\b", None),
    (r"\b(?:(?:use|with|take|in|at) )?(\d{2,4}) steps\b", None),
    (r"\b(?:in |at |with )?(?:the |its )?(?:best|highest|maximum|max|top|finest|full) (?:possible )?quality\b", MAX_SAMPLING_STEPS),
    (
        r"\b(?:in |at |with |of )?(?:a |an )?(?:make (?:it|the (?:picture|photo|image|result)) )?(?:(?:much |a bit |more )?"
        r"(?:high|higher|better|good|hi|great)[ -](?:quality|res(?:olution)?|def(?:inition)?)|(?:in )?hd|crisp(?:er)?"
        r"|(?<!and )(?<!nose )(?<!nose be )(?<!nose is )(?<!nose tip )(?<!nose to be )(?<!nose should be )sharp(?:er)?"
        r"(?!,? (?:and )?(?:pointed |pointy |high )?(?:nose|cheek ?bones?|cheeks|jaw|chin|eyes|features))"
        r"|clear(?:er)?"
        r"(?= (?:photo|picture|image|pic|portrait)| and |[,.!]|$)|more detail(?:ed|s)?)(?: (?:photo|picture|image|pic|portrait))?\b",
        _CLEAR,
    ),
    (
        r"\b(?:just |only )?(?:a |in |with )?(?<!was )(?<!is )(?<!be )(?<!so )(?<!too )(?<!changing )"
        r"(?:quick|fast|rough|draft|low(?= ?(?:quality|res|mode)))"
        r" ?(?:preview|mode|draft|version|quality|one|look"
        r"|sketch)?\b(?! ?(?:at|forward)\b)",
        MIN_SAMPLING_STEPS,
    ),
)
"""How people ask for more or fewer sampling steps, and T where they do not say a number."""


def take_sampling_steps(text: str) -> tuple[str, int | None]:
    """The text without the words about sampling steps, and T in 8..50."""
    for pattern, steps in _SAMPLING:
        found = re.search(pattern, text)
        if found:
            value = steps if steps is not None else clipped_sampling_steps(float(found[1]))
            return _without(text, found), value
    return text, None


_PERSON = r"(?:man|woman|person|guy|girl|boy|lady|one|face|dude|kid|child|gentleman|people|woman s|man s|subject)"
_COUNTED = {"one": "1", "two": "2", "three": "3", "four": "4"}
_FACES = (
    rf"\b(?:(?:for|of|to|on) )?(?:the )?(?:{_PERSON} )?(?:on|at) (?:the |my |his |her )?(?:far )?(?P<side>left|right)(?: side)?(?: one)?\b",
    rf"\b(?:for |of |to |on )?(?:the )?(?P<side>left|right|middle|central|centre)(?:most)?(?: hand)? {_PERSON}\b",
    rf"\b(?:for |of |to |on )?(?:the )?(?:{_PERSON} )?in the (?P<middle>middle|center|centre)\b(?! of)",
    rf"\b(?:for |of |to |on )?(?:the )?(?P<ordinal>{'|'.join(lexicon.ORDINALS)}) {_PERSON}\b",
    r"\b(?:for |of |to |on )?(?:the )?(?:face|person) (?:number |no |nr )?(?P<number>[1-9]|one|two|three|four)\b",
    rf"\b(?:for |of |to |on )?(?:the )?(?P<other>other|next) (?:{_PERSON}|guy)\b",
    r"\b(?:for |of |to |on )?(?P<all>everyone|everybody|all of (?:them|us)|both of (?:them|us)|(?:all|both)(?: the)? (?:faces|people"
    r"|persons|men|women)"
    r"|each of them|every(?: single)? (?:face|person|one)|them (?:all|both))\b",
)


_ONLY_A_PERSON = re.compile(
    rf"(?:(?:please|now|only|just|ok|i mean|i meant|no|edit|change|choose|select|pick|take|use|work on|do|focus on|about|for|to"
    rf"|switch to) )*"
    rf"(?:the|this|that) {_PERSON}(?: please| now| only| instead| then)?[.!?]*"
)


def names_only_a_person(text: str) -> bool:
    """ "The man": which face that is cannot be told without a side or a number, and what to change is not said."""
    return bool(_ONLY_A_PERSON.fullmatch(text))


def take_face(text: str) -> tuple[str, str]:
    """The text without the words that choose a face, and the choice as `Interpretation.face` has it."""
    for pattern in _FACES:
        found = re.search(pattern, text)
        if found:
            name, value = next((name, value) for name, value in found.groupdict().items() if value)
            if name == "side":
                face = value if value in ("left", "right") else "middle"
            elif name == "ordinal":
                face = lexicon.ORDINALS[value]
            elif name == "number":
                face = _COUNTED.get(value, value)
            else:
                face = name
            return _without(text, found, "them" if face == "all" else "him"), face
    return text, ""


def _without(text: str, found: re.Match[str], instead: str = "") -> str:
    text = f"{text[: found.start()]} {instead} {text[found.end() :]}"
    text = re.sub(r"\s+(?=[,.;:!?])", "", " ".join(text.split()))
    return re.sub(r"^[\s,.;:!?]+|(?<=[,.;:])[\s,.;:]+(?=\w)", lambda m: "" if m.start() == 0 else " ", text).strip()


def with_strengths_as_percent(text: str) -> str:
    """ "At half strength" and "strength 0.4" as "50 %" and "40 %"."""
    for words, percent in (("half|50/50", 50), ("full|maximum|max", 100), ("quarter|low", 25), ("double", 100)):
        text = re.sub(rf"\b(?:at |with |to )?(?:a )?(?:{words}) (?:strength|intensity|power)\b", f"{percent}%", text)
    decimal = r"(0?[.,]\d+|[01](?:[.,]0+)?)"
    text = re.sub(rf"\b(?:with |at |to |to a )?(?:strength|intensity)(?: of| to| at)?\s*[:=]?\s*{decimal}(?![\d%])", _as_percent, text)
    text = re.sub(rf"(?:\bat |\bwith )?(?<![\w.]){decimal} (?:strength|intensity)\b", _as_percent, text)
    return re.sub(r"\b(?:at |with )?(\d+ ?(?:%|percent)) (?:strength|intensity)\b", r"\1", text)


def _as_percent(found: re.Match[str]) -> str:
    return f"{float(found[1].replace(',', '.')) * 100:g}%"
