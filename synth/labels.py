"""The numbers that pixels, vertices and materials are labelled with."""

from __future__ import annotations

# Classes of a mask, numbered as in `faces.mask_classes`.
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
