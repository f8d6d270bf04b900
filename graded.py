"""The graded attributes: assets/attributes.json as Python values. The one table that renderer, engines, predictor, chat and tests read."""

import json
from pathlib import Path

_TABLE = json.loads((Path(__file__).parent / "assets" / "attributes.json").read_text(encoding="utf-8"))

GRADED: tuple[str, ...] = tuple(_TABLE)
"""Names, in the order in which networks give their degrees."""
LABELS: dict[str, str] = {name: entry["label"] for name, entry in _TABLE.items()}
MEANINGS: dict[str, tuple[str, ...]] = {name: tuple(entry["degrees"]) for name, entry in _TABLE.items()}
"""What each degree from 0 on looks like."""
MAX_DEGREE = 5
