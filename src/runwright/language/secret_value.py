"""The type of a secret's value: it does not print, compare, join or pickle by accident.

A module of its own, since expressions, conditions and the engine all need it and it needs nothing.
"""

from __future__ import annotations


class Secret:
    """The value of a declared secret. Only ``reveal`` gives it out; everything else shows its name."""

    __slots__ = ("_value", "name")

    def __init__(self, name: str, value: str) -> None:
        self.name = name
        self._value = value

    def reveal(self) -> str:
        """The value itself, for the one place that types it."""
        return self._value

    def __repr__(self) -> str:
        return f"‹secret {self.name}›"

    __str__ = __repr__

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError(f"the secret {self.name} cannot be pickled")
