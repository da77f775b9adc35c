"""Saved states of simulators between rehearsals: one JSON file per site, in a folder that the user names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runwright.rehearsal.simulator import Simulator


class InvalidState(ValueError):
    """A file does not hold a saved state."""


class StateNotWritable(Exception):
    """The folder cannot be created or written; the message names the reason."""


class StateFolder:
    """A folder that holds the saved states of simulators."""

    def __init__(self, folder: Path) -> None:
        """Creates the folder if it does not exist. Raises StateNotWritable."""
        with _writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def restore(self, simulator: Simulator) -> None:
        """Restore the saved state of a simulator; without a file the simulator stays new. Raises InvalidState."""
        from pydantic import TypeAdapter, ValidationError

        path = self._file(simulator)
        if simulator.saved_state_type is None or not path.exists():
            return
        try:
            simulator.restore(TypeAdapter(simulator.saved_state_type).validate_json(path.read_bytes()))
        except (ValidationError, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error.errors()[0]["msg"])
            raise InvalidState(f"{path} does not hold a saved state of {simulator.origin}: {reason}") from None

    def save(self, simulators: Iterable[Simulator]) -> None:
        """Save the states of all simulators, each file atomically. Raises StateNotWritable."""
        from pydantic import TypeAdapter

        for simulator in simulators:
            if simulator.saved_state_type is not None:
                text = TypeAdapter(simulator.saved_state_type).dump_json(simulator.saved_state(), indent=2)
                path = self._file(simulator)
                temporary = path.with_name(f".{path.name}.part")
                with _writing(path):
                    temporary.write_bytes(text + b"\n")
                    temporary.replace(path)

    def _file(self, simulator: Simulator) -> Path:
        return self._folder / f"{simulator.origin.replace('://', '-').replace(':', '-')}.json"


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StateNotWritable(f"Cannot write {path}: {error.strerror}. Choose another folder with --state.") from None
