from backends.base import EditPlan, EditStep
from prompts import GROUPS, NEUTRAL_TEXT, PROMPTS, TEXTS, WORKS, rivals


def test_the_table_is_complete():
    assert len(PROMPTS) >= 54
    assert len(set(TEXTS.values()) | {NEUTRAL_TEXT}) == len(PROMPTS) + 1
    assert all(share is None or 0 <= share <= 1 for share in WORKS.values())


def test_rivals_share_a_group():
    assert set(rivals("blond hair")) == {name for name in PROMPTS if name.endswith(" hair") and GROUPS[name] == "hair colour"} - {
        "blond hair"
    }
    assert rivals("blush") == () and rivals("smile") == ()


def test_a_prompt_takes_the_place_of_its_rivals():
    steps = [
        EditStep("blond hair", "set", 5),
        EditStep("smile", "change", 1),
        EditStep("red hair", "set", 3),
        EditStep("blush", "change", 2),
    ]
    degrees = EditPlan(tuple(steps)).degrees_from({"smile": 2.0})
    assert degrees == {"blond hair": 0.0, "smile": 3.0, "red hair": 3.0, "blush": 2.0}
    back = EditPlan((*steps, EditStep("red hair", "set", 0))).degrees_from({"smile": 2.0})
    assert back["red hair"] == back["blond hair"] == 0.0
