import json

import numpy as np
import torch

from backends.dae.change_unet import FOLD, ChangeConfig, asked_for, beyond
from backends.dae.motion import FLOW_UNIT, Mover, as_trace, moved

SMALL = ChangeConfig(("smile", "red hair"), widths=(32, 32, 32), fine=4, z_dim=8, embed_channels=8)


def inputs(count: int) -> tuple[torch.Tensor, ...]:
    generator = torch.Generator().manual_seed(0)
    pictures, codes = torch.rand(3, count, 3, 32, 32, generator=generator), torch.randn(2, count, 8, generator=generator)
    return (*pictures.mul(2).sub(1), *codes, torch.rand(count, 4, generator=generator))


def test_untrained_it_moves_nothing():
    face, *told = inputs(2)
    flow = Mover(SMALL)(face, *told)
    assert flow.shape == (2, 2, 32 // FOLD, 32 // FOLD) and not flow.any()
    torch.testing.assert_close(moved(face, flow), face, atol=1e-5, rtol=0)


def test_a_flow_says_where_things_were():
    picture = torch.zeros(1, 3, 32, 32)
    picture[..., 10, 20] = 1
    flow = torch.zeros(1, 2, 8, 8)
    flow[:, 0], flow[:, 1] = 3 / 32 / FLOW_UNIT, -2 / 32 / FLOW_UNIT
    assert (moved(picture, flow)[0, 0] > 0.9).nonzero().tolist() == [[12, 17]], "what was 3 to the right and 2 above is here now"
    trace = as_trace(flow, picture[:, :1])
    np.testing.assert_allclose(trace.motion, np.broadcast_to([3 / 32, -2 / 32], (32, 32, 2)), atol=1e-6)
    np.testing.assert_array_equal(trace.covered, picture[0, 0])


def test_its_sizes_come_back_from_a_file():
    assert ChangeConfig.from_dict(json.loads(json.dumps(SMALL.to_dict()))) == SMALL


def test_what_is_asked_for_is_a_change_from_somewhere():
    asked = asked_for(SMALL.attributes, {"smile": -2.0}, {"smile": 3.0, "age": 4.0})
    torch.testing.assert_close(asked, torch.tensor([-0.4, 0.0, 0.6, 0.0]))


def test_more_than_the_scale_has_left_is_beyond_it():
    assert beyond({"age": 3.0}, {"age": 2.0}) == 1.0
    assert beyond({"age": 3.0}, {"age": 3.0}) == beyond({"age": -3.0}, {"age": 2.0}) == 1.5
    assert beyond({"bald": 5.0}, {}) == 1.0 and beyond({}, {"age": 5.0}) == 1.0
