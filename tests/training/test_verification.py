"""Figures that tell how well embeddings tell people apart."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from synth.parameters import sample
from training.verification import accepted_at, accuracy, equal_error, lookalikes, scores


def test_verification_figures():
    embeddings = torch.nn.functional.normalize(torch.tensor([[[1.0, 0], [0.8, 0.6]], [[0, 1], [0.1, 1]], [[-1, 0], [-1, 0.1]]]), dim=-1)
    impostors = np.ones((3, 3), bool)
    genuine, impostor = scores(embeddings, impostors)
    assert len(genuine) == 3 and len(impostor) == 3 * 4
    assert genuine[0] == pytest.approx(0.8) and impostor.max() == pytest.approx(0.6 + 0.08, abs=0.01)
    error, threshold = equal_error(genuine, impostor)
    assert error == 0 and impostor.max() < threshold <= genuine.min()
    assert accuracy(genuine, impostor, threshold) == accepted_at(genuine, impostor, 0.01) == 1
    assert accuracy(genuine, impostor, -2) == 0.5
    overlapping = np.arange(100) / 100
    assert equal_error(overlapping + 0.2, overlapping)[0] == pytest.approx(0.4, abs=0.01)
    assert accepted_at(overlapping, overlapping, 0.01) == pytest.approx(0.01, abs=0.005)


def test_lookalikes_share_gender_and_skin():
    people = [sample(seed) for seed in range(60)]
    alike = lookalikes(people)
    assert (alike == alike.T).all() and alike.diagonal().all() and 0.05 < alike.mean() < 0.6
    one, other = (people[i] for i in np.argwhere(~alike)[0])
    assert one.masculinity != other.masculinity or abs(one.skin_tone - other.skin_tone) >= 1
