"""The words that `synth.captions` chooses from.

In templates, {they}, {them}, {their} and {person} stand for the person (with capitals at a sentence's start: {They}, {Their}, {Person}).
"""

from __future__ import annotations

BOYS_AND_MEN = ("boy", "young man", "man in his thirties", "man in his forties", "man in his fifties", "elderly man")
GIRLS_AND_WOMEN = ("girl", "young woman", "woman in her thirties", "woman in her forties", "woman in her fifties", "elderly woman")

BANGS = ("", "very short bangs", "short bangs", "medium bangs", "long bangs", "bangs covering the whole forehead")
EYEGLASSES = ("", "thin metal glasses", "glasses", "thick plastic glasses", "thin-framed sunglasses", "thick-framed sunglasses")
SMILES = (
    "not smiling",
    "smiling with closed lips",
    "smiling and showing some teeth",
    "smiling and showing a full row of teeth",
    "smiling with the mouth open",
    "laughing with the mouth wide open",
)
BEARDS = {
    "full": ("", "stubble", "an unshaven face", "a medium beard", "a long thin beard", "a long bushy beard"),
    "goatee": ("", "a stubbly goatee", "a short goatee", "a medium goatee", "a long thin goatee", "a long bushy goatee"),
    "moustache": ("", "a stubbly moustache", "a short moustache", "a medium moustache", "a long thin moustache", "a long bushy moustache"),
}
EXPRESSIONS = {"neutral": "", "angry": "looking angry", "sad": "looking sad", "surprised": "looking surprised"}
BEARD_STYLES = {"full": "a full beard", "goatee": "a goatee", "moustache": "a moustache"}
HATS = {"none": "", "beanie": "a beanie", "cap": "a cap", "brimmed hat": "a brimmed hat"}
EARRINGS = {"none": "", "studs": "stud earrings", "hoops": "hoop earrings", "drops": "drop earrings"}
NECKLACES = {"none": "", "chain": "a chain necklace", "pearls": "a pearl necklace", "pendant": "a necklace with pendants"}
STYLES = {"loose": "", "layered": "layered", "tied back": "tied back", "bun": "in a bun"}
SHAPES = {
    "weight": ("a thin face", "a chubby face"),
    "double_chin": ("a firm chin", "a double chin"),
    "cheekbones": ("flat cheekbones", "high cheekbones"),
    "nose_size": ("a small nose", "a big nose"),
    "nose_point": ("a rounded nose", "a pointed nose"),
    "lip_size": ("thin lips", "full lips"),
    "brow_thickness": ("thin eyebrows", "bushy eyebrows"),
}
"""What one says of the lower and of the upper extreme."""

SENTENCES: dict[str, tuple[tuple[str, ...], ...]] = {
    "bangs": (
        ("{Person} has no bangs.", "{Their} forehead is bare.", "No hair falls over {their} forehead."),
        ("{They} has very short bangs that leave most of the forehead free.", "Only a trace of bangs touches {their} forehead."),
        ("{Person} has short bangs.", "Short bangs cover the upper part of {their} forehead."),
        ("{Their} bangs are of medium length.", "{Person} wears bangs that hide a good half of the forehead."),
        ("{Person} has long bangs.", "Long bangs leave only a strip of {their} forehead."),
        ("{Their} whole forehead is hidden by bangs.", "{Person} has bangs down to the eyebrows."),
    ),
    "eyeglasses": (
        ("{Person} wears no glasses.", "There are no glasses on {their} face."),
        ("{They} wears rimless or very thin metal glasses.", "{Their} glasses have hardly any frame."),
        ("{Person} wears glasses with a slender frame.", "{Their} glasses have a frame of metal or thin plastic."),
        ("{Person} wears glasses with a thick plastic frame.", "{Their} glasses have bold frames."),
        ("{Person} wears sunglasses with a thin frame.", "{Their} eyes are behind lightly framed sunglasses."),
        ("{Person} wears sunglasses with a thick frame.", "Heavy sunglasses hide {their} eyes."),
    ),
    "beard": (
        ("{Person} has no beard.", "{Their} face is shaven clean.", "There is no facial hair on {their} face."),
        ("{Person} has a little stubble.", "{Their} facial hair is very short stubble."),
        ("{Person} has not shaved for some days.", "Short facial hair covers {their} jaw."),
        ("{Their} facial hair is of medium length.", "{Person} has a well-kept beard."),
        ("{Person} has long but thin facial hair.", "{Their} facial hair is long and not very dense."),
        ("{Person} has long, bushy facial hair.", "{Their} facial hair is long and thick."),
    ),
    "smile": (
        ("{Person} does not smile.", "There is no smile on {their} face.", "{Their} lips show no smile."),
        ("{Person} smiles with {their} lips closed.", "{They} has a faint smile that shows no teeth."),
        ("{Person} smiles and some of {their} teeth show.", "A smile parts {their} lips a little."),
        ("{Person} smiles with a full row of teeth.", "{Their} broad smile shows the upper teeth."),
        ("{Person} smiles with {their} mouth open.", "{Their} smile is wide and opens the mouth."),
        ("{Person} laughs with {their} mouth wide open.", "{They} is laughing out loud."),
    ),
    "age": (
        ("This is a child.", "{Person} is under fifteen."),
        ("{Person} is in {their} teens or twenties.", "{They} is a young adult, thirty at most."),
        ("{Person} is in {their} thirties.", "{They} looks thirty to forty years old."),
        ("{Person} is in {their} forties.", "{They} looks forty to fifty years old."),
        ("{Person} is in {their} fifties.", "{They} looks fifty to sixty years old."),
        ("{Person} is over sixty.", "{They} is an elderly person."),
    ),
}
"""By attribute and degree, in CelebA-Dialog's manner (Jiang et al., "Talk-to-Edit", 2021): a sentence tells one attribute's degree."""

TARGETS: dict[str, tuple[tuple[str, ...], ...]] = {
    "bangs": (
        ("remove the bangs", "get the hair off {their} forehead"),
        ("give {them} very short bangs", "add just a hint of bangs"),
        ("give {them} short bangs", "cut {them} short bangs"),
        ("give {them} medium bangs", "let the bangs cover half the forehead"),
        ("give {them} long bangs", "let {their} bangs grow long"),
        ("cover the whole forehead with bangs", "give {them} bangs down to the eyebrows"),
    ),
    "eyeglasses": (
        ("take off the glasses", "remove {their} glasses"),
        ("give {them} rimless glasses", "try very thin metal glasses"),
        ("give {them} glasses with a slender frame", "try ordinary glasses with a thin frame"),
        ("give {them} thick plastic glasses", "try glasses with a bold frame"),
        ("give {them} sunglasses with a thin frame", "put lightly framed sunglasses on {them}"),
        ("give {them} sunglasses with a thick frame", "put heavy dark sunglasses on {them}"),
    ),
    "beard": (
        ("shave {them}", "remove all facial hair"),
        ("give {them} a little stubble", "leave only stubble"),
        ("make {them} look unshaven", "let {them} go some days without shaving"),
        ("give {them} facial hair of medium length", "let {their} facial hair reach a medium length"),
        ("give {them} long but thin facial hair", "let {their} facial hair grow long but not too dense"),
        ("give {them} long, bushy facial hair", "make {their} facial hair as full as it gets"),
    ),
    "smile": (
        ("take away the smile", "make {them} stop smiling"),
        ("make {them} smile with closed lips", "put a faint smile on {their} face"),
        ("make {them} smile and show some teeth", "let {them} smile a little more openly"),
        ("make {them} smile with a full row of teeth", "give {them} a broad smile"),
        ("make {them} smile with an open mouth", "let {them} smile widely, mouth open"),
        ("make {them} laugh with the mouth wide open", "let {them} laugh out loud"),
    ),
    "age": (
        ("turn {them} into a child", "make {them} look under fifteen"),
        ("make {them} look like a young adult", "make {them} look twenty-something"),
        ("make {them} look about thirty-five", "show {them} in {their} thirties"),
        ("make {them} look about forty-five", "show {them} in {their} forties"),
        ("make {them} look about fifty-five", "show {them} in {their} fifties"),
        ("make {them} look over sixty", "turn {them} into an elderly person"),
    ),
}
"""How one asks for a degree."""

STEPS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "bangs": (("make the bangs {much} shorter",), ("make the bangs {much} longer",)),
    "beard": (("trim the facial hair {much}",), ("let the facial hair grow {much}",)),
    "smile": (("make {them} smile {much} less",), ("make {them} smile {much} more",)),
    "age": (("make {them} {much} younger",), ("make {them} {much} older",)),
}
"""How one asks for less and for more of a graded attribute; eyeglasses have none."""
HOW_MUCH = ("a little", "a bit", "clearly", "much", "a great deal")
"""For steps of one to five degrees."""

CHOICES: dict[str, tuple[str, ...]] = {
    "hair_colour": ("dye {their} hair {value}", "make {their} hair {value}", "give {them} {value} hair"),
    "eye_colour": ("make {their} eyes {value}", "give {them} {value} eyes"),
    "beard_style": ("shape {their} facial hair into {value}", "trim {their} facial hair to {value}"),
    "expression": ("make {them} look {value}", "let {them} look {value}"),
}
"""Requests for a named value."""

WORN = {"hat": HATS, "earrings": EARRINGS, "necklace": NECKLACES}
PUT_ON = ("give {them} {value}", "put {value} on {them}", "add {value}")
TAKE_OFF = ("take off the {name}", "remove the {name}")
LIPSTICK_ON = ("put {value} lipstick on {them}", "give {them} {value} lipstick")
LIPSTICK_OFF = ("remove the lipstick", "wipe off the lipstick")
HAIR_STYLES = {
    "loose": ("let {their} hair hang loose",),
    "layered": ("cut {their} hair in layers", "give {them} layered hair"),
    "tied back": ("tie {their} hair back", "give {them} a ponytail"),
    "bun": ("put {their} hair up in a bun",),
}

TURNS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "masculinity": (("make {them} look more feminine",), ("make {them} look more masculine",)),
    "weight": (("make {their} face thinner", "slim {them} down"), ("make {their} face chubbier", "put some weight on {them}")),
    "double_chin": (("take away the double chin", "make {their} chin firmer"), ("give {them} a double chin",)),
    "cheekbones": (("make {their} cheekbones flatter",), ("give {them} higher cheekbones",)),
    "nose_size": (("make {their} nose smaller",), ("make {their} nose bigger",)),
    "nose_point": (("make {their} nose rounder",), ("make {their} nose more pointed",)),
    "lip_size": (("make {their} lips thinner",), ("make {their} lips fuller",)),
    "brow_thickness": (("thin {their} eyebrows",), ("make {their} eyebrows bushier",)),
    "skin_tone": (("make {their} skin lighter", "give {them} paler skin"), ("make {their} skin darker", "give {them} darker skin")),
    "gray": (("take the gray out of {their} hair",), ("put some gray into {their} hair", "gray {their} hair")),
    "hair_length": (("cut {their} hair shorter", "shorten {their} hair"), ("make {their} hair longer", "grow {their} hair")),
    "hair_curl": (("straighten {their} hair",), ("curl {their} hair", "make {their} hair curlier")),
    "hair_volume": (("flatten {their} hair", "take volume out of {their} hair"), ("give {their} hair more volume",)),
    "hair_part": (("part {their} hair further to {their} right",), ("part {their} hair further to {their} left, or comb it back",)),
    "receding": (("fill in {their} hairline",), ("make {their} hairline recede",)),
    "makeup": (("tone down the eye make-up", "take off some make-up"), ("put on more eye make-up", "give {them} make-up")),
    "blush": (("take off some blush",), ("add blush to {their} cheeks", "redden {their} cheeks")),
    "yaw": (("turn {their} head to the left of the picture",), ("turn {their} head to the right of the picture",)),
    "pitch": (("make {them} look further up", "lift {their} head"), ("make {them} look further down", "lower {their} head")),
    "roll": (("tilt {their} head the other way",), ("tilt {their} head",)),
    "bald": (("give {them} hair", "let {their} hair grow back"), ("make {them} bald", "shave {their} head")),
    "mouth_open": (("close {their} mouth",), ("open {their} mouth",)),
    "eyes_closed": (("open {their} eyes",), ("close {their} eyes",)),
    "occluded": (("take away whatever is before the face",), ("put something blurred before the face",)),
}
"""How one asks for less and for more of a number, or no and yes of a truth."""

OTHERS: dict[str, tuple[str, ...]] = {
    "ancestry": ("change {their} features",),
    "identity_seed": ("make it another person", "show somebody else"),
    "expression_seed": ("vary {their} expression", "let {them} look somewhere else"),
    "frame_seed": ("try glasses of another shape", "put other frames on {them}"),
    "wear_seed": ("try another style of hat and jewellery",),
    "light_seed": ("change the light", "light the face from elsewhere"),
    "camera_seed": ("take it with another camera",),
    "background_seed": ("change the background", "put {them} in front of something else"),
    "clothes_seed": ("give {them} other clothes", "change {their} clothes"),
}
"""How one asks for something that has no name."""

FRAMES = ("{wish}.", "Please {wish}.", "Could you {wish}?", "I'd like you to {wish}.", "Now {wish}, please.")
