"""Looks that are described in a roundabout way -> the adjectives that the grammar reads: "hair down to her hips", "cheeks nice and fat"."""

from __future__ import annotations

import re

from chat.rewriting import rewritten

_ANYONES = r"(?:(?:the|his|her|their|my|your|its|those|these|that|this|all|of) )*"
_THEIRS = r"(?:the|his|her|their|my|your|those|these|that|this)"
_HAIR = r"(?:hair|hairs|locks|mane|tresses|curls|waves|extensions)"
_LOW = (
    r"(?:shoulders?|shoulder blades|chest|breasts?|waist|hips?|bum|butt|belly|belt|belly button|navel|stomach|elbows?|knees?|"
    r"ankles|feet|ribs|collar|breastbone|breastplate|sternum|nipples|bra strap|buttons?|there|here)"
)
_DOWNWARDS = (
    r"(?:(?:that|which|is|be|to|it|should|must|going|go|goes|hanging|hangs?|falling|falls?|reaching|reach|reaches|flowing|flows?|"
    r"tumbling|tumbles?"
    r"|cascading|cascades?|coming|comes?|running|runs|growing|grown|long|all|the way|way|right|straight|well|just|down|almost) )*"
    r"(?:down(?: to)?|to|past|below|over|beyond|onto|until) "
)
_COLOURS = r"(?:black|brown|blond|blonde|red|ginger|auburn|chestnut|copper|gr[ae]y|white|silver|blue|green|hazel|pink|golden)"
_SALON = r"(?:curl|perm|dye|bleach|straighten|uncurl|braid|plait|highlight|tie|untie|pin|slick|scrape|comb|iron|flat iron|blow dry)"
_SHEARS = r"(?:chop|crop|cut|trim|grow|lengthen|shorten)"
_CUT = (
    r"(?:pixie|bob|crew ?cut|buzz ?cut|number (?:one|two|three)|(?:to|above|below|past) (?:\w+ )?(?:shoulders?|waist|jaw|chin|ears?|collar)"
    r"|salon|hairdresser|stylist)"
)
_MADE = {"grey": "gray", "gray": "gray", "whiten": "white", "blacken": "black", "redden": "red", "silver": "silver"}
_COMPARED = {
    "shrink": "smaller", "narrow": "narrower", "widen": "wider", "broaden": "broader", "enlarge": "bigger", "thicken": "thicker",
    "fluff": "fuller", "beef": "thicker", "bulk": "thicker",
    "sharpen": "sharper", "straighten": "straighter", "curl": "curlier", "perm": "curlier", "shorten": "shorter", "lengthen": "longer",
    "whiten": "whiter", "darken": "darker", "lighten": "lighter", "redden": "redder", "plump": "plumper", "slim": "slimmer",
}  # fmt: skip
_FEELINGS = {
    "surprised": "shock|surprise|amazement|astonishment|wonder|disbelief",
    "angry": "anger|fury|rage|wrath|hatred",
    "sad": "sorrow|grief|sadness|misery|despair|tears|woe|melancholy",
    "happy": "joy|happiness|delight|glee|mirth",
}
_ELSEWHERE = r"(?:beard|moustache|mustache|tache|goatee|brows|eyebrows|lashes|fringe|bangs|stubble|hat|scarf)"
_SHAPES = r"(red|rosy|pink|flushed|fat|round|rounder|chubby|full|fuller|plump|plumper|hollow|sunken|gaunt|thin)"
_ARE = r"(?:(?:is|are|were|be|to|should|must|all|nice and|nice|nicely|a bit|bit|a little|slight|slightly|as) )*"
_EARRINGS = r"(?:earrings|hoops|studs|danglers|rings|drops)"
_DESCRIPTIONS = (
    (r"\b(?:sleek|smooth|slick),? (?=(?:\w+ ){0,2}(?:pony|ponytail|bun|chignon|updo|topknot)\b)", ""),
    (r"\b(pony|ponytail|bun|chignon|updo|topknot),? (?:sleek|smooth|slick)(?: and \w+)?\b(?! hair)", r"\1"),
    (r"\bthis (?=(?:frizz|hair|fringe|curls|mop)\b)|\bthem (?=(?:eyebrows|brows|curls|bangs|locks|temples)\b)", "those "),
    (rf"^(?!.*\b{_ELSEWHERE}\b)(?=.*\b(?:{_SALON} it\b|{_SHEARS} it\b.*\b{_CUT}\b)).*",
     lambda found: re.sub(rf"\b({_SALON}|{_SHEARS}|make|leave) it\b", r"\1 the hair", found[0])),
    (r"^(?=.*\b(?:eyebrows?|brows?)\b)(.*?)\b(?:thin|pare|whittle|tame|pluck|tidy|weed|trim) (?:them"
     r"|it)\b(?! (?:in)?to\b)(?: right)?(?: (?:down|out|up|back)\b)?",
     r"\1make them thinner"),
    (r"\b(?:i|you|he|she|they|are|is|been|got) (?:all )?over ?(?:plucked|tweezed|waxed|threaded)\b", "too thin"),
    (rf"\b({_HAIR}) {_DOWNWARDS}{_ANYONES}{_LOW}\b", r"\1 long"),
    (rf"\b(beard|whiskers|stubble) {_DOWNWARDS}{_ANYONES}{_LOW}\b", r"long \1"),
    (rf"\band {_DOWNWARDS}{_ANYONES}{_LOW}\b", "and long"),
    (rf"\b({_HAIR}) (?:(?:that|which|is|to) )?(?:falls?|falling|hangs?|hanging|flows?|flowing|tumbl\w+|cascad\w+)(?: down)? (?=in )",
     r"\1 "),
    (rf"\b({_COLOURS}|long|short|soft|loose) waves\b", r"\1 wavy hair"),
    (rf"\b((?:long|{_COLOURS}) hair,? )?(?:gathered|tied|pulled|pinned|swept|twisted|wound|coiled|done|put|rolled)(?: (?:up|back|tight|"
     rf"tightly))* "
     r"(?=(?:in|into) an? (?:\w+ )?(?:bun|knot|chignon)\b)", r"\1"),
    (rf"\b(?:(?:pull|put|scrape|slick|sweep|tie|gather|pin|comb|haul|draw|drag) )?{_ANYONES}hair "
     r"(?:(?:back|up|all|pulled|scraped|swept|tied|pinned|slicked) )+(?=(?:in|into) an? (?:\w+ ){0,2}(?:bun|knot|chignon"
     r"|topknot|coil|updo)\b)",
     "put the hair "),
    (rf"\b(hair|locks|brows|eyebrows|beard|eyes|skin|lips|it)((?: \w+)?) back to (?:(?:its?|his|her|my|their|the|being|just|plain|a|an) )*"
     rf"(?=(?:\w+ )?(?:{_COLOURS}|curly|straight|wavy|long|short)\b)", r"\1\2 to be "),
    (rf"\b(?:whisk|take|bring|get|put|turn|send|dye) (?:him|her|me|them) back to (?:being )?(?=(?:\w+ )?{_COLOURS}\b)", "make the hair "),
    (rf"\b(?:little |short |sleek )*({_COLOURS}) bob\b", r"\1 bob haircut"),
    (rf"\b({_SALON}|{_SHEARS}|shave|iron|wash) ({_ANYONES.replace('*', '+')})(?!facial|chin|nose|ear|face|lip|body"
     rf"|chest)\w+ (hair)\b", r"\1 \2\3"),
    (rf"\b(?:(?:turn|change|take|bring|go"
     rf"|from) )+(?:{_THEIRS} )?{_COLOURS}(?: hair)? (?:in)?to (?=(?:an? )?{_COLOURS}\b)", "make the hair "),
    (r"\b(has|have|is|are|had|it) gone (?=(?:(?:too|so|very|a bit|rather|quite|all|really) )+\w|dark|flat|frizzy|limp|thin\b)", r"\1 "),
    (r"^(?=.*\b(?:bald|head|scalp|skull)\b)(?!.*\b(?:beard|moustache|goatee|stubble|tache)\b)(.*?)\bshave it\b(?: (?:all"
     r"|right|off|down|smooth|completely)\b)*",
     r"\1bald"),
    (rf"\b(?:tie|put|pull|pin|gather|comb) {_ANYONES}hairs? (?:\w+ )?(?:in|at|to|on|behind) {_ANYONES}(?:back|neck|nape|head)\b",
     "tie the hair back"),
    (rf"\b(?:let|take|shake|get|put|wear|bring) {_ANYONES}(?:pony|ponytail|pony tail|plait|bun|updo|topknot) (?:back )?down\b",
     "let the hair down"),
    (rf"\b(?:take|pull|slip|get|remove) {_THEIRS} (?:elastic|hair ?tie|hair ?band|scrunchie|bobble(?! hat| cap)|hairpins?|pins?|"
     rf"rubber band)"
     rf"(?: out)?(?: of {_ANYONES}hair)?\b", "let the hair down"),
    (rf"(?:^|(?<=[,.;!] )|(?<=and )|(?<=please )|(?<=then )|(?<=to ))({'|'.join(_MADE)}) ({_THEIRS} (?:hair|locks|mane|temples|skin|"
     rf"lips))\b",
     lambda found: f"make {found[2]} {_MADE[found[1]]}"),
    (rf"\b({'|'.join(_COMPARED)}) (it|them)\b(?: (?:down|up|out|off)\b)?", lambda found: f"make {found[2]} {_COMPARED[found[1]]}"),
    (rf"\b({'|'.join(_COMPARED)}) ({_THEIRS} (?:nose|lips|mouth|skin|complexion|cheekbones|jaw))\b(?: (?:down|up|out)\b)?",
     lambda found: f"make {found[2]} {_COMPARED[found[1]]}"),
    (rf"\b(?:turn|make|swap|replace|change|paint|dye|i would like|i want) (?:{_THEIRS}|them) {_COLOURS} (hair|eyes|lips|"
     rf"skin) (?:to |into |for |with )?(?=(?:an? )?{_COLOURS}\b)",
     r"make the \1 "),
    (rf"\b(?:eyes )?{_COLOURS} eyes (?:to|into|for|→|>) (?:eyes )?({_COLOURS})(?: eyes)?\b|\beyes {_COLOURS} (?:to|into|→|->|"
     rf">) (?:eyes )?({_COLOURS})\b",
     lambda found: f"{found[1] or found[2]} eyes"),
    (rf"\b(?:paint|colou?r|stain|tint|dye|do) ({_THEIRS}) (?:lips|mouth)\b", r"make \1 lips"),
    (r"\b(scarlet|crimson|ruby|cherry|carmine) mouth\b", r"\1 lips"),
    (r"\bmouth (?=(?:painted|tinted|stained|colou?red)\b)", "lips "),
    (r"\b(lips|mouth|hair|cheeks|lashes|brows|eyebrows) (?:painted|dyed|tinted|stained|colou?red)(?: in)?\b", r"\1"),
    (rf"\b(lips|hair|eyes|skin)((?: (?:are|is|in|should|be|of|have))*) the ({_COLOURS}) of\b", r"\1\2 \3 like"),
    (rf"\b(?:lips|lipstick|lip colou?r) (?:in|of|like|close to|matching) {_ANYONES}(?:own |real |natural )?skin(?: tone| colou?r)?\b",
     "nude lipstick"),
    (rf"\bcheeks {_ARE}{_SHAPES}\b(?: (?:as|like) (?:an? )?\w+)?", r"\1 cheeks"),
    (r"\bcheeks (?:like|as red as|red as|the colou?r of) (?:an? |the )?(?:apples?|beetroots?|cherries|cherry|roses?|tomato(?:es)?|"
     r"poppies|peach(?:es)?)\b",
     "rosy cheeks"),
    (rf"\b({_THEIRS}) pout (?=(?:(?:to|be|should|must|look|a bit|much) )*\w+er\b)", r"\1 lips "),
    (r"\bcheekbones (?:(?:that|which) )?(?:you|one|they|that) (?:could|can|would) (?:cut|slice) \w+(?: (?:on|with))?\b",
     "sharp cheekbones"),
    (r"\b(?:tiniest|smallest) (?=(?:nose|lips)\b)", "small "),
    (r"\b(?:biggest|largest|hugest) (?=(?:nose|lips|eyebrows)\b)", "big "),
    (rf"\b(?:eyebrows|brows) {_ARE}(?:way |much |far )?too (?:bushy|big|wild|hairy|full|heavy)\b", "thinner eyebrows"),
    (rf"\b({_THEIRS}) {_COLOURS} (hair|eyes|lips|skin) (?:into|to|for) (?=(?:an? )?{_COLOURS}\b)", r"\1 \2 "),
    (rf"\b(?:face|cheeks) {_ARE}(?:too|way too|much too) (?:round|chubby|fat|full|plump|wide|broad|big)\b", "slimmer face"),
    (r"\bmouth (?:hanging|hangs?|gaping|dropping|dropped|fallen|falling|stood) (?:wide )?open\b", "mouth open"),
    (rf"\b{_ANYONES}lips (?:firmly |tightly |both )?(?:shut|together)\b", "mouth shut"),
    (rf"\b(?:get|have|make|keep|pop|force|pry|prise|want|need|see|show|hold) {_ANYONES}(?:eyes|eyelids|lids|peepers) (?:back )?open\b",
     "open the eyes"),
    (rf"\bkeep {_ANYONES}(mouth|eyes) (?:shut|closed)\b", r"close the \1"),
    (rf"\b(?:open|shut|close) {_ANYONES}(?:eyelids|lids|peepers)\b", lambda found: f"{found[0].split()[0]} the eyes"),
    *((rf"\b(?:eyes|face|look|expression|features)?(?: are| is)? ?full of (?:\w+ )?(?:{nouns})\b",
    f"{mood} face") for mood, nouns in _FEELINGS.items()),
    (r"\bhairline (?:is |has |keeps )?(?:running|moving|going|creeping|racing|retreating|gone|moved|crept)\b[^,.;!?]*?[,.;!?]* ?"
     r"(?:please |can you )?(?:bring|move|pull|push|get|put) it (?:forward|forwards|back|down|lower)(?: down)?\b", "fix the hairline"),
    (rf"\b(?:fill|bring|move|pull|push|get|put|lower|fix) {_ANYONES}(?:receding )?hairline (?:(?:back|right) )?(?:in|forward|forwards|"
     rf"down|lower)\b"
     rf"|\bfill (?:in|up|out) {_ANYONES}(?:receding )?(?:hairline|temples)\b", "fix the hairline"),
    (r"\bhairline (?:(?:has|is|that|which|should|must|be) )*(?:crept|creeping|gone|going|moved|moving|pushed|inching|slid|set|drawn|"
     r"creep) back\b",
     "receding hairline"),
    (rf"\b(?:the )?tip of {_ANYONES}nose\b", "nose"),
    (rf"\bsharpen {_ANYONES}nose\b", "pointier nose"),
    (r"\bnose (?:to|into|that comes to|coming to|with) a (?:sharp |fine )?(?:point|tip)\b", "pointed nose"),
    (r"\bneck (?:jewel\w+|bling|accessor\w+)\b", "necklace"),
    (rf"\b(?:whatever|everything|anything|(?<=\w )what(?= is| she| he| hang)|(?:the|those|these) (?:things?|stuff))"
     r"(?: is| are| she has| he has| has| that| which| hang\w*| dangl\w+| sit\w*| there)*(?: (?:on|in|from|off|round|around|at))+ "
     rf"{_ANYONES}(neck|ears?|head)\b",
     lambda found: f"the {'necklace' if found[1] == 'neck' else 'hat' if found[1] == 'head' else 'earrings'}"),
    (rf"\b(?:two|a pair of) (?=(?:\w+ ){{0,2}}{_EARRINGS}\b)", ""),
    (r"\b(?:look|be|looking) (?:more )?like a (?:real|proper|true|tough|macho|rugged) (?:man|guy|dude|bloke|lad|male)\b",
     "look more masculine"),
    (r"\b(?:look|be|looking) (?:more )?like a (?:real|proper|true|delicate) (?:woman|lady|girl|lass)\b", "look more feminine"),
)  # fmt: skip


def plainly_described(text: str) -> str:
    """Normalised text with its roundabout descriptions in plain words."""
    return rewritten(text, _DESCRIPTIONS)
