"""The photo of a tab beside the conversation: the conversation's, unless the visitor opened another one there."""

from __future__ import annotations

from PIL import Image

from chat.session import Session


def outdated(session: Session | None, taken: Image.Image | None, chat: Session | None) -> bool:
    """Whether a tab's session shall give way to the conversation's photo, or to none where that is gone. `taken` is the photo that the
    tab took over last; any other was opened there and stays.
    """
    own = session is not None and session.photo is not taken
    return not own and _photo(session) is not _photo(chat)


def _photo(session: Session | None) -> Image.Image | None:
    return session.photo if session else None


def taken_over(chat: Session) -> Session:
    """The conversation's photo and chosen face, with nothing done to them."""
    return Session(chat.photo, chat.faces, chat.chosen, chat.seed, language=chat.language)
