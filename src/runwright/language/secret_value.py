"""The type of a secret's value, which cannot be printed, joined or pickled by accident.

It has its own module because expressions, conditions and the engine import it, and it imports nothing.
"""

from __future__ import annotations


class Secret:
    """The value of a declared secret. Only ``reveal`` returns it; everything else shows the name."""

    __slots__ = ("_value", "name")

    def __init__(self, name: str, value: str) -> None:
        self.name = name
        self._value = value

    def reveal(self) -> str:
        """The value itself, for the code that types it."""
        return self._value

    def __repr__(self) -> str:
        return f"‹secret {self.name}›"

    __str__ = __repr__

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError(f"the secret {self.name} cannot be pickled")
