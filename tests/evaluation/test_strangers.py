"""Requests of people who knew none of the program's words: when one counts as understood, and how many are."""

import pytest

from backends.base import EditStep
from chat.interpretation import Interpretation
from chat.offline import OfflineInterpreter
from evaluation.strangers import Request, count, offered, read_table, report, understood


def edit(*steps: EditStep, restore: tuple[str, ...] = ()) -> Interpretation:
    return Interpretation("edit", steps, restore=restore)


@pytest.mark.parametrize(
    ("found", "wishes", "right"),
    [
        (edit(EditStep("smile", "change", 2.0)), ("smile+",), True),
        (edit(EditStep("smile", "change", -2.0)), ("smile+",), False),
        (edit(EditStep("beard", "set", 1.0)), ("beard+",), True),  # stubble is some of it, ...
        (edit(EditStep("beard", "set", 1.0)), ("beard-",), True),  # ... and less than there was
        (edit(EditStep("beard", "set", 0.0)), ("beard+",), False),
        (edit(EditStep("beanie", "set", 5.0), EditStep("smile", "change", 2.0)), ("smile+", "beanie+"), True),
        (edit(EditStep("beanie", "set", 5.0)), ("smile+", "beanie+"), False),
        (edit(EditStep("beanie", "set", 5.0)), (), False),
        (edit(restore=("goatee",)), ("goatee-",), True),
        (Interpretation("unclear"), (), True),
        (Interpretation("unclear"), ("smile+",), False),
    ],
)
def test_a_request_is_understood_if_exactly_its_wishes_come_true(found, wishes, right) -> None:
    assert understood(found, Request("dev", "", wishes)) is right


def test_a_wish_is_a_click_away_if_an_answer_brings_it_and_nothing_else() -> None:
    asked, interpreter = Interpretation("unclear", options=("Blond hair", "Beanie")), OfflineInterpreter()
    assert offered(asked, Request("dev", "", ("beanie+", "smile+")), interpreter)
    assert not offered(asked, Request("dev", "", ("smile+",)), interpreter)
    assert not offered(Interpretation("unclear"), Request("dev", "", ("smile+",)), interpreter)


def test_what_is_to_go_is_there_before() -> None:
    context = Request("dev", "", ("goatee-", "beard-")).context()
    assert context.degrees["goatee"] == 5 and context.degrees["beard"] > 0 and "goatee" in context.prompts


def test_most_strangers_are_understood() -> None:
    """The unseen thirds are counted, never mended by."""
    requests = read_table()
    assert len(requests) == 1882
    interpreter = OfflineInterpreter()
    for split, least, most_edited in (("dev", 0.83, 0.03), ("unseen", 0.83, 0.06), ("later", 0.85, 0.03), ("later unseen", 0.6, 0.06)):
        counted = count(interpreter, [one for one in requests if one.split == split])
        assert counted.understood >= least * counted.requests and counted.edited <= most_edited * counted.idle, split
    assert "| unseen | 200 |" in report(interpreter, [one for one in requests if one.split == "unseen"])
