"""What stand-ins keep from one rehearsal to the next: one JSON file a site, in a folder that a person names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runwright.rehearsal.simulator import StandIn


class BadState(ValueError):
    """A file is not one that a rehearsal kept."""


class NotKept(Exception):
    """The folder cannot be made or written; says why."""


class StateFolder:
    """A folder with the state of stand-ins."""

    def __init__(self, folder: Path) -> None:
        """Makes the folder where there is none. Raises NotKept when that cannot be."""
        with _told(folder):
            folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def take_up(self, stand_in: StandIn) -> None:
        """Let a stand-in become what was kept of it; without a file it stays new. Raises BadState."""
        from pydantic import TypeAdapter, ValidationError

        path = self._file(stand_in)
        if stand_in.keeps is None or not path.exists():
            return
        try:
            stand_in.take_up(TypeAdapter(stand_in.keeps).validate_json(path.read_bytes()))
        except (ValidationError, OSError) as error:
            why = error.strerror if isinstance(error, OSError) else str(error.errors()[0]["msg"])
            raise BadState(f"{path} is not what a rehearsal keeps of {stand_in.origin}: {why}") from None

    def keep(self, stand_ins: Iterable[StandIn]) -> None:
        """Write all of them down, each file whole or not at all. Raises NotKept when the disk does not take it."""
        from pydantic import TypeAdapter

        for stand_in in stand_ins:
            if stand_in.keeps is not None:
                text = TypeAdapter(stand_in.keeps).dump_json(stand_in.kept(), indent=2)
                path = self._file(stand_in)
                half = path.with_name(f".{path.name}.part")
                with _told(path):
                    half.write_bytes(text + b"\n")
                    half.replace(path)

    def _file(self, stand_in: StandIn) -> Path:
        return self._folder / f"{stand_in.origin.replace('://', '-').replace(':', '-')}.json"


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NotKept(f"{path} cannot be written: {error.strerror}. Choose another folder with --state.") from None
