import pytest
import torch

from precision import half_precision


@pytest.mark.parametrize("capabilities, dtype", [({"avx512_bf16": True}, torch.bfloat16), ({}, torch.float32)])
def test_processors_compute_in_half_precision_where_they_are_quick_at_it(monkeypatch, capabilities, dtype):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities)
    with half_precision("cpu"):
        assert (torch.eye(2) @ torch.eye(2)).dtype == dtype


def test_gpus_compute_in_half_precision_whatever_the_processor(monkeypatch):
    monkeypatch.setattr(torch.cpu, "get_capabilities", dict)
    monkeypatch.setattr(torch, "autocast", lambda device_type, dtype, enabled: (device_type, dtype, enabled))
    assert half_precision("cuda") == ("cuda", torch.bfloat16, True)
