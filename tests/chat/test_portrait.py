"""How an edit got where it is, for engines that can tell and those that cannot."""

import numpy as np
import pytest

from backends.base import Waypoint
from chat.editing import open_photo
from chat.history import protect, reseed, undo
from chat.interpret import OfflineInterpreter
from chat.portrait import portrait, strengths, way
from chat.talk import respond
from faces.align import align, cut
from tests.chat.fakes import DrawingBackend, read_degrees


class WalkingBackend(DrawingBackend):
    def way(self, latent, *, generator=None, progress=None):
        start = DrawingBackend.edit(self, latent, type(latent.plan)())
        return (Waypoint(self.decode(start)), Waypoint(self.decode(latent), ("eyeglasses",), 0.5))


@pytest.fixture(scope="module")
def session(astronaut):
    return respond(open_photo(astronaut), "add glasses", OfflineInterpreter(), DrawingBackend(), None, read_degrees)[0]


def test_the_way_leads_from_the_photo_to_the_version_on_show(session):
    first, last = way(session, WalkingBackend(), 128, measure=read_degrees)
    assert first.degrees == {"eyeglasses": 0.0} and last.degrees == {"eyeglasses": 3.0}
    assert (first.cosine, last.cosine) == (None, 0.5)
    assert np.array_equal(last.picture, portrait(session, session.cursor, 128))
    assert np.abs(np.asarray(first.picture, float) - np.asarray(portrait(session, 0, 128), float)).mean() < 1


def test_another_seed_encodes_nothing_again(session):
    backend = WalkingBackend()
    again = reseed(session, 7)
    assert way(again, backend, 128, measure=read_degrees) and strengths(again, backend, size=128)
    assert backend.encoded == 0, "the edit holds the face as it was encoded for it"


def test_no_way_without_a_change_or_an_engine_that_can_tell(session):
    assert way(undo(session), WalkingBackend(), measure=read_degrees) == []
    assert way(session, DrawingBackend(), measure=read_degrees) == []


@pytest.mark.parametrize("size", [128, 256])
def test_what_is_protected_stays_in_every_picture_of_the_face_alone(session, size):
    transform = align(session.photo, session.faces[0], size).transform
    region = np.zeros(session.photo.size[::-1], bool)
    region[:, : round((transform @ [size / 2, size / 2, 1])[0])] = True  # all left of the middle
    left, right = np.s_[size // 8 : -size // 8, : size // 2 - 3], np.s_[size // 8 : -size // 8, size // 2 + 3 :]
    kept = protect(session, region)
    original, free = (np.asarray(portrait(session, number, size), int) for number in (0, session.cursor))
    assert (free[left] != original[left]).any()
    drawn = [
        portrait(kept, kept.cursor, size),
        strengths(kept, WalkingBackend(), size=size)[-1],
        way(kept, WalkingBackend(), size, measure=read_degrees)[-1].picture,
    ]
    for picture in drawn:
        shown = np.asarray(picture, int)
        assert np.array_equal(shown[left], original[left]), "the protected lens is not there"
        assert (shown[right] != original[right]).any(), "the other one is"
    as_in_the_photo = np.asarray(cut(kept.picture(), transform, size), int)
    assert np.abs(np.asarray(drawn[0], int) - as_in_the_photo).mean() < 1
