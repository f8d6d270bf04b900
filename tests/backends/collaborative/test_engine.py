"""The engine with small random networks: what holds whatever they have learnt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from backends import Cancelled, EditPlan, EditStep, ParleyError
from backends.collaborative.editing import widened
from backends.collaborative.mask_edits import edited_mask
from faces import parsing
from tests.backends.collaborative.tiny import HAIR, SETTINGS, SIDE, parsed, tiny_backend
from tests.contract import CHECKS, Case

BEARD = EditPlan((EditStep("beard", "set", 5),))
MARGIN = 8
"""Pixels over which an edit fades out."""


@pytest.fixture(scope="module", autouse=True)
def known_parse():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parsing, "parse", parsed)
        yield


@pytest.fixture(scope="module")
def case(face_image: Image.Image) -> Case:
    return Case(tiny_backend(), face_image)


def pixels(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture, float)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_contract(case: Case, check) -> None:
    check(case)


def test_an_edit_stays_in_its_region(case: Case) -> None:
    _, region = edited_mask(case.latent.tensors["mask"], "beard", case.latent.degrees["beard"], 5)
    change = np.abs(pixels(case.decode(case.backend.edit(case.latent, BEARD))) - pixels(case.decoded)).max(axis=2)
    assert change[region].max() > 2
    assert region.mean() < 0.5 and change[~widened(region, MARGIN)].max() == 0


def test_only_what_may_change_changes(case: Case) -> None:
    allowed = np.zeros((SIDE, SIDE), bool)
    allowed[:, :64] = True
    change = np.abs(pixels(case.decode(case.backend.edit(case.latent, replace(BEARD, mask=allowed)))) - pixels(case.decoded)).max(axis=2)
    assert change[:, :64].max() > 2 and change[:, 64 + MARGIN :].max() == 0


def test_asking_for_what_is_there_changes_nothing(case: Case) -> None:
    plan = EditPlan((EditStep("smile", "change", 0),))
    assert case.decode(case.backend.edit(case.latent, plan)).tobytes() == case.decoded.tobytes()


def test_a_drawn_mask_is_taken_as_it_is(case: Case) -> None:
    layout = case.latent.tensors["mask"].copy()
    layout[90:110, 40:90] = HAIR
    edited = case.backend.edit(case.latent, EditPlan(layout=layout))
    assert np.array_equal(edited.tensors["target_mask"], layout)
    change = np.abs(pixels(case.decode(edited)) - pixels(case.decoded)).max(axis=2)
    assert change[90:110, 40:90].max() > 0 and change[:75].max() == 0
    larger = np.repeat(np.repeat(layout, 2, axis=0), 2, axis=1)
    assert np.array_equal(case.backend.edit(case.latent, EditPlan(layout=larger)).tensors["target_mask"], layout)


@pytest.mark.parametrize("layout", [np.full((8, 8), 19, np.uint8), np.zeros((8, 8, 3), np.uint8)])
def test_a_mask_of_no_classes_is_refused(case: Case, layout: np.ndarray) -> None:
    with pytest.raises(ParleyError, match="drawn mask"):
        case.backend.edit(case.latent, EditPlan(layout=layout))


def test_every_balance_and_influence_makes_its_own_edit(case: Case) -> None:
    pictures = {case.decode(case.backend.edit(case.latent, replace(BEARD, options={"influence": "mask first, words last"}))).tobytes()}
    choices = next(option.choices for option in case.info.options if option.name == "balance")
    for choice in choices:
        edited = case.backend.edit(case.latent, replace(BEARD, options={"balance": choice}))
        pictures.add(case.decode(edited).tobytes())
        influence = edited.tensors["influence"]
        assert influence.shape == (SETTINGS.steps, 1, 2, 8, 8)
        torch.testing.assert_close(influence.sum(dim=2), torch.ones(SETTINGS.steps, 1, 8, 8))
    assert len(pictures) == 1 + len(choices)


@pytest.mark.parametrize("tier", ["better", "imagic"])
def test_fitting_is_done_once_for_a_photo(face_image: Image.Image, tier: str) -> None:
    backend = tiny_backend()
    latent = backend.encode(face_image)

    def steps(plan: EditPlan) -> int:
        seen: list[tuple[int, int]] = []
        backend.edit(latent, plan, progress=lambda step, total, preview=None: seen.append((step, total)))
        assert seen == sorted(seen) and seen[-1][0] == seen[-1][1]
        return seen[-1][1]

    fitting = 2 * SETTINGS.embedding_steps + (2 * SETTINGS.tuning_steps if tier == "imagic" else 0)
    assert steps(replace(BEARD, options={"tier": tier})) == 2 * SETTINGS.steps + fitting
    assert steps(EditPlan((EditStep("smile", "set", 5),), options={"tier": tier})) == SETTINGS.steps


def test_fitting_leaves_the_networks_as_they_were(case: Case) -> None:
    before = {name: weight.clone() for name, weight in case.backend.network.state_dict().items()}
    case.backend.edit(case.latent, replace(BEARD, options={"tier": "imagic"}))
    assert all(torch.equal(weight, before[name]) for name, weight in case.backend.network.state_dict().items())
    assert not any(weight.requires_grad for weight in case.backend.network.parameters())


def test_imagic_offers_three(case: Case) -> None:
    plan = replace(BEARD, options={"tier": "imagic"})
    latent = case.backend.edit(case.latent, plan)
    nearer, best, further = (
        case.backend.edit(case.latent, replace(plan, options={"tier": "imagic", "candidate": name})).tensors["z_edit"]
        for name in ("closer to the photo", "best", "closer to the request")
    )
    assert torch.equal(latent.tensors["z_edit"], best)
    z = case.latent.tensors["z"]
    assert (nearer - z).norm() < (best - z).norm() < (further - z).norm()


def test_stopping_a_fit_keeps_what_was_done(face_image: Image.Image) -> None:
    backend = tiny_backend()
    latent = backend.encode(face_image)
    plan, seen = replace(BEARD, options={"tier": "imagic"}), []

    def stop(step: int, total: int, preview=None) -> None:
        seen.append(total)
        if step == 2 * SETTINGS.embedding_steps + 1:
            raise Cancelled

    with pytest.raises(Cancelled):
        backend.edit(latent, plan, progress=stop)
    totals: list[int] = []
    backend.edit(latent, plan, progress=lambda step, total, preview=None: totals.append(total))
    assert totals[0] == seen[0] - 2 * SETTINGS.embedding_steps


def test_generating_again_from_the_seeds(case: Case) -> None:
    mask = parsed(case.image.resize((SIDE, SIDE)))
    faces = case.backend.generate("a face", mask, seeds=(5, 6, 7))
    assert len(faces.pictures) == 3 and faces.seeds == (5, 6, 7) and faces.pictures[0].size == (SIDE, SIDE)
    assert faces.influence.shape == (SETTINGS.steps, 3, 2, 8, 8)
    again = case.backend.generate("a face", mask, seeds=faces.seeds[1:2])
    assert np.abs(pixels(again.pictures[0]) - pixels(faces.pictures[1])).max() <= 1
    assert np.abs(pixels(faces.pictures[0]) - pixels(faces.pictures[1])).max() > 10


def test_generating_from_one_condition_hears_that_one(case: Case) -> None:
    mask = parsed(case.image.resize((SIDE, SIDE)))
    words, drawn, both = (case.backend.generate(*given, seeds=(1,)) for given in (("a", None), ("", mask), ("a", mask)))
    assert words.influence[:, :, 0].max() == 0 and drawn.influence[:, :, 0].min() == 1
    assert 0 < both.influence[:, :, 0].min() < both.influence[:, :, 0].max() < 1
    with pytest.raises(ParleyError, match="words"):
        case.backend.generate("", None, seeds=(1,))
