import json

import torch

from backends.dae.retouch import Retoucher, RetoucherConfig, asked_for

SMALL = RetoucherConfig(("smile", "red hair"), widths=(32, 32, 32), fine=4, z_dim=8, embed_channels=8)


def inputs(count: int) -> tuple[torch.Tensor, ...]:
    generator = torch.Generator().manual_seed(0)
    pictures, codes = torch.rand(3, count, 3, 32, 32, generator=generator), torch.randn(2, count, 8, generator=generator)
    return (*pictures.mul(2).sub(1), *codes, torch.rand(count, 4, generator=generator))


def test_untrained_it_repeats_what_diffusion_changed():
    face, rebuilt, edited, *told = inputs(2)
    change = Retoucher(SMALL)(face, rebuilt, edited, *told)
    torch.testing.assert_close(change, torch.tensor(3.0).sigmoid() * (edited - rebuilt))


def test_it_minds_all_that_it_is_given():
    torch.manual_seed(1)
    network = Retoucher(SMALL)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    columns = inputs(1)
    change = network(*columns)
    for i in range(len(columns)):
        moved = network(*(-column if i == k else column for k, column in enumerate(columns)))
        assert not torch.allclose(moved, change, atol=1e-4)


def test_its_sizes_come_back_from_a_file():
    assert RetoucherConfig.from_dict(json.loads(json.dumps(SMALL.to_dict()))) == SMALL


def test_what_is_asked_for_is_a_change_from_somewhere():
    asked = asked_for(SMALL.attributes, {"smile": -2.0}, {"smile": 3.0, "age": 4.0})
    torch.testing.assert_close(asked, torch.tensor([-0.4, 0.0, 0.6, 0.0]))
