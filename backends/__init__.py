"""The engines: `base` is the contract, `registry` finds and loads them, every other package here is one of them."""

from errors import Cancelled, ParleyError

from .base import Backend, BackendInfo, EditPlan, EditStep, Latent, Progress
from .registry import Listing, UnknownBackend, available, first, get

__all__ = [
    "Backend",
    "BackendInfo",
    "Cancelled",
    "EditPlan",
    "EditStep",
    "Latent",
    "Listing",
    "ParleyError",
    "Progress",
    "UnknownBackend",
    "available",
    "first",
    "get",
]
