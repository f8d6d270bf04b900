"""What surrounds a request: whole sentences that are commands, answers, small talk, and the visitor's own corrections."""

from __future__ import annotations

import re

from chat import lexicon

_POLITE = (
    r"^(please|pls|plz|can you|could you|would you|will you|can we|can i|could we|now|ok|okay|well|oh|no|hey|hi|whoa|just|so|hm+|and|then"
    r"|let|lets|alright|whatever|anyway|anyways|nah|yeah|luv it|love it|"
    r"actually|wait|ah|sorry|yes|oops)\b[ ,.!]*|[ ,]*\b(please|pls|plz|now|for me|then|thanks|thank you|mate|man|dude|lol|maybe|perhaps)$"
)
"""What a command may begin or end with."""


def command(text: str) -> str | None:
    """The intent (and the topic after a space) of a sentence that is a command and nothing else."""
    text = re.sub(r"[.!?,;:\s]+$", "", text)
    if len(text) > 120:
        return None
    stripped = text
    while True:
        for intent, pattern in lexicon.COMMANDS:
            found = pattern.fullmatch(stripped)
            if found:
                return " ".join((intent, *map(_numeral, found.groupdict().values())))
        shorter = re.sub(_POLITE, "", stripped).strip()
        if shorter in ("", stripped):
            return lexicon.MISTYPED.get(text)
        stripped = shorter


def _numeral(number: str) -> str:
    """ "2", of "2", "two" or "second"."""
    return lexicon.ORDINALS.get(number) or str(lexicon.NUMBERS.get(number, number))


_GREETINGS = ("thanks", "hello")
_COURTESIES = (*_GREETINGS, "yes", "no", "enough")
_REASON = "help quality"


def commands(text: str, ends: str = r"[.!?]+\s+") -> str | None:
    """The same of a text of which every part between `ends` is a command: the last that is more than a courtesy or a reason ("undo that.
    It looks odd"), or at least more than thanks.
    """
    found = [command(sentence) for sentence in re.split(ends, text) if sentence]
    if len(found) < 2 or None in found:
        return None
    said = [one for one in found if one not in (*_COURTESIES, _REASON)] or [one for one in found if one not in _GREETINGS]
    return (said or found)[-1]


def listed_commands(text: str) -> str | None:
    """The same where commas or "and" part them, too: "I'm done, how do I save it?"."""
    return commands(text, r"[,.!?]+\s+|\s+and\s+")


_STOP = r"(?:stop ?)+(?:(?:it|that|this|right|there|here|now|already|please)\b ?)*"
_ANSWERS = (
    ("yes", r"(?:yes|yeah|yep|yup|sure|ok|okay|of course|absolutely)(?: please)?(?:[ ,.!:]+(?:and|but|now|then)?[ ,]*| but | and )"),
    ("yes", r"(?:yes|yeah|yep) "),
    ("no", r"(?:(?:no|nope|nah) )*(?:no|nope|nah|no thanks|no thank you)[,.!:;]+ *(?:but |and |just )?|(?:nope|nah) "),
)


def take_answer(text: str) -> tuple[str, str]:
    """The "yes" or "no" that a sentence begins with (the last of several), and the rest of it; "no glasses" is no answer."""
    given = ""
    while True:
        for answer, pattern in _ANSWERS:
            found = re.match(rf"(?:{pattern})(?=\w)(?!{_STOP}[,.!])", text)
            if found:
                given, text = answer, text[found.end() :]
                break
        else:
            return given, text


_FORGOTTEN = re.compile(
    r"(?:(?:but|and|hey|oh|um|wait)[ ,]+)*"
    r"(?:you (?:(?:also|just|have|still|totally) )*(?:forgot|missed|skipped|left out|overlooked)|dont forget)"
    r"(?: about)? (?:to (?:add|put|give) )?(?!(?:that|it|me|him|her|how|what|to)\b)(?P<what>\w.*)"
)


def take_forgotten(text: str) -> str:
    """What "you forgot the glasses" or "don't forget the glasses" names; "" for any other sentence."""
    found = _FORGOTTEN.fullmatch(text)
    return found["what"] if found else ""


_SMALL_TALK = (
    r"^(?:(?:hi|hello|hey|hello there|hi there|good morning|thanks|thank you|thx|wow|lol|haha|oh|hm+|well|so|i think|whatever|anyways?"
    r"|i (?:said|told you|asked for)"
    r"|(?:(?:he|she|it|that|this) )?looks? (?:great|good|nice|perfect|better)(?=[,.!;:]| (?:but|and|now|then|just)\b)|love it"
    r"|not bad)\b[ ,.!;:]*(?=\w)"
    rf"|{_STOP}[,.!;]+ *(?=\w)"
    r"|(?:just |and )?(?:(?:one|a) (?:more|last|other|final)|another) (?:thing|wish|request|change)\b[ ,.!;:]*(?=\w)"
    r"|(?:great|nice|cool|perfect|awesome|lovely|good|well)(?: (?:job|work|one|done|stuff))?[,.!;:]+ *(?=\w))+",
    r"[ ,.;]*\b(?:and )?(?:that(?: is)?|this is|it) (?:all|it|enough)$",
    r"[ ,.;]+\b(?:because|cause|cuz|since)\b[^.!?]*",
    r"[ ,.;]*\b(?:thanks|thank you|thx|lol|haha|please|pls|imo|af|tbh|btw|ok|yes|mate|bro|dude)[ .!?]*$",
)
"""What surrounds a request: greetings, announcements, thanks, reasons."""


def without_small_talk(text: str) -> str:
    for pattern in _SMALL_TALK:
        shorter = re.sub(pattern, "", text).strip()
        text = shorter or text
    return text


_CORRECTION = re.compile(
    r"[ ,.;!]*\b(?:no wait|wait no|actually no|no actually|i mean|i meant|sorry i meant|scratch that|or rather"
    r"|on second thought)\b[ ,.;!]*(?:sorry )?"
    r"|[.,;!]+ *(?:or |well |hm+ )?actually[ ,]+(?!.*\b(?:too|also|as well)\b)(?=\w)"
    r"|[.,;!]+ *(?:sorry|wait)[ ,]+(?:no[ ,]+)?(?=\w)|[.,;!]+ *no[,.!]+ *(?=\w)"
)


def corrections(text: str) -> list[str]:
    """What was said first, and what it was corrected to."""
    return [part for part in _CORRECTION.split(text) if part and part.strip(" ,.;!")] or [text]
