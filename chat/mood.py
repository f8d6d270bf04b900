"""Whether a piece of a sentence wants something, or only tells or asks: "my dad wears glasses", "why do people grow beards?"."""

from __future__ import annotations

import re

_DO = r"(?:make|add|give|put|take|remove|change|see|get|try|turn|have (?:him|her|them|it))"
_ASKS_FOR_AN_EDIT = re.compile(
    r"^(?:(?:what|how) (?:if|about)\b|why not\b|(?:what|how)\b.*\b(?:look|be|appear|suit)\b.*\b(?:with|without|if|at|as|when"
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
    r"(?:i|we|you|he|she|it|they|grandpa|grandma|grandad|granddad|granny|gran|nana|mum|mom|dad|that|this|these|those|mine|yours|hers|"
    r"ours|there|people|everybody|everyone|someone|nobody"
    r"|(?:beards|glasses|sunglasses|bangs|smiles|wrinkles|fringes)(?! like\b)"
    r"|(?:my|our|your|his|her|their|the|this|that|these|those) (?:\w+ )?\w+|(?:old|young|most|some|many|poor) \w+|them (?:lips|eyes|"
    r"cheeks|brows|ears)"
    r"|the \w+ of (?:my|his|her|their|the|this|that) \w+)"
)
_VERB = (
    r"(?:am|is|are|was|were|been|had|has|have|wears|wear|wore|took|takes|broke|bought|lost|never|always|usually|often|sometimes|once"
    r"|itch\w*|hates|likes?"
    r"|loves?|loved|hated|costs?|knows?|knew|thinks?|thought|grew|grows|looked|used|works?|makes?|made|went|got|feels?|felt|remembers?"
    r"|saw|sees|says|said"
    r"|did|smiled|laughed|told|asked|tried|came|comes|runs|reads?|keeps? \w+ing|smiles (?:at|in|on|when)|laughs (?:at|in|on|when)"
    r"|looks? (?!like|with|without|at|as|way|much|too)\w+)"
)
_REPORT = re.compile(
    r"^(?:and |but |so |well |because |hm+ |(?:ha){2,}h? |lol |omg |wow |oh |bro |lmao )*(?:i|we|you|he|she|it|they|everybody|everyone|"
    r"somebody|someone|nobody) "
    r"(?:really |just |also |only )?"
    r"(?!(?<!you )need (?:an?|some|more|less|him|her|me|my|his|the|bangs|to (?:look|be|smile|have))\b)"
    r"(?!(?:wanted|needed|asked|wished|hoped|expected|preferred|liked|bearded)\b)"
    r"(?:was|were|had|did|got|went|came|saw|took|broke|bought|lost|grew|wore|made|cut|told|felt|knew|left|kept|gave|found|ran|hid|"
    r"[a-z]{2,}ed)"
    r"\b(?!.*\b(?:too \w|should|shall|must|please|instead|needs?|wants?|would|could))"
)
"""What happened to somebody is no request, however much of it there was: "she got her wrinkles from laughing so much"."""
_GERUND = re.compile(
    r"^\w+ing (?:\w+ ){0,3}?(?:is|are|was|gets?|takes?|costs?|means|feels|helps?|hurts?|makes (?:you|me|people|us|one|everyone))\b"
)
_STATEMENT = re.compile(rf"^(?:and |but |so |well |because |hm+ )?{_SUBJECT} (?:really |just |still |also |only |even )?{_VERB}\b")
_REMARK = re.compile(
    r"^(?:i|we) (?:\w+ly |just |still )?(?:have|had)(?:n ?t| not| never) (?:\w+ly |ever )?(?:seen|met|known|worn|owned|heard|had|been|"
    r"tried)\b|"
    r"^(?:my|our) (?:nephew|niece|son|daughter|brother|sister|dad|mum|mom|cousin|uncle|aunt|friend|mate|husband|wife) looks? so "
    r"|^(?:my|his|her|our|their) (?:\w+ )?\w+ (?:never|always) (?:could|would|can)\b"
    r"|^(?:\w+ )?(?!(?:bangs|glasses|eyes|lips|eyebrows|brows|cheeks|curls|earrings|lets|pls|plus|yes|this|us|guys|thanks|always|"
    r"perhaps|his|as)\b)"
    r"\w{2,}s have (?!(?:him|her|them|me|it|to)\b)|^i (?:am|was|feel) |^i (?:still |really )?(?:dont|did not|do not|can not stop|"
    r"could not stop) (?:see|find|notice|believe|remember"
    r"|know|wear|own|recogni[sz]e|recall|\w+ing)\b|^(?:more|fewer|most|some|many|few) people\b|^(?:less|more) is (?!.*\bbetter\b)"
    r"|^the (?:more|less|\w+er) (?:i|you|we|he|she|it|they|people)\b(?!.*\bbetter\b)|^dont (?:he|she|it|they|we) (?!.*\btoo\b)"
    r"|^(?:nice|cool|great|lovely|beautiful|cute|awesome|love) (?:(?:the|that|this|his|her|your|those) )?(?:\w+ )?\w+$"
    r"|^(?:people|we|kids|children|men|women) (?!(?:all )?(?:should|must|want|need|would|could))\w|^.*\bat me\b"
    r"|^would you (?:wear|like|have|prefer|want|say|trust|marry|date|hire)\b|^(?:i am )?not (?:so |quite "
    r"|too )?sure (?:about|if|whether|of) |^(?:you"
    r"|this \w+|it|that) (?:always "
    r"|really )?makes? me\b|^(?:what an?|nice|cool|great|lovely|pretty|funny)\b.* (?:you|he|she|they) (?:have|has|got|wear)"
)
_JUDGEMENT = (
    r"(?:great|good|nice|cool|fine|awesome|amazing|perfect|lovely|beautiful|gorgeous|cute|pretty|funny|hilarious|weird|strange|odd|"
    r"silly|fake"
    r"|real|realistic|natural|ok|okay|awful|terrible|bad|horrible|ugly|stupid|ridiculous|right|wrong|off|familiar|expensive|impressive"
    r"|interesting|clean|messy|similar|the same|overrated|underrated|wonderful|fantastic|brilliant|stunning|charming|convincing|well"
    r"|an? (?:mistake|disaster|nightmare|joke|shame|pity)|better than)"
)
_DEGREE_WORDS = r"(?:(?:so|really|very|just|quite|pretty|absolutely|rather|kinda|kind of|a bit|a little|super|totally|such|actually) )*"
_PRAISE = re.compile(
    r"^(?:and |but |so |wow |oh |haha |lol |i think |hm+ )*(?!.*\b(?:would|should|could|might|must|can|will|make|without|please)\b)"
    r"(?:(?:he|she|it|they|this|that|these|those|you|we)|(?:the|his|her|their|my|your|this|that|these|those) (?:\w+ ){1,3}?"
    r"|(?:beards?|bangs|glasses|sunglasses|smiles?|stubble|fringes?|laugh))"
    rf" ?(?:is|are|was|were|looks?|looked|feels?|seems?|turned out|came out|suits?|fits?|did) {_DEGREE_WORDS}"
    rf"(?:{_JUDGEMENT}|on|him|her|them|me)\b(?! if)"
)
"""Opinions of what is there: "the glasses look great", "that beard suits him"."""
_SUITS = re.compile(
    rf"^(?!.*\b(?:would|should|could|might|will)\b)(?:\w+ ){{1,3}}(?:suits?|(?:looks?|looked) {_DEGREE_WORDS}{_JUDGEMENT} on)"
    r" (?:him|her|them|me|you|us)\b"
)
"""Opinions of looks in general: "blond suits her"."""
_IMPRESSION = re.compile(
    r"^(?:i|he|she|they) looks? (?:(?:so|really|very|a bit|quite|all) )*(?:sad|angry|mad|cross|grumpy|surprised|"
    r"shocked|startled) in (?:this|that|the|it)\b"
    r"|^(?:wow |oh |haha |omg |lol )*(?:he|she|it|they|(?:the|this|that) \w+) (?:is|are|looks?|seems?) (?:so|really|very|pretty|quite|kinda"
    r"|such an?|like an?|that) (?:old|young|older|younger)(?: man| woman| person)?"
    r"(?: (?:here|now|haha|lol|wow|omg|to me|man|in (?:this|that|the) \w+))*$"
    r"|^(?:wow |oh |haha |omg |lol )*(?:he|she|it|they|(?:the|this|that) \w+) (?:really |just |kinda |already )?"
    r"looks? like (?:a|an|my|your|our)\b"
    r"|^(?:wow |oh |haha |omg |lol )*(?:i|we|he|she|they) (?:am|is|are|looks?|seems?) (?:so|really|very|pretty|quite|that) (?:happy|"
    r"cheerful)"
    r"(?: (?:here|now|haha|lol|wow|omg|to me|man|in (?:this|that|the) \w+))*$"
    r"|^(?:(?:i am )?(?:so|very|really) )?(?:happy|pleased) (?:right now|with|about|now|that)\b"
    r"|^(?:wow |oh |haha |omg |lol )*(?:he|she|it|they) looks? (?:like )?(?:about |around |at least |almost |over )?\d+\b"
)
"""A bare "he looks so old" may be a complaint or amazement: better to ask."""
_OPINION_ASKED = re.compile(
    r"^(?:so |but |and |hm+ )?(?:would|do|does|will|should|is|are|can|could) (?:you (?:think|say|reckon|believe)"
    r"|(?:(?!you\b|i\b|we\b)\w+ ){1,4}?"
    r"(?:suit|fit|look (?:good|nice|better|great|weird|silly|bad|cool|funny|stupid|right)))\b(?!.*\bcan you\b)"
    r"|^should (?:i|we|he|she|it|they|the \w+)\b"
)
"""Questions for an opinion: "would a beard suit him?"."""
_WISH = re.compile(
    r"\b(?:should|shall|must|needs?|wants?|would|could|wish|like to|love to|too(?= \w)|so (?!what)\w+|enough|please|not|dont|more|less"
    r"|supposed|prefer|(?<!is )(?<!are )(?<!looks )(?<!look )rather|better"
    r"|want to|have to|has to|instead)\b"
)
"""Words by which a statement is a request after all: "he smiles too much"."""


_OTHER_WISH = re.compile(
    r"^(?:please |can you |could you )?(?:repeat|say|spell|translate|print|write|tell|read|sing|explain|define|count|google|search"
    r"|calculate|summari[sz]e|execute|run|send|delete all|play(?! with))\b"
    r"|(?:add|insert|draw|include|generate) (?:an?|another|one more|some|his|her|my|two) (?:\w+ )?(?:person|man|woman|people|men|women"
    r"|guy|girl|boy|kid|friend|brother|sister|baby|child|dog|cat|twin|someone)\b"
    r"|.*\b(?:ignore|disregard|forget|override|bypass) (?:(?:all|any|the|your|my|of|everything) )*(?:previous|prior|above|earlier|former"
    r"|instructions?|rules?|guidelines|prompts?)\b|(?:system|assistant|developer|user) ?:|(?:old but gold|shades of gr[ae]y)$"
)


_THIRD_PERSON = re.compile(
    r"^(?:and |but |so |wow |oh )*(?:he|she|it|this|that|(?:the|this|that|his|her|their|my|your) (?:\w+ ){1,2}?)"
    r" ?(?:really |just |always |only |still )?"
    r"(?!glasses|sunglasses|eyeglasses|bangs|shades|specs|frames(?! (?:her|his|the|my|your|their|it)\b)"
    r"|spectacles|sunnies|whiskers|wrinkles|is\b|has\b|goes|less|unless|needs|wants|stays"
    r"|gets|becomes|grows|deserves|vanishes|disappears|smiles|laughs|grins|wears|years|looks|always|this|his|as\b|us\b|yes|lips|eyes|"
    r"teeth|please"
    r"|eyebrows|plus|minus|does|was\b|sometimes|perhaps|cheeks|lots|loads|tons|heaps|degrees|levels|points|steps|notches)[a-z]{2,}s (?=\w)"
)
""" "That fringe really frames her face": a verb in the third person requests nothing."""
_STORY = re.compile(
    r"\b(?:was|were|fell|woke|met|cost|said|told|went|came|took|wore|saw|knew|thought|bought|broke|heard|lost|painted|lasted|moved|ran|gave"
    r"|had|says|in my (?:view|opinion|day|family)|if you ask me|these days|on average|every (?:winter|summer|day|morning|night|week|year)"
    r"|percent of|isnt (?:it|that)|arent they|can you believe|believe it or not|as they say|used to)\b|\bright$"
    r"|^(?:\w+ ){0,3}\w+\? (?:got|had|been there|mine|dont get me started|tell me about)\b"
)
"""What only a sentence has that tells something, unless it bids, too."""
_BIDS = re.compile(
    r"\b(?:what if|how about|what about|imagine"
    r"|please|pls|plz|make|give|add|put|try|turn|change|remove|take|show|let|lets|set|wants?|needs?|must|shall|should|would|could|like|look"
    r"|can (?!you believe)|get rid|drop|lose|ditch|wish|instead|now|grow|dye|cut|shave|keep)\b"
)
_ORDERS = re.compile(
    r"(?:^|[,.;:!?] )(?:(?:so|and|but|then|please|now|well|kindly|just) )*(?:bring|open|close|shut|hang|paint|shrink|thin|tan|"
    r"bronze|age|fill|fatten|trim"
    r"|slim|plump|restore|return|scrub|delete|swap|sharpen|widen|fix|correct|undo|strip|darken|lighten|pale|redden|warm|soften|stick|pop|do"
    r"|replace|may (?:i|we)|less|more)\b"
)
"""How a piece begins that orders something, whatever the others tell."""
_EITHER_WAY = re.compile(r"\b(?:yes or no|or not)$")


def wants_something_else(text: str) -> bool:
    """Whether a sentence asks for what no picture can show: "write me a poem about a beard"."""
    return bool(_OTHER_WISH.match(text))


def tells_a_story(text: str) -> bool:
    """Whether a sentence tells what happened, or what somebody holds, and bids nothing: "my sister's lip filler cost more than my car"."""
    return bool(_STORY.search(text.strip(" ,.;:!?"))) and not (_BIDS.search(text) or _ORDERS.search(text))


def only_tells(piece: str) -> bool:
    """Whether a piece of normalised text (between commas or full stops) is no request whatever it mentions."""
    piece = re.sub(r"^(?:(?:actually|honestly|frankly|to be honest)\b[ ,]*)+", "", piece.strip(" ,.;:!?"))
    if any(pattern.match(piece) for pattern in (_REMARK, _REPORT, _PRAISE, _SUITS, _IMPRESSION, _OPINION_ASKED)):
        return True
    if _QUESTION.match(piece):
        return not _ASKS_FOR_AN_EDIT.match(piece)
    if _EITHER_WAY.search(piece):
        return True
    return any(pattern.match(piece) for pattern in (_STATEMENT, _GERUND, _THIRD_PERSON)) and not _WISH.search(piece)


_TAKES_UP = re.compile(
    r"\b(?:do|show|add|give|want|have|apply|match|copy|put|so|like) (?:(?:me|him|her|them|us|on) )?"
    r"(?:both|all (?:of )?(?:them|those|these|three|four|that|this)|(?:those|these) (?:two|three))\b(?! (?:sides|ears|eyes|cheeks|brows))"
)


def takes_up(piece: str) -> bool:
    """Whether a piece asks for what the others only tell: "the girl in this picture should have both"."""
    return bool(_TAKES_UP.search(piece))


_BEGINS = (
    r"(?:(?:just|please|can you|could you|kindly|lets?) )*"
    r"(?:make|give|add|put|pop|stick|turn|change|remove|take|lose|drop|ditch|get rid|dye|cut|shave|grow|show|bring)\b"
)
"""How a request begins that follows from what is told before it: "we lost the match so give him a grumpy face"."""
_BREAKS = re.compile(
    r"((?<!\d)[,.;!?\n]+|[,.;!?]+(?!\d)|(?<!everything)(?<!anything)(?<!all)(?= but )"
    rf"|(?<=\w)(?= so {_BEGINS})"
    rf"|(?<=\w)(?<!what)(?<!how)(?<!if)(?<!or)(?<!and)(?<!so)(?<!please)(?= (?:can|could) (?:you|u|ya|we) {_BEGINS})|:(?!\s*\d))"
)


def pieces(text: str) -> list[tuple[str, str]]:
    """(link, piece) at commas, full stops and "but": `link` is "", "comma" or "hard", as the grammar's clauses have it."""
    parts = _BREAKS.split(text)
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
