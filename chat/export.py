"""A picture that leaves the app: full size, no metadata of the photo's own, marked as edited, with the recipe that made it."""

from __future__ import annotations

import io
import json

from PIL import PngImagePlugin

from chat.session import Session

SOFTWARE = "Parley (edited picture)"


def recipe(session: Session) -> dict[str, object]:
    """What was asked and done, as plain JSON values: per edited face (numbered from 1, left to right) the engine, the plan and the degrees
    measured at the end, and the requests in order.
    """
    faces = {
        str(number + 1): {
            "engine": edit.engine,
            "plan": json.loads(edit.plan.to_json()),
            "degrees": {name: round(float(degree), 2) for name, degree in edit.degrees.items()},
        }
        for number, edit in sorted(session.version.edits.items())
    }
    requests = []
    at: int | None = session.cursor
    while at is not None:
        if session.versions[at].request:
            requests.append(session.versions[at].request)
        at = session.versions[at].parent
    return {"software": SOFTWARE, "seed": session.seed, "requests": requests[::-1], "faces": faces}


def png(session: Session) -> bytes:
    """The picture on show as PNG; the chunks `Software` and `parley` (the recipe as JSON) say what it is."""
    chunks = PngImagePlugin.PngInfo()
    chunks.add_text("Software", SOFTWARE)
    chunks.add_itxt("parley", json.dumps(recipe(session), ensure_ascii=False))
    data = io.BytesIO()
    session.picture().save(data, "PNG", pnginfo=chunks, compress_level=3)
    return data.getvalue()
