"""Pictures between the page and the app: only in Gradio's own temporary folder, which `delete_cache` empties."""

from __future__ import annotations

from pathlib import Path

from gradio import FileData
from gradio.processing_utils import save_bytes_to_cache
from gradio.utils import get_upload_folder

from errors import ParleyError

MEGABYTES = 100
LIMIT = MEGABYTES * 2**20
"""Bytes of one upload; Gradio refuses more, and says so."""


def received(photo: FileData | dict) -> str:
    """The path of an uploaded file. Raises ParleyError for any other path: a request must not make the app read its machine's files."""
    path = Path(photo["path"] if isinstance(photo, dict) else photo.path).resolve()
    if not path.is_relative_to(Path(get_upload_folder()).resolve()):
        raise ParleyError("Please upload the photo first.")
    return str(path)


def offered(data: bytes, name: str = "parley.png") -> str:
    """The path under which a visitor can fetch a file."""
    return save_bytes_to_cache(data, name, get_upload_folder())
