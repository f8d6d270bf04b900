import dataclasses

from graded import GRADED
from prompts import PROMPTS
from synth.offered import OFFERED_FRAME
from synth.parameters import sample
from synth.prompted import LOOKS
from synth.several import several


def test_what_was_asked_is_what_differs():
    together = 0
    for seed in range(60):
        before, after, asked = several(seed)
        assert before == sample(seed)
        changed = {name: getattr(after, name) - getattr(before, name) for name in GRADED if getattr(after, name) != getattr(before, name)}
        assert changed == {name: degrees for name, degrees in asked.items() if name in GRADED}
        prompts = [name for name in asked if name in PROMPTS]
        assert len(prompts) <= 1 and all(LOOKS[name].shown(after) and not LOOKS[name].shown(before) for name in prompts)
        together += len(asked) > 1
        if before.eyeglasses == 0 < after.eyeglasses:
            assert after.frame_seed == OFFERED_FRAME
        kept = {field.name for field in dataclasses.fields(before)} - {*GRADED, "frame_seed", "bald"}
        if not prompts:
            assert all(getattr(before, name) == getattr(after, name) for name in kept)
    assert together > 40
