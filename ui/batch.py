"""Many photos at once: a ZIP and one request in, a ZIP of edited pictures with a report out."""

from __future__ import annotations

import io
import json
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import gradio as gr

from backends.base import Progress
from chat import export
from chat.batch import distinct, edit_all
from chat.interpret import Interpreter
from errors import Cancelled, ParleyError
from ui import engines, files, markup
from ui.events import PRIVATE, QUEUE, QUIET, begin, halt, idle_after_failure
from ui.page import Page
from ui.texts import say
from ui.trouble import sentence_of
from ui.work import Report, Stop, follow

MAX_PHOTOS = 60
"""In one ZIP. Unpacked they may be as large together as an upload may be: the page names one limit, in `batch_hint`."""
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif", ".bmp", ".tif", ".tiff")


def photos_in(data: bytes) -> list[tuple[str, bytes]]:
    """(name, contents) of every photo in a ZIP. Raises ParleyError for what is no ZIP, holds no photo, or too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if _is_photo(entry)]
            if not entries:
                raise ParleyError("There is no photo in this ZIP.")
            if len(entries) > MAX_PHOTOS or sum(entry.file_size for entry in entries) > files.LIMIT:
                sentence = "This is too much at once: at most {photos} photos and {megabytes} MB together."
                raise ParleyError(sentence, photos=MAX_PHOTOS, megabytes=files.MEGABYTES)
            return [(PurePosixPath(entry.filename).name, _unpacked(archive, entry)) for entry in entries]
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError, ValueError, EOFError, OSError) as error:
        raise ParleyError("This file is not a ZIP that I can read. Please use a plain ZIP without a password.") from error


def _is_photo(entry: zipfile.ZipInfo) -> bool:
    name = PurePosixPath(entry.filename)
    seen = name.suffix.lower() in SUFFIXES and not name.name.startswith(".") and "__MACOSX" not in name.parts
    return seen and not entry.is_dir()  # in this order: `is_dir` fails for an entry without a name


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as file:
        return file.read(entry.file_size)  # and no more, whatever the file really unpacks to


def edited(data: bytes, request: str, interpreter: Interpreter, engine: str | None, progress: Progress) -> tuple[bytes, int, int]:
    """The ZIP to hand back (pictures and `report.json`), how many photos were edited, and how many there were.

    Stopped by `progress`, it holds what is done by then. Raises `Cancelled` where that is nothing.
    """
    photos = photos_in(data)
    backend = engines.load(engine)
    names = list(distinct([name for name, _ in photos], "png"))
    progress(0, len(photos))

    def stoppable(step: int, total: int, preview: object = None) -> None:
        progress(done, len(photos), preview)

    done, report, out = 0, [], io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        try:
            for result, name in zip(edit_all(photos, request, interpreter, backend, progress=stoppable), names, strict=True):
                told = {"photo": result.name, "answer": result.words}
                if result.session is not None:
                    archive.writestr(name, export.png(result.session))
                    told |= {"picture": name, "recipe": export.recipe(result.session)}
                report.append(told)
                done += 1
                progress(done, len(photos))
        except Cancelled:
            if not report:
                raise
        archive.writestr("report.json", json.dumps(report, ensure_ascii=False, indent=1))
    return out.getvalue(), sum("picture" in told for told in report), len(photos)


def listen(page: Page, interpreter: Interpreter) -> None:
    """Wires the page's section."""

    def run(path: str | None, request: str, engine: str | None, language: str, stop: Stop) -> Iterator[dict]:
        if not path or not request.strip():
            yield {page.batch_status: markup.told(say("batch_wants", language))}
            return
        try:
            for told in follow(lambda progress: edited(Path(path).read_bytes(), request, interpreter, engine, progress), stop):
                if isinstance(told, Report):
                    words = say("batch_working", language, done=told.step, total=told.total)
                    yield {page.batch_status: markup.working(told, language, words)}
                else:
                    data, done, total = told.value
                    yield {
                        page.batch_result: gr.File(files.offered(data, "parley.zip"), visible=True),
                        page.batch_status: markup.told(say("batch_done", language, done=done, total=total)),
                    }
        except ParleyError as error:
            yield {page.batch_status: markup.told(sentence_of(error, language))}
        except Cancelled:
            yield {page.batch_status: markup.told(say("stopped", language))}

    edited_all = page.batch_go.click(begin, [page.language, page.batch_stop], [page.batch_status], **QUIET).then(
        run,
        [page.batch_photos, page.batch_request, page.engine, page.language, page.batch_stop],
        [page.batch_status, page.batch_result],
        show_progress_on=[page.batch_status],
        **QUEUE,
        **PRIVATE,
    )
    idle_after_failure(edited_all, page.batch_status)
    page.batch_halt.click(halt, [page.batch_stop], None, **QUIET)
