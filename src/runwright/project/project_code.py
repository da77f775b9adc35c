"""Whether a project's own Python files are executed: a project is code, and its reader may not trust it.

Apart from `discovery`, since every command that reads a project sets this before anything of it is imported.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_project_steps: ContextVar[bool] = ContextVar("project_steps", default=True)


def read_project_steps(yes: bool) -> None:
    """Whether this context executes the Python files in the `steps/` folders of the projects that it reads."""
    _project_steps.set(yes)


def project_steps_are_read() -> bool:
    """Whether this context executes them."""
    return _project_steps.get()


@contextmanager
def as_project_code(allowed: bool) -> Iterator[None]:
    """Execute no Python files of projects meanwhile, unless it is ``allowed`` and nothing else has forbidden it."""
    before = _project_steps.set(_project_steps.get() and allowed)
    try:
        yield
    finally:
        _project_steps.reset(before)
