"""Tokens -> tokens in which adjectives and the things they describe have become prompts: "her hair should be long and blond"."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from chat import prompt_words
from chat.descriptions import plainly_described
from chat.interpretation import Context
from chat.lexicon import PHRASES, Word
from chat.prompt_words import THINGS
from chat.rewriting import rewritten
from chat.tokens import Token, Vocabulary, tokenise
from graded import GRADED
from prompts import GROUPS

_OPEN_MOUTH = "mouth open"
_JOINING = ("for", "on", "with", "w")
_ON_FACES = ("bangs", "eyeglasses", "beard", "smile", "goatee", "moustache")
"""What an adjective beside it describes, even where the adjective alone would be a prompt: "a blond beard"."""
_MAN, _WOMAN = r"(?:man|guy|gentleman|dude|male)", r"(?:woman|lady|female)"
_INTO = r"(?:(?:look )?(?:like |into |to |be )?an? )((?:old|older|young|younger|real) )?"
_COLOUR = r"(?:black|blond|blonde|brown|red|ginger|gr[ae]y|white|blue|green|hazel|pink)"
_SOMEBODY = r"(?:girl|boy|kid|child|lad|lass|baby|newborn|young man|young lady|grandpa|grandma)"
_MOOD = (
    r"(?P<mood>sad|angry|grumpy|cross|mad|gloomy|glum|unhappy"
    r"|surprised|shocked|startled|chubby|fat|skinny|pale|tanned|masculine|feminine)"
)
_PLAIN = (
    (rf"\b(?:my|the|this|that|same|our|an?|wee) (?:\w+ )?{_SOMEBODY} (?=(?:with|in|wearing|who|whose)\b)", "person "),
    (rf"^{_SOMEBODY} (?=(?:with|in|wearing)\b)", "person "),
    (r"\b(my (?:\w+ )?(?:brother|mate|dad|father|husband|boyfriend|friend|uncle|son|cousin)) into an? (?:girl|lady)\b", r"\1 feminine"),
    (r"(?<!look)(?<!looking)(?<!him)(?<!her)(?<!me)(?<!them)(?<!person)(?<!be)(?<!act) like (?:when (?:he|she|i|they) (?:was|were) )?"
     r"(?:an? )?(?:\w+ )?(?:girl|boy|kid|child|baby|newborn)\b", ""),
    (rf"\b(?:looks?|seems?) so {_MOOD}\b(?=.*\b(?:can|could|make|take|please|less|remove)\b)", ""),
    (r"\b(?:dont|no) (?:look|be|seem|appear) (?:so |too |that )?(?:sad|gloomy|glum|unhappy|miserable)\b", "cheer up"),
    (rf"\b(?:(?:dont|no) (?:look|be|seem|appear) (?:so|too|that)|(?:^|is|are|am|he|she|i|skin|face|looks?|seems?|reads?) ?(?:far |"
     rf"way |much )?too) "
     rf"{_MOOD}\b", r"less \g<mood>"),
    (rf"(?<!not )(?<!be )\b(?:far |way |much )?too ({_COLOUR}|curly|wavy|straight|frizzy|tanned)\b", r"less \1"),
    (r"\b(?:shave|buzz) (?:off )?(?:my|the|his|her|our|this) \w+ head\b", "bald"),
    (r"\b(?:cut|shape|grow|shave|sculpt) (him|her|me|them) (?=an?\b)", r"give \1 "),
    (r"\b(?:cut|chop|crop|trim|style) (?=(?:\w+ ){1,3}into an?\b)", "turn "),
    (r"\b(?:everything|all) off (?:except|but)(?: for)?\b", "keep"),
    (rf"\b(him|(?:the|this|that) {_MAN}) {_INTO}{_WOMAN}\b", r"\1 \2 feminine"),
    (rf"\b(her|(?:the|this|that) {_WOMAN}) {_INTO}{_MAN}\b", r"\1 \2 masculine"),
    (rf"\b(me|it|them|(?:the|this|that) (?:person|face)) (?:look )?(?:like |into |to |be )an? {_WOMAN}\b", r"\1 feminine"),
    (rf"\b(me|it|them|(?:the|this|that) (?:person|face)) (?:look )?(?:like |into |to |be )an? {_MAN}\b", r"\1 masculine"),
    (rf"\b(?:as|into) (?:an? )?(?:{_WOMAN}|her)\b(?! (?:of|in|aged|who|with|that)\b)(?=[,.;!?]|$)", "as feminine"),
    (rf"\b(?:as|into) (?:an? )?(?:{_MAN}|bloke|lad)\b(?! (?:of|in|aged|who|with|that)\b)(?=[,.;!?]|$)", "as masculine"),
    (r"\b(he|him|guy|man|dude|bloke|husband|boyfriend|brother|dad)\b([^.!?]*) as an? (?:girl|chick|lass|gal)\b(?! (?:of|aged))",
     r"\1\2 feminine"),
    (r"\b(she|her|woman|lady|wife|girlfriend|sister|mum|mom)\b([^.!?]*) as an? (?:guy|dude|bloke|lad|chap)\b(?! (?:of|aged))",
     r"\1\2 masculine"),
    (rf"\bhe\b(.*) as an? {_WOMAN}\b", r"him\1 feminine"),
    (rf"\bshe\b(.*) as an? {_MAN}\b", r"her\1 masculine"),
    (r"\b(?:natural|own|real|actual|normal|usual) (?:natural )?(hair(?: colou?r)?|eyes?(?: colou?r)?|skin(?: (?:tone|colou?r))?|face)\b",
     r"original \1"),
    (r"^(?!.*\b(?:eyebrows?|brows|lips|glasses|frames|specs|bangs|hair|curls|beard)\b)(.*?)\b(make|get|turn) (him|her|me)"
     r"((?: \w+){0,3}?) (?:thinner|slimmer)\b(?! nose)", r"\1\2 \3\4 slimmer face"),
    (r"\b((?:black|blond|blonde|brown|red|gr[ae]y|white|blue|green|hazel|curly|wavy|straight|long|short)) ones?\b", r"\1"),
    (rf"\b({_COLOUR})( hair| eyes)?,? (?:and )?not {_COLOUR}\b", r"\1\2"),
    (r"\bcolou?r (?=(?:her|his|their|my|the|your) hair)", "make "),
    (r"\bcolou?red (?=hair|eyes)", ""),
    (rf"\b(hair (?:to be |be )?)(?:dyed|colou?red|tinted) (?={_COLOUR}\b)", r"\1"),
)  # fmt: skip
"""Turns of phrase -> plainer ones, as in chat/phrasing.py."""


def in_plain_english(text: str) -> str:
    return rewritten(plainly_described(text), _PLAIN)


def composed(pieces: Sequence[tuple[str, str]], context: Context) -> list[list[Token]]:
    """The tokens of every piece of a sentence (`chat.mood.pieces`), read where prompts can be asked for.

    Adjectives and comparatives become prompts of the thing that they stand by; of the thing that was last spoken of, where they stand
    alone. A thing that nothing is said of stays, as an attribute of its own name.
    """
    tokens: list[Token] = []
    ends: list[int] = []
    for link, piece in pieces:
        if ends:
            tokens.append(Token("", Word("link", "comma" if link == "comma" else "hard")))
        tokens += tokenise(piece, prompt_words.vocabulary(context.prompts))
        ends.append(len(tokens))
    tokens, ends = _without_others_looks(tokens, ends, context)
    read = _Sentence(tokens, context).read()
    starts = [0, *(end + 1 for end in ends)][: len(ends)]
    return [[token for part in read[start:end] for token in part] for start, end in zip(starts, ends, strict=True)]


def _without_others_looks(tokens: list[Token], ends: Sequence[int], context: Context) -> tuple[list[Token], list[int]]:
    """The tokens and the ends of their pieces, with looks of several words in parts where nothing that can look so is spoken of: "long
    silver" is of earrings, not of hair, and "into a ponytail" says without the hair what is meant.
    """
    named = (token.word.attribute for token in tokens if token.has("attribute"))
    things = {prompt_words.thing_of(name) for name in (*named, *_spoken_of(context))} - {""}
    vocabulary = prompt_words.vocabulary(context.prompts)
    parts = [_parts(token, things, vocabulary) for token in tokens]
    return [part for token in parts for part in token], [sum(map(len, parts[:end])) for end in ends]


def _parts(token: Token, things: Collection[str], vocabulary: Vocabulary) -> list[Token]:
    words = len(token.text.split())
    if not token.has("look") or words == 1 or any(token.text in THINGS[thing].looks for thing in things):
        return [token]
    return [part for shorter in tokenise(token.text, vocabulary, words - 1) for part in _parts(shorter, things, vocabulary)]


def _spoken_of(context: Context) -> list[str]:
    """What the conversation was about, the latest first."""
    return list(context.about) or [step.attribute for step in reversed(context.last)]


def names_in(words: str) -> tuple[str, ...]:
    """The prompts, or else the things, that some words are about."""
    (tokens,) = composed([("", words)], Context())
    return tuple(dict.fromkeys(token.word.attribute for token in tokens if token.has("attribute") and token.word.attribute not in GRADED))


class _Sentence:
    def __init__(self, tokens: list[Token], context: Context):
        self.tokens = tokens
        self.context = context
        self.prompts: dict[int, Word] = {}
        """What tokens have become, by their place."""
        self.described: set[int] = set()
        """Places of things of which an adjective has made a prompt."""
        self.ends: set[int] = set()
        """Places of adjectives that say what something shall become: "change the hair to blond"."""

    def read(self) -> list[list[Token]]:
        """What every token has become: none where nothing needs to be said of it any more."""
        for at in range(len(self.tokens)):
            if self._is_plain_thing(at):
                self._describe(at)
            elif self._is_hair(at):  # "brown curls"
                self.prompts |= {place: self._look(place, "hair") for place in self._before(at, "hair")}
        self._merge()
        self._imply()
        self._drop_headings()
        return [self._final(at) for at in range(len(self.tokens))]

    def _thing(self, at: int) -> str:
        word = self.tokens[at].word
        return word.attribute if word and word.kind == "attribute" and word.attribute in THINGS else ""

    def _is_plain_thing(self, at: int) -> bool:
        """Whether it names a thing and nothing that shall become of it, as "hair down" does."""
        return bool(self._thing(at)) and self.tokens[at].word.degree is None

    def _is_hair(self, at: int) -> bool:
        """Whether it names hair of some sort, which may have a colour besides."""
        word = self.tokens[at].word
        return word is not None and word.kind == "attribute" and GROUPS.get(word.attribute) in ("hair texture", "hair style", "hair length")

    def _look(self, at: int, thing: str) -> Word | None:
        too_much = at > 0 and self.tokens[at - 1].text in ("too", "way too")
        return None if too_much else THINGS[thing].looks.get(self.tokens[at].text)

    def _is_noun(self, at: int) -> bool:
        """Whether it is a thing, possible or not, or an attribute that adjectives may belong to."""
        word = self.tokens[at].word if 0 <= at < len(self.tokens) else None
        if word is None or self._thing(at):
            return word is not None
        return word.attribute in _ON_FACES or (word.kind, word.value) == ("unavailable", "things")

    def _describe(self, at: int) -> None:
        thing = self._thing(at)
        following = self._after(at, thing)
        self.ends.update(following)
        for place in (*self._before(at, thing), *following):
            self.prompts[place] = self._look(place, thing)
            self.described.add(at)

    def _before(self, at: int, thing: str) -> list[int]:
        """Places of the adjectives before a thing: "long, curly hair"."""
        found: list[int] = []
        j = at - 1
        while j >= 0 and j not in self.prompts:
            token = self.tokens[j]
            if self._look(j, thing):
                found.append(j)
            elif token.has("link") and token.word.value in ("soft", "comma"):
                if not (found and j and self._look(j - 1, thing)) or self._belongs_before(j - 1):
                    break
            elif not (token.has("amount") or token.text in ("more", "less") or self._stands_between(j, thing)):
                break
            j -= 1
        return found

    def _stands_between(self, at: int, thing: str) -> bool:
        """Whether it parts an adjective from its thing: "blue (for the) eyes", "skinny (retro) brows"."""
        words = [self.tokens[place].text for place in range(at, min(at + 2, len(self.tokens)))]
        joins = words[0] in _JOINING and len(words) > 1 and self.tokens[at + 1].has("determiner")
        joined = self.tokens[at].has("determiner") and at > 0 and self.tokens[at - 1].text in _JOINING
        plain = self.tokens[at].has("filler") and self.tokens[at].text not in PHRASES
        return (joins or joined or plain) and any(self._look(place, thing) for place in (at - 1, at - 2) if place >= 0)

    def _belongs_before(self, at: int) -> bool:
        """Whether an adjective belongs to a noun that it follows: "the nose smaller"."""
        while at >= 0 and (self._passable(at) or any(self._look(at, thing) for thing in THINGS)):
            if self._is_noun(at):
                break
            at -= 1
        return at >= 0 and self._is_noun(at)

    def _after(self, at: int, thing: str) -> list[int]:
        """Places of the adjectives after a thing: "hair long and blond"; not of those that belong to the next noun."""
        found: list[int] = []
        group: list[int] = []
        for j in range(at + 1, len(self.tokens)):
            token = self.tokens[j]
            if token.text in ("like", "as") and (found or group):  # "dark like red wine": only a comparison
                self.described |= {other for other in range(j, self._end(j)) if self._look(other, thing)}
                return found + group
            if j not in self.prompts and self._look(j, thing):
                group.append(j)
            elif token.has("link") and token.word.value in ("soft", "comma"):
                found, group = found + group, []
            elif not self._passable(j):
                return found if self._is_noun(j) else found + group
        return found + group

    def _end(self, at: int) -> int:
        """Where the segment ends that a token is in."""
        return next((segment.stop for segment in self._segments() if at in segment), at)

    def _passable(self, at: int) -> bool:
        token = self.tokens[at]
        verbs = token.has("operation") and token.word.value in ("make", "more", "less", "change")
        percent = token.number is not None and token.number.unit == "%"
        return verbs or percent or token.has("filler") or token.has("amount") or token.has("pronoun")

    def _merge(self) -> None:
        """Things that need no saying beside another: "the hair colour of her hair"."""
        places = [at for at in range(len(self.tokens)) if self._thing(at)]
        for one, other in zip(places, places[1:], strict=False):
            alike = THINGS[self._thing(one)].looks and THINGS[self._thing(one)].looks == THINGS[self._thing(other)].looks
            if alike and not any(token.has("link") for token in self.tokens[one:other]):
                self.described |= {one, other} if {one, other} & self.described else {other}

    def _drop_headings(self) -> None:
        """Things need no saying beside their own prompt: "tan her skin", "hair: blond", "cheekbones. Higher"."""
        segments = self._segments()
        for segment, following in zip(segments, [*segments[1:], range(0)], strict=True):
            if all(self._is_plain_thing(at) or self.tokens[at].has("determiner") for at in segment):  # "hair: blond"
                segment = range(segment.start, following.stop or segment.stop)
            words = [self.prompts.get(at, self.tokens[at].word) for at in segment]
            named = {word.attribute for word in words if word and word.kind == "attribute"}
            self.described |= {at for at in segment if self._is_plain_thing(at) and named.intersection(THINGS[self._thing(at)].covers)}

    def _segments(self) -> list[range]:
        """The sentence cut at its links, and where something begins that shall be ignored."""
        cuts = [at for at, token in enumerate(self.tokens) if token.has("link") or token.has("operation", "ignore")]
        return [range(start, end) for start, end in zip([0, *(cut + 1 for cut in cuts)], [*cuts, len(self.tokens)], strict=True)]

    def _imply(self) -> None:
        """Adjectives alone, of what was last spoken of: "no, brown", "and a bit longer"."""
        earlier = _spoken_of(self.context)
        ahead = [] if earlier else self._hair_spoken_of_next()
        for segment in self._segments():
            nouns = [at for at in segment if at in self.prompts or self.tokens[at].has("attribute")]
            self._reread(segment, earlier)
            if not nouns and not any(self.tokens[at].strange for at in segment):
                wanted = [at for at in segment if not (self._of_somebody(at) or (ahead and self.tokens[at].has("operation")))]
                implied = {at: self._implied(at, earlier or ahead) for at in wanted}
                found = {at: word for at, word in implied.items() if word}
                self.prompts |= found
                self.ends.update(found)
            if nouns:
                earlier, ahead = [self.prompts.get(at, self.tokens[at].word).attribute for at in reversed(nouns)], []

    def _hair_spoken_of_next(self) -> list[str]:
        """The first look that is named, where that is one of hair: "long, and curly"."""
        named = (self.prompts.get(at, token.word) for at, token in enumerate(self.tokens) if at in self.prompts or token.has("attribute"))
        first = next(named, None)
        return [first.attribute] if first and GROUPS.get(first.attribute, "").startswith("hair ") else []

    def _reread(self, segment: range, earlier: Sequence[str]) -> None:
        """ "Plumper" is of faces, but of lips in "her lips are thin, make them plumper"."""
        things = [thing for thing in map(prompt_words.thing_of, earlier[:1]) if thing and THINGS[thing].looks]
        if things and any(self.tokens[at].has("pronoun") for at in segment):
            self.prompts |= {
                at: self._look(at, things[0])
                for at in segment
                if self.tokens[at].has("attribute") and self.tokens[at].word.direction and self._look(at, things[0])
            }

    def _implied(self, at: int, earlier: Sequence[str]) -> Word | None:
        """What an adjective alone means of what was spoken of, the latest first; "thicker" is of glasses rather than of anything before."""
        for name in earlier:
            thing = prompt_words.thing_of(name)
            if thing and self._look(at, thing):
                return self._look(at, thing)
            if name in GRADED and (self.tokens[at].has("quality") or self.tokens[at].has("comparative")):
                return None
        return None

    def _of_somebody(self, at: int) -> bool:
        """ "Make him black" is not about hair."""
        return at > 0 and self.tokens[at - 1].text in ("him", "her", "me", "us", "he", "she", "his")

    def _final(self, at: int) -> list[Token]:
        token = self.tokens[at]
        if at in self.prompts:
            return [replace(token, word=self.prompts[at], guesses=())]
        if at in self.described:
            return []
        if token.has("look"):
            return tokenise(token.text)
        if token.has("attribute") and self._describes_other(at):
            return [Token(token.text, PHRASES.get(token.text))]
        if token.has("operation", "change") and any(self._same_segment(at, end) for end in self.ends):
            return [Token(token.text, Word("operation", "make"))]
        if token.text.startswith("shav") and token.has("attribute") and token.word.attribute == "beard" and self._cuts_other(at):
            return [Token(token.text, Word("operation", "remove"))]
        return [self._mouth(token) if "mouth" in token.text else token]

    def _same_segment(self, at: int, other: int) -> bool:
        return any(at in segment and other in segment for segment in self._segments())

    def _cuts_other(self, at: int) -> bool:
        """Whether it is not the beard that is shaved: "shave off his moustache", "shave the eyebrows"."""
        j = at + 1
        while j < len(self.tokens) and (self.tokens[j].has("determiner") or self.tokens[j].has("filler") or self.tokens[j].text == "off"):
            j += 1
        return j < len(self.tokens) and self.tokens[j].has("attribute") and self.tokens[j].word.attribute not in GRADED

    def _mouth(self, token: Token) -> Token:
        """ "Smile with an open mouth" is a kind of smile, and a mouth that was asked to be open is no smile when it shall close."""
        if self.context.degrees.get(_OPEN_MOUTH, 0.0) > 0 and re.search(r"\b(?:close|closed|shut)\b", token.text):
            return Token(token.text, Word("attribute", attribute=_OPEN_MOUTH, degree=0))
        smiles = any(other.has("attribute") and other.word.attribute == "smile" and other is not token for other in self.tokens)
        if token.has("attribute", "") and token.word.attribute == _OPEN_MOUTH and smiles:
            return Token(token.text, PHRASES.get(token.text, token.word))
        return token

    def _describes_other(self, at: int) -> bool:
        """Whether an adjective that could be a prompt by itself describes something else: "a blond beard", "make the beard blond"."""
        token = self.tokens[at]
        before = PHRASES.get(token.text)
        adjective = before is None or before.kind == "unavailable"
        phrase = " " in token.text and token.text not in THINGS["hair"].looks
        if self._thing(at) or token.word.attribute in (*GRADED, *_ON_FACES) or not adjective or phrase:
            return False
        following = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        if following is not None and (at + 1 in self.prompts or (self._is_noun(at + 1) and at + 1 not in self.described)):
            return True
        j = at - 1
        while j >= 0 and self._passable(j) and not self._is_noun(j):
            j -= 1
        return j >= 0 and self._is_noun(j) and j not in self.described and self._thing(j) != prompt_words.thing_of(token.word.attribute)
