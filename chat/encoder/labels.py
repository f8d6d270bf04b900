"""What the nine heads of the language encoder may answer (Talk-to-Edit, Jiang et al., ICCV 2021, supplement B), in Parley's words."""

from __future__ import annotations

from collections.abc import Mapping

from graded import GRADED, MAX_DEGREE

Labels = Mapping[str, tuple[str, ...]]
"""A head's name -> its answers, in the order of its outputs. Each of the assistant's moves has its own head."""

_DEGREES = tuple(str(degree) for degree in range(MAX_DEGREE + 1))

PUBLISHED: Labels = {
    "start": ("request",),
    "suggestion": ("yes", "yes_request", "no", "no_request", "no_end"),
    "whether_enough": ("yes", "yes_request", "yes_end", "no", "no_request"),
    "whats_next": ("request", "end"),
    "attribute": GRADED,
    "score_change_direction": ("less", "more"),
    "score_change_value": _DEGREES[1:],
    "target_score": _DEGREES,
    "request_mode": ("definite", "indefinite", "target", "end"),
}
"""The authors' heads. They answer something to any sentence: none of them can say that it is no request at all."""

SHIPPED: Labels = PUBLISHED | {
    "start": ("request", "none"),
    "suggestion": ("yes", "yes_request", "no", "no_request", "no_end", "request", "none"),
    "whether_enough": ("yes", "yes_request", "yes_end", "no", "no_request", "request", "none"),
    "whats_next": ("request", "end", "none"),
    "attribute": (*GRADED, "same"),
    "request_mode": ("definite", "indefinite", "target", "end", "none"),
}
"""Ours: "none" for what is not for them, "request" where it follows neither a yes nor a no, "same" for what was changed last."""
