import torch

from backends.dae.retouch import Retoucher, RetoucherConfig

SMALL = RetoucherConfig(widths=(32, 32, 32), fine=4, z_dim=8, embed_channels=8)


def inputs(count: int) -> tuple[torch.Tensor, ...]:
    generator = torch.Generator().manual_seed(0)
    return (*torch.rand(3, count, 3, 32, 32, generator=generator).mul(2).sub(1), *torch.randn(2, count, 8, generator=generator))


def test_untrained_it_repeats_what_diffusion_changed():
    face, rebuilt, edited, z, z_edit = inputs(2)
    change = Retoucher(SMALL)(face, rebuilt, edited, z, z_edit)
    torch.testing.assert_close(change, torch.tensor(3.0).sigmoid() * (edited - rebuilt))


def test_it_looks_at_the_face_and_at_both_codes():
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
    assert RetoucherConfig.from_dict({**SMALL.to_dict(), "widths": list(SMALL.widths)}) == SMALL
