"""The contract between Parley and its engines: what a backend is, and the values that pass through it.

A backend encodes a face once, then edits and decodes as often as the conversation asks. Every edit starts from the original latent and the
whole plan, never from an edited picture, so nothing drifts and undo is free.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from PIL import Image

from errors import ParleyError
from faces.trace import Trace
from graded import GRADED, MAX_DEGREE
from prompts import rivals

MIN_SAMPLING_STEPS, MAX_SAMPLING_STEPS = 8, 50
"""ChatFace's range of T."""
MAX_SIDE = 4096
"""Of a mask that is read out of JSON, in pixels."""


class Progress(Protocol):
    def __call__(self, step: int, total: int, preview: Image.Image | None = None) -> None:
        """Called before the first step (0) and after each; may raise `Cancelled`."""


@dataclass(frozen=True)
class Option:
    """A setting of an engine's own that a visitor may change; its value travels in `EditPlan.options`. The first choice is the default."""

    name: str
    label: str
    choices: tuple[str, ...]
    help: str = ""


@dataclass(frozen=True)
class BackendInfo:
    """What an engine is and can do, as data: the app, the chat and the tests decide by these fields, never by an engine's name."""

    name: str
    title: str
    summary: str
    paper: str
    licence: str
    resolution: int
    """Side of the square pictures it decodes, in pixels."""
    attributes: tuple[str, ...]
    """Graded attributes it can move; all are keys of assets/attributes.json."""
    weights: tuple[str, ...] = ()
    """Names of the files it needs, as in `weights.py`."""
    accepts_text: bool = False
    accepts_mask: bool = False
    accepts_layout: bool = False
    sampling_steps: tuple[int, ...] = ()
    """Choices of `EditPlan.sampling_steps` to offer, from `MIN_SAMPLING_STEPS` to `MAX_SAMPLING_STEPS`; empty where it has no effect."""
    options: tuple[Option, ...] = ()
    exact_changes: bool = False
    """Whether an edited picture is the face's own, changed, detail included; elsewhere it is the engine's picture of the face, and only its
    difference from the rebuilt one can be carried to the face."""
    prompts: tuple[str, ...] = ()
    """Ungraded changes it can make: keys of assets/prompts.json, and others that a person has added."""

    def require(self, plan: EditPlan) -> None:
        """Raises ParleyError where the plan asks for an attribute, a description, a layout or an option that this engine does not know."""
        unknown = [step.attribute for step in plan.steps if step.attribute not in (*self.attributes, *self.prompts)]
        if unknown:
            sentence = "{engine} cannot change {attribute!r}; it can change {attributes}."
            raise ParleyError(sentence, engine=self.title, attribute=unknown[0], attributes=", ".join(self.attributes))
        if plan.text and not self.accepts_text:
            raise ParleyError("{engine} cannot edit a face by a description in words.", engine=self.title)
        if plan.layout is not None and not self.accepts_layout:
            raise ParleyError("{engine} cannot edit a face by a painted mask.", engine=self.title)
        choices = {option.name: option.choices for option in self.options}
        for name, value in plan.options.items():
            if value not in choices.get(name, ()):
                raise ParleyError("{engine} has no setting {name} = {value}.", engine=self.title, name=name, value=value)


@dataclass(frozen=True)
class EditStep:
    """One change of a graded attribute or a prompt: `set` to an absolute degree (0..5), or `change` by a signed number of degrees.

    A prompt counts from 0, the face as it came, to 5, all of it.
    """

    attribute: str
    operation: Literal["set", "change"]
    amount: float

    def __post_init__(self) -> None:
        low = 0 if self.operation == "set" else -MAX_DEGREE
        if self.operation not in ("set", "change"):
            raise ValueError(f"operation must be 'set' or 'change', not {self.operation!r}")
        if not isinstance(self.attribute, str):
            raise ValueError(f"attribute must be a name, not {self.attribute!r}")
        if not low <= self.amount <= MAX_DEGREE:
            raise ValueError(f"{self.operation} takes an amount from {low} to {MAX_DEGREE}, not {self.amount!r}")

    def applied_to(self, degree: float) -> float:
        """The degree that this step leads to, clipped to 0..5."""
        target = self.amount if self.operation == "set" else degree + self.amount
        return float(min(max(target, 0.0), MAX_DEGREE))


@dataclass(frozen=True, eq=False)
class EditPlan:
    """Everything asked for so far, in order.

    `sampling_steps` is the sampler's T (None: the engine's own default). `mask` is an H x W boolean array at the engine's resolution, True
    where the picture may change. `layout` is an H x W uint8 array of any size that says which part of the face shows where, by the numbers
    of `faces.mask_classes.MASK_CLASSES`. `options` are values of the engine's own options, by name. Round-trips through JSON.
    """

    steps: tuple[EditStep, ...] = ()
    sampling_steps: int | None = None
    text: str = ""
    mask: np.ndarray | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    layout: np.ndarray | None = None

    def with_steps(self, *steps: EditStep) -> EditPlan:
        return replace(self, steps=self.steps + steps)

    def is_empty(self) -> bool:
        return not self.steps and not self.text and self.layout is None

    def degrees_from(self, current: Mapping[str, float]) -> dict[str, float]:
        """The degree each mentioned attribute or prompt ends at, starting from the `current` degrees (0 for a prompt); every step is
        clipped to 0..5, and a prompt takes the place of its rivals."""
        degrees: dict[str, float] = {}
        for step in self.steps:
            name = step.attribute
            start = degrees.get(name, current[name] if name in GRADED else 0.0)
            degrees[name] = step.applied_to(start)
            if degrees[name] > 0:
                degrees.update({rival: 0.0 for rival in rivals(name) if rival in degrees})
        return degrees

    def to_json(self) -> str:
        fields = asdict(replace(self, mask=None, layout=None))
        fields["mask"] = None if self.mask is None else {"shape": list(self.mask.shape), "rows": [_runs(row) for row in self.mask]}
        fields["layout"] = None if self.layout is None else {"shape": list(self.layout.shape), "runs": _value_runs(self.layout)}
        return json.dumps(fields)

    @classmethod
    def from_json(cls, text: str) -> EditPlan:
        """Raises ValueError for what no plan is written as: the text may be out of anybody's file."""
        try:
            fields = json.loads(text)
            mask, layout = fields["mask"], fields.get("layout")
            return cls(
                tuple(EditStep(**step) for step in fields["steps"]),
                _sampling_steps(fields["sampling_steps"]),
                _text(fields["text"]),
                None if mask is None else _mask(mask["shape"], mask["rows"]),
                {name: _text(value) for name, value in fields.get("options", {}).items()},
                None if layout is None else _layout(layout["shape"], layout["runs"]),
            )
        except (KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(f"this is no plan: {error!r}") from error


def _sampling_steps(value: object) -> int | None:
    if value is None or (isinstance(value, int) and MIN_SAMPLING_STEPS <= value <= MAX_SAMPLING_STEPS):
        return value
    raise ValueError(f"sampling steps go from {MIN_SAMPLING_STEPS} to {MAX_SAMPLING_STEPS}")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise ValueError(f"{value!r} is no text")


def _runs(row: np.ndarray) -> list[int]:
    """Run lengths of a boolean row, beginning with a run of False (which may be empty)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], row, [not row[-1]]]).astype(np.int8)))
    return np.diff(np.concatenate([[0], edges])).tolist()


def _value_runs(layout: np.ndarray) -> list[list[int]]:
    """[value, length] of every run of equal values, row by row."""
    flat = layout.ravel()
    starts = np.flatnonzero(np.concatenate([[True], flat[1:] != flat[:-1]]))
    lengths = np.diff(np.concatenate([starts, [flat.size]]))
    return [[int(value), int(length)] for value, length in zip(flat[starts], lengths, strict=True)]


def read_shape(shape: object) -> tuple[int, int]:
    """A mask's (height, width) out of JSON. Raises ValueError for any but two whole numbers from 1 to `MAX_SIDE`."""
    if isinstance(shape, list) and len(shape) == 2 and all(isinstance(side, int) and 0 < side <= MAX_SIDE for side in shape):
        return shape[0], shape[1]
    raise ValueError(f"a shape is a height and a width of at most {MAX_SIDE} pixels")


def _mask(shape: object, rows: list[list[int]]) -> np.ndarray:
    """The inverse of `_runs`, for all rows."""
    height, width = read_shape(shape)
    if len(rows) != height or any(sum(runs) != width for runs in rows):
        raise ValueError("a mask has runs for every row, and they fill it")
    values = np.array([index % 2 == 1 for runs in rows for index in range(len(runs))])
    return _unrolled(values, [length for runs in rows for length in runs], height * width).reshape(height, width)


def _layout(shape: object, runs: list[list[int]]) -> np.ndarray:
    """The inverse of `_value_runs`."""
    height, width = read_shape(shape)
    values = np.frombuffer(bytes([value for value, _ in runs]), np.uint8)
    return _unrolled(values, [length for _, length in runs], height * width).reshape(height, width)


def _unrolled(values: np.ndarray, lengths: list[int], size: int) -> np.ndarray:
    """Every value as often as its length says. Raises ValueError, before it takes any memory, where that is not `size` in all."""
    if not all(isinstance(length, int) and length >= 0 for length in lengths) or sum(lengths) != size:
        raise ValueError("the runs do not fill the shape")
    return np.repeat(values, lengths)


@dataclass(frozen=True, eq=False)
class Latent:
    """An encoded face: all an engine needs to rebuild and edit it. Treat as immutable.

    `tensors` hold CPU tensors without gradients; `degrees` is the degree (0..5, fractional) that each graded attribute was measured at
    in the original picture; `plan` is what `edit` has asked of it.
    """

    backend: str
    tensors: Mapping[str, object]
    degrees: Mapping[str, float]
    plan: EditPlan = field(default_factory=EditPlan)

    def require(self, backend: str) -> None:
        """Raises ValueError where the latent is another engine's."""
        if self.backend != backend:
            raise ValueError(f"this latent was encoded by {self.backend!r}; {backend!r} cannot use it")


@runtime_checkable
class Backend(Protocol):
    """An engine. Methods draw randomness only from the `generator` passed in (None: a fixed seed of their own)."""

    info: BackendInfo

    def encode(self, image: Image.Image, *, generator=None, progress: Progress | None = None) -> Latent:
        """An aligned square RGB face of any size -> everything needed to rebuild it. Slow; done once per photo."""

    def edit(self, latent: Latent, plan: EditPlan, *, progress: Progress | None = None) -> Latent:
        """The original latent and the whole plan -> the edited latent. Never mutates; an empty plan is the identity. It takes as long as
        several pictures where an engine draws what it has edited, looks, and edits again.

        Raises ParleyError for what `info.require` refuses, ValueError for another engine's latent.
        """

    def decode(self, latent: Latent, *, generator=None, progress: Progress | None = None) -> Image.Image:
        """A latent -> an RGB picture of `info.resolution` pixels square."""


@dataclass(frozen=True, eq=False)
class Waypoint:
    """A place on the way of an edit, and the picture there."""

    picture: Image.Image
    changing: tuple[str, ...] = ()
    """The attributes that the way there was about; none at its beginning."""
    cosine: float | None = None
    """Cosine, -1 to 1, of the way's direction there with the one in which it set out for the attribute; None where it is straight."""
    trace: Trace | None = None
    """As `Tracing` gives it, where the engine does."""


@runtime_checkable
class Walking(Protocol):
    """What an engine may offer beside `Backend`: how an edit got where it is."""

    def way(self, latent: Latent, *, generator=None, progress: Progress | None = None) -> tuple[Waypoint, ...]:
        """A latent that `edit` returned -> a few places in order, from the original's picture to what `decode` gives for the latent;
        the original's alone where the edit moved nothing. Raises ValueError for another engine's latent.
        """


@runtime_checkable
class Tracing(Protocol):
    """What an engine may offer beside `Backend`: what became of the face's own pixels, so that a photo's finer ones can follow."""

    def trace(self, latent: Latent) -> Trace | None:
        """A latent that `edit` returned -> what it did, for each place of what `decode` gives for it; None where that is not known.

        Raises ValueError for another engine's latent.
        """


def trace_of(backend: Backend, edited: Latent) -> Trace | None:
    """As `Tracing.trace` gives it; None where the engine does not tell."""
    return backend.trace(edited) if isinstance(backend, Tracing) else None
