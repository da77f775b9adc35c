"""Spans: what a run does when, for `--profile` and the benchmarks. Without a recorder they cost nothing to speak of."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
Returned = TypeVar("Returned")


@dataclass
class TimeSpan:
    """A stretch of time in which one thing was done, with what was done in it."""

    name: str
    kind: str
    """`run`, `section`, `step`, or the name of a phase."""
    start: float
    """Seconds since the recorder began."""
    end: float | None = None
    """Likewise; None while it lasts."""
    inner: list[TimeSpan] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return (self.end if self.end is not None else self.start) - self.start

    @property
    def own_seconds(self) -> float:
        """The seconds without those of the spans in it."""
        return self.seconds - sum(each.seconds for each in self.inner)


class SpanRecorder:
    """Records the spans of the thread that made it."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._thread = threading.get_ident()
        self.root = TimeSpan("run", "run", 0.0)
        self._open = [self.root]

    @contextmanager
    def span(self, name: str, kind: str) -> Iterator[None]:
        """Record what the block does as a span in the innermost one that is open."""
        if threading.get_ident() != self._thread:
            yield
            return
        span = TimeSpan(name, kind, self._now())
        self._open[-1].inner.append(span)
        self._open.append(span)
        try:
            yield
        finally:
            span.end = self._now()
            self._open.remove(span)

    def rename(self, kind: str, name: str) -> None:
        """Give the innermost open span of a kind another name."""
        for span in reversed(self._open):
            if span.kind == kind:
                span.name = name
                return

    def close(self) -> TimeSpan:
        """End the recording; the outermost span."""
        self.root.end = self._now()
        return self.root

    def _now(self) -> float:
        return time.perf_counter() - self._began


_recorder: SpanRecorder | None = None


@contextmanager
def recording() -> Iterator[SpanRecorder]:
    """Record the spans of this thread until the end of the block. Blocks may not be nested."""
    global _recorder
    assert _recorder is None, "spans are being recorded already"
    _recorder = SpanRecorder()
    try:
        yield _recorder
    finally:
        _recorder.close()
        _recorder = None


@contextmanager
def span(name: str, kind: str) -> Iterator[None]:
    """What the block does is a span, if somebody records."""
    if _recorder is None:
        yield
        return
    with _recorder.span(name, kind):
        yield


def rename(kind: str, name: str) -> None:
    """Give the innermost open span of a kind another name, if somebody records."""
    if _recorder is not None:
        _recorder.rename(kind, name)


def timed(phase: str) -> Callable[[Callable[P, Returned]], Callable[P, Returned]]:
    """A decorator: each call of the function is a span of this phase."""

    def decorated(function: Callable[P, Returned]) -> Callable[P, Returned]:
        @wraps(function)
        def wrapper(*arguments: P.args, **named: P.kwargs) -> Returned:
            if _recorder is None:
                return function(*arguments, **named)
            with _recorder.span(phase, phase):
                return function(*arguments, **named)

        return wrapper

    return decorated
