"""The numbers that pixels, vertices and materials are labelled with."""

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
"""The 19 classes of a mask, by number, in CelebAMask-HQ's order (Lee et al., "MaskGAN", 2020). Left and right are the person's own, so a
facing person's `l_eye` is on the picture's right. `eye_g` is frame and lenses, except that eyes and brows seen through clear lenses keep
their own class; `ear_r` is an earring, `neck_l` a necklace."""

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

(BACKGROUND, SKIN, NOSE, EYE_G, L_EYE, R_EYE, L_BROW, R_BROW, L_EAR, R_EAR) = range(10)
(MOUTH, U_LIP, L_LIP, HAIR, HAT, EAR_R, NECK_L, NECK, CLOTH) = range(10, 19)

(SKIN_MATERIAL, EYE_MATERIAL, TEETH_MATERIAL, TONGUE_MATERIAL, CLOTH_MATERIAL) = range(5)
# Things of one colour, the rows of `surfaces.Accessories`, follow.
(FRAME_MATERIAL, EARRING_MATERIAL, EARRING_STONE_MATERIAL, NECKLACE_MATERIAL, NECKLACE_STONE_MATERIAL) = range(5, 10)
(HAT_MATERIAL, HAT_TRIM_MATERIAL) = range(10, 12)

# Columns of a mesh's `traits` [N,6] float32, all 0..1: four painted regions, the share of sky that a point sees, and what covers it
# (hair on skin, gums on teeth).
(LIPS, EYELIDS, INSIDE_MOUTH, EARS, OPENNESS, COVER) = range(6)

# Columns of a head's `regions` [N,7] float32: azimuth in radians, then where each effect is strongest (about 0..1).
(AZIMUTH, REDNESS, BLUSH, EYE_BAG, EYE_SHADOW, OILY, FRECKLED) = range(7)
