"""One request for many photos.

    python -m chat.batch --request "add glasses" --out DIR PHOTOS...
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import backends
from backends.base import Backend, Progress
from chat import export
from chat.editing import Measure, measure_degrees, open_photo, prepare
from chat.history import choose_face
from chat.interpret import Interpreter, default_interpreter
from chat.session import Session
from chat.talk import respond
from chat.voice import Voice
from errors import Cancelled, ParleyError

BAR = 24
"""Characters."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Result:
    """What became of one photo: `session` is None where it failed, and `words` say why; otherwise they are the assistant's answer."""

    name: str
    session: Session | None
    words: str


def edit_all(
    photos: Iterable[tuple[str, object]],
    request: str,
    interpreter: Interpreter,
    backend: Backend,
    *,
    every_face: bool = False,
    seed: int = 0,
    progress: Progress | None = None,
    measure: Measure = measure_degrees,
) -> Iterator[Result]:
    """Each (name, photo) edited on its own, as its turn comes: its largest face, or every face. A photo that fails stops no other."""
    for name, source in photos:
        try:
            session = open_photo(source, seed)
            words = ""
            for face in range(len(session.faces)) if every_face else (session.chosen,):
                session = prepare(choose_face(session, face), backend, progress, measure)
                session, turn = respond(session, request, interpreter, backend, progress, measure)
                words = turn.reply
                if not session.version.edits:
                    raise ParleyError(Voice(language=session.spoken_language).say("unchanged", why=words))
            yield Result(name, session, words)
        except Cancelled:
            raise
        except ParleyError as error:
            yield Result(name, None, str(error))
        except Exception:
            _log.exception("a photo of a batch failed: %s", name)
            yield Result(name, None, "Something went wrong with this photo, so it was not edited.")


def distinct(names: Iterable[str], extension: str) -> Iterator[str]:
    """Names of files to write, from the names of the photos: all different, and none a photo's own."""
    taken: set[str] = set()
    for name in names:
        stem = base = f"{Path(name).stem or 'photo'}-edited"
        number = 2
        while stem.lower() in taken:
            stem, number = f"{base}-{number}", number + 1
        taken.add(stem.lower())
        yield f"{stem}.{extension}"


def _bar(done: int, total: int, name: str) -> None:
    if sys.stderr.isatty() or done == total:
        filled = BAR * done // total
        print(f"\r[{'#' * filled}{'.' * (BAR - filled)}] {done}/{total} {name[:40]:40}", end="\n" if done == total else "", file=sys.stderr)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m chat.batch", description="Edits the faces in many photos by one request.")
    parser.add_argument("photos", nargs="+", type=Path, metavar="PHOTOS", help="picture files, or folders of them")
    parser.add_argument("--request", required=True, help='what to change, such as "add glasses"')
    parser.add_argument("--out", required=True, type=Path, help="folder for the edited pictures")
    parser.add_argument("--engine", help="an engine's name (default: the first that can run)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--format", choices=("png", "jpeg"), default="png")
    parser.add_argument("--every-face", action="store_true", help="edit every face of a photo, not only the largest")
    asked = parser.parse_args(arguments)
    photos = [file for path in asked.photos for file in (sorted(f for f in path.iterdir() if f.is_file()) if path.is_dir() else [path])]
    if not photos:
        print("There are no photos in these folders.", file=sys.stderr)
        return 2
    try:
        backend = backends.get(asked.engine or backends.first(backends.available()))
    except ParleyError as error:
        print(error, file=sys.stderr)
        return 2
    asked.out.mkdir(parents=True, exist_ok=True)
    names = list(distinct([photo.name for photo in photos], {"png": "png", "jpeg": "jpg"}[asked.format]))
    _bar(0, len(photos), "")
    failed = []
    sources = ((str(photo), photo) for photo in photos)
    results = edit_all(sources, asked.request, default_interpreter(), backend, every_face=asked.every_face, seed=asked.seed)
    for done, (result, name) in enumerate(zip(results, names, strict=True), 1):
        if result.session is None:
            failed.append(result)
        else:
            (asked.out / name).write_bytes(export.save(result.session, asked.format))
        _bar(done, len(photos), result.name)
    for result in failed:
        print(f"{result.name}: {result.words}", file=sys.stderr)
    print(f"{len(photos) - len(failed)} of {len(photos)} pictures written to {asked.out}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
