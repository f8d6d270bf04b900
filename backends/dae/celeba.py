"""The forty attributes that CelebA names, and what they are to graded attributes and prompts. Imports no torch."""

CELEBA = (
    "5_o_Clock_Shadow", "Arched_Eyebrows", "Attractive", "Bags_Under_Eyes", "Bald", "Bangs", "Big_Lips", "Big_Nose", "Black_Hair",
    "Blond_Hair", "Blurry", "Brown_Hair", "Bushy_Eyebrows", "Chubby", "Double_Chin", "Eyeglasses", "Goatee", "Gray_Hair", "Heavy_Makeup",
    "High_Cheekbones", "Male", "Mouth_Slightly_Open", "Mustache", "Narrow_Eyes", "No_Beard", "Oval_Face", "Pale_Skin", "Pointy_Nose",
    "Receding_Hairline", "Rosy_Cheeks", "Sideburns", "Smiling", "Straight_Hair", "Wavy_Hair", "Wearing_Earrings", "Wearing_Hat",
    "Wearing_Lipstick", "Wearing_Necklace", "Wearing_Necktie", "Young",
)  # fmt: skip
"""CelebA's attributes, in the order of the classifier's rows."""
GRADED_DIRECTIONS = {
    "bangs": ("Bangs", 1),
    "eyeglasses": ("Eyeglasses", 1),
    "beard": ("No_Beard", -1),
    "smile": ("Smiling", 1),
    "age": ("Young", -1),
}
"""Which direction, and which way along it, moves a graded attribute up."""
PROMPT_DIRECTIONS = {
    "black hair": ("Black_Hair", 1),
    "brown hair": ("Brown_Hair", 1),
    "blond hair": ("Blond_Hair", 1),
    "gray hair": ("Gray_Hair", 1),
    "bald": ("Bald", 1),
    "receding hairline": ("Receding_Hairline", 1),
    "straight hair": ("Straight_Hair", 1),
    "wavy hair": ("Wavy_Hair", 1),
    "goatee": ("Goatee", 1),
    "moustache": ("Mustache", 1),
    "mouth open": ("Mouth_Slightly_Open", 1),
    "masculine": ("Male", 1),
    "feminine": ("Male", -1),
    "no makeup": ("Heavy_Makeup", -1),
    "blush": ("Rosy_Cheeks", 1),
    "pale skin": ("Pale_Skin", 1),
    "bushy eyebrows": ("Bushy_Eyebrows", 1),
    "big nose": ("Big_Nose", 1),
    "small nose": ("Big_Nose", -1),
    "pointy nose": ("Pointy_Nose", 1),
    "full lips": ("Big_Lips", 1),
    "thin lips": ("Big_Lips", -1),
    "high cheekbones": ("High_Cheekbones", 1),
    "double chin": ("Double_Chin", 1),
    "chubby face": ("Chubby", 1),
    "no hat": ("Wearing_Hat", -1),
    "no earrings": ("Wearing_Earrings", -1),
    "no necklace": ("Wearing_Necklace", -1),
}
"""The same for the prompts that one of the forty says."""
