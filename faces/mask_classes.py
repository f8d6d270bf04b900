"""The classes of a face mask and their colours: what the parser finds, the renderer knows and a person paints."""

from __future__ import annotations

MASK_CLASSES = (
    "background",
    "skin",
    "nose",
    "eye_g",
    "l_eye",
    "r_eye",
    "l_brow",
    "r_brow",
    "l_ear",
    "r_ear",
    "mouth",
    "u_lip",
    "l_lip",
    "hair",
    "hat",
    "ear_r",
    "neck_l",
    "neck",
    "cloth",
)
"""By number, in CelebAMask-HQ's order (Lee et al., "MaskGAN", 2020). Left and right are the person's own, so a facing person's `l_eye` is
on the picture's right. `l_lip` is the lower lip, `ear_r` an earring, `neck_l` a necklace; `eye_g` is frame and lenses, except that eyes
and brows seen through clear lenses keep their own class."""

PALETTE = (
    (0, 0, 0),
    (204, 0, 0),
    (76, 153, 0),
    (204, 204, 0),
    (51, 51, 255),
    (204, 0, 204),
    (0, 255, 255),
    (255, 204, 204),
    (102, 51, 0),
    (255, 0, 0),
    (102, 204, 0),
    (255, 255, 0),
    (0, 0, 153),
    (0, 0, 204),
    (255, 51, 153),
    (0, 204, 204),
    (0, 51, 0),
    (255, 153, 51),
    (0, 204, 0),
)
"""The colour that each class is commonly shown in: red, green, blue 0..255."""
