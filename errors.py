"""The two exceptions that are part of Parley's everyday life; every other one is a bug and surfaces."""


class ParleyError(Exception):
    """Something a visitor can act on; the message is a sentence for them."""


class Cancelled(Exception):
    """Raised out of a progress callback to stop the work; whoever started the work catches it."""
