"""The engines as the page and the endpoints list them; importing this loads none of them."""

from __future__ import annotations

from dataclasses import asdict

import backends
from backends.base import Backend
from errors import ParleyError


def rows() -> list[dict[str, object]]:
    """Every engine with `available`, the `reason` where it is not, and its description."""
    listed = []
    for listing in backends.available():
        described = asdict(listing.info) if listing.info else {"title": listing.name}
        listed.append({**described, "name": listing.name, "available": not listing.reason, "reason": listing.reason})
    return listed


def choices() -> list[tuple[str, str]]:
    """(label, name) for a selector; the label of an engine that cannot run says so."""
    return [(str(row["title"]) if row["available"] else f"{row['title']} (unavailable)", str(row["name"])) for row in rows()]


def first_available() -> str | None:
    return next((str(row["name"]) for row in rows() if row["available"]), None)


def reason(name: str | None) -> str:
    """Why an engine cannot run; empty where it can."""
    return next((str(row["reason"]) for row in rows() if row["name"] == name), "")


def load(name: str | None) -> Backend:
    """The engine with this name; ParleyError where it cannot run, or where there is no engine to choose."""
    if name is None:
        reasons = " ".join(f"{row['title']}: {row['reason']}" for row in rows())
        raise ParleyError(f"No engine can run here yet. {reasons}".strip())
    return backends.get(name)
