"""What an edit did with the pixels that a face had."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Trace(NamedTuple):
    """For each place of the edited face, S x S, float32."""

    motion: np.ndarray
    """[S, S, 2]: the way (x, y) to where the same skin was in the original, as a share of the picture's side."""
    covered: np.ndarray
    """[S, S] in 0..1: how far what was there is hidden or gone, so that none of its detail is to be seen."""
