"""A picture that leaves the app: full size, no metadata of the photo's own, marked as edited, with the recipe that made it; and recipes
that come back.

The recipe is plain JSON. It travels inside the picture: in a PNG as the text chunk `parley`, in a JPEG as a property of its XMP packet. In
both the packet also carries IPTC's digital source type.
"""

from __future__ import annotations

import base64
import io
import json
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from html import escape, unescape
from typing import Literal

import numpy as np
from PIL import Image, PngImagePlugin

from backends.base import Backend, EditPlan, Progress, read_shape
from chat.editing import Measure, carry_out, measure_degrees
from chat.history import choose_face, protect, reseed
from chat.session import Session, whole_seed
from errors import ParleyError

SOFTWARE = "Parley (edited picture)"
SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
XMP_LIMIT = 60_000
"""Bytes: what one JPEG segment holds, less the rest of the packet."""
RECIPE_LIMIT = 2_000_000
"""Characters of a recipe that are read at most."""
MAX_FACES = 100
"""More than anybody edits in one photo: a few bytes can spell a large layout, and every face's is unrolled to see whether it is one."""

_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 xmlns:parley="urn:parley:recipe">
<xmp:CreatorTool>{software}</xmp:CreatorTool>{source}{recipe}
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def recipe(session: Session) -> dict[str, object]:
    """What was asked and done, as plain JSON values: per edited face (numbered from 1, left to right) the engine, the plan and the degrees
    measured at the end, the requests in order, and the region of the photo that was protected.
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
    told: dict[str, object] = {"software": SOFTWARE, "seed": session.seed, "requests": requests[::-1], "faces": faces}
    if session.version.protected is not None:
        told["protected"] = {"photo": list(session.photo.size), **_packed(session.version.protected)}
    return told


def recipe_json(session: Session) -> bytes:
    return json.dumps(recipe(session), ensure_ascii=False, indent=1).encode()


def png(session: Session) -> bytes:
    """The picture on show as PNG."""
    return marked_png(session.picture(), recipe(session), SOURCE_TYPE if _is_edited(session) else "")


def marked_png(picture: Image.Image, told: Mapping[str, object], source_type: str) -> bytes:
    """A PNG whose chunks `Software` and `parley` (`told` as JSON) and whose IPTC source type, if any, say what it is."""
    chunks = PngImagePlugin.PngInfo()
    chunks.add_text("Software", SOFTWARE)
    chunks.add_itxt("parley", json.dumps(told, ensure_ascii=False))
    chunks.add_itxt("XML:com.adobe.xmp", _xmp(source_type, ""))
    data = io.BytesIO()
    picture.save(data, "PNG", pnginfo=chunks, compress_level=3)
    return data.getvalue()


def jpeg(session: Session) -> bytes:
    """The picture on show as JPEG. A recipe too long for it is left out."""
    text = json.dumps(recipe(session))
    source_type = SOURCE_TYPE if _is_edited(session) else ""
    packet = _xmp(source_type, text)
    data = io.BytesIO()
    exif = Image.Exif()
    exif[0x0131] = SOFTWARE
    small = packet if len(packet.encode()) <= XMP_LIMIT else _xmp(source_type, "")
    session.picture().save(data, "JPEG", quality=95, subsampling=0, exif=exif, xmp=small.encode())
    return data.getvalue()


def save(session: Session, kind: Literal["png", "jpeg"]) -> bytes:
    return jpeg(session) if kind == "jpeg" else png(session)


def _is_edited(session: Session) -> bool:
    return any(not edit.plan.is_empty() for edit in session.version.edits.values())


def _xmp(source_type: str, text: str) -> str:
    source = f"<Iptc4xmpExt:DigitalSourceType>{source_type}</Iptc4xmpExt:DigitalSourceType>" if source_type else ""
    carried = f"<parley:recipe>{escape(text)}</parley:recipe>" if text else ""
    return _PACKET.format(software=SOFTWARE, source=source, recipe=carried)


def _packed(region: np.ndarray) -> dict[str, object]:
    return {"shape": list(region.shape), "bits": base64.b85encode(zlib.compress(np.packbits(region).tobytes(), 9)).decode()}


def _unpacked(packed: Mapping[str, object]) -> np.ndarray:
    height, width = read_shape(packed["shape"])
    bits = zlib.decompressobj().decompress(base64.b85decode(str(packed["bits"])), height * width // 8 + 1)
    return np.unpackbits(np.frombuffer(bits, np.uint8), count=height * width).astype(bool).reshape(height, width)


def read_recipe(data: bytes) -> dict[str, object]:
    """The recipe in a JSON file, or in a PNG or JPEG that Parley saved. Raises ParleyError where there is none."""
    text = _recipe_text(data)[:RECIPE_LIMIT]
    try:
        told = json.loads(text)
        _require_recipe(told)
    except (zlib.error, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ParleyError("I cannot read a recipe in this file. Use a JSON recipe, or a PNG or JPEG that Parley saved.") from error
    if not told["faces"]:
        raise ParleyError("This recipe holds no change: the picture was saved as it came.")
    return told


def _require_recipe(told: Mapping[str, object]) -> None:
    """Raises, of what `read_recipe` catches, one or the other where this is none."""
    json.dumps(told, ensure_ascii=False).encode()  # half a character, which JSON can spell, goes to no page and into no file
    if len(told["faces"]) > MAX_FACES:
        raise ValueError("faces")
    for face in told["faces"].values():
        EditPlan.from_json(json.dumps(face["plan"]))
        if not isinstance(face["engine"], str):
            raise ValueError("engine")
    whole_seed(told["seed"]), [int(number) for number in told["faces"]]
    requests = told.get("requests", [])
    if not isinstance(requests, list) or not all(isinstance(request, str) for request in requests):
        raise ValueError("requests")
    if "protected" in told:
        _unpacked(told["protected"]), list(told["protected"]["photo"])


def _recipe_text(data: bytes) -> str:
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
            if picture.format == "PNG":
                picture.load()
                return str(picture.info.get("parley", ""))
            packet = picture.info.get("xmp", b"").decode("utf-8", "replace")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return data.decode("utf-8", "replace")
    found = re.search(r"<parley:recipe>(.*?)</parley:recipe>", packet, re.DOTALL)
    return unescape(found[1]) if found else ""


def apply_recipe(
    session: Session,
    told: Mapping[str, object],
    load: Callable[[str], Backend],
    progress: Progress | None = None,
    measure: Measure = measure_degrees,
) -> Session:
    """A recipe's plans (see `read_recipe`) on this photo; its seed too. A recipe of one face goes to the chosen face, one of several to the
    faces of the same numbers.

    Raises ParleyError where an engine cannot run or the photo has too few faces; the session that was passed in stays as good as before.
    """
    seed = int(told["seed"])
    edited = session if seed == session.seed else reseed(session, seed)
    faces = {int(number) - 1: face for number, face in told["faces"].items()}
    if len(faces) == 1:
        faces = {session.chosen: next(iter(faces.values()))}
    region = told.get("protected")
    if region and list(region["photo"]) == list(session.photo.size):
        edited = protect(edited, _unpacked(region))
    for number, face in faces.items():
        plan = EditPlan.from_json(json.dumps(face["plan"]))
        edited = carry_out(choose_face(edited, number), plan, load(str(face["engine"])), "Recipe", progress, measure)
    whole = replace(edited.version, parent=session.cursor)
    return replace(edited, versions=(*session.versions, whole), cursor=len(session.versions), chosen=session.chosen)
