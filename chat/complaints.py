"""What is said against the picture -> the wish in it: "the beard is longer than I'd hoped", "I never smile in photos. Fix that"."""

from __future__ import annotations

import re

from chat.comparatives import ANY_COMPARATIVE, COMPARATIVES
from chat.rewriting import rewritten

_HOPED = (
    r"(?:(?:i|we) (?:(?:had|have|would|really|actually|originally) )*(?:hoped|wanted|want|wished|wish|asked|expected|intended|meant|planned"
    r"|imagined|liked?|preferred|prefer|needed|need|thought|requested|(?:had )?in mind)(?: (?:it|him|her|them)(?: to (?:be|look|get))?)?"
    r"(?: for| to)?|expected|intended|wanted|planned|needed|necessary|desired|hoped(?: for)?|requested|asked(?: for)?"
    r"|(?:he|she|it|they|i|we|that|this) (?:should|ought to|needs? to|has to|have to)(?: (?:be|look))?)(?= |[,.;!?]|$)"
)
_BIDS = re.compile(r"\b(?:make|give|wants?|wanted|needs?|add|let|should|would|could|can|turn|get|grow|put|try|set|keep)\b")
_PLEASED = re.compile(r"\b(?:love|great|nice|perfect|cool|awesome|amazing|good|haha|lol|wow)\b")
_CAME_OUT = re.compile(r"\b(?:came|turned|has come) out\b|\bgot\b|\bbecame\b")
_UNASKED = r"i (?:dont|never|did not) (?:ask(?:ed)?|want(?:ed)?|order(?:ed)?|request(?:ed)?)"
_PLEASE = r"(?:(?:so|and|but|please|pls|just|do|can|could|would|will|you|we|i) )*"
_DISLIKED = r"(?:i )?(?:dont (?:\w+ )?(?:like|love|want)|hate|dislike|am not happy|can not stand)"
_COMPLAINTS = (
    (r"^(?:(?:ok|so|well|but) )*(?:he|she|they) (?:(?:is|are) )?(?:(?:so|very|really|all|completely|totally|going) )*(?:bald|blonde?|ginger"
     r"|brunette|gr[ae]y|pale|bearded|clean shaven)[,.;!]+ (?=(?:so |please |can you |just )*(?:give|make|add|put|grow|dye|tan|turn)\b)",
     ""),
    (rf"^{_DISLIKED} (?:that|how|when) ((?:he|she|they|it|i|(?:his|her|the) \w+) (?:looks?|is|are|seems?|am)) "
     r"(?:(?:so|very|really|that|all) )?(?=\w+\b)([^,.;!?]+?)[,.;!? ]+(?:please |and |so )?"
     r"(?:remove|fix|change|undo|correct|stop|get rid of|lose|take) (?:it|that)(?: away| off)?\b", r"\1 too \2"),
    (r"^(?:my|his|her|our|the) (?:\w+ ){1,2}(?:has|have|wears?|had|wore) (.+?),? so (?:why (?:dont|can not) (?:he|she|i|they)"
     r"(?: have (?:it|them|one|some))?|(?:he|she|i|they) (?:should|must|needs?|wants?)(?: (?:have|get|wear))?(?: (?:it|them|one|some))?"
     r"(?:,? too)?)"
     r"[.!?]*(?: (?:copy|do|add|give|match)(?: (?:him|her|me))? (?:that|it|them|the same|one))?[.!? ]*$", r"give me \1"),
    (rf"\b(?:[^,.;!?]* )?mouth\b[^,.;!?]*[,.;!?] *{_PLEASE}(?:(?:shut|close) (?:it|that)|it (?:should )?be (?:shut|closed))\b(?: up)?",
     "close the mouth"),
    (rf"\b(?:[^,.;!?]* )?(?:he|she|i|they|we) (?:(?:was|were|is|are|am) )?(?:blinked|blinks?|blinking)\b[^,.;!?]*[,.;!?] *{_PLEASE}"
     r"(?:open (?:them|his|her|their|my)|see (?:his|her|their|my|the) eyes)\b(?: eyes)?", "open the eyes"),
    (rf"\b(?:[^,.;!?]* )?(eyes|mouth|lids) (?:(?:is|are|was|were|being) )?(?:\w+ )?(?:shut|closed|open)\b.*?[,.;!? ]"
     rf"{_PLEASE}(open|close|shut) (?:it|them|em)\b(?: up)?", r"\2 the \1"),
    (rf"\b(?:[^,.;!?]* )?eyes (?:(?:is|are|was|were) )?(?:\w+ )?(?:shut|"
     rf"closed)\b.*?[,.;!? ]{_PLEASE}they (?:be )?open(?:ed)?\b", "open the eyes"),
    (rf"^why (?:is|are) there (.+?)[,.;!? ]+(?:and |but )?{_UNASKED}(?: for)?(?: \w+)?[.!?]*$", r"remove \1"),
    (rf"(?:^|(?<=[.!?,;] ))(?:(?:but|hey|and) )*{_UNASKED} (?:you )?(?:for|to (?:add|have|get)) (?!(?:that|this|it|them|one|any)\b)",
     "remove "),
)  # fmt: skip
_TO_FIX = re.compile(
    rf"[,.;!? ]+{_PLEASE}(?:fix|help|correct|improve|patch|remedy|rectify|amend|cure|sort|change|repair|mend|undo|alter|calm|soothe)"
    r"(?: (?:me|it|that|this|both|them|him|her|these|those|out|down|please|pls))*[.!? ]*$"
)
_TO_TRIM = re.compile(
    rf"[,.;!? ]+{_PLEASE}(?:narrow|shrink|slim|trim|cut|pluck|shave|sort|tone|tame|reduce|lower|shorten|thin|bring|take)"
    r" (?:it|them|that)(?! (?:off|away|out)\b)(?: (?:down|up|back|in))?(?: a (?:bit|little|lot|tad))?(?: (?:please|pls))?[.!? ]*$"
)
"""Only repeats what "too" has said, or says it in other words: "her face is too round, can you narrow it"."""
_FEELING = (
    r"(?P<how>old|young|angry|mad|furious|cross|grumpy|sad|gloomy|glum|unhappy|miserable|surprised|shocked|startled|stunned|serious|stern"
    r"|pale|tanned|chubby|fat|round|thin|skinny|bald)"
)
_ALSO = rf"(?: and (?:so |such |very |that )?{_FEELING.replace('how', 'also')})?"
_FIXED = (
    (rf"^(?:(?:but|and|so) )*(?:why|how come) (?:(?:is|are|am|does|do|has) )*(?:(?:he|she|they|it|i|you|this \w+|the \w+"
     r"|(?:her|his) face) )?"
     rf"(?:(?:is|are|am|look|looks|looking|seem|seems|being|so|such|that|very|all|like) )*{_FEELING}{_ALSO}\b[^,.;!?]*",
     lambda found: f"less {found['how']}" + (f", less {found['also']}" if found["also"] else "")),
    (r"^(?:why|how come) [^,.;!?]*\b(?:glar|scowl|frown|star)(?:es?|s|ing)\b[^,.;!?]*", "less angry"),
    (r"\b(?:everyone|everybody|people|they|friends|(?:all )?(?:of )?my \w+) (?:(?:always|all|keeps?|just|often) )*"
     r"(?:says?|said|saying|tells? me|told me|telling me|thinks?|thought) (?:that )?(?=i (?:look|am|seem)\b)", ""),
    (r"\bi am (\d\d)(?: years old)?,? (?:but|and|yet|though) (?:i )?look(?: like| about)*(?: i am)? \d\d\b.*", r"make me \1 years old"),
    (r"\b((?:i|he|she|we|they) looks?) (?:(?:so|really|very|pretty|quite|rather|a bit|like i am) )*"
     r"(old|young|sad|grumpy|angry|serious|stern|gloomy|unhappy|miserable|pale|fat|chubby)\b", r"\1 too \2"),
    (r"\b(?:i|we) (?:never|dont|hardly ever|rarely) (smile|laugh)\b.*", r"make me \1"),
    (r"\b(?:he|she|they) (?:never|hardly ever|rarely) (smile|laugh)s?\b.*", r"make him \1"),
    (r"\b(?:i|he|she|we|they) (?:have|has|got) no (\w+)\b.*", r"give me a \1"),
)  # fmt: skip
"""Said with a request to mend it."""


def wish_in(text: str) -> str:
    """Normalised text with its complaints as requests."""
    text = re.sub(rf"^(.*?)\b({ANY_COMPARATIVE}|more|less|fewer)((?: \w+){{0,2}}?) than {_HOPED}", _overdone, text)
    text = re.sub(
        rf"^(.*?)\b(?:not|never|dont(?: (?:look|seem))?) (?:(?:quite|nearly|really) )?as (\w+)((?: \w+)?) as {_HOPED}", _lacking, text
    )
    text = rewritten(text, _COMPLAINTS)
    if re.search(r"\btoo (?!much|many)\w", text):
        text = _TO_TRIM.sub("", text)
    told = _TO_FIX.sub("", text)
    mended = rewritten(told, _FIXED)
    return text if mended == told or told == text else mended


def _only_told(found: re.Match[str]) -> bool:
    """Whether a comparison tells how something came out: "longer than I wanted", but neither "make it longer than ..." nor "..., nice"."""
    clause = re.split(r"[,.;!?]| but | and | however ", found[1])[-1]
    return not (_BIDS.search(clause) or _PLEASED.search(found.string[found.end() :]))


def _overdone(found: re.Match[str]) -> str:
    """ "Longer than I wanted" as "too long", "more beard than ..." as "too much beard", "less than ..." as "not enough"."""
    before, compared, what = found.groups()
    how = {"more": "too much", "less": "not enough", "fewer": "not enough"}.get(compared) or f"too {COMPARATIVES[compared]}"
    return f"{_CAME_OUT.sub('is', before)}{how}{what}" if _only_told(found) else found[0]


def _lacking(found: re.Match[str]) -> str:
    """ "Not as long as I hoped" as "more long", "not as much beard as ..." as "not enough beard"."""
    before, quality, what = found.groups()
    how = "not enough" if quality in ("much", "many") else f"more {quality}"
    return f"{before}{how}{what}" if _only_told(found) else found[0]
