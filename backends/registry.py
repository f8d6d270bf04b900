"""Which engines there are, without loading any; and the engines themselves, loaded when first asked for.

An engine is a module (or any object) with `INFO`, a BackendInfo, and `load()`, which returns the Backend; the module imports nothing heavy
before `load` is called. Built-in engines are the modules of this package; others register the same kind of module as an entry point of the
group `parley.backends`. One that cannot be loaded stays in the list with the reason and never takes the app down.
"""

from __future__ import annotations

import difflib
import logging
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module, metadata
from threading import RLock

import weights
from errors import ParleyError, Sentence

from .base import Backend, BackendInfo

ENTRY_POINTS = "parley.backends"
FIRST = "dae"
"""Listed before the other built-in engines: what a conversation begins with where nobody chose."""
UNUSABLE = "The engine {name!r} cannot be used: {reason}"

_log = logging.getLogger(__name__)
_lock = RLock()
_loaded: dict[str, Backend] = {}
_failures: dict[str, str] = {}
"""Why the last attempt to load an engine failed."""
_warned: set[str] = set()
"""Where engines come from that could not be listed, and the log knows it."""


class UnknownBackend(ParleyError):
    """No engine has this name."""


@dataclass(frozen=True)
class Listing:
    """An engine as the app shows it: `info` is None where even that could not be read; `reason` says why it cannot be used (a `Sentence`
    where it is one of Parley's own), empty if it can."""

    name: str
    info: BackendInfo | None
    reason: str = ""

    @property
    def title(self) -> str:
        return self.info.title if self.info else self.name


@dataclass(frozen=True)
class _Engine:
    listing: Listing
    load: Callable[[], Backend] | None = None


def _sources() -> Iterator[tuple[str, str, Callable[[], object]]]:
    """(name, origin, how to import it), built-in engines first."""
    package = __name__.rpartition(".")[0]
    for module in sorted(pkgutil.iter_modules(import_module(package).__path__), key=lambda module: module.name != FIRST):
        if module.name not in ("base", "registry"):
            origin = f"{package}.{module.name}"
            yield module.name, origin, lambda origin=origin: import_module(origin)
    for point in sorted(metadata.entry_points(group=ENTRY_POINTS), key=lambda point: (point.name, point.value)):
        yield point.name, point.value, point.load


def _engines() -> list[_Engine]:
    engines: list[_Engine] = []
    taken: dict[str, str] = {}
    for name, origin, import_it in _sources():
        try:
            declared = import_it()
            info, load = declared.INFO, declared.load
            if not isinstance(info, BackendInfo) or not callable(load):
                raise TypeError("INFO must be a BackendInfo and load a function")
        except Exception as error:  # anybody's module may fail in any way
            if origin not in _warned:  # engines are listed several times for every event of the page
                _warned.add(origin)
                _log.warning("engine %s cannot be listed", origin, exc_info=True)
            reason = Sentence("{origin} cannot be imported: {why}", origin=origin, why=_sentence(error))
            engines.append(_Engine(Listing(name, None, reason)))
            continue
        if info.name in taken:
            reason = Sentence("the name {name!r} already belongs to {other}", name=info.name, other=taken[info.name])
            engines.append(_Engine(Listing(f"{info.name} ({origin})", info, reason)))
            continue
        taken[info.name] = origin
        engines.append(_Engine(Listing(info.name, info, _failures.get(info.name) or _missing_weights(info)), load))
    return engines


def _missing_weights(info: BackendInfo) -> str:
    for name in info.weights:
        try:
            weights.find(name)
        except ParleyError as error:
            return error.told
    return ""


def _sentence(error: Exception) -> str:
    return error.told if isinstance(error, ParleyError) else f"{type(error).__name__}: {error}"


def available() -> tuple[Listing, ...]:
    """Every engine, built-in ones first. Imports no torch."""
    return tuple(engine.listing for engine in _engines())


def first(listings: Sequence[Listing]) -> str:
    """The name of the first engine that can run. Raises ParleyError, with every reason, where none can."""
    reasons = ""
    for listing in listings:
        if not listing.reason:
            return listing.name
        reasons = Sentence("{before} {engine}: {why}", before=reasons, engine=listing.title, why=listing.reason)
    raise ParleyError("No engine can run here yet.{reasons}", reasons=reasons)  # each begins with a space


def get(name: str) -> Backend:
    """The engine with this name, loaded once per process.

    Raises UnknownBackend for a name that is not listed, ParleyError for an engine that cannot be loaded.
    """
    with _lock:
        if name not in _loaded:
            _loaded[name] = _load(name)
        return _loaded[name]


def _load(name: str) -> Backend:
    engines = {engine.listing.name: engine for engine in _engines()}
    if name not in engines:
        known, near = ", ".join(engines) or "none", difflib.get_close_matches(name, engines, n=1)
        if near:
            sentence = "There is no engine called {name!r}. Did you mean {near!r}? Known engines: {known}."
            raise UnknownBackend(sentence, name=name, near=near[0], known=known)
        raise UnknownBackend("There is no engine called {name!r}. Known engines: {known}.", name=name, known=known)
    engine = engines[name]
    if engine.load is None or (engine.listing.reason and name not in _failures):
        raise ParleyError(UNUSABLE, name=name, reason=engine.listing.reason)
    try:
        backend = engine.load()
        if not isinstance(backend, Backend):
            raise TypeError("load() must return a Backend: info, encode, edit and decode")
    except Exception as error:
        _log.warning("engine %s cannot be loaded", name, exc_info=True)
        _failures[name] = _sentence(error)
        raise ParleyError(UNUSABLE, name=name, reason=_failures[name]) from error
    _failures.pop(name, None)
    return backend
