"""The words that the offline interpreter knows, as data: nothing here decides anything.

Degrees are those of assets/attributes.json; the phrases themselves are in assets/chat/phrases.toml.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Literal

Kind = Literal[
    "attribute", "operation", "amount", "quality", "comparative", "link", "negation", "pronoun", "determiner", "unavailable", "filler",
    "look",
]  # fmt: skip
"""Fillers, pronouns and determiners mean nothing here, but being listed they are no strangers; looks are adjectives of prompts."""


@dataclass(frozen=True)
class Word:
    """What a phrase means.

    `attribute` names a graded attribute, a prompt, or a thing that prompts are about (chat/prompt_words.py); `degree` is the absolute
    degree the phrase implies ("stubble" is beard 1, "open eyes" is no "eyes closed") and `direction` the way it points ("younger" is age
    -1, "curlier" is curly hair +1). `value` is the operation, amount, quality or kind of link.
    """

    kind: Kind
    value: str = ""
    attribute: str = ""
    degree: float | None = None
    direction: int = 0


PLAIN_DEGREE = {"bangs": 3, "eyeglasses": 3, "beard": 3}
"""What a bare "add a beard" sets. Smile and age have no such degree: they are moved from where they are."""

GROWS = frozenset({"bangs", "beard"})
"""Attributes of which "add ..." asks for more when the face already has them; a second pair of glasses makes no sense."""

QUALITY_DEGREE = {
    "eyeglasses": {"rimless": 1, "thin": 2, "light": 2, "metal": 2, "thick": 3, "plastic": 3, "dark": 5},
    "beard": {"light": 1, "thin": 2, "short": 2, "medium": 3, "long thin": 4, "long": 5, "full": 5, "thick": 5, "big": 5},
    "bangs": {"light": 1, "thin": 1, "short": 2, "medium": 3, "long": 4, "full": 5, "thick": 5},
    "smile": {"closed": 1, "light": 1, "short": 1, "medium": 2, "toothy": 3, "open": 4, "big": 4, "full": 4, "long": 4},
    "age": {},
}
"""An adjective with an attribute -> its degree."""

YEARS_TO_DEGREE = ((15, 0), (30, 1), (40, 2), (50, 3), (60, 4))
"""Upper limits in years of the age degrees 0 to 4; beyond them is 5."""

YEARS_PER_DEGREE = 10

SMILEYS = {
    "🙂": "smile", "😊": "smile", "😀": "smile", "😃": "smile", "😄": "smile", "☺": "smile", "😁": "grin",
    "😂": "laugh", "🤣": "laugh", "😆": "laugh",
}  # fmt: skip
"""Faces: people also end a friendly sentence with one, so they count only where the words say nothing."""

THINGS = {
    "👓": "glasses", "🕶": "sunglasses", "😎": "sunglasses", "🧔": "beard", "👴": "old", "👵": "old",
    "👶": "child", "😐": "no smile", "↩": "undo", "🤓": "glasses", "👍": "yes", "👎": "no thanks", "❤": "i love it", "🚫": "no", "❌": "no",
    "😢": "sad", "😭": "sad", "😠": "angry", "😡": "angry", "😮": "surprised", "🎩": "hat", "🧢": "hat",
    "💄": "lipstick", "💇": "haircut", "🙏": "thanks",
    "👋": "hello",
}  # fmt: skip

NUMBERS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
}  # fmt: skip

ORDINALS = {"first": "1", "1st": "1", "second": "2", "2nd": "2", "third": "3", "3rd": "3", "fourth": "4", "4th": "4"}

FALSE_FRIENDS = frozenset(
    """
    grasses classes glosses gasses glances masses lasses glass beads bears bread board heard beers beast reads simile smite stile smell
    small while order elder holder folder colder bolder bold bald solder wonder hunger youngster hanger banks bands bags hangs gangs fangs
    angles rangs shapes shakes shaded shadow shaves spades grind grain grins fridge cringe stumble bubble remote removes resent beset rest
    adder latch caught cough tough rough hate wages pages sages stages share shared shares sharing shape shaped shake shaken shaking shove
    saved saving slave slaves nature haven behaving paged paging hanging gave male mate mare maze mark tale tape tame talk puts but pit
    pat pot gain intensity forgot gains kinds kiss grids boards seriously spurious sampling printing regardless teeny shading shader
    closer black quiet weather leather grows crows browse drowsy chair chairs pairs stairs heir fairy noise noisy rose hose oops loops hoop
    across gross paper player pacer matter latter flatter batter ladder brush plush mainly many planned banned canned manned clips slips
    flips tips ships chips chains china chant preceding studies term germ hungry hubby sender blender gender cleaner learner cup cape gap
    dyed browns crown route genie plumb pirate nodes notes started blocks block hooks hook manner lacks keyed badly loses paired banner
    mocks flock study sleep filler groucho radiators radiator chapped clowns
    mapping mappings range iterable charge something extent lines linear learning close grant released remain expressed impressed
    selected batch lost creating project render renderer shifting handlers grown chance checking selling infringe infringes receiving
    detected depicted rejected injected faster farther father cheers cheer sorting trying breaking arise telling blind blood flame
    cache triple closes lengths poses moses invert spare dwelling waiver lived finger fingers students goggles building blessing
    complexity completion delimited rises blows beats boots spinning thinning cleanly stranger whats thats transforms decoding
    expands overnight tannery shame sweeping neckline happiness tilted doublet irish becoming granting heirs shopping striking
    drowning clocks rocks socks sight grand grandmas bloke yielding stepping bearing regarded singer accident becomes bunch charity
    gary deserve extends deciding dodgy gloom haunt leaning blunder logger longed pearly seams weary marry mercy miles protest sailed
    sultan prayer prayers sailing simmer standards sticking wrapping whoops attack hates amuse saves plumber weighted flatters fatten
    bleeding bringing shooter tenner varnish jeweller jewellers rating ferry feller grinding marking grips agnes burns winger
    engaged hired incident restorer fairness groan tender retire retires hairnets remover dragging miller skins fainted dresses pager
    hoover hotter steadier browning wriggled milliner drown shilling shillings copped drying blaming improved palmer stiles sensor maple
    braiding stunner lodger cosmetic mouthful truthful heckling beauties claps astern slipping belaying smelling agave required retained
    fearless hatred flown glinting duelling boarded thatcher chilling noticeable chili tabby shoving drinking stepson sketching
    barring defeated cloned dutch swatch capes hatch norse scraping grieving nappy engraved fronting trimmer lesson eldest
    continues continued preserved preserves retrieve weakens streaming forgets clapping funniest unfriendly wildest
    """.split()
)
"""Ordinary words that differ by a letter or two from a word below; they are never taken for a slip of the finger."""

NEVER_MISSPELT = frozenset(
    """
    ageless aggressive aggro aghast agog amazement astonishment awed babushka babyface bairn bakerboy bambino beak beannie beardie
    beardy beehive beenie bellowing bereft bewildered bifocals bins blokeish blokish blubbering blubbing blushed blushy bobble bonnet
    boonie borsalino botox bowlers bristle bristles bristly bronzer brownette brunet bubbly bumfluff bunnet buoyant buzzcuts cackle
    cackling calmer careworn catnapping centenarian chignons childhood chins chirpy choker chokers chubbify chuffed cloche clubmasters
    coloring colouring conk contacts content contented corkscrews corpulent crabby crestfallen crewcut crotchety crushed cueball
    curlicues dangles danglies deaged debloat decrepit despairing despondent devastated dewlap dirtstache disappointed disbelief dismal
    dispirited distraught distressed doleful dour downhearted dozing dumbstruck earings earringless ecstatic effeminate emaciated
    exasperated eyeballs facelift falsies femininity feminise feminised feminize feminized femme femmer ferocious flatcap forlorn
    fringed furrowed furrows gape gapes gasp gasping gasps gawping girlie girlified girlify glad glares glaring glassess gleeful glower
    glowering goate goatie goaty gobsmack goldilocks gotee grampa gramps grampy grandad granddad greys grizzle guffaw guffawing gutted
    hangdog headpiece heartsick heavyset hollering hoopers hooters hopeless hostile howling huffy hysterics impassive incensed
    inconsolable indignant infuriated irritated jhumka jhumkas jhumki jollier jovial jowl jowls jowly kiddie kindergartener
    kindergartner laddish ladyfied ladyish lined lipcolor lipcolour lipless lippie lonely makeupless manbun manful maquillage mardy masc
    masculinise masculinity masculinize melanin menacing midlife miffed moody mopey moping morose mouser moustachios mustachio
    mustachioed mustachios muzzy nanna narked neckalce neckbeard necklas necklase neckless necklet neclace newsboy nipper nonagenarian
    nonna oakleys obliterate octogenarian oldie outraged overjoyed pallid pallor pasty peepers peeved pensionable pofaced polaroids
    ponytailed porkpie porky portly pout pouting preteen proboscis ragey ratty readers rhinoplasty ringlet roaring rofl rotund ruddy
    rugged ruggeder sadboi sadness schnozzes schnozzle schnozzola schoolchild schoolkid scowl scowling scowls scowly scrawny scream
    screams septuagenarian shellshocked shook shooketh shrieking simper skinnify skintone skullcap slumbering smirky snapbacks snarl
    snarling snarls snarly snout snoz snozz sobbing sobs somber sombre sorrow souwester spectacle speechless spekkies spooked staches
    staggered startlement sterner stetsons stoic stonefaced stout stovepipe strands strapback stroppy stubbled stupefied sulk sulking
    sulky sunbrowned sunhats sunspecs taches tantrum tashe tashes tears teenaged testosterone thunderous thunderstruck titfer topknots
    topper towhead tricorn tricorne trilbies tween unaged unamused unbald unblink underfed undergrad undergraduate unibrows unimpressed
    unpainted unwrinkle upbeat updos vandyke vaporise vaporize varifocals vexed warpaint wattle wavey wean weathered weeping weeps
    debeard kangol skully tammies tammy toorie unbeard wistful withered woebegone woeful womanish wonderstruck worldweary
    wraparounds yawn yawns yeard
    """.split()
)
"""Words below that are rare beside the ordinary words that look like them ("grief", "brief"): no other word is taken for a slip of them."""


def read_words(name: str) -> dict[str, object]:
    """A table of assets/chat."""
    path = Path(__file__).parent.parent / "assets" / "chat" / name
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Contractions are lost in normalised text ("that's all" is "that all"), so they are in the patterns too."""
    compiled = []
    for entry in read_words("commands.toml")["commands"]:
        pattern = re.sub(r"\b(that|what|it|he|she|let|who)s\b", r"\1", "|".join(entry["patterns"]))
        intent = f"{entry['intent']} {entry.get('topic', '')}".strip()
        compiled.append((intent, re.compile(re.sub(r"\bim\b", "i am", pattern))))
    return tuple(compiled)


COMMANDS = _patterns()
"""Whole sentences (politeness removed) -> the intent, and after a space its topic where it has one; a number that a pattern names is one.
Order matters."""


_OWNERS = ("the", "his", "her", "their", "my", "your", "our", "those", "these", "that")
_STANDS_FOR = {"~": ("", *_OWNERS), "^": _OWNERS}


def listed(phrases: str) -> list[str]:
    """The phrases of a list between commas: "~" stands for anyone it may belong to or for nobody, "^" for somebody, "a|b_c|" for a, for b c
    or for nothing.
    """
    choices = ([_STANDS_FOR.get(word) or word.split("|") for word in phrase.split()] for phrase in phrases.split(","))
    return [" ".join(word.replace("_", " ") for word in words if word) for each in choices for words in product(*each)]


def _phrases() -> dict[str, Word]:
    """What cannot be had comes first, so that every phrase that means something takes precedence."""
    table: dict[str, Word] = {}
    for value, phrases in read_words("unavailable.toml").items():
        table.update({phrase: Word("unavailable", value) for phrase in listed(phrases)})
    for entry in read_words("phrases.toml")["words"]:
        phrases = entry.pop("phrases")
        table.update({phrase: Word(**entry) for phrase in listed(phrases)})
    return table


PHRASES = _phrases()
WORDS = frozenset(word for phrase in PHRASES for word in phrase.split()) | frozenset(
    "undo redo reset start over compare before after enough suggest help thanks thank hello hi bye goodbye done finished yes no nope sure "
    "perfect great nice cool good original step previous idea ideas difference".split()
)
"""Single words of English, to tell it from other languages."""


def _mistyped() -> dict[str, str]:
    """Commands of one word or two with one slip in them -> their intents: two letters swapped, one doubled or one left out."""
    slips: dict[str, str] = {}
    for command, intent in {
        "undo": "undo",
        "redo": "redo",
        "reset": "reset",
        "start over": "reset",
        "go back": "undo",
        "thanks": "thanks",
    }.items():
        for i in range(len(command)):
            swapped = command[:i] + command[i + 1 : i + 2] + command[i] + command[i + 2 :]
            slips.setdefault(swapped, intent)
            slips.setdefault(command[:i] + command[i + 1 :], intent)
            for letter in "abcdefghijklmnopqrstuvwxyz":
                slips.setdefault(command[:i] + letter + command[i:], intent)
    return {slip: intent for slip, intent in slips.items() if slip not in PHRASES and len(slip) >= 4}


MISTYPED = _mistyped()
