"""Turns of phrase -> plainer ones that the grammar reads: "in her fifties", "dial it back", "hair out of her eyes"."""

from __future__ import annotations

import re

from chat.comparatives import ANY_COMPARATIVE
from chat.lexicon import NUMBERS
from chat.rewriting import rewritten

_TENS = {"twent": 2, "thirt": 3, "fort": 4, "fift": 5, "sixt": 6, "sevent": 7, "eight": 8}
_PART_OF_DECADE = {"early": 2, "mid": 5, "late": 8, None: 5}


def _decade(found: re.Match[str]) -> str:
    tens = found["digit"] or _TENS[found["word"]]
    return f"{tens}{_PART_OF_DECADE[found['part']]} years old"


_SPELLED = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5"}
_WHOSE = r"(?:(?:the|her|his|their|my|your|whole|entire|full|complete|all|of) )*"
_FOREHEAD = rf"{_WHOSE}(?:forehead|brow)"
_FACE = rf"{_WHOSE}(?:forehead|brow|face|eyes)"

_GLASSES = r"(?:glasses|sunglasses|shades|specs|spectacles|frames|eyeglasses)"


def _exchanged(found: re.Match[str]) -> str:
    """ "Swap the glasses for sunglasses" is one pair of glasses, "for a beard" two changes."""
    return "add " if re.match(rf"(?:\w+ ){{0,3}}{_GLASSES}\b", found.string[found.end() :]) else f"remove {found[1]}, add "


_FACIAL = (
    r"(?:smile|beard|stubble|bangs|fringe|glasses|sunglasses|frames|specs|age|hair(?: ?(?:cut|style|colou?r|length))?|eyes|eye colou?r|nose"
    r"|lips|skin|skin tone|eyebrows|moustache|mustache|goatee|hat|cap|beanie|earrings|necklace|makeup|lipstick|expression)"
)
_WORN = r"(?:glasses|sunglasses|beard|stubble|bangs|fringe|moustache|mustache|goatee|hat|cap|beanie|earrings|necklace|lipstick|makeup)"
_GIVE = r"(?:give|add|put|try|have|wear|i (?:want|would like|prefer|need))"
_PHOTO = r"(?:photo|photograph|picture|pic|image|selfie)"
_THEIRS = r"(?:the|his|her|their|my|your|its|those|these)"
_KIN = r"(?:old |late )?(?:grand\w+|gran|nana?|dad|father|mum|mom|mother|brother|sister|uncle|aunt)"
_REMOVING = r"(?:remove|delete|lose|drop|ditch|erase|no|without|take off|get rid of|cut off|shave off)"
_TO_REMOVE = r"(?:take|lose|drop|shed|knock|shave|remove|get rid of) (?:off )?"
_WEIGHT = r"(?:(?:an?|the|some|few|couple|of|\d+|two|three|four|five|ten|fifteen|twenty) ){0,3}(?:kilos?|kgs?|pounds?|lbs)\b(?! of\b)"
_OF_SOMEBODY = rf"(?: (?:me|him|her|them|{_THEIRS} (?:face|cheeks)))?"
_LOOKING = (
    r"(?:bald|balding|bearded|blonde?|ginger|brunette|redhead|gr[ae]y|(?:\w+ )?haired|fat|chubby|skinny|slim|pale|tanned|sad|angry|grumpy"
    r"|glum|smiling|laughing|surprised|shocked|frowning|scowling|sleeping)"
)
"""By which somebody is told from the others: "give the bald guy glasses"."""
_NUMBER = (
    r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|(?:twenty|thirty|forty|fifty|sixty|seventy|"
    r"eighty|ninety)"
    r"(?: \w+)?)"
)
_WIRES = r"(?:(?:round|wire|wiry|metal|thin|small|little) ){0,2}"
_WIRY = r"(?:(?:john )?lennon|harry potter)"


def _age_alone(found: re.Match[str]) -> str:
    """ "Eighty", "21 again": no other number would be said so."""
    said = found[1]
    return f"{said} years old" if found[2] or NUMBERS.get(said.split()[0], 0) >= 13 else found[0]


def _instead(found: re.Match[str]) -> str:
    """ "Instead of the glasses give me a hat" takes them off, but sunglasses are glasses still."""
    kept = re.fullmatch(_GLASSES, found[1]) and re.search(rf"\b{_GLASSES}\b", found.string[found.end() :])
    return "" if kept else f"remove the {found[1]}, "


_PLAIN_ENGLISH = (
    (r"\b(i|he|she|they|we|somebody|someone|everybody) (?:has |have )?(?:forgot|forgets?|forgotten) (?=(?:the|her|his|my|their|any) )",
     r"\1 lost "),
    (rf"(?<!like )(?<!into )(?<!as )(?<!be )(?<!become )\b(the|this|that|give|on|to|let) (?:(?:and )?{_LOOKING} )+"
     r"(?=(?:man|woman|guy|girl|boy|lady|gentleman|dude|person|kid|child|fella|fellow|chap|bloke|lad|lass)\b"
     r"(?! (?:look|version|vibes?|style)\b))", r"\1 "),
    (r"(?<=\w)[,.;]* (?:just )?so (?:that )?(?:i|we|you|they|he|she|people|everyone|everybody|my \w+) (?:can|could|may|might) "
     r"(?:finally |actually |better |all |really )*(?:see|tell|admire|compare|check|show off)\b"
     rf"(?! (?:{_THEIRS} )?(?:forehead|brow|teeth)\b)[^,.;!?]*", ""),
    (r"^(?:would|could|will) you (?:please )?be so (?:kind|good|nice) (?:as |and )?(?:to )?", "please "),
    (rf"\b(?:make|get|turn) {_WHOSE}{_PHOTO} (?:(?:a )?(?:bit|little|lot|touch|much|way|slightly) )*(?:brighter|darker|lighter)\b",
     "change the brightness"),
    (rf"\b(?:brighten|darken|lighten)(?: up)? {_WHOSE}{_PHOTO}(?: up)?\b", "change the brightness"),
    (rf"\bwhiten {_WHOSE}teeth\b|\bmake {_WHOSE}teeth (?:(?:a )?(?:bit|little|lot|much) )*whiter\b", "change the teeth"),
    (rf"\b{_REMOVING} {_WHOSE}(?:\w+ )?(?:person|people|man|men|woman|women|guys?|girls?|strangers?) (?:standing |sitting )?"
     r"(?:behind|in the back)(?:ground)?(?: (?:me|him|her|them|us))?\b", "remove the background"),
    (r"\b(person|man|woman|guy|girl|boy|lady|one) (?:standing |sitting )?in the back(?:ground)?\b", r"\1"),
    (r"(?:^|(?<=[,.!] ))(?:i (?:was|am) )?wondering (?:whether|if) it (?:might|may|would|could|is|was) (?:be )?possible to ", "please "),
    (r"^is there (?:a|any) way (?:to|of|for you to) |\bhows about (?=\w)|^(?:is|would|will"
     r"|might) it (?:be )?possible (?:for (?:you|me) )?to (?=(?:have|get|see)\b)", "please "),
    (r"[ ,]+if (?:it|that) (?:\w+ ){0,3}?(?:trouble|bother|problem|possible|ok|okay|alright)\b(?: with you| for you)?", ""),
    (r"\bi am (?:wanting|needing|wishing for|hoping for) ", "i want "),
    (rf"\b(?:(want|like|love|need)|have|get|see) ({_THEIRS} (?:\w+ ){{1,2}}?)(?:to be )?"
     r"(?:removed|taken (?:off|away|out)|deleted|erased|(shaved)(?: off)?)\b",
     lambda m: f"{m[1] + ' to ' if m[1] else ''}{'shave' if m[3] else 'remove'} {m[2]}"),
    (rf"^instead of (?:{_THEIRS} |an? )?({_WORN}),? (?=(?:please )?{_GIVE}\b)", _instead),
    (rf"^(instead of (?:\w+ ){{1,3}}?)(?=(?:make|{_GIVE})\b)", r"\1, "),
    (rf"\b({_REMOVING} (?:(?!and |or |for |with |an? |add |give |make |put |as )\w+ ){{1,3}}?)an (?=\w)", r"\1and "),
    (r"(?<=\w )an (?=(?:the|a|his|her|my|their|your|no|make|give|add|remove|put|take|smile)\b)", "and "),
    (r"(?<!your )(?<!the )(?<!a )(?<!my )(?<!double )\b(take|shave|cut|chop|wipe) of (?=\w)", r"\1 off "),
    (r"\b(take (?:them|it|that|those|these|(?:the|his|her|my|their) \w+)) of(?= (?:and|him|her|please|pls)\b|,)", r"\1 off"),
    (rf"(?:^|(?<=[,.;!] )|(?<=but )|(?<=and )|(?<=yes )|(?<=only ))(?:(?:exactly|with|keep) )*(?:the )?"
     rf"same ((?:(?!for |with |to |on |thing |but |and |without |just |only )\w+ ){{0,2}}?{_FACIAL})"
     r"(?=(?: (?:but|and|just|only|though|please)\b|[,.;!]|$|( with(?:out)? )))",
     lambda m: f"keep the {m[1]}" + "," * bool(m[2])),
    (r"\b(?:remove|delete|take (?:off|away)|lose|undo|reset|clear|drop) (?:everything|all)(?: else)? (?:except|but)(?: for)?\b", "keep"),
    (r"\b(?:remove|delete|undo|revert|clear) (?:everything|all|what(?:ever)?)(?: that)? you (?:have )?(?:did|done|changed) "
     r"(?:to|with|on|about) ", "restore "),
    (r"^(?:(?:and|yes|ok|please|now) )*(?:same )?again(?: please| now)*[.! ]*$", "once more"),
    (rf"\b({_FACIAL})\b(.*[.,;!] *(?:(?:please|can you|and|but|so|now) )*"
     r"(?:make|turn|dye|colou?r|i want|i would like|have|let|give me|change) )mine\b", r"\1\2my \1"),
    (rf"({_FACIAL}) like {_THEIRS} (?:(?:\w+ ){{1,2}}(?:had|has|have|wears?|wore|used to (?:have|wear)|got)|{_KIN})\b", r"\1"),
    (r"\bbeards? of (?:(?:about|around|just|only) )?(?:\d+|an?(?: few| couple(?: of)?)?|one|two|three|four|five|several|some|few) days?\b",
     "stubble"),
    (rf"\b(?:round )?{_WIRY} (?:styled?|type|like) {_WIRES}(?={_GLASSES})", "metal "),
    (rf"\b((?:give|add|put|try|with|want|wear|need) (?:\w+ ){{0,2}}?)(?:round )?{_WIRY} {_WIRES}(?={_GLASSES})", r"\1metal "),
    (rf"\b({_GLASSES}) like {_WIRY}\b", r"metal \1"),
    (rf"\b{_TO_REMOVE}{_WEIGHT}(?: (?:off|from){_OF_SOMEBODY}| of(?:f)?)?(?= please| pls|[,.!?]|$)", "lose weight"),
    (rf"(?<!camera )\b(?:put|add|gain)(?: on)? {_WEIGHT}(?: (?:on|to|onto){_OF_SOMEBODY})?(?= please| pls|[,.!?]|$)", "gain weight"),
    (r"[ ,.;]+(?:and |then )?(?:that|this) (?:would|will) be (?:(?:so|really|very|just) )?"
     r"(?:nice|cool|great|good|awesome|lovely|fun|amazing|perfect)\b[.! ]*$", ""),
    (r"\b(?:in )?(?:(?:her|his|their|the|my|your|its) )?(?:(?P<part>early|mid|late) )?(?:(?P<digit>[2-8])0s|(?P<word>twent|thirt|fort"
    r"|fift|sixt|sevent"
     r"|eight)ies)\b(?! (?:cop|style|styled|look|perm|vibes?|glam|rock|rocker|disco|star|band|hair|fashion|inspired|night"
     r"|party|prom|yearbook|footballer))", _decade),
    (r"\b(?:1[89]|20)?\d0s\b", "retro"),
    (r"\b(minus|plus) (one|two|three|four|five|[1-5])\b", lambda m: ("-" if m[1] == "minus" else "+") + _SPELLED.get(m[2], m[2])),
    (r"\b(?:dont|not|isnt|never) (?:be |look |seem )?(\w+) enough\b", r"more \1"),
    (r"\bof(?=(?: please)?[.!?]*$)", "off"),
    (r"\bat (?:my|his|her|their|your|our) age\b", "these days"),
    (rf"^(?:he|she|they|i) (?:is |am |are )?(?:(?:only|just|barely|nearly|almost|about|still) )*{_NUMBER}(?: years old)?[.!;]+ (?=\w)", ""),
    (rf"^(?:he|she|they) (?:is |are )?(?:(?:only|just|barely|nearly|almost|about|still) )*{_NUMBER}(?: years old)?,+ "
     rf"(?=(?:(?:so|please|can you|could you) )*(?:{_REMOVING}|take)\b)", ""),
    (rf"(?<=\w)[,.;!]+ (?:(?:because|since|as|after all) )?(?:but )?(?:he|she) (?:is )?(?:only|still|just"
     rf"|barely) {_NUMBER}(?: years old)?(?: after all)?[.!]*$", ""),
    (r"(?<!would )(?<!should )(?<!really )(?<!also )(?<!i )(?<!we )(?<!you )(?<=\w )like (?!to\b|(?:him|her|them|me|it) to\b)"
     r"(?:(?:an?|the|some|all|those|my|his|her|their|our|your|old|every|most) )*(?:(?!to\b|and\b|with\b)\w+ ){1,3}?"
     r"(?:had|has|have|wears?|wore|used to (?:have|wear))\b(?! (?:an?|the|his|her|their|my|no|some)\b)", ""),
    (r"\b(?:i|we) (?:would|should) (?:be|feel) (?:(?:ever so|so|very|most|really|quite) )?(?:pleased|happy|glad|delighted"
     r"|grateful|thankful|"
     r"obliged)"
     r" (?:if (?:you (?:could|would|can) )?|to (?:see|have) )", "please "),
    (r"\b(?:i|we) would be happier (?=with\b)", "i want to be "),
    (r"^(?:(?:please |promise )?(?:dont|not to) (?:laugh|judge(?: me)?)|you (?:will |may |might |ll )?laugh|no laughing)[, ]+but ", ""),
    (rf"\b({_FACIAL}|tache|tash|curls) yes(?= *(?:[.,;!?]|$))", r"add \1"),
    (rf"\b({_FACIAL}|tache|tash|curls) no(?= *(?:[.,;!?]|$))", r"no \1"),
    (r"(?:^|(?<=[,.;!] )|(?<=so )|(?<=then ))(?!here|there|that|this|what)(\w+(?: hair)?) it is(?= *(?:[.,;!]|$))", r"give \1"),
    (r"[ ,.]*\bi beg(?: (?:of )?you)?(?= *(?:[,.;!]|$))", ""),
    (r"\bi(?:d| would)? kill (?:to (?:see|have|get)|for) ", "i want "),
    (rf"\b(?:clear|move|push|sweep|brush) (?:it|them) (?:away |back )?(?:from|off|out of) {_FACE}", "show the forehead"),
    (r"\b(?:goatee|stubble|moustache) (?:in)?to (?=an? |full|long|proper|thick)", ""),
    (r"(?<=\w), (?:baby|boy|girl|kid|kiddo|old (?:boy|man|girl|chap|bean|thing))(?= *(?:[.,;!?]|$))"
     r"|^(?:young man|old boy|baby|kid), ", ""),
    (r"\b(?:i am|we are|not me)? ?(?:begging|pleading)(?: (?:you|here))?(?: (?:to|for))? (?=\w)", "please "),
    (r"\bi (?:am|keep)(?: (?:\w+ly|just|now|still))? (?:begging|dying|longing|itching|craving|picturing|imagining|envision\w+|leaning"
     r"|aiming|seeking)(?: (?:to|for|towards?))?(?: (?:see|have|get|try|go))? ", "i want "),
    (r"\b(?:what|all|the only thing) (?:\w+ ){1,4}(?:needs?|wants?|lacks?|is missing|requires?|had in mind|(?:am|is) after) (?:is|was) ",
     "i want "),
    (rf"\b({_THEIRS} (?:\w+ )?\w+|he|she) (?:is missing|is lacking|lacks|has everything (?:but|except)(?: for)?)(?: only)? "
     rf"(?={_THEIRS} |an? )", "give him "),
    (r"\b(?:wish|want|hope|ask|beg|demand|long)(?:e?s)? to (?:be (?:seen|shown|pictured|painted|drawn)|appear"
     r"|pose) (?:with|in|wearing|as) ",
     "wants "),
    (r"\b(?:(?:would|will|might) (?:it|that) be|(?:it|that) would be) (?:(?:too|so|very|terribly|awfully|really|at all) )*"
     r"(?:difficult|hard|tricky|mad|crazy|silly|rude|cheeky|much|a (?:hoot|laugh)|fun|funny|okay|ok|against the rules)"
     r"(?: for (?:you|me))? (?:to ask (?:for|you (?:to|for)) |if (?:(?:you|i|we) (?:could )?)?"
     r"|to (?=(?:make|give|see|add|go|put|try|turn|do|show|get|remove|take|lose|shave|grow|dye)\b))", "please "),
    (r"^how (?:i wish|i would love)(?: (?:that )?you (?:would|could)| to)? ", "please "),
    (rf",? (?:and )?so (?:does|do|is|are|must|should|can|has) (?={_THEIRS} \w+(?: too)?[.!?]*$)", " and same with "),
    (rf"\b({_GLASSES}) (?:from|on|upon|perched on) {_THEIRS} (?:nose|face)\b", r"\1"),
    (r"\b(?:an?|one|two|three|\d+|some|several)? ?(?:few|couple(?: of)?)? ?(?:more |extra )years on (?:him|her|them|me|it)\b",
     "a bit older"),
    (r"\b(?:get|bring|take|turn|put|go|change|have) (him|her|them|me|it)?(?: back)? ?back to (?:just )?(an?|some) ", r"make \1 "),
    (r"\b(fringe|bangs|beard|moustache|hair)((?: \w+){0,2}?) (be|get|gets|being) (?:trimmed|snipped|cropped|shortened|cut)"
     r"(?: (?:up|back|down|a bit|a little))*(?= |[,.;!?]|$)", r"\1\2 \3 shorter"),
    (rf"\bshave {_THEIRS} (?:chin|cheeks?|jaw|face|neck)(?: and (?:{_THEIRS} )?(?:chin|cheeks?|jaw|face|neck))*(?: (?:smooth|clean|bare|"
     rf"completely))*\b",
     "remove the beard"),
    (rf"\bshave (?:off )?{_THEIRS} (?:upper )?lip\b", "remove the moustache"),
    (rf"\b(?:nothing|no anything|not a thing|not anything)(?: at all)? on {_THEIRS} face\b", "no makeup"),
    (r"\b(?:cut|chop|crop|trim|shave|clip) (it|them|that) (?=(?:(?:very|really|quite|nice and|all) )?(?:short|shorter)\b)", r"make \1 "),
    (r"\b(that|this|the|his|her) (\w+) (?:is|looks?|are) (?:(?!too\b)\w+ ?){1,3}[.,;!]+ (?:please )?(?:replace|swap|exchange|trade)"
     r"(?: (?:it|that|them))?(?: out)? (?:with|for|by) ", r"replace \1 \2 with "),
    (r"^(.*?)\bit\b(.*?)[ ,.;]+((?:the|her|his|their|my) \w+),? i (?:mean|meant)[.! ]*$", r"\1\3\2"),
    (r"\b(?:just|only) the (?:first|last|other|former|latter) (?:one|two|three)\b", "those"),
    (r"\b(brother|sister|mother|father|son|daughter) in law\b", r"\1"),
    (r"\bturn (?:that|this|the|his|her|their|my|your|a) frown(?: upside down|[,.]+ you know the rest)\b"
     r"|\b(?:that|this|the|his|her) frown[,.]+ turn it upside down\b", "make them smile"),
    (r",? (?:which|that) (?=(?:has|have|needs?|must|should|ought to)\b)", " "),
    (rf",? as {_THEIRS} {_KIN} (?:was|were|had|did|has|is|are)\b", ""),
    (r"[,.;]+ (?:(?:so|because) )?(?:i |we |you |nobody )?can (?:not )?(?:see|tell|recogni[sz]e) (?:who|what|anything)\b[^,.;!?]*", ""),
    (rf"\b(?:push|bring|take|turn|dial|put|wind|reduce|lower|raise) {_THEIRS} age (?:up |down |back )?to (?:an? )?(?=\w)", "make him a "),
    (rf"\b({_GLASSES}|{_WORN}) (no|yes)(?: more)?(?=[,.;!?]|$)", lambda found: f"{'no' if found[2] == 'no' else 'add'} {found[1]}"),
    (r"(?:,? (?:and|but|so) )?\b(?:i|we) would (?:rather|prefer)(?: (?:it|that|if))? (?:he|she|they|it|(?:his|her|their|"
     r"the) \w+) (?:was|were|be|is|are) ",
     ", make it "),
    (r"\b(?:i|we) would (?:rather|prefer)(?: (?:it|that|if))? (?:he|she|they|it) (?:had|have|has|wore|wear) ", "give him "),
    (r"^what (?:(?:this|the|that|my) \w+|he|she|i|we|it|they) (?:(?:really|also|now) )?"
     r"(?:wants?|needs?|lacks?|(?:would|am) (?:like|love|after|missing))(?: (?:above all|most|now|here))? is (?:for )?", "i want "),
    (r"\bis there (?:a|any) (?:way|chance) (?:that )?(?:to |(?:you|we|i|one|it) (?:can|could|might) )"
     r"(?:(?:sort|kind) of |just )*", "please "),
    (rf"\b(?:he|she|i|they|it|(?:my|our|the|this) \w+)(?: (?:only|just|currently|really))? (?:looks?|reads?|seems?|appears?|says|is|"
     rf"am|turned)"
     rf"(?: (?:like|as|about|around|only|a))* {_NUMBER}(?: years old)?\b(?! ?%)[,.;!?]?"
     rf"(?=.*\b(?:make|want|should|must|be|him|her|me|to|at|than) (?:\w+ ){{0,3}}?{_NUMBER}\b)", ""),
    (r"(?<=\d) ?y(?:o|rs?|s)?\b", " years"),
    (rf"\b({_NUMBER})(?: ?ish| odd| something| or so| or thereabouts| years young)\b", r"\1 years old"),
    (rf"^(?:(?:and|make|be|like|to) )*({_NUMBER})( again)?(?: please| now)?[.! ]*$", _age_alone),
    (rf"\b(?:(?:an? |the )(?:\w+ )??(?:man|woman|boy|girl|kid|child|lad|lass|schoolboy|schoolgirl|infant|toddler|bride|youth|"
     rf"person) )(?:of|aged) "
     rf"({_NUMBER})\b(?! years)", r"\1 years old"),
    (rf"\baged (?=({_NUMBER})\b)", "at "),
    (rf"\b(?:(a|half a|an?other|one)|(?:about )?(?:an? )?(?:\d|two|three|four|five|several|few|couple of|couple)) (?:shades?|stops?|"
     rf"tones?|notch|notches) "
     rf"(?=(?:too|more|less|on|up|down|{ANY_COMPARATIVE})\b)", lambda found: "slightly " if found[1] else "much "),
    (r"(?<!\blook)(?<!looks)(?<!looking)(?<!seem)(?<!seems)(?<!feel)(?<!feels)(?<!appear)(?<!act)(?<!\bbe)(?<!would)(?<!should)(?<!\bi)(?<!we)(?<!you)"
     r"(?<!really)(?<!also)(?<!more)(?<!make (?:him|her|you))(?<!make (?:me|it))(?<=\w),? (?:as if|as though|like)(?: (?:he|she|"
     r"they|i|we|you|someone|somebody))"
     r" (?!to\b|need\b)(?:\w+ )*?\w+(?=[,.;!?]|$)", ""),
    (r"\b(?:needs?|could (?:do with|use)) a (?:good |proper )?shave\b", "should have no beard"),
    (r"\b(?:dial|scale|cut|turn|pull|ease|tone) (?!(?:\w+ ){0,2}hair\b)((?:\w+ ){0,3}?)(?:back|down)\b(?! the clock| time)", r"reduce \1"),
    (r"\b(?:dial|scale|crank|turn|bring|push|ramp|bump|pump) ((?:\w+ ){0,3}?)up\b", r"increase \1"),
    (r"\b(?:dont|do not|without|not) (?:touch|chang|alter|modify|edit)\w* anything (?:else )?(?:but|except(?: for)?|besides|other than)\b",
     "leave the rest, just"),
    (r"\bnothing (?:else )?(?:but|except(?: for)?|besides|other than)\b", "just"),
    (r"\b(?:has|have|had|did)(?: not| nt| n t|nt| t|n t) shaved?\b(?: (?:in|for|since) (?:[\w]+ ){0,3}?(?:days?|weeks?|months?|years?))?",
     "unshaven"),
    (r"\b(?:shave|knock|take|cut|drop|lop|strip|peel|remove|lose|subtract|deduct) (?:off )?((?:an? |\w+ )(?:years?|yrs?|decades?))\b"
     r"(?: off| from)?(?: (?:of )?(?:him|her|them|(?:his|her|their|the) (?:age|face|looks?)))?"
     rf"( and (?={_THEIRS} (?:\w+ )?\w+ *(?:[.,!?]|$)))?", lambda found: f"{found[1]} younger" + (" and remove " if found[2] else "")),
    (r"\b(?:(?:a|one|two|three|[1-4]) (?:few |couple (?:of )?)?|few |couple (?:of )?)(?:years?|yrs?) (older|younger)\b", r"a bit \1"),
    (r"\b(?:\d+|a few|a couple(?: of)?|two|three|four|five|several) days?(?: old)?(?: of)?(?: beard)? (?:stubble|beard|growth)\b",
     "stubble"),
    (r"\bwhy (?:dont|not|can not) (?:you|we) |^(?:can not|could not|couldn t|won t) you ", "can you "),
    (r"\bno (?:more |further )?(?!more |further |other )(\w+) (?:changes|edits)\b", r"keep the \1"),
    (rf"\b(?:swap|replace|exchange|trade|switch|change)(?: out)? ({_WHOSE}{_GLASSES}) (?:for|with|by|to|into) ", _exchanged),
    (r"(?:^|(?<= ))-(?=(?:glasses|sunglasses|eyeglasses|beard|stubble|bangs|fringe|smile|wrinkles)\b)", "no "),
    (rf"\bcover\w* (\d+ ?(?:%|percent)) of {_FOREHEAD}", r"\1"),
    (rf"\b(?:cover\w* )?(?:about |over |down )?half ?(?:way)? (?:down |of |over )?{_FOREHEAD}", "medium bangs"),
    (rf"\b(?:cover\w*|hid(?:e|es|ing)|all over) {_FOREHEAD}", "cover the forehead"),
    (rf"(?<!not )\b(?:show|see|reveal|expose|uncover|clear|free) (?:me )?(?:more |all )?(?:of )?{_FOREHEAD}"
     r"(?: (?:completely|fully|clearly))?\b",
     "show the forehead"),
    (rf"\b(?:(?:get|push|sweep|swept|brush|comb|pull|move|keep|take|put) )?(?:all )?{_WHOSE}(?:hair|fringe|bangs) (?:away |back )?"
     rf"(?:out of|off|away from|from) {_FACE}\b",
     "show the forehead"),
    (rf"\bhair (?:\w+ing )?(?:down )?(?:over|on|in|into|across) {_FACE}\b", "bangs"),
    (r"\b(bangs|fringe)((?: \w+){0,4}?) (?:reach\w*|touch\w*|down to|cover\w*) (?:her|his|the|their|my) (?:eyebrows|brows|eyes)\b",
     r"\1\2 down to the eyebrows"),
    (r"\b(bangs|fringe)(?: that| which)? (?:\w+ )?(?:just |right )?(?:above|over|at) (?:her|his|the|their|my) (?:eyebrows|brows|eyes)\b",
     r"long \1"),
    (r"\bshave (?:it|that|this|them|everything|all|that thing) (?:all )?(?:off|from) (?:of )?(?:his|the|my|their) "
     r"(?:chin|face|cheeks|jaw)\b",
     "remove the beard"),
    (r"^(?!.*\b(?:sweep|push|brush|comb|put|pull|move|set)\b)[\w ]{1,40}? aside, (?=\w)", ""),
    (r"\bfinish((?: \w+){1,3}) off\b", r"suit\1"),
    (r" ?: *(?:none|no|off|nothing|lose|remove|delete|gone)\b", " off"),
    (r" ?: *(?:keep|leave)\b(?= *(?:[.,;!?]|$))", " stays"),
    (r"\b(remove|add|delete|lose|keep|give|want|need|without|plus|minus) ?: ", r"\1 "),
    (r"\badd (?:a few|some|a couple(?: of)?) years\b", "a bit older"),
    (r"\bage (?:him|her|them|me|us|it) (?:by )?(\w+) (years?|yrs?|decades?)\b", r"\1 \2 older"),
    (r"\b(?:take|knock|shave|remove) (?:off )?(?:a few|some|a couple(?: of)?) years(?: off)?\b", "a bit younger"),
    (r"\bdont let (?:him|her|them) ", "no "),
    (r"^(?:nothing (?:has )?(?:changed|happened)|(?:it|that|this) (?:never|dont|has not) (?:changed?|do) (?:anything|much|a thing)"
     r"|i (?:can not|dont) see (?:a|any|the|much of a) (?:change|difference))[ .!]*$",
     "more"),
    (r"\b(?:fix|correct|treat|help with|do something about|sort out) ((?:my|his|her|their|the) (?:double chin|wrinkles|receding hairline"
     r"|receding hair|chubby face|chubby cheeks|gr[ae]y hair|hooked nose))\b",
     r"remove \1"),
    (r"\b(keep|leave) everything(?: else)?(?: as it is| the same)?,? but (?=(?:remove|add|make|give|take|put|shave|change|lose|get|let"
     r"|turn)\b)",
     r"\1 the rest, "),
    (r"\bfrom (?!ear\b|the\b)(?:[\w.]+ ){1,3}?to (?=\w)", ""),
    (r"\b(\d+|five|ten|fifteen|twenty|thirty) more years\b", r"\1 years older"),
    (r"\b(make|let|have) (?:the|this|that|my) (?:man|woman|guy|girl|boy|lady|person|one|dude|kid|gentleman) (?:be |look )?"
     r"(?=\d\d\b(?! ?(?:%|percent|steps)))", r"\1 him "),
    (r"\b(want|like|love|need|try|have|going|got) 2 (?=[a-z])", r"\1 to "),
    (r"(?<=[a-z,]) n (?=[a-z])", " and "),
    (r"\b([a-z]+)\+\+", r"more \1"),
    (r"\b([a-z]+)--(?= |$)", r"less \1"),
    (r"(?<=make |turn )(?:the|this|that|my|your|our) (?:photo|picture|image|pic|portrait|selfie) (?:to )?"
     r"(?:look |looks |appear |seem )?(?:\w+ )??(?:old|older|aged|ancient)\b"
     r"(?! (?:man|woman))",
     "old looking photo"),
)  # fmt: skip


def in_plain_english(text: str) -> str:
    return rewritten(text, _PLAIN_ENGLISH)
